"""The posted grid of a decomposition: every cell is read, what is wrong is said at its place."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from apps.filings.cells import clean
from apps.rules.decomposition import Value, Way, way_of
from apps.rules.errors import RuleError
from apps.rules.numbers import parse_number, parse_wan, plain, show_wan
from apps.rules.target_form import TargetLine
from apps.targets.handed import Share, upper_of
from apps.targets.handing import ShareIn

INPUT = re.compile(r"share-(\d{1,4})-(key|code|amount|v-[0-9a-f-]{36})")
ENDS = re.compile(r"[–—~～至]|(?<=\d)-(?=\d)")
SPARE = 3  # rows to add without JavaScript


@dataclass(frozen=True)
class GridCell:
    """An input of the grid with its text as typed or stored, and what is wrong with it."""

    name: str
    label: str
    text: str
    error: str = ""


@dataclass(frozen=True)
class GridRow:
    """One recipient; an empty one is there to be filled in."""

    key_name: str
    key: str
    title: str
    code: GridCell
    amount: GridCell
    values: list[GridCell]


@dataclass
class Grid:
    """What was posted: rows that can be stored, and errors by input."""

    rows: list[ShareIn] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)  # of the rows, as their inputs name them


def read(data: Mapping[str, str], lines: Sequence[TargetLine]) -> Grid:
    """The rows that say anything, in their order; inputs `share-<n>-<cell>`."""
    typed: dict[int, dict[str, str]] = {}
    for name in data:
        if match := INPUT.fullmatch(name):
            typed.setdefault(int(match[1]), {})[match[2]] = clean(data[name], 60)
    grid = Grid()
    for number, row in sorted(typed.items()):
        if any(text for cell, text in row.items() if cell != "key"):
            grid.rows.append(_row(grid, number, row, lines))
            grid.numbers.append(number)
    return grid


def _row(grid: Grid, number: int, row: dict[str, str], lines: Sequence[TargetLine]) -> ShareIn:
    amount, values = Decimal(0), {}
    if not row.get("code"):
        grid.errors[f"share-{number}-code"] = "未填。请填单位编码、项目编码或地区编码。"
    try:
        amount = parse_wan(row.get("amount", ""))
    except RuleError as error:
        grid.errors[f"share-{number}-amount"] = str(error)
    for line in lines:
        text = row.get(f"v-{line.key}", "")
        try:
            if text:
                values[line.key] = _value(line, text)
        except RuleError as error:
            grid.errors[f"share-{number}-v-{line.key}"] = str(error)
    return ShareIn(row.get("code", ""), amount, values, row.get("key", ""))


def _value(line: TargetLine, text: str) -> Value:
    """A number; of 区间 two ends, of 定性 the percent of completion."""
    if line.operator == "区间":
        ends = ENDS.split(text)
        if len(ends) != 2:
            raise RuleError(f"填“{text}”，应为两端，例如18–22。", code="share.range")
        return Value(parse_number(ends[0]), parse_number(ends[1]))
    return Value(parse_number(text.rstrip("%％") if line.operator == "定性" else text))


# --- on the page ------------------------------------------------------------------------------
def grid_of(
    shares: Sequence[Share],
    lines: Sequence[TargetLine],
    data: Mapping[str, str] | None = None,
    errors: Mapping[str, str] | None = None,
) -> list[GridRow]:
    """The rows as they stand, or as they were typed, and empty ones to add."""
    titles = {share.code: str(share.recipient) for share in shares}
    texts = inputs_of(shares) if data is None else {n: clean(data[n], 60) for n in data}
    numbers = [int(m[1]) for n in texts if (m := INPUT.fullmatch(n))]
    count = max(numbers, default=-1) + 1 + (SPARE if data is None else 0)
    return [_grid_row(number, lines, texts, errors or {}, titles) for number in range(count)]


def inputs_of(shares: Sequence[Share]) -> dict[str, str]:
    """The shares as the inputs that `read` takes."""
    texts = {}
    for number, share in enumerate(shares):
        texts[f"share-{number}-key"] = share.key
        texts[f"share-{number}-code"] = share.code
        texts[f"share-{number}-amount"] = show_wan(share.amount, exact=True)
        for key, value in share.values.items():
            high = "" if value.high is None else f"–{plain(value.high)}"
            texts[f"share-{number}-v-{key}"] = f"{plain(value.value)}{high}"
    return texts


def _grid_row(
    number: int,
    lines: Sequence[TargetLine],
    texts: Mapping[str, str],
    errors: Mapping[str, str],
    titles: Mapping[str, str],
) -> GridRow:
    base = f"share-{number}"
    code = texts.get(f"{base}-code", "")
    title = titles.get(code, "")

    def cell(name: str, label: str) -> GridCell:
        full = f"{base}-{name}"
        where = title or f"第{number + 1}行"
        return GridCell(full, f"{where} {label}", texts.get(full, ""), errors.get(full, ""))

    return GridRow(
        key_name=f"{base}-key",
        key=texts.get(f"{base}-key", ""),
        title=title,
        code=cell("code", "编码"),
        amount=cell("amount", "资金（万元）"),
        values=[cell(f"v-{line.key}", line.name) for line in lines],
    )


def hint_of(line: TargetLine) -> str:
    """What belongs into the column, below its head."""
    way = way_of(upper_of(line))
    unit = "完成比例%" if way == Way.BAND else line.unit
    return f"{way}　{unit}"
