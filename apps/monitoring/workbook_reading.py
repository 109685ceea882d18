"""Reads the fill-in workbook back: the signed note first, then cell by cell, by key and head."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.core import sheets
from apps.core.sheets import CellError, Column, Table
from apps.filings.models import Filing, Revision
from apps.monitoring import content, nodes
from apps.monitoring.forms import TEXTS, node_form
from apps.monitoring.inputs import inputs_of
from apps.monitoring.workbook import (
    LINE_SHEET,
    LINE_TYPED,
    MONEY_SHEET,
    MONEY_TYPED,
    WHAT,
    YES,
    line_columns,
    meta_of,
    money_columns,
)
from apps.rules.errors import RuleError
from apps.rules.monitoring import CAUSES, NodeForm
from apps.rules.monitoring.parameters import JOINED

MAX_ROWS = 1_000
UNKNOWN = "这一行不是表里原有的，系统认不出。请重新下载，不要增加行"


@dataclass
class Reading:
    """A workbook as read: the inputs it stands for, and where each cell stood."""

    version: int  # of the save it was made from; 0 when that was another revision
    inputs: dict[str, str] = field(default_factory=dict)
    places: dict[str, tuple[str, int, str]] = field(default_factory=dict)  # path → cell
    errors: list[CellError] = field(default_factory=list)

    @property
    def form(self) -> NodeForm:
        """The form, cells that are no numbers kept as typed under `unread`."""
        return node_form(self.inputs)


def read(file: bytes, filing: Filing, revision: Revision) -> Reading:
    """A guarded workbook as inputs of this filing's form; what it lacks stays as it is stored.

    Raises RuleError for a foreign, old or changed workbook, for missing sheets or columns, and
    (code "monitoring.cells", data["errors"]) for cells that cannot be kept. Nothing is written.
    """
    wanted = meta_of(filing, revision)
    found = sheets.read_meta(file)
    whose = f"{filing.unit}（{filing.unit.code}）"
    sheets.check_meta(found, wanted, what=WHAT, whose=whose, required=True)
    assert found is not None  # noqa: S101 (a missing note was refused just above)
    if found.subject != wanted.subject:
        raise RuleError(
            f"这张表是别的项目或节点的，现在填报“{filing.assignment.project or filing.unit}”。"
            "请下载这一份的表重填。",
            code="sheet.subject",
        )
    number, _, version = found.mark.partition("/")
    form, node = content.form_of(revision), nodes.node_of(filing)
    reading = Reading(int(version) if int(number) == revision.number else 0, inputs_of(form))
    _read_money(_table(file, MONEY_SHEET, money_columns(node)), reading, form)
    _read_lines(_table(file, LINE_SHEET, line_columns(node)), reading, form)
    if reading.errors:
        raise RuleError(
            f"有{len(reading.errors)}格放不下，或不是填好的值，见下表。改好后重新上传。",
            code="monitoring.cells",
            errors=[error.as_dict() for error in reading.errors],
        )
    return reading


def _table(file: bytes, sheet: str, columns: tuple[Column, ...]) -> Table:
    """A sheet's rows. Raises RuleError where a column is gone: that must not empty its cells."""
    table = sheets.read_table(sheets.read_grid(file, sheet=sheet, max_rows=MAX_ROWS), columns)
    missing = [column.label for column in columns if column.key not in table.letters]
    if missing:
        raise RuleError(
            f"工作表“{sheet}”缺少“{'、'.join(missing)}”列。请重新下载{WHAT}，表头不要改。",
            code="sheet.head",
        )
    return table


def _read_money(table: Table, reading: Reading, form: NodeForm) -> None:
    reading.errors += table.errors
    for row in table.rows:
        key = row.values["key"] or ""
        if form.fund(key) is None:
            reading.errors.append(_unknown(table, row.number, row.values["fund"]))
            continue
        for name in MONEY_TYPED:
            reading.inputs[f"money-{key}-{name}"] = row.values[name] or ""
            reading.places[f"money.{key}.{name}"] = (table.sheet, row.number, table.letters[name])


def _read_lines(table: Table, reading: Reading, form: NodeForm) -> None:
    reading.errors += table.errors
    numbers = {row.key: number for number, row in enumerate(form.lines)}
    for row in table.rows:
        key = row.values["key"] or ""
        if key not in numbers:
            reading.errors.append(_unknown(table, row.number, row.values["name"]))
            continue
        _take(reading, f"line-{numbers[key]}", row.values)
        for name in LINE_TYPED:
            place = (table.sheet, row.number, table.letters[name])
            reading.places[f"indicator:{key}.{name}"] = place


def _take(reading: Reading, base: str, values: Mapping[str, Any]) -> None:
    """One row's cells as inputs; a box that is not ticked has none."""
    for name in ("actual", "forecast", *TEXTS):
        reading.inputs[f"{base}-{name}"] = values[name] or ""
    chosen = set(JOINED.split((values["causes"] or "").strip()))
    for number, word in enumerate(CAUSES):
        reading.inputs[f"{base}-cause_{number}"] = "on" if word in chosen else ""
    reading.inputs[f"{base}-not_due"] = "on" if values["not_due"] == YES else ""


def _unknown(table: Table, row: int, found: str | None) -> CellError:
    return CellError(table.sheet, row, "", "行标识", found or "", UNKNOWN)
