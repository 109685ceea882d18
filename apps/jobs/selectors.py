"""A person's jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from apps.core import clock
from apps.jobs.models import Job, JobQuerySet

if TYPE_CHECKING:
    from apps.organizations.models import User

PAGE = 50
PATIENCE = timedelta(minutes=10)  # beat looks for waiting jobs every few seconds


@dataclass(frozen=True)
class Page:
    """One page of jobs, latest first; `older` leads to the next, 0 at the end."""

    jobs: list[Job]
    older: int


def jobs_of(user: User) -> JobQuerySet:
    """The user's jobs, latest first."""
    return Job.objects.visible_to(user).select_related("file").order_by("-created_at", "-id")


def page(user: User, before: int | None = None) -> Page:
    """The user's newest jobs, or those left before the job `before`."""
    jobs = jobs_of(user)
    last = jobs.filter(pk=before).first() if before else None
    if last is not None:
        jobs = jobs.left_before(last)
    rows = list(jobs[: PAGE + 1])
    older = rows[PAGE - 1].pk if len(rows) > PAGE else 0
    return Page(rows[:PAGE], older)


def unseen_jobs(user: User) -> JobQuerySet:
    """Finished jobs that are still to-do items of the user, latest first."""
    return jobs_of(user).to_be_seen()


def standstill() -> str:
    """A sentence when a job has waited long while no worker shows signs of life, else empty."""
    now = clock.now()
    waiting = Job.objects.filter(state=Job.State.QUEUED, created_at__lt=now - PATIENCE)
    alive = Job.objects.filter(state=Job.State.RUNNING, heartbeat_at__gte=now - PATIENCE)
    if not waiting.exists() or alive.exists():
        return ""
    return "jobs wait and no worker takes them"
