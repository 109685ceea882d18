"""What the page of days off shows: a year as twelve months, or that it is not announced."""

from __future__ import annotations

from calendar import Calendar
from dataclasses import dataclass
from datetime import date

from apps.core import clock
from apps.organizations.models import User
from apps.workplans.calendar import SATURDAY
from apps.workplans.models import Holiday, HolidayYear, Plan, PlanTask, TaskWindow

MONDAY_FIRST = Calendar(firstweekday=0)
MOST_PENDING = 50


@dataclass(frozen=True)
class Day:
    """One day: whether people rest or work, and whether that differs from its weekday."""

    on: date
    mark: str  # off (named day off), work (a weekend day that is worked), rest (weekend) or empty
    name: str = ""
    source: str = ""
    is_own: bool = False  # set here, not announced with the year
    is_today: bool = False


@dataclass(frozen=True)
class Month:
    """Whole weeks from Monday; days of other months are None."""

    number: int
    weeks: list[list[Day | None]]


@dataclass(frozen=True)
class YearScreen:
    """A year's days, whence they are known, and which deadlines wait for them."""

    year: int
    is_announced: bool
    source: str
    months: list[Month]
    own: list[Day]
    n_off: int
    n_worked: int
    pending: list[TaskWindow]


def screen(year: int, user: User) -> YearScreen:
    """The year as it is known; of one not announced no day is said to be off."""
    found = HolidayYear.objects.filter(year=year).first()
    source = found.source if found else ""
    kept = {day.on: day for day in Holiday.objects.filter(on__year=year)} if found else {}
    days = {on: _day(on, kept.get(on), source, found is not None) for on in _days(year)}
    return YearScreen(
        year=year,
        is_announced=found is not None,
        source=source,
        months=[_month(year, number, days) for number in range(1, 13)],
        own=[day for day in days.values() if day.is_own],
        n_off=sum(day.mark == "off" for day in days.values()),
        n_worked=sum(day.mark == "work" for day in days.values()),
        pending=[] if found else _pending(year, user),
    )


def _days(year: int) -> list[date]:
    weeks = (week for n in range(1, 13) for week in MONDAY_FIRST.monthdatescalendar(year, n))
    return sorted({day for week in weeks for day in week if day.year == year})


def _day(on: date, kept: Holiday | None, year_source: str, is_known: bool) -> Day:
    is_today = on == clock.today()
    if kept is None:
        mark = "rest" if is_known and on.weekday() >= SATURDAY else ""
        return Day(on, mark, is_today=is_today)
    is_own = kept.source != year_source
    return Day(on, "work" if kept.is_workday else "off", kept.name, kept.source, is_own, is_today)


def _month(year: int, number: int, days: dict[date, Day]) -> Month:
    weeks = MONDAY_FIRST.monthdatescalendar(year, number)
    return Month(number, [[days[on] if on.month == number else None for on in w] for w in weeks])


def _pending(year: int, user: User) -> list[TaskWindow]:
    """Windows that end in the year and whose end hangs on its days off."""
    plans = Plan.objects.visible_to(user).in_their_own_right()
    ends = {
        "closes_at__gt": clock.start_of(date(year, 1, 1)),
        "closes_at__lte": clock.end_of(date(year, 12, 31)),
    }
    rows = TaskWindow.objects.filter(task__plan__in=plans, **ends)
    rows = rows.exclude(task__roll=PlanTask.Roll.KEEP).select_related("task__plan")
    return list(rows.order_by("closes_at", "pk")[:MOST_PENDING])
