"""The checks of a whole unit's own tables find what they are for, and are silent otherwise."""

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.rules import weights
from apps.rules.target_checks import check
from apps.rules.target_form import TargetFacts, TargetForm, TaskLine
from apps.rules.target_shapes import UNIT
from tests.rules.forms import facts, form

TASK = TaskLine("a", "农村供水保障", "维修管护6个乡镇供水设施", Decimal(600000), Decimal(0))
OTHER = TaskLine("b", "学校取暖", "改造4所学校锅炉房", Decimal(400000), Decimal(0))
ASSETS = {"house": {"quantity": Decimal(2), "amount": Decimal(5000000)}}
BUDGET = {"fiscal": Decimal(1000000)}


def whole(**changes: object) -> TargetForm:
    said = {"shape": UNIT, "funds": {}, "tasks": (TASK, OTHER), "assets": ASSETS} | changes
    return replace(form(), **said)  # type: ignore[arg-type]


def known(**changes: object) -> TargetFacts:
    given = replace(facts(), **({"budget": BUDGET} | changes))  # type: ignore[arg-type]
    return replace(given, weights=weights.fitted(given.weights, UNIT))


def codes(made: TargetForm, given: TargetFacts | None = None) -> set[str]:
    return {finding.code for finding in check(made, given or known())}


FOUND = [
    ("head_text", whole(), {}),
    ("tasks_missing", whole(tasks=()), {}),
    ("task_cells", whole(tasks=(replace(TASK, content=""), OTHER)), {}),
    ("task_cells", whole(tasks=(replace(TASK, fiscal=None, other=None), OTHER)), {}),
    ("task_repeated", whole(tasks=(TASK, replace(OTHER, name=" 农村供水保障"))), {}),
    ("task_goal", whole(tasks=(replace(TASK, content="加强供水管理"), OTHER)), {}),
    ("tasks_budget", whole(tasks=(TASK,)), {}),
    ("tasks_budget", whole(), {"budget": {"fiscal": Decimal(900000), "other": Decimal(100000)}}),
    ("budget_unknown", whole(), {"budget": {}}),
    ("assets_missing", whole(assets={}), {}),
    ("asset_pair", whole(assets={"house": {"quantity": Decimal(2)}}), {}),
]


@pytest.mark.req("Y-80", "W-12")
@pytest.mark.parametrize(("code", "made", "given"), FOUND)
def test_what_is_wrong_in_a_whole_units_tables_is_found(
    code: str, made: TargetForm, given: dict[str, object]
) -> None:
    assert f"targets.{code}" in codes(made, known(**given))


@pytest.mark.req("Y-80")
def test_tables_that_agree_with_the_budget_are_not_found_fault_with() -> None:
    own = {f"targets.{code}" for code, _, _ in FOUND} - {"targets.head_text"}

    assert not own & codes(whole())
