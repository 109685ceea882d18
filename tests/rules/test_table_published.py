"""Real published self-evaluation tables: every contradiction in them at its place, and no other."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from apps.rules.findings import Severity
from apps.rules.table_checks import CODES, check, read
from apps.rules.table_checks.answer import to_json
from tests.rules.tables import PUBLISHED

CLEAN = ("SE10", "SE26", "SE34")
ANSWERS = ("id", "region", "worked_out", "expect", "partial")


def found(record: dict[str, Any]) -> list[str]:
    return [
        f"{each.severity} {each.code.removeprefix('table.')} @ {each.path}"
        for each in check(read(record)).findings
    ]


@pytest.mark.req("B-41")
@pytest.mark.parametrize("name", PUBLISHED)
def test_each_contradiction_is_told_at_its_place(name: str) -> None:
    assert found(PUBLISHED[name]) == PUBLISHED[name]["expect"]


@pytest.mark.parametrize("name", PUBLISHED)
def test_whether_a_table_is_partial_is_seen_without_being_told(name: str) -> None:
    bare = {key: cell for key, cell in PUBLISHED[name].items() if key not in ANSWERS}
    assert found(bare) == PUBLISHED[name]["expect"]


@pytest.mark.parametrize("name", CLEAN)
def test_a_clean_table_is_met_with_silence(name: str) -> None:
    assert found(PUBLISHED[name]) == []


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_the_numbers_come_to_by_hand_is_worked_out(name: str) -> None:
    record = PUBLISHED[name]
    answer, due = to_json(check(read(record)))["recomputed"], record["worked_out"]
    if due["rate"] is not None:
        assert abs(answer["execution_rate"] - due["rate"]) < Decimal("0.0001")
    for score, expected in zip(answer["scores"], due["scores"], strict=True):
        if expected is not None and score is not None:
            assert abs(score - expected) <= Decimal("0.005")
    assert answer["total"] == due["total"]
    assert answer["grade"] == due["grade"]


def test_over_achieving_that_was_not_capped_changes_the_grade() -> None:
    record = PUBLISHED["SE12"]
    (changed,) = [
        each for each in check(read(record)).findings if each.code == "table.grade_changed"
    ]
    assert changed.severity == Severity.BLOCK
    assert changed.where == "总分 得分"
    assert changed.message == ("总分印为71.7（中），按各行重算为58.17（差），等级因差错而变。")


def test_every_code_that_is_ever_reported_is_defined() -> None:
    for record in PUBLISHED.values():
        assert {each.code for each in check(read(record)).findings} <= set(CODES)
