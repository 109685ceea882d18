"""Reads a CSV of a guarded upload; plain text needs no child that can be killed."""

import csv
import io

from apps.core.charsets import text_of
from apps.core.sheets.cells import Raw
from apps.core.sheets.reading import Grid
from apps.core.uploads import MAX_COLUMNS, MAX_TEXT
from apps.rules.errors import RuleError

MAX_LINES = 200_000
SHEET = "CSV"
MARKS = ",\t;|"  # what parts cells; the one that the first lines hold most often


def read_lines(content: bytes) -> Grid:
    """The cells as text, line 1 first. Raises RuleError when it is no CSV or beyond the caps."""
    text = text_of(content)
    if text is None:
        raise RuleError("文件不是UTF-8或GB18030的文字。请另存为.xlsx后再传。", code="sheet.broken")
    text = text.removeprefix("\ufeff")
    top = text[:4_000]
    mark = max(MARKS, key=top.count)
    rows: list[list[Raw]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    try:
        for row in reader:
            rows.append(list(row))
            _within(len(rows), len(row))
    except csv.Error as error:
        raise RuleError(
            f"第{reader.line_num}行读不了：一格超过{MAX_TEXT}个字，或引号不成对。请另存为.xlsx后再传。",
            code="sheet.broken",
        ) from error
    return Grid(SHEET, rows, {}, [SHEET])


def _within(n_rows: int, n_columns: int) -> None:
    if n_rows > MAX_LINES or n_columns > MAX_COLUMNS:
        raise RuleError(
            f"第{n_rows}行超出了{MAX_LINES}行、{MAX_COLUMNS}列的范围。请拆成几个文件再传。",
            code="sheet.extent",
        )
