"""A grid of cells, from a workbook or from copied text, as the record of a table (DOMAIN 1.5).

Cells are found by their labels: columns may be shifted, labels merged over several columns, rows
of the form added or left out. A value stands under its label or in the columns up to the next.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple

from apps.rules.errors import RuleError
from apps.rules.table_checks.values import number_of, parse

Cell = str | Decimal | None
Grid = Sequence[Sequence[Cell]]
SPACES = re.compile(r"\s+")
ASIDE = re.compile(r"[（(][^（）()]*[)）]")
YEAR = re.compile(r"(20\d\d)\s*年?度(?!.{0,4}公开)")
GRADE = re.compile("(?:自评|评价|绩效|评定)*(?:等级|等次)")
POINTS = re.compile(r"[（(]\s*(\d+(?:\.\d+)?)\s*分?\s*[)）]")
HEADS = {
    "l1": re.compile("一级指标"),
    "l2": re.compile("二级指标"),
    "l3": re.compile("三级指标|(?:绩效|考核)?指标(?:名称|内容)"),
    "op": re.compile("(?:指标)?性质|[运计]算符号?"),
    "target": re.compile("(?:年度|年初|全年|绩效|预期|计划|设定|设定的)*(?:指标值|目标值)"),
    "revised": re.compile("(?:全年)?调整后?的?(?:指标值|目标值)"),
    "unit": re.compile("(?:度量|计量)?单位"),
    "actual": re.compile(
        "(?:全年|年度|年末|自评)*(?:实际)?完成(?:值|情况)?|(?:全年|年度)?实际(?:指标|完成)?值"
    ),
    "weight": re.compile("(?:指标)?(?:分值|权重)(?:权重)?|标准分值?|满分"),
    "score": re.compile("(?:指标|自评|实际|评价)?得分|自评分值?"),
    "deviation": re.compile("(?:偏差|未完成|扣分|未达标)?原因.*|偏差.*原因.*|备注|说明"),
}
FUND_HEADS = {
    "initial": re.compile("年初预算[数额]?"),
    "adjusted": re.compile("(?:全年|年度|调整后?|全年调整后?)?预算[数额]"),
    "executed": re.compile("(?:全年|年度|预算)?执行[数额]|(?:全年)?(?:实际)?支出[数额]?"),
    "weight": re.compile("分值|(?:执行率)?权重"),
    "rate": re.compile("(?:预算|资金)?执行率"),
    "score": re.compile("(?:执行率)?得分"),
}
TOTAL_ROWS = re.compile("(?:年度|预算|项目|全年)*(?:资金)?(?:总额|合计|总计|总预算)")
KEPT = ("l1", "l2", "l3", "target", "actual", "weight", "score")  # of each row, blank or not
VALUES = ("target", "actual", "weight", "score")
END_ROWS = re.compile("(?:自评|综合|绩效|评价)*(?:总分|总得分|合计|总计|得分合计|得分)(?:值|数)?")
HEAD_WORDS = {
    "project": ("项目名称",),
    "unit": ("实施单位", "项目单位", "项目实施单位", "部门（单位）名称", "填报单位"),
}
GOALS = ("年度总体目标", "总体目标", "预期目标", "绩效目标")
SURE = re.compile("调整|全年")  # of two labels of a kind the column, not the caption beside it
SHARE = Decimal("1.5")  # above, a number is percent already
FAR = 3  # rows below a head in which its second line may stand


class Columns(NamedTuple):
    """Where a block of the form stands: the head's row and, by key, its columns from–to."""

    row: int
    places: dict[str, tuple[int, int]]

    def cell(self, cells: Sequence[Cell], key: str) -> Cell:
        """What stands under the label; several cells under one label are read as one text."""
        if key not in self.places:
            return None
        first, last = self.places[key]
        held = [cell for cell in cells[first:last] if not _blank(cell)]
        if len(held) <= 1:
            return held[0] if held else None
        return "".join(_shown(cell) for cell in held)


def record(grid: Grid) -> dict[str, Any]:
    """The printed part of a record. Raises RuleError when the grid holds no such table."""
    rows = _columns(grid, HEADS, ("l3", "score"), ("target", "actual", "weight"))
    if rows is None:
        raise RuleError(
            "没有找到自评表：应有一行表头含“三级指标”“年度指标值”“实际完成值”“分值”“得分”。",
            code="table.no_head",
        )
    funds = _columns(grid[: rows.row], FUND_HEADS, ("executed",), ("adjusted", "initial"))
    indicators, levels, total = _indicators(grid, rows)
    return {
        **_head(grid[: rows.row]),
        "amounts": _amounts(grid[: rows.row], funds),
        "indicators": indicators,
        "l1_weights_declared": levels,
        "total": total,
        "grade": _grade(grid),
        "partial": False,
    }


