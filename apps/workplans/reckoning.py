"""The ends of a window that follow from its rule: a node and a day, an event and its days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from apps.core import clock
from apps.rules import plan_dates
from apps.workplans import calendar
from apps.workplans.models import TaskWindow
from apps.workplans.profiles import WindowRow


def reckoned(row: WindowRow, happened_on: date | None = None) -> WindowRow:
    """The window with the end that its rule gives; without a whole rule as it is.

    `happened_on` is the date of its event; while there is none the window is not dated. Raises
    RuleError where working days of a year not announced would have to be counted.
    """
    if row.kind == TaskWindow.Kind.EVENT:
        return row.model_copy(update=after_event(row, happened_on))
    if row.data_until is None or row.day is None or row.kind == TaskWindow.Kind.FIXED:
        return row
    closes = plan_dates.after_node(row.data_until, row.months_after or 0, row.day)
    return row.model_copy(update={"closes": closes})


def after_event(row: WindowRow, happened_on: date | None) -> dict[str, date | None]:
    """“批复后20日内”: open from the event's day, closed that many days later."""
    if happened_on is None:
        return {"opens": None, "closes": None}
    return {"opens": happened_on, "closes": counted_day(row, happened_on)}


def counted_day(row: WindowRow | TaskWindow, happened_on: date) -> date | None:
    """The last day that counts from the event, which is not counted; None without a number."""
    if row.days_after is None:
        return None
    if row.in_working_days:
        return calendar.add_working_days(happened_on, row.days_after)
    return happened_on + timedelta(days=row.days_after)


def counted_end(window: TaskWindow, happened_on: date) -> datetime | None:
    """The moment at which that day is over."""
    day = counted_day(window, happened_on)
    return clock.end_of(day) if day else None
