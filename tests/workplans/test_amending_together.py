"""Amending while others work: reviews that stand on steps and sheets, two at the same time."""

from __future__ import annotations

from datetime import date

import pytest

from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans.models import Amendment, Assignment, Plan
from apps.workplans.services import amending, editing, exporting
from tests.jobs.together import at_once
from tests.makers import MONDAY, full_marks, submitted, target_filing
from tests.personas import World, make_world
from tests.workplans.conftest import make_plan, make_task, make_window

STEPS = [
    {"title": "业务科室初审", "place": "routed", "role": "section_reviewer"},
    {"title": "绩效科审核打分", "place": "performance", "role": "performance_reviewer"},
]


@pytest.fixture
def filing(world: World) -> Filing:
    """Passed by the section, with marks of the performance reviewer that are not decided yet."""
    filing = submitted(world, target_filing(world))
    with clock.at(MONDAY):
        filings.pass_on(filing=filing, actor=world.people["section_reviewer"], opinion="通过")
        filing.refresh_from_db()
        filings.save_review(
            filing=filing,
            actor=world.people["performance_reviewer"],
            opinion="在看",
            marks=full_marks(filing),
        )
    return filing


def refused(copy: Plan, actor: User, says: str) -> None:
    """Applying is refused with the sentence, and nothing has changed."""
    assert copy.amends is not None
    before = exporting.profile_of(copy.amends)
    with pytest.raises(RuleError, match=says), clock.at(MONDAY):
        amending.apply_amendment(copy=copy, reason="改", document_number="", actor=actor)
    assert exporting.profile_of(Plan.objects.get(pk=copy.amends.pk)) == before
    assert not Amendment.objects.exists()


def begun(filing: Filing, actor: User) -> Plan:
    return amending.begin_amendment(plan=filing.assignment.plan, actor=actor)


@pytest.mark.parametrize("kept", [0, 1])
def test_a_step_that_filings_passed_or_lie_at_is_not_removed(
    filing: Filing, plan_admin: User, kept: int
) -> None:
    copy = begun(filing, plan_admin)
    task = copy.tasks.get(code="targets.initial")

    editing.set_steps(task=task, rows=[STEPS[kept] | {"sheet": None}], actor=plan_admin)

    refused(copy, plan_admin, f"审核步骤“{STEPS[1 - kept]['title']}”已有件办过或在办")


def test_a_sheet_is_not_exchanged_under_a_review(filing: Filing, plan_admin: User) -> None:
    copy = begun(filing, plan_admin)
    task = copy.tasks.get(code="targets.initial")

    editing.set_steps(task=task, rows=STEPS, actor=plan_admin)

    refused(copy, plan_admin, "有件在办，办完再换审核表")


def test_criteria_that_were_judged_by_stay(filing: Filing, plan_admin: User) -> None:
    copy = begun(filing, plan_admin)
    sheet = copy.sheets.get()
    items = exporting.sheet_row(sheet).model_dump()["items"]

    editing.edit_sheet(
        sheet=sheet, values={"items": [items[0] | {"points": 100}]}, actor=plan_admin
    )

    refused(copy, plan_admin, "要点和分值不能改")


def test_what_was_submitted_keeps_its_deadline(filing: Filing, plan_admin: User) -> None:
    copy = begun(filing, plan_admin)
    window = copy.tasks.get(code="targets.initial").windows.get()
    editing.edit_window(window=window, values={"closes": date(2024, 4, 30)}, actor=plan_admin)

    with clock.at(MONDAY):
        amending.apply_amendment(copy=copy, reason="改", document_number="", actor=plan_admin)

    filing.assignment.refresh_from_db()
    assert clock.last_day(filing.assignment.due_at) == date(2024, 4, 15)


@pytest.mark.trust("G04")
def test_an_amendment_is_applied_once_when_two_apply_it(own_database: str) -> None:
    world = make_world()
    actor = world.people["plan_admin"]
    plan = make_plan(world)
    task = make_task(plan, "quarter", "unit")
    make_window(task, "2024", closes=date(2098, 4, 1))
    copy = amending.begin_amendment(plan=plan, actor=actor)
    editing.edit_task(task=copy.tasks.get(), values={"title": "改名"}, actor=actor)
    outcomes: list[str] = []

    def work(index: int) -> None:
        mine = Plan.objects.select_related("amends").filter(pk=copy.pk).first()
        if mine is None:
            outcomes.append("gone")
            return
        try:
            amending.apply_amendment(
                copy=mine, reason=f"第{index}人", document_number="", actor=actor
            )
            outcomes.append("applied")
        except RuleError as error:
            outcomes.append(error.code)

    at_once(4, work)

    assert outcomes.count("applied") == 1
    assert set(outcomes) <= {"applied", "gone", "workplans.copy_gone"}
    assert Amendment.objects.count() == 1
    assert Plan.objects.get().version == 2
    assert Assignment.objects.count() == 5


@pytest.mark.trust("G04")
def test_two_who_begin_share_one_working_copy(own_database: str) -> None:
    world = make_world()
    actor = world.people["plan_admin"]
    plan = make_plan(world)
    make_window(make_task(plan, "quarter", "unit"), "2024", closes=date(2098, 4, 1))
    found: list[int] = []

    at_once(4, lambda _: found.append(amending.begin_amendment(plan=plan, actor=actor).pk))

    assert len(found) == 4
    assert len(set(found)) == 1
