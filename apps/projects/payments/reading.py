"""A kept export as a sheet, what it seems to say, and what in it may not be kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from apps.core import sheets
from apps.core.sheets import Grid
from apps.core.sheets.cells import Raw, as_text
from apps.core.uploads import CSV_TYPE
from apps.jobs import files
from apps.organizations.models import Jurisdiction, Unit
from apps.projects.models import PaymentFile
from apps.rules import payment_export
from apps.rules.errors import RuleError
from apps.rules.payment_export import Reading

SAMPLES = 5
SECRET = ("涉密项目", "涉密单位")
CODE = re.compile(r"[\[(【〔<{]*([0-9]+)")  # that leads a cell
LEAD = re.compile(r"^[\[(【〔<{]*[0-9]+[^\w]*_?")  # with what parts it from the name
CODE_LENGTHS = (3, 6, 9)
SPACE = re.compile(r"\s")
NO_COLUMN = re.compile(r"金额|[:：]")


def grid_of(file: PaymentFile) -> Grid:
    """The kept file's cells. Raises RuleError when nothing is kept or it cannot be read."""
    if file.file is None:
        raise RuleError("文件已从系统删除，请重新上传。", code="payments.no_file")
    with files.opened(file.file) as source:
        content = source.read()
    if file.file.content_type == CSV_TYPE:
        return sheets.read_lines(content)
    return sheets.read_grid(content)


def found_in(grid: Grid) -> dict[str, Any]:
    """What the file seems to say, as JSON for the form. Raises RuleError without a head."""
    reading = payment_export.read(grid.rows)
    if reading.head < 0:
        raise RuleError(
            f"工作表“{grid.sheet}”前{payment_export.HEAD_WITHIN}行里没有找到表头，"
            "应有项目编码或项目名称、金额等列。",
            code="sheet.head",
        )
    return {
        "head": reading.head,
        "labels": list(dict.fromkeys(reading.labels)),
        "columns": reading.columns,
        "is_single": reading.is_single,
        "unit": reading.unit,
        "as_of": reading.as_of.isoformat() if reading.as_of else "",
        "n_rows": max(len(grid.rows) - reading.head - 1, 0),
        "sample": list(_sample(grid, reading)),
    }


def _sample(grid: Grid, reading: Reading) -> Iterator[list[str]]:
    """The head and the first rows below it, as text."""
    for row in grid.rows[reading.head : reading.head + 1 + SAMPLES]:
        yield [as_text(cell)[:30] for cell in row[:12]]


def all_of(file: PaymentFile, first: Grid) -> Iterator[Grid]:
    """Every sheet of the kept file, hidden ones too, beginning with the one that was read."""
    yield first
    if file.file is None or file.file.content_type == CSV_TYPE:
        return
    with files.opened(file.file) as source:
        content = source.read()
    for name in first.names:
        if name != first.sheet:
            yield sheets.read_grid(content, sheet=name)


def secret_rows(grids: Iterable[Grid], region: Jurisdiction) -> str:
    """Where rows of classified units and projects stand, whose money is not kept here (U-35).

    第3、8行; with the sheet's name where it is not the first; empty: nowhere.
    """
    units = _units(region)
    places: list[str] = []
    for is_other, grid in enumerate(grids):
        columns = _unit_columns(grid.rows[: payment_export.HEAD_WITHIN])
        found = [
            str(number)
            for number, row in enumerate(grid.rows, start=1)
            if units.names_one(row) or any(units.has(_cell(row, place)) for place in columns)
        ]
        sheet = f"工作表“{grid.sheet}”" if is_other else ""
        if found:
            places.append(f"{sheet}第{'、'.join(found[:10])}行")
    return "；".join(places[:10])


@dataclass(frozen=True)
class Units:
    """The classified units by name and code, and the codes of all others."""

    names: frozenset[str]
    codes: frozenset[str]
    others: frozenset[str]

    def names_one(self, row: Sequence[Raw]) -> bool:
        """Whether a cell is the name of one, or of a classified project."""
        texts = [_plain(cell) for cell in row if isinstance(cell, str)]
        texts += [LEAD.sub("", text) for text in texts]
        return any(text in self.names or text.startswith(SECRET) for text in texts)

    def has(self, text: str) -> bool:
        """Whether a code such as 299, 299001 or [299]某单位 is one's, of its house or below it."""
        lead = CODE.match(text)
        code = lead.group(1) if lead else ""
        if code in self.codes or code in self.others or len(code) not in CODE_LENGTHS:
            return code in self.codes
        return any(code.startswith(secret) or secret.startswith(code) for secret in self.codes)


def _units(region: Jurisdiction) -> Units:
    rows = Unit.objects.filter(jurisdiction=region)
    told = list(rows.values_list("name", "code", "is_classified"))
    return Units(
        frozenset(_plain(name) for name, _, is_classified in told if is_classified),
        frozenset(code for _, code, is_classified in told if is_classified),
        frozenset(code for _, code, is_classified in told if not is_classified),
    )


def _plain(text: str) -> str:
    """Full-width digits and brackets made half, without spaces."""
    return SPACE.sub("", normalize("NFKC", text))


def _cell(row: Sequence[Raw], place: int) -> str:
    return _plain(as_text(row[place])) if place < len(row) else ""


def _unit_columns(top: Sequence[Sequence[Raw]]) -> set[int]:
    """Where unit codes stand; a title or 单位：万元 above the head is no column."""
    return {
        place
        for row in top
        if sum(1 for cell in row if isinstance(cell, str) and cell.strip()) > 1
        for place, cell in enumerate(row)
        if isinstance(cell, str)
        and ("单位" in cell or "部门" in cell)
        and not NO_COLUMN.search(cell)
    }
