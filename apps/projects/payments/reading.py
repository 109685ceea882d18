"""A kept export as a sheet, what it seems to say, and what in it may not be kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

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


def secret_rows(grid: Grid, region: Jurisdiction) -> list[int]:
    """Rows of classified units and projects, whose money is not kept here (U-35)."""
    units = Unit.objects.filter(jurisdiction=region, is_classified=True)
    names, codes = {unit.name for unit in units}, {unit.code for unit in units}
    places = _unit_columns(grid.rows[: payment_export.HEAD_WITHIN])
    return [
        number
        for number, row in enumerate(grid.rows, start=1)
        if _is_secret(row, names) or any(_code(row, place) in codes for place in places)
    ]


def _is_secret(row: Sequence[Raw], names: set[str]) -> bool:
    texts = [cell.strip() for cell in row if isinstance(cell, str)]
    return any(text in names or text.startswith(SECRET) for text in texts)


def _unit_columns(top: Sequence[Sequence[Raw]]) -> set[int]:
    """Where unit codes stand."""
    return {
        place
        for row in top
        for place, cell in enumerate(row)
        if isinstance(cell, str) and ("单位" in cell or "部门" in cell) and "金额" not in cell
    }


def _code(row: Sequence[Raw], place: int) -> str:
    """The digits that lead a cell such as 299 or 299-某单位."""
    text = as_text(row[place]) if place < len(row) else ""
    lead = text.split("-")[0].split(" ")[0]
    return lead if lead.isdigit() else ""
