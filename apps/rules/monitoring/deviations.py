"""What is due of an indicator at a node, and how far the actual value is off it (DOMAIN 2.3)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from apps.rules.decomposition.parts import is_rate
from apps.rules.monitoring.node_form import BANDS, LIKELIHOODS, ProgressLine
from apps.rules.monitoring.rules import PromiseRule
from apps.rules.monitoring.words import number
from apps.rules.target_form import TargetLine

FIXED = ("质量", "时效", "成本")  # never prorated
REVERSE = ("≤", "<")
SATISFACTION = ("满意度", "服务对象满意度")
COST = ("成本", "运行成本")
ONE = Fraction(1)
ZERO = Fraction(0)


@dataclass(frozen=True)
class Due:
    """The values that keep the promise at the node; an end that is None is open.

    `is_strict`: the end itself does not keep it (> and <).
    """

    low: Fraction | None
    high: Fraction | None
    is_prorated: bool = False
    is_strict: bool = False

    @property
    def words(self) -> str:
        """≥48 · ≤12 · =20 · 18–22."""
        if self.low is None:
            return f"{'<' if self.is_strict else '≤'}{number(self.high or ZERO)}"
        if self.high is None:
            return f"{'>' if self.is_strict else '≥'}{number(self.low)}"
        if self.low == self.high:
            return f"={number(self.low)}"
        return f"{number(self.low)}–{number(self.high)}"


def kind_of(line: TargetLine) -> str:
    """数量, 质量, 时效, 成本, 效益 or 满意度: the kind by which rules speak of indicators."""
    if line.level1 in COST or line.level2 == "成本":
        return "成本"
    if line.level1 in SATISFACTION:
        return "满意度"
    return line.level2 if line.level2 in ("数量", "质量", "时效") else "效益"


def is_reverse(line: TargetLine) -> bool:
    """Whether less is better."""
    return line.operator in REVERSE


def due(line: TargetLine, share: Fraction = ONE, rule: PromiseRule | None = None) -> Due | None:
    """What is due of a promise once `share` of the year is over; None: nothing to measure against.

    Without a rule, and of what the rule does not prorate, the whole year's value is due.
    """
    if line.operator == "定性" or line.value is None:
        return None
    value = Fraction(line.value)
    is_prorated = rule is not None and prorates(line, rule)
    part = value * share if is_prorated else value
    is_strict = line.operator in (">", "<")
    if is_reverse(line):
        return Due(None, part, is_prorated, is_strict)
    if line.operator == "区间":
        high = value if line.value_high is None else Fraction(line.value_high)
        return Due(part, high, is_prorated)
    return Due(part, value if line.operator == "=" else None, is_prorated, is_strict)


def prorates(line: TargetLine, rule: PromiseRule) -> bool:
    """Whether only the elapsed share of the year's value is due."""
    kind = kind_of(line)
    if kind not in rule.prorated or line.value is None or line.value <= 0:
        return False
    return rule.prorates_rates or not is_rate(line.name.strip(), line.unit.strip())


def is_met(due: Due, actual: Decimal) -> bool:
    """Whether the value keeps what is due."""
    value = Fraction(actual)
    if due.is_strict and value in (due.low, due.high):
        return False
    return (due.low is None or value >= due.low) and (due.high is None or value <= due.high)


def deviation(due: Due, actual: Decimal) -> Fraction:
    """How far the value is on the wrong side, as a share of what is due; 0 on the right side.

    Of a due of 0 (no accident) any miss is the whole of it.
    """
    value = Fraction(actual)
    if due.low is not None and value < due.low:
        return _share(due.low - value, due.low)
    if due.high is not None and value > due.high:
        return _share(value - due.high, due.high)
    return ZERO


def done(due: Due, actual: Decimal) -> Fraction:
    """The ratio of the value to what is due, for scales by 完成比; 1 is as due.

    Only where more is better, and something is due, can it exceed 1.
    """
    if is_proportional(due) and due.low:
        return max(Fraction(actual) / due.low, ZERO)
    return max(ONE - deviation(due, actual), ZERO)


def is_proportional(due: Due) -> bool:
    """Whether more is better and something is due, so that `done` divides by what is due."""
    return due.high is None and due.low is not None and due.low > 0


def is_off(
    row: ProgressLine, share: Fraction, rule: PromiseRule | None, tolerance: Decimal | None
) -> bool:
    """Whether a reason and a measure are demanded of the row (财预〔2019〕136号).

    It is off when the actual value misses what is due by more than the tolerance (a ratio; None:
    by anything), when the year's end will miss the promise, or when that is not 确定能. Without a
    rule nobody knows what is due by now, and only the year's end counts.
    """
    if row.likelihood in LIKELIHOODS[1:] or misses_year(row):
        return True
    if row.is_not_due or not row.is_filled:
        return False
    if row.is_qualitative:
        return row.band in BANDS[1:] and rule is not None
    now = None if rule is None else due(row.target, share, rule)
    if now is None or row.actual is None:
        return False
    if tolerance is None:
        return not is_met(now, row.actual)
    return deviation(now, row.actual) > Fraction(tolerance)


def misses_year(row: ProgressLine) -> bool:
    """Whether the year is forecast to end without the promise kept."""
    if row.is_qualitative:
        return row.forecast_band in BANDS[1:]
    year = due(row.target)
    return year is not None and row.forecast is not None and not is_met(year, row.forecast)


def _share(miss: Fraction, end: Fraction) -> Fraction:
    return miss / abs(end) if end else ONE
