"""What a person may do with a filing as it stands now: the services' own rights and demands."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.core import arrival
from apps.filings import permissions, selectors
from apps.filings.models import DESK_STATES, OPEN_STATES, Filing
from apps.filings.services import exceptional, moves, submitting
from apps.filings.stages import hooks_for
from apps.organizations.models import User
from apps.rules.errors import RuleError


@dataclass(frozen=True)
class Standing:
    """Each act that would not be refused now for right, state or day; its content is still read."""

    edit: bool
    comment: bool
    withdraw: bool
    review: bool
    reopen: bool
    end_reopening: bool
    cancel: bool
    waive: bool


def standing(*, filing: Filing, actor: User) -> Standing:
    """What the person may do with the filing now."""
    may_file = permissions.may_file(actor, filing)
    is_writable = selectors.lock_of(filing, arrival.received_at()) is None
    return Standing(
        edit=may_file and is_writable,
        comment=permissions.may_talk_now(actor, filing),
        withdraw=permissions.may_withdraw(actor, filing)
        and _allows(submitting.demand_withdrawable, filing),
        review=permissions.may_review(actor, filing),
        reopen=permissions.may_reopen(actor, filing)
        and moves.allows(filing, "reopen")
        and _allows(hooks_for(filing.kind).demand_reopenable, filing),
        end_reopening=permissions.may_reopen(actor, filing)
        and _allows(exceptional.demand_reopened, filing),
        cancel=permissions.may_cancel(actor, filing)
        and _allows(exceptional.demand_cancellable, filing),
        waive=permissions.may_waive(actor, filing) and filing.state in (*OPEN_STATES, *DESK_STATES),
    )


def _allows(demand: Callable[[Filing], None], filing: Filing) -> bool:
    try:
        demand(filing)
    except RuleError:
        return False
    return True
