"""What the log-in page shows beside the form; upper rooms register the year's plan here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count

from apps.core import clock
from apps.organizations import selectors
from apps.organizations.models import Jurisdiction, Membership, Role


@dataclass(frozen=True)
class PlanLine:
    """One line of the year in progress. state: past, now or next."""

    day: str
    title: str
    state: str
    note: str


@dataclass(frozen=True)
class DemoPerson:
    """Someone of the demo who can be tried out; the password is printed at start, not here."""

    username: str
    name: str
    office: str


_sources: list[Callable[[], list[PlanLine]]] = []


def register_plan_lines(source: Callable[[], list[PlanLine]]) -> None:
    """The log-in page asks the source for the public lines of the year's plan."""
    if source not in _sources:
        _sources.append(source)


def plan_lines() -> list[PlanLine]:
    """The year's public lines; none before a plan exists."""
    return [line for source in _sources for line in source()]


def bureau() -> str:
    """Whose system this is: the jurisdiction with the most units."""
    places = Jurisdiction.objects.filter(sections__isnull=False)
    place = places.annotate(n_units=Count("units", distinct=True)).order_by("-n_units").first()
    return f"{place.name}财政局" if place else ""


def demo_people() -> list[DemoPerson]:
    """One person per role, in demo mode only."""
    if not settings.DEMO:
        return []
    held = Membership.objects.in_force(clock.today()).filter(user__is_active=True)
    rows = held.select_related("user", "unit", "section", "jurisdiction").order_by("id")
    first: dict[str, Membership] = {}
    for row in rows[:500]:
        first.setdefault(row.role, row)
    held_first = [first[role] for role in Role.values if role in first]
    return [
        DemoPerson(seat.user.username, seat.user.name, selectors.membership_label(seat))
        for seat in held_first
    ]
