"""What a user finds in the libraries in force."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from apps.indicators.models import Category, Indicator, Library
from apps.organizations.selectors import Person

PAGE = 50
PICKS = 20
MAX_TERMS = 5


@dataclass(frozen=True)
class Wanted:
    """What is looked for; empty means all. Several words must all be found."""

    text: str = ""
    level1: str = ""
    level2: str = ""
    category: int | None = None
    core: bool = False

    @property
    def terms(self) -> list[str]:
        """The words of the text, five at most."""
        return self.text.split()[:MAX_TERMS]


@dataclass(frozen=True)
class Found:
    """A page of indicators; `after` is the key to ask the next page with, empty on the last."""

    rows: list[Indicator] = field(default_factory=list)
    after: str = ""


def libraries_in_force(*, user: Person, year: int) -> list[Library]:
    """The newest edition not later than the year of every library the user sees; one query.

    Source: Q-12, Y-41, W-24.
    """
    editions = Library.objects.visible_to(user).filter(fiscal_year__lte=year)
    newest: dict[tuple[int | None, str], Library] = {}
    for library in editions.order_by("fiscal_year").select_related("jurisdiction"):
        newest[library.jurisdiction_id, library.title] = library
    return list(newest.values())


def visible_indicators(*, user: Person, year: int) -> QuerySet[Indicator]:
    """Every indicator the user may pick for the year, with category and library."""
    libraries = libraries_in_force(user=user, year=year)
    return Indicator.objects.filter(
        category__library__in=[library.pk for library in libraries]
    ).select_related("category__library__jurisdiction")


def search(*, user: Person, year: int, wanted: Wanted, after: str = "", limit: int = PAGE) -> Found:
    """A page of what the library list shows, by category and code, paged by key; two queries."""
    rows = _matching(visible_indicators(user=user, year=year), wanted)
    if after:
        category, _, code = after.partition(".")
        rows = rows.filter(Q(category__gt=int(category)) | Q(category=int(category), code__gt=code))
    page = list(rows.order_by("category_id", "code")[: limit + 1])
    shown = page[:limit]
    key = f"{shown[-1].category_id}.{shown[-1].code}" if len(page) > limit else ""
    return Found(shown, key)


def picks(
    *, user: Person, year: int, wanted: Wanted, limit: int = PICKS
) -> tuple[list[Indicator], int]:
    """The best matches for a row of the target form and the number of all; three queries.

    A name that holds the whole text stands first, then core indicators (W-25).
    """
    rows = _matching(visible_indicators(user=user, year=year), wanted)
    in_name = When(name__icontains=wanted.text.strip(), then=Value(0))
    rank = Case(in_name, default=Value(1), output_field=IntegerField())
    ordered = rows.annotate(rank=rank).order_by("rank", "-is_core", "category_id", "code")
    return list(ordered[:limit]), rows.count()


def known(*, user: Person, year: int, ids: Sequence[str]) -> QuerySet[Indicator]:
    """The visible indicators among these ids, however many; one query more than the libraries'."""
    wanted = [int(text) for text in ids if text.isascii() and text.isdigit() and len(text) < 16]
    return visible_indicators(user=user, year=year).filter(pk__in=wanted)


def picked(*, user: Person, year: int, ids: Sequence[str]) -> list[Indicator]:
    """The visible indicators of these ids as they came in a request, in that order, 20 at most.

    What is no id, not visible or not in force is left out; two queries, none without an id.
    """
    wanted = [int(text) for text in ids if text.isascii() and text.isdigit() and len(text) < 16]
    wanted = wanted[:PICKS]
    if not wanted:
        return []
    known = visible_indicators(user=user, year=year).in_bulk(wanted)
    return [known[pk] for pk in dict.fromkeys(wanted) if pk in known]


def matching(*, user: Person, year: int, wanted: Wanted) -> QuerySet[Indicator]:
    """All visible indicators of the year that match, for callers that page them by id."""
    return _matching(visible_indicators(user=user, year=year), wanted)


def export_rows(*, user: Person, year: int, wanted: Wanted) -> Iterator[list[str | bool]]:
    """What the list shows, all pages, as the rows of a sheet; read in chunks."""
    rows = matching(user=user, year=year, wanted=wanted).order_by("category_id", "code")
    for row in rows.iterator(chunk_size=500):
        library = row.category.library
        yield [
            row.category.name,
            row.code,
            row.level1,
            row.level2,
            row.name,
            row.operator,
            row.typical_value,
            row.unit,
            row.direction,
            row.is_core,
            row.explanation,
            row.formula,
            row.evidence,
            f"{library.title}（{library.fiscal_year}年版）",
        ]


def described(*, user: Person, year: int, wanted: Wanted) -> str:
    """What the filter asks for, in words for the head of an export."""
    visible = Category.objects.filter(library__in=libraries_in_force(user=user, year=year))
    category = visible.filter(pk=wanted.category).first() if wanted.category else None
    asked = {
        "类别": category.name if category else "",
        "一级指标": wanted.level1,
        "二级指标": wanted.level2,
        "检索": " ".join(wanted.terms),
        "核心指标": "只含" if wanted.core else "",
    }
    words = "，".join(f"{label}{value}" for label, value in asked.items() if value)
    return f"筛选：{words or '无，全部指标'}"


def category_counts(*, user: Person, year: int, wanted: Wanted) -> list[tuple[Category, int]]:
    """Every category in force with the number of indicators that match but for the category."""
    libraries = libraries_in_force(user=user, year=year)
    categories = Category.objects.filter(library__in=[row.pk for row in libraries])
    matching = _conditions(wanted, "indicators__")
    counted = categories.annotate(
        n_found=Count("indicators", filter=matching) if matching else Count("indicators")
    )
    return [(row, row.n_found) for row in counted.order_by("library_id", "position", "id")]


def _matching(rows: QuerySet[Indicator], wanted: Wanted) -> QuerySet[Indicator]:
    rows = rows.filter(_conditions(wanted))
    return rows.filter(category=wanted.category) if wanted.category else rows


def _conditions(wanted: Wanted, prefix: str = "") -> Q:
    """Levels, core and every word in name, search words, explanation or code."""
    levels = {"level1": wanted.level1, "level2": wanted.level2, "is_core": wanted.core}
    conditions = Q(**{f"{prefix}{name}": value for name, value in levels.items() if value})
    for term in wanted.terms:
        conditions &= _in_any(("name", "keywords", "explanation", "code"), term, prefix)
    return conditions


def _in_any(names: Sequence[str], term: str, prefix: str) -> Q:
    found = Q()
    for name in names:
        found |= Q(**{f"{prefix}{name}__icontains": term})
    return found
