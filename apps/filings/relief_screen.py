"""What the page of relief in batches shows: a task's assignments, filtered, each with its state."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from apps.filings.forms import ReliefFilter
from apps.filings.models import DESK_STATES, OPEN_STATES, Filing, State
from apps.filings.services import relief
from apps.jobs.models import Job
from apps.organizations.models import User
from apps.workplans.models import Assignment, PlanTask

Standing = ReliefFilter.Standing
BREAKS = re.compile(r"[\s,，、;；]+")


@dataclass(frozen=True)
class ReliefRow:
    """One assignment with the word for where it stands."""

    owed: Assignment
    state: str  # a code of the state tags, or the word itself


@dataclass(frozen=True)
class ReliefScreen:
    """The rows that the filter names, as many as one batch takes."""

    rows: list[ReliefRow]
    is_cut: bool
    most: int = relief.MOST_ROWS


def windows_of(task: PlanTask) -> list[tuple[str, str]]:
    """The task's windows as choices."""
    return [(window.key, window.label or window.key) for window in task.windows.order_by("key")]


def screen(task: PlanTask, user: User, chosen: Mapping[str, str]) -> ReliefScreen:
    """What the person sees of the task's assignments under the filter."""
    rows = _filtered(Assignment.objects.visible_to(user).filter(task=task), chosen)
    live = Prefetch("filings", Filing.objects.exclude(state=State.CANCELLED))
    rows = rows.select_related("unit", "project", "transfer", "window").prefetch_related(live)
    found = list(rows.order_by("unit__code", "pk")[: relief.MOST_ROWS + 1])
    shown = [ReliefRow(owed, _state(owed)) for owed in found[: relief.MOST_ROWS]]
    return ReliefScreen(shown, is_cut=len(found) > relief.MOST_ROWS)


def _filtered(rows: QuerySet[Assignment], chosen: Mapping[str, str]) -> QuerySet[Assignment]:
    if chosen.get("window"):
        rows = rows.filter(window__key=chosen["window"])
    if chosen.get("kind"):
        rows = rows.filter(unit__kind=chosen["kind"])
    if words := chosen.get("words"):
        rows = rows.filter(
            Q(unit__name__icontains=words) | Q(unit__code=words) | Q(project__name__icontains=words)
        )
    if codes := [code for code in BREAKS.split(chosen.get("codes", "")) if code]:
        rows = rows.filter(unit__code__in=codes[: relief.MOST_ROWS])
    return _standing(rows, chosen.get("standing", ""))


def _standing(rows: QuerySet[Assignment], standing: str) -> QuerySet[Assignment]:
    live = Filing.objects.filter(assignment=OuterRef("pk"))
    excused = ~Q(exempt_reason="") | Q(cancelled_at__isnull=False)
    if standing == Standing.EXCUSED:
        return rows.filter(excused)
    if standing == Standing.SENT:
        return rows.filter(Exists(live.filter(state__in=DESK_STATES)))
    if standing == Standing.CLOSED:
        return rows.filter(Exists(live.filter(state__in=[State.APPROVED, State.REJECTED])))
    if standing == Standing.OWED:
        going = live.exclude(state__in=[*OPEN_STATES, State.CANCELLED])
        return rows.exclude(excused).filter(~Exists(going))
    return rows


def _state(owed: Assignment) -> str:
    if owed.cancelled_at:
        return "已撤销"
    if owed.exempt_reason:
        return "exempt"
    filing = relief.live_filing(owed)
    return filing.state if filing else "todo"


def job_of(task: PlanTask, user: User, public_id: str) -> Job | None:
    """The person's batch of this task by its id, or None."""
    try:
        wanted = UUID(public_id)
    except ValueError:
        return None
    jobs = Job.objects.visible_to(user).filter(kind=relief.JOB, params__task=task.pk)
    return jobs.filter(public_id=wanted).first()


def ids_of(texts: list[str]) -> list[UUID]:
    """The public ids among posted texts; what is none is left out."""
    found = []
    for text in texts[: relief.MOST_ROWS + 1]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
