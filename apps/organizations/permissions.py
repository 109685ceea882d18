"""What the three administrators may do, each in the own jurisdiction and never to themselves."""

from __future__ import annotations

from apps.organizations.models import Jurisdiction, Membership, Role, Unit, User
from apps.organizations.selectors import standing
from apps.organizations.selectors.standing import Person


def _serves(user: Person, role: Role, jurisdiction: Jurisdiction | int | None) -> bool:
    code = jurisdiction.id if isinstance(jurisdiction, Jurisdiction) else jurisdiction
    return code in standing.jurisdictions_of(user, role)


def may_manage_people(user: Person, jurisdiction: Jurisdiction | int | None) -> bool:
    """The system administrator creates, disables and enables accounts."""
    return _serves(user, Role.SYS_ADMIN, jurisdiction)


def may_manage_units(user: Person, jurisdiction: Jurisdiction | int | None) -> bool:
    """The system administrator keeps units, sections and routes."""
    return _serves(user, Role.SYS_ADMIN, jurisdiction)


def may_grant(user: Person, jurisdiction: Jurisdiction | int | None) -> bool:
    """The security administrator gives and ends roles."""
    return _serves(user, Role.SEC_ADMIN, jurisdiction)


def may_unlock(user: Person) -> bool:
    """The security administrator lifts log-in locks; a lock belongs to a name, not to a place."""
    return standing.has_role(user, Role.SEC_ADMIN)


def may_see_people(user: Person) -> bool:
    """System and security administrators see the list of accounts."""
    return standing.has_role(user, Role.SYS_ADMIN, Role.SEC_ADMIN)


def may_see_places(user: Person) -> bool:
    """Administrators of accounts, rights and plans see units, sections and routes."""
    return standing.has_role(user, Role.SYS_ADMIN, Role.SEC_ADMIN, Role.PLAN_ADMIN)


def tabs(user: Person) -> frozenset[str]:
    """Which of this room's pages open for the user."""
    found = {"units", "sections", "regions", "liaisons"} if may_see_places(user) else set()
    found |= {"people"} if may_see_people(user) else set()
    return frozenset(found | ({"locked"} if may_unlock(user) else set()))


def may_keep_liaisons(user: Person, unit: Unit) -> bool:
    """The unit's filers and head, and the plan administrator, say who speaks for the unit."""
    is_own = unit.pk in standing.units_of(user, Role.FILER, Role.UNIT_HEAD)
    return is_own or _serves(user, Role.PLAN_ADMIN, unit.jurisdiction_id)


def may_issue_link(user: User, person: User) -> bool:
    """Nobody issues a link to the own class: the system administrator serves all but its peers.

    A system administrator's link comes from the security administrator.
    """
    if user.pk == person.pk:
        return False
    peer = standing.has_role(person, Role.SYS_ADMIN)
    role = Role.SEC_ADMIN if peer else Role.SYS_ADMIN
    places = standing.jurisdictions_of(person) | {person.jurisdiction_id or 0}
    return not places.isdisjoint(standing.jurisdictions_of(user, role))


def may_appoint_deputy(user: Person, membership: Membership) -> bool:
    """The holder of a seat, the head of the holder's unit, or the security administrator."""
    if user.pk == membership.user_id:
        return True
    heads = standing.units_of(user, Role.UNIT_HEAD)
    at_unit = membership.role == Role.FILER and membership.unit_id in heads
    return at_unit or may_grant(user, membership.jurisdiction_id)


def may_hand_over(user: Person, membership: Membership) -> bool:
    """The head of the unit for its filers; otherwise the security administrator."""
    heads = standing.units_of(user, Role.UNIT_HEAD)
    at_unit = membership.role == Role.FILER and membership.unit_id in heads
    return at_unit or may_grant(user, membership.jurisdiction_id)
