"""A fault at any write of a plan's use cases leaves nothing behind, and the retry works."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime

import pytest
from django.db import connection

from apps.core import clock
from apps.organizations.models import User
from apps.workplans import services
from apps.workplans.models import Assignment, Plan, PlanEvent, TaskWindow
from apps.workplans.services import amending, cloning, holidays, reading
from tests.faults import FailingAt, Fault, UseCase
from tests.flows.stored import ALL, digest
from tests.personas import World
from tests.workplans.conftest import make_plan, make_task, make_window

KINDS = frozenset({"materials"})
MARCH = datetime(2024, 3, 20, 9, tzinfo=clock.ZONE)
NOTICE = """关于做好2024年预算绩效管理工作的通知

各部门、各单位：
一、绩效目标管理
2024年4月15日前，各部门单位报送绩效目标表。
二、绩效自评
5月1日—5月31日，各部门单位开展2023年度项目支出绩效自评，报送自评表和自评报告。
"""
Case = Callable[[Plan, User], UseCase]

pytestmark = [pytest.mark.django_db, pytest.mark.trust("G06")]


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.at(MARCH):
        yield


@pytest.fixture
def draft(world: World) -> Plan:
    """One unit task with two windows, one of them open, and an event to come."""
    plan = make_plan(world, Plan.State.DRAFT)
    task = make_task(plan, "quarter", "unit", section=world.sections["performance"])
    make_window(task, "2024Q1", date(2024, 3, 18), date(2024, 4, 1))
    make_window(task, "2024Q2", date(2024, 6, 17), date(2024, 7, 1))
    event = PlanEvent.objects.create(plan=plan, code="budget", title="预算批复")
    after = make_task(plan, "goal", "unit")
    TaskWindow.objects.create(task=after, key="2024", kind="event", event=event, days_after=30)
    holidays.load_package()
    return plan


def published(plan: Plan, actor: User) -> Plan:
    return services.publish(plan=Plan.objects.get(pk=plan.pk), actor=actor, kinds=KINDS)


def publish(plan: Plan, actor: User) -> UseCase:
    return lambda: published(plan, actor)


def read_a_notice(plan: Plan, actor: User) -> UseCase:
    return lambda: reading.add_notice(plan=plan, name="通知.txt", text=NOTICE, actor=actor)


def begin_an_amendment(plan: Plan, actor: User) -> UseCase:
    published(plan, actor)
    return lambda: amending.begin_amendment(plan=Plan.objects.get(pk=plan.pk), actor=actor)


def apply_an_amendment(plan: Plan, actor: User) -> UseCase:
    copy = amending.begin_amendment(plan=published(plan, actor), actor=actor)
    windows = TaskWindow.objects.filter(task__plan=copy, key="2024Q1")
    windows.update(closes_at=clock.end_of(date(2024, 4, 8)))
    return lambda: amending.apply_amendment(
        copy=Plan.objects.get(pk=copy.pk),
        reason="上级推迟",
        document_number="",
        actor=actor,
        kinds=KINDS,
    )


def clone(plan: Plan, actor: User) -> UseCase:
    published(plan, actor)
    return lambda: cloning.clone(plan=Plan.objects.get(pk=plan.pk), year=2025, actor=actor)


def date_an_event(plan: Plan, actor: User) -> UseCase:
    published(plan, actor)
    event = PlanEvent.objects.get(plan=plan)
    return lambda: services.date_event(
        event=event, happened_on=date(2024, 3, 20), actor=actor, kinds=KINDS
    )


def extend(plan: Plan, actor: User) -> UseCase:
    published(plan, actor)
    owed = Assignment.objects.filter(window__key="2024Q1").first()
    due = clock.end_of(date(2024, 4, 20))
    return lambda: services.extend(assignment=owed, new_due_at=due, reason="搬迁", actor=actor)


CASES = [
    publish,
    read_a_notice,
    begin_an_amendment,
    apply_an_amendment,
    clone,
    date_an_event,
    extend,
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_a_fault_at_any_write_changes_nothing_and_the_retry_succeeds(
    draft: Plan, plan_admin: User, case: Case
) -> None:
    use_case = case(draft, plan_admin)
    before = digest(ALL)
    number = 0
    while True:
        number += 1
        try:
            with connection.execute_wrapper(FailingAt(number, only_writes=True)):
                use_case()
        except Fault:
            assert digest(ALL) == before, f"after a fault at write {number}"
        else:
            break
    assert number > 3, "the loop went through the whole use case"
    assert digest(ALL) != before
