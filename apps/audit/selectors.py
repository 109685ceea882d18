"""What the trail says: of one object to those who may see the object, as a whole to its reader."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q

from apps.audit import labels, permissions
from apps.audit.models import Entry, EntryQuerySet
from apps.core import clock

if TYPE_CHECKING:
    from apps.organizations.models import User

PAGE = 50


@dataclass(frozen=True)
class Filter:
    """What the reader asks for; empty fields ask nothing."""

    since: date | None = None
    until: date | None = None  # that day included
    person: str = ""
    action: str = ""
    chain: str = ""
    refusals: bool = False


@dataclass(frozen=True)
class Page:
    """One page of entries, latest first; `older` leads to the next, 0 at the end."""

    entries: list[Entry]
    older: int


def history(subject_type: str, subject_id: object) -> EntryQuerySet:
    """Entries about one object, latest first. The caller has shown that the object may be seen."""
    about = Entry.objects.filter(subject_type=subject_type, subject_id=str(subject_id))
    return about.order_by("-id")


def entries_of(subject: models.Model) -> EntryQuerySet:
    """Entries about this object, latest first."""
    return history(subject._meta.label_lower, subject.pk)


def visible_entries(user: User) -> EntryQuerySet:
    """The trail of the user's jurisdictions, latest first; empty for all but audit administrators.

    Of the system chain those acts whose person belongs there, and those of nobody (sweeps,
    log-ins under an unknown name).
    """
    regions = permissions.regions_of(user)
    mine = Q(pk__in=[])
    for code in regions.values():
        mine |= Q(chain__name=f"region:{code}") | Q(chain__name__startswith=f"unit:{code}/")
    if regions:
        people = get_user_model().objects.filter(memberships__jurisdiction__in=list(regions))
        known = Q(actor_id__isnull=True) | Q(actor_id__in=people.values("pk"))
        mine |= Q(chain__name="system") & known
    return Entry.objects.filter(mine).select_related("chain").order_by("-at", "-id")


def filtered(entries: EntryQuerySet, wanted: Filter) -> EntryQuerySet:
    """The entries that the filter asks for."""
    if wanted.since:
        entries = entries.filter(at__gte=clock.start_of(wanted.since))
    if wanted.until:
        entries = entries.filter(at__lt=clock.end_of(wanted.until))
    if wanted.person:
        entries = entries.filter(actor_label__contains=wanted.person)
    if wanted.action:
        entries = entries.filter(action__regex=labels.like(wanted.action))
    if wanted.chain:
        entries = entries.filter(chain__name__contains=wanted.chain)
    return entries.refusals() if wanted.refusals else entries


def page(entries: EntryQuerySet, before: int | None) -> Page:
    """The newest entries, or those older than the entry `before`."""
    last = entries.filter(pk=before).first() if before else None
    if last is not None:
        entries = entries.filter(Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk))
    rows = list(entries[: PAGE + 1])
    older = rows[PAGE - 1].pk if len(rows) > PAGE else 0
    return Page(rows[:PAGE], older)
