"""The words of monitoring: how a ratio is shown, and the trace behind 为什么 (decision 6)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from apps.rules.numbers import show_value

Trace = dict[str, object]
TABLE = "财预〔2019〕136号附 项目支出绩效目标执行监控表"
PLACES = 2  # a percentage is shown to the hundredth
MOST_PLACES = 12  # beyond which no amount in 分 of any budget can differ


def percent(ratio: Fraction | Decimal, edges: Iterable[Decimal] = ()) -> str:
    """A ratio as percent, up to two places half up: 41.67%, 60%, −5%; `edges` as in points."""
    return f"{points(ratio, edges)}%"


def points(ratio: Fraction | Decimal, edges: Iterable[Decimal] = ()) -> str:
    """A ratio in percentage points, as `percent` without its sign.

    Where that would be rounded onto or over one of the edges, which the light is read from, it has
    as many more places as it takes: 10.002 beside a light that ends at 10.
    """
    exact, marks = Fraction(ratio), [Fraction(edge) for edge in edges]
    for places in range(PLACES, MOST_PLACES):
        shown = rounded(exact, places)
        if all(_side(Fraction(shown), mark * 100) == _side(exact, mark) for mark in marks):
            return show_value(shown)
    return show_value(rounded(exact, MOST_PLACES))


def hundredths(ratio: Fraction | Decimal) -> Decimal:
    """A ratio in percent, two places half up."""
    return rounded(Fraction(ratio), PLACES)


def rounded(ratio: Fraction, places: int) -> Decimal:
    """A ratio in percent, half up, exactly so: the fraction is made no float."""
    scaled = abs(ratio) * 100 * 10**places
    whole = (scaled.numerator * 2 + scaled.denominator) // (scaled.denominator * 2)
    return Decimal(whole if ratio >= 0 else -whole).scaleb(-places)


def _side(value: Fraction, edge: Fraction) -> int:
    """−1 below the edge, 0 on it, 1 above."""
    return (value > edge) - (value < edge)


def number(value: Fraction) -> str:
    """A value due, up to two places half up."""
    return show_value(hundredths(value / 100))


def trace(
    rule: str,
    title: str,
    formula: str,
    inputs: Iterable[tuple[str, str]],
    result: str,
    clause: str,
    calculation: str = "",
) -> Trace:
    """What 为什么 shows, ready to store; `inputs` are pairs of a name and its value."""
    return {
        "title": title,
        "rule": f"monitoring.{rule}",
        "formula": formula,
        "calculation": calculation,
        "inputs": [{"name": name, "value": value} for name, value in inputs],
        "result": result,
        "clause": clause,
    }
