"""The job that works on a plan, for its page."""

from __future__ import annotations

from uuid import UUID

from apps.jobs.models import Job
from apps.organizations.models import User
from apps.workplans.models import Plan


def work_to_show(plan: Plan, user: User, asked: str) -> Job | None:
    """The job at work, or refused and not looked at yet; else the person's own so asked."""
    job = plan.work
    if job is not None and not (job.is_over and job.seen_at):
        return job
    try:
        wanted = UUID(asked)
    except ValueError:
        return None
    return Job.objects.visible_to(user).filter(public_id=wanted, params__plan=plan.pk).first()
