"""Who may steer a plan: the plan administrator of its own jurisdiction."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser

from apps.core import clock
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Membership, Role, Unit, User
from apps.workplans.models import Assignment, Plan, PlanTask


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


def may_request(user: User | AnonymousUser, unit: Unit) -> bool:
    """A filer of the unit."""
    return unit.pk in people.units_of(user, Role.FILER)


def may_register_checkpoint(user: User | AnonymousUser, task: PlanTask) -> bool:
    """Say when a check point was passed: lead and performance section, the plan's keeper."""
    sections = people.sections_of(user, Role.SECTION_REVIEWER, Role.PERFORMANCE_REVIEWER)
    place = task.plan.jurisdiction_id
    leads_all = place in people.jurisdictions_of(user, Role.PERFORMANCE_REVIEWER)
    return task.section_id in sections or leads_all or _administers(user, place)


def may_keep_calendar(user: User | AnonymousUser) -> bool:
    """Enter days off: the plan administrator above whom this installation has none.

    The calendar is one for all regions here, so a county under a prefecture that works here too
    leaves it to the prefecture. Accounts and rights are the system administrator's, deadlines not.
    """
    mine = people.jurisdictions_of(user, Role.PLAN_ADMIN)
    if not mine:
        return False
    held = Membership.objects.in_force(clock.today()).filter(role=Role.PLAN_ADMIN)
    steered = set(held.filter(user__is_active=True).values_list("jurisdiction", flat=True))
    places = Jurisdiction.objects.filter(pk__in=mine).select_related("parent__parent")
    return any(not _above(place) & steered for place in places)


def _above(place: Jurisdiction) -> set[int]:
    """The regions in which the place lies; there are three levels."""
    found: set[int] = set()
    while place.parent is not None:
        place = place.parent
        found.add(place.pk)
    return found
