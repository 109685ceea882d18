"""Blank and prefilled forms: protected heads, drop-downs, and a signed note of what the form is."""

import hmac
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import openpyxl
from django.conf import settings
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from apps.core.sheets.cells import Column
from apps.core.sheets.reading import read_grid
from apps.core.sheets.writing import as_words, safe_text, sheet_name
from apps.rules.errors import RuleError

META_SHEET = "_模板信息"
LIST_SHEET = "_选项"
SALT = b"perf_mgmt.sheets.meta"
FILLABLE_ROWS = 2_000
THIN = Side(style="thin", color="B4BCC4")
HEAD_FILL = PatternFill("solid", fgColor="EFF1F3")
NEEDED_FILL = PatternFill("solid", fgColor="E4EFF7")


@dataclass(frozen=True)
class Meta:
    """What a form is: kind, whose, which year, which version of the template."""

    kind: str
    unit: str  # unit or jurisdiction code
    year: int
    version: int
    subject: str = ""  # public id of the project or filing, where the form is about one
    mark: str = ""  # what the form was made from (revision, version); signed, not compared

    def signed(self) -> list[tuple[str, str]]:
        """The note's lines with their signature."""
        fields = [
            ("kind", self.kind),
            ("unit", self.unit),
            ("year", str(self.year)),
            ("version", str(self.version)),
            ("subject", self.subject),
            ("mark", self.mark),
        ]
        return [*fields, ("signature", _signature(fields, settings.SECRET_KEY))]


def _signature(fields: Sequence[tuple[str, str]], key: str) -> str:
    secret = sha256(SALT + key.encode()).digest()
    return hmac.new(secret, json.dumps(list(fields)).encode(), sha256).hexdigest()


def write_template(
    columns: Sequence[Column],
    *,
    meta: Meta,
    sheet: str,
    title: str,
    rows: Iterable[Sequence[Any]] = (),
    notes: Sequence[str] = (),
) -> bytes:
    """A form to fill offline: head protected, cells open, choices as lists, notes on a sheet."""
    book = template_book(columns, sheet=sheet, title=title, rows=rows, notes=notes)
    add_meta(book, meta)
    return saved(book)


def template_book(
    columns: Sequence[Column],
    *,
    sheet: str,
    title: str,
    rows: Iterable[Sequence[Any]] = (),
    notes: Sequence[str] = (),
) -> openpyxl.Workbook:
    """The same as an open workbook without its note, for a form that has more sheets."""
    book = openpyxl.Workbook()
    page = book.active
    assert isinstance(page, Worksheet)  # noqa: S101 (a new workbook has one)
    page.title = sheet_name(sheet)
    fill_page(page, columns, title=title, rows=rows)
    _add_lists(book, page, columns)
    _add_notes(book, columns, notes)
    return book


def fill_page(
    page: Worksheet, columns: Sequence[Column], *, title: str, rows: Iterable[Sequence[Any]] = ()
) -> None:
    """A sheet with a protected head and the rows below it, which may be written."""
    _write_head(page, columns, title)
    for number, row in enumerate(rows, start=3):
        for place, value in enumerate(row, start=1):
            put(page, number, place, value)
    _open_cells(page, columns)


def saved(book: openpyxl.Workbook) -> bytes:
    """The workbook as bytes, without an author's name (TRUST I06)."""
    book.properties.creator = ""
    book.properties.lastModifiedBy = ""
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def put(page: Worksheet, row: int, place: int, value: Any) -> None:
    """Set a cell; text is forced to be text whatever it begins with (TRUST E01)."""
    cell = page.cell(row, place)
    if isinstance(value, (str, bool)):
        cell.value = safe_text(as_words(value))
        cell.data_type = "s"
    else:
        cell.value = value


def add_meta(book: openpyxl.Workbook, meta: Meta) -> None:
    """Put the signed note on a hidden sheet."""
    page = book.create_sheet(META_SHEET)
    for number, (key, value) in enumerate(meta.signed(), start=1):
        put(page, number, 1, key)
        put(page, number, 2, value)
    page.sheet_state = "hidden"
    page.protection.sheet = True


def _write_head(page: Worksheet, columns: Sequence[Column], title: str) -> None:
    put(page, 1, 1, title)
    page.cell(1, 1).font = Font(bold=True, size=14)
    for place, column in enumerate(columns, start=1):
        put(page, 2, place, f"{column.label}*" if column.required else column.label)
        cell = page.cell(2, place)
        cell.font = Font(bold=True)
        cell.fill = NEEDED_FILL if column.required else HEAD_FILL
        cell.border = Border(THIN, THIN, THIN, THIN)
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        page.column_dimensions[get_column_letter(place)].width = column.width
    page.row_dimensions[2].height = 32
    page.freeze_panes = "A3"


