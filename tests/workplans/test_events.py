"""An event that happened dates its windows, opens them and tells; corrected until one has filed."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.models import Entry
from apps.core import clock
from apps.filings import services as filings
from apps.notifications.models import Message
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import services
from apps.workplans.models import (
    Assignment,
    HolidayYear,
    Plan,
    PlanEvent,
    PlanTask,
    TaskWindow,
)
from apps.workplans.services import holidays
from tests.personas import client_of
from tests.workplans.conftest import make_task, run_jobs

ON = date(2024, 3, 20)
FIVE = 5  # units of the county that are not classified


@pytest.fixture
def event(april: datetime, plan: Plan) -> PlanEvent:
    """预算批复, from which a goal is due in 20 days and a report in 10 working days."""
    holidays.load_package()
    event = PlanEvent.objects.create(plan=plan, code="budget", title="预算批复")
    for code, days, in_working_days, roll in (
        ("goal", 30, False, "next"),
        ("report", 20, True, "keep"),
        ("open", None, False, "keep"),
    ):
        TaskWindow.objects.create(
            task=make_task(plan, code, "unit", roll=roll),
            key="2024",
            kind="event",
            event=event,
            days_after=days,
            in_working_days=in_working_days,
        )
    return event


def days() -> list[tuple[str, Any]]:
    rows = TaskWindow.objects.order_by("task__code").values_list("task__code", "closes_at")
    return [(code, closes and clock.last_day(closes)) for code, closes in rows]


def dues(code: str) -> set[date | None]:
    rows = Assignment.objects.filter(task__code=code).values_list("due_at", flat=True)
    return {due and clock.last_day(due) for due in rows}


@pytest.mark.req("Q-16", "Y-80")
def test_its_windows_are_dated_opened_and_told(
    event: PlanEvent, plan_admin: User, filer: User
) -> None:
    foreseen = services.foreseen(event=event, happened_on=ON, actor=plan_admin)
    assert days() == [("goal", None), ("open", None), ("report", None)]

    services.date_event(event=event, happened_on=ON, actor=plan_admin)

    event.refresh_from_db()
    assert event.happened_on == ON
    assert days() == [
        ("goal", date(2024, 4, 19)),
        ("open", None),
        ("report", date(2024, 4, 18)),  # 20 working days, Qingming and a worked Sunday between
    ]
    assert [(e.window.task.code, e.n_new, e.n_moved, e.is_over) for e in foreseen] == [
        ("goal", FIVE, 0, False),
        ("report", FIVE, 0, False),
        ("open", FIVE, 0, False),
    ]
    assert Assignment.objects.count() == 3 * FIVE
    assert (dues("goal"), dues("open")) == ({date(2024, 4, 19)}, {None})
    told = Message.objects.get(recipient=filer, kind="workplans.event_dated")
    assert "预算批复：2024-03-20，3项任务的填报期已定" in told.title
    assert "2024-04-1924:00截止" in told.body
    line = Entry.objects.get(action="workplans.date_event")
    assert line.data == {
        "old": "",
        "new": "2024-03-20",
        "reason": "",
        "opened": 3 * FIVE,
        "moved": 0,
    }


@pytest.mark.req("Q-16")
def test_a_day_off_at_the_end_rolls(event: PlanEvent, plan_admin: User) -> None:
    services.date_event(event=event, happened_on=date(2024, 4, 5), actor=plan_admin)
    # 30 days later is Sunday the 5th of May, the last day of the Labour Day holidays
    assert dues("goal") == {date(2024, 5, 6)}


@pytest.mark.trust("G11")
def test_a_correction_moves_what_stands_and_leaves_what_was_extended(
    event: PlanEvent, plan_admin: User, filer: User
) -> None:
    services.date_event(event=event, happened_on=ON, actor=plan_admin)
    extended = Assignment.objects.get(task__code="goal", unit__code="205")
    long = clock.end_of(date(2024, 5, 31))
    services.extend(assignment=extended, new_due_at=long, reason="洪水", actor=plan_admin)
    with pytest.raises(RuleError, match="更正理由：未填"):
        services.date_event(event=event, happened_on=date(2024, 3, 22), actor=plan_admin)

    services.date_event(
        event=event, happened_on=date(2024, 3, 25), actor=plan_admin, reason="文件迟到"
    )

    assert dues("goal") == {date(2024, 4, 24), date(2024, 5, 31)}
    opens = set(Assignment.objects.exclude(pk=extended.pk).values_list("opens_at", flat=True))
    assert opens == {clock.start_of(date(2024, 3, 25))}
    assert Assignment.objects.count() == 3 * FIVE
    line = Entry.objects.filter(action="workplans.date_event").latest("pk")
    assert (line.data["old"], line.data["reason"]) == ("2024-03-20", "文件迟到")
    assert line.data["moved"] == 3 * FIVE - 1
    assert Message.objects.filter(recipient=filer, kind="workplans.event_dated").count() == 2


def test_once_somebody_has_filed_the_date_stands(event: PlanEvent, plan_admin: User, filer: User):
    PlanTask.objects.filter(code="goal").update(section=None)
    services.date_event(event=event, happened_on=ON, actor=plan_admin)
    owed = Assignment.objects.get(task__code="goal", unit__code="201")
    filing = filings.open_filing(assignment=owed, actor=filer)
    services.date_event(event=event, happened_on=date(2024, 3, 21), actor=plan_admin, reason="x")
    filing.submitted_at = clock.now()
    filing.save(update_fields=["submitted_at"])
    before = days()

    with pytest.raises(RuleError, match="已报送1件，不能改日期"):
        services.date_event(event=event, happened_on=ON, actor=plan_admin, reason="x")

    assert days() == before


@pytest.mark.parametrize(
    ("on", "says"),
    [
        (date(2024, 4, 11), "已经发生才填"),
        (date(2022, 12, 31), "应在2023-01-01至"),
    ],
)
def test_a_day_out_of_bounds_is_refused(
    event: PlanEvent, plan_admin: User, on: date, says: str
) -> None:
    for act in (services.foreseen, services.date_event):
        with pytest.raises(RuleError, match=says):
            act(event=event, happened_on=on, actor=plan_admin)
    assert not Assignment.objects.exists()


def test_the_same_day_again_is_no_correction(event: PlanEvent, plan_admin: User) -> None:
    services.date_event(event=event, happened_on=ON, actor=plan_admin)
    with pytest.raises(RuleError, match="不用改"):
        services.date_event(event=event, happened_on=ON, actor=plan_admin, reason="x")


def test_working_days_of_a_year_not_announced_are_refused(
    event: PlanEvent, plan_admin: User
) -> None:
    HolidayYear.objects.filter(year=2024).delete()
    with pytest.raises(RuleError, match="2024年节假日：尚未公布"):
        services.date_event(event=event, happened_on=ON, actor=plan_admin)
    event.refresh_from_db()
    assert event.happened_on is None
    assert days() == [("goal", None), ("open", None), ("report", None)]


def test_only_the_plan_administrator_dates_events(
    event: PlanEvent, filer: User, performance_reviewer: User
) -> None:
    for actor in (filer, performance_reviewer):
        for act in (services.foreseen, services.date_event):
            with pytest.raises(PermissionDenied):
                act(event=event, happened_on=ON, actor=actor)
    assert not Assignment.objects.exists()


def test_outside_a_plan_in_force_no_date_is_taken(event: PlanEvent, plan_admin: User) -> None:
    page, url = client_of(plan_admin), "/2024/plan/event-dates/"
    for state in (Plan.State.DRAFT, Plan.State.CLOSED):
        Plan.objects.update(state=state)
        event = PlanEvent.objects.get()
        for act in (services.foreseen, services.date_event):
            with pytest.raises(RuleError, match="计划发布以后才填事件日期"):
                act(event=event, happened_on=ON, actor=plan_admin)
        assert "先看结果" not in page.get(url).text
        told = {"event": "budget", "happened_on": "2024-03-20", "step": "do"}
        assert page.post(url, told).status_code == 422
    event.refresh_from_db()
    assert event.happened_on is None
    assert days() == [("goal", None), ("open", None), ("report", None)]
    assert not Assignment.objects.exists()


@pytest.mark.trust("G11")
def test_nobody_extended_ends_before_everybody_else(event: PlanEvent, plan_admin: User) -> None:
    services.date_event(event=event, happened_on=ON, actor=plan_admin)
    extended = Assignment.objects.get(task__code="goal", unit__code="205")
    soon = clock.end_of(date(2024, 4, 22))
    services.extend(assignment=extended, new_due_at=soon, reason="洪水", actor=plan_admin)
    again = {"event": event, "happened_on": date(2024, 3, 25), "actor": plan_admin}
    foreseen = services.foreseen(**again)  # type: ignore[arg-type]

    services.date_event(**again, reason="文件迟到")  # type: ignore[arg-type]

    assert dues("goal") == {date(2024, 4, 24)}
    assert [effect.n_moved for effect in foreseen] == [FIVE] * 3
    line = Entry.objects.filter(action="workplans.date_event").latest("pk")
    assert line.data["moved"] == 3 * FIVE


def test_what_is_excused_for_a_time_moves_without_a_word(
    event: PlanEvent, plan_admin: User, filer: User
) -> None:
    services.date_event(event=event, happened_on=ON, actor=plan_admin)
    for row in Assignment.objects.filter(unit__code="201"):
        until = date(2024, 4, 12)
        services.exempt(assignment=row, reason="机构改革", until=until, actor=plan_admin)

    services.date_event(
        event=event, happened_on=date(2024, 3, 25), actor=plan_admin, reason="文件迟到"
    )

    assert dues("goal") == {date(2024, 4, 24)}
    assert Message.objects.filter(recipient=filer, kind="workplans.event_dated").count() == 1


def test_units_that_owe_the_same_are_told_with_one_question(
    event: PlanEvent, plan_admin: User, filer: User
) -> None:
    with CaptureQueriesContext(connection) as asked:
        services.date_event(event=event, happened_on=ON, actor=plan_admin)

    people = [q for q in asked if q["sql"].startswith('SELECT DISTINCT "organizations_user"')]
    assert len(people) == 1
    assert Message.objects.filter(recipient=filer, kind="workplans.event_dated").count() == 1


@pytest.mark.skipif(connection.vendor == "sqlite", reason="the embedded database has no row locks")
def test_the_plan_is_locked_first_and_what_is_owed_before_it_moves(
    event: PlanEvent, plan_admin: User
) -> None:
    services.date_event(event=event, happened_on=ON, actor=plan_admin)
    with CaptureQueriesContext(connection) as asked:
        services.date_event(
            event=event, happened_on=date(2024, 3, 25), actor=plan_admin, reason="x"
        )

    done = [q["sql"] for q in asked]
    locks = [sql.partition(" OF ")[2] for sql in done if "FOR UPDATE OF" in sql]
    assert locks[:3] == [
        '"workplans_plan"',
        '"workplans_planevent"',
        '"workplans_assignment"',
    ]
    first = next(n for n, sql in enumerate(done) if 'OF "workplans_assignment"' in sql)
    moved = [n for n, sql in enumerate(done) if sql.startswith('UPDATE "workplans_assignment"')]
    assert first < min(moved)


# --- pages ------------------------------------------------------------------------------------
def test_the_page_goes_from_the_date_over_its_effects_to_the_tasks(
    event: PlanEvent, plan_admin: User, filer: User
) -> None:
    page, url = client_of(plan_admin), "/2024/plan/event-dates/"
    assert "还没有发生" in client_of(filer).get(url).text
    assert "先看结果" not in client_of(filer).get(url).text
    told = {"event": "budget", "happened_on": "2024-03-20"}
    late = page.post(url, {**told, "happened_on": "2024-05-01"})
    assert late.status_code == 422
    assert "已经发生才填" in late.text
    assert page.post(url, {**told, "happened_on": "gestern"}).status_code == 422
    preview = page.post(url, told)
    assert "3月20日 – 4月19日" in preview.text
    assert not Assignment.objects.exists()
    over = page.post(url, {**told, "happened_on": "2024-01-02"})
    assert "派发后即逾期" in over.text
    assert page.post(url, {**told, "step": "do", "seen": "0" * 32}).status_code == 422
    assert page.post(url, {**told, "step": "do"}).status_code == 302
    assert "正在填“预算批复”的日期" not in client_of(filer).get(url).text
    assert "填“预算批复”的日期" in page.get(url).text
    run_jobs()
    assert Assignment.objects.count() == 3 * FIVE
    assert "2024年3月20日" in page.get(url).text
    assert page.post(url, {**told, "event": "none"}).status_code == 404
    assert client_of(filer).post(url, told).status_code == 403


def test_programs_date_events(event: PlanEvent, plan_admin: User) -> None:
    api, url = client_of(plan_admin), f"/api/v1/plans/{event.plan.public_id}/events/"
    told = {"event": "budget", "happened_on": "2024-03-20"}
    dry = api.post(url, {**told, "dry_run": True}, content_type="application/json").json()
    assert [effect["n_new"] for effect in dry["effects"]] == [FIVE] * 3
    assert not Assignment.objects.exists()
    seen = {"fingerprint": dry["fingerprint"]}
    started = api.post(url, {**told, **seen}, content_type="application/json")
    assert (started.status_code, *started.json()) == (202, "job")
    run_jobs()
    assert api.get(url).json()[0]["happened_on"] == "2024-03-20"
    assert Assignment.objects.count() == 3 * FIVE
