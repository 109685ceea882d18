"""What a user finds in the libraries in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from apps.indicators import practice
from apps.indicators.models import KEEPERS, NEAREST, Category, Indicator, Library
from apps.indicators.pieces import asked_for
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Role, Unit
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
    source: str = ""  # Library.Level
    subclass: str = ""
    purpose: str = ""

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
    """The newest published edition not later than the year of every library the user sees.

    The nearest level first; one query. Source: Q-12, Y-41, W-24.
    """
    editions = Library.objects.visible_to(user).filter(
        fiscal_year__lte=year, state=Library.State.PUBLISHED
    )
    newest: dict[tuple[int | None, int | None, str], Library] = {}
    related = editions.select_related("jurisdiction", "unit")
    for library in related.order_by("fiscal_year", "number"):
        newest[library.jurisdiction_id, library.unit_id, library.title] = library
    return sorted(newest.values(), key=_distance)


def _distance(library: Library) -> tuple[int, str, int]:
    return NEAREST.index(Library.Level(library.level)), library.title, library.pk


def visible_indicators(*, user: Person, year: int) -> QuerySet[Indicator]:
    """Every indicator the user may pick for the year, with category and library."""
    libraries = libraries_in_force(user=user, year=year)
    return Indicator.objects.filter(
        category__library__in=[library.pk for library in libraries]
    ).select_related("category__library__jurisdiction", "category__library__unit")


def beside(ids: Iterable[int]) -> QuerySet[Indicator]:
    """The rows with these ids and all others of their categories, these first; one query."""
    own = Indicator.objects.filter(pk__in=ids)
    is_own = Case(When(pk__in=ids, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = Indicator.objects.filter(category__in=own.values("category"))
    return rows.order_by(is_own, "code")


def search(*, user: Person, year: int, wanted: Wanted, after: str = "", limit: int = PAGE) -> Found:
    """A page of what the library list shows, paged by key; two queries.

    The nearest level first, then by category and code (W-24).
    """
    libraries = libraries_in_force(user=user, year=year)
    if wanted.source:
        libraries = [library for library in libraries if library.level == wanted.source]
    rows = _matching(_ranked(libraries), wanted)
    if after:
        category, _, code = after.partition(".")
        rows = rows.filter(_beyond(libraries, int(category), code))
    page = _with_libraries(rows.order_by("rank", "category_id", "code")[: limit + 1], libraries)
    shown = page[:limit]
    key = f"{shown[-1].category_id}.{shown[-1].code}" if len(page) > limit else ""
    return Found(shown, key)


def _with_libraries(rows: QuerySet[Indicator], libraries: Sequence[Library]) -> list[Indicator]:
    """The rows with the libraries that are at hand: joined, they would be half of the time."""
    by_key = {library.pk: library for library in libraries}
    found = list(rows)
    for row in found:
        row.category.library = by_key[row.category.library_id]
    return found


def _ranked(libraries: Sequence[Library]) -> QuerySet[Any]:
    """The libraries' rows, with the place of their library in the order given."""
    places = [When(category__library=row.pk, then=Value(at)) for at, row in enumerate(libraries)]
    rows = Indicator.objects.filter(category__library__in=[row.pk for row in libraries])
    rank = Case(*places[1:], default=Value(0), output_field=IntegerField())
    return rows.select_related("category").defer("pieces").annotate(rank=rank)


def _beyond(libraries: Sequence[Library], category: int, code: str) -> Q:
    """Rows after the one of this category and code; a category that has gone means none."""
    last = Category.objects.filter(pk=category).first()
    places = {row.pk: at for at, row in enumerate(libraries)}
    rank = places.get(last.library_id, len(libraries)) if last else len(libraries)
    same = Q(rank=rank) & (Q(category__gt=category) | Q(category=category, code__gt=code))
    return Q(rank__gt=rank) | same


def picks(
    *, user: Person, year: int, wanted: Wanted, limit: int = PICKS
) -> tuple[list[Indicator], int]:
    """The best matches for a row of the target form and the number of all; three queries.

    A name that holds the whole text stands first, then core indicators, then the nearest
    level (W-24, W-25).
    """
    libraries = libraries_in_force(user=user, year=year)
    rows = _matching(_ranked(libraries), wanted)
    in_name = When(name__icontains=wanted.text.strip(), then=Value(0))
    named = Case(in_name, default=Value(1), output_field=IntegerField())
    ordered = rows.annotate(named=named).order_by(
        "named", "-is_core", "rank", "category_id", "code"
    )
    return _with_libraries(ordered[:limit], libraries), rows.count()


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
            row.data_source,
            row.evidence,
            row.usual_range,
            row.cost_range,
            row.subclass,
            row.purpose,
            library.get_level_display(),
            f"{library.title}（{library.edition}）",
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
        "级次": Library.Level(wanted.source).label if wanted.source else "",
        "子类": wanted.subclass,
        "资金用途": wanted.purpose,
        "核心指标": "只含" if wanted.core else "",
    }
    words = "，".join(f"{label}{value}" for label, value in asked.items() if value)
    return f"筛选：{words or '无，全部指标'}"


def category_counts(*, user: Person, year: int, wanted: Wanted) -> list[tuple[Category, int]]:
    """Every category in force with the number of indicators that match but for the category."""
    libraries = libraries_in_force(user=user, year=year)
    places = {row.pk: at for at, row in enumerate(libraries)}
    categories = Category.objects.filter(library__in=places).select_related("library")
    matching = _conditions(wanted, "indicators__")
    counted = categories.annotate(
        n_found=Count("indicators", filter=matching) if matching else Count("indicators")
    )
    rows = sorted(counted.order_by("position", "id"), key=lambda row: places[row.library_id])
    return [(row, row.n_found) for row in rows]


