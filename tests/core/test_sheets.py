"""Sheets are read cell by cell, written without anything live, and signed."""

import csv
import io
import re
import subprocess
import zipfile
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from apps.core import sheets
from apps.core.sheets import reading
from apps.core.sheets.cells import letter
from apps.core.uploads import guard_xlsx
from apps.rules.errors import RuleError
from tests.core.books import book, members, rebuilt

COLUMNS = [
    sheets.Column("name", "名称", sheets.text(20), required=True, example="农村饮水"),
    sheets.Column("money", "金额（万元）", sheets.wan(), required=True),
    sheets.Column("share", "比例", sheets.number(2, most=Decimal(100))),
    sheets.Column("year", "年度", sheets.year()),
    sheets.Column(
        "kind", "类别", sheets.choice({"新增": "n", "延续": "c"}), options=("新增", "延续")
    ),
    sheets.Column("key", "重点", sheets.flag(), options=("是", "否")),
    sheets.Column("day", "日期", sheets.day()),
    sheets.Column("tags", "标签", sheets.several({"债券": 1, "衔接": 2})),
]
HEAD = [column.label for column in COLUMNS]


def table(rows, head=HEAD, columns=COLUMNS):
    return sheets.read_table(sheets.read_grid(book([head, *rows])), columns)


def row(name="甲", money=1, share="", year="", kind="", key="", day="", tags=""):
    return [name, money, share, year, kind, key, day, tags]


def only_error(**cells):
    found = table([row(**cells)])
    assert found.rows == []
    assert len(found.errors) == 1
    return found.errors[0].message


def test_every_kind_of_cell_is_read():
    found = table(
        [
            row(
                "甲 ",
                "１，２８６．５",
                12.25,
                "2024年",
                "新增",
                "是",
                date(2024, 3, 20),
                "债券、衔接",
            )
        ]
    )

    assert found.errors == []
    assert found.rows[0].number == 2
    assert found.rows[0].values == {
        "name": "甲",
        "money": Decimal("12865000.00"),
        "share": Decimal("12.25"),
        "year": 2024,
        "kind": "n",
        "key": True,
        "day": date(2024, 3, 20),
        "tags": (1, 2),
    }


@pytest.mark.parametrize(
    "typed", ["2024-03-20", "2024/3/20", "2024年3月20日", "20240320", 20240320]
)
def test_dates_are_read_as_people_write_them(typed):
    assert table([row(day=typed)]).rows[0].values["day"] == date(2024, 3, 20)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            {"money": "N/A"},
            "工作表“项目” 第2行 B列 金额（万元）：填“N/A”，应为数字，例如1286.00。",
        ),
        ({"money": "20万元"}, "填“20万元”，应为数字，不带单位“万元”"),
        ({"money": "1.0000001"}, "填“1.0000001”，小数7位，最多6位"),
        ({"money": -1}, "应为数字，不能为负"),
        ({"money": True}, "填“是”，应为数字"),
        ({"name": ""}, "第2行 A列 名称：未填，必须填写，例如农村饮水"),
        ({"name": "长" * 21}, "最多20个字，现有21个字"),
        ({"share": 101}, "应在0–100之间"),
        ({"year": "24"}, "应为2000–2100之间的年份，例如2024"),
        ({"kind": "其他"}, "应为新增、延续中的一个"),
        ({"key": "对"}, "应为是、否"),
        ({"day": "2024-13-01"}, "应为日期，例如2024-03-20"),
        ({"day": "三月"}, "应为日期"),
        ({"day": "9999-12-31"}, "应在2000-01-01至2099-12-31之间"),
        ({"tags": "债券、别的"}, "应为债券、衔接中的一个"),
    ],
)
def test_a_wrong_cell_names_place_found_and_expected(cells, message):
    assert message in only_error(**cells)


