"""Filling in offline: the workbook goes out as saved and comes back whole, or not at all."""

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.core import clock
from apps.core.sheets import META_SHEET
from apps.core.uploads import XLSX_TYPE
from apps.filings.models import Filing
from apps.indicators import library_file
from apps.indicators import services as library
from apps.indicators.models import Indicator
from apps.rules.target_form import TargetForm, TargetLine
from apps.targets import content, workbook
from apps.targets.forms import target_form
from apps.targets.inputs import inputs_of
from tests import makers
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
    take,
    url,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(world):
    filing = makers.target_filing(world)
    makers.saved(world, filing)
    return filing


def form_with_everything() -> TargetForm:
    """A form whose every cell is filled, with what spreadsheets like to change."""
    lines = (
        ("≥", {"value": Decimal("1234567890.1234")}),
        ("=", {"value": Decimal("99999999999.9999")}),
        ("区间", {"value": Decimal("12.5"), "value_high": Decimal("15")}),
        ("定性", {"value_text": "=显著高于上年"}),
        ("定性", {"value_text": "0012"}),
        ("≤", {}),
    )
    rows = tuple(
        TargetLine(
            key=str(UUID(int=number + 1)),
            level1="产出",
            level2="数量",
            name=f"=1+{number} 指标\u200b",
            operator=operator,
            unit="+个",
            direction="正向",
            weight=Decimal("7.25"),
            basis="计划标准",
            evidence="@验收单\r\n两份",
            mid_value="00100",
            **values,
        )
        for number, (operator, values) in enumerate(lines)
    )
    last = rows[-1].key
    rows = (*rows[:-1], replace(rows[-1], weight=None))
    return replace(
        makers.good_form(),
        year_goal="第一行\r\n第二行  两个空格\n=HYPERLINK(1)",
        mid_goal="－ 中期",
        leader="+王",
        leader_phone="0996-0001",
        funds={"year": {"fiscal": Decimal("13800000.01"), "other": Decimal("0.01")}},
        lines=rows,
        unread={
            f"indicator:{last}.value": "约95％",
            f"indicator:{last}.weight": "150",
            "funds.mid.fiscal": "待定",
            "first_year": "去年",
        },
        first_year=None,
    )


# --- out and back ---------------------------------------------------------------------------
def test_the_inputs_of_a_form_post_the_same_form():
    form = form_with_everything()
    assert target_form(inputs_of(form)) == form


@pytest.mark.req("Y-46")
@pytest.mark.trust("E01")
def test_a_workbook_uploaded_as_downloaded_changes_nothing(world, filing):
    makers.saved(world, filing, form_with_everything())
    before = canonical(filing)

    taken = take(world, filing, download(filing))

    assert canonical(filing) == before
    assert taken.n_lines == 6


@pytest.mark.skipif(not shutil.which("soffice"), reason="no LibreOffice")
def test_a_workbook_saved_by_libreoffice_changes_nothing(world, filing, tmp_path):
    makers.saved(world, filing, form_with_everything())
    before = canonical(filing)
    source = tmp_path / "in" / "form.xlsx"
    source.parent.mkdir()
    source.write_bytes(download(filing))

    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = ["soffice", profile, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run(
        [*command, "--outdir", str(tmp_path), str(source)],
        check=True,
        capture_output=True,
        timeout=120,
    )

    taken = take(world, filing, (tmp_path / "form.xlsx").read_bytes())
    assert canonical(filing) == before
    assert taken.n_lines == 6


def test_the_workbook_locks_its_heads_and_offers_choices(filing):
    book = openpyxl.load_workbook(io.BytesIO(download(filing)))
    lines, head = book[LINES], book[HEAD]

    assert book.sheetnames[:2] == [HEAD, LINES]
    assert lines.protection.sheet
    assert head.protection.sheet
    assert lines["B2"].protection.locked
    assert not lines["B3"].protection.locked
    assert head["A4"].protection.locked
    assert not head["B4"].protection.locked
    assert lines.column_dimensions["A"].hidden
    assert book[META_SHEET].sheet_state == "hidden"
    with_lists = {str(rule.sqref)[0] for rule in lines.data_validations.dataValidation}
    assert with_lists == {
        workbook.LETTERS[k] for k in ("level1", "level2", "operator", "direction", "basis")
    }
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for cell in cells}


# --- changes --------------------------------------------------------------------------------
def test_rows_keep_their_identity_when_moved_added_and_deleted(world, filing):
    keys = [line.key for line in content.form_of(newest(filing)).lines]
    book = openpyxl.load_workbook(io.BytesIO(download(filing)))
    page = book[LINES]
    rows = [[cell.value for cell in row] for row in page["A3:L5"]]
    new = [
        None,
        "效益指标",
        "生态效益指标",
        "新增的指标",
        ">=",
        30,
        "公顷",
        "正向",
        5,
        None,
        None,
        None,
    ]
    for number, row in enumerate([rows[2], [None] * 12, new, rows[0]], start=3):
        for place, value in enumerate(row, start=1):
            page.cell(number, place).value = value
    target = io.BytesIO()
    book.save(target)

    take(world, filing, target.getvalue())

    lines = content.form_of(newest(filing)).lines
    assert [lines[0].key, lines[2].key] == [keys[2], keys[0]]
    assert lines[1].key not in keys
    assert (lines[1].level1, lines[1].level2, lines[1].operator) == ("效益", "生态效益", "≥")
    assert (lines[1].value, lines[1].weight) == (30, 5)


