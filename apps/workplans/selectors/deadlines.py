"""A person's deadlines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count

from apps.organizations.models import User
from apps.workplans import rolling
from apps.workplans.models import (
    Assignment,
    Plan,
    TaskWindow,
)


@dataclass(frozen=True)
class Deadline:
    """One date in a person's calendar; assignments of a task with the same date are one entry."""

    key: str
    title: str
    due_at: datetime
    number: int


def deadlines_of(user: User, year: int) -> list[Deadline]:
    """What the person's units owe in the plan year; for the bureau the windows of its plans."""
    return _unit_deadlines(user, year) or _plan_deadlines(user, year)


def _unit_deadlines(user: User, year: int) -> list[Deadline]:
    rows = (
        Assignment.objects.of_units(user)
        .owed()
        .filter(fiscal_year=year, due_at__isnull=False)
        .values("task__public_id", "task__title", "window__key", "window__label", "due_at")
        .annotate(number=Count("pk"))
        .order_by("due_at", "task__title")
    )
    return [
        Deadline(
            key=f"{row['task__public_id']}-{row['window__key']}-{row['due_at']:%Y%m%d}",
            title=f"{row['task__title']}{row['window__label'] and '　' + row['window__label']}",
            due_at=row["due_at"],
            number=row["number"],
        )
        for row in rows
        if row["due_at"]
    ]


def _plan_deadlines(user: User, year: int) -> list[Deadline]:
    plans = Plan.objects.visible_to(user).in_their_own_right().filter(fiscal_year=year)
    windows = TaskWindow.objects.filter(task__plan__in=plans, closes_at__isnull=False)
    rows = windows.select_related("task").order_by("closes_at", "task__position")
    dues = ((window, rolling.due_of(window)) for window in rows)
    return [_window_deadline(window, due_at) for window, due_at in dues if due_at]


def _window_deadline(window: TaskWindow, due_at: datetime) -> Deadline:
    return Deadline(
        key=f"{window.task.public_id}-{window.key}",
        title=f"{window.task.title}{window.label and '　' + window.label}",
        due_at=due_at,
        number=0,
    )