def purpose_counts(*, user: Person, year: int, wanted: Wanted) -> list[tuple[str, str, int]]:
    """Of the chosen category each subclass and use of money with its number of rows (W-21)."""
    if not wanted.category:
        return []
    rows = visible_indicators(user=user, year=year).filter(category=wanted.category)
    told = rows.order_by().values_list("subclass", "purpose").annotate(n=Count("pk"))
    return sorted((subclass, purpose, n) for subclass, purpose, n in told if purpose)


def with_uses(user: Person, rows: Sequence[Indicator]) -> Sequence[Indicator]:
    """The rows, each with `n_uses`: how many filings that the user may count have it (W-25)."""
    counts = practice.uses(user, rows)
    for row in rows:
        row.n_uses = counts[row.pk]  # type: ignore[attr-defined]  # for the page alone
    return rows


@dataclass(frozen=True)
class Holding:
    """What an edition holds of one kind: 共性 or 分行业 (Y-06, Y-07, W-21)."""

    kind: str
    n_categories: int
    n_subclasses: int
    n_purposes: int
    n_rows: int


def holdings(libraries: Sequence[Library]) -> dict[int, list[Holding]]:
    """By library, what it holds of each kind; one query."""
    rows = Indicator.objects.filter(category__library__in=[row.pk for row in libraries])
    counted = (
        rows.order_by()
        .values_list("category__library", "category__kind")
        .annotate(
            n_categories=Count("category", distinct=True),
            n_subclasses=Count("subclass", distinct=True, filter=~Q(subclass="")),
            n_purposes=Count("purpose", distinct=True, filter=~Q(purpose="")),
            n_rows=Count("pk"),
        )
    )
    found: dict[int, list[Holding]] = {library.pk: [] for library in libraries}
    for library, kind, *counts in sorted(counted):
        found[library].append(Holding(Category.Kind(kind).label, *counts))
    return found


def edition_rows(
    library: Library, wanted: Wanted, *, unfinished: bool = False
) -> QuerySet[Indicator]:
    """The edition's rows that match, `unfinished` those alone that miss a part."""
    rows = _matching(Indicator.objects.filter(category__library=library), wanted)
    if unfinished:
        rows = rows.filter(Q(formula="") | Q(data_source="") | Q(evidence=""))
    return rows.select_related("category__library").order_by("category__position", "code")


def rows_kept(user: Person) -> QuerySet[Indicator]:
    """The rows of editions in whose making the user takes part."""
    kept = Library.objects.listed_to(user).values("pk")
    rows = Indicator.objects.filter(category__library__in=kept)
    return rows.select_related("category__library__jurisdiction", "category__library__unit")


def edition_categories(library: Library) -> list[tuple[Category, int]]:
    """The edition's categories with their number of rows."""
    counted = library.categories.annotate(n_found=Count("indicators")).order_by("position", "id")
    return [(row, row.n_found) for row in counted]


def bases(user: Person) -> QuerySet[Library]:
    """Published editions that the user may begin a new one from: the newest years first."""
    seen = Library.objects.visible_to(user).filter(state=Library.State.PUBLISHED)
    return seen.select_related("jurisdiction", "unit").order_by("-fiscal_year", "-number", "title")


def _matching(rows: QuerySet[Any], wanted: Wanted) -> QuerySet[Any]:
    rows = rows.filter(_conditions(wanted))
    return rows.filter(category=wanted.category) if wanted.category else rows


def _conditions(wanted: Wanted, prefix: str = "") -> Q:
    """Levels, core and every word in name, search words, explanation or code."""
    levels = {"level1": wanted.level1, "level2": wanted.level2, "is_core": wanted.core}
    places = {"subclass": wanted.subclass, "purpose": wanted.purpose}
    asked = {**levels, **places}
    conditions = Q(**{f"{prefix}{name}": value for name, value in asked.items() if value})
    if wanted.source:
        library = "library__level" if prefix else "category__library__level"
        conditions &= Q(**{library: wanted.source})
    for term in wanted.terms:  # the pieces find the rows by index, the words decide
        conditions &= Q(**{f"{prefix}pieces__holds": asked_for(term)})
        conditions &= _in_any(("name", "keywords", "explanation", "code"), term, prefix)
    return conditions


def _in_any(names: Sequence[str], term: str, prefix: str) -> Q:
    found = Q()
    for name in names:
        found |= Q(**{f"{prefix}{name}__icontains": term})
    return found


@dataclass(frozen=True)
class Owner:
    """For whom the user may make an edition: a region by its code, a department by its id."""

    key: str
    jurisdiction: Jurisdiction
    unit: Unit | None

    @property
    def label(self) -> str:
        """Whose library, in words."""
        return f"{self.unit}（部门）" if self.unit else str(self.jurisdiction)


def owners(user: Person) -> list[Owner]:
    """The regions whose library the user keeps, then the departments the user supervises."""
    regions = Jurisdiction.objects.filter(pk__in=people.jurisdictions_of(user, *KEEPERS))
    seats = people.units_of(user, Role.SUPERVISOR)
    units = Unit.objects.filter(pk__in=seats, parent__isnull=True, is_classified=False)
    found = [Owner(row.code, row, None) for row in regions.order_by("code")]
    departments = units.select_related("jurisdiction").order_by("code")
    return found + [Owner(str(row.public_id), row.jurisdiction, row) for row in departments]
