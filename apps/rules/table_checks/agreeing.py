"""Whether a printed number is the worked-out one: as far as its own decimals go."""

from __future__ import annotations

from decimal import ROUND_FLOOR, Decimal
from enum import Enum
from fractions import Fraction

from apps.rules.numbers import plain
from apps.rules.table_checks.values import places

TWO = 2
CENT = Decimal("0.01")


class Match(Enum):
    """How a printed number stands to the exact one."""

    EQUAL = "equal"  # rounded half up
    CUT = "cut"  # decimals dropped
    BELOW = "below"
    ABOVE = "above"


def match(printed: Decimal, exact: Fraction | Decimal, most: int = 4) -> Match:
    """The printed number against the exact one at its own number of decimals, `most` at most."""
    digits = min(places(printed), most)
    scale = 10**digits
    scaled = Fraction(exact) * scale
    shown = Fraction(printed) * scale
    if abs(shown - scaled) <= Fraction(1, 2):
        return Match.EQUAL
    if shown == scaled.numerator // scaled.denominator:
        return Match.CUT
    return Match.ABOVE if shown > scaled else Match.BELOW


def score_match(printed: Decimal, earned: Decimal) -> Match:
    """A score against the points it should be, which are themselves rounded to two places."""
    digits = places(printed)
    if digits >= TWO:
        if abs(printed - earned) < CENT:
            return Match.EQUAL
        cut = earned - printed == CENT
        return Match.CUT if cut else _side(printed, earned)
    unit = Decimal(1).scaleb(-digits)
    # A point worked out as 7.245 and rounded to 7.25 may stand as 7.2 or as 7.3.
    if abs(printed - earned) <= unit / 2 + CENT / 2:
        return Match.EQUAL
    if printed == earned.quantize(unit, ROUND_FLOOR):
        return Match.CUT
    return _side(printed, earned)


def _side(printed: Decimal, earned: Decimal) -> Match:
    return Match.ABOVE if printed > earned else Match.BELOW


def percent_text(ratio: Fraction) -> str:
    """A ratio in percent with as many of four places as say something: 14.4615, 88.8321, 100."""
    scaled = ratio * 1_000_000
    whole = (scaled.numerator * 2 + scaled.denominator) // (scaled.denominator * 2)
    return plain(Decimal(whole) / 10_000)


def two_places(ratio: Fraction) -> str:
    """A ratio in percent, two places half up, for messages."""
    scaled = ratio * 10_000
    whole = (scaled.numerator * 2 + scaled.denominator) // (scaled.denominator * 2)
    return plain(Decimal(whole) / 100)
