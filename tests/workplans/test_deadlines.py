"""Extensions and exemptions: for one unit alone, with reason, trail and notice."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.core import clock
from apps.notifications.models import Message
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import services
from apps.workplans.models import Assignment, Extension, PlanTask

NEW = clock.end_of(date(2024, 7, 8))


@pytest.fixture
def owed(april: datetime, unit_task: PlanTask) -> Assignment:
    services.assign(task=unit_task, on=date(2024, 4, 10), actor=None, kinds={"materials"})
    return Assignment.objects.get(unit__code="201", window__key="2024Q2")


def state() -> list[tuple[object, ...]]:
    return list(Assignment.objects.order_by("pk").values_list("pk", "due_at", "exempt_reason"))


@pytest.mark.trust("G11")
def test_an_extension_moves_one_deadline_and_leaves_all_others(
    owed: Assignment, plan_admin: User, filer: User
) -> None:
    others = [row for row in state() if row[0] != owed.pk]

    extension = services.extend(
        assignment=owed, new_due_at=NEW, reason=" 机房 停电 ", actor=plan_admin
    )

    owed.refresh_from_db()
    assert owed.due_at == NEW
    assert (extension.old_due_at, extension.new_due_at) == (clock.end_of(date(2024, 7, 1)), NEW)
    assert (extension.reason, extension.granted_by) == ("机房 停电", plan_admin)
    assert [row for row in state() if row[0] != owed.pk] == others
    line = Entry.objects.get(action="workplans.extend")
    assert line.chain.name == "unit:652823/201"
    assert line.data == {"old": "2024-07-01", "new": "2024-07-08", "reason": "机房 停电"}
    assert Message.objects.filter(recipient=filer, kind="workplans.extended").count() == 1
    assert not Message.objects.exclude(recipient__memberships__unit=owed.unit).exists()


@pytest.mark.trust("G11")
def test_a_stored_deadline_is_not_recomputed_when_tasks_are_opened_again(
    owed: Assignment, plan_admin: User, unit_task: PlanTask
) -> None:
    services.extend(assignment=owed, new_due_at=NEW, reason="停电", actor=plan_admin)

    services.assign(task=unit_task, on=date(2024, 6, 20), actor=None, kinds={"materials"})

    owed.refresh_from_db()
    assert owed.due_at == NEW


@pytest.mark.parametrize("person", ["filer", "performance_reviewer", "leader", "foreign_reviewer"])
def test_only_the_plan_administrator_extends_and_exempts(
    owed: Assignment, person: str, request: pytest.FixtureRequest
) -> None:
    before, actor = state(), request.getfixturevalue(person)

    with pytest.raises(PermissionDenied):
        services.extend(assignment=owed, new_due_at=NEW, reason="停电", actor=actor)
    with pytest.raises(PermissionDenied):
        services.exempt(assignment=owed, reason="单位撤并", actor=actor)

    assert state() == before
    assert not Extension.objects.exists()


@pytest.mark.parametrize(
    ("new_due_at", "reason", "says"),
    [
        (clock.end_of(date(2024, 7, 1)), "停电", "应晚于2024年7月1日"),
        (clock.end_of(date(2024, 4, 9)), "停电", "不早于今天"),
        (NEW, "  ", "延期理由：未填"),
        (NEW, "停" * 201, "最多200字"),
    ],
)
def test_an_extension_is_refused(
    owed: Assignment, plan_admin: User, new_due_at: datetime, reason: str, says: str
) -> None:
    before = state()

    with pytest.raises(RuleError, match=says):
        services.extend(assignment=owed, new_due_at=new_due_at, reason=reason, actor=plan_admin)

    assert state() == before
    assert not Extension.objects.exists()
    assert not Entry.objects.filter(action="workplans.extend").exists()


def test_what_has_no_deadline_cannot_be_extended(owed: Assignment, plan_admin: User) -> None:
    Assignment.objects.filter(pk=owed.pk).update(due_at=None)

    with pytest.raises(RuleError, match="没有截止日"):
        services.extend(assignment=owed, new_due_at=NEW, reason="停电", actor=plan_admin)


def test_an_exempt_unit_owes_it_no_longer(owed: Assignment, plan_admin: User, filer: User) -> None:
    services.exempt(assignment=owed, reason="单位撤并", actor=plan_admin)

    owed.refresh_from_db()
    assert owed.exempt_reason == "单位撤并"
    assert Entry.objects.get(action="workplans.exempt").data == {"reason": "单位撤并"}
    assert Message.objects.filter(recipient=filer, kind="workplans.exempted").exists()
    for act in (
        lambda: services.exempt(assignment=owed, reason="再一次", actor=plan_admin),
        lambda: services.extend(assignment=owed, new_due_at=NEW, reason="停", actor=plan_admin),
    ):
        with pytest.raises(RuleError, match="已豁免"):
            act()
