"""Reads one sheet of a guarded workbook: in a child that can be killed, then cell by cell."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from apps.core.sheets.cells import (
    EMPTY,
    CellError,
    Column,
    Raw,
    Row,
    Table,
    Unread,
    letter,
    normal,
    shown,
)
from apps.core.sheets.child import BROKEN
from apps.core.sheets.child import read as read_here
from apps.core.uploads import MAX_COLUMNS, MAX_ROWS, MAX_TEXT
from apps.rules.errors import RuleError

MEMORY = 1024 * 1024 * 1024  # address space of the child
CPU_SECONDS = 20
WALL_SECONDS = 40
HEAD_WITHIN = 12  # rows in which the head must stand
MAX_ERRORS = 5_000
CHILD = Path(__file__).with_name("child.py")


@dataclass(frozen=True)
class Grid:
    """A sheet's raw cells, row 1 first, and the cells that hold an error or an unsolved formula."""

    sheet: str
    rows: list[list[Raw]]
    dead: dict[str, str]
    names: list[str]


def read_grid(content: bytes, *, sheet: str = "", max_rows: int = MAX_ROWS) -> Grid:
    """The raw cells of a guarded workbook's sheet (the first visible one when none is named).

    Read in a child with memory, CPU and wall limits. Raises RuleError naming the cause.
    """
    with tempfile.NamedTemporaryFile(suffix=".xlsx") as file:
        file.write(content)
        file.flush()
        lines = _ask_child(file.name, sheet, max_rows).splitlines()
    return _grid(json.loads(lines[0]), map(json.loads, lines[1:]), sheet, max_rows)


def read_grid_here(content: bytes, *, sheet: str = "", max_rows: int = MAX_ROWS) -> Grid:
    """The same without a child, for small files of our own making and for the fuzz."""
    try:
        head, rows = read_here(content, sheet, max_rows, MAX_COLUMNS)
        return _grid(head, rows, sheet, max_rows)
    except BROKEN as error:
        raise _broken() from error


