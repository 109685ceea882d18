"""Writes tables out: workbooks and CSV in which no user text ever becomes a formula (TRUST E01)."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from apps.core.money import WAN
from apps.core.sheets.cells import INVISIBLE, MAX_TEXT

LIVE_STARTS = ("=", "+", "-", "@", "\t", "\r", "\0", "＝", "＋", "－", "＠")
FORMATS = {
    "text": "@",
    "number": "#,##0.##",
    "wan": "#,##0.00",
    "whole": "0",
    "percent": "0.0%",
    "day": "yyyy-mm-dd",
    "moment": "yyyy-mm-dd hh:mm",
}


@dataclass(frozen=True)
class Head:
    """One column of an export. kind: a key of FORMATS; wan takes yuan and writes 万元."""

    label: str
    kind: str = "text"
    width: int = 14


@dataclass(frozen=True)
class Page:
    """One sheet of an export."""

    sheet: str
    heads: Sequence[Head]
    rows: Iterable[Sequence[Any]]
    title: str = ""
    note: str = ""


def write_table(
    rows: Iterable[Sequence[Any]],
    heads: Sequence[Head],
    *,
    sheet: str,
    title: str = "",
    note: str = "",
) -> bytes:
    """The rows as a workbook, written row by row in constant memory. Text stays text."""
    return write_book([Page(sheet, heads, rows, title, note)])


def write_book(pages: Sequence[Page]) -> bytes:
    """The pages as sheets of one workbook, as write_table does."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {
            "constant_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties({"title": pages[0].title or pages[0].sheet, "author": "", "company": ""})
    styles = {kind: _style(book, kind) for kind in FORMATS}
    for each in pages:
        page = book.add_worksheet(sheet_name(each.sheet))
        first = _write_heads(book, page, each.heads, each.title, each.note)
        for index, row in enumerate(each.rows, start=first):
            for place, (value, head) in enumerate(zip(row, each.heads, strict=True)):
                _put(page, index, place, value, head.kind, styles)
    book.close()
    return target.getvalue()


def _style(book: Any, kind: str) -> Any:
    return book.add_format(
        {"num_format": FORMATS[kind], "border": 1, "valign": "vcenter", "text_wrap": kind == "text"}
    )


def _write_heads(book: Any, page: Any, heads: Sequence[Head], title: str, note: str) -> int:
    """Title, note and head; answers the first data row."""
    row = 0
    for text, style in (
        (title, {"bold": True, "font_size": 14}),
        (note, {"font_color": "#566370"}),
    ):
        if text:
            page.write_string(row, 0, safe_text(text), book.add_format(style))
            row += 1
    bold = book.add_format(
        {"bold": True, "border": 1, "bg_color": "#EFF1F3", "text_wrap": True, "valign": "vcenter"}
    )
    for place, head in enumerate(heads):
        page.set_column(place, place, head.width)
        page.write_string(row, place, head.label, bold)
    page.freeze_panes(row + 1, 0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.repeat_rows(row)
    return row + 1


def _put(page: Any, row: int, place: int, value: Any, kind: str, styles: dict[str, Any]) -> None:
    """One cell; numbers and dates as such, everything else as a string that cannot act."""
    style = styles[kind]
    if value is None or value == "":
        page.write_blank(row, place, None, style)
    elif kind == "wan" and isinstance(value, Decimal):
        page.write_number(row, place, float(value / WAN), style)
    elif isinstance(value, (int, float, Decimal)) and not isinstance(value, bool):
        page.write_number(row, place, float(value), style)
    elif isinstance(value, (date, datetime)):
        moment = value.replace(tzinfo=None) if isinstance(value, datetime) else value
        page.write_datetime(row, place, moment, style)
    else:
        page.write_string(row, place, safe_text(as_words(value)), style)


def as_words(value: Any) -> str:
    """A value as an export says it: 是 and 否 for flags."""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


def safe_text(text: str) -> str:
    """Text without invisible marks and lone surrogates, no longer than a cell may be."""
    return INVISIBLE.sub("", text.encode("utf-8", "replace").decode())[:MAX_TEXT]


def sheet_name(name: str) -> str:
    """A name that every spreadsheet program accepts."""
    clean = "".join("-" if mark in "[]:*?/\\" else mark for mark in safe_text(name)).strip("'")
    return clean[:31] or "表"


def write_csv(rows: Iterable[Sequence[Any]], heads: Sequence[Head]) -> bytes:
    """The rows as CSV (UTF-8 with mark, for WPS); a text that could act is led by an apostrophe."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow([csv_text(head.label) for head in heads])
    for row in rows:
        writer.writerow(
            [_csv_value(value, head.kind) for value, head in zip(row, heads, strict=True)]
        )
    return b"\xef\xbb\xbf" + target.getvalue().encode()


def _csv_value(value: Any, kind: str) -> str:
    if value is None:
        return ""
    if kind == "wan" and isinstance(value, Decimal):
        return format((value / WAN).normalize(), "f")
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return format(value, "f") if isinstance(value, Decimal) else str(value)
    return csv_text(as_words(value))


def csv_text(text: str) -> str:
    """The text, led by an apostrophe when a spreadsheet would take it for a formula."""
    clean = text.encode("utf-8", "replace").decode()
    lead = clean.lstrip(" \u3000\n")
    return f"'{clean}" if clean.startswith(LIVE_STARTS) or lead.startswith(LIVE_STARTS) else clean
