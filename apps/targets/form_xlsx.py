"""The official form as a workbook: the same grid as on paper, text that never acts (E01)."""

from __future__ import annotations

import io
from collections.abc import Sequence
from math import ceil
from typing import Any

import xlsxwriter

from apps.core.sheets.writing import safe_text, sheet_name
from apps.targets.documents import Adjusted, Document
from apps.targets.handed_paper import Handed

WIDTHS = (13, 16, 27, 11, 8, 14, 9, 9, 9)  # characters, the nine columns of the paper form
LAST = len(WIDTHS) - 1
LINE = 16  # points of a text line
SONG = "宋体"


class _Page:
    """Writes cells of the grid row by row and gives each row the height its text needs."""

    def __init__(self, book: Any, page: Any) -> None:
        self.page = page
        base = {"font_name": SONG, "font_size": 10.5, "text_wrap": True, "valign": "vcenter"}
        lined = {**base, "border": 1}
        kinds: dict[str, dict[str, Any]] = {
            "title": {**base, "bold": True, "font_size": 18, "align": "center"},
            "year": {**base, "font_size": 12, "align": "center"},
            "label": {**lined, "bold": True, "align": "center"},
            "second": {**lined, "align": "center"},
            "text": {**lined, "align": "left", "indent": 1, "num_format": "@"},
            "goal": {**lined, "align": "left", "indent": 1, "num_format": "@", "valign": "top"},
            "middle": {**lined, "align": "center", "num_format": "@"},
            "number": {**lined, "align": "right", "indent": 1, "num_format": "@"},
            "plain": {**base, "align": "left"},
        }
        self.kinds = {name: book.add_format(kind) for name, kind in kinds.items()}
        self.row = 0

    def put(self, first: int, last: int, text: str, kind: str, n_rows: int = 1) -> None:
        """A cell from column `first` to `last` of the present row; always a string."""
        style, clean = self.kinds[kind], safe_text(text)
        if first == last and n_rows == 1:
            self.page.write_string(self.row, first, clean, style)
        else:
            self.page.merge_range(self.row, first, self.row + n_rows - 1, last, "", style)
            self.page.write_string(self.row, first, clean, style)

    def end(self, *spans: tuple[int, int, str], least: float = 22) -> None:
        """The row is full: tall enough for its texts, on to the next."""
        lines = max((_lines(text, first, last) for first, last, text in spans), default=1)
        self.page.set_row(self.row, min(409, max(least, lines * LINE + 6)))
        self.row += 1


def _lines(text: str, first: int, last: int) -> int:
    """Lines that a text takes in these columns; a Chinese character is two wide."""
    width = max(1, int(sum(WIDTHS[first : last + 1]) * 0.95))
    return sum(max(1, ceil(_width(part) / width)) for part in text.splitlines() or [""])


def _width(text: str) -> int:
    return sum(2 if ord(mark) > 0x2E7F else 1 for mark in text)


def form_xlsx(document: Document) -> bytes:
    """The document as a workbook on A4, with receipt number and revision in foot and last row."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(
        target,
        {
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "in_memory": True,
        },
    )
    book.set_properties({"title": document.title, "author": "", "company": ""})
    page = _Page(book, book.add_worksheet(sheet_name("绩效目标申报表")))
    for place, width in enumerate(WIDTHS):
        page.page.set_column(place, place, width)
    _write_top(page, document)
    _write_goals(page, document)
    head_row = page.row
    _write_indicators(page, document)
    if document.adjusted is not None:
        _write_adjusted(page, document.adjusted)
    if document.handed is not None:
        _write_handed(page, document.handed)
    _write_foot(page, document)
    _set_paper(page.page, document, head_row)
    book.close()
    return target.getvalue()


def _write_top(page: _Page, document: Document) -> None:
    """Title, head block, money."""
    page.put(0, LAST, document.title, "title")
    page.end(least=32)
    page.put(0, LAST, f"（{document.year}年度）", "year")
    page.end()
    page.put(0, 1, document.subject_label, "label")
    page.put(2, LAST, document.project, "text")
    page.end((2, LAST, document.project))
    for left, value, right, other in document.pairs:
        page.put(0, 1, left, "label")
        page.put(2, 2, value, "text")
        page.put(3, 4, right, "label")
        page.put(5, LAST, other, "text")
        page.end((2, 2, value), (5, LAST, other))
    for label, text in document.texts:
        page.put(0, 1, label, "label")
        page.put(2, LAST, text, "goal")
        page.end((2, LAST, text))
    _write_tasks(page, document)
    if document.funds:
        page.put(0, 1, f"{document.money_title}\n（万元）", "label", len(document.funds))
    for number, fund in enumerate(document.funds):
        page.put(2, 2, fund.label if number else f"中期{fund.label}", "text")
        page.put(3, 4, fund.mid, "number")
        page.put(5, 6, fund.label if number else f"年度{fund.label}", "text")
        page.put(7, LAST, fund.year, "number")
        page.end((3, 4, fund.mid), (7, LAST, fund.year))


def _write_tasks(page: _Page, document: Document) -> None:
    """A whole unit's tasks with their money, the sum below."""
    if not document.tasks:
        return
    places = ((1, 2), (3, 4), (5, 5), (6, 7), (8, LAST))
    page.put(0, 0, "年度\n主要\n任务", "label", len(document.tasks) + 1)
    heads = ("任务名称", "主要内容", "总额\n（万元）", "财政拨款", "其他资金")
    for text, (first, last) in zip(heads, places, strict=True):
        page.put(first, last, text, "label")
    page.end(least=34)
    for task in document.tasks:
        texts = (task.name, task.content, task.total, task.fiscal, task.other)
        kinds = ("text", "text", "number", "number", "number")
        for text, kind, (first, last) in zip(texts, kinds, places, strict=True):
            page.put(first, last, text, kind)
        page.end((1, 2, task.name), (3, 4, task.content))