@pytest.mark.trust("D08")
def test_error_cells_and_unsolved_formulas_are_wrong_not_empty():
    work = openpyxl.Workbook()
    page = work.active
    page.title = "项目"
    page.append(HEAD)
    page.append(row(share="=1/0"))
    page.append(row())
    page["C3"] = "#REF!"
    page["C3"].data_type = "e"
    target = io.BytesIO()
    work.save(target)

    found = sheets.read_table(sheets.read_grid(target.getvalue()), COLUMNS)

    assert [(error.row, error.column, error.found) for error in found.errors] == [
        (2, "C", "没有结果的公式"),
        (3, "C", "#REF!"),
    ]


def test_a_row_of_blanks_is_no_row_and_numbers_keep_their_shown_digits():
    found = table([row(share=0.1 + 0.2), ["", " ", "", "", "", "", "", ""], row("乙")])
    assert found.errors == []
    assert found.rows[0].values["share"] == Decimal("0.3")
    assert [r.number for r in found.rows] == [2, 4]


def test_the_head_is_found_below_a_title_and_by_alias():
    columns = [sheets.Column("name", "名称", sheets.text(), required=True, aliases=("项目名",))]
    grid = sheets.read_grid(book([["某县项目表"], [], ["序号", "项目名 *"], [1, "甲"]]))

    found = sheets.read_table(grid, columns)

    assert found.rows[0].values == {"name": "甲"}
    assert found.ignored == ["序号"]


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (["名称", "别的"], "缺少“金额（万元）”列"),
        (["名称", "金额（万元）", "名称"], "A列、C列都是“名称”"),
        (["甲", "乙"], "没有找到表头，应有：名称、金额（万元）"),
    ],
)
def test_a_head_that_does_not_fit_is_refused_by_name(head, words):
    with pytest.raises(RuleError, match=words.replace("（", ".").replace("）", ".")):
        table([["甲", 1, "乙"]], head=head)


def test_a_missing_sheet_is_named_with_those_that_exist():
    with pytest.raises(RuleError, match="没有名为“别的”的工作表，现有：项目"):
        sheets.read_grid(book(), sheet="别的")


@pytest.mark.trust("D06")
def test_more_rows_than_allowed_are_refused():
    with pytest.raises(RuleError, match="有4行、2列，一次最多3行"):
        sheets.read_grid(book(), max_rows=3)


@pytest.mark.trust("D07")
def test_a_parser_that_eats_memory_dies_alone(monkeypatch):
    monkeypatch.setattr(reading, "MEMORY", 60 * 1024 * 1024)
    wide = book([["字" * 200] * 50 for _ in range(3000)])
    with pytest.raises(RuleError, match="内存或时间超过限度"):
        sheets.read_grid(wide)


@pytest.mark.trust("D07")
def test_a_parser_that_hangs_is_stopped(monkeypatch):
    monkeypatch.setattr(reading, "WALL_SECONDS", 0.001)
    with pytest.raises(RuleError, match="内存或时间超过限度"):
        sheets.read_grid(book())


# --- out ------------------------------------------------------------------------------------
LIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "＋1", "－1", "＠a", " =1", "\0=1"]


@pytest.mark.trust("E01")
@pytest.mark.parametrize("text", LIVE)
def test_no_user_text_becomes_live_in_any_export(text):
    heads = [sheets.Head("名称")]
    exported = openpyxl.load_workbook(
        io.BytesIO(sheets.write_table([[text]], heads, sheet="表"))
    ).active
    assert exported["A2"].data_type in ("s", "inlineStr")

    template = sheets.write_template(COLUMNS, meta=META, sheet="项目", title=text, rows=[[text]])
    filled = openpyxl.load_workbook(io.BytesIO(template))["项目"]
    assert filled["A1"].data_type == "s"
    assert filled["A3"].data_type == "s"

    line = list(csv.reader(io.StringIO(sheets.write_csv([[text]], heads).decode("utf-8-sig"))))[1]
    assert line[0].startswith("'")


