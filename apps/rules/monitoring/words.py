"""The words of monitoring: how a ratio is shown, and the trace behind 为什么 (decision 6)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from apps.rules.numbers import show_value

Trace = dict[str, object]
TABLE = "财预〔2019〕136号附 项目支出绩效目标执行监控表"
SHOWN = 10000  # a percentage is shown to the hundredth


def percent(ratio: Fraction | Decimal) -> str:
    """A ratio as percent, up to two places half up: 41.67%, 60%, −5%."""
    return f"{points(ratio)}%"


def points(ratio: Fraction | Decimal) -> str:
    """A ratio in percentage points, as `percent` without its sign."""
    return show_value(hundredths(ratio))


def hundredths(ratio: Fraction | Decimal) -> Decimal:
    """A ratio in percent, two places half up, exactly so: the fraction is made no float."""
    scaled = abs(Fraction(ratio)) * SHOWN
    whole = (scaled.numerator * 2 + scaled.denominator) // (scaled.denominator * 2)
    return Decimal(whole if ratio >= 0 else -whole) / 100


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
