"""Where someone stands, and who stands where."""

from __future__ import annotations

from collections.abc import Collection

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q

from apps.core import clock
from apps.organizations.models import (
    Jurisdiction,
    Membership,
    Role,
    Section,
    Unit,
    User,
)

Person = User | AnonymousUser

WHOLE_REGION_ROLES = frozenset(
    {
        Role.PERFORMANCE_REVIEWER,
        Role.BUDGET_OFFICER,
        Role.LEADER,
        Role.OBSERVER,
        Role.PLAN_ADMIN,
    }
)
SHORT_ROLES = {
    Role.FILER: "填报员",
    Role.UNIT_HEAD: "负责人",
    Role.SUPERVISOR: "主管部门审核员",
    Role.SECTION_REVIEWER: "审核员",
    Role.PERFORMANCE_REVIEWER: "审核员",
    Role.BUDGET_OFFICER: "预算员",
}


def memberships(user: Person) -> list[Membership]:
    """The memberships that hold today; one query for a user object, none for a stranger."""
    return user.in_force() if isinstance(user, User) else []


def roles(user: Person) -> frozenset[str]:
    """The codes of the roles the user holds today, anywhere."""
    return frozenset(m.role for m in memberships(user))


def has_role(user: Person, *wanted: str) -> bool:
    """Whether the user holds one of the roles today, anywhere."""
    return not roles(user).isdisjoint(wanted)


def units_of(user: Person, *wanted: str) -> set[int]:
    """Ids of units in which the user holds one of the roles (any unit role when none is named).

    A filer or unit head stands in the own unit; a supervisor in the unit and all below it.
    """
    held = [m for m in memberships(user) if m.unit_id and (not wanted or m.role in wanted)]
    own = {m.unit_id for m in held if m.unit_id is not None}
    above = {m.unit_id for m in held if m.role == Role.SUPERVISOR and m.unit_id is not None}
    return own | _below(user, frozenset(above))


def _below(user: Person, above: frozenset[int]) -> set[int]:
    """Ids of units under the given ones; codes have three levels, so two steps down are all."""
    if not above:
        return set()
    known: dict[frozenset[int], set[int]] = user.__dict__.setdefault("_units_below", {})
    if above not in known:
        rows = Unit.objects.filter(Q(parent__in=above) | Q(parent__parent__in=above))
        known[above] = set(rows.values_list("id", flat=True))
    return known[above]


def sections_of(user: Person, *wanted: str) -> set[int]:
    """Ids of finance sections in which the user holds one of the roles (any when none is named)."""
    held = (m for m in memberships(user) if not wanted or m.role in wanted)
    return {m.section_id for m in held if m.section_id is not None}


def jurisdictions_of(user: Person, *wanted: str) -> set[int]:
    """Ids of jurisdictions in which the user holds one of the roles (any when none is named)."""
    return {m.jurisdiction_id for m in memberships(user) if not wanted or m.role in wanted}


def whole_region_jurisdictions(user: Person) -> set[int]:
    """Ids of jurisdictions read in whole; a business section reads only its own share."""
    return jurisdictions_of(user, *WHOLE_REGION_ROLES)


def _people(where: Q, wanted: tuple[str, ...]) -> list[User]:
    """Active people with one of the roles today in the place."""
    held = Membership.objects.in_force(clock.today()).filter(where, role__in=wanted)
    return list(User.objects.filter(is_active=True, memberships__in=held).distinct())


def people_at_unit(unit: Unit, *wanted: str) -> list[User]:
    """Active people who hold one of the roles at the unit today (any when none is named)."""
    return _people(
        Q(unit=unit), wanted or (Role.FILER.value, Role.UNIT_HEAD.value, Role.SUPERVISOR.value)
    )


def people_at_units(units: Collection[int], *wanted: str) -> list[User]:
    """Active people who hold one of the roles at any of the units today, each once."""
    return _people(Q(unit__in=units), wanted)


def supervisors_of(unit: Unit) -> list[User]:
    """Active people who review for the departments above the unit today."""
    above = [unit.parent_id, unit.parent.parent_id if unit.parent else None]
    return _people(Q(unit__in=[pk for pk in above if pk]), (Role.SUPERVISOR.value,))


def people_at_section(section: Section, *wanted: str) -> list[User]:
    """Active people who hold one of the roles at the section today (any when none is named)."""
    default = (Role.SECTION_REVIEWER, Role.PERFORMANCE_REVIEWER, Role.BUDGET_OFFICER)
    return _people(Q(section=section), wanted or tuple(role.value for role in default))


def people_in(jurisdiction: Jurisdiction, *wanted: str) -> list[User]:
    """Active people who hold one of the roles in the jurisdiction today."""
    return _people(Q(jurisdiction=jurisdiction), wanted)


def served_jurisdiction(user: Person, *wanted: str) -> Jurisdiction | None:
    """The jurisdiction in which the user holds one of the roles; an administrator has one."""
    held = (m.jurisdiction for m in memberships(user) if m.role in wanted)
    return next(held, None)


def office_label(user: Person, unit: Unit | None = None) -> str:
    """How papers name the user: “填报员·县水务局”; at the named unit when the user stands there."""
    held = memberships(user)
    if not held:
        return str(user.name) if isinstance(user, User) else "访客"
    at_unit = [m for m in held if unit is not None and m.unit_id == unit.id]
    return membership_label((at_unit or held)[0])


def membership_label(membership: Membership) -> str:
    """Role and place of one membership: “审核员·农业科”, a deputy marked 代."""
    role = Role(membership.role)
    place = membership.unit or membership.section or membership.jurisdiction
    deputy = "（代）" if membership.deputy_for_id else ""
    return f"{SHORT_ROLES.get(role, role.label)}{deputy}·{place.name}"
