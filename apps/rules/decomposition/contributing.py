"""What each share brings to an upper indicator, in the indicator's unit and as a part of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from apps.rules.decomposition.parts import Share, Upper, Way, rounded, way_of


@dataclass(frozen=True)
class Contribution:
    """One share's part: `number` in the indicator's unit, `part` as a fraction of all together.

    None where values are kept each for itself, or where there is nothing to divide by.
    """

    number: Decimal | None = None
    part: Decimal | None = None


def contributions(upper: Upper, shares: Sequence[Share]) -> dict[str, Contribution]:
    """What each serving share brings, by its key: its value, of a rate its value by its money.

    The numbers together are the combined value, but for the last rounded place.
    Source: DOMAIN 1.9 汇总规则.
    """
    serving = [share for share in shares if upper.key in share.values]
    way = way_of(upper)
    money = sum((Fraction(share.amount) for share in serving), Fraction(0))
    if way == Way.EACH or (way != Way.SUM and money <= 0):
        return {share.key: Contribution() for share in serving}
    numbers = {share.key: _number(upper, way, share, money) for share in serving}
    whole = sum(numbers.values(), Fraction(0))
    return {
        key: Contribution(rounded(number), rounded(number / whole) if whole else None)
        for key, number in numbers.items()
    }


def _number(upper: Upper, way: Way, share: Share, money: Fraction) -> Fraction:
    value = Fraction(share.values[upper.key].value)
    return value if way == Way.SUM else value * Fraction(share.amount) / money