def test_a_row_copied_with_its_hidden_key_becomes_a_new_row(world, filing):
    file = download(filing)
    page = openpyxl.load_workbook(io.BytesIO(file))[LINES]
    copy = [(LINES, f"{letter}6", page[f"{letter}3"].value) for letter in "ABCDEFGHI"]

    taken = take(world, filing, changed(file, *copy, (LINES, "F6", "多些")))

    lines = content.form_of(newest(filing)).lines
    assert len({line.key for line in lines}) == 4
    assert newest(filing).target_sheet.unread == {f"indicator:{lines[3].key}.value": "多些"}
    assert (taken.marks[0].sheet, taken.marks[0].row, taken.marks[0].column) == (LINES, 6, "F")


def test_a_library_link_survives_the_way_out_and_back(world, filing):
    shipped = sorted((settings.BASE_DIR / "fixtures/library").glob("*.yaml"))
    library.load(actor=None, documents=library_file.read_all(shipped[:1]))
    indicator = Indicator.objects.order_by("pk")[0]
    makers.saved(world, filing, makers.with_line(makers.good_form(), 0, library_id=indicator.pk))

    take(world, filing, changed(download(filing), (LINES, "D3", "改了名")))

    line = content.form_of(newest(filing)).lines[0]
    assert (line.name, line.library_id) == ("改了名", indicator.pk)


def test_text_in_a_number_cell_is_kept_and_named_by_sheet_row_and_column(world, filing):
    money = head_row("年度资金 财政拨款（万元）")
    file = changed(download(filing), (LINES, "F4", "约三万"), (HEAD, f"B{money}", "1380万"))

    taken = take(world, filing, file)

    unread = newest(filing).target_sheet.unread
    assert sorted(unread.values()) == ["1380万", "约三万"]
    found = {(mark.sheet, mark.row, mark.column, mark.found) for mark in taken.marks}
    assert (LINES, 4, "F", "约三万") in found
    assert (HEAD, money, "B", "1380万") in found
    assert "已读入3条指标，存为第1版草稿。" in taken.message
    assert f"工作表“{LINES}” 第4行 F列" in taken.message


# --- the pages ------------------------------------------------------------------------------
def test_a_filer_downloads_fills_in_and_uploads(world, filing):
    client = client_of(world.people["filer"])
    with clock.at(NOON):
        page = client.get(url(filing, "excel/")).content.decode()
        file = client.get(url(filing, "excel/workbook/"))
        sent = changed(file.content, (LINES, "F3", "很多"))
        answer = client.post(url(filing), {"file": SimpleUploadedFile("a.xlsx", sent)})
        sheet = client.get(answer.url).content.decode()
        marks = client.get(url(filing, "excel/")).content.decode()

    assert url(filing, "excel/workbook/") in page
    assert file.headers["Content-Type"] == XLSX_TYPE
    assert (answer.status_code, answer.url) == (302, url(filing, ""))
    assert "已读入3条指标" in sheet
    assert "上次上传的表里要改的格" in marks
    assert "很多" in marks
    makers.saved(world, filing)
    with clock.at(NOON):
        assert "上次上传" not in client.get(url(filing, "excel/")).content.decode()


def test_a_refused_upload_lists_its_cells_on_the_page(world, filing):
    client = client_of(world.people["filer"])
    with clock.at(NOON):
        sent = changed(download(filing), (LINES, "D3", "长" * 201))
        answer = client.post(url(filing), {"file": SimpleUploadedFile("a.xlsx", sent)})
        missing = client.post(url(filing), {})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "有1格放不下，或不是填好的值，见下表。改好后重新上传。" in page
    assert "最多200个字，现有201个字" in page
    assert (missing.status_code, "没有收到文件" in missing.content.decode()) == (422, True)


def test_the_upload_page_of_a_locked_filing_shows_the_lock_alone(world, filing):
    makers.submitted(world, filing)
    page = client_of(world.people["filer"]).get(url(filing, "excel/")).content.decode()
    assert 'data-lock="in_review"' in page
    assert 'name="file"' not in page


def test_a_classified_unit_has_no_filing_to_fill(world, filing):
    assert not Filing.objects.visible_to(world.people["secret_filer"]).exists()
    client = client_of(world.people["secret_filer"])
    assert client.get(url(filing, "excel/workbook/")).status_code == 404
    with zipfile.ZipFile(io.BytesIO(download(filing))) as package:
        assert "xl/vbaProject.bin" not in package.namelist()
