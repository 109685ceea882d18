"""The five check points of each task: what the system knows, what somebody registered (Y-98)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, Max, Q, QuerySet

from apps.core import clock
from apps.filings.models import Review
from apps.reports.ledger.counts import TaskLine
from apps.workplans.models import Assignment, PlanTask, TaskCheckpoint

Step = TaskCheckpoint.Step


@dataclass(frozen=True)
class Point:
    """One check point of a task: passed on a day, by a section, as far as that is known."""

    step: str
    title: str
    on: date | None
    section: str
    note: str
    is_registered: bool

    @property
    def is_missing(self) -> bool:
        """Whether nothing shows that it was passed."""
        return self.on is None


@dataclass(frozen=True)
class Judged:
    """How often a task's filings were decided, and when last."""

    n_passed: int = 0
    n_returned: int = 0
    last_at: datetime | None = None


def points(lines: Iterable[TaskLine], found: QuerySet[Assignment]) -> list[list[Point]]:
    """The five points of each task, in the order of the lines; two queries.

    Assigning, reports and quality control are read from assignments, submissions and reviews; a
    registered point goes before what was read.
    """
    listed = list(lines)
    registered = _registered([line.task for line in listed])
    judged = _judged(found)
    return [_points(line, registered[line.task.pk], judged) for line in listed]


def _points(
    line: TaskLine, registered: dict[str, TaskCheckpoint], judged: dict[int, Judged]
) -> list[Point]:
    derived = _derived(line, judged.get(line.task.pk, Judged()))
    return [
        _said(registered[step]) if step in registered else _read(line, step, derived.get(step))
        for step in Step
    ]


def _read(line: TaskLine, step: Step, seen: tuple[date | None, str] | None) -> Point:
    """The point as far as the system itself shows it."""
    on, note = seen or (None, "")
    section = str(line.task.section or "") if on else ""
    return Point(step.value, str(step.label), on, section, note if on else "", False)


def _said(point: TaskCheckpoint) -> Point:
    section = str(point.section or "")
    return Point(point.step, point.get_step_display(), point.on, section, point.note, True)


def _derived(line: TaskLine, judged: Judged) -> dict[str, tuple[date | None, str]]:
    counts = line.counts
    return {
        Step.ASSIGNED: (
            _day(line.assigned_at or line.task.plan.published_at),
            f"派发{counts.n_owed}件" if counts.n_owed else "随计划发布",
        ),
        Step.REPORTED: (_day(line.filed_at), f"已报{counts.n_filed}/{counts.n_owed}"),
        Step.CONTROLLED: (
            _day(judged.last_at),
            f"通过{judged.n_passed}次、退回{judged.n_returned}次",
        ),
    }


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(clock.ZONE).date() if moment else None


def _registered(tasks: Iterable[PlanTask]) -> dict[int, dict[str, TaskCheckpoint]]:
    found: dict[int, dict[str, TaskCheckpoint]] = defaultdict(dict)
    for point in TaskCheckpoint.objects.filter(task__in=list(tasks)).select_related("section"):
        found[point.task_id][point.step] = point
    return found


def _judged(found: QuerySet[Assignment]) -> dict[int, Judged]:
    """By task, of the filings that belong to these assignments."""
    decided = Review.objects.filter(
        decided_at__isnull=False, revision__filing__assignment__in=found.order_by().values("pk")
    )
    rows = decided.values("revision__filing__assignment__task").annotate(
        n_passed=Count("pk", filter=Q(decision=Review.Decision.PASS)),
        n_returned=Count("pk", filter=Q(decision=Review.Decision.RETURN)),
        last_at=Max("decided_at"),
    )
    return {
        row["revision__filing__assignment__task"]: Judged(
            row["n_passed"], row["n_returned"], row["last_at"]
        )
        for row in rows.order_by()
    }
