"""Lights and the scales that they are read from; every threshold is the plan's own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.rules.errors import RuleError
from apps.rules.monitoring.words import Trace, percent


class Light(StrEnum):
    """The values stored, worst first; NONE: there is nothing to judge."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    NONE = "none"


WORDS = {
    Light.RED: "红灯",
    Light.YELLOW: "黄灯",
    Light.GREEN: "绿灯",
    Light.BLUE: "蓝灯",
    Light.NONE: "不亮灯",
}
RANK = {light: rank for rank, light in enumerate(Light)}


def worst(lights: Iterable[Light]) -> Light:
    """The worst of the lights; NONE where none of them is lit."""
    return min(lights, key=RANK.__getitem__, default=Light.NONE)


@dataclass(frozen=True)
class Lit:
    """A light with its trace, and the lights that it was made of."""

    light: Light
    trace: Trace
    parts: tuple[Lit, ...] = field(default=())

    @property
    def word(self) -> str:
        """红灯, 黄灯 …"""
        return WORDS[self.light]


@dataclass(frozen=True)
class Floors:
    """The least ratio of a light, included; more is better. `blue` None: no blue light."""

    yellow: Decimal
    green: Decimal
    blue: Decimal | None = None

    @property
    def edges(self) -> tuple[Decimal, ...]:
        """Where one light ends and the next begins."""
        return (self.yellow, self.green, *([self.blue] if self.blue else []))

    def __post_init__(self) -> None:
        """Refuse floors that are not in their order. Raises RuleError."""
        if not 0 < self.yellow < self.green or (self.blue and self.blue <= self.green):
            raise RuleError(
                f"监控灯分档：黄灯{percent(self.yellow)}起、绿灯{percent(self.green)}起"
                + (f"、蓝灯{percent(self.blue)}起" if self.blue else "")
                + "，应大于0且依次提高。",
                code="monitoring.scale",
            )

    def light(self, ratio: Fraction) -> Light:
        """The light of a ratio."""
        if self.blue is not None and ratio >= Fraction(self.blue):
            return Light.BLUE
        if ratio >= Fraction(self.green):
            return Light.GREEN
        return Light.YELLOW if ratio >= Fraction(self.yellow) else Light.RED

    @property
    def words(self) -> str:
        """The scale as a sentence."""
        yellow, green = percent(self.yellow), percent(self.green)
        low = f"低于{yellow}红灯，{yellow}（含）到{green}黄灯，"
        if self.blue is None:
            return f"{low}{green}（含）以上绿灯"
        blue = percent(self.blue)
        return f"{low}{green}（含）到{blue}绿灯，{blue}（含）以上蓝灯"


@dataclass(frozen=True)
class Ceilings:
    """The most of a light, included; less is better."""

    green: Decimal
    yellow: Decimal

    @property
    def edges(self) -> tuple[Decimal, ...]:
        """Where one light ends and the next begins."""
        return self.green, self.yellow

    def __post_init__(self) -> None:
        """Refuse ceilings that are not in their order. Raises RuleError."""
        if not 0 <= self.green < self.yellow:
            raise RuleError(
                f"监控灯分档：绿灯到{percent(self.green)}、黄灯到{percent(self.yellow)}，"
                "应不小于0且依次提高。",
                code="monitoring.scale",
            )

    def light(self, amount: Fraction) -> Light:
        """The light of a gap or a deviation."""
        if amount <= Fraction(self.green):
            return Light.GREEN
        return Light.YELLOW if amount <= Fraction(self.yellow) else Light.RED

    @property
    def words(self) -> str:
        """The scale as a sentence."""
        green, yellow = percent(self.green), percent(self.yellow)
        return f"不超过{green}绿灯，超过{green}到{yellow}（含）黄灯，超过{yellow}红灯"
