"""What an upload refuses: foreign, old, changed and harmful workbooks, strangers, locks."""

import io
from dataclasses import replace
from decimal import Decimal

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core import clock
from apps.core.sheets import META_SHEET
from apps.core.sheets.templates import add_meta
from apps.core.uploads import XLSX_TYPE, Upload
from apps.rules.errors import RuleError
from apps.targets import content, uploads, workbook
from tests import makers
from tests.core import books
from tests.personas import client_of
from tests.targets.workbooks import (
    HEAD,
    LINES,
    NOON,
    canonical,
    changed,
    download,
    head_row,
    newest,
    refused,
    take,
    url,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(world):
    filing = makers.target_filing(world)
    makers.saved(world, filing)
    return filing


@pytest.mark.parametrize(
    ("sheet", "address", "value", "expected"),
    [
        (LINES, "D3", "长" * 201, "最多200个字"),
        (LINES, "G4", "长" * 21, "最多20个字"),
        (HEAD, f"B{head_row('年度目标')}", "长" * 4001, "最多4000个字"),
        (LINES, "F3", "=1/0", "应为填好的值"),
        (HEAD, f"B{head_row('项目负责人')}", "=A1", "应为填好的值"),
    ],
    ids=["long name", "long unit", "long goal", "formula value", "formula name"],
)
def test_a_cell_that_can_not_be_kept_refuses_the_whole_file(
    world, filing, sheet, address, value, expected
):
    error = refused(world, filing, changed(download(filing), (sheet, address, value)))

    (cell,) = error.data["errors"]
    assert (cell["sheet"], f"{cell['column']}{cell['row']}") == (sheet, address)
    assert expected in cell["expected"]


def test_missing_sheets_columns_and_places_are_named(world, filing):
    file = download(filing)
    labels = head_row("年度目标")

    assert "“方向”列" in str(refused(world, filing, changed(file, (LINES, "H2", "朝向"))))
    assert "缺少“年度目标”" in str(
        refused(world, filing, changed(file, (HEAD, f"A{labels}", "目标")))
    )
    assert "有两行“年度目标”" in str(
        refused(world, filing, changed(file, (HEAD, "A60", "年度目标")))
    )
    book = openpyxl.load_workbook(io.BytesIO(file))
    del book[LINES]
    target = io.BytesIO()
    book.save(target)
    assert "没有名为“绩效指标”的工作表" in str(refused(world, filing, target.getvalue()))


def test_more_than_a_hundred_rows_are_refused(world, filing):
    cells = [(LINES, f"D{row}", f"指标{row}") for row in range(3, 105)]
    error = refused(world, filing, changed(download(filing), *cells))
    assert str(error) == "指标有102行，最多100行。"


def signed_for(file: bytes, filing, **changes) -> bytes:
    """A workbook properly signed for something else."""
    book = openpyxl.load_workbook(io.BytesIO(file))
    del book[META_SHEET]
    add_meta(book, replace(workbook.meta_of(filing, newest(filing)), **changes))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"year": 2023}, "这是2023年度的表，现在填报2024年度。请下载2024年度空白表后重填。"),
        ({"unit": "205"}, "这张表属于205，现在填报的是县水利局（201）"),
        ({"subject": "another"}, "这张表是别的项目的，现在填报“农村饮水安全巩固提升工程1”"),
        ({"version": 0}, "这是第0版模板，现用第1版"),
        ({"kind": "projects.import"}, "这不是绩效目标填报表"),
    ],
    ids=["year", "unit", "project", "template", "kind"],
)
def test_a_workbook_of_something_else_is_refused_by_what_differs(world, filing, changes, words):
    file = signed_for(download(filing), filing, **changes)
    assert words in str(refused(world, filing, file))


def test_the_workbook_of_another_project_is_refused(world, filing):
    other = makers.target_filing(world, n=2)
    error = refused(world, filing, download(other))
    assert error.code == "sheet.subject"


