"""What the pages on accounts, rights and places show, paged by key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db.models import Prefetch, Q, QuerySet

from apps.core import clock
from apps.organizations import permissions
from apps.organizations.models import (
    ADMIN_ROLES,
    Jurisdiction,
    LoginGuard,
    Membership,
    Role,
    Section,
    SectionRoute,
    Unit,
    User,
)
from apps.organizations.selectors import standing

PAGE = 50
LONGEST_KEY = 40


def _key(text: str) -> str:
    """Where a list goes on, as it came in an address; what no database takes is left out."""
    return text[:LONGEST_KEY].replace("\x00", "")


@dataclass(frozen=True)
class Seat:
    """A membership as a line: where, since when, what may be done with it."""

    membership: Membership
    label: str
    is_current: bool
    may_lend: bool
    may_hand_over: bool


@dataclass(frozen=True)
class AccountPage:
    """My own seats, and those of my unit's filers when I head it."""

    seats: list[Seat]
    others: list[Seat]


def _seat(user: User, membership: Membership) -> Seat:
    today = clock.today()
    ended = membership.ends_on is not None and membership.ends_on < today
    is_current = membership.starts_on <= today and not ended and membership.revoked_at is None
    lendable = is_current and not membership.deputy_for_id and membership.role not in ADMIN_ROLES
    return Seat(
        membership,
        standing.membership_label(membership),
        is_current,
        lendable and permissions.may_appoint_deputy(user, membership),
        lendable and permissions.may_hand_over(user, membership),
    )


def account_page(user: User) -> AccountPage:
    """What the user holds today, and the filers whose seats the user may lend or hand over."""
    heads = standing.units_of(user, Role.UNIT_HEAD)
    filers = Membership.objects.in_force(clock.today()).filter(unit__in=heads, role=Role.FILER)
    rows = filers.exclude(user=user).select_related("user", "unit", "section", "jurisdiction")
    return AccountPage(
        [_seat(user, row) for row in standing.memberships(user)],
        [_seat(user, row) for row in rows[:PAGE]],
    )


@dataclass(frozen=True)
class PersonRow:
    """An account in the list, with the seats it holds today."""

    person: User
    offices: list[str]


@dataclass(frozen=True)
class PeoplePage:
    """One page of accounts in the order of their names; `after` continues."""

    rows: list[PersonRow]
    after: str
    may_create: bool
    n_unopened: int


def people_page(user: User, wanted: str, after: str) -> PeoplePage:
    """Accounts the administrator looks after, 50 at a time."""
    known = User.objects.looked_after_by(user)
    found = known.filter(username__gt=_key(after)) if after else known
    if wanted:
        found = found.filter(Q(username__icontains=wanted) | Q(name__icontains=wanted))
    held = Membership.objects.in_force(clock.today()).order_by("id")
    seats = Prefetch(
        "memberships", held.select_related("unit", "section", "jurisdiction"), to_attr="seats"
    )
    people = list(found.order_by("username").prefetch_related(seats)[: PAGE + 1])
    place = standing.served_jurisdiction(user, Role.SYS_ADMIN)
    rows = [
        PersonRow(person, [standing.membership_label(seat) for seat in _seats(person)])
        for person in people[:PAGE]
    ]
    more = people[PAGE - 1].username if len(people) > PAGE else ""
    unopened = known.filter(
        password__startswith=UNUSABLE_PASSWORD_PREFIX, is_active=True, jurisdiction=place
    )
    return PeoplePage(rows, more, place is not None, unopened.count() if place else 0)


def _seats(person: User) -> list[Membership]:
    """What the prefetch left on the object."""
    seats: list[Membership] = person.__dict__["seats"]
    return seats


@dataclass(frozen=True)
class PersonPage:
    """An account with all its seats and what the administrator may do."""

    person: User
    seats: list[Seat]
    is_locked: bool
    may_manage: bool
    may_grant: bool
    may_issue_link: bool


def person_page(user: User, person: User) -> PersonPage:
    """The account as the administrator sees it."""
    rows = person.memberships.select_related("user", "unit", "section", "jurisdiction")
    lock = LoginGuard.objects.filter(key=f"name:{person.username}", locked_until__gt=clock.now())
    other = user.pk != person.pk
    place = standing.served_jurisdiction(user, Role.SEC_ADMIN)
    return PersonPage(
        person,
        [_seat(user, row) for row in rows.order_by("-starts_on", "-id")[:PAGE]],
        lock.exists(),
        other and permissions.may_manage_people(user, person.jurisdiction_id),
        other and place is not None,
        permissions.may_issue_link(user, person),
    )


@dataclass(frozen=True)
class LockedName:
    """A name or address that may not log in until the moment."""

    key: str
    kind: str
    name: str
    until: datetime


def locked_names() -> list[LockedName]:
    """What is locked now, latest first; at most 200."""
    rows = LoginGuard.objects.filter(locked_until__gt=clock.now()).order_by("-locked_until")[:200]
    return [
        LockedName(
            row.key,
            "账号" if row.key.startswith("name:") else "地址",
            row.key.partition(":")[2],
            row.locked_until,
        )
        for row in rows
        if row.locked_until
    ]


@dataclass(frozen=True)
class UnitsPage:
    """One page of units in the order of their codes; `after` continues."""

    rows: list[Unit]
    after: str
    may_edit: bool


def units_page(user: User, wanted: str, after: str) -> UnitsPage:
    """Units of the jurisdiction the administrator serves, 50 at a time."""
    places = standing.jurisdictions_of(user, Role.SYS_ADMIN, Role.SEC_ADMIN, Role.PLAN_ADMIN)
    found = Unit.objects.filter(jurisdiction__in=places)
    if after:
        found = found.filter(code__gt=_key(after))
    if wanted:
        found = found.filter(Q(code__startswith=wanted) | Q(name__icontains=wanted))
    rows = list(found.select_related("parent").order_by("code")[: PAGE + 1])
    more = rows[PAGE - 1].code if len(rows) > PAGE else ""
    may_edit = standing.served_jurisdiction(user, Role.SYS_ADMIN) is not None
    return UnitsPage(rows[:PAGE], more, may_edit)


@dataclass(frozen=True)
class SectionsPage:
    """The sections with their aliases, and every route."""

    sections: list[Section]
    by_fund: list[SectionRoute]
    by_unit: list[SectionRoute]
    may_edit: bool


def regions_below(place: Jurisdiction) -> QuerySet[Jurisdiction]:
    """The regions right below, by code, with the bureau that answers for each."""
    return Jurisdiction.objects.filter(parent=place).select_related("bureau").order_by("code")


def sections_page(user: User, jurisdiction: Jurisdiction) -> SectionsPage:
    """Who is responsible for which money and which unit."""
    sections = Section.objects.filter(jurisdiction=jurisdiction).prefetch_related("aliases")
    routes = SectionRoute.objects.filter(jurisdiction=jurisdiction)
    routes = routes.select_related("section", "unit").order_by(
        "fund_tag", "budget_type", "unit__code"
    )
    rows = list(routes)
    return SectionsPage(
        list(sections),
        [row for row in rows if row.unit_id is None],
        [row for row in rows if row.unit_id is not None],
        permissions.may_manage_units(user, jurisdiction),
    )
