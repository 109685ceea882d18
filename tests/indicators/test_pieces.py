"""Pieces of words: what a row keeps, what a search asks for, on either database."""

from __future__ import annotations

import pytest

from apps.indicators import selectors
from apps.indicators.models import Indicator
from apps.indicators.pieces import Holds, asked_for, packed
from apps.indicators.selectors import Wanted


@pytest.mark.req("W-24")
@pytest.mark.parametrize(
    ("term", "asked"),
    [("水质达标", ["水质", "质达", "达标"]), ("水", ["水"]), ("TY-1", ["ty", "y-", "-1"])],
)
def test_a_term_is_asked_for_by_its_pairs_and_every_holder_keeps_them(term, asked):
    assert asked_for(term) == asked
    assert set(asked) <= set(packed([f"出厂{term}率", ""]).split())


def test_words_are_kept_apart():
    assert "乙丙" not in packed(["甲乙 丙"]).split()
    assert packed(["", " "]) == ""


def test_a_database_without_the_index_leaves_it_to_the_words(load, content):
    load(content)
    row = Indicator.objects.get(code="SL-1")
    assert Holds(row.pieces, ["没有"]).as_sql(None, None) == ("1 = 1", [])


@pytest.mark.parametrize(("text", "n_found"), [("水", 1), ("换老", 1), ("老旧表", 0), ("sl-", 2)])
def test_search_finds_single_characters_parts_and_codes(load, content, filer, text, n_found):
    load(content)
    found = selectors.search(user=filer, year=2024, wanted=Wanted(text=text))
    assert len(found.rows) == n_found


@pytest.mark.req("W-24")
def test_the_nearest_level_stands_first_on_every_page(load, content, filer):
    levels = {"650000": "区库", "652823": "县库", "652800": "州库"}
    load(
        content,
        *(
            {**content, "library": {**content["library"], "jurisdiction": code, "title": title}}
            for code, title in levels.items()
        ),
    )
    seen, after = [], ""
    for _ in range(8):
        page = selectors.search(user=filer, year=2024, wanted=Wanted(), after=after, limit=1)
        seen += [row.category.library.title for row in page.rows]
        after = page.after

    assert seen == ["县库"] * 2 + ["州库"] * 2 + ["区库"] * 2 + ["水利行业指标"] * 2
    assert after == ""
    only = selectors.search(user=filer, year=2024, wanted=Wanted(source="prefecture"))
    assert {row.category.library.title for row in only.rows} == {"州库"}


def test_a_mark_of_a_category_that_has_gone_ends_the_list(load, content, filer):
    load(content)
    page = selectors.search(user=filer, year=2024, wanted=Wanted(), after="999999.SL-1")
    assert page.rows == []
