"""Search of the library among 10,000 rows, beside one bare query over the same index.

The bare query answers the same rows as objects, without rights, levels, pages and the words
themselves; beside it, not judged, the same statement by hand as plain tuples.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection

from apps.core import bulk, clock
from apps.indicators import selectors
from apps.indicators.models import Category, Indicator, Library
from apps.indicators.pieces import asked_for, packed
from apps.indicators.selectors import Wanted
from apps.organizations.models import User
from tests import makers
from tests.bench import crowd, databases
from tests.bench.measuring import Measured, in_turn

SIZES = {"default": 10_000, "full": 100_000}
CATEGORIES = 30
WORDS = (
    "渠道",
    "水库",
    "农田",
    "道路",
    "校舍",
    "病床",
    "林带",
    "泵站",
    "桥涵",
    "管网",
    "草场",
    "粮仓",
)
ENDS = ("改造长度", "完好率", "维修处数", "受益人数", "验收合格率", "管护面积", "投用时限")
TERM = "泵站验收"
ROUNDS = 60
BARE = """
SELECT i.*, c.name, l.title, l.level, l.fiscal_year
FROM indicators_indicator i
JOIN indicators_category c ON c.id = i.category_id
JOIN indicators_library l ON l.id = c.library_id
WHERE string_to_array(i.pieces, ' ') @> %s::text[] AND c.library_id = %s
ORDER BY i.category_id, i.code LIMIT 51
"""


def measure(template: str, size: str) -> Iterator[Measured]:
    """The search as the page asks it, against the bare query over the index."""
    with databases.copied(template, f"{template}_library") as name:
        databases.use(name)
        world = crowd.make_people()
        library = _fill(SIZES[size])
        databases.settle()
        works = {
            "search": _search(world.people["filer"]),
            "bare": _bare(library),
            "tuples": _tuples(library),
            "category": _search(world.people["filer"], category=library.categories.all()[1]),
        }
        taken = {key: spent * 1000 for key, spent in in_turn(works, rounds=ROUNDS).items()}
        of = f"library search, {SIZES[size]:,} rows"
        yield Measured(of, taken["search"], "ms", "bare indexed query", taken["bare"], 3.0)
        yield Measured(of, taken["search"], "ms", "the same as tuples", taken["tuples"], None)
        yield Measured(f"{of}, one category", taken["category"], "ms", "", None, None)


def _fill(n_rows: int) -> Library:
    """A shared edition; every row says something of its own, one in 84 of the term looked for."""
    library = Library.objects.create(
        title="指标库", source="测速", fiscal_year=makers.YEAR, state="published"
    )
    names = [f"类别{number}" for number in range(CATEGORIES)]
    places = bulk.insert(
        Category,
        [
            {"library_id": library.pk, "code": f"c{at}", "name": name, "position": at}
            for at, name in enumerate(names, 1)
        ],
    )
    bulk.insert(Indicator, [_row(number, places) for number in range(n_rows)])
    return library


def _row(number: int, places: list[int]) -> dict[str, Any]:
    word, end = WORDS[number % len(WORDS)], ENDS[number // len(WORDS) % len(ENDS)]
    name, code = f"{word}{end}{number:05}", f"X-{number:05}"
    told = f"第{number}处{word}在年度内完成并经验收的{end}"
    return {
        "category_id": places[number % CATEGORIES],
        "code": code,
        "level1": "产出",
        "level2": "数量",
        "name": name,
        "operator": "≥",
        "direction": "正向",
        "unit": "处",
        "explanation": told,
        "keywords": word,
        "pieces": packed((name, word, told, code)),
    }


def _search(user: User, category: Category | None = None) -> Callable[[], object]:
    """The page's search by a person, first page."""
    wanted = Wanted(text=TERM, category=category.pk if category else None)

    def search() -> object:
        with clock.one_moment():
            found = selectors.search(user=user, year=makers.YEAR, wanted=wanted)
        assert found.rows, "the term is there"
        return found

    return search


def _bare(library: Library) -> Callable[[], object]:
    """The same first page of the one library by one query through the index."""
    rows = Indicator.objects.filter(category__library=library).select_related("category")

    def fetch() -> object:
        found = rows.filter(pieces__holds=asked_for(TERM)).defer("pieces")
        return list(found.order_by("category_id", "code")[:51])

    return fetch


def _tuples(library: Library) -> Callable[[], object]:
    """The same by hand, nothing made of the rows."""

    def fetch() -> object:
        with connection.cursor() as cursor:
            cursor.execute(BARE, [asked_for(TERM), library.pk])
            return cursor.fetchall()

    return fetch
