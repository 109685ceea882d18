"""A whole table: both weight templates, rows that do not apply, ceilings and grades."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from apps.rules.scoring import (
    NATIONAL,
    Ceiling,
    ResultLine,
    ResultTable,
    ScoreRules,
    score_table,
)
from apps.rules.scoring.rules import SHARED
from apps.rules.weights import NATIONAL as TEMPLATES
from tests.rules.results import chosen, money, points, row, worked_out

CEILINGS = tuple(
    Ceiling(Decimal(below) / 100, Decimal(most))
    for below, most in ((90, 89), (80, 79), (70, 69), (60, 59))
)


def table(*lines: ResultLine, paid: Any = 100, of: Any = 100) -> ResultTable:
    return ResultTable(lines, money(of, paid))


def full(weight: Any, level1: str = "产出", **more: Any) -> ResultLine:
    return row("≥", 5, 5, weight, level1=level1, **more)


def test_each_template_of_weights_makes_a_hundred() -> None:
    for candidate in TEMPLATES:
        levels = candidate.weights.levels.items()
        lines = tuple(full(points, level1) for level1, points in levels if points)
        done = score_table(ResultTable(lines, money(1, 1, candidate.weights.execution)))
        assert (done.total, done.grade and done.grade.grade) == (100, "优")


@pytest.mark.parametrize(
    ("lost", "grade"),
    [("40.01", "差"), ("40", "中"), ("20.01", "中"), ("20", "良"), ("10.01", "良"), ("10", "优")],
)
def test_grades_are_closed_at_their_floors(lost: str, grade: str) -> None:
    weight = Decimal(lost)
    done = score_table(table(full(90 - weight), row("≥", 5, 0, weight)))
    assert done.total == 100 - weight
    assert done.grade is not None
    assert done.grade.grade == grade


def test_a_table_is_the_sum_of_its_rounded_rows_and_tells_so() -> None:
    lines = (row("≥", 3, 1, 30), row("≥", 3, 1, 30), chosen("部分达成", "0.7", 30))
    done = score_table(table(*lines, paid="65.07", of="65.66"))
    assert [str(each.points) for each in done.scores] == ["10.00", "10.00", "21.00"]
    assert str(done.total) == "50.91"
    assert done.trace["calculation"] == "10 + 10 + 21 + 9.91"
    assert worked_out(done.trace) == points(done.trace) == done.total


def test_rows_that_do_not_apply_leave_their_points_to_the_rest() -> None:
    lines = (row("≥", 4, 3, 60), full(20, excluded="政策停止执行"), full(10))
    done = score_table(table(*lines))
    assert done.scores[1].rule == "excluded"
    assert done.scores[1].trace["result"] == "不计分：政策停止执行"
    assert str(done.total) == "81.25"  # (45 + 10 + 10) × 100 ÷ 80
    assert worked_out(done.trace) == done.total
    assert done.trace["formula"].endswith("不适用的不计，按适用分值折算")


def test_a_budget_of_zero_leaves_the_points_of_the_rate_to_the_indicators() -> None:
    done = score_table(table(row("≥", 10, 9, 90), paid=0, of=0))
    assert done.execution is not None
    assert done.execution.rule == "no_budget"
    assert str(done.total) == "90.00"
    assert done.missing == 0


def test_points_may_be_shared_within_the_level_instead() -> None:
    lines = (
        full(10, excluded="不适用"),
        row("≥", 2, 1, 20),
        full(20),
        full(30, "效益"),
        full(10, "满意度"),
    )
    done = score_table(table(*lines), replace(NATIONAL, excluded=SHARED))
    assert [each.weight for each in done.scores] == [0, 25, 25, 30, 10]
    assert str(done.total) == "87.50"
    uneven = tuple(full(weight) for weight in (20, 20, 20))
    shared = score_table(
        table(*uneven, full(30, excluded="不适用")), replace(NATIONAL, excluded=SHARED)
    )
    assert [each.weight for each in shared.scores] == [30, 30, 30, 0]
    assert shared.total == 100


def test_a_level_of_which_nothing_applies_is_converted() -> None:
    lines = (full(50), full(30, "效益"), full(10, "满意度", excluded="无服务对象"))
    done = score_table(table(*lines, paid=50), replace(NATIONAL, excluded=SHARED))
    assert str(done.total) == "94.44"  # 85 × 100 ÷ 90


@pytest.mark.parametrize(
    ("executed", "total", "grade"),
    [
        ("90", "99.00", "优"),
        ("89.99", "89.00", "良"),
        ("80", "89.00", "良"),
        ("79.99", "79.00", "中"),
        ("69.99", "69.00", "中"),
        ("60", "69.00", "中"),
        ("59.99", "59.00", "差"),
    ],
)
def test_a_low_rate_caps_the_total_as_the_place_says(executed: str, total: str, grade: str) -> None:
    done = score_table(table(full(90), paid=executed), replace(NATIONAL, ceilings=CEILINGS))
    assert str(done.total) == total
    assert done.grade is not None
    assert done.grade.grade == grade
    assert worked_out(done.trace) == done.total


def test_what_a_ceiling_took_is_kept_with_its_reason() -> None:
    done = score_table(table(full(90), paid=85), replace(NATIONAL, ceilings=CEILINGS))
    assert done.raw_grade is not None
    assert (str(done.raw_total), done.raw_grade.grade) == ("98.50", "优")
    assert done.cap_reason == "执行率低于90%，总分最高89分"
    low = score_table(table(row("≥", 9, 1, 90), paid=85), replace(NATIONAL, ceilings=CEILINGS))
    assert low.cap_reason == ""


def test_rows_without_a_result_leave_the_grade_open() -> None:
    done = score_table(table(full(45), row("≥", 5, None, 45)))
    assert (done.missing, done.grade, done.raw_grade) == (1, None, None)
    assert str(done.total) == "55.00"
    empty = score_table(ResultTable(()))
    assert (empty.total, empty.grade, empty.execution) == (0, None, None)


def test_a_table_without_points_for_the_rate_is_scored_by_its_rows() -> None:
    assert score_table(ResultTable((full(100),)), ScoreRules()).total == 100
