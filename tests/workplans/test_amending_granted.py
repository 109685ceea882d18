"""What a working copy may not take away from those who already work by the published plan."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from apps.core import clock
from apps.core.uploads import Upload
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import services
from apps.workplans.models import Assignment, Plan, PlanTask, TaskWindow
from apps.workplans.services import amending, editing, exporting
from tests.personas import World
from tests.workplans.conftest import make_plan, make_task, make_window

KINDS = {"materials"}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.at(datetime(2024, 3, 20, 9, tzinfo=clock.ZONE)):
        yield


@pytest.fixture
def plan(world: World, plan_admin: User) -> Plan:
    """Published: a task with a slot and a figure that five units owe, one that nobody owes."""
    plan = make_plan(world, Plan.State.DRAFT)
    task = make_task(plan, "train", "unit")
    make_window(task, "2024", date(2024, 3, 18), date(2024, 4, 1))
    make_window(task, "2025", data_until=date(2024, 12, 31), closes=date(2025, 1, 10))
    slots = [{"code": "photo", "title": "培训照片"}, {"code": "other", "title": "其他"}]
    editing.set_slots(task=task, rows=slots, actor=plan_admin)
    facts = [{"code": "n", "title": "培训场次", "unit": "场", "required": False}]
    editing.set_facts(task=task, rows=facts, actor=plan_admin)
    make_window(make_task(plan, "own", "section"), "2024", closes=date(2024, 11, 20))
    editing.add_event(plan=plan, values={"code": "approved", "title": "预算批复"}, actor=plan_admin)
    return services.publish(plan=plan, actor=plan_admin, kinds=KINDS)


@pytest.fixture
def copy(plan: Plan, plan_admin: User) -> Plan:
    return amending.begin_amendment(plan=plan, actor=plan_admin)


def task_of(plan: Plan, code: str = "train") -> PlanTask:
    return plan.tasks.get(code=code)


def window_of(plan: Plan, key: str = "2024") -> TaskWindow:
    return task_of(plan).windows.get(key=key)


def draft_of(plan: Plan, world: World, filer: User) -> Filing:
    owed = plan.assignments.get(unit=world.units["water"], window__key="2024")
    return filings.open_filing(assignment=owed, actor=filer)


def apply(copy: Plan, actor: User) -> None:
    amending.apply_amendment(copy=copy, reason="改", document_number="", actor=actor, kinds=KINDS)


@pytest.mark.req("U-53")
def test_the_code_of_a_task_that_is_owed_is_not_renamed(
    plan: Plan, copy: Plan, plan_admin: User
) -> None:
    before = exporting.profile_of(copy)
    task = task_of(copy)

    with pytest.raises(
        RuleError, match=r"标识：填“course”.*按“train”派发了5件.*改任务名称"
    ) as caught:
        editing.edit_task(task=task, values={"code": "course", "title": "办班"}, actor=plan_admin)

    assert caught.value.data["field"] == "code"
    assert exporting.profile_of(copy) == before
    editing.edit_task(task=task, values={"title": "办班"}, actor=plan_admin)
    owed = set(Assignment.objects.values_list("pk", flat=True))
    apply(copy, plan_admin)
    assert set(Assignment.objects.values_list("pk", flat=True)) == owed


@pytest.mark.req("U-53")
def test_the_key_of_a_window_that_is_owed_is_not_renamed(
    plan: Plan, copy: Plan, plan_admin: User
) -> None:
    before = exporting.profile_of(copy)

    with pytest.raises(RuleError, match=r"节点：填“x”.*按“2024”派发了5件.*改名称") as caught:
        editing.edit_window(window=window_of(copy), values={"key": "x"}, actor=plan_admin)

    assert caught.value.data["field"] == "key"
    assert exporting.profile_of(copy) == before


def test_what_nobody_owes_yet_may_be_renamed(plan: Plan, copy: Plan, plan_admin: User) -> None:
    editing.edit_window(window=window_of(copy, "2025"), values={"key": "x"}, actor=plan_admin)
    editing.edit_task(task=task_of(copy, "own"), values={"code": "mine"}, actor=plan_admin)
    draft = make_task(make_other(plan), "train", "unit")
    editing.edit_task(task=draft, values={"code": "course"}, actor=plan_admin)

    apply(copy, plan_admin)

    assert {task.code for task in plan.tasks.all()} == {"train", "mine"}
    assert task_of(plan).windows.filter(key="x").exists()


def make_other(plan: Plan) -> Plan:
    """A draft of the year after, which amends nothing."""
    return Plan.objects.create(jurisdiction=plan.jurisdiction, fiscal_year=2025, title="下年")


@pytest.mark.req("U-06")
def test_a_slot_with_files_in_it_is_not_dropped(
    plan: Plan, copy: Plan, plan_admin: User, world: World, filer: User
) -> None:
    upload = Upload(name="a.pdf", content=b"%PDF-1.4", content_type="application/pdf")
    filing = draft_of(plan, world, filer)
    filings.attach(filing=filing, actor=filer, slot="photo", upload=upload)
    editing.set_slots(task=task_of(copy), rows=[], actor=plan_admin)

    said = amending.whom_it_concerns(copy).refusals
    assert len(said) == 1
    assert "附件“培训照片”：1件已上传，不能删去" in said[0]
    with pytest.raises(RuleError, match="附件“培训照片”：1件已上传"):
        apply(copy, plan_admin)

    assert [slot.code for slot in task_of(plan).slots.all()] == ["photo", "other"]
    rows = [{"code": "photo", "title": "培训照片"}]
    editing.set_slots(task=task_of(copy), rows=rows, actor=plan_admin)
    apply(copy, plan_admin)
    assert [slot.code for slot in task_of(plan).slots.all()] == ["photo"]


@pytest.mark.req("U-06")
@pytest.mark.parametrize("typed", ["12", "十来场"])
def test_a_figure_that_somebody_typed_is_not_dropped(
    plan: Plan, copy: Plan, plan_admin: User, world: World, filer: User, typed: str
) -> None:
    filing = draft_of(plan, world, filer)
    version = filing.revisions.get().version
    filings.save_materials(
        filing=filing, actor=filer, version=version, summary="", facts={"n": typed}
    )
    editing.set_facts(task=task_of(copy), rows=[], actor=plan_admin)

    with pytest.raises(RuleError, match="填报数“培训场次”：1件已填写，不能删去"):
        apply(copy, plan_admin)

    assert task_of(plan).facts.count() == 1


def test_a_figure_that_nobody_typed_goes(
    plan: Plan, copy: Plan, plan_admin: User, world: World, filer: User
) -> None:
    draft_of(plan, world, filer)
    editing.set_facts(task=task_of(copy), rows=[], actor=plan_admin)

    apply(copy, plan_admin)

    assert not task_of(plan).facts.exists()


@pytest.mark.req("U-53")
@pytest.mark.parametrize("is_dated", [False, True])
def test_the_day_of_a_published_event_is_not_entered_in_the_copy(
    plan: Plan, plan_admin: User, is_dated: bool
) -> None:
    if is_dated:
        event = plan.events.get()
        services.date_event(event=event, happened_on=date(2024, 3, 1), actor=plan_admin)
    copy = amending.begin_amendment(plan=plan, actor=plan_admin)
    event, before = copy.events.get(), exporting.profile_of(copy)

    values = {"title": "批复", "happened_on": date(2024, 3, 8)}
    with pytest.raises(RuleError, match=r"修订稿里不填.*“事件日期”页") as caught:
        editing.edit_event(event=event, values=values, actor=plan_admin)

    assert caught.value.data["field"] == "happened_on"
    assert exporting.profile_of(copy) == before
    kept = {"title": "批复", "happened_on": event.happened_on}
    assert editing.edit_event(event=event, values=kept, actor=plan_admin).title == "批复"


def test_the_day_of_an_event_that_the_copy_adds_is_entered_there(
    copy: Plan, plan_admin: User
) -> None:
    event = editing.add_event(plan=copy, values={"title": "决算批复"}, actor=plan_admin)

    values = {"happened_on": date(2024, 3, 8)}
    assert editing.edit_event(event=event, values=values, actor=plan_admin).happened_on
