"""The library's pages."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

import openpyxl
import pytest

from apps.indicators.models import Category, Indicator
from tests.personas import client_of

LIBRARY = "/2024/indicators/"
PICK = "/2024/indicators/pick/"
EXPORT = "/2024/indicators/export/"
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.mark.parametrize("url", [LIBRARY, PICK, EXPORT])
def test_pages_ask_for_a_log_in_and_never_write(common, visitor, filer, url):
    assert visitor.get(url).status_code == 302
    assert client_of(filer).post(url).status_code == 405


@pytest.mark.req("Y-06", "Q-12")
def test_library_shows_categories_with_counts_and_the_first_fifty(common, filer):
    page = client_of(filer).get(LIBRARY).content.decode()

    assert page.count("<details><summary>") == 50
    for category in Category.objects.all():
        assert category.name in page
    assert "分行业分领域共性项目绩效指标体系（2023年版）" in page
    assert "下一页" in page
    assert "回到第一页" not in page


def test_library_filters_by_category_level_and_text(common, filer):
    health = Category.objects.get(code="health")

    page = client_of(filer).get(LIBRARY, {"category": health.pk, "level1": "产出", "q": "接种"})

    text = page.content.decode()
    assert "适龄儿童免疫规划疫苗接种率" in text
    assert text.count("<details><summary>") == 1


def test_next_page_keeps_the_filter_and_goes_on_where_the_first_ended(common, filer):
    client = client_of(filer)
    first = client.get(LIBRARY, {"level1": "产出"})
    after = first.context["found"].after

    second = client.get(LIBRARY, {"level1": "产出", "after": after})

    assert f"level1=%E4%BA%A7%E5%87%BA&amp;after={after}" in first.content.decode()
    shown = {row.pk for row in first.context["found"].rows}
    assert shown.isdisjoint(row.pk for row in second.context["found"].rows)
    assert "回到第一页" in second.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        {"category": "x"},
        {"category": "9" * 30},
        {"after": "1;drop"},
        {"level1": "过程"},
        {"sheet": "1"},
        {"q": "x" * 51},
        {"q": "a\x00b"},
    ],
)
@pytest.mark.trust("C05", "C10")
def test_a_filter_that_is_none_is_named_and_never_an_error_of_ours(common, filer, query):
    for url in (LIBRARY, PICK):
        page = client_of(filer).get(url, query)
        assert page.status_code == 422
        assert "jx-field-error" in page.content.decode()


@pytest.mark.parametrize("year", [0, 1999, 99999, 10**30])
def test_a_year_without_an_edition_says_so_or_shows_the_newest(common, filer, year):
    page = client_of(filer).get(f"/{year}/indicators/")

    assert page.status_code == 200
    assert ("这个年度没有可用的指标库" in page.content.decode()) == (year < 2023)


def test_nothing_found_says_what_to_do(common, filer):
    page = client_of(filer).get(LIBRARY, {"q": "查无此项"}).content.decode()

    assert "没有符合条件的指标" in page
    assert "看全部指标" in page


def test_htmx_gets_the_part_alone(common, filer):
    for url, start in ((LIBRARY, '<section id="library">'), (PICK, '<section id="pick"')):
        answer = client_of(filer).get(url, **HTMX)
        assert answer.content.decode().lstrip().startswith(start)
        assert "HX-Request" in answer.headers["Vary"]


@pytest.mark.req("U-09", "W-25")
def test_picker_carries_the_row_for_the_script_of_the_form(common, filer):
    page = client_of(filer).get(PICK, {"q": "系统可用率", "level1": "产出"}).content.decode()

    row = Indicator.objects.get(name="系统可用率")
    for name, value in {
        "id": row.pk,
        "level1": "产出",
        "level2": "质量",
        "name": "系统可用率",
        "operator": "≥",
        "unit": "%",
        "direction": "正向",
        "typical-value": "99.5",
        "value": "99.5",
        "value-high": "",
        "value-text": "",
    }.items():
        assert f'data-{name}="{value}"' in page
    assert "分行业分领域共性项目绩效指标体系" in page


@pytest.mark.req("U-09")
def test_picker_gives_the_standard_of_a_qualitative_row_as_text(common, filer):
    page = client_of(filer).get(PICK, {"q": "单位履职保障情况"}).content.decode()

    assert 'data-value=""' in page
    assert 'data-value-text="全年未因经费' in page


def test_picker_says_how_many_more_there_are(common, filer):
    page = client_of(filer).get(PICK, {"q": "率"}).content.decode()

    assert "显示前20条，共" in page
    assert "指标库里没有找到" in client_of(filer).get(PICK, {"q": "查无"}).content.decode()


@pytest.mark.trust("C02")
def test_markup_in_a_library_stays_text(load, content, filer):
    content["indicators"][0]["name"] = '"><script>alert(1)</script>'
    load(content)

    for url in (LIBRARY, PICK):
        page = client_of(filer).get(url).content.decode()
        assert "<script>alert" not in page
        assert "&quot;&gt;&lt;script&gt;" in page


@pytest.mark.trust("E01")
def test_export_holds_what_the_filter_shows_and_no_formula(load, content, filer):
    content["indicators"][0]["name"] = "=1+1"
    load(content)

    answer = client_of(filer).get(EXPORT, {"level1": "产出"})

    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][0] == "2024年度指标库"
    assert rows[1][0] == "筛选：一级指标产出"
    assert rows[2][:5] == ["类别", "标识", "一级指标", "二级指标", "三级指标"]
    assert rows[3][:9] == ["水利", "SL-1", "产出", "数量", "=1+1", "≥", "1200", "块", "正向"]
    assert len(rows) == 4
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert "indicators-2024.xlsx" in answer.headers["Content-Disposition"]


def test_export_names_its_filter(common, filer):
    health = Category.objects.get(code="health")

    answer = client_of(filer).get(EXPORT, {"category": health.pk, "q": "疫苗 率", "core": "on"})

    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert sheet["A2"].value == "筛选：类别卫生健康，检索疫苗 率，核心指标只含"


def test_export_holds_all_pages(common, filer):
    answer = client_of(filer).get(EXPORT)

    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert sheet.max_row == Indicator.objects.count() + 3


@pytest.mark.trust("B03", "B04")
@pytest.mark.parametrize("who", ["filer", "performance_reviewer", "observer", "audit_admin"])
def test_everyone_reads_but_only_what_the_own_jurisdiction_has(load, content, world, who):
    content["library"]["jurisdiction"] = "652325"
    load(content)

    for url in (LIBRARY, PICK):
        page = client_of(world.people[who]).get(url)
        assert page.status_code == 200
        assert "更换老旧水表数量" not in page.content.decode()
    assert b"PK" in client_of(world.people[who]).get(EXPORT).content[:2]


def test_picker_for_a_filing_leads_back_to_its_sheet_without_script(common, filer):
    sheet = uuid4()

    page = client_of(filer).get(PICK, {"sheet": sheet}).content.decode()

    assert f'name="sheet" value="{sheet}"' in page
    assert f'action="/2024/targets/{sheet}/"' in page
    assert 'type="submit" name="add"' in page


def test_pages_stay_small_and_cheap(common, filer, django_assert_max_num_queries):
    client = client_of(filer)
    with django_assert_max_num_queries(20):
        page = client.get(LIBRARY)
    assert len(page.content) < 150_000
    with django_assert_max_num_queries(20):
        assert len(client.get(PICK).content) < 150_000
