"""When the year's plan lets targets be adjusted: its nodes, and an exception that runs (Y-45)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from apps.core import clock
from apps.filings.models import OPEN_STATES, Filing
from apps.rules import adjustment as rules
from apps.rules.adjustment import Node, Season
from apps.targets.in_force import ADJUSTMENT
from apps.targets.models import AdjustmentException
from apps.targets.subjects import Subject
from apps.workplans import rolling
from apps.workplans.models import Plan, PlanTask, TaskWindow


@dataclass(frozen=True)
class Dated:
    """A window of the task with both its ends."""

    window: TaskWindow
    node: Node


def task_for(subject: Subject, year: int) -> PlanTask | None:
    """The task of a published plan by which targets of the year are adjusted, or None."""
    rows = PlanTask.objects.filter(
        plan__jurisdiction=subject.jurisdiction,
        plan__state=Plan.State.PUBLISHED,
        evaluated_year=year,
        kind=ADJUSTMENT,
    )
    found = rows.select_related("plan__jurisdiction").prefetch_related("windows")
    return found.order_by("-plan__fiscal_year", "pk").first()


def dated(task: PlanTask) -> list[Dated]:
    """The task's nodes that have both ends, in their order."""
    found = []
    for window in task.windows.all():
        due_at = rolling.due_of(window)
        if window.opens_at is not None and due_at is not None:
            node = Node(
                str(window.label or window.key),
                _days(window.opens_at, due_at),
                window.opens_at,
                due_at,
            )
            found.append(Dated(window, node))
    return sorted(found, key=lambda each: each.node.opens_at)


def _days(opens_at: datetime, due_at: datetime) -> str:
    first, last = opens_at.astimezone(clock.ZONE), clock.last_day(due_at)
    return f"{first.year}年{first.month}月{first.day}日至{last.month}月{last.day}日"


def season(windows: Sequence[Dated], moment: datetime) -> Season:
    """Whether a node is open at the moment, and what to say."""
    return rules.season([each.node for each in windows], moment)


def nearest(windows: Sequence[Dated], task: PlanTask, moment: datetime) -> TaskWindow | None:
    """The window in whose place an exception is filed: the last that opened, else the first."""
    opened = [each.window for each in windows if each.node.opens_at <= moment]
    if opened:
        return opened[-1]
    return windows[0].window if windows else task.windows.order_by("pk").first()


def is_in_hand(filing: Filing, moment: datetime) -> bool:
    """Whether an adjustment under way is on a desk, or can still be filled in."""
    due_at = filing.assignment.due_at
    return filing.state not in OPEN_STATES or due_at is None or moment < due_at


def exception_in_force(subject: Subject, year: int, moment: datetime) -> AdjustmentException | None:
    """An agreed exception that has not expired and was not used, the first to expire."""
    rows = AdjustmentException.objects.filter(**subject.own, year=year, used_by__isnull=True)
    return rows.filter(expires_at__gt=moment).order_by("expires_at", "pk").first()
