"""Which template applies to a form, and how the form departs from it."""

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.rules.errors import RuleError
from apps.rules.weights import (
    NATIONAL,
    WeightCandidate,
    barred_levels,
    choose,
    departures,
    due_points,
    points_by_level,
    total_points,
)
from tests.rules.forms import WEIGHTS, form, line, lines

COST = line("k", level1="成本", level2="经济成本")


@pytest.mark.parametrize(
    ("rows", "title"),
    [
        (lines(), "不设成本指标"),
        (lines()[:2], "不设成本、满意度指标"),
        ((COST, *lines()), "设成本、满意度指标"),
        ((COST, *lines()[:2]), "设成本指标、不设满意度"),
        ((line("o", level2="成本"), *lines()), "不设成本指标"),
    ],
)
@pytest.mark.req("Q-32")
def test_the_template_follows_whether_cost_and_satisfaction_are_set(rows, title: str) -> None:
    assert choose(NATIONAL, form(lines=rows)).title == title


@pytest.mark.parametrize("candidate", NATIONAL)
def test_every_national_template_shares_exactly_one_hundred(candidate: WeightCandidate) -> None:
    shares = [points for points in candidate.weights.levels.values() if points]

    assert sum(shares) == due_points(candidate.weights) == 90


def test_the_tasks_own_template_comes_before_the_plans() -> None:
    own = WeightCandidate(replace(WEIGHTS, title="本任务"), is_task_own=True)

    assert choose([*NATIONAL, own], form()).title == "本任务"


def test_a_template_that_says_what_the_form_does_beats_one_that_fits_all() -> None:
    fits_all = WeightCandidate(replace(WEIGHTS, title="通用"))

    assert choose([fits_all, *NATIONAL], form()).title == "不设成本指标"
    assert choose([fits_all, NATIONAL[0]], form()).title == "通用"


def test_an_own_template_that_contradicts_the_form_still_holds() -> None:
    no_cost = WeightCandidate(replace(WEIGHTS, title="不设成本"), has_cost=False, is_task_own=True)

    assert choose([no_cost, *NATIONAL], form(lines=(COST, *lines()))).title == "不设成本"


def test_a_plan_without_templates_is_told_so() -> None:
    with pytest.raises(RuleError, match="没有设权重标准"):
        choose([], form())


def test_points_are_shared_by_first_level() -> None:
    rows = (*lines(), line("x", level1="决策", weight=Decimal(5)), line("y", weight=None))

    assert points_by_level(rows) == {"成本": 0, "产出": 50, "效益": 30, "满意度": 10}
    assert total_points(rows) == 95


def test_departures_name_level_and_difference() -> None:
    rows = (line("a", weight=Decimal(70)), *lines()[1:])
    weights = replace(WEIGHTS, levels={**WEIGHTS.levels, "满意度": None, "成本": Decimal(0)})

    (departure,) = departures(form(lines=rows), weights)

    assert (departure.level1, departure.found, departure.expected) == ("产出", 70, 50)
    assert departure.excess == 20
    assert barred_levels(form(lines=rows), weights) == ["满意度"]
