"""What a decomposition is made of, and how an indicator's shares become one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.rules.findings import Finding, Severity
from apps.rules.target_checks.vocabulary import NOT_A_RATE, RATE_END, RATE_UNIT

CLAUSE = "分解后的绩效目标合计数应与上级下达的绩效目标保持一致；可细化，指标值与上级匹配"
ADDING = "转移支付绩效自评填报说明：绝对值直接累加，相对值按资金额度加权平均，定性按三档填完成比例"
TERM = re.compile(r"年|季度?|个?月|周|天|日|个?工作日|小时|分钟|秒")
PLACES = Decimal("0.0001")
FULL = Decimal(100)
AT_MOST = ("≤", "<")
# Band of completion: its least share in percent, included.
BANDS = (("达成", Decimal(80)), ("部分达成", Decimal(60)), ("未达成", Decimal(0)))


class Way(StrEnum):
    """How the values of the shares become one."""

    SUM = "直接累加"
    MEAN = "按资金加权"
    BAND = "按完成比例分档"
    EACH = "逐个匹配"


class Money(StrEnum):
    """What the amounts handed down may be against the transfer."""

    EQUAL = "等于"
    WITHIN = "不超过"


@dataclass(frozen=True)
class Upper:
    """An indicator as it came from the level above; `high` is the upper end of 区间."""

    key: str
    name: str
    operator: str
    value: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    level2: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether there is anything to measure against."""
        if self.operator == "区间":
            return self.value is not None and self.high is not None
        return self.operator == "定性" or self.value is not None


@dataclass(frozen=True)
class Value:
    """What a share promises for one indicator; of a qualitative one in percent of completion."""

    value: Decimal
    high: Decimal | None = None


@dataclass(frozen=True)
class Share:
    """One recipient: `who` tells recipients apart, `values` are by the key of the indicator.

    Indicators of its own, finer than the upper ones, need no counterpart and are not asked here.
    """

    key: str
    who: str
    title: str
    amount: Decimal
    values: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Combined:
    """One upper indicator against its shares; None where there is nothing to combine.

    `gap` is combined less upper: of an interval how far it is left, within the best band nothing.
    """

    upper: Upper
    way: Way
    value: Decimal | None  # four places
    high: Decimal | None
    gap: Decimal | None
    band: str
    n_shares: int
    trace: dict[str, object]


@dataclass(frozen=True)
class Decomposition:
    """The whole: each indicator, the money in yuan, the findings."""

    rows: tuple[Combined, ...]
    n_shares: int
    amount: Decimal
    handed: Decimal
    trace: dict[str, object]
    findings: list[Finding]

    @property
    def gap(self) -> Decimal:
        """The yuan handed down less those received."""
        return self.handed - self.amount

    @property
    def adds_up(self) -> bool:
        """Whether nothing stands against handing it down."""
        return not any(each.severity == Severity.BLOCK for each in self.findings)


def way_of(upper: Upper) -> Way:
    """How an indicator's shares become one, by its operator, unit and name.

    Source: DOMAIN 1.9 汇总规则.
    """
    unit, name = upper.unit.strip(), upper.name.strip()
    if upper.operator == "定性":
        return Way.BAND
    if upper.operator == "区间" or upper.level2 == "时效" or TERM.fullmatch(unit):
        return Way.EACH
    return Way.MEAN if is_rate(name, unit) else Way.SUM


def is_rate(name: str, unit: str) -> bool:
    """Whether an indicator is a rate, by its unit or the end of its name: it cannot be added."""
    is_named_rate = RATE_END.search(name) and not NOT_A_RATE.search(name)
    return bool(RATE_UNIT.search(unit) or is_named_rate)


def band_of(percent: Decimal | Fraction) -> str:
    """The band of a share of completion; 80 and 60 belong to the better one."""
    return next(name for name, floor in BANDS if percent >= floor or name == BANDS[-1][0])


def rounded(number: Fraction) -> Decimal:
    """Four places half up, exactly so: the fraction is not made a float on the way."""
    scaled = abs(number) / Fraction(PLACES)
    whole = (scaled.numerator * 2 + scaled.denominator) // (scaled.denominator * 2)
    return (Decimal(whole) * PLACES) * (1 if number >= 0 else -1)
