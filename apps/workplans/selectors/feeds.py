"""What a subscribed calendar holds, and whether a person has one."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Count, Q, QuerySet

from apps.organizations import selectors as people
from apps.organizations.models import User
from apps.workplans import rolling
from apps.workplans.models import Assignment, CalendarFeed, Plan, TaskWindow
from apps.workplans.selectors.deadlines import Deadline

BEHIND = timedelta(days=60)
AHEAD = timedelta(days=400)
DONE = ("submitted", "in_review", "approved", "rejected")  # the engine's states, by their name


def living_feed(user: User) -> CalendarFeed | None:
    """The person's address that still answers, or None."""
    return CalendarFeed.objects.filter(user=user, revoked_at__isnull=True).first()


def feed_deadlines(user: User, now: datetime) -> list[Deadline]:
    """What the person's units still have to hand in, from two months ago to a year ahead.

    For a section the tasks that it leads, for the rest of the bureau its plans. Names neither
    units nor projects, and leaves out what is classified: a calendar goes through foreign servers.
    """
    units = people.units_of(user)
    return _owed(units, now) if units else _led(user, now)


def _owed(units: set[int], now: datetime) -> list[Deadline]:
    rows = (
        Assignment.objects.owed()
        .filter(unit__in=units, due_at__range=(now - BEHIND, now + AHEAD))
        .exclude(Q(unit__is_classified=True) | Q(project__is_classified=True))
        .exclude(filings__state__in=DONE)
        .values("task__public_id", "task__title", "window__key", "window__label", "due_at")
        .annotate(number=Count("pk"))
        .order_by("due_at", "task__title")
    )
    return [
        Deadline(
            key=f"{row['task__public_id']}-{row['window__key']}-{row['due_at']:%Y%m%d}",
            title=_title(row["task__title"], row["window__label"]),
            due_at=row["due_at"],
            number=row["number"],
        )
        for row in rows
        if row["due_at"]
    ]


def _led(user: User, now: datetime) -> list[Deadline]:
    plans = Plan.objects.visible_to(user).in_their_own_right().exclude(state=Plan.State.DRAFT)
    windows = TaskWindow.objects.filter(
        task__plan__in=plans, closes_at__range=(now - BEHIND, now + AHEAD)
    )
    rows = _of_own_sections(user, windows).select_related("task")
    return [
        Deadline(
            key=f"{window.task.public_id}-{window.key}",
            title=_title(window.task.title, window.label),
            due_at=due_at,
            number=0,
        )
        for window in rows.order_by("closes_at", "task__position")
        if (due_at := rolling.due_of(window))
    ]


def _of_own_sections(user: User, windows: QuerySet[TaskWindow]) -> QuerySet[TaskWindow]:
    """Those of the tasks that the person's sections lead; all of them where nobody else's are."""
    sections = people.sections_of(user)
    return windows.filter(task__section__in=sections) if sections else windows


def _title(task: str, label: str) -> str:
    return f"{task}　{label}" if label and label not in task else task
