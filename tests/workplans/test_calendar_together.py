"""The calendar changes while a plan is published, amended or dated: no deadline by half of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from threading import Event as Signal

import pytest
from django.db import transaction

from apps.core import clock
from apps.jobs import services as jobs
from apps.organizations.models import User
from apps.workplans import rolling, services
from apps.workplans.models import Assignment, Plan, PlanEvent, PlanTask, TaskWindow
from apps.workplans.services import amending, editing, holidays
from tests.jobs.together import at_once
from tests.personas import World, make_world
from tests.workplans.conftest import make_plan, make_task, make_window

NOW = datetime(2024, 4, 10, 9, 0, tzinfo=clock.ZONE)
OLD, NEW = date(2024, 7, 1), date(2024, 7, 2)  # when all of them end, before and after the change
Act = Callable[[], object]


def ready_to_publish(world: World, actor: User) -> Act:
    plan = made(world, Plan.State.DRAFT, OLD)
    return lambda: services.publish(plan=plan, actor=actor)


def ready_to_amend(world: World, actor: User) -> Act:
    plan = made(world, Plan.State.DRAFT, date(2024, 6, 3))
    services.publish(plan=plan, actor=actor)
    copy = amending.begin_amendment(plan=plan, actor=actor)
    window = copy.tasks.get().windows.get()
    editing.edit_window(window=window, values={"closes": OLD}, actor=actor)
    return lambda: amending.apply_amendment(copy=copy, reason="改", document_number="", actor=actor)


def ready_to_date(world: World, actor: User) -> Act:
    plan = made(world, Plan.State.DRAFT, None)
    services.publish(plan=plan, actor=actor)
    event = plan.events.get()
    return lambda: services.date_event(event=event, happened_on=date(2024, 4, 1), actor=actor)


def made(world: World, state: str, closes: date | None) -> Plan:
    """One task, by its date or so many working days after an event of 1 April that it ends then."""
    plan = make_plan(world, state)
    section = world.sections["performance"]
    task = make_task(plan, "quarter", "unit", roll="next", section=section)
    if closes:
        make_window(task, "2024", date(2024, 4, 1), closes)
        return plan
    event = PlanEvent.objects.create(plan=plan, code="budget", title="预算批复")
    counted = {"kind": "event", "event": event, "days_after": 62, "in_working_days": True}
    TaskWindow.objects.create(task=task, key="2024", **counted)
    return plan


ACTS = [ready_to_publish, ready_to_amend, ready_to_date]


@pytest.mark.trust("G04", "G11")
@pytest.mark.parametrize("calendar_first", [True, False])
@pytest.mark.parametrize("ready", ACTS)
def test_the_plan_and_the_calendar_take_turns(
    own_database: str, ready: Callable[[World, User], Act], calendar_first: bool
) -> None:
    holidays.load_package()
    world = make_world()
    actor = world.people["plan_admin"]
    with clock.at(NOW):
        act = ready(world, actor)
    first, second = (day_off(actor), act) if calendar_first else (act, day_off(actor))
    begun, ended = Signal(), Signal()

    def work(index: int) -> None:
        with clock.at(NOW):
            if index == 0:
                with transaction.atomic():
                    first()
                    begun.set()
                    assert not ended.wait(0.5), "the other one did not wait"
                return
            assert begun.wait(10)
            second()
            ended.set()

    at_once(2, work)

    assert ended.is_set()
    with clock.at(NOW):
        while jobs.handle_event():
            pass
    window = TaskWindow.objects.select_related("task").get(task__plan__amends=None)
    assert rolling.due_of(window) == clock.end_of(NEW)
    dues = Assignment.objects.values_list("due_at", flat=True)
    assert (len(dues), set(dues)) == (5, {clock.end_of(NEW)})


def day_off(actor: User) -> Act:
    return lambda: services.set_day(
        on=OLD, is_workday=False, name="", source="县政府通知", actor=actor
    )


@pytest.mark.django_db
@pytest.mark.trust("G11")
@pytest.mark.parametrize("ready", [ready_to_amend, ready_to_date])
def test_a_move_that_still_waits_is_made_before_the_plan_moves_on(
    world: World, plan_admin: User, ready: Callable[[World, User], Act]
) -> None:
    holidays.load_package()
    with clock.at(NOW):
        act = ready(world, plan_admin)
        if ready == ready_to_date:
            act()
        old = (PlanEvent.objects.exists() and OLD) or date(2024, 6, 3)
        services.set_day(on=old, is_workday=False, name="", source="县政府通知", actor=plan_admin)
        if ready == ready_to_date:
            services.date_event(
                event=PlanEvent.objects.get(),
                happened_on=date(2024, 4, 2),
                reason="文件迟到",
                actor=plan_admin,
            )
        else:
            act()
        after = set(Assignment.objects.values_list("due_at", flat=True))
        while jobs.handle_event():
            pass

    window = TaskWindow.objects.select_related("task").get(task__plan__amends=None)
    assert after == {rolling.due_of(window)}
    assert set(Assignment.objects.values_list("due_at", flat=True)) == after


def test_a_window_that_moved_since_it_was_read_is_opened_by_its_end_of_now(
    april: datetime, unit_task: PlanTask
) -> None:
    stale = PlanTask.objects.prefetch_related("windows", "scopes").get(pk=unit_task.pk)
    assert len(stale.windows.all()) == 2
    TaskWindow.objects.update(closes_at=clock.end_of(date(2024, 7, 3)))

    services.assign(task=stale, on=date(2024, 4, 10), actor=None, kinds={"materials"})

    dues = set(Assignment.objects.values_list("due_at", flat=True))
    assert dues == {clock.end_of(date(2024, 7, 3))}