def _write_goals(page: _Page, document: Document) -> None:
    """The goals side by side; one alone takes the whole width."""
    places = ((1, 3), (4, LAST)) if len(document.goals) == 2 else ((1, LAST),)
    page.put(0, 0, "总体\n目标", "label", 2)
    for text, (first, last) in zip(document.goal_labels, places, strict=True):
        page.put(first, last, text, "label")
    page.end()
    cells = [
        (first, last, text) for text, (first, last) in zip(document.goals, places, strict=True)
    ]
    for first, last, text in cells:
        page.put(first, last, text, "goal")
    page.end(*cells, least=80)


def _write_indicators(page: _Page, document: Document) -> None:
    """The indicator grid: each level once over its rows, the execution points, the sum."""
    _write_cells(page, 0, document.heads, "label")
    page.end(least=30)
    for row in document.rows:
        if row.span1:
            page.put(0, 0, row.level1, "label", row.span1)
        if row.span2:
            page.put(1, 1, row.level2, "second", row.span2)
        page.put(2, 2, row.cells[0], "text")
        _write_cells(page, 3, row.cells[1:], "middle")
        page.end(*((place, place, text) for place, text in enumerate(row.cells, start=2)))
    lasts = [("预算执行率", document.execution), ("合计", document.total)]
    if not document.execution:
        lasts = lasts[1:] if document.total else []
    for label, points in lasts:
        page.put(0, LAST - 1, label, "label")
        page.put(LAST, LAST, points, "middle")
        page.end()


def _write_adjusted(page: _Page, adjusted: Adjusted) -> None:
    """Why the target is adjusted, and each change before and after."""
    for label, text in adjusted.notes:
        page.put(0, 1, label, "label")
        page.put(2, LAST, text, "text")
        page.end((2, LAST, text))
    spans = ((0, 2), (3, 5), (6, LAST))
    heads = (f"与{adjusted.compared}对照", "调整前", "调整后")
    for text, (first, last) in zip(heads, spans, strict=True):
        page.put(first, last, text, "label")
    page.end((0, 2, heads[0]))
    for change in adjusted.changes:
        texts = (change.place, change.old, change.new)
        for text, (first, last) in zip(texts, spans, strict=True):
            page.put(first, last, text, "text")
        page.end(*((*span, text) for text, span in zip(texts, spans, strict=True)))


def _write_handed(page: _Page, handed: Handed) -> None:
    """The decomposition: who brings what to which upper indicator, in numbers and as a part."""
    page.put(0, LAST, f"分解对照　{handed.money}", "label")
    page.end((0, LAST, handed.money))
    spans = ((0, 1), (2, 2), (3, 4), (5, 5), (6, 6), (7, 7), (8, LAST))
    for number, texts in enumerate((handed.heads, *handed.rows)):
        kinds = ("text", "middle", "text", "number", "middle", "number", "number")
        for text, kind, (first, last) in zip(texts, kinds, spans, strict=True):
            page.put(first, last, text, kind if number else "label")
        page.end(*((*span, text) for text, span in zip(texts, spans, strict=True)))


def _write_cells(page: _Page, first: int, texts: Sequence[str], kind: str) -> None:
    for place, text in enumerate(texts, start=first):
        page.put(place, place, text, kind)


def _write_foot(page: _Page, document: Document) -> None:
    """Signatures and the receipt."""
    starts = (0, 2, 4, 6)
    ends = (*(start - 1 for start in starts[1:]), LAST)
    for (label, value), first, last in zip(document.signs, starts, ends, strict=True):
        page.put(first, last, f"{label}：{value}", "plain")
    page.end(least=28)
    page.put(0, LAST, document.receipt, "plain")
    page.end()


def _set_paper(page: Any, document: Document, head_row: int) -> None:
    page.set_portrait()
    page.set_paper(9)
    page.set_margins(left=0.8, right=0.6, top=0.7, bottom=0.8)
    page.center_horizontally()
    page.fit_to_pages(1, 0)
    page.repeat_rows(head_row)
    page.hide_gridlines(2)
    foot = safe_text(document.receipt).replace("&", "&&")[:180]
    page.set_footer(f'&L&"{SONG},Regular"&9{foot}&R&"{SONG},Regular"&9第&P页 共&N页')
