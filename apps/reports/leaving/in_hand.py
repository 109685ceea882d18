"""What somebody who leaves has in hand, counted: seats, posts, deputies, drafts, desks.

Administrators of accounts and rights read no filings (TRUST B01): tasks and numbers, no names of
projects and no content.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import Count, Q

from apps.core import clock
from apps.filings import selectors as filings
from apps.filings.models import OPEN_STATES, Filing, State
from apps.organizations import selectors as people
from apps.organizations.models import ADMIN_ROLES, Liaison, Membership, Role, User
from apps.organizations.services.leaving import is_last_filer


@dataclass(frozen=True)
class SeatInHand:
    """A membership with those who stand in for it."""

    membership: Membership
    label: str
    deputies: list[Membership]
    is_last_filer: bool
    may_go: bool  # an administrator's seat is not handed over

    @property
    def deputy_names(self) -> list[str]:
        """Who stands in, by name."""
        return [deputy.user.name for deputy in self.deputies]

    @property
    def stands_in_for(self) -> User | None:
        """Whose deputy the person is here."""
        return self.membership.deputy_for.user if self.membership.deputy_for else None


class Work(NamedTuple):
    """How many filings of one task wait at a place."""

    year: int
    place: str
    task: str
    state: str
    number: int


@dataclass(frozen=True)
class InHand:
    """Everything that must go on without the person."""

    seats: list[SeatInHand]
    posts: list[Liaison]
    drafts: list[Work]  # open at the person's units: to file, to correct
    desks: list[Work]  # waiting for the person's review

    @property
    def n_drafts(self) -> int:
        """Filings that are open at the person's units."""
        return sum(work.number for work in self.drafts)

    @property
    def n_desks(self) -> int:
        """Filings that wait for the person's review."""
        return sum(work.number for work in self.desks)

    @property
    def may_go(self) -> bool:
        """Whether there is anything to hand over."""
        return bool(self.posts) or any(seat.may_go for seat in self.seats)


def in_hand(person: User) -> InHand:
    """What the person holds today or is to hold, and the work that waits there."""
    today = clock.today()
    held = list(
        Membership.objects.filter(user=person)
        .not_over(today)
        .select_related("user", "unit", "section", "jurisdiction", "deputy_for__user")
        .order_by("pk")
    )
    return InHand(
        seats=[_seat(membership, today) for membership in held],
        posts=list(people.posts_of(person)),
        drafts=_drafts(held),
        desks=_desks(person),
    )


def _seat(membership: Membership, today: date) -> SeatInHand:
    deputies = membership.deputies.not_over(today).select_related("user").order_by("starts_on")
    return SeatInHand(
        membership=membership,
        label=people.membership_label(membership),
        deputies=list(deputies),
        is_last_filer=is_last_filer(membership, today),
        may_go=membership.role not in ADMIN_ROLES,
    )


def _drafts(held: Iterable[Membership]) -> list[Work]:
    units = [m.unit_id for m in held if m.unit_id and m.role in (Role.FILER, Role.UNIT_HEAD)]
    rows = (
        Filing.objects.filter(unit__in=units, state__in=OPEN_STATES)
        .values("fiscal_year", "unit__name", "assignment__task__title")
        .annotate(
            n_draft=Count("pk", filter=Q(state=State.DRAFT)),
            n_returned=Count("pk", filter=Q(state=State.RETURNED)),
        )
        .order_by("-fiscal_year", "unit__code", "assignment__task__title")
    )
    return [
        Work(row["fiscal_year"], row["unit__name"], row["assignment__task__title"], state, number)
        for row in rows
        for state, number in (("draft", row["n_draft"]), ("returned", row["n_returned"]))
        if number
    ]


def _desks(person: User) -> list[Work]:
    """What waits on the person's desks, in whatever year it belongs to."""
    years = (
        Filing.objects.on_a_desk().order_by("-fiscal_year").values_list("fiscal_year", flat=True)
    )
    found = []
    for year in years.distinct():
        rows = (
            filings.queue(person, year).order_by().values("assignment__task__title", "step__title")
        )
        for row in rows.annotate(number=Count("pk")).order_by("assignment__task__title"):
            place, task = row["step__title"] or "", row["assignment__task__title"]
            found.append(Work(year, place, task, "in_review", row["number"]))
    return found
