"""Spreadsheets in and out: guarded reading, typed columns, safe exports, signed templates."""

from apps.core.sheets.cells import (
    CellError,
    Column,
    Reader,
    Row,
    Table,
    Unread,
    choice,
    day,
    flag,
    number,
    several,
    text,
    wan,
    year,
)
from apps.core.sheets.lines import read_lines
from apps.core.sheets.marking import error_workbook
from apps.core.sheets.reading import Grid, read_grid, read_grid_here, read_table
from apps.core.sheets.templates import META_SHEET, Meta, check_meta, read_meta, write_template
from apps.core.sheets.writing import Head, Page, write_book, write_csv, write_table

__all__ = [
    "META_SHEET",
    "CellError",
    "Column",
    "Grid",
    "Head",
    "Meta",
    "Page",
    "Reader",
    "Row",
    "Table",
    "Unread",
    "check_meta",
    "choice",
    "day",
    "error_workbook",
    "flag",
    "number",
    "read_grid",
    "read_grid_here",
    "read_lines",
    "read_meta",
    "read_table",
    "several",
    "text",
    "wan",
    "write_book",
    "write_csv",
    "write_table",
    "write_template",
    "year",
]
