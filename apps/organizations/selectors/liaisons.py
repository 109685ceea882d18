"""联络员: who serves, which units have nobody (B-33)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.core import clock
from apps.organizations.models import Liaison, Role, Unit, User
from apps.organizations.selectors import standing
from apps.organizations.selectors.standing import Person


def units_to_register_for(user: Person) -> QuerySet[Unit]:
    """Units whose liaison officers the person keeps: the own ones, all for the plan's keeper."""
    own = standing.units_of(user, Role.FILER, Role.UNIT_HEAD)
    places = standing.jurisdictions_of(user, Role.PLAN_ADMIN)
    units = Unit.objects.active().filter(Q(pk__in=own) | Q(jurisdiction__in=places))
    return units.filter(is_classified=False)


def units_offered(user: Person, asked: str) -> list[Unit]:
    """The unit asked for by its public id, if the person keeps its officers; else the own ones."""
    units = units_to_register_for(user)
    if _is_uuid(asked):
        found = list(units.filter(public_id=asked))
        if found:
            return found
    return list(units.filter(pk__in=standing.units_of(user, Role.FILER, Role.UNIT_HEAD)))


def kept_among(user: Person, rows: Iterable[Unit | Liaison]) -> set[int]:
    """Ids of those units of a page whose officers the person keeps."""
    shown = [row.unit_id if isinstance(row, Liaison) else row.pk for row in rows]
    return set(units_to_register_for(user).filter(pk__in=shown).values_list("pk", flat=True))


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def liaisons_seen(user: Person, text: str = "", *, also_past: bool = False) -> QuerySet[Liaison]:
    """Liaison officers of the units in the person's directory, in force today unless also_past."""
    rows = Liaison.objects.visible_to(user)
    if not also_past:
        rows = rows.not_over(clock.today())
    if text:
        named = Q(name__icontains=text) | Q(unit__name__icontains=text)
        rows = rows.filter(named | Q(unit__code__startswith=text))
    return rows.select_related("unit__jurisdiction", "user")


def units_counted(user: Person, text: str = "") -> QuerySet[Unit]:
    """Units of the directory that should have one: in use, not classified."""
    rows = Unit.objects.visible_to(user).active().filter(is_classified=False)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(code__startswith=text))
    return rows


def units_without(user: Person, text: str = "") -> QuerySet[Unit]:
    """Those of them that have nobody today."""
    serving = Liaison.objects.in_force(clock.today()).filter(unit=OuterRef("pk"))
    return units_counted(user, text).filter(~Exists(serving))


def liaisons_by_unit(units: Iterable[int]) -> dict[int, list[Liaison]]:
    """Who serves these units today, by unit; one query."""
    found: dict[int, list[Liaison]] = defaultdict(list)
    for row in Liaison.objects.in_force(clock.today()).filter(unit__in=list(units)).order_by("id"):
        found[row.unit_id].append(row)
    return found


def posts_of(person: User) -> QuerySet[Liaison]:
    """The posts that the person holds today or is to hold."""
    rows = Liaison.objects.filter(user=person).not_over(clock.today())
    return rows.select_related("unit__jurisdiction").order_by("unit__code", "id")


@dataclass(frozen=True)
class LiaisonCounts:
    """How many units of a directory there are, and how many have somebody."""

    n_units: int
    n_without: int

    @property
    def n_with(self) -> int:
        """Units that somebody speaks for."""
        return self.n_units - self.n_without


def liaison_counts(user: Person, text: str = "") -> LiaisonCounts:
    """The counts of what the filter shows."""
    return LiaisonCounts(units_counted(user, text).count(), units_without(user, text).count())
