"""An edition leaves as a workbook and comes back: all of it, or nothing with every cell named."""

from __future__ import annotations

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.indicators import exports, services
from apps.indicators.models import Indicator, Library
from apps.indicators.services.importing import COLUMNS
from apps.rules.errors import RuleError
from tests.core.books import book
from tests.personas import client_of

HEAD = [column.label for column in COLUMNS]
PLACE = {column.key: number for number, column in enumerate(COLUMNS)}
GOOD = {
    "kind": "分行业",
    "category": "林草",
    "code": "LC-1",
    "level1": "产出",
    "level2": "数量",
    "name": "补植防护林面积",
    "operator": "≥",
    "unit": "亩",
    "direction": "正向",
    "low": "10.5",
    "is_core": "是",
    "explanation": "年度内补植并验收的防护林面积",
}


@pytest.fixture
def draft(world, load, content):
    """A draft of the county, copied from its published edition."""
    content["library"]["jurisdiction"] = "652823"
    load(content)
    return services.start(
        actor=world.people["plan_admin"],
        jurisdiction=world.county,
        fiscal_year=2025,
        title="水利行业指标",
        source="县财政局",
        base=Library.objects.get(),
    )


def sheet(*rows, head=HEAD):
    lines = []
    for row in rows:
        cells = [""] * len(HEAD)
        for key, value in row.items():
            cells[PLACE[key]] = value
        lines.append([cells[HEAD.index(name)] for name in head])
    return book([head, *lines], title="指标")


def take_in(world, draft, content):
    return services.import_rows(actor=world.people["plan_admin"], library=draft, content=content)


def rows_of(library):
    return Indicator.objects.filter(category__library=library)


@pytest.mark.req("Q-12", "W-21")
def test_what_is_exported_comes_back_without_a_change(world, draft):
    rows_of(draft).filter(code="SL-1").update(low="1000", high="2000", cost_unit="块", cost_low=90)
    before = list(rows_of(draft).order_by("pk").values())

    outcome = take_in(world, draft, exports.edition(draft))

    assert (outcome.n_new, outcome.n_changed, outcome.n_same, outcome.errors) == (0, 0, 2, [])
    assert list(rows_of(draft).order_by("pk").values()) == before


def test_known_codes_change_and_new_ones_come_with_their_category(world, draft):
    book_ = openpyxl.load_workbook(BytesIO(exports.edition(draft)))
    page = book_["指标"]
    page.cell(3, PLACE["name"] + 1).value = "改过的名称"
    for key, value in GOOD.items():
        page.cell(5, PLACE[key] + 1).value = value
    kept = BytesIO()
    book_.save(kept)

    outcome = take_in(world, draft, kept.getvalue())

    assert (outcome.n_new, outcome.n_changed, outcome.n_same) == (1, 1, 1)
    made = rows_of(draft).get(code="LC-1")
    assert (made.category.name, made.category.kind, made.low, made.is_core) == (
        "林草",
        "industry",
        10.5,
        True,
    )
    assert "改过" in rows_of(draft).get(name="改过的名称").pieces.split()


def test_a_column_that_the_sheet_lacks_and_a_row_it_does_not_name_stay_as_they_are(world, draft):
    head = [name for name in HEAD if name not in ("检索词", "常用值")]
    known = rows_of(draft).get(code="SL-1")
    row = {**GOOD, "category": "水利", "code": "SL-1", "name": "更换水表数量"}

    outcome = take_in(world, draft, sheet(row, head=head))

    assert (outcome.n_changed, outcome.n_extra) == (1, 1)
    known.refresh_from_db()
    assert (known.name, known.keywords, known.typical_value) == (
        "更换水表数量",
        "水表 供水",
        "1200",
    )


