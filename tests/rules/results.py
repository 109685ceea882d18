"""Plain makers of rows with their results, and a reader that works a trace out again."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from apps.rules.scoring import Money, ResultLine
from apps.rules.target_form import TargetLine

CENT = Decimal("0.01")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
BARS = re.compile(r"\|([^|]*)\|")


def number(text: str | int | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def row(operator: str, value: Any, actual: Any, weight: Any = 10, **more: Any) -> ResultLine:
    """A row of 产出／数量 in 个 unless told; `high`, `level1`, `unit` go to the promise."""
    target = TargetLine(
        key="a",
        level1=more.pop("level1", "产出"),
        level2=more.pop("level2", "数量"),
        name="指标",
        operator=operator,
        value=number(value),
        value_high=number(more.pop("high", None)),
        value_text="显著改善" if operator == "定性" else "",
        unit=more.pop("unit", "个"),
        weight=number(weight),
    )
    return ResultLine(target, number(actual), **more)


def chosen(band: str, share: str | None, weight: int = 10) -> ResultLine:
    """A 定性 row with its level and coefficient."""
    return row("定性", None, None, weight, band=band, share=number(share))


def money(budget: Any, executed: Any, points: Any = 10, **more: Any) -> Money:
    return Money(number(budget), number(executed), number(points), **more)


def worked_out(trace: dict[str, Any]) -> Decimal:
    """What a reader of the trace arrives at: its calculation, half up, within its cap."""
    text = trace["calculation"].replace("×", "*").replace("÷", "/").replace("−", "-")
    exact = NUMBER.sub(lambda found: f"Fraction('{found[0]}')", BARS.sub(r"abs(\1)", text))
    value = max(eval(exact, {"Fraction": Fraction, "abs": abs}), Fraction(0))
    cap = re.search(r"(?:分值|最高)([\d.]+)分", trace["cap"])
    if cap:
        value = min(value, Fraction(cap[1]))
    scaled = Fraction(value) * 100
    return Decimal((scaled.numerator * 2 + scaled.denominator) // (scaled.denominator * 2)) / 100


def points(trace: dict[str, Any]) -> Decimal:
    """The result that the trace states."""
    return Decimal(trace["result"].removesuffix("分").replace(",", "")).quantize(
        CENT, ROUND_HALF_UP
    )
