"""A person's jobs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from apps.jobs.models import Job, JobQuerySet

if TYPE_CHECKING:
    from apps.organizations.models import User

PAGE = 50


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
