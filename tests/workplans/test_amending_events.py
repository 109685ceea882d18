"""Amending while events are dated: the date of the published plan is the one that counts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

import pytest

from apps.core import clock
from apps.organizations.models import User
from apps.workplans import selectors, services
from apps.workplans.models import Plan
from apps.workplans.services import amending, editing
from tests.personas import World, client_of
from tests.workplans.conftest import make_plan, make_task

KINDS = {"materials"}


@pytest.fixture(autouse=True)
def morning() -> Iterator[None]:
    with clock.at(datetime(2024, 3, 20, 9, tzinfo=clock.ZONE)):
        yield


@pytest.fixture
def plan(world: World, plan_admin: User) -> Plan:
    """Published, with a task whose window ends twenty days after an event still to come."""
    plan = make_plan(world, Plan.State.DRAFT)
    task = make_task(plan, "quarter", "unit")
    event = editing.add_event(plan=plan, values={"title": "预算批复"}, actor=plan_admin)
    values = {"key": "e", "kind": "event", "event": event.code, "days_after": 20}
    editing.add_window(task=task, values=values, actor=plan_admin)
    return services.publish(plan=plan, actor=plan_admin, kinds=KINDS)


def happened(plan: Plan, on: date, actor: User, reason: str = "") -> None:
    event = plan.events.get()
    services.date_event(event=event, happened_on=on, actor=actor, reason=reason, kinds=KINDS)


def apply(copy: Plan, actor: User) -> None:
    amending.apply_amendment(copy=copy, reason="改", document_number="", actor=actor, kinds=KINDS)


def days_of(plan: Plan, key: str = "e") -> set[date | None]:
    """The last days of those who owe the window; none where nobody does."""
    owed = plan.assignments.filter(window__key=key)
    return {clock.last_day(row.due_at) if row.due_at else None for row in owed}


@pytest.mark.req("U-53")
def test_a_changed_rule_counts_from_the_date_entered_in_the_meantime(
    plan: Plan, plan_admin: User
) -> None:
    copy = amending.begin_amendment(plan=plan, actor=plan_admin)
    window = copy.tasks.get().windows.get()
    editing.edit_window(window=window, values={"days_after": 30}, actor=plan_admin)
    happened(plan, date(2024, 3, 15), plan_admin)
    assert days_of(plan) == {date(2024, 4, 4)}

    apply(copy, plan_admin)

    assert days_of(plan) == {date(2024, 4, 14)}
    stored = plan.tasks.get().windows.get()
    assert stored.opens_at == clock.start_of(date(2024, 3, 15))
    assert stored.closes_at == clock.end_of(date(2024, 4, 14))


@pytest.mark.req("U-53")
@pytest.mark.parametrize("is_new_task", [False, True])
def test_a_window_added_to_the_copy_counts_from_the_date_entered_in_the_meantime(
    plan: Plan, plan_admin: User, is_new_task: bool
) -> None:
    copy = amending.begin_amendment(plan=plan, actor=plan_admin)
    task = make_task(copy, "more", "unit") if is_new_task else copy.tasks.get()
    values = {"key": "f", "kind": "event", "event": copy.events.get().code, "days_after": 10}
    editing.add_window(task=task, values=values, actor=plan_admin)
    happened(plan, date(2024, 3, 15), plan_admin)

    apply(copy, plan_admin)

    assert days_of(plan) == {date(2024, 4, 4)}
    assert days_of(plan, "f") == {date(2024, 3, 25)}


@pytest.mark.req("U-53")
def test_a_date_corrected_in_the_meantime_stays_corrected(plan: Plan, plan_admin: User) -> None:
    happened(plan, date(2024, 3, 1), plan_admin)
    copy = amending.begin_amendment(plan=plan, actor=plan_admin)
    happened(plan, date(2024, 3, 15), plan_admin, reason="文件迟到")
    editing.edit_task(task=copy.tasks.get(), values={"title": "改名"}, actor=plan_admin)

    assert len(amending.amendment_changes(copy)) == 1
    apply(copy, plan_admin)

    assert plan.events.get().happened_on == date(2024, 3, 15)
    assert days_of(plan) == {date(2024, 4, 4)}
    assert plan.tasks.get().windows.get().closes_at == clock.end_of(date(2024, 4, 4))


@pytest.mark.req("U-53")
def test_the_preview_says_what_applying_does_once_the_plan_has_moved(
    plan: Plan, plan_admin: User
) -> None:
    copy = amending.begin_amendment(plan=plan, actor=plan_admin)
    editing.edit_task(task=copy.tasks.get(), values={"title": "改名"}, actor=plan_admin)
    assert selectors.moved_since(copy) == []
    happened(plan, date(2024, 3, 15), plan_admin)

    told = amending.whom_it_concerns(copy)
    assert selectors.moved_since(copy) == ["事件“预算批复”：2024-03-15"]
    assert (told.n_units, told.n_moved, told.n_cancelled, told.refusals) == (5, 0, 0, [])

    apply(copy, plan_admin)
    assert plan.amendments.get().n_moved == 0
    assert days_of(plan) == {date(2024, 4, 4)}


@pytest.mark.req("U-53")
def test_pages_and_programs_see_that_the_plan_moved_since_the_copy_began(
    plan: Plan, plan_admin: User
) -> None:
    values = {"title": "补报日", "note": "待定", "clause": "依据"}
    Plan.objects.update(state=Plan.State.DRAFT)
    left = editing.add_setting(plan=plan, values=values, actor=plan_admin)
    Plan.objects.update(state=Plan.State.PUBLISHED)
    copy = amending.begin_amendment(plan=plan, actor=plan_admin)
    client, place = client_of(plan_admin), f"/2024/plan/edit/{copy.public_id}/"
    assert "现行计划又定了" not in client.get(place).content.decode()
    editing.set_setting(setting=left, value="每月5日", actor=plan_admin)
    happened(plan, date(2024, 3, 15), plan_admin)

    for address in (place, f"{place}changes/"):
        page = client.get(address).content.decode()
        assert "现行计划又定了2处" in page
        assert "事件“预算批复”：2024-03-15" in page
        assert "参数“补报日”：每月5日" in page
    told = client.get(f"/api/v1/plans/{copy.public_id}/changes/").json()
    assert len(told["news"]) == 2
    assert selectors.moved_since(plan) == []