@pytest.mark.parametrize("row", range(1, 8))
def test_a_changed_note_is_refused(world, filing, row):
    file = changed(download(filing), (META_SHEET, f"B{row}", "9"))
    error = refused(world, filing, file)
    assert error.code == "sheet.tampered"
    assert "_模板信息" in str(error)


def test_a_workbook_that_is_not_ours_is_refused(world, filing):
    assert "不是从本系统下载的绩效目标填报表" in str(refused(world, filing, books.book()))


@pytest.mark.trust("D04", "D03")
def test_macros_and_bombs_stop_at_the_guard(world, filing):
    parts = books.members(download(filing))
    macro = books.rebuilt({**parts, "xl/vbaProject.bin": b"x"})
    bomb = books.rebuilt({**parts, "xl/media/a.bin": b"\0" * 60_000_000})
    client = client_of(world.people["filer"])
    before = canonical(filing)
    for file, words in ((macro, "带有宏"), (bomb, "不能收"), (b"PK\x03\x04", "打不开")):
        with clock.at(NOON):
            answer = client.post(url(filing), {"file": SimpleUploadedFile("a.xlsx", file)})
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert canonical(filing) == before


# --- whose and when -------------------------------------------------------------------------
@pytest.mark.trust("G01")
def test_a_form_that_moved_on_shows_both_values_and_loses_neither(world, filing):
    file = changed(download(filing), (LINES, "F3", 2000), (LINES, "D4", "我的名称"))
    theirs = makers.with_line(content.form_of(newest(filing)), 0, value=Decimal(1950))
    makers.saved(world, filing, theirs)
    before = canonical(filing)
    client = client_of(world.people["filer"])

    with clock.at(NOON):
        answer = client.post(url(filing), {"file": SimpleUploadedFile("a.xlsx", file)})
    page = answer.content.decode()

    assert answer.status_code == 409
    assert canonical(filing) == before
    assert "1,950" in page
    assert "2,000" in page
    assert "我的名称" in page
    assert f'name="version" value="{newest(filing).version}"' in page

    posted = answer.context["posted"] | {"version": str(newest(filing).version)}
    key = theirs.lines[0].key
    with clock.at(NOON):
        client.post(url(filing, ""), {**posted, "keep_theirs": f"indicator:{key}.value"})
    lines = content.form_of(newest(filing)).lines
    assert (lines[0].value, lines[1].name) == (1950, "我的名称")


def test_a_stale_workbook_without_a_difference_is_no_conflict(world, filing):
    file = download(filing)
    makers.saved(world, filing, content.form_of(newest(filing)))
    version = newest(filing).version

    taken = take(world, filing, file)

    assert not taken.is_changed
    assert "完全相同" in taken.message
    assert newest(filing).version == version


@pytest.mark.parametrize("person", ["unit_head", "section_reviewer", "stranger"])
def test_nobody_but_a_filer_uploads(world, filing, person):
    file = download(filing)
    before = canonical(filing)
    with pytest.raises(PermissionDenied):
        take(world, filing, changed(file, (LINES, "F3", 1)), person)
    assert canonical(filing) == before


def test_a_locked_filing_refuses_with_the_locks_words(world, filing):
    file = changed(download(filing), (LINES, "F3", 1))
    makers.submitted(world, filing)
    assert str(refused(world, filing, file)).startswith("审核中。2024年4月8日报送")


def test_after_the_deadline_nothing_is_taken_in(world, filing):
    file = changed(download(filing), (LINES, "F3", 1))
    before = canonical(filing)
    guarded = Upload("a.xlsx", file, XLSX_TYPE)
    with clock.at(makers.CLOSES), pytest.raises(RuleError, match=r"已截止。2024年4月15日24:00"):
        uploads.take_in(filing=filing, actor=world.people["filer"], upload=guarded)
    assert canonical(filing) == before