@pytest.mark.trust("E01")
@pytest.mark.parametrize(
    ("change", "label", "expected"),
    [
        ({"unit": ""}, "度量单位", "定量指标要有度量单位"),
        ({"level2": "社会效益"}, "二级指标", "应为数量、质量、时效、成本之一"),
        ({"operator": "约等于"}, "性质", "应为≥、≤"),
        ({"code": "LC 1"}, "标识", "应为字母、数字和横线"),
        ({"low": "十"}, "常用范围下限", "应为数字"),
        ({"high": "3"}, "常用范围上限", "上限应不小于下限10.5"),
        ({"cost_high": "3"}, "单位成本上限", "要写成本计量单位"),
        ({"category": ""}, "类别", ""),
        ({"explanation": ""}, "指标解释", ""),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_imported(world, draft, change, label, expected):
    before = list(rows_of(draft).order_by("pk").values())

    outcome = take_in(
        world, draft, sheet({**GOOD, "code": "LC-9", "name": "别的"}, {**GOOD, **change})
    )

    (error,) = outcome.errors
    assert (error.row, error.label) == (3, label)
    assert expected in error.message
    assert list(rows_of(draft).order_by("pk").values()) == before
    assert draft.categories.count() == 1


def test_a_repeated_code_and_a_repeated_name_name_both_rows(world, draft):
    outcome = take_in(
        world,
        draft,
        sheet(
            GOOD,
            {**GOOD, "name": "别的名称"},
            {**GOOD, "code": "LC-2"},
            {**GOOD, "category": "水利", "code": "SL-9", "name": "更换老旧水表数量"},
        ),
    )

    assert [(error.row, error.label, error.expected) for error in outcome.errors] == [
        (3, "标识", "与第2行重复，一版里只能有一次"),
        (4, "三级指标", "与第2行同类同名，请改名或删去一条"),
        (5, "三级指标", "与本版的SL-1同类同名，请改名或删去一条"),
    ]
    assert rows_of(draft).count() == 2


def test_another_editions_workbook_and_an_empty_one_are_refused(world, draft):
    with pytest.raises(RuleError, match="现在填报2025年度"):
        take_in(world, draft, exports.edition(draft.base))
    with pytest.raises(RuleError, match="表头下面没有数据"):
        take_in(world, draft, sheet())
    services.submit(actor=world.people["plan_admin"], library=draft)
    with pytest.raises(RuleError, match="不能改"):
        take_in(world, draft, sheet(GOOD))
    assert rows_of(draft).count() == 2


def test_the_page_takes_a_workbook_or_lists_what_is_wrong(world, draft):
    client = client_of(world.people["plan_admin"])
    url = f"/2024/indicators/editions/{draft.public_id}/"

    def send(content):
        return client.post(f"{url}import/", {"file": SimpleUploadedFile("指标.xlsx", content)})

    wrong = send(sheet({**GOOD, "unit": ""}))
    assert wrong.status_code == 422
    assert "1格要改，没有导入任何数据" in wrong.content.decode()
    assert send(b"no workbook").status_code == 422
    assert client.get(f"{url}import/").status_code == 200
    assert send(sheet(GOOD)).status_code == 302
    assert rows_of(draft).count() == 3
    taken = client.get(f"{url}workbook/")
    assert openpyxl.load_workbook(BytesIO(taken.content))["指标"].max_row == 5


@pytest.mark.req("Q-12", "Y-41")
def test_a_check_marks_wrong_cells_in_the_sheet_that_was_sent_and_imports_nothing(world, draft):
    client = client_of(world.people["plan_admin"])
    url = f"/2025/indicators/editions/{draft.public_id}/import/"
    before = list(rows_of(draft).order_by("pk").values())

    def checked(content):
        file = SimpleUploadedFile("指标.xlsx", content)
        return client.post(url, {"file": file, "only": "check"})

    page = checked(sheet(GOOD)).content.decode()
    assert "核对通过，没有导入" in page
    assert "将新增1条" in page
    answer = checked(sheet(GOOD, {**GOOD, "code": "LC-2", "name": "补植灌木林面积", "unit": ""}))
    marked = openpyxl.load_workbook(BytesIO(answer.content))
    wrong = marked["指标"].cell(3, PLACE["unit"] + 1)
    assert "定量指标要有度量单位" in wrong.comment.text
    assert [cell.value for cell in marked["错误清单"][2]][:4] == [
        "指标",
        3,
        wrong.column_letter,
        "度量单位",
    ]
    assert list(rows_of(draft).order_by("pk").values()) == before
