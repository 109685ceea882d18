"""The arithmetic: each upper indicator from its shares, and the money."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from apps.rules.decomposition.findings import found_of
from apps.rules.decomposition.parts import (
    AT_MOST,
    BANDS,
    FULL,
    Combined,
    Decomposition,
    Money,
    Share,
    Upper,
    Value,
    Way,
    band_of,
    rounded,
    way_of,
)
from apps.rules.decomposition.words import money_trace, row_trace

Serving = Sequence[tuple[Share, Value]]
ZERO = Fraction(0)


def decompose(
    uppers: Sequence[Upper],
    shares: Sequence[Share],
    amount: Decimal,
    money: Money | None = Money.EQUAL,
) -> Decomposition:
    """Each indicator combined from its shares, the money, and all findings, 阻断 first.

    Amounts in yuan; without `money`, what they must come to together is not judged. Source: DOMAIN
    1.9 汇总规则.
    """
    rows = tuple(_combined(upper, _serving(upper, shares)) for upper in uppers)
    handed = sum((share.amount for share in shares), Decimal(0))
    trace = money_trace([share.amount for share in shares], handed, amount)
    findings = found_of(rows, shares, handed, amount, money)
    return Decomposition(rows, len(shares), amount, handed, trace, findings)


def _serving(upper: Upper, shares: Sequence[Share]) -> Serving:
    return [(share, share.values[upper.key]) for share in shares if upper.key in share.values]


def _combined(upper: Upper, serving: Serving) -> Combined:
    way = way_of(upper)
    low = _low(upper, way, serving) if serving else None
    high = _high(serving) if serving and upper.operator == "区间" else None
    value = None if low is None else rounded(low)
    gap = None if low is None or not upper.is_whole else rounded(_gap(upper, way, low, high))
    return Combined(
        upper=upper,
        way=way,
        value=value,
        high=None if high is None else rounded(high),
        gap=gap,
        band=band_of(low) if way == Way.BAND and low is not None else "",
        n_shares=len(serving),
        trace=row_trace(upper, way, serving, value, gap),
    )


def _low(upper: Upper, way: Way, serving: Serving) -> Fraction | None:
    """The exact combined value; None where there is no money to weigh with."""
    values = [Fraction(each.value) for _, each in serving]
    if way == Way.SUM:
        return sum(values, ZERO)
    if way in (Way.MEAN, Way.BAND):
        return _mean([Fraction(share.amount) for share, _ in serving], values)
    if upper.operator == "=":
        aim = Fraction(upper.value or 0)
        return max(values, key=lambda value: abs(value - aim))
    return max(values) if upper.operator in AT_MOST else min(values)


def _high(serving: Serving) -> Fraction:
    """The highest end of the intervals."""
    return max(Fraction(each.value if each.high is None else each.high) for _, each in serving)


def _mean(amounts: Sequence[Fraction], values: Sequence[Fraction]) -> Fraction | None:
    weight = sum(amounts, ZERO)
    if weight <= 0:
        return None
    return sum((a * v for a, v in zip(amounts, values, strict=True)), ZERO) / weight


def _gap(upper: Upper, way: Way, low: Fraction, high: Fraction | None) -> Fraction:
    """Combined less upper, exactly."""
    if way == Way.BAND:
        return ZERO if band_of(low) == BANDS[0][0] else low - Fraction(FULL)
    value = Fraction(upper.value or 0)
    if high is None:
        return low - value
    return min(low - value, ZERO) or max(high - Fraction(upper.high or 0), ZERO)
