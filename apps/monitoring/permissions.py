"""Who may do what with a node's filing beside the engine's own rights."""

from apps.filings import permissions as filings
from apps.filings.models import Filing, State
from apps.organizations import selectors as people
from apps.organizations.models import User


def may_conclude(user: User, filing: Filing) -> bool:
    """The person on whose desk the filing lies at its last step, who neither wrote nor saw it."""
    steps = filing.assignment.task.steps
    is_last = filing.step is not None and not steps.filter(position__gt=filing.step.position)
    return is_last and filings.may_review(user, filing)


def may_see(user: User, filing: Filing) -> bool:
    """Whoever sees the filing sees its verdict once it is closed; bureau and desk before."""
    if filing.state in (State.APPROVED, State.REJECTED):
        return True
    region = filing.jurisdiction_id in people.whole_region_jurisdictions(user)
    return region or filings.holds_desk(user, filing)
