"""Who is silent: units past a deadline, whom to ring, and what they were sent already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Case, Count, Exists, F, OuterRef, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber, Substr

from apps.core import clock
from apps.notifications.models import Message
from apps.organizations import selectors as people
from apps.organizations.models import Membership, Role, Unit, User
from apps.reports.ledger import rows as ledger
from apps.reports.ledger.rows import Asked, Owners
from apps.workplans import calendar
from apps.workplans.models import Assignment

LEADS = (
    Role.SUPERVISOR,
    Role.SECTION_REVIEWER,
    Role.PERFORMANCE_REVIEWER,
    Role.BUDGET_OFFICER,
    Role.LEADER,
    Role.OBSERVER,
    Role.PLAN_ADMIN,
)
KINDS = ("remind.due.person", "remind.due.head")  # as filings.services.reminders sends them
LOOK_BACK = timedelta(days=366)
MOST_ITEMS = 5  # of a unit's overdue things that the page names
UUID_LENGTH = 36
MOST_TOLD = 10  # reminders of a unit that the page lists


class Told(NamedTuple):
    """One reminder: when, to whom, of what, and whether it was opened."""

    at: datetime
    name: str
    title: str
    is_read: bool


@dataclass(frozen=True)
class Item:
    """One thing past its deadline, with the working days since."""

    owed: Assignment
    days: int | None


@dataclass(frozen=True)
class SilentUnit:
    """A unit with what it has not handed in, its people, and the reminders of just that."""

    unit: Unit
    items: list[Item]
    n_items: int
    owners: Owners
    told: list[Told]
    n_told: int

    @property
    def last_told(self) -> datetime | None:
        """When somebody was last reminded."""
        return self.told[0].at if self.told else None

    @property
    def n_unread(self) -> int:
        """How many of the listed reminders nobody opened."""
        return sum(not told.is_read for told in self.told)


def is_lead(user: User) -> bool:
    """Whether the person looks after other people's deadlines."""
    return people.has_role(user, *LEADS)


def overdue(user: User, year: int, asked: Asked) -> QuerySet[Assignment]:
    """What is past its deadline and not handed in, as far as the person sees."""
    wanted = Asked(asked.task, asked.section, asked.unit_kind, "overdue", asked.text)
    return ledger.listed(user, year, wanted)


def silent_units(user: User, year: int, asked: Asked) -> QuerySet[Unit]:
    """The units that these belong to."""
    return Unit.objects.filter(Exists(overdue(user, year, asked).filter(unit=OuterRef("pk"))))


def silent_lines(units: Sequence[Unit], user: User, year: int, asked: Asked) -> list[SilentUnit]:
    """The lines of some units, as of one page; six queries."""
    found = overdue(user, year, asked).filter(unit__in=list(units)).select_related("task", "window")
    by_unit: dict[int, list[Assignment]] = defaultdict(list)
    for owed in found.select_related("project", "transfer").order_by("due_at", "pk"):
        by_unit[owed.unit_id].append(owed)
    owners = ledger.owners_of([unit.pk for unit in units])
    told = _told(by_unit)
    now = clock.now()
    days = calendar.around(now, [o.due_at for rows in by_unit.values() for o in rows if o.due_at])
    return [
        SilentUnit(
            unit=unit,
            items=[_item(owed, days, now) for owed in by_unit[unit.pk][:MOST_ITEMS]],
            n_items=len(by_unit[unit.pk]),
            owners=owners[unit.pk],
            told=told[unit.pk][1],
            n_told=told[unit.pk][0],
        )
        for unit in units
    ]


def _item(owed: Assignment, days: calendar.WorkingDays, now: datetime) -> Item:
    left = days.left(now, owed.due_at) if owed.due_at else None
    return Item(owed, None if left is None else -left)


def _told(by_unit: dict[int, list[Assignment]]) -> dict[int, tuple[int, list[Told]]]:
    """How often the units' people were reminded of these, and the newest reminders."""
    found: dict[int, tuple[int, list[Told]]] = defaultdict(lambda: (0, []))
    if not by_unit:
        return found
    columns = ("unit", "number", "created_at", "recipient__name", "title", "read_at")
    for unit, number, at, name, title, read_at in _newest(by_unit).values_list(*columns):
        told = found[unit][1]
        found[unit] = (number, [*told, Told(at, name, title, read_at is not None)])
    return found


def _newest(by_unit: dict[int, list[Assignment]]) -> QuerySet[Message]:
    """The newest reminders of each unit, with their whole number; a year may hold thousands.

    A reminder's key begins with the assignment that it is about.
    """
    keys = {unit: [str(owed.public_id) for owed in rows] for unit, rows in by_unit.items()}
    unit = Case(*(When(owed__in=of, then=Value(pk)) for pk, of in keys.items()))
    sent = Message.objects.filter(
        recipient__in=_recipients(by_unit),
        kind__in=KINDS,
        created_at__gte=clock.now() - LOOK_BACK,
    )
    latest = [F("created_at").desc(), F("pk").desc()]
    return (
        sent.annotate(owed=Substr("key", 1, UUID_LENGTH))
        .annotate(unit=unit)
        .filter(unit__isnull=False)
        .annotate(
            number=Window(Count("pk"), partition_by="unit"),
            place=Window(RowNumber(), partition_by="unit", order_by=latest),
        )
        .filter(place__lte=MOST_TOLD)
        .order_by("-created_at", "-pk")
    )


def _recipients(units: Iterable[int]) -> set[int]:
    """Everybody who ever filed or answered for the units: a reminder may have gone to who left."""
    held = Membership.objects.filter(unit__in=list(units), role__in=(Role.FILER, Role.UNIT_HEAD))
    return set(held.order_by().values_list("user", flat=True))