def _open_cells(page: Worksheet, columns: Sequence[Column]) -> None:
    """Everything below the head may be written; the head may not."""
    open_cell = Protection(locked=False)
    for place in range(1, len(columns) + 1):
        page.column_dimensions[get_column_letter(place)].protection = open_cell
        for number in range(3, page.max_row + 1):
            page.cell(number, place).protection = open_cell
    page.protection.sheet = True
    page.protection.formatColumns = False
    page.protection.formatRows = False
    page.protection.insertRows = False
    page.protection.deleteRows = False
    page.protection.sort = False
    page.protection.autoFilter = False


def _add_lists(book: openpyxl.Workbook, page: Worksheet, columns: Sequence[Column]) -> None:
    """Drop-downs from a hidden sheet: long lists in the cell's own formula break in WPS."""
    chosen = [(place, column) for place, column in enumerate(columns, start=1) if column.options]
    if not chosen:
        return
    lists = book.create_sheet(LIST_SHEET)
    lists.sheet_state = "hidden"
    for index, (place, column) in enumerate(chosen, start=1):
        for number, word in enumerate(column.options, start=1):
            put(lists, number, index, word)
        source = get_column_letter(index)
        rule = DataValidation(
            type="list",
            formula1=f"'{LIST_SHEET}'!${source}$1:${source}${len(column.options)}",
            allow_blank=not column.required,
            showErrorMessage=True,
            errorTitle=column.label,
            error=f"应为{'、'.join(column.options)}中的一个"[:220],
        )
        page.add_data_validation(rule)
        target = get_column_letter(place)
        rule.add(f"{target}3:{target}{FILLABLE_ROWS}")


def _add_notes(book: openpyxl.Workbook, columns: Sequence[Column], notes: Sequence[str]) -> None:
    """填表说明: the same words that the checks use."""
    page = book.create_sheet("填表说明")
    for number, line in enumerate(notes, start=1):
        put(page, number, 1, line)
    start = len(notes) + 2
    for place, head in enumerate(("列", "是否必填", "怎样填", "例"), start=1):
        put(page, start, place, head)
        page.cell(start, place).font = Font(bold=True)
    for number, column in enumerate(columns, start=start + 1):
        put(page, number, 1, column.label)
        put(page, number, 2, "必填" if column.required else "可空")
        put(page, number, 3, column.note or "、".join(column.options))
        put(page, number, 4, column.example)
    for place, width in ((1, 24), (2, 10), (3, 60), (4, 28)):
        page.column_dimensions[get_column_letter(place)].width = width


def read_meta(content: bytes) -> Meta | None:
    """The note of a form that we signed; None when there is none or it was changed."""
    try:
        grid = read_grid(content, sheet=META_SHEET, max_rows=50)
    except RuleError:
        return None
    pairs = [(str(row[0]), str(row[1])) for row in grid.rows if len(row) >= 2]
    fields, last = pairs[:-1], pairs[-1:]
    keys = [key for key, _ in fields]
    if keys != ["kind", "unit", "year", "version", "subject", "mark"] or not last:
        return None
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    if not any(hmac.compare_digest(last[0][1], _signature(fields, key)) for key in secrets):
        return None
    found = dict(fields)
    return Meta(
        found["kind"],
        found["unit"],
        int(found["year"]),
        int(found["version"]),
        found["subject"],
        found["mark"],
    )


def check_meta(found: Meta | None, wanted: Meta, *, what: str, whose: str, required: bool) -> None:
    """Refuse a form of another kind, year, unit or version. `whose` names the wanted unit.

    Without a note the file is refused only where one is `required`. Raises RuleError.
    """
    if found is None and not required:
        return
    if found is None:
        raise RuleError(
            f"这个文件不是从本系统下载的{what}，或模板信息被改动。请下载{what}后重填。",
            code="sheet.meta",
        )
    if found.kind != wanted.kind:
        raise RuleError(f"这不是{what}。请下载{what}后重填。", code="sheet.kind")
    _check_same(found, wanted, what, whose)


def _check_same(found: Meta, wanted: Meta, what: str, whose: str) -> None:
    """Year first, then unit and subject, then the template's version."""
    if found.year != wanted.year:
        raise RuleError(
            f"这是{found.year}年度的表，现在填报{wanted.year}年度。"
            f"请下载{wanted.year}年度空白表后重填。",
            code="sheet.year",
        )
    if (found.unit, found.subject) != (wanted.unit, wanted.subject):
        raise RuleError(
            f"这张表属于{found.unit}，现在填报的是{whose}。请下载{whose}的空白表后重填。",
            code="sheet.unit",
        )
    if found.version != wanted.version:
        raise RuleError(
            f"这是第{found.version}版模板，现用第{wanted.version}版。请重新下载{what}后填写。",
            code="sheet.version",
        )
