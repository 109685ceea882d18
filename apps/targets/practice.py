"""What targets make of the indicator library: how often a row is used, what it lacks (W-23)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from apps.filings.models import State
from apps.indicators.models import Indicator, Library
from apps.indicators.practice import Practice, Promised
from apps.organizations import selectors as people
from apps.organizations.models import Unit
from apps.organizations.selectors import Person
from apps.targets.models import Adjustment, Target

YEARS = 3  # how far back approved targets are read
LINEAGE = ("jurisdiction", "unit", "title")


def _in_force() -> QuerySet[Target]:
    """The lines of target forms that are approved, not struck out and not adjusted since."""
    later = Adjustment.objects.filter(base=OuterRef("sheet__revision"), made__isnull=False)
    return Target.objects.filter(
        ~Exists(later), sheet__revision__filing__approved_revision=F("sheet__revision")
    ).exclude(sheet__revision__filing__state=State.CANCELLED)


def uses(user: Person, rows: Sequence[Indicator]) -> Mapping[int, int]:
    """By row, the approved filings of the person's regions that took it from any edition."""
    told = (
        _in_force()
        .filter(
            sheet__revision__filing__jurisdiction__in=people.jurisdictions_of(user),
            library__code__in=[row.code for row in rows],
        )
        .values_list("library__code", *(f"library__category__library__{name}" for name in LINEAGE))
        .annotate(n=Count("sheet__revision__filing", distinct=True))
    )
    counts = {tuple(key): n for *key, n in told}
    return {row.pk: counts.get(_key(row), 0) for row in rows}


def _key(row: Indicator) -> tuple[Any, ...]:
    library = row.category.library
    return (row.code, library.jurisdiction_id, library.unit_id, library.title)


def promised(library: Library) -> Iterator[Promised]:
    """The lines of the owner's approved target forms of three years, up to the edition's."""
    rows = _in_force().filter(
        _owned_by(library),
        sheet__revision__filing__fiscal_year__lte=library.fiscal_year,
        sheet__revision__filing__fiscal_year__gt=library.fiscal_year - YEARS,
    )
    related = rows.select_related("sheet__revision__filing__assignment__project")
    for row in related.order_by("-sheet__revision__filing__fiscal_year", "pk").iterator(2000):
        filing = row.sheet.revision.filing
        project = filing.assignment.project
        yield Promised(
            filing.pk,
            str(project or filing.unit),
            row.level1,
            row.level2,
            row.name,
            row.operator,
            row.unit,
            row.direction,
            _in_words(row),
            row.evidence,
        )


def _owned_by(library: Library) -> Q:
    """Filings of the library's region, or of its department and the units below."""
    if library.unit_id is None:
        return Q(sheet__revision__filing__jurisdiction=library.jurisdiction_id)
    mine = Q(pk=library.unit_id) | Q(parent=library.unit_id) | Q(parent__parent=library.unit_id)
    return Q(sheet__revision__filing__unit__in=Unit.objects.filter(mine).values("pk"))


def _in_words(row: Target) -> str:
    """The promised value as the form prints it: ≥95%, 6～8万元, or the stated standard."""
    if row.operator == "定性":
        return row.value_text
    if row.operator == "区间":
        return f"{_plain(row.value)}～{_plain(row.value_high)}{row.unit}"
    return f"{row.operator}{_plain(row.value)}{row.unit}"


def _plain(value: Decimal | None) -> str:
    return "" if value is None else format(value.normalize(), "f")


PRACTICE = Practice(uses=uses, promised=promised)
