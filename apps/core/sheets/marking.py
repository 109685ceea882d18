"""The error workbook: the same sheet with the wrong cells marked, and a list of what is wrong."""

from collections.abc import Sequence

import openpyxl
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import column_index_from_string
from openpyxl.worksheet.worksheet import Worksheet

from apps.core.sheets.cells import CellError, as_text
from apps.core.sheets.reading import Grid
from apps.core.sheets.templates import put, saved
from apps.core.sheets.writing import sheet_name

WRONG = PatternFill("solid", fgColor="FBE8E5")
MAX_COMMENTS = 1_000
HEADS = ("工作表", "行", "列", "字段", "填入值", "应为", "例", "说明")


def error_workbook(grid: Grid, errors: Sequence[CellError]) -> bytes:
    """The read sheet with its wrong cells marked and a 错误清单; no formula survives."""
    book = openpyxl.Workbook()
    page = book.active
    assert isinstance(page, Worksheet)  # noqa: S101 (a new workbook has one)
    page.title = sheet_name(grid.sheet)
    for number, row in enumerate(grid.rows, start=1):
        for place, value in enumerate(row, start=1):
            if value not in (None, ""):
                put(page, number, place, value)
    for position, dead in grid.dead.items():
        page[position].value = dead
        page[position].data_type = "s"
    _mark(page, errors)
    _list(book, errors)
    return saved(book)


def _mark(page: Worksheet, errors: Sequence[CellError]) -> None:
    """Colour every wrong cell; the first thousand say why (comments open slowly in WPS)."""
    for number, error in enumerate(error for error in errors if error.row > 0):
        place = column_index_from_string(error.column) if error.column else 1
        cell = page.cell(error.row, place)
        cell.fill = WRONG
        cell.font = Font(color="A8241B")
        if number < MAX_COMMENTS:
            cell.comment = Comment(error.message, "")


def _list(book: openpyxl.Workbook, errors: Sequence[CellError]) -> None:
    page = book.create_sheet("错误清单", 0)
    for place, head in enumerate(HEADS, start=1):
        put(page, 1, place, head)
        page.cell(1, place).font = Font(bold=True)
    for number, error in enumerate(errors, start=2):
        line = (
            error.sheet,
            error.row,
            error.column,
            error.label,
            as_text(error.found),
            error.expected,
            error.example,
            error.message,
        )
        for place, value in enumerate(line, start=1):
            put(page, number, place, value)
    for letter, width in zip("ABCDEFGH", (14, 6, 6, 20, 24, 36, 18, 70), strict=True):
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A2"
    book.active = 0
