"""Points of one indicator and of the execution rate, at every edge of every rule."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from apps.rules.errors import RuleError
from apps.rules.scoring import (
    ALL_OR_NONE,
    NATIONAL,
    Lowering,
    ScoreRules,
    Step,
    rate,
    score_execution,
    score_line,
)
from apps.rules.scoring.rules import ALWAYS, NEVER, STEPPED, UP_TO
from tests.rules.results import chosen, money, points, row, worked_out


def shown(line: Any, rules: ScoreRules = NATIONAL) -> str | None:
    """The points as text; the trace must lead to them."""
    score = score_line(line, rules)
    if score.points is None:
        assert score.trace["result"].startswith("不计分")
        return None
    assert worked_out(score.trace) == points(score.trace) == score.points
    return str(score.points)


@pytest.mark.parametrize(
    ("operator", "value", "actual", "weight", "expected"),
    [
        ("≥", 8755, 8676, 15, "14.86"),
        ("≥", 8755, 8755, 15, "15.00"),
        ("≥", 15, 6, 20, "8.00"),
        ("≥", 11442, 4164, 20, "7.28"),
        ("≥", 8000, "12767.36", 20, "20.00"),
        ("≥", 90, 0, 10, "0.00"),
        ("≥", 90, -5, 10, "0.00"),
        (">", 90, 90, 10, "10.00"),
        (">", 90, 45, 10, "5.00"),
        ("≤", 5300, 5830, 10, "9.09"),
        ("≤", 75, 75, 10, "10.00"),
        ("≤", 75, 10, 10, "10.00"),
        ("≤", 75, 0, 10, "10.00"),
        ("≤", 75, 150, 10, "5.00"),
        ("<", 75, 76, 10, "9.87"),
        ("=", 100, 100, 10, "10.00"),
        ("=", 100, 90, 10, "9.00"),
        ("=", 100, 110, 10, "9.00"),
        ("=", 100, 200, 10, "0.00"),
        ("=", 100, 301, 10, "0.00"),
        # exactly half a cent, also where the quotient alone does not end
        ("≥", 3, "0.67", "1.5", "0.34"),
        ("≥", 1, "0.3335", 10, "3.34"),
        ("≥", 1, "0.33349999", 10, "3.33"),
    ],
)
def test_a_number_is_scored_by_its_operator(
    operator: str, value: Any, actual: Any, weight: Any, expected: str
) -> None:
    assert shown(row(operator, value, actual, weight)) == expected


@pytest.mark.parametrize(
    ("actual", "expected"),
    [(18, "10.00"), (20, "10.00"), (22, "10.00"), (9, "5.00"), (44, "5.00"), (0, "0.00")],
)
def test_an_interval_is_full_inside_and_proportional_outside(actual: int, expected: str) -> None:
    assert shown(row("区间", 18, actual, high=22)) == expected


def test_below_an_interval_that_begins_at_zero_nothing_is_earned() -> None:
    assert shown(row("区间", 0, 3, high=5)) == "10.00"
    assert shown(row("区间", 0, -1, high=5)) == "0.00"


@pytest.mark.parametrize(
    ("operator", "value", "actual", "expected"),
    [
        ("≤", 0, 0, "10.00"),
        ("≤", 0, 1, "0.00"),
        ("=", 0, 0, "10.00"),
        ("=", 0, "0.01", "0.00"),
        ("≥", 0, 0, "10.00"),
        (">", 0, 0, "0.00"),
        ("<", 0, 0, "0.00"),
        ("≥", -5, -5, "10.00"),
        ("≥", -5, -6, "0.00"),
    ],
)
def test_of_a_target_of_zero_any_miss_is_the_whole(
    operator: str, value: int, actual: Any, expected: str
) -> None:
    score = score_line(row(operator, value, actual), NATIONAL)
    assert score.rule == "all_or_none"
    assert shown(row(operator, value, actual)) == expected


def test_a_row_scored_by_all_or_none_earns_nothing_for_nearly() -> None:
    assert shown(row("≥", 100, "99.9", method=ALL_OR_NONE)) == "0.00"
    assert shown(row("≤", 30, 30, method=ALL_OR_NONE)) == "10.00"
    assert shown(row("=", 5, 5, method=ALL_OR_NONE)) == "10.00"
    assert shown(row("区间", 5, 6, high=7, method=ALL_OR_NONE)) == "10.00"
    assert shown(row("区间", 5, 8, high=7, method=ALL_OR_NONE)) == "0.00"


def test_an_equal_row_may_be_scored_by_what_is_reached_alone() -> None:
    rules = replace(NATIONAL, equal=UP_TO)
    assert shown(row("=", 6, 8), rules) == "10.00"
    assert shown(row("=", 6, 3), rules) == "5.00"


@pytest.mark.parametrize(
    ("band", "share", "expected"),
    [
        ("达成", "1", "10.00"),
        ("达成", "0.8", "8.00"),
        ("达成", "0.7999", None),
        ("部分达成", "0.8", None),  # 80% belongs to the better band
        ("部分达成", "0.7999", "8.00"),
        ("部分达成", "0.6", "6.00"),
        ("未达成", "0.6", None),
        ("未达成", "0.5999", "6.00"),
        ("未达成", "0", "0.00"),
        ("达成", None, None),
        ("基本达成", "0.9", None),
        ("", "0.9", None),
    ],
)
def test_a_qualitative_row_has_a_band_and_a_share_within_it(
    band: str, share: str | None, expected: str | None
) -> None:
    assert shown(chosen(band, share)) == expected


def test_every_share_lies_in_exactly_one_band() -> None:
    for hundredth in range(101):
        share = Decimal(hundredth) / 100
        assert [band.holds(share) for band in NATIONAL.share_bands].count(True) == 1


def test_a_share_outside_its_band_is_told_apart_from_an_empty_cell() -> None:
    assert score_line(chosen("达成", "0.5"), NATIONAL).rule == "off_band"
    assert score_line(chosen("达成", None), NATIONAL).rule == "unscored"
    assert score_line(row("≥", 5, None), NATIONAL).rule == "unscored"
    assert score_line(row("≥", None, 5), NATIONAL).rule == "unscored"
    assert score_line(row("≤", None, 5), NATIONAL).rule == "unscored"
    assert score_line(row("=", None, 5), NATIONAL).rule == "unscored"
    assert score_line(row("区间", 5, 5), NATIONAL).rule == "unscored"
    assert score_line(row("≥", 5, 5, None), NATIONAL).rule == "unscored"
    assert score_line(row("？", 5, 5), NATIONAL).rule == "unscored"


# --- 超额 --------------------------------------------------------------------------------------
LOWERING = Lowering(Decimal("0.3"), Decimal(1), Decimal("0.6"))


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (100, "10.00"),
        (130, "10.00"),
        ("130.1", "9.99"),
        (150, "8.00"),
        (170, "6.00"),
        (171, "6.00"),
        (99, "9.90"),
    ],
)
def test_far_over_a_target_lowers_the_points_as_the_plan_says(actual: Any, expected: str) -> None:
    always = replace(NATIONAL, over=ALWAYS, lowering=LOWERING)
    assert shown(row("≥", 100, actual), always) == expected


def test_over_achieving_is_capped_and_lowered_only_where_the_target_was_found_low() -> None:
    rules = replace(NATIONAL, lowering=LOWERING)
    assert shown(row("≥", 100, 300), rules) == "10.00"
    assert shown(row("≥", 100, 300, is_target_low=True), rules) == "6.00"
    never = replace(rules, over=NEVER)
    assert shown(row("≥", 100, 300, is_target_low=True), never) == "10.00"


def test_lowering_without_the_places_numbers_is_refused_not_guessed() -> None:
    with pytest.raises(RuleError, match="超额多少起调减、怎样调减”：待本地确认") as refused:
        score_line(row("≥", 100, 101, is_target_low=True), NATIONAL)
    assert refused.value.code == "scoring.unset"
    assert shown(row("≥", 100, 100, is_target_low=True)) == "10.00"


# --- 满意度、及格门槛 --------------------------------------------------------------------------
STEPS = tuple(
    Step(Decimal(a), Decimal(b)) for a, b in (("0.9", "1"), ("0.8", "0.8"), ("0.6", "0.5"))
)


@pytest.mark.parametrize(
    ("actual", "expected"),
    [(95, "10.00"), ("94.99", "10.00"), (90, "10.00"), ("89.99", "8.00"), (80, "8.00"),
     ("79.99", "5.00"), (60, "5.00"), ("59.99", "0.00")],
)  # fmt: skip
def test_satisfaction_below_its_target_may_be_scored_by_steps(actual: Any, expected: str) -> None:
    rules = replace(NATIONAL, satisfaction=STEPS)
    line = row("≥", 95, actual, level1="满意度", level2="服务对象满意度", unit="%")
    assert shown(line, rules) == expected


def test_satisfaction_as_a_ratio_stands_on_the_same_steps_and_output_on_none() -> None:
    rules = replace(NATIONAL, satisfaction=STEPS)
    line = row("≥", "0.95", "0.85", level1="满意度", level2="服务对象满意度", unit="")
    assert shown(line, rules) == "8.00"
    bare = row("≥", 95, 85, level1="满意度", level2="服务对象满意度", unit="")
    assert shown(bare, rules) == "8.00"
    assert shown(row("≥", 95, 85, unit="%"), rules) == "8.95"
    proportional = row("≥", 95, 85, level1="满意度", level2="服务对象满意度", unit="%")
    assert shown(proportional) == "8.95"


@pytest.mark.parametrize(("actual", "expected"), [(60, "6.00"), ("59.99", "0.00"), (0, "0.00")])
def test_below_the_pass_mark_nothing_is_earned(actual: Any, expected: str) -> None:
    rules = replace(NATIONAL, pass_mark=Decimal("0.6"))
    assert shown(row("≥", 100, actual), rules) == expected
    assert shown(chosen("未达成", "0.5"), rules) == "5.00"


# --- 执行率 ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("budget", "executed", "weight", "expected"),
    [
        ("65.66", "65.07", 10, "9.91"),
        (650, 94, 20, "2.89"),
        (2596, "2595.6208", 20, "20.00"),
        (20, 20, 10, "10.00"),
        (170, "179.6", 10, "10.00"),
        (100, 0, 10, "0.00"),
        (100, -3, 10, "0.00"),
    ],
)
def test_execution_is_scored_in_proportion_and_never_above_its_points(
    budget: Any, executed: Any, weight: int, expected: str
) -> None:
    score = score_execution(money(budget, executed, weight), NATIONAL)
    assert str(score.points) == expected
    assert worked_out(score.trace) == score.points
    assert score.trace["clause"] == "财预〔2020〕10号"


@pytest.mark.parametrize(
    ("executed", "expected"),
    [("100", "10.00"), ("99.99", "7.00"), ("80", "7.00"), ("79.99", "5.00"), ("60", "5.00"),
     ("59.99", "0.00"), ("0", "0.00")],
)  # fmt: skip
def test_execution_by_steps_is_closed_at_each_floor(executed: str, expected: str) -> None:
    score = score_execution(money(100, executed), replace(NATIONAL, execution=STEPPED))
    assert str(score.points) == expected
    assert worked_out(score.trace) == score.points
    assert score.trace["clause"] == "财预〔2021〕101号"


def test_a_finished_project_within_its_budget_has_full_points_by_steps() -> None:
    stepped = replace(NATIONAL, execution=STEPPED)
    assert score_execution(money(100, 72, is_finished=True), stepped).points == 10


def test_a_rate_above_all_steps_is_for_the_place_to_decide() -> None:
    stepped = replace(NATIONAL, execution=STEPPED)
    with pytest.raises(RuleError, match="执行率超过100%时区间法得分”：待本地确认"):
        score_execution(money(100, 101), stepped)
    half = replace(stepped, over_budget=Decimal("0.5"))
    assert score_execution(money(100, 101), half).points == 5


def test_without_a_budget_the_rate_is_not_scored_and_says_why() -> None:
    none = score_execution(money(0, 0), NATIONAL)
    assert (none.points, none.rule) == (None, "no_budget")
    assert "分值由指标折算" in none.trace["formula"]
    assert score_execution(money(None, 5), NATIONAL).rule == "no_budget"
    assert score_execution(money(5, None), NATIONAL).rule == "execution_unknown"
    assert score_execution(money(5, 5, None), NATIONAL).rule == "execution_unknown"
    assert rate(money(0, 5)) is None


# --- 为什么 ------------------------------------------------------------------------------------
@pytest.mark.req("B-41")
def test_a_score_tells_formula_inputs_cap_clause_and_version() -> None:
    rules = replace(NATIONAL, version="2024年第1版")
    trace = score_line(row("≥", 8000, "12767.36", 20, unit="万元"), rules).trace
    assert trace == {
        "title": "指标",
        "rule": "scoring.positive",
        "version": "2024年第1版",
        "formula": "得分 = 分值 × 完成值 ÷ 指标值；达到指标值得满分",
        "calculation": "20 × 12767.36 ÷ 8000",
        "inputs": [
            {"name": "年度指标值", "value": "≥8,000万元"},
            {"name": "实际完成值", "value": "12,767.36万元"},
            {"name": "分值", "value": "20"},
        ],
        "cap": "不超过分值20分",
        "result": "20.00分",
        "clause": "财预〔2020〕10号",
    }


def test_a_local_rule_cites_the_plans_own_clause() -> None:
    rules = replace(NATIONAL, over=ALWAYS, lowering=LOWERING, clause="某县自评办法第8条")
    trace = score_line(row("≥", 100, 150), rules).trace
    assert trace["clause"] == "某县自评办法第8条"
    assert trace["formula"].endswith("超过指标值30%以上的部分，每超1%减1%，最多减到60%")
    assert score_line(row("≤", 100, 150), rules).trace["clause"] == "财预〔2020〕10号"
