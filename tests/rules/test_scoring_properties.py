"""Promises of scoring that hold for every number."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from apps.rules.scoring import (
    NATIONAL,
    Lowering,
    ResultLine,
    ResultTable,
    score_execution,
    score_line,
    score_table,
)
from apps.rules.scoring.rules import ALWAYS
from tests.rules.results import money, row, worked_out

calm = settings(max_examples=200, deadline=None)
values = st.decimals(-(10**6), 10**11, places=4, allow_nan=False)
weights = st.decimals(0, 100, places=2, allow_nan=False)
operators = st.sampled_from(["≥", ">", "≤", "<", "=", "区间"])
RULES = (
    NATIONAL,
    replace(NATIONAL, over=ALWAYS, lowering=Lowering(Decimal("0.2"), Decimal("0.5"), Decimal(0))),
    replace(NATIONAL, pass_mark=Decimal("0.6")),
)


@st.composite
def lines(draw: st.DrawFn) -> ResultLine:
    return row(
        draw(operators),
        draw(values),
        draw(values),
        draw(weights),
        high=draw(values),
        level1=draw(st.sampled_from(["产出", "效益", "满意度"])),
        excluded=draw(st.sampled_from(["", "", "", "不适用"])),
    )


@calm
@given(lines(), st.sampled_from(RULES))
def test_points_lie_between_zero_and_the_weight_and_follow_from_the_trace(line, rules) -> None:
    score = score_line(line, rules)
    if score.points is not None:
        assert 0 <= score.points <= line.target.weight
        assert worked_out(score.trace) == score.points


@calm
@given(st.sampled_from(["≥", ">"]), values, values, values, weights)
def test_more_is_never_less_where_more_is_better(operator, value, one, other, weight) -> None:
    low, high = sorted((one, other))
    points = [
        score_line(row(operator, value, each, weight), NATIONAL).points for each in (low, high)
    ]
    assert points[0] <= points[1]


@calm
@given(st.sampled_from(["≤", "<"]), values, values, values, weights)
def test_more_is_never_better_where_less_is(operator, value, one, other, weight) -> None:
    low, high = sorted((one, other))
    points = [
        score_line(row(operator, value, each, weight), NATIONAL).points for each in (low, high)
    ]
    assert points[0] >= points[1]


@calm
@given(values, values, weights)
def test_execution_keeps_within_its_points_and_its_trace(budget, executed, weight) -> None:
    score = score_execution(money(abs(budget), executed, weight), NATIONAL)
    if score.points is not None:
        assert 0 <= score.points <= weight
        assert worked_out(score.trace) == score.points


@calm
@given(st.lists(lines(), max_size=8), values, values)
def test_a_table_never_earns_more_than_its_points(rows, budget, executed) -> None:
    done = score_table(ResultTable(tuple(rows), money(abs(budget), executed)))
    full = sum((each.weight or 0 for each in done.scores), Decimal(10))
    assert 0 <= done.total <= full
    assert worked_out(done.trace) == done.total
