"""The end of a window as it is owed: moved off a day on which nobody works, where the task says so.

The window keeps the date of the notice (closes_at); assignments, calendar files and reminders carry
the rolled one. In a year that is not announced nothing is moved: the date stands, marked
待公布后确认, until the calendar is entered (services.holidays; ADR 8).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from apps.core import clock
from apps.rules.errors import RuleError
from apps.workplans import calendar
from apps.workplans.calendar import WorkingDays
from apps.workplans.models import PlanTask, TaskWindow

REACH = timedelta(days=31)  # no row of days off is longer


@dataclass(frozen=True)
class Due:
    """A window's end: as stated, as in force, and why they differ."""

    stated: datetime
    in_force: datetime
    is_pending: bool = False  # the year is not announced, so that it may still move
    why: str = ""  # 国庆节, 周六

    @property
    def is_moved(self) -> bool:
        """Whether the end in force is another than the stated one."""
        return self.stated != self.in_force

    @property
    def is_later(self) -> bool:
        """Whether it was moved to a later day."""
        return self.in_force > self.stated


def title_of(window: TaskWindow) -> str:
    """The task with the window's name, where it has one."""
    return f"{window.task}{window.label and f'　{window.label}'}"


def read(window: TaskWindow, days: WorkingDays | None = None) -> Due | None:
    """The window's end under its task's policy; None without an end.

    `days` saves the query where many windows are asked.
    """
    stated, policy = window.closes_at, window.task.roll
    if stated is None:
        return None
    if policy == PlanTask.Roll.KEEP:
        return Due(stated, stated)
    last = clock.last_day(stated)
    days = days or calendar.of_years(last.year - 1, last.year + 1)
    try:
        moved = clock.end_of(days.roll(last, policy))
    except RuleError:
        return Due(stated, stated, is_pending=True)
    if moved == stated or (window.opens_at and moved <= window.opens_at):
        return Due(stated, stated)
    return Due(stated, moved, why=days.day_off(last))


def in_order(windows: Iterable[TaskWindow]) -> list[tuple[TaskWindow, datetime]]:
    """The windows that end, with the moment in force, by it; their tasks are at hand."""
    found = list(windows)
    ends = [clock.last_day(window.closes_at).year for window in found if window.closes_at]
    does_roll = any(window.task.roll != PlanTask.Roll.KEEP for window in found)
    days = calendar.of_years(min(ends) - 1, max(ends) + 1) if ends and does_roll else None
    dues = ((window, due_of(window, days)) for window in found)
    return sorted(((w, due) for w, due in dues if due), key=lambda pair: (pair[1], pair[0].pk))


def due_of(window: TaskWindow, days: WorkingDays | None = None) -> datetime | None:
    """The moment at which a new assignment of the window is due."""
    due = read(window, days)
    return due.in_force if due else None
