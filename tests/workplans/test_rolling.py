"""A deadline on a day off: kept, moved on or moved forward, and what an announcement changes."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from apps.audit.models import Entry
from apps.core import clock
from apps.jobs import services as jobs
from apps.jobs.models import Event
from apps.notifications.models import Message
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import calendar, rolling, screens, selectors, services
from apps.workplans.models import (
    Assignment,
    Holiday,
    HolidayYear,
    Plan,
    PlanEvent,
    PlanTask,
    TaskWindow,
)
from apps.workplans.services import amending, holidays
from tests.rules.test_holiday_notice import OF_2026
from tests.workplans.conftest import make_task, make_window

TODAY = date(2024, 4, 10)
SOURCE = "国办发明电〔2025〕7号"


def window(task: PlanTask, last: date, roll: str = "next") -> TaskWindow:
    task.roll = roll
    task.save(update_fields=["roll"])
    return make_window(task, f"{last:%m%d}", date(2024, 1, 1), last)


def assign(task: PlanTask) -> None:
    services.assign(task=task, on=TODAY, actor=None, kinds={"materials"})


def handle_events() -> None:
    while jobs.handle_event():
        pass


@pytest.mark.req("Y-84")
@pytest.mark.parametrize(
    ("last", "roll", "owed"),
    [
        (date(2024, 10, 1), "keep", date(2024, 10, 1)),
        (date(2024, 10, 1), "next", date(2024, 10, 8)),
        (date(2024, 10, 1), "previous", date(2024, 9, 30)),
        (date(2025, 1, 1), "next", date(2025, 1, 2)),  # over the year's end
        (date(2025, 1, 1), "previous", date(2024, 12, 31)),
        (date(2024, 9, 29), "next", date(2024, 9, 29)),  # a Sunday on which people work
        (date(2024, 7, 1), "next", date(2024, 7, 1)),
        (date(2024, 6, 30), "next", date(2024, 7, 1)),  # an ordinary Sunday
    ],
)
def test_the_end_of_a_window_goes_by_its_tasks_policy(
    april: datetime, unit_task: PlanTask, last: date, roll: str, owed: date
) -> None:
    holidays.load_package()
    found = window(unit_task, last, roll)

    assign(unit_task)

    dues = set(Assignment.objects.filter(window=found).values_list("due_at", flat=True))
    assert dues == {clock.end_of(owed)}
    found.refresh_from_db()
    assert found.closes_at == clock.end_of(last), "the notice's own date stays"


def test_a_moved_end_says_why(april: datetime, unit_task: PlanTask) -> None:
    holidays.load_package()

    national, sunday = (
        rolling.read(window(unit_task, day)) for day in (date(2024, 10, 1), date(2024, 6, 30))
    )

    assert national
    assert (national.why, national.is_moved, national.is_later) == (
        "国庆节",
        True,
        True,
    )
    assert sunday
    assert sunday.why == "周日"


def test_a_roll_never_ends_a_window_before_it_opens(april: datetime, unit_task: PlanTask) -> None:
    holidays.load_package()
    found = window(unit_task, date(2024, 10, 3), "previous")
    found.opens_at = clock.start_of(date(2024, 10, 1))

    due = rolling.read(found)

    assert due
    assert not due.is_moved


@pytest.mark.req("Y-84")
def test_in_a_year_not_announced_the_date_stands_and_says_so(
    april: datetime, unit_task: PlanTask
) -> None:
    found = window(unit_task, date(2026, 10, 1))

    due = rolling.read(found)
    assign(unit_task)

    assert due
    assert due.is_pending
    assert not due.is_moved
    assert Assignment.objects.filter(window=found, due_at=clock.end_of(date(2026, 10, 1))).exists()


@pytest.mark.req("Y-84")
@pytest.mark.trust("G11")
def test_the_announcement_moves_what_stands_and_tells_each_unit_once(
    april: datetime, unit_task: PlanTask, plan_admin: User, filer: User
) -> None:
    found = window(unit_task, date(2026, 10, 1))
    assign(unit_task)
    rows = Assignment.objects.filter(window=found)
    extended, excused = rows.get(unit__code="205"), rows.get(unit__code="301")
    long = clock.end_of(date(2026, 10, 20))
    services.extend(assignment=extended, new_due_at=long, reason="机房搬迁", actor=plan_admin)
    services.exempt(assignment=excused, reason="撤并", actor=plan_admin)

    services.announce_year(year=2026, text=OF_2026, source=SOURCE, actor=plan_admin)
    assert set(rows.values_list("due_at", flat=True)) == {clock.end_of(date(2026, 10, 1)), long}
    handle_events()
    services.move_ends(  # told again by a worker that was interrupted
        window=found, old=clock.end_of(date(2026, 10, 1)), new=clock.end_of(date(2026, 10, 8))
    )

    moved = {row.unit.code: clock.last_day(row.due_at) for row in rows.select_related("unit")}
    assert moved == {
        "201": date(2026, 10, 8),
        "201001": date(2026, 10, 8),
        "401": date(2026, 10, 8),
        "205": date(2026, 10, 20),
        "301": date(2026, 10, 1),
    }
    told = Message.objects.get(recipient=filer, kind="workplans.rolled")
    assert "截止由2026年10月1日改为2026年10月8日" in told.title
    assert "国庆节" in told.body
    assert Entry.objects.filter(action="workplans.roll").count() == 3


@pytest.mark.trust("G11")
def test_the_announcement_overtakes_a_short_extension_and_reaches_the_excused(
    april: datetime, unit_task: PlanTask, plan_admin: User, filer: User
) -> None:
    found = window(unit_task, date(2026, 10, 1))
    assign(unit_task)
    rows = Assignment.objects.filter(window=found)
    short = clock.end_of(date(2026, 10, 5))
    extended, excused = rows.get(unit__code="205"), rows.get(unit__code="201")
    services.extend(assignment=extended, new_due_at=short, reason="搬迁", actor=plan_admin)
    until = date(2026, 9, 1)
    services.exempt(assignment=excused, reason="机构改革", until=until, actor=plan_admin)

    services.announce_year(year=2026, text=OF_2026, source=SOURCE, actor=plan_admin)
    handle_events()

    assert {clock.last_day(row.due_at) for row in rows} == {date(2026, 10, 8)}
    assert not Message.objects.filter(recipient=filer, kind="workplans.rolled").exists()
    lines = Entry.objects.filter(action="workplans.roll", chain__name="unit:652823/205")
    assert [line.data["old"] for line in lines] == ["2026-10-05"]


@pytest.mark.trust("G11")
def test_a_day_changed_later_moves_what_it_moves(
    april: datetime, unit_task: PlanTask, plan_admin: User
) -> None:
    holidays.load_package()
    found = window(unit_task, date(2024, 10, 1))
    assign(unit_task)

    def ends() -> set[date]:
        return {clock.last_day(row.due_at) for row in Assignment.objects.filter(window=found)}

    services.set_day(
        on=date(2024, 10, 8), is_workday=False, name="", source="县政府通知", actor=plan_admin
    )
    handle_events()
    assert ends() == {date(2024, 10, 9)}

    services.reset_day(on=date(2024, 10, 8), source="通知撤回", actor=plan_admin)
    handle_events()
    assert ends() == {date(2024, 10, 8)}


def test_a_day_that_is_over_or_would_be_stays(
    april: datetime, unit_task: PlanTask, plan_admin: User
) -> None:
    holidays.load_package()
    past, near = (
        window(unit_task, date(2024, 4, 9)),
        window(unit_task, date(2024, 4, 11), "previous"),
    )
    assign(unit_task)
    before = list(Assignment.objects.order_by("pk").values_list("pk", "due_at"))
    for day in (date(2024, 4, 9), date(2024, 4, 10), date(2024, 4, 11)):
        services.set_day(on=day, is_workday=False, name="", source="停电", actor=plan_admin)
    handle_events()

    assert list(Assignment.objects.order_by("pk").values_list("pk", "due_at")) == before
    assert {past.key, near.key} == {"0409", "0411"}


def test_a_rolled_window_is_still_opened_after_its_stated_day(
    april: datetime, unit_task: PlanTask
) -> None:
    holidays.load_package()
    window(unit_task, date(2024, 10, 1))

    with clock.at(clock.start_of(date(2024, 10, 4))):
        services.open_due(on=date(2024, 10, 4), kinds={"materials"})
    assert Assignment.objects.filter(window__key="1001").count() == 5


def test_nothing_is_known_of_a_year_until_it_is_announced_whole(
    april: datetime, plan_admin: User
) -> None:
    with pytest.raises(RuleError, match="缺：春节"):
        services.announce_year(
            year=2026, text="一、元旦：1月1日放假。", source=SOURCE, actor=plan_admin
        )
    assert not HolidayYear.objects.exists()
    assert not Holiday.objects.exists()


@pytest.mark.req("Y-84")
def test_the_line_and_the_table_of_the_year_show_the_day_that_is_owed(
    april: datetime, unit_task: PlanTask
) -> None:
    holidays.load_package()
    unit_task.windows.all().delete()
    window(unit_task, date(2024, 8, 31))  # a Saturday, so that it is owed in September
    window(unit_task, date(2024, 10, 1))

    plan = unit_task.plan
    screen = screens.plan_screen(plan, selectors.tasks_with_windows(plan), april)

    days = [date(2024, 9, 2), date(2024, 10, 8)]
    assert [bar.day for bar in screen.rows[0].bars] == days
    assert [month.title for month in screen.months] == ["2024年9月", "2024年10月"]
    assert [clock.last_day(line.due_at) for m in screen.months for line in m.lines] == days


def test_windows_stand_in_the_order_in_which_they_are_owed(unit_task: PlanTask) -> None:
    holidays.load_package()
    unit_task.windows.all().delete()
    later, first = window(unit_task, date(2024, 10, 1)), window(unit_task, date(2024, 10, 8))
    make_window(unit_task, "open", date(2024, 1, 1))

    found = rolling.in_order(TaskWindow.objects.select_related("task"))

    ends = [clock.end_of(date(2024, 10, 8))] * 2
    assert [due_at for _, due_at in found] == ends
    assert {one for one, _ in found} == {later, first}
    assert rolling.in_order([]) == []


# --- working days counted from an event -----------------------------------------------------------
@pytest.fixture
def counted(april: datetime, plan: Plan, plan_admin: User) -> TaskWindow:
    """A report in twenty working days after 预算批复 of 29 March, which the units owe."""
    holidays.load_package()
    event = PlanEvent.objects.create(plan=plan, code="budget", title="预算批复")
    window = TaskWindow.objects.create(
        task=make_task(plan, "report", "unit"),
        key="2024",
        kind="event",
        event=event,
        days_after=20,
        in_working_days=True,
    )
    services.date_event(event=event, happened_on=date(2024, 3, 29), actor=plan_admin)
    window.refresh_from_db()
    return window


def day_off(on: date, actor: User) -> None:
    services.set_day(on=on, is_workday=False, name="", source="县政府通知", actor=actor)


def ends_of(window: TaskWindow) -> tuple[date | None, set[date]]:
    """The window's last day, and those of its assignments."""
    window.refresh_from_db()
    rows = Assignment.objects.filter(window=window)
    assert window.closes_at
    return clock.last_day(window.closes_at), {clock.last_day(row.due_at) for row in rows}