def holds_table(grid: Grid) -> bool:
    """Whether a head of indicators with scores stands in the grid."""
    return _columns(grid, HEADS, ("l3", "score"), ("target", "actual", "weight")) is not None


# --- labels ------------------------------------------------------------------------------------
def _blank(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def _shown(cell: Cell) -> str:
    return format(cell, "f") if isinstance(cell, Decimal) else str(cell or "").strip()


def _label(cell: Cell) -> str:
    """The words of a label without spaces and what stands in brackets."""
    return ASIDE.sub("", SPACES.sub("", str(cell))).rstrip("：:") if isinstance(cell, str) else ""


def _columns(
    grid: Grid, heads: dict[str, re.Pattern[str]], every: tuple[str, ...], some: tuple[str, ...]
) -> Columns | None:
    """The first row with all of `every` and one of `some`; a head of two lines is read as one.

    A head begins with one of `every`; what both lines name stands where the lower one says.
    """
    named = [_named(cells, heads) for cells in grid]
    for at, found in enumerate(named):
        below = at
        for lower in range(at + 1, min(at + FAR, len(grid))):
            if set(every) & set(found) and set(every) - set(found):
                below = lower if set(named[lower]) - set(found) else below
                found = {**found, **named[lower]}
        if set(every) <= set(found) and set(some) & set(found):
            return Columns(below, _spans(found, grid[at : below + 1]))
    return None


def _named(cells: Sequence[Cell], heads: dict[str, re.Pattern[str]]) -> dict[str, int]:
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        word = _label(cell)
        key = next((key for key, name in heads.items() if word and name.fullmatch(word)), "")
        if key and (key not in found or SURE.search(word)):
            found[key] = place
    return found


def _spans(found: dict[str, int], head: Grid) -> dict[str, tuple[int, int]]:
    """Each label's columns reach to the next label, a known one or not; the last has its own."""
    held = {place for cells in head for place, cell in enumerate(cells) if not _blank(cell)}
    starts = sorted(held | set(found.values()))
    after = dict(pairwise(starts))
    return {key: (place, after.get(place, place + 1)) for key, place in found.items()}


# --- head and money ----------------------------------------------------------------------------
def _head(grid: Grid) -> dict[str, Any]:
    """Year, project and unit: beside their labels, or in the title."""
    told: dict[str, Any] = {"project": "", "unit": "", "year": None}
    for cells in grid:
        for place, cell in enumerate(cells):
            if isinstance(cell, str) and told["year"] is None and (found := YEAR.search(cell)):
                told["year"] = Decimal(found[1])
            for key, words in HEAD_WORDS.items():
                if not told[key] and (_label(cell) in words or SPACES.sub("", str(cell)) in words):
                    told[key] = _next(cells, place)
    return told


def _grade(grid: Grid) -> str:
    """The grade beside its label, wherever it stands."""
    marked = (
        _next(cells, place)
        for cells in grid
        for place, cell in enumerate(cells)
        if GRADE.fullmatch(_label(cell))
    )
    return next(marked, "")


def _next(cells: Sequence[Cell], place: int) -> str:
    return next((_shown(cell) for cell in cells[place + 1 :] if not _blank(cell)), "")


def _amounts(grid: Grid, funds: Columns | None) -> dict[str, Any]:
    if funds is None:
        return {}
    first = min(place for place, _ in funds.places.values())
    total: dict[str, Any] = {}
    lines: list[dict[str, Any]] = []
    for cells in grid[funds.row + 1 :]:
        name = next((_label(cell) for cell in reversed(cells[:first]) if _label(cell)), "")
        if name in GOALS or any(_label(cell) in GOALS for cell in cells[:first]):
            break
        row = {key: _money(funds.cell(cells, key)) for key in FUND_HEADS}
        row["rate"] = _percent(row["rate"])
        if not any(value is not None for value in row.values()):
            continue
        if not total and (TOTAL_ROWS.fullmatch(name) or not lines):
            total = _of_total(row)
        else:
            lines.append({"name": name, **row})
    return {"unit": _unit(grid), **total, "lines": lines}


def _of_total(row: dict[str, Any]) -> dict[str, Any]:
    keys = {"weight": "exec_weight", "rate": "exec_rate_published", "score": "exec_score"}
    return {keys.get(key, key): value for key, value in row.items()}


def _percent(cell: Cell) -> Cell:
    """A rate kept by the spreadsheet as a share, which it shows in percent."""
    is_share = isinstance(cell, Decimal) and 0 < cell <= SHARE
    return (cell * 100).normalize() if is_share and isinstance(cell, Decimal) else cell


def _money(cell: Cell) -> Cell:
    """The cell without a dash that stands for nothing."""
    return None if parse(cell).is_empty else cell


def _unit(grid: Grid) -> str:
    """元 only where the form says so and says nothing of 万元."""
    text = "".join(
        SPACES.sub("", cell) for cells in grid for cell in cells if isinstance(cell, str)
    )
    if "万元" in text:
        return "万元"
    return "元" if re.search(r"[（(：:]元[)）]?", text) else "万元"


# --- indicators --------------------------------------------------------------------------------
def _indicators(
    grid: Grid, columns: Columns
) -> tuple[list[dict[str, Any]], dict[str, str], dict[str, Any]]:
    """Rows to the total; names of levels hold until the next one is printed."""
    rows: list[dict[str, Any]] = []
    levels: dict[str, str] = {}
    held = {"l1": "", "l2": ""}
    below = _of_table(grid[columns.row + 1 :])
    ends = [at for at, cells in enumerate(below) if _ends(cells, columns)]
    for at, cells in enumerate(below):
        if ends and at == ends[-1]:
            weight, score = columns.cell(cells, "weight"), columns.cell(cells, "score")
            return rows, levels, {"weight": weight, "score": score}
        if at in ends:
            continue  # a subtotal
        row: dict[str, Any] = {
            key: columns.cell(cells, key) for key in HEADS if key in columns.places or key in KEPT
        }
        revised = row.pop("revised", None)
        row["target"] = row["target"] if _blank(revised) else revised
        _hold(row, held, levels)
        if _is_row(row) and _named(cells, HEADS).get("l3") is None:
            rows.append({**row, **held, "l3": _shown(row["l3"]) or held["l2"]})
    return rows, levels, {}


def _of_table(grid: Grid) -> Grid:
    """The rows before the head of another table."""
    heads = (at for at, cells in enumerate(grid) if {"l3", "score"} <= set(_named(cells, HEADS)))
    return grid[: next(heads, len(grid))]


def _is_row(row: dict[str, Any]) -> bool:
    """Whether the cells are of an indicator; one without a name goes by its second level."""
    if not _blank(row["l3"]):
        return any(not _blank(row[key]) for key in VALUES)
    is_measured = not (_blank(row["target"]) and _blank(row["actual"]))
    is_weighed = not (_blank(row["weight"]) and _blank(row["score"]))
    return not _blank(row["l2"]) and is_measured and is_weighed


def _hold(row: dict[str, Any], held: dict[str, str], levels: dict[str, str]) -> None:
    """Note the levels that the row names, and the points beside a first level."""
    level1, level2 = row["l1"], row["l2"]
    if isinstance(level1, str) and level1.strip():
        held["l1"], held["l2"] = SPACES.sub("", level1), ""
        if points := POINTS.search(level1):
            levels[held["l1"]] = points[1]
    if isinstance(level2, str) and level2.strip():
        held["l2"] = SPACES.sub("", ASIDE.sub("", level2)).removesuffix("指标")


def _ends(cells: Sequence[Cell], columns: Columns) -> bool:
    """Whether this is the row of the total: its label stands where names stand."""
    values = [columns.places[key][0] for key in VALUES if key in columns.places]
    words = [_label(cell) for cell in cells[: max(min(values), 1)] if not _blank(cell)]
    has_number = any(number_of(columns.cell(cells, key)) is not None for key in ("weight", "score"))
    return has_number and len(words) == 1 and bool(END_ROWS.fullmatch(words[0]))


def grid_of(text: str, mark: str = "\t") -> list[list[Cell]]:
    """Copied text as cells parted by the mark; a quoted cell may hold lines and marks.

    A quote that is never closed is a mark like any other.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    try:
        quoted: list[list[Cell]] = [list(row) for row in reader]
    except csv.Error:
        quoted = []
    if quoted and holds_table(quoted):
        return quoted
    return [list(line.split(mark)) for line in text.splitlines()]
