"""Four pairs of days: what is with the budget, late, apart or not on record (B-05, W-07)."""

from datetime import date

import pytest

from apps.rules import synchrony
from apps.rules.synchrony import Pair, State, Step

pytestmark = [pytest.mark.req("B-05", "B-14", "W-07")]
BUDGET, TODAY = date(2024, 2, 5), date(2024, 4, 8)


def judged(step, target, budget=BUDGET, is_open=False):
    return synchrony.judge(Pair(step, budget, target, is_open), TODAY, "第八条")


@pytest.mark.parametrize(
    ("step", "target", "state", "days"),
    [
        (Step.COMPILED, date(2024, 2, 4), State.TOGETHER, -1),
        (Step.COMPILED, BUDGET, State.TOGETHER, 0),
        (Step.COMPILED, date(2024, 2, 6), State.LATE, 1),
        (Step.REVIEWED, date(2024, 1, 5), State.TOGETHER, -31),
        (Step.REVIEWED, date(2024, 3, 1), State.LATE, 25),
        (Step.APPROVED, BUDGET, State.TOGETHER, 0),
        (Step.APPROVED, date(2024, 2, 4), State.APART, -1),
        (Step.APPROVED, date(2024, 2, 6), State.LATE, 1),
        (Step.PUBLISHED, date(2024, 2, 4), State.APART, -1),
        (Step.PUBLISHED, date(2024, 2, 6), State.LATE, 1),
    ],
)
def test_targets_may_be_compiled_and_reviewed_before_the_budget_not_after(
    step, target, state, days
):
    found = judged(step, target)
    assert (found.state, found.days) == (state, days)


@pytest.mark.parametrize("step", list(Step))
def test_an_unknown_day_of_the_budget_is_never_guessed(step):
    found = judged(step, date(2024, 2, 6), budget=None)
    assert (found.state, found.days) == (State.UNKNOWN, 0)
    assert found.todo == synchrony.BUDGET_TODO[step]
    assert judged(step, None, budget=None).todo.endswith(synchrony.TARGET_TODO[step])


def test_targets_that_are_known_to_lag_are_late_by_the_days_so_far():
    found = judged(Step.COMPILED, None, is_open=True)
    assert (found.state, found.days) == (State.LATE, 63)
    assert "已过63天，目标还没有申报" in found.text
    assert judged(Step.COMPILED, None, budget=TODAY, is_open=True).state == State.UNKNOWN


@pytest.mark.parametrize("step", [Step.APPROVED, Step.PUBLISHED])
def test_an_approval_that_nobody_entered_is_not_called_late(step):
    found = judged(step, None)
    assert (found.state, found.todo) == (State.UNKNOWN, synchrony.TARGET_TODO[step])


def test_the_trace_names_both_days_the_rule_and_the_clause():
    trace = judged(Step.APPROVED, date(2024, 2, 6)).trace
    assert trace["clause"] == "第八条"
    assert trace["rule"] == "synchrony.approved"
    assert [row["value"] for row in trace["inputs"]] == ["2024-02-05", "2024-02-06"]
    assert "晚1天" in trace["result"]
    assert synchrony.judge(Pair(Step.APPROVED, None, None), TODAY).trace["clause"]


def test_the_worst_of_a_row_is_what_is_late_longest():
    late = [judged(Step.COMPILED, date(2024, 2, day)) for day in (6, 9)]
    others = [judged(Step.APPROVED, date(2024, 2, 1)), judged(Step.PUBLISHED, None)]
    assert synchrony.worst([*others, *late]) is late[1]
    assert synchrony.worst(others).state == State.APART
