"""Which findings led to a change, cell by cell, and how often a check hits."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.rules.finding_counts import RuleCount, led_to_change, total
from apps.rules.form_diff import Cell, FormDiff, Row, Section, diff
from apps.rules.target_form import TargetForm, TargetLine, TaskLine
from apps.rules.target_shapes import UNIT_SIX

LINE = TargetLine("a", "产出", "数量", "更换水表", "≥", Decimal(10), unit="块", weight=Decimal(50))
OTHER = TargetLine("b", "效益", "社会效益", "受益人数", "≥", Decimal(9), unit="人")
OLD = TargetForm(
    first_year=2024,
    year_goal="换表",
    funds={"year": {"fiscal": Decimal(100)}},
    lines=(LINE, OTHER),
)
MORE = replace(OLD, lines=(replace(LINE, value=Decimal(12)), OTHER))
CASES = {
    "value": (MORE, {"indicator:a.value", "indicator:a.unit", "indicator:a", "indicators",
                     "level:产出", "form"}),
    "weight": (replace(OLD, lines=(replace(LINE, weight=Decimal(40)), OTHER)),
               {"indicator:a.weight", "indicator:a", "weights", "indicators", "level:产出",
                "form"}),
    "goal": (replace(OLD, year_goal="换新表"), {"year_goal", "goals", "form"}),
    "money": (replace(OLD, funds={"year": {"fiscal": Decimal(90)}}),
              {"funds.year.fiscal", "funds.year", "funds", "form"}),
    "period": (replace(OLD, first_year=2023), {"period", "first_year", "head", "form"}),
    "removed": (replace(OLD, lines=(LINE,)),
                {"indicator:b.name", "indicator:b", "indicators", "level:效益", "weights", "form"}),
    "moved": (replace(OLD, lines=(OTHER, LINE)), {"indicators", "form"}),
    "nothing": (OLD, set()),
}  # fmt: skip
PATHS = {
    "indicator:a.value",
    "indicator:a.unit",
    "indicator:a.weight",
    "indicator:a",
    "indicator:b.name",
    "indicator:b",
    "indicator:gone.name",
    "year_goal",
    "goals",
    "head",
    "first_year",
    "period",
    "funds.year.fiscal",
    "funds.year",
    "funds.mid",
    "funds",
    "indicators",
    "weights",
    "level:产出",
    "level:效益",
    "form",
    "slot.basis",
}


@pytest.mark.parametrize("name", CASES)
def test_only_the_place_that_differs_was_changed(name):
    new, touched = CASES[name]
    found = diff(OLD, new)
    changed = {path for path in PATHS if led_to_change(found, path)}
    moved = {"indicator:a", "indicator:b", "level:产出", "level:效益"} if name == "moved" else set()
    assert changed - moved == touched


def test_the_rate_counts_what_is_settled_alone():
    one = RuleCount("a", n_found=5, n_answered=1, n_waived=1, n_changed=1, n_settled=3)
    none = RuleCount("b", n_found=1, n_answered=0, n_waived=0, n_changed=0, n_settled=0)
    assert one.hit_rate == Decimal("0.333")
    assert none.hit_rate is None
    assert total([one, none]) == RuleCount("", 6, 1, 1, 1, 3)
    assert total([]).hit_rate is None


def test_a_task_and_what_recipients_bring_are_places_of_their_own():
    task = TaskLine("t", "供水", "换表", Decimal(10), Decimal(0))
    old = TargetForm(shape=UNIT_SIX, tasks=(task,))
    found = diff(old, replace(old, tasks=(replace(task, fiscal=Decimal(12)),)))
    told = {"task:t.fiscal", "task:t.other", "task:t", "task:gone", "tasks"}
    assert {path for path in told if led_to_change(found, path)} == {
        "task:t.fiscal",
        "task:t",
        "tasks",
    }
    cells = (Cell("amount", "资金", "1", "1"), Cell("a", "水表", "4", "5"))
    shares = Section("shares", "分解", (Row("s", "供水站", "changed", cells, lead="share:"),))
    found = FormDiff((shares,))
    told = {"upper:a", "upper:b", "share:s", "share:s.a", "shares", "shares.money"}
    assert {path for path in told if led_to_change(found, path)} == {
        "upper:a",
        "share:s",
        "share:s.a",
        "shares",
    }
