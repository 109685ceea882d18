"""Who approves targets, and who takes them to the congress."""

from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction
from apps.organizations.selectors import Person
from apps.projects.permissions import MONEY_ROLES


def may_issue(user: Person, jurisdiction: Jurisdiction | int) -> bool:
    """Whoever approves the budget approves the targets: plan administrator and budget officer."""
    key = jurisdiction if isinstance(jurisdiction, int) else jurisdiction.pk
    return key in people.jurisdictions_of(user, *MONEY_ROLES)


def may_make_book(user: Person) -> bool:
    """Whoever reads a whole region takes its targets in one book."""
    return bool(people.whole_region_jurisdictions(user))
