"""Who may change a library, and who may put an edition in force."""

from __future__ import annotations

from apps.indicators.models import KEEPERS, Library
from apps.organizations import selectors as people
from apps.organizations.models import Role, Unit, User
from apps.organizations.selectors import Person


def may_load(user: User | None, jurisdiction_id: int | None) -> bool:
    """The console (no user) loads any library; a plan administrator only the own jurisdiction's."""
    if user is None:
        return True
    return jurisdiction_id in people.jurisdictions_of(user, Role.PLAN_ADMIN)


def _keeps(user: Person, jurisdiction_id: int | None) -> bool:
    return jurisdiction_id in people.jurisdictions_of(user, *KEEPERS)


def may_start(user: Person, jurisdiction_id: int | None, unit: Unit | None) -> bool:
    """The region's performance section and plan administrator; of a department, its supervisor."""
    if unit is not None:
        return unit.pk in people.units_of(user, Role.SUPERVISOR)
    return _keeps(user, jurisdiction_id)


def may_edit(user: Person, library: Library) -> bool:
    """As may_start, for the library's owner; nobody edits a shared one on a page."""
    return may_start(user, library.jurisdiction_id, library.unit)


def may_judge(user: Person, library: Library) -> bool:
    """The region's keepers publish or send back, but nobody who wrote in the edition (Q-12)."""
    return _keeps(user, library.jurisdiction_id) and not (
        isinstance(user, User) and library.editors.filter(pk=user.pk).exists()
    )
