"""A published self-evaluation table comes in as JSON, as the official workbook, or as copied text.

Whatever it comes as, it becomes records of one shape; what cannot be read is refused in one line.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from apps.core import charsets, exact_json, sheets, uploads
from apps.core.sheets.cells import Raw, as_decimal, place_of
from apps.core.sheets.formats import percent_cells
from apps.core.sheets.hidden import hidden_columns, hidden_rows, hidden_sheets
from apps.rules import table_checks
from apps.rules.errors import RuleError
from apps.rules.table_checks import answer, sheet
from apps.rules.table_checks.sheet import Cell

MAX_TEXT = 20 * 1024 * 1024  # bytes of JSON or copied text
MAX_ROWS = 3_000  # of a sheet; a table has a hundred
MAX_SHEETS = 50
MAX_RECORDS = 20_000
MAX_CELLS = 200  # of a copied line


def answers_of(path: Path) -> Any:
    """The answer for the file: one object, or a list where the file holds several tables.

    Raises RuleError naming what is wrong with the file or with which of its records.
    """
    held = _records(path)
    if isinstance(held, list):
        return [_answer(record, at) for at, record in enumerate(held, start=1)]
    return _answer(held, None)


def _answer(record: object, at: int | None) -> dict[str, Any]:
    try:
        checked = table_checks.check(table_checks.read(record))
    except RuleError as error:
        place = f"第{at}条记录：" if at is not None else ""
        raise RuleError(f"{place}{error}", code=error.code) from error
    return answer.to_json(checked)


def _records(path: Path) -> Any:
    content = _content(path)
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls") or content.startswith(b"PK\x03\x04"):
        return _of_workbook(content, path.name)
    text = charsets.text_of(content)
    if text is None:
        raise RuleError(
            f"文件“{uploads.safe_name(path.name)}”不是文字，或编码不是UTF-8、GB18030。",
            code="table.encoding",
        )
    text = text.removeprefix("\ufeff")
    if path.suffix.lower() == ".json" or text.lstrip()[:1] in ("{", "["):
        return _of_json(text)
    mark = "\t" if "\t" in text else ","
    grid = sheet.grid_of(text, mark)[:MAX_ROWS]
    return sheet.record([row[:MAX_CELLS] for row in grid])


def _content(path: Path) -> bytes:
    shown = uploads.safe_name(path.name)
    try:
        with path.open("rb") as file:
            content = file.read(MAX_TEXT + 1)
    except (OSError, ValueError) as error:
        raise RuleError(
            f"文件“{shown}”打不开：没有这个文件，或不是文件，或无权读取。", code="table.unreadable"
        ) from error
    if len(content) > MAX_TEXT:
        raise RuleError(f"文件“{shown}”超过20MB。请拆成几个文件。", code="table.too_long")
    if not content.strip():
        raise RuleError(f"文件“{shown}”是空的。", code="table.empty")
    return content


def _of_json(text: str) -> Any:
    """One record, or several: as a list, or as a file's "records"."""
    held = exact_json.loads(text)
    if isinstance(held, Mapping) and isinstance(held.get("records"), list):
        held = held["records"]
    if isinstance(held, list) and len(held) > MAX_RECORDS:
        raise RuleError(f"有{len(held)}条记录，一次最多{MAX_RECORDS}条。", code="table.long")
    if not isinstance(held, Mapping | list):
        raise RuleError("JSON应是一条记录，或记录的数组。", code="table.record")
    return held


def _of_workbook(content: bytes, name: str) -> Any:
    """The tables on the visible sheets; a workbook without any is refused by its first sheet."""
    upload = uploads.guard_xlsx(io.BytesIO(content), name)
    first = sheets.read_grid(upload.content, max_rows=MAX_ROWS)
    unseen = hidden_sheets(upload.content) | {first.sheet}
    others = [name for name in first.names if name not in unseen][:MAX_SHEETS]
    read = [sheets.read_grid(upload.content, sheet=name, max_rows=MAX_ROWS) for name in others]
    grids = [_seen(upload.content, grid) for grid in (first, *read)]
    records = [sheet.record(grid) for grid in grids if sheet.holds_table(grid)]
    if not records:
        return sheet.record(grids[0])
    return records[0] if len(records) == 1 else records


def _seen(content: bytes, grid: sheets.Grid) -> list[list[Cell]]:
    """The cells of the rows that are not hidden; an error or unsolved formula by its words."""
    hidden = hidden_rows(content, grid.sheet)
    cells = [[_cell(cell) for cell in row] for row in grid.rows]
    for row, place in percent_cells(content, grid.sheet):
        if row < len(cells) and place < len(cells[row]):
            cells[row][place] = _percent(cells[row][place])
    for reference, words in grid.dead.items():
        letters = reference.rstrip("0123456789")
        row, place = int(reference[len(letters) :]) - 1, place_of(letters)
        if row < len(cells):
            cells[row].extend([None] * (place + 1 - len(cells[row])))
            cells[row][place] = words
    unseen = hidden_columns(content, grid.sheet)
    seen = [row for number, row in enumerate(cells, start=1) if number not in hidden]
    return [_without(row, unseen) for row in seen] if unseen else seen


def _without(row: list[Cell], hidden: frozenset[int]) -> list[Cell]:
    return [None if number in hidden else cell for number, cell in enumerate(row, start=1)]


def _percent(cell: Cell) -> Cell:
    """A share as the percent that the spreadsheet shows."""
    return f"{(cell * 100).normalize():f}%" if isinstance(cell, Decimal) else cell


def _cell(cell: Raw) -> Cell:
    """Numbers with the digits that the spreadsheet shows, all else as text."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return as_decimal(cell)
    if isinstance(cell, int):
        return Decimal(cell)
    return f"{cell.year}年{cell.month}月{cell.day}日" if isinstance(cell, date) else cell
