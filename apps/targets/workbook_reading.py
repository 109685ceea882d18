"""Reads the fill-in workbook back: the signed note first, then cell by cell, by label and head."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from openpyxl.utils import get_column_letter

from apps.core import sheets
from apps.core.sheets import CellError, Column, Grid, Meta, Table
from apps.core.sheets.cells import normal, shown
from apps.filings.models import Filing, Revision
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.target_form import ATTRIBUTES, TASK_SOURCES, TargetForm
from apps.rules.target_shapes import Shape
from apps.targets import content, documents, handed, workbook_tasks
from apps.targets.forms import TASK_TEXTS, target_form
from apps.targets.inputs import inputs_of, line_inputs, task_inputs
from apps.targets.workbook import (
    COLUMNS,
    HEAD_SHEET,
    LETTERS,
    LINE_SHEET,
    NUMBER_CELLS,
    WHAT,
    Place,
    head_places,
    meta_of,
    second_levels,
)
from apps.targets.workbook_cells import kept
from apps.targets.workbook_shares import ShareSheet, read_shares

MAX_ROWS = 1_000  # a hundred indicators and what people leave around them
OPERATOR_WORDS = {">=": "≥", "<=": "≤", "＝": "=", "＞": ">", "＜": "<", "大于等于": "≥"}
OPERATOR_WORDS |= {"小于等于": "≤", "等于": "=", "大于": ">", "小于": "<", "不低于": "≥"}


@dataclass
class Reading:
    """A workbook as read: the inputs it stands for, the form, and where each row stood."""

    version: int  # of the save it was made from; 0 when that was another revision
    inputs: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)  # line key → row on the sheet
    head_rows: dict[str, int] = field(default_factory=dict)  # path → row on 基本信息
    task_rows: dict[str, int] = field(default_factory=dict)  # task key → row on its sheet
    shares: ShareSheet | None = None  # of a transfer's workbook

    @property
    def form(self) -> TargetForm:
        """The form, cells that are no numbers kept as typed under `unread`."""
        return target_form(self.inputs)

    def address(self, path: str) -> tuple[str, int, str] | None:
        """Sheet, row and column letter of a path; None for what is no single cell."""
        if path in self.head_rows:
            return HEAD_SHEET, self.head_rows[path], "B"
        lead, _, rest = path.partition(":")
        key, _, name = rest.partition(".")
        if lead == "task" and key in self.task_rows:
            letter = workbook_tasks.LETTERS.get(name, workbook_tasks.LETTERS["name"])
            return workbook_tasks.TASK_SHEET, self.task_rows[key], letter
        if self.shares and (place := self.shares.address(path)):
            return place
        if key not in self.rows:
            return None
        column = "value" if name.startswith("value") else name or "name"
        return LINE_SHEET, self.rows[key], LETTERS.get(column, LETTERS["name"])


def read(file: bytes, filing: Filing, revision: Revision, actor: User) -> Reading:
    """A guarded workbook as inputs of this filing's form.

    Raises RuleError for a foreign, old or changed workbook, for missing sheets or columns, and
    (code "targets.cells", data["errors"]) for cells that can not be kept. Nothing is written.
    """
    wanted = meta_of(filing, revision)
    found = _checked_meta(file, wanted, filing)
    number, _, version = found.mark.partition("/")
    reading = Reading(int(version) if int(number) == revision.number else 0)
    form = content.form_of(revision)
    errors = _read_head(sheets.read_grid(file, sheet=HEAD_SHEET, max_rows=MAX_ROWS), reading, form)
    lines = sheets.read_grid(file, sheet=LINE_SHEET, max_rows=MAX_ROWS)
    errors += _read_lines(lines, reading, form)
    if form.shape.has_tasks:
        tasks = sheets.read_grid(file, sheet=workbook_tasks.TASK_SHEET, max_rows=MAX_ROWS)
        errors += _read_tasks(tasks, reading, form)
    if filing.kind == handed.KIND:
        reading.shares = read_shares(file, filing, actor, reading.form, form)
        errors += reading.shares.errors
    if errors:
        raise RuleError(
            f"有{len(errors)}格放不下，或不是填好的值，见下表。改好后重新上传。",
            code="targets.cells",
            errors=[error.as_dict() for error in errors],
        )
    return reading


def _checked_meta(file: bytes, wanted: Meta, filing: Filing) -> Meta:
    """The signed note, if it is about this form. Raises RuleError naming what differs."""
    found = sheets.read_meta(file)
    if found is None and sheets.META_SHEET in sheets.read_grid(file, max_rows=MAX_ROWS).names:
        raise RuleError(
            "表里的“_模板信息”被改动过，不能确认是哪张表。请重新下载，把填好的内容粘过去。",
            code="sheet.tampered",
        )
    about = (wanted.kind, wanted.unit, wanted.year)
    other = found is not None and found.subject != wanted.subject
    if found and other and (found.kind, found.unit, found.year) == about:
        raise RuleError(
            f"这张表是别的项目的，现在填报“{documents.subject_of(filing)}”。"
            "请打开那个项目的填报页上传，或下载这个项目的表重填。",
            code="sheet.subject",
        )
    whose = f"{filing.unit}（{filing.unit.code}）"
    sheets.check_meta(found, wanted, what=WHAT, whose=whose, required=True)
    assert found is not None  # noqa: S101 (a missing note was refused just above)
    return found


def _read_head(grid: Grid, reading: Reading, form: TargetForm) -> list[CellError]:
    """Each place of 基本信息 by its label. Raises RuleError when a label is missing or double."""
    stored = inputs_of(form)
    errors = []
    for place in head_places(form.shape):
        index = _labelled(grid, place)
        reading.head_rows[place.path] = index + 1
        raw = grid.rows[index][1] if len(grid.rows[index]) > 1 else None
        column = Column(place.name, place.label, sheets.text(place.limit))
        text, error = _text_at(grid, index, 1, column, raw)
        errors += [error] if error else []
        if place.name == "attribute":
            text = {word: code for code, word in ATTRIBUTES.items()}.get(text, text)
        reading.inputs[place.name] = kept(stored[place.name], text, place.is_number)
    return errors


def _labelled(grid: Grid, place: Place) -> int:
    label = normal(place.label)
    rows = [n for n, row in enumerate(grid.rows) if row and normal(row[0]) == label]
    if len(rows) == 1:
        return rows[0]
    what = "有两行" if rows else "缺少"
    raise RuleError(
        f"工作表“{HEAD_SHEET}”{what}“{place.label}”。请重新下载{WHAT}，左边的栏目不要改。",
        code="sheet.head",
    )


def _text_at(
    grid: Grid, index: int, place: int, column: Column, raw: Any
) -> tuple[str, CellError | None]:
    """A cell's text, or why it can not be kept."""
    letter = get_column_letter(place + 1)
    dead = grid.dead.get(f"{letter}{index + 1}")
    try:
        if dead:
            raise sheets.Unread("应为填好的值；公式请在WPS或Excel里算出结果，保存后再传")
        return column.read(raw), None
    except sheets.Unread as error:
        found = dead or shown(raw)
        return "", CellError(grid.sheet, index + 1, letter, column.label, found, error.expected)


