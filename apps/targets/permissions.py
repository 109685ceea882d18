"""Who may do what with an adjustment beside the engine's own rights."""

from __future__ import annotations

from apps.organizations import selectors as people
from apps.organizations.models import Role
from apps.organizations.selectors import Person
from apps.projects.models import Project
from apps.targets.models import AdjustmentException
from apps.workplans import permissions as plans

ASKERS = (Role.PERFORMANCE_REVIEWER, Role.BUDGET_OFFICER, Role.PLAN_ADMIN)
DECIDERS = (Role.LEADER, Role.PLAN_ADMIN)


def may_request(user: Person, project: Project) -> bool:
    """Whoever may ask for an adjustment: a filer of the project's unit."""
    return plans.may_request(user, project)


def may_ask_exception(user: Person, project: Project) -> bool:
    """The unit's filer, or the bureau's performance, budget and plan side."""
    bureau = project.jurisdiction_id in people.jurisdictions_of(user, *ASKERS)
    return bureau or may_request(user, project)


def may_decide_exception(user: Person, exception: AdjustmentException) -> bool:
    """A leader or the plan administrator of the bureau, and never on one's own asking."""
    decides = exception.jurisdiction_id in people.jurisdictions_of(user, *DECIDERS)
    return decides and exception.asked_by_id != user.pk
