"""What the plan's pages draw: the year's line, and its table by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

from apps.core import clock
from apps.workplans import calendar, rolling
from apps.workplans.calendar import WorkingDays
from apps.workplans.models import Plan, PlanTask, TaskWindow

MARK = Decimal("0.6")  # percent of the year: a deadline whose opening the notice does not give
ROOM = 8  # percent that a date needs beside its bar
RIGHT = 78  # percent; beyond it the date stands left of its bar
UNDATED = "没有确定日期"


@dataclass(frozen=True)
class Bar:
    """One window on the year's line, in percent of the year; its date is written beside it."""

    x: Decimal
    width: Decimal
    end: Decimal
    review: Decimal | None  # how wide the review behind it is; None where nobody has a term
    text_x: Decimal | None  # None where no side has room; the table says the date
    is_left: bool  # the text ends at text_x
    opens: date | None
    day: date
    reviewed: date | None  # the last day of the review if every step takes its term
    is_open_only: bool
    is_doubtful: bool


@dataclass(frozen=True)
class YearRow:
    """One task on the year's line."""

    task: PlanTask
    bars: list[Bar]


@dataclass(frozen=True)
class Line:
    """One window in the table, with the moment at which it is due."""

    task: PlanTask
    window: TaskWindow
    due_at: datetime | None


@dataclass(frozen=True)
class Month:
    """The windows that close in one month, or those without a date."""

    title: str
    lines: list[Line]


@dataclass(frozen=True)
class PlanScreen:
    """A plan as a line and as a table, with what is still open in it."""

    plan: Plan
    n_tasks: int
    n_owed: int
    n_doubtful: int
    rows: list[YearRow]
    months: list[Month]
    today_x: Decimal | None


def plan_screen(plan: Plan, tasks: Iterable[PlanTask], now: datetime) -> PlanScreen:
    """The screen of a plan's tasks (selectors.tasks_with_windows)."""
    listed = list(tasks)
    rows = year_rows(plan, listed)
    windows = [window for task in listed for window in task.windows.all()]
    dated = dict(rolling.in_order(windows))
    lines = [Line(window.task, window, dated.get(window)) for window in windows]
    return PlanScreen(
        plan=plan,
        n_tasks=len(listed),
        n_owed=sum(getattr(task, "n_owed", 0) for task in listed),
        n_doubtful=sum(_is_doubtful(line.window, line.task) for line in lines)
        + sum(bool(task.doubt) for task in listed),
        rows=rows,
        months=_months(lines),
        today_x=_share(now, plan.fiscal_year) if now.year == plan.fiscal_year else None,
    )


def year_rows(plan: Plan, tasks: Iterable[PlanTask]) -> list[YearRow]:
    """The tasks that have a date, by their last one (windows and steps prefetched)."""
    days = calendar.of_years(plan.fiscal_year, plan.fiscal_year + 1)
    rows = [YearRow(task, _bars(task, plan.fiscal_year, days)) for task in tasks]
    return sorted((row for row in rows if row.bars), key=lambda row: row.bars[-1].day)


def _share(moment: datetime, year: int) -> Decimal:
    """How far into the year a moment lies, in percent, kept within the year."""
    first, last = clock.start_of(date(year, 1, 1)), clock.start_of(date(year + 1, 1, 1))
    part = (min(max(moment, first), last) - first) / (last - first) * 100
    return Decimal(str(part)).quantize(Decimal("0.1"), ROUND_HALF_UP)


def _bars(task: PlanTask, year: int, days: WorkingDays) -> list[Bar]:
    bars = (_bar(window, task, year, days) for window in task.windows.all())
    return [bar for bar in bars if bar is not None]


def _bar(window: TaskWindow, task: PlanTask, year: int, days: WorkingDays) -> Bar | None:
    """A window from its opening to its end; where one of them is not given, a mark at the other."""
    opens_at, closes_at = window.opens_at, rolling.due_of(window, days)
    end_at = closes_at or opens_at
    if end_at is None:
        return None
    end = _share(end_at, year)
    start = _share(opens_at, year) if opens_at and closes_at else max(end - MARK, Decimal(0))
    is_left = end > RIGHT
    reviewed = _reviewed(task, closes_at, days) if closes_at else None
    after = _share(reviewed, year) if reviewed else end
    return Bar(
        x=start,
        width=max(end - start, MARK),
        end=max(end, start + MARK),
        review=max(after - end, MARK) if reviewed and after < 100 else None,
        text_x=_text_x(start, after, is_left),
        is_left=is_left,
        opens=opens_at.astimezone(clock.ZONE).date() if opens_at else None,
        day=clock.last_day(end_at) if closes_at else end_at.astimezone(clock.ZONE).date(),
        reviewed=clock.last_day(reviewed) if reviewed else None,
        is_open_only=closes_at is None,
        is_doubtful=_is_doubtful(window, task),
    )


def _reviewed(task: PlanTask, closes_at: datetime, days: WorkingDays) -> datetime | None:
    """When the last step ends if each takes its whole term; None without terms or a calendar."""
    term = sum(step.working_days or 0 for step in task.steps.all())
    last = clock.last_day(closes_at)
    if not term or not days.knows(last) or not days.knows(last + timedelta(days=2 * term + 20)):
        return None
    return clock.end_of(days.add(last, term))


def _text_x(start: Decimal, end: Decimal, is_left: bool) -> Decimal | None:
    if not is_left:
        return max(end, start + MARK) + 1
    return start - 1 if start >= ROOM else None


def _is_doubtful(window: TaskWindow, task: PlanTask) -> bool:
    """Whether a person must still confirm the date; what an event starts has none to confirm."""
    is_waiting = task.check_state == PlanTask.Check.WAITING
    return is_waiting or (bool(window.note) and not task.trigger)


def _months(lines: list[Line]) -> list[Month]:
    """Windows by the month of their last day, in order; those without come last."""
    dated: dict[tuple[int, int], list[Line]] = defaultdict(list)
    undated: list[Line] = []
    for line in lines:
        if line.due_at is None:
            undated.append(line)
            continue
        last = clock.last_day(line.due_at)
        dated[last.year, last.month].append(line)
    months = [
        Month(f"{year}年{month}月", sorted(found, key=lambda line: str(line.due_at)))
        for (year, month), found in sorted(dated.items())
    ]
    return [*months, Month(UNDATED, undated)] if undated else months
