"""Where somebody may do what they were asked to by name: it ends with the office."""

from apps.organizations import selectors as people
from apps.organizations.models import Role, User

SCORERS = (
    Role.SECTION_REVIEWER,
    Role.PERFORMANCE_REVIEWER,
    Role.BUDGET_OFFICER,
    Role.PLAN_ADMIN,
    Role.LEADER,
)
GUIDES = (Role.EXPERT, Role.AGENCY)


def readers_in(user: User) -> set[int]:
    """Ids of jurisdictions in whose bureau the person reads and judges filings today."""
    return people.jurisdictions_of(user, *SCORERS)


def participants_in(user: User) -> set[int]:
    """Ids of jurisdictions in whose joint reviews the person may take part today."""
    return people.jurisdictions_of(user, *SCORERS, *GUIDES)
