"""The points of one indicator: by its operator, its kind and the plan's rules (DOMAIN 2.3–2.6).

Points are weight × numerator ÷ denominator: multiplied first, divided once, rounded once, half up
to two places. Values have 15 digits at most (numbers.parse_number) and quotients 28, so that none
comes near a tie unless it is one.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal

from apps.rules.monitoring.deviations import kind_of
from apps.rules.numbers import CENT
from apps.rules.scoring.lines import ALL_OR_NONE, ResultLine
from apps.rules.scoring.rules import ALWAYS, NEVER, ONE, UP_TO, ZERO, ScoreRules
from apps.rules.scoring.score import Score

Part = tuple[str, Decimal, Decimal]  # the rule's code, numerator and denominator of the share
EXCLUDED, UNSCORED, OFF_BAND = "excluded", "unscored", "off_band"
PROPORTIONAL = ("positive", "reverse", "equal", "interval")  # those that a pass mark speaks of


def score_line(line: ResultLine, rules: ScoreRules) -> Score:
    """The points of the row, 0 to its weight, two places half up; unscored where a cell is empty.

    Raises RuleError (待本地确认) where the row needs a number that the plan has not settled.
    Source: 财预〔2020〕10号; 财预〔2021〕101号.
    """
    target = line.target
    weight = target.weight
    if weight is None or line.excluded:
        return Score(line, EXCLUDED if line.excluded else UNSCORED, None, weight, rules)
    way = _WAYS.get(target.operator)
    part = way(line, rules) if way is not None else None
    if part is None:
        is_off = line.is_qualitative and line.band != "" and line.share is not None
        return Score(line, OFF_BAND if is_off else UNSCORED, None, weight, rules)
    rule, some, whole = part
    if some >= whole:
        points = weight
    elif some <= ZERO:
        points = ZERO
    elif rules.pass_mark and rule in PROPORTIONAL and some < rules.pass_mark * whole:
        rule, points = "pass_mark", ZERO
    else:
        points = weight * some / whole
    return Score(line, rule, points.quantize(CENT, ROUND_HALF_UP), weight, rules)


def _at_least(line: ResultLine, rules: ScoreRules) -> Part | None:
    """≥ and >: actual of target; over-achieving never brings more than the weight."""
    actual, value = line.actual, line.target.value
    if actual is None or value is None:
        return None
    if value <= ZERO or line.method == ALL_OR_NONE:
        return _all_or_none(actual > value or (actual == value and line.target.operator != ">"))
    if actual > value and rules.over != NEVER and (line.is_target_low or rules.over == ALWAYS):
        return "over", *rules.lowering_or_refuse().share(actual, value)
    if actual < value and rules.satisfaction and kind_of(line.target) == "满意度":
        return "satisfaction", rules.satisfaction_share(line.target.unit, value, actual), ONE
    return "positive", actual, value


def _at_most(line: ResultLine, rules: ScoreRules) -> Part | None:
    """≤ and <: full when kept, else target of actual; a target of 0 is kept or missed."""
    actual, value = line.actual, line.target.value
    if actual is None or value is None:
        return None
    if value <= ZERO or line.method == ALL_OR_NONE:
        return _all_or_none(actual < value or (actual == value and line.target.operator != "<"))
    return ("reverse", ONE, ONE) if actual <= value else ("reverse", value, actual)


def _equal(line: ResultLine, rules: ScoreRules) -> Part | None:
    """=: less by the deviation on either side, or only when not reached, as the rules say."""
    actual, value = line.actual, line.target.value
    if actual is None or value is None:
        return None
    if value <= ZERO or line.method == ALL_OR_NONE:
        return _all_or_none(actual == value)
    if rules.equal == UP_TO:
        return "positive", actual, value
    return "equal", value - abs(actual - value), value


def _within(line: ResultLine, rules: ScoreRules) -> Part | None:
    """区间: full inside, else in proportion to the nearest end."""
    actual, low, high = line.actual, line.target.value, line.target.value_high
    if actual is None or low is None or high is None:
        return None
    is_inside = low <= actual <= high
    if line.method == ALL_OR_NONE:
        return _all_or_none(is_inside)
    if is_inside:
        return "interval", ONE, ONE
    if (low if actual < low else high) <= ZERO:
        return _all_or_none(False)
    return ("interval", actual, low) if actual < low else ("interval", high, actual)


def _chosen(line: ResultLine, rules: ScoreRules) -> Part | None:
    """定性: the coefficient, where it lies within the chosen band."""
    band = rules.band(line.band)
    if band is None or line.share is None or not band.holds(line.share):
        return None
    return "band", line.share, ONE


def _all_or_none(is_met: bool) -> Part:
    return "all_or_none", ONE if is_met else ZERO, ONE


_WAYS: dict[str, Callable[[ResultLine, ScoreRules], Part | None]] = {
    "≥": _at_least,
    ">": _at_least,
    "≤": _at_most,
    "<": _at_most,
    "=": _equal,
    "区间": _within,
    "定性": _chosen,
}
