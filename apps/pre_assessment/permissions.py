"""Who may do what with an assessment and at the gate; services enforce it, pages hide buttons."""

from apps.filings import permissions as filings
from apps.filings.models import Filing, State
from apps.organizations import selectors as people
from apps.organizations.models import Role, User
from apps.organizations.selectors import Person
from apps.pre_assessment.models import GateException
from apps.projects.models import Project
from apps.workplans import permissions as plans

PROPOSERS = (Role.PERFORMANCE_REVIEWER, Role.BUDGET_OFFICER, Role.PLAN_ADMIN)


def may_request(user: Person, project: Project) -> bool:
    """Whoever may ask for the task: a filer of the project's unit."""
    return plans.may_request(user, project.unit)


def may_conclude(user: User, filing: Filing) -> bool:
    """The person on whose desk the report lies at its last step, who neither wrote nor saw it."""
    steps = filing.assignment.task.steps
    is_last = filing.step is not None and not steps.filter(position__gt=filing.step.position)
    return is_last and filings.may_review(user, filing)


def may_keep(user: User, filing: Filing) -> bool:
    """The performance section keeps what others said, but nobody who wrote the report."""
    own = filing.jurisdiction_id in people.jurisdictions_of(user, Role.PERFORMANCE_REVIEWER)
    return own and (filing.step_id is None or filings.is_fresh_eye(user, filing))


def may_read(user: User, filing: Filing) -> bool:
    """The bureau reads how a conclusion came about; the unit reads it once it stands."""
    return filing.jurisdiction_id in people.whole_region_jurisdictions(user) or filings.holds_desk(
        user, filing
    )


def may_propose(user: Person, project: Project) -> bool:
    """The bureau's performance, budget and plan side propose an exception."""
    return project.jurisdiction_id in people.jurisdictions_of(user, *PROPOSERS)


def may_decide(user: User, exception: GateException) -> bool:
    """A leader of the bureau decides, and never on a proposal of one's own."""
    leads = exception.jurisdiction_id in people.jurisdictions_of(user, Role.LEADER)
    return leads and exception.proposed_by_id != user.pk


def may_see(user: User, filing: Filing) -> bool:
    """Whoever sees the filing sees its conclusion once it is closed; the bureau before."""
    is_closed = filing.state in (State.APPROVED, State.REJECTED)
    return is_closed or may_read(user, filing)
