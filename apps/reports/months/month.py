"""One month's deadlines, one's own or the whole plan's, with the days off as announced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Count, FilteredRelation, Max, Q
from django.http import Http404

from apps.core import clock
from apps.core.days import FIRST_DAY, LAST_DAY
from apps.filings.models import OPEN_STATES, State
from apps.organizations import selectors as people
from apps.organizations.models import User
from apps.workplans import calendar, rolling
from apps.workplans.models import Assignment, Plan, TaskWindow

DAY = timedelta(days=1)
MINE, PLAN = "mine", "plan"


@dataclass(frozen=True)
class Entry:
    """One deadline: a task's window on its last day, with how much of it is still to do."""

    task: UUID
    title: str
    due_at: datetime
    n_owed: int  # 0 for the plan's own line
    n_open: int
    state: str  # done, late, open; empty for the plan's own line


@dataclass(frozen=True)
class Day:
    """One cell of the sheet."""

    on: date
    is_in_month: bool
    is_today: bool
    is_known: bool  # whether its year is announced
    is_working: bool
    word: str  # the holiday's name, or 班 on a weekend that is worked
    entries: list[Entry]


@dataclass(frozen=True)
class Month:
    """A month in weeks from Monday, with its neighbours; None beyond what calendars can reckon."""

    first: date
    weeks: list[list[Day]]
    earlier: date | None
    later: date | None
    unannounced: list[int]
    n_entries: int

    @property
    def days(self) -> list[Day]:
        """The month's own days."""
        return [day for week in self.weeks for day in week if day.is_in_month]


def has_own(user: User) -> bool:
    """Whether the person stands in a unit that owes something."""
    return bool(people.units_of(user))


def demand_year(year: int) -> None:
    """Raises Http404 for a year that calendars cannot reckon with."""
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise Http404


def chosen_side(user: User, asked: str) -> str:
    """Whose deadlines: as asked for, else one's own where the person has some."""
    if asked in (MINE, PLAN):
        return asked
    return MINE if has_own(user) else PLAN


def chosen_month(text: str, year: int) -> date:
    """The first day of the month asked for (2024-04), else of the present one or of the year."""
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        today = clock.today()
        return today.replace(day=1) if today.year == year else date(year, 1, 1)
    return min(max(first, FIRST_DAY), LAST_DAY.replace(day=1))


def month_of(user: User, year: int, first: date, of: str, plan: Plan | None) -> Month:
    """The month with what the person's units owe for the year, or with the plan's windows."""
    start = first - DAY * first.weekday()
    last = _next(first) - DAY
    end = last + DAY * (6 - last.weekday())
    days = calendar.of_years(start.year - 1, end.year + 1)
    found = own_entries(user, year, start, end) if of == MINE else _planned(plan, start, end, days)
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for entry in found:
        by_day[clock.last_day(entry.due_at)].append(entry)
    cells = [
        _day(start + DAY * n, first, days, by_day[start + DAY * n])
        for n in range((end - start).days + 1)
    ]
    return Month(
        first=first,
        weeks=[cells[n : n + 7] for n in range(0, len(cells), 7)],
        earlier=(first - DAY).replace(day=1) if first > FIRST_DAY else None,
        later=_next(first) if _next(first) <= LAST_DAY else None,
        unannounced=sorted({day.on.year for day in cells if not day.is_known}),
        n_entries=sum(len(day.entries) for day in cells if day.is_in_month),
    )


def _next(first: date) -> date:
    return (first + DAY * 32).replace(day=1)


def _day(on: date, first: date, days: calendar.WorkingDays, entries: list[Entry]) -> Day:
    is_known = days.knows(on)
    is_working = days.is_working_day(on) if is_known else True
    is_weekend = on.weekday() >= calendar.SATURDAY
    word = days.names.get(on, "") if not is_working else ""
    return Day(
        on=on,
        is_in_month=on.month == first.month,
        is_today=on == clock.today(),
        is_known=is_known,
        is_working=is_working,
        word="班" if is_known and is_working and is_weekend else word,
        entries=entries,
    )


def own_entries(user: User, year: int, start: date, end: date) -> list[Entry]:
    """What the person's units owe for the year between two days, one entry a task and date."""
    now = clock.now()
    live = FilteredRelation("filings", condition=~Q(filings__state=State.CANCELLED))
    is_open = Q(live__isnull=True) | Q(live__state__in=OPEN_STATES)
    rows = (
        Assignment.objects.of_units(user)
        .owed()
        .filter(fiscal_year=year, due_at__gt=clock.start_of(start), due_at__lte=clock.end_of(end))
        .annotate(live=live)
        .values("task__public_id", "task__title", "window__label", "due_at")
        .annotate(
            n_owed=Count("pk"), n_open=Count("pk", filter=is_open), place=Max("task__position")
        )
        .order_by("due_at", "place", "window__label")
    )
    return [
        Entry(
            task=row["task__public_id"],
            title=_title(row["task__title"], row["window__label"]),
            due_at=row["due_at"],
            n_owed=row["n_owed"],
            n_open=row["n_open"],
            state=("late" if row["due_at"] <= now else "open") if row["n_open"] else "done",
        )
        for row in rows
        if row["due_at"]
    ]


def _planned(
    plan: Plan | None, start: date, end: date, days: calendar.WorkingDays
) -> Iterable[Entry]:
    """The plan's windows by the day on which they are due, rolled where their task says so."""
    windows = TaskWindow.objects.filter(
        task__plan=plan,
        closes_at__gt=clock.start_of(start) - rolling.REACH,
        closes_at__lte=clock.end_of(end) + rolling.REACH,
    )
    for window in windows.select_related("task").order_by("closes_at", "task__position"):
        due_at = rolling.due_of(window, days)
        if due_at is not None:
            title = _title(window.task.title, window.label)
            yield Entry(window.task.public_id, title, due_at, 0, 0, "")


def _title(task: str, label: str) -> str:
    return f"{task}　{label}" if label and label not in task else task