def _ask_child(path: str, sheet: str, max_rows: int) -> bytes:
    """Run the script; a child that dies or hangs is a refused file."""
    limits = [str(number) for number in (max_rows, MAX_COLUMNS, MEMORY, CPU_SECONDS)]
    command = [sys.executable, "-I", str(CHILD), path, sheet, *limits]
    try:
        done = subprocess.run(  # noqa: S603 (our own script; the sheet name is one argument)
            command, capture_output=True, timeout=WALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _too_heavy() from error
    if done.returncode == 4 or done.returncode < 0:  # out of memory, or a limit's signal
        raise _too_heavy()
    if done.returncode:
        raise _broken()
    return done.stdout


def _broken() -> RuleError:
    return RuleError(
        "工作簿打不开，内容已损坏。请用WPS或Excel打开后另存再传。", code="sheet.broken"
    )


def _too_heavy() -> RuleError:
    return RuleError(
        "读这个工作簿用的内存或时间超过限度。请新建一个工作簿，只粘贴要报的内容后再传。",
        code="sheet.heavy",
    )


def _grid(head: dict[str, Any], rows: Iterable[list[Any]], sheet: str, max_rows: int) -> Grid:
    """The reader's answer, checked against the caps."""
    if not head["sheet"]:
        names = "、".join(head["names"])
        wanted = f"没有名为“{sheet}”的工作表" if sheet else "没有可见的工作表"
        raise RuleError(f"工作簿里{wanted}，现有：{names or '无'}。", code="sheet.missing")
    high, wide = head["size"]
    if high > max_rows or wide > MAX_COLUMNS:
        raise RuleError(
            f"工作表“{head['sheet']}”有{high}行、{wide}列，"
            f"一次最多{max_rows}行、{MAX_COLUMNS}列。请拆成几个文件再传。",
            code="sheet.extent",
        )
    cells = [[_raw(cell) if type(cell) is list else cell for cell in row] for row in rows]
    return Grid(head["sheet"], cells, head["dead"], head["names"])


def _raw(value: Any) -> Raw:
    """A date that travelled as a list."""
    kind, moment = value
    return datetime.fromisoformat(moment) if kind == "moment" else date.fromisoformat(moment)


def read_table(grid: Grid, columns: Sequence[Column]) -> Table:
    """The rows under the head, read by their columns. Wrong cells are collected, never skipped.

    A row with any wrong cell is left out of `rows`. Raises RuleError when the head does not fit.
    """
    head_row, places = _find_head(grid, columns)
    table = Table(grid.sheet, {key: letter(place) for key, place in places.items()})
    known = {name for column in columns for name in column.names}
    heads = (str(head).strip() for head in grid.rows[head_row] if head not in EMPTY)
    table.ignored = [head for head in heads if normal(head) not in known]
    standing = [(column, places[column.key]) for column in columns if column.key in places]
    blank = dict.fromkeys(column.key for column in columns)
    for index in range(head_row + 1, len(grid.rows)):
        cells = grid.rows[index]
        if all(_blank(cell) for cell in cells) and not _dead_row(grid, index + 1, places):
            continue
        _read_row(grid, table, standing, dict(blank), index)
        if len(table.errors) >= MAX_ERRORS:
            break
    return table


def _blank(cell: Raw) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _dead_row(grid: Grid, number: int, places: dict[str, int]) -> bool:
    if not grid.dead:
        return False
    return any(f"{letter(place)}{number}" in grid.dead for place in places.values())


def _read_row(
    grid: Grid,
    table: Table,
    standing: Sequence[tuple[Column, int]],
    values: dict[str, Any],
    index: int,
) -> None:
    """Append the row, its read cells put into `values`, which are all None; or its wrong cells."""
    cells = grid.rows[index]
    wide = len(cells)
    wrong: list[CellError] = []
    for column, place in standing:
        cell = cells[place] if place < wide else None
        if (cell is None or cell == "") and not (column.required or grid.dead):
            continue  # most cells of a wide list; the full way costs ten times
        try:
            values[column.key] = _value(grid, column, cell, place, index)
        except Unread as error:
            where = letter(place)
            found = grid.dead.get(f"{where}{index + 1}", "" if cell is None else shown(cell))
            example = error.example or column.example
            wrong.append(
                CellError(
                    grid.sheet, index + 1, where, column.label, found, error.expected, example
                )
            )
    if wrong:
        table.errors.extend(wrong)
    else:
        table.rows.append(Row(index + 1, values))


def _value(grid: Grid, column: Column, cell: Raw, place: int, index: int) -> Any:
    """One cell by its column; an empty optional one is None."""
    if grid.dead and f"{letter(place)}{index + 1}" in grid.dead:
        raise Unread("应为填好的值；公式请在WPS或Excel里算出结果，保存后再传")
    if _blank(cell):
        if column.required:
            raise Unread("必须填写")
        return None
    if isinstance(cell, str) and len(cell) > MAX_TEXT:
        raise Unread(f"一格最多{MAX_TEXT}个字")
    return column.read(cell)


# --- the head -------------------------------------------------------------------------------
def _find_head(grid: Grid, columns: Sequence[Column]) -> tuple[int, dict[str, int]]:
    """The head's row and each column's place, by label. Raises RuleError naming what is wrong."""
    best, best_hits = -1, 0
    for index, row in enumerate(grid.rows[:HEAD_WITHIN]):
        present = {normal(cell) for cell in row if not _blank(cell)}
        hits = sum(1 for column in columns if column.names & present)
        if hits > best_hits:
            best, best_hits = index, hits
    required = [column for column in columns if column.required]
    if best < 0:
        raise RuleError(
            f"工作表“{grid.sheet}”前{HEAD_WITHIN}行里没有找到表头，"
            f"应有：{_labels(required or columns)}。请用本系统的模板填写。",
            code="sheet.head",
        )
    return best, _places(grid, best, columns)


def _places(grid: Grid, head_row: int, columns: Sequence[Column]) -> dict[str, int]:
    """Where each column stands; a missing or double head is refused by its name."""
    places: dict[str, int] = {}
    missing: list[Column] = []
    where = f"工作表“{grid.sheet}” 第{head_row + 1}行表头"
    for column in columns:
        found = [
            index for index, cell in enumerate(grid.rows[head_row]) if normal(cell) in column.names
        ]
        if len(found) > 1:
            letters = "列、".join(letter(index) for index in found)
            raise RuleError(
                f"{where}：{letters}列都是“{column.label}”，只能有一列。请删掉多余的列。",
                code="sheet.head",
            )
        if found:
            places[column.key] = found[0]
        elif column.required:
            missing.append(column)
    if missing:
        raise RuleError(
            f"{where}：缺少“{_labels(missing)}”列。请补上，或用模板重填。", code="sheet.head"
        )
    return places


def _labels(columns: Iterable[Column]) -> str:
    return "、".join(column.label for column in columns)
