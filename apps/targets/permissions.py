"""Who may do what with an adjustment beside the engine's own rights."""

from __future__ import annotations

from apps.organizations import selectors as people
from apps.organizations.models import Role
from apps.organizations.selectors import Person
from apps.targets.models import AdjustmentException
from apps.targets.subjects import Subject
from apps.workplans import permissions as plans

ASKERS = (Role.PERFORMANCE_REVIEWER, Role.BUDGET_OFFICER, Role.PLAN_ADMIN)
DECIDERS = (Role.LEADER, Role.PLAN_ADMIN)


def may_request(user: Person, subject: Subject) -> bool:
    """Whoever may ask for an adjustment: a filer of the subject's unit."""
    return plans.may_request(user, subject.unit)


def may_ask_exception(user: Person, subject: Subject) -> bool:
    """The unit's filer, or the bureau's performance, budget and plan side."""
    bureau = subject.row.jurisdiction_id in people.jurisdictions_of(user, *ASKERS)
    return bureau or may_request(user, subject)


def may_decide_exception(user: Person, exception: AdjustmentException) -> bool:
    """A leader or the plan administrator of the bureau, and never on one's own asking."""
    decides = exception.jurisdiction_id in people.jurisdictions_of(user, *DECIDERS)
    return decides and exception.asked_by_id != user.pk
