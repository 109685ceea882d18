"""Who may steer a plan: the plan administrator of its own jurisdiction."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from apps.organizations import selectors as people
from apps.organizations.models import Role, User
from apps.workplans.models import Assignment, Plan


def _administers(user: User | AnonymousUser, jurisdiction_id: int) -> bool:
    return jurisdiction_id in people.jurisdictions_of(user, Role.PLAN_ADMIN)


def may_publish(user: User | AnonymousUser, plan: Plan) -> bool:
    """Publish the plan and open its tasks."""
    return _administers(user, plan.jurisdiction_id)


def may_edit(user: User | AnonymousUser, plan: Plan) -> bool:
    """Write in the plan's draft, amend it, copy it."""
    return _administers(user, plan.jurisdiction_id)


def may_load(user: User | AnonymousUser, jurisdiction_id: int) -> bool:
    """Load a profile for the jurisdiction."""
    return _administers(user, jurisdiction_id)


def may_extend(user: User | AnonymousUser, assignment: Assignment) -> bool:
    """Move the deadline of one assignment, or excuse it."""
    return _administers(user, assignment.jurisdiction_id)


may_exempt = may_extend