@pytest.mark.req("Y-84")
@pytest.mark.trust("G11")
def test_working_days_after_an_event_follow_the_calendar(
    counted: TaskWindow, plan_admin: User, filer: User
) -> None:
    before = ends_of(counted)
    extended = Assignment.objects.get(window=counted, unit__code="205")
    long = clock.end_of(date(2024, 5, 20))
    services.extend(assignment=extended, new_due_at=long, reason="搬迁", actor=plan_admin)
    last = before[0]
    assert last

    day_off(date(2024, 4, 17), plan_admin)
    handle_events()

    after = ends_of(counted)
    assert before[1] == {last}
    assert after[0] == calendar.add_working_days(date(2024, 3, 29), 20)
    assert after[0] > last
    assert after[1] == {after[0], date(2024, 5, 20)}
    told = Message.objects.get(recipient=filer, kind="workplans.rolled")
    assert f"截止由2024年{last.month}月{last.day}日改为" in told.title
    assert Entry.objects.filter(action="workplans.roll").count() == 4

    services.reset_day(on=date(2024, 4, 17), source="通知撤回", actor=plan_admin)
    handle_events()
    assert ends_of(counted) == (last, {last, date(2024, 5, 20)})


def test_calendar_days_after_an_event_and_other_years_stay(
    counted: TaskWindow, plan_admin: User
) -> None:
    before = ends_of(counted)
    day_off(date(2023, 4, 17), plan_admin)
    handle_events()
    assert ends_of(counted) == before
    TaskWindow.objects.update(in_working_days=False)
    day_off(date(2024, 4, 17), plan_admin)
    handle_events()
    assert ends_of(counted) == before


