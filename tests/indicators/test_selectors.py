"""What a person finds: partial names, own and higher libraries, the edition in force, by pages."""

from __future__ import annotations

import pytest

from apps.indicators import selectors
from apps.indicators.models import Category, Indicator
from apps.indicators.selectors import Wanted


def names(user, year=2024, **wanted) -> list[str]:
    found = selectors.search(user=user, year=year, wanted=Wanted(**wanted), limit=500)
    return [row.name for row in found.rows]


def own(content, code, title, name="本县指标"):
    library = content["library"] | {"jurisdiction": code, "title": title}
    first = content["indicators"][0] | {"name": name}
    return content | {"library": library, "indicators": [first]}


@pytest.mark.req("U-09")
@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("验收合", "工程验收合格率"),  # part of a name
        ("滴灌", "高效节水灌溉面积"),  # search word and explanation
        ("一次或整改后", "成果验收合格率"),  # explanation
        ("低保 准确", "救助对象认定准确率"),  # two words in different fields
        ("JY-4101", "学生和家长满意度"),  # code
    ],
)
def test_search_finds_parts_of_names_words_and_explanations(common, filer, text, name):
    assert name in names(filer, text=text)


@pytest.mark.parametrize("text", ["验收 不存在的词", "100%率_", "%", "_______"])
def test_words_must_all_be_found_and_wildcards_are_ordinary_characters(common, filer, text):
    found = names(filer, text=text)
    rows = Indicator.objects.filter(name__in=found)
    for term in text.split():
        assert all(term in f"{row.name}{row.keywords}{row.explanation}{row.code}" for row in rows)


def test_filters_narrow_by_level_category_and_core(common, filer):
    education = Category.objects.get(code="education")
    rows = Indicator.objects.filter(
        category=education, level1="产出", level2="质量", is_core=True
    ).values_list("name", flat=True)

    found = names(filer, level1="产出", level2="质量", category=education.pk, core=True)

    assert found == list(rows.order_by("code"))
    assert found


@pytest.mark.req("W-24")
@pytest.mark.trust("B03", "B04")
def test_a_person_sees_shared_own_and_higher_libraries_but_no_siblings(
    load, content, filer, foreign_filer
):
    load(
        content,
        own(content, "652823", "县库", "尉犁指标"),
        own(content, "652800", "州库", "巴州指标"),
        own(content, "650000", "区库", "自治区指标"),
        own(content, "652325", "外县库", "奇台指标"),
    )

    assert {"尉犁指标", "巴州指标", "自治区指标", "更换老旧水表数量"} <= set(names(filer))
    assert "奇台指标" not in names(filer)
    assert {"奇台指标", "自治区指标", "更换老旧水表数量"} <= set(names(foreign_filer))
    assert not {"尉犁指标", "巴州指标"} & set(names(foreign_filer))


def test_a_disabled_person_sees_only_what_is_shared(load, content, disabled):
    load(content, own(content, "652823", "县库", "尉犁指标"))

    assert names(disabled, text="指标") == []
    assert "更换老旧水表数量" in names(disabled)


@pytest.mark.req("Q-12", "Y-41")
@pytest.mark.parametrize(
    ("year", "found"), [(2022, []), (2023, ["旧"]), (2024, ["旧"]), (2025, ["新"]), (2030, ["新"])]
)
def test_the_newest_edition_not_later_than_the_year_is_in_force(load, content, filer, year, found):
    older = own(content, "652823", "县库", "旧")
    newer = own(content, "652823", "县库", "新")
    newer["library"] = newer["library"] | {"fiscal_year": 2025}
    load(older, newer)

    assert names(filer, year=year) == found


def test_pages_by_key_show_every_row_once_in_order(common, filer):
    seen, after = [], ""
    for _ in range(20):
        page = selectors.search(user=filer, year=2024, wanted=Wanted(), after=after)
        seen += [(row.category_id, row.code) for row in page.rows]
        after = page.after
        if not after:
            break

    assert seen == sorted(Indicator.objects.values_list("category_id", "code"))


def test_a_page_that_is_just_full_has_no_next(load, content, filer):
    load(content)

    page = selectors.search(user=filer, year=2024, wanted=Wanted(), limit=2)

    assert len(page.rows) == 2
    assert page.after == ""


def test_counts_say_how_many_each_category_holds(common, filer):
    counts = selectors.category_counts(user=filer, year=2024, wanted=Wanted(text="满意度"))

    assert [row.name for row, _ in counts][:2] == ["通用类", "工程建设与修缮"]
    for category, n_found in counts:
        assert n_found == len(names(filer, text="满意度", category=category.pk)) > 0


@pytest.mark.req("W-25")
def test_picks_show_names_that_match_before_words_that_match(common, filer):
    n_named = Indicator.objects.filter(name__contains="验收").count()

    rows, n_all = selectors.picks(user=filer, year=2024, wanted=Wanted(text="验收"), limit=30)

    assert [("验收" in row.name) for row in rows] == [True] * n_named + [False] * (30 - n_named)
    assert 0 < n_named < 30 < n_all


def test_picks_without_text_show_core_indicators_first(common, filer):
    rows, n_all = selectors.picks(user=filer, year=2024, wanted=Wanted(level1="成本"))

    assert all(row.is_core and row.level1 == "成本" for row in rows[:10])
    assert n_all == Indicator.objects.filter(level1="成本").count()


@pytest.mark.trust("B03", "C10")
def test_picked_ids_give_visible_rows_in_their_order_and_nothing_else(
    load, content, filer, django_assert_num_queries
):
    load(content, own(content, "652325", "外县库", "奇台指标"))
    second, first = (
        Indicator.objects.get(code="SL-2"),
        Indicator.objects.get(name="更换老旧水表数量"),
    )
    foreign = Indicator.objects.get(name="奇台指标")
    ids = [str(row.pk) for row in (second, foreign, first, second)]

    found = selectors.picked(user=filer, year=2024, ids=[*ids, "x", "", "9" * 40, "-1", "²"])

    assert found == [second, first]
    assert selectors.picked(user=filer, year=2022, ids=ids) == []
    with django_assert_num_queries(0):
        assert selectors.picked(user=filer, year=2024, ids=["x"]) == []


@pytest.mark.parametrize(
    ("operator", "typical", "usual"),
    [
        ("≥", "90", ("90", "", "")),
        ("区间", "6~8", ("6", "8", "")),
        ("定性", "有制度有记录可查", ("", "", "有制度有记录可查")),
        ("≥", "", ("", "", "")),
    ],
)
def test_usual_value_is_split_as_a_row_of_the_form_takes_it(operator, typical, usual):
    assert Indicator(operator=operator, typical_value=typical).usual == usual


def test_reading_costs_a_fixed_number_of_queries(common, filer, django_assert_max_num_queries):
    with django_assert_max_num_queries(4):  # memberships, clock, editions, rows
        found = selectors.search(user=filer, year=2024, wanted=Wanted(text="率"))
        assert found.rows[0].category.library.title
