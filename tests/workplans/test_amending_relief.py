"""Amending what somebody was extended, excused, returned or freed of: what was granted stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from threading import Event
from time import sleep

import pytest
from django.db import transaction

from apps.audit.models import Entry
from apps.core import clock
from apps.filings import services as filings
from apps.notifications.models import Message
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import services
from apps.workplans.models import Amendment, Assignment, Plan, TaskCheckpoint
from apps.workplans.services import amending, editing, exporting
from tests.jobs.together import at_once
from tests.makers import MONDAY, submitted, target_filing
from tests.personas import World, make_world
from tests.workplans.conftest import make_plan, make_task, make_window

KINDS = {"materials"}
MORNING = datetime(2024, 3, 20, 9, tzinfo=clock.ZONE)


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.at(MORNING):
        yield


@pytest.fixture
def plan(world: World, plan_admin: User) -> Plan:
    """Published, with a task that five units owe by 1 April."""
    return published(world, plan_admin)


def published(world: World, actor: User) -> Plan:
    plan = make_plan(world, Plan.State.DRAFT)
    make_window(make_task(plan, "quarter", "unit"), "Q1", date(2024, 3, 18), date(2024, 4, 1))
    make_window(make_task(plan, "own", "section"), "2024", closes=date(2024, 11, 20))
    return services.publish(plan=plan, actor=actor, kinds=KINDS)


def of(plan: Plan, world: World, unit: str = "water") -> Assignment:
    return plan.assignments.get(unit=world.units[unit])


def end_of(plan: Plan, world: World, unit: str = "water") -> date | None:
    due_at = of(plan, world, unit).due_at
    return clock.last_day(due_at) if due_at else None


def extend(assignment: Assignment, until: date, actor: User) -> None:
    due_at = clock.end_of(until)
    services.extend(assignment=assignment, new_due_at=due_at, reason="停电", actor=actor)


def moved(plan: Plan, closes: date, actor: User) -> Plan:
    """A working copy with another end."""
    copy = amending.begin_amendment(plan=plan, actor=actor)
    window = copy.tasks.get(code="quarter").windows.get()
    editing.edit_window(window=window, values={"closes": closes}, actor=actor)
    return copy


def reaching(plan: Plan, kinds: list[str], actor: User) -> Plan:
    """A working copy whose task reaches these kinds of units."""
    copy = amending.begin_amendment(plan=plan, actor=actor)
    rows = [{"field": "unit_kind", "value": kind} for kind in kinds]
    editing.set_scopes(task=copy.tasks.get(code="quarter"), rows=rows, actor=actor)
    return copy


def apply(copy: Plan, actor: User) -> Amendment:
    return amending.apply_amendment(
        copy=copy, reason="上级要求", document_number="", actor=actor, kinds=KINDS
    )


@pytest.mark.trust("G11")
def test_an_extended_unit_never_ends_before_everybody_else(
    plan: Plan, plan_admin: User, world: World
) -> None:
    extend(of(plan, world), date(2024, 4, 5), plan_admin)
    extend(of(plan, world, "traffic"), date(2024, 4, 30), plan_admin)
    copy = moved(plan, date(2024, 4, 20), plan_admin)
    assert amending.whom_it_concerns(copy).n_moved == 4

    amendment = apply(copy, plan_admin)

    assert end_of(plan, world) == date(2024, 4, 20)
    assert end_of(plan, world, "traffic") == date(2024, 4, 30)
    assert amendment.n_moved == 4
    line = Entry.objects.get(action="workplans.amend", chain__name="unit:652823/201")
    assert line.data["moved"] == 1


def test_a_returned_filing_never_ends_before_everybody_else(world: World, plan_admin: User) -> None:
    filing = submitted(world, target_filing(world))
    with clock.at(MONDAY):
        actor = world.people["section_reviewer"]
        items = [filings.Wanted("year_goal", "写明完成年份")]
        filings.send_back(filing=filing, actor=actor, items=items, due_on=date(2024, 4, 30))
        copy = amending.begin_amendment(plan=filing.assignment.plan, actor=plan_admin)
        window = copy.tasks.get(code="targets.initial").windows.get()
        editing.edit_window(window=window, values={"closes": date(2024, 6, 28)}, actor=plan_admin)
        filing.assignment.refresh_from_db()
        assert filing.assignment.due_at < clock.end_of(date(2024, 6, 28))
        amending.apply_amendment(copy=copy, reason="改", document_number="", actor=plan_admin)

    filing.assignment.refresh_from_db()
    assert filing.assignment.due_at == clock.end_of(date(2024, 6, 28))


@pytest.mark.parametrize("until", [None, date(2024, 3, 25)])
def test_what_is_excused_follows_the_end_untold(
    plan: Plan, plan_admin: User, world: World, until: date | None
) -> None:
    excused = of(plan, world)
    services.exempt(assignment=excused, reason="机构改革", actor=plan_admin, until=until)
    copy = moved(plan, date(2024, 4, 20), plan_admin)
    assert amending.whom_it_concerns(copy).n_moved == 4

    assert apply(copy, plan_admin).n_moved == 4

    assert end_of(plan, world) == date(2024, 4, 20)
    told = Message.objects.filter(kind="workplans.amended").values_list("recipient", flat=True)
    assert world.people["filer"].pk not in told


def test_what_is_excused_for_a_time_is_void_when_no_longer_reached(
    plan: Plan, plan_admin: User, world: World
) -> None:
    until = date(2024, 3, 25)
    services.exempt(assignment=of(plan, world), reason="改革", actor=plan_admin, until=until)

    apply(reaching(plan, ["town"], plan_admin), plan_admin)

    services.end_exemptions(on=date(2024, 3, 26))
    assert [row.unit for row in Assignment.objects.owed()] == [world.units["town"]]


@pytest.mark.trust("G11")
@pytest.mark.parametrize("what", ["extension", "exemption", "cancellation"])
@pytest.mark.parametrize("how", ["code", "key", "kind", "remove"])
def test_what_was_granted_is_not_thrown_away(
    plan: Plan, plan_admin: User, world: World, what: str, how: str
) -> None:
    if what == "extension":
        extend(of(plan, world), date(2024, 4, 5), plan_admin)
    else:
        act = services.exempt if what == "exemption" else services.cancel
        act(assignment=of(plan, world), reason="机构改革", actor=plan_admin)
    copy = amending.begin_amendment(plan=plan, actor=plan_admin)
    copy_task = copy.tasks.get(code="quarter")
    if how == "remove":
        editing.remove_task(task=copy_task, actor=plan_admin)
    elif how == "key":
        copy_task.windows.update(key="first")
    else:
        copy.tasks.filter(pk=copy_task.pk).update(
            **({"code": "other"} if how == "code" else {"kind": "targets.unit"})
        )
    before = exporting.profile_of(plan), list(Assignment.objects.order_by("pk").values())

    with pytest.raises(RuleError, match=r"任务quarter.*1件延过期、豁免过或撤销过"):
        apply(copy, plan_admin)

    after = exporting.profile_of(plan), list(Assignment.objects.order_by("pk").values())
    assert after == before
    assert not Amendment.objects.exists()


def test_a_task_with_check_points_is_not_removed(
    plan: Plan, plan_admin: User, world: World
) -> None:
    TaskCheckpoint.objects.create(
        task=plan.tasks.get(code="own"),
        step="assigned",
        on=date(2024, 3, 19),
        registered_by=plan_admin,
        registered_at=clock.now(),
    )
    copy = amending.begin_amendment(plan=plan, actor=plan_admin)
    editing.remove_task(task=copy.tasks.get(code="own"), actor=plan_admin)

    with pytest.raises(RuleError, match=r"任务own.*已登记1个检查点"):
        apply(copy, plan_admin)

    assert TaskCheckpoint.objects.count() == 1
    assert not Amendment.objects.exists()


def test_what_an_amendment_made_void_does_not_keep_its_task(plan: Plan, plan_admin: User) -> None:
    apply(reaching(plan, ["town"], plan_admin), plan_admin)
    copy = amending.begin_amendment(plan=plan, actor=plan_admin)
    editing.remove_task(task=copy.tasks.get(code="quarter"), actor=plan_admin)

    apply(copy, plan_admin)

    assert not plan.assignments.exists()


def test_whoever_is_reached_again_owes_again_by_the_end_of_now(
    plan: Plan, plan_admin: User, world: World, filer: User
) -> None:
    services.cancel(assignment=of(plan, world, "traffic"), reason="误派", actor=plan_admin)
    extend(of(plan, world), date(2024, 4, 5), plan_admin)
    apply(reaching(plan, ["town"], plan_admin), plan_admin)
    assert Assignment.objects.owed().count() == 1
    apply(moved(plan, date(2024, 4, 20), plan_admin), plan_admin)
    Message.objects.all().delete()
    copy = amending.begin_amendment(plan=plan, actor=plan_admin)
    editing.set_scopes(task=copy.tasks.get(code="quarter"), rows=[], actor=plan_admin)

    amendment = apply(copy, plan_admin)

    owed = Assignment.objects.owed()
    assert owed.count() == 4
    assert {clock.last_day(row.due_at) for row in owed if row.due_at} == {date(2024, 4, 20)}
    assert of(plan, world, "traffic").cancel_reason == "误派"
    assert Message.objects.filter(kind="workplans.amended", recipient=filer).count() == 1
    line = Entry.objects.get(
        action="workplans.amend", chain__name="unit:652823/201", data__amendment=amendment.number
    )
    assert line.data["restored"] == 1


def test_the_notice_leads_to_the_plan_of_its_region(plan: Plan, plan_admin: User) -> None:
    apply(moved(plan, date(2024, 4, 20), plan_admin), plan_admin)

    urls = Message.objects.filter(kind="workplans.amended").values_list("url", flat=True)
    assert set(urls) == {"/2024/plan/?region=652823"}


@pytest.mark.trust("G04")
def test_an_extension_granted_meanwhile_is_not_overwritten(own_database: str) -> None:
    world = make_world()
    actor = world.people["plan_admin"]
    with clock.at(MORNING):
        plan = published(world, actor)
        copy = moved(plan, date(2024, 4, 9), actor)
    assignment, is_granted = of(plan, world), Event()

    def work(index: int) -> None:
        with clock.at(MORNING):
            if index:
                assert is_granted.wait(20)
                apply(copy, actor)
                return
            with transaction.atomic():
                extend(assignment, date(2024, 4, 30), actor)
                is_granted.set()
                sleep(1.5)  # the amendment comes while the extension is not yet committed

    at_once(2, work)

    assert end_of(plan, world) == date(2024, 4, 30)
    assert end_of(plan, world, "traffic") == date(2024, 4, 9)