def _read_lines(grid: Grid, reading: Reading, form: TargetForm) -> list[CellError]:
    """The indicator rows by column head; known keys stay, doubled or strange ones are replaced."""
    table = sheets.read_table(grid, COLUMNS)
    _demand_columns(table, LINE_SHEET, COLUMNS)
    stored = {line.key: line_inputs(form, line) for line in form.lines}
    for index, row in enumerate(table.rows):
        key = _fresh(row.values["key"], reading.rows)
        reading.rows[key] = row.number
        before = stored.get(key, {})
        cells = _line_cells(row.values, before, form.shape)
        reading.inputs[f"line-{index}-key"] = key
        reading.inputs[f"line-{index}-library_id"] = before.get("library_id", "")
        reading.inputs |= {f"line-{index}-{name}": text for name, text in cells.items()}
    return table.errors


def _demand_columns(table: Table, sheet: str, columns: tuple[Column, ...]) -> None:
    """A column that is gone must not empty its cells."""
    missing = [column.label for column in columns if column.key not in table.letters]
    if missing:
        raise RuleError(
            f"工作表“{sheet}”缺少“{'、'.join(missing)}”列。请重新下载{WHAT}，表头不要改。",
            code="sheet.head",
        )


def _fresh(text: str | None, taken: dict[str, int]) -> str:
    """The row's own key, or a new one where it is none or already taken."""
    try:
        key = str(UUID(text or ""))
    except ValueError:
        key = str(uuid4())
    return str(uuid4()) if key in taken else key


def _line_cells(values: dict[str, Any], before: dict[str, str], shape: Shape) -> dict[str, str]:
    """The row's inputs; a cell nobody touched keeps its stored text to the letter."""
    texts = {c.key: values[c.key] or "" for c in COLUMNS if c.key != "key"}
    texts["level1"] = _short(texts["level1"], tuple(shape.levels))
    texts["level2"] = _short(texts["level2"], second_levels(shape))
    texts["operator"] = OPERATOR_WORDS.get(texts["operator"], texts["operator"])
    return {
        name: kept(before.get(name, ""), text, name in NUMBER_CELLS) for name, text in texts.items()
    }


def _short(text: str, words: tuple[str, ...]) -> str:
    """A level without the 指标 that the paper form adds to it."""
    bare = text.removesuffix("指标")
    return bare if bare in words else text


def _read_tasks(grid: Grid, reading: Reading, form: TargetForm) -> list[CellError]:
    """The tasks by column head, keys as with the indicators."""
    table = sheets.read_table(grid, workbook_tasks.COLUMNS)
    _demand_columns(table, workbook_tasks.TASK_SHEET, workbook_tasks.COLUMNS)
    stored = {task.key: task_inputs(form, task) for task in form.tasks}
    for index, row in enumerate(table.rows):
        key = _fresh(row.values["key"], reading.task_rows)
        reading.task_rows[key] = row.number
        before = stored.get(key, {})
        reading.inputs[f"task-{index}-key"] = key
        for name in (*TASK_TEXTS, *TASK_SOURCES):
            text = row.values[name] or ""
            reading.inputs[f"task-{index}-{name}"] = kept(
                before.get(name, ""), text, name in TASK_SOURCES
            )
    return table.errors
