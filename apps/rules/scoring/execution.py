"""The points of the execution rate, by either of the two methods (DOMAIN 2.5)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from apps.rules.numbers import CENT
from apps.rules.scoring.lines import Money
from apps.rules.scoring.rules import ONE, STEPPED, ZERO, ScoreRules, unsettled
from apps.rules.scoring.score import Score

NO_BUDGET, UNKNOWN = "no_budget", "execution_unknown"


def rate(money: Money) -> Fraction | None:
    """Executed of the year's adjusted budget, exactly; None without a budget or an amount paid.

    Not the rate of an evaluation's indicator system, which divides by what was received
    (paid ÷ received).
    Source: 财预〔2020〕10号附1.
    """
    if money.executed is None or not money.budget:
        return None
    return Fraction(money.executed) / Fraction(money.budget)


def score_execution(money: Money, rules: ScoreRules) -> Score:
    """The points of the rate, 0 to its weight; without a budget it is not scored.

    Raises RuleError (待本地确认) under 区间法 for a rate above 100% that no step speaks of.
    Source: 财预〔2020〕10号; 财预〔2021〕101号.
    """
    points = money.points
    found = rate(money)
    if points is None or found is None:
        rule = UNKNOWN if money.budget or points is None else NO_BUDGET
        return Score(money, rule, None, points, rules)
    if rules.execution == STEPPED:
        return Score(money, "execution_steps", _cents(points * _step(money, rules)), points, rules)
    if money.executed is None or money.budget is None or found >= 1:
        return Score(money, "execution", _cents(points), points, rules)
    earned = points * max(money.executed, ZERO) / money.budget
    return Score(money, "execution", _cents(max(earned, ZERO)), points, rules)


def _step(money: Money, rules: ScoreRules) -> Decimal:
    """The share of the step on which the rate stands."""
    found = rate(money) or Fraction(0)
    if found > 1:
        if rules.over_budget is None:
            unsettled("执行率超过100%时区间法得分")
        return rules.over_budget
    if found == 1 or money.is_finished:
        return ONE
    return next(
        (step.share for step in rules.execution_steps if found >= Fraction(step.floor)), ZERO
    )


def _cents(points: Decimal) -> Decimal:
    return points.quantize(CENT, ROUND_HALF_UP)
