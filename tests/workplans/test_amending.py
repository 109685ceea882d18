"""Changing a published plan: a working copy, what it would do, one transaction, one notice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.core import clock
from apps.filings import services as filings
from apps.notifications.models import Message
from apps.organizations.models import Jurisdiction, User
from apps.rules.errors import RuleError
from apps.workplans import services
from apps.workplans.models import Amendment, Assignment, OfflineReceipt, Plan, PlanTask
from apps.workplans.services import amending, editing, exporting, reading
from tests.personas import World
from tests.workplans.conftest import make_plan, make_project, make_task, make_window

KINDS = {"materials", "monitoring.project", "targets.project"}
SMALL_STEP = {"title": "审核", "place": "performance", "role": "performance_reviewer"}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.at(datetime(2024, 3, 20, 9, tzinfo=clock.ZONE)):
        yield


@pytest.fixture
def plan(world: World, plan_admin: User) -> Plan:
    """Published, with one unit task whose first quarter is open for five units."""
    plan = make_plan(world, Plan.State.DRAFT)
    task = make_task(plan, "quarter", "unit", section=world.sections["performance"])
    make_window(task, "2024Q1", date(2024, 3, 18), date(2024, 4, 1))
    make_window(task, "2024Q2", date(2024, 6, 17), date(2024, 7, 1))
    other = make_task(plan, "own", "section")
    make_window(other, "2024", closes=date(2024, 11, 20))
    return services.publish(plan=plan, actor=plan_admin, kinds=KINDS)


def copied(plan: Plan, actor: User) -> Plan:
    return amending.begin_amendment(plan=plan, actor=actor)


def task_of(plan: Plan, code: str = "quarter") -> PlanTask:
    return plan.tasks.get(code=code)


def window_of(plan: Plan, key: str = "2024Q1", code: str = "quarter"):
    return task_of(plan, code).windows.get(key=key)


def apply(copy: Plan, actor: User, reason: str = "上级推迟") -> Amendment:
    return amending.apply_amendment(
        copy=copy, reason=reason, document_number="新财〔2024〕9号", actor=actor, kinds=KINDS
    )


def state_of(plan: Plan) -> tuple[object, ...]:
    fresh = Plan.objects.get(pk=plan.pk)
    owed = list(Assignment.objects.order_by("pk").values())
    lines = Entry.objects.filter(is_refusal=False).count()
    amended = Amendment.objects.count(), fresh.version, fresh.working_copies.count()
    return exporting.profile_of(fresh), owed, lines, Message.objects.count(), amended


def dues(plan: Plan, key: str = "2024Q1") -> list[tuple[str, date | None]]:
    rows = plan.assignments.filter(window__key=key).order_by("unit__code")
    return [(row.unit.code, clock.last_day(row.due_at) if row.due_at else None) for row in rows]


@pytest.mark.req("U-53")
def test_a_working_copy_is_a_draft_that_says_the_same(plan: Plan, plan_admin: User) -> None:
    copy = copied(plan, plan_admin)

    assert (copy.state, copy.amends) == (Plan.State.DRAFT, plan)
    assert exporting.profile_of(copy) == exporting.profile_of(plan)
    assert amending.amendment_changes(copy) == []
    assert copied(plan, plan_admin) == copy
    assert Plan.objects.in_their_own_right().get() == plan
    assert Entry.objects.filter(action="workplans.begin_amendment").count() == 1


def test_only_a_published_plan_is_amended_by_its_administrator(
    plan: Plan, plan_admin: User, leader: User, foreign_reviewer: User
) -> None:
    for person in (leader, foreign_reviewer):
        with pytest.raises(PermissionDenied):
            copied(plan, person)
    for state, says in ((Plan.State.DRAFT, "草稿"), (Plan.State.CLOSED, "已办结")):
        Plan.objects.update(state=state)
        with pytest.raises(RuleError, match=says):
            copied(plan, plan_admin)

    assert Plan.objects.count() == 1


def test_dropping_the_copy_leaves_the_plan_as_it_was(
    plan: Plan, plan_admin: User, leader: User
) -> None:
    before = exporting.profile_of(plan)
    copy = copied(plan, plan_admin)
    editing.remove_task(task=task_of(copy), actor=plan_admin)

    with pytest.raises(PermissionDenied):
        amending.drop_amendment(copy=copy, actor=leader)
    amending.drop_amendment(copy=copy, actor=plan_admin)

    assert exporting.profile_of(plan) == before
    assert Plan.objects.count() == 1
    with pytest.raises(RuleError, match="先开始修订"):
        amending.drop_amendment(copy=plan, actor=plan_admin)


@pytest.mark.req("U-53")
@pytest.mark.trust("G11")
def test_a_moved_end_moves_the_deadlines_that_stood_at_it(
    plan: Plan, plan_admin: User, world: World
) -> None:
    extended = plan.assignments.get(unit=world.units["water"], window__key="2024Q1")
    services.extend(
        assignment=extended,
        new_due_at=clock.end_of(date(2024, 4, 20)),
        reason="停电",
        actor=plan_admin,
    )
    copy = copied(plan, plan_admin)
    editing.edit_window(
        window=window_of(copy), values={"closes": date(2024, 4, 9)}, actor=plan_admin
    )
    shown = [(c.where, c.old, c.new) for c in amending.amendment_changes(copy)]
    assert shown == [("截止（填报期“2024Q1”）", "2024年4月1日", "2024年4月9日")]
    told = amending.whom_it_concerns(copy)
    assert (told.n_units, told.n_moved, told.n_cancelled, told.refusals) == (5, 4, 0, [])
    pks = set(plan.assignments.values_list("pk", flat=True))

    amendment = apply(copy, plan_admin)

    assert dict(dues(plan)) == {
        "201": date(2024, 4, 20),
        "201001": date(2024, 4, 9),
        "205": date(2024, 4, 9),
        "301": date(2024, 4, 9),
        "401": date(2024, 4, 9),
    }
    assert set(plan.assignments.values_list("pk", flat=True)) == pks
    plan.refresh_from_db()
    assert (amendment.number, amendment.n_moved, plan.version) == (1, 4, 2)
    assert amendment.changes[0]["new"] == "2024年4月9日"
    assert not Plan.objects.filter(amends=plan).exists()
    assert Entry.objects.get(action="workplans.amend", chain__name="unit:652823/205").data == {
        "amendment": 1,
        "moved": 1,
    }


def test_those_concerned_are_told_once(
    plan: Plan, plan_admin: User, filer: User, performance_reviewer: User, stranger: User
) -> None:
    copy = copied(plan, plan_admin)
    values = {"closes": date(2024, 4, 9)}
    editing.edit_window(window=window_of(copy), values=values, actor=plan_admin)
    n_people = amending.whom_it_concerns(copy).n_people

    apply(copy, plan_admin)

    messages = Message.objects.filter(kind="workplans.amended")
    told = set(messages.values_list("recipient", flat=True))
    assert {filer.pk, performance_reviewer.pk, stranger.pk} <= told
    assert messages.count() == len(told) == n_people
    message = messages.get(recipient=filer)
    assert "第1次修订，1处有变" in message.title
    assert "2024年4月1日→2024年4月9日" in message.body
    assert "上级推迟" in message.body


def test_nothing_changed_is_nothing_to_apply(plan: Plan, plan_admin: User) -> None:
    copy = copied(plan, plan_admin)
    before = state_of(plan)

    with pytest.raises(RuleError, match="没有要改的"):
        apply(copy, plan_admin)
    with pytest.raises(RuleError, match="不是修订稿"):
        amending.amendment_changes(plan)
    with pytest.raises(RuleError, match="不是修订稿"):
        apply(plan, plan_admin)

    assert state_of(plan) == before


def test_an_amendment_needs_right_reason_and_a_short_number(
    plan: Plan, plan_admin: User, leader: User
) -> None:
    copy = copied(plan, plan_admin)
    editing.edit_task(task=task_of(copy), values={"title": "改名"}, actor=plan_admin)
    before = state_of(plan)

    with pytest.raises(PermissionDenied):
        apply(copy, leader)
    with pytest.raises(RuleError, match="修订理由：未填"):
        apply(copy, plan_admin, reason="  ")
    with pytest.raises(RuleError, match="文号：61字"):
        amending.apply_amendment(
            copy=copy, reason="r", document_number="长" * 61, actor=plan_admin, kinds=KINDS
        )

    assert state_of(plan) == before


def test_a_contradiction_in_the_copy_is_not_put_in_force(plan: Plan, plan_admin: User) -> None:
    copy = copied(plan, plan_admin)
    editing.set_scopes(
        task=task_of(copy), rows=[{"field": "unit", "value": "999"}], actor=plan_admin
    )
    before = state_of(plan)

    with pytest.raises(RuleError, match="范围里没有一个单位"):
        apply(copy, plan_admin)

    assert state_of(plan) == before


def test_an_end_is_not_moved_into_the_past(plan: Plan, plan_admin: User) -> None:
    copy = copied(plan, plan_admin)
    values = {"closes": date(2024, 3, 19)}
    editing.edit_window(window=window_of(copy), values=values, actor=plan_admin)
    before = state_of(plan)

    assert "这一天已过" in amending.whom_it_concerns(copy).refusals[0]
    with pytest.raises(RuleError, match="这一天已过"):
        apply(copy, plan_admin)

    assert state_of(plan) == before


def test_whoever_is_newly_reached_owes_and_who_is_no_longer_does_not(
    plan: Plan, plan_admin: User, world: World, filer: User
) -> None:
    begun = plan.assignments.get(unit=world.units["water"], window__key="2024Q1")
    filings.open_filing(assignment=begun, actor=filer)
    copy = copied(plan, plan_admin)
    rows = [{"field": "unit_kind", "value": "town"}]
    editing.set_scopes(task=task_of(copy), rows=rows, actor=plan_admin)
    told = amending.whom_it_concerns(copy)
    assert (told.n_cancelled, told.n_kept) == (7, 1)

    apply(copy, plan_admin)

    owed = Assignment.objects.owed().filter(plan=plan)
    assert {(row.unit.code, row.window.key) for row in owed} == {
        ("201", "2024Q1"),  # begun before
        ("301", "2024Q1"),
        ("301", "2024Q2"),
    }
    void = plan.assignments.exclude(cancelled_at=None)
    assert void.count() == 7
    assert set(void.values_list("cancel_reason", flat=True)) == {"第1次修订：上级推迟"}

    again = copied(plan, plan_admin)
    rows.append({"field": "unit_kind", "value": "company"})
    editing.set_scopes(task=task_of(again), rows=rows, actor=plan_admin)
    number = apply(again, plan_admin).number
    assert number == 2
    assert plan.assignments.exclude(cancelled_at=None).count() == 5  # the company's are owed again


def test_projects_that_the_conditions_no_longer_reach_owe_no_more(
    plan: Plan, plan_admin: User, world: World
) -> None:
    make_project(world, 1)
    make_project(world, 2, origin="added")
    copy = copied(plan, plan_admin)
    values = {"code": "targets", "title": "目标", "stage": "targets", "kind": "targets.project",
              "subject": "project", "level": "unit", "clause": "报目标"}  # fmt: skip
    task = editing.add_task(plan=copy, values=values, actor=plan_admin)
    days = {"opens": date(2024, 3, 1), "closes": date(2024, 4, 15)}
    editing.add_window(task=task, values=days, actor=plan_admin)
    assert amending.whom_it_concerns(copy).n_units == 1
    apply(copy, plan_admin)
    assert plan.assignments.filter(task__code="targets").count() == 2

    second = copied(plan, plan_admin)
    rows = [{"field": "origin", "value": "added"}]
    editing.set_scopes(task=task_of(second, "targets"), rows=rows, actor=plan_admin)
    apply(second, plan_admin)

    owed = Assignment.objects.owed().filter(task__code="targets")
    assert [row.project.name for row in owed if row.project] == ["项目2"]


@pytest.mark.req("B-42")
def test_regions_below_are_reached_through_their_bureaus(
    plan: Plan, plan_admin: User, world: World
) -> None:
    town = Jurisdiction.objects.create(
        code="652899", name="下级", level="county", parent=world.county,
        bureau=world.units["traffic"],
    )  # fmt: skip
    copy = copied(plan, plan_admin)
    values = {"code": "down", "title": "下级报", "stage": "materials", "kind": "materials",
              "subject": "jurisdiction", "level": "finance", "clause": "报州"}  # fmt: skip
    task = editing.add_task(plan=copy, values=values, actor=plan_admin)
    days = {"opens": date(2024, 3, 1), "closes": date(2024, 4, 15)}
    editing.add_window(task=task, values=days, actor=plan_admin)
    assert amending.whom_it_concerns(copy).n_units == 1
    apply(copy, plan_admin)
    assert plan.assignments.get(task__code="down").subject_jurisdiction == town

    other = Jurisdiction.objects.create(
        code="652898", name="另一", level="county", parent=world.county,
        bureau=world.units["town"],
    )  # fmt: skip
    second = copied(plan, plan_admin)
    rows = [{"field": "region", "value": other.code}]
    editing.set_scopes(task=task_of(second, "down"), rows=rows, actor=plan_admin)
    apply(second, plan_admin)

    owed = Assignment.objects.owed().get(task__code="down")
    assert owed.subject_jurisdiction == other


def test_a_removed_task_takes_what_nobody_began_with_it(plan: Plan, plan_admin: User) -> None:
    copy = copied(plan, plan_admin)
    editing.remove_task(task=task_of(copy), actor=plan_admin)
    assert amending.whom_it_concerns(copy).n_cancelled == 10

    apply(copy, plan_admin)

    assert [task.code for task in plan.tasks.all()] == ["own"]
    assert not plan.assignments.exists()
    lines = Entry.objects.filter(action="workplans.amend", chain__name__startswith="unit:")
    assert {line.data["taken"] for line in lines} == {2}
    assert Message.objects.filter(kind="workplans.amended").exists()


@pytest.mark.parametrize("what", ["task", "window", "kind"])
def test_what_somebody_began_is_not_removed(
    plan: Plan, plan_admin: User, world: World, filer: User, what: str
) -> None:
    begun = plan.assignments.get(unit=world.units["water"], window__key="2024Q1")
    filings.open_filing(assignment=begun, actor=filer)
    copy = copied(plan, plan_admin)
    if what == "task":
        editing.remove_task(task=task_of(copy), actor=plan_admin)
    elif what == "window":
        editing.remove_window(window=window_of(copy), actor=plan_admin)
    else:
        values = {"kind": "targets.unit"}
        editing.edit_task(task=task_of(copy), values=values, actor=plan_admin)
    before = state_of(plan)

    with pytest.raises(RuleError, match="1件已开始填报，不能删去") as caught:
        apply(copy, plan_admin)

    assert caught.value.data["refusals"] == amending.whom_it_concerns(copy).refusals
    assert state_of(plan) == before


@pytest.mark.req("U-35")
def test_what_was_handed_in_on_paper_is_not_removed(
    plan: Plan, plan_admin: User, world: World
) -> None:
    OfflineReceipt.objects.create(
        task=task_of(plan),
        window=window_of(plan, "2024Q2"),
        unit=world.units["secret"],
        received_on=date(2024, 3, 19),
        number="1",
        n_items=1,
        registered_by=plan_admin,
        registered_at=clock.now(),
    )
    copy = copied(plan, plan_admin)
    editing.remove_window(window=window_of(copy, "2024Q2"), actor=plan_admin)
    before = state_of(plan)

    with pytest.raises(RuleError, match="1件线下报送"):
        apply(copy, plan_admin)

    assert state_of(plan) == before


def test_a_task_that_became_something_else_is_opened_anew(plan: Plan, plan_admin: User) -> None:
    old = set(plan.assignments.values_list("pk", flat=True))
    copy = copied(plan, plan_admin)
    editing.edit_task(task=task_of(copy), values={"evaluated_year": 2023}, actor=plan_admin)

    apply(copy, plan_admin)

    now = set(plan.assignments.values_list("pk", flat=True))
    assert len(now) == 10
    assert not now & old


def test_a_new_window_of_days_to_come_is_opened(plan: Plan, plan_admin: User) -> None:
    copy = copied(plan, plan_admin)
    values = {"key": "x", "opens": date(2024, 3, 1), "closes": date(2024, 3, 10)}
    editing.add_window(task=task_of(copy), values=values, actor=plan_admin)
    values = {"key": "y", "opens": date(2024, 3, 1), "closes": date(2024, 5, 10)}
    editing.add_window(task=task_of(copy), values=values, actor=plan_admin)

    apply(copy, plan_admin)

    assert dues(plan, "x") == []  # over before anybody could file
    assert len(dues(plan, "y")) == 5


def test_rows_that_others_point_at_stay_the_same_rows(plan: Plan, plan_admin: User) -> None:
    copy = copied(plan, plan_admin)
    editing.set_steps(task=task_of(copy), rows=[SMALL_STEP], actor=plan_admin)
    apply(copy, plan_admin)
    task, window, step = task_of(plan), window_of(plan), task_of(plan).steps.get()

    second = copied(plan, plan_admin)
    rows = [SMALL_STEP | {"title": "初审"}, SMALL_STEP | {"working_days": 3}]
    editing.set_steps(task=task_of(second), rows=rows, actor=plan_admin)
    editing.edit_task(task=task_of(second), values={"title": "改名"}, actor=plan_admin)
    apply(second, plan_admin)

    assert task_of(plan).pk == task.pk
    assert window_of(plan).pk == window.pk
    kept = task_of(plan).steps.get(title="审核")
    assert (kept.pk, kept.position, kept.working_days) == (step.pk, 2, 3)
    assert [a.number for a in plan.amendments.all()] == [2, 1]


def test_what_was_decided_and_dated_in_the_meantime_stays(plan: Plan, plan_admin: User) -> None:
    first = copied(plan, plan_admin)
    values = {"title": "抽取比例", "clause": "按一定比例", "note": "要定"}
    editing.add_setting(plan=first, values=values, actor=plan_admin)
    event = editing.add_event(plan=first, values={"title": "批复"}, actor=plan_admin)
    editing.add_window(
        task=task_of(first),
        values={"key": "e", "kind": "event", "event": event.code, "days_after": 20},
        actor=plan_admin,
    )
    apply(first, plan_admin)
    second = copied(plan, plan_admin)
    editing.edit_task(task=task_of(second), values={"title": "改名"}, actor=plan_admin)

    editing.set_setting(setting=plan.settings.get(), value="10", actor=plan_admin)
    services.date_event(
        event=plan.events.get(), happened_on=date(2024, 3, 19), actor=plan_admin, kinds=KINDS
    )
    apply(second, plan_admin)

    assert plan.settings.get().value == "10"
    assert plan.events.get().happened_on == date(2024, 3, 19)
    assert set(dict(dues(plan, "e")).values()) == {date(2024, 4, 8)}
    changes = plan.amendments.get(number=2).changes
    assert [change["where"] for change in changes] == ["任务"]


@pytest.mark.req("U-53")
def test_a_notice_read_into_the_copy_stays_with_its_tasks(plan: Plan, plan_admin: User) -> None:
    path = settings.BASE_DIR / "tests" / "data" / "notices" / "wulatezhongqi-2024.txt"
    text = path.read_text(encoding="utf-8")
    copy = copied(plan, plan_admin)
    reading.add_notice(plan=copy, name="要点", text=text, actor=plan_admin)
    with pytest.raises(RuleError, match="待核对"):
        apply(copy, plan_admin)
    for task in copy.tasks.exclude(notice=None):
        reading.confirm_task(task=task, actor=plan_admin)

    apply(copy, plan_admin)

    notice = plan.notices.get()
    tasks = plan.tasks.filter(notice=notice)
    assert tasks.count() == 12
    assert {task.check_state for task in tasks} == {PlanTask.Check.CONFIRMED}
    span = tasks[0].read_from["task"]["span"]
    assert notice.text[span[0] : span[1]].strip()


def test_applying_twice_or_after_dropping_is_refused(plan: Plan, plan_admin: User) -> None:
    copy = copied(plan, plan_admin)
    editing.edit_task(task=task_of(copy), values={"title": "改名"}, actor=plan_admin)
    stale = Plan.objects.select_related("amends").get(pk=copy.pk)
    apply(copy, plan_admin)
    before = state_of(plan)

    with pytest.raises(RuleError, match="修订稿已生效或已放弃"):
        apply(stale, plan_admin)

    assert state_of(plan) == before


@pytest.mark.parametrize(
    "broken",
    [
        "apps.notifications.services.notify",
        "apps.audit.services.record",
        "apps.workplans.services.amending.applying.discard",
        "apps.workplans.services.assigning.make",
    ],
)
@pytest.mark.trust("G06")
def test_a_fault_in_the_middle_leaves_the_plan_as_it_was(
    plan: Plan, plan_admin: User, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    copy = copied(plan, plan_admin)
    values = {"closes": date(2024, 4, 9)}
    editing.edit_window(window=window_of(copy), values=values, actor=plan_admin)
    editing.remove_task(task=task_of(copy, "own"), actor=plan_admin)
    before = state_of(plan)

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("power cut")

    monkeypatch.setattr(broken, fail)
    with pytest.raises(RuntimeError):
        apply(copy, plan_admin)

    assert state_of(plan) == before
