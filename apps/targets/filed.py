"""When the targets of projects were first handed in, and first approved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Max, Min

from apps.core import clock
from apps.filings.models import Filing, Review, State
from apps.targets.in_force import KIND, POLICY_KIND
from apps.workplans.models import Assignment, ReviewStep

KINDS = (KIND, POLICY_KIND)  # of a project in a year's budget


@dataclass(frozen=True)
class Filed:
    """The days of one project's targets; None: not yet. Later versions do not move them."""

    submitted_on: date | None = None
    approved_on: date | None = None
    is_owed: bool = False  # the year's plan asks for them, so that their lack is known


def filed_days(projects: Iterable[int], year: int) -> dict[int, Filed]:
    """By project id, of the targets that speak of the year; five queries."""
    ids = list(projects)
    rows = Filing.objects.filter(
        kind__in=KINDS, assignment__project__in=ids, assignment__task__evaluated_year=year
    ).exclude(state=State.CANCELLED)
    sent = rows.annotate(first=Min("revisions__submitted_at")).order_by("-pk")
    columns = ("pk", "assignment__project", "first", "approved_revision", "closed_at")
    listed = list(sent.values_list(*columns))
    decided = _approvals([pk for pk, *_ in listed])
    owed = Assignment.objects.owed().filter(
        project__in=ids, task__kind__in=KINDS, task__evaluated_year=year
    )
    found = {key: Filed(is_owed=True) for key in owed.values_list("project", flat=True) if key}
    for pk, project, first, approved, closed_at in listed:
        settled = decided.get(pk) or (closed_at if approved else None)
        found[project] = Filed(_day(first), _day(settled), is_owed=True)  # the oldest filing counts
    return found


def _approvals(filings: list[int]) -> dict[int, datetime]:
    """When the last desk of each filing first let a version pass."""
    passed = Review.objects.filter(revision__filing__in=filings, decision=Review.Decision.PASS)
    steps = ReviewStep.objects.filter(task__assignments__filings__in=filings)
    ends = steps.order_by().values("task").annotate(last=Max("position"))
    last = {row["task"]: row["last"] for row in ends}
    columns = ("revision__filing", "step__task", "step__position", "decided_at")
    latest_first = passed.order_by("-decided_at").values_list(*columns)
    return {
        filing: at
        for filing, task, position, at in latest_first
        if at is not None and position == last.get(task)
    }


def _day(moment: datetime | None) -> date | None:
    return moment.astimezone(clock.ZONE).date() if moment else None