@pytest.mark.trust("E01")
@pytest.mark.parametrize("text", ["=1+1", "-1", "a\tb", "普通", "x" * 40_000, "\ud800坏", "👍"])
def test_exported_text_reads_back_as_it_was(text):
    content = sheets.write_table([[text]], [sheets.Head("名称")], sheet="表")
    guard_xlsx(io.BytesIO(content), "a.xlsx")
    back = sheets.read_grid(content).rows[1][0]
    assert back == text.encode("utf-8", "replace").decode()[:32_767]


def test_money_is_written_in_wan_and_numbers_as_numbers():
    heads = [sheets.Head("金额", "wan"), sheets.Head("天", "day"), sheets.Head("是", "text")]
    rows = [[Decimal("12345600.00"), date(2024, 3, 20), True], [None, None, False]]
    content = sheets.write_table(rows, heads, sheet="a/b:c", title="标题", note="单位：万元")
    grid = sheets.read_grid(content)
    assert grid.sheet == "a-b-c"
    assert grid.rows[3] == [1234.56, date(2024, 3, 20), "是"]


@pytest.mark.trust("I06")
def test_made_workbooks_name_no_author():
    for content in (
        sheets.write_table([["a"]], [sheets.Head("x")], sheet="表"),
        sheets.write_template(COLUMNS, meta=META, sheet="项目", title="t"),
    ):
        core = members(content)["docProps/core.xml"].decode()
        assert "openpyxl" not in core
        assert re.search(r"<dc:creator>[^<]", core) is None


# --- templates ------------------------------------------------------------------------------
META = sheets.Meta("test", "652823", 2024, 1)


def template(**more):
    values = {"meta": META, "sheet": "项目", "title": "清单"} | more
    return sheets.write_template(COLUMNS, **values)


@pytest.mark.req("Y-58")
def test_a_template_protects_its_head_and_offers_choices():
    page = openpyxl.load_workbook(io.BytesIO(template(rows=[["甲"]])))["项目"]
    assert page.protection.sheet
    assert page["A2"].protection.locked
    assert not page["A3"].protection.locked
    lists = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}
    assert lists == {"E3:E2000": "'_选项'!$A$1:$A$2", "F3:F2000": "'_选项'!$B$1:$B$2"}


def test_a_template_reads_back_with_its_note():
    content = template(rows=[["甲", 12.5]])
    guard_xlsx(io.BytesIO(content), "a.xlsx")
    assert sheets.read_meta(content) == META
    assert sheets.read_table(sheets.read_grid(content), COLUMNS).rows[0].values["money"] == 125000


@pytest.mark.parametrize("key", ["unit", "year", "kind", "version", "signature"])
def test_a_changed_note_is_no_note(key):
    work = openpyxl.load_workbook(io.BytesIO(template()))
    page = work["_模板信息"]
    for line in page.iter_rows(max_col=2):
        if line[0].value == key:
            line[1].value = "9"
    target = io.BytesIO()
    work.save(target)
    assert sheets.read_meta(target.getvalue()) is None


def test_a_note_of_a_former_key_still_counts(settings):
    content = template()
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another-key-that-is-quite-long-0123456789-0123456789"
    assert sheets.read_meta(content) is None
    settings.SECRET_KEY_FALLBACKS = [old]
    assert sheets.read_meta(content) == META


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (sheets.Meta("test", "652823", 2023, 1), "这是2023年度的表，现在填报2024年度"),
        (sheets.Meta("other", "652823", 2024, 1), "这不是清单模板"),
        (sheets.Meta("test", "652325", 2024, 1), "属于652325，现在填报的是尉犁县"),
        (sheets.Meta("test", "652823", 2024, 2), "第2版模板，现用第1版"),
        (None, "不是从本系统下载的清单模板"),
    ],
)
def test_another_forms_note_is_refused_by_what_differs(found, words):
    with pytest.raises(RuleError, match=words):
        sheets.check_meta(found, META, what="清单模板", whose="尉犁县", required=True)
    if found is None:
        sheets.check_meta(None, META, what="清单模板", whose="尉犁县", required=False)