def test_an_end_that_was_set_otherwise_is_not_counted_again(
    counted: TaskWindow, plan_admin: User
) -> None:
    TaskWindow.objects.update(closes_at=clock.end_of(date(2024, 5, 10)))
    day_off(date(2024, 4, 17), plan_admin)
    handle_events()
    assert ends_of(counted)[0] == date(2024, 5, 10)


def test_a_counted_end_that_is_over_or_would_be_stays(
    counted: TaskWindow, plan_admin: User
) -> None:
    TaskWindow.objects.update(days_after=5, closes_at=clock.end_of(date(2024, 4, 8)))
    Assignment.objects.update(due_at=clock.end_of(date(2024, 4, 8)))
    day_off(date(2024, 4, 2), plan_admin)
    handle_events()
    assert ends_of(counted) == (date(2024, 4, 8), {date(2024, 4, 8)})


def test_a_counted_end_of_a_draft_and_of_a_working_copy_moves_along(
    counted: TaskWindow, plan: Plan, plan_admin: User
) -> None:
    copy = amending.begin_amendment(plan=plan, actor=plan_admin)
    day_off(date(2024, 4, 17), plan_admin)
    assert not amending.amendment_changes(copy)
    handle_events()

    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.DRAFT)
    last = ends_of(counted)[0]
    day_off(date(2024, 4, 18), plan_admin)
    now = ends_of(counted)[0]
    assert last
    assert now
    assert now > last
    assert not Event.objects.filter(handled_at=None).exists()