# --- error workbook -------------------------------------------------------------------------
def test_the_error_workbook_marks_cells_and_lists_them():
    grid = sheets.read_grid(book([HEAD, row("=cmd|x!y", "N/A"), row()]))
    found = sheets.read_table(grid, COLUMNS)

    marked = openpyxl.load_workbook(io.BytesIO(sheets.error_workbook(grid, found.errors)))

    assert marked.sheetnames == ["错误清单", "项目"]
    assert marked["错误清单"]["H2"].value == found.errors[0].message
    assert marked["项目"]["B2"].fill.fgColor.rgb == "00FBE8E5"
    assert marked["项目"]["B2"].comment.text == found.errors[1].message
    assert all(cell.data_type != "f" for line in marked["项目"] for cell in line)


def test_an_error_of_no_row_is_listed_and_marks_no_cell():
    grid = sheets.read_grid(book([HEAD, row()]))
    error = sheets.CellError(grid.sheet, 0, "B", "金额", "", "与登记的不符")

    marked = openpyxl.load_workbook(io.BytesIO(sheets.error_workbook(grid, [error])))

    assert marked["错误清单"]["H2"].value == error.message
    assert marked["项目"]["B1"].fill.fgColor.rgb != "00FBE8E5"


@pytest.mark.trust("D06")
@pytest.mark.parametrize(
    "text", ['编码,金额\n"A1,5\nA2,6\nA3,7\n', '编码,金额\nA1,"5"6\n', '编码,金额\nA1,"5']
)
def test_a_csv_with_a_quote_that_is_not_closed_is_refused(text):
    with pytest.raises(RuleError, match="引号不成对"):
        sheets.read_lines(text.encode())


def test_a_csv_keeps_what_stands_in_quotes_and_a_quote_within_a_cell():
    grid = sheets.read_lines('编码,名称\nA1,"甲,""乙""\n丙"\nA2,6" 管\n'.encode())
    assert grid.rows == [["编码", "名称"], ["A1", '甲,"乙"\n丙'], ["A2", '6" 管']]


# --- books of other programs ----------------------------------------------------------------
def test_letters_go_beyond_z():
    assert [letter(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]


@pytest.mark.req("Y-58")
def test_a_book_in_the_manner_of_wps_is_read():
    """WPS keeps lists in an extension, writes its own parts and an absolute sheet target."""
    parts = members(book([HEAD, row(kind="新增")]))
    sheet = parts["xl/worksheets/sheet1.xml"]
    extension = (
        b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
        b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        b'<x14:dataValidations count="1"/></ext></extLst></worksheet>'
    )
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</worksheet>", extension)
    relations = parts["xl/_rels/workbook.xml.rels"]
    parts["xl/_rels/workbook.xml.rels"] = relations.replace(
        b'Target="worksheets/', b'Target="/xl/worksheets/'
    )
    parts["docProps/custom.xml"] = b'<?xml version="1.0" encoding="UTF-8"?><Properties/>'
    content = rebuilt(parts)

    guard_xlsx(io.BytesIO(content), "wps.xlsx")
    assert sheets.read_table(sheets.read_grid(content), COLUMNS).rows[0].values["kind"] == "n"


def test_a_template_saved_by_libreoffice_comes_back(tmp_path):
    source = tmp_path / "a.xlsx"
    source.write_bytes(template(rows=[["甲", 12.5, 3, 2024, "新增", "是", date(2024, 3, 20)]]))
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"]
    command += ["--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", f"{tmp_path}/out"]
    subprocess.run([*command, str(source)], check=True, timeout=120, capture_output=True)
    content = (tmp_path / "out" / "a.xlsx").read_bytes()

    guard_xlsx(io.BytesIO(content), "libreoffice.xlsx")
    found = sheets.read_table(sheets.read_grid(content), COLUMNS)

    assert found.errors == []
    assert found.rows[0].values["day"] == date(2024, 3, 20)
    assert sheets.read_meta(content) == META
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        assert package.testzip() is None
