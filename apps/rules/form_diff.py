"""What changed between two revisions of a target form, and the form as one text to hash."""

import json
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar

from apps.rules.form_words import LINE, TASK, asset_label, label, place, show_target
from apps.rules.numbers import plain, show_points, show_wan
from apps.rules.target_form import (
    ASSET_CELLS,
    ASSETS,
    ATTRIBUTES,
    SOURCES,
    SPANS,
    TargetForm,
    TargetLine,
    TaskLine,
)
from apps.rules.target_shapes import PROJECT

__all__ = ["Cell", "FormDiff", "Row", "Section", "canonical", "diff", "place"]

SAME, CHANGED, MOVED, ADDED, REMOVED = "same", "changed", "moved", "added", "removed"
INDICATORS, TASKS = "indicator:", "task:"  # how the paths of keyed rows begin
TITLES = {"head": "一、基本信息", "goals": "三、总体目标", "indicators": "四、绩效指标"}
# The columns a reviewer reads; 指标值 is operator, value and unit together.
COLUMNS: dict[str, Callable[[TargetLine], str]] = {
    "level1": lambda line: line.level1,
    "level2": lambda line: line.level2,
    "name": lambda line: line.name,
    "value": lambda line: show_target(line) or f"{line.operator}{line.unit}",
    "direction": lambda line: line.direction,
    "weight": lambda line: "" if line.weight is None else show_points(line.weight),
    "basis": lambda line: line.basis,
    "evidence": lambda line: line.evidence,
    "mid_value": lambda line: line.mid_value,
}
Keyed = TypeVar("Keyed", TargetLine, TaskLine)
# What 指标值 shows, and fields that show_target leaves out for the operator at hand.
VALUE_FIELDS = ("operator", "value", "value_high", "value_text", "unit")


@dataclass(frozen=True)
class Cell:
    """One column of a row before and after, as shown; empty text means the cell is empty."""

    name: str
    label: str
    old: str
    new: str

    @property
    def is_changed(self) -> bool:
        """Whether a reader sees a difference."""
        return self.old != self.new


@dataclass(frozen=True)
class Row:
    """One line of the comparison. Positions count from 1; None: the row is not in that form."""

    key: str
    place: str
    kind: str
    cells: tuple[Cell, ...]
    old_position: int | None = None
    new_position: int | None = None
    is_moved: bool = False  # also true of a changed row that stands elsewhere among the others
    lead: str = ""  # how the path of a row begins that is named by its key: "indicator:"

    @property
    def path(self) -> str:
        """The row's place in the form, for remarks, returns and findings."""
        return f"{self.lead}{self.key}"

    @property
    def n_changes(self) -> int:
        """How many cells changed, and one for being moved; a row added or removed counts once."""
        if self.kind in (ADDED, REMOVED):
            return 1
        n_cells = sum(1 for cell in self.cells if cell.is_changed)
        return (n_cells if self.kind == CHANGED else 0) + self.is_moved


@dataclass(frozen=True)
class Section:
    """A part of the form with its rows, unchanged ones included."""

    name: str
    title: str
    rows: tuple[Row, ...]

    @property
    def n_changes(self) -> int:
        """Changes in this section."""
        return sum(row.n_changes for row in self.rows)


@dataclass(frozen=True)
class FormDiff:
    """The comparison in the order of the form: head, funds, goals, indicators."""

    sections: tuple[Section, ...]

    @property
    def n_changes(self) -> int:
        """Changes in the whole form: 与第1版有6处不同."""
        return sum(section.n_changes for section in self.sections)

    def section(self, name: str) -> Section:
        """The section called head, funds, goals or indicators."""
        return next(section for section in self.sections if section.name == name)


def diff(old: TargetForm | None, new: TargetForm) -> FormDiff:
    """The new form beside the old one; without an old form everything filled counts as added.

    The new form's shape says which parts are compared.
    """
    shape = new.shape
    before = old or TargetForm(shape=shape)
    money = "tasks" if shape.has_tasks else "funds"
    titles = {"head": TITLES["head"], money: f"二、{shape.money_title}"} | TITLES
    rows = {
        "head": [*(_plain_row(name, before, new) for name in shape.head), *_assets(before, new)],
        "tasks": _keyed_rows(before.tasks, new.tasks, partial(_task_row, before, new)),
        "funds": _fund_rows(before, new),
        "goals": [_plain_row(name, before, new) for name in shape.goals],
        "indicators": _keyed_rows(before.lines, new.lines, partial(_line_row, before, new)),
    }
    return FormDiff(tuple(Section(name, titles[name], tuple(rows[name])) for name in titles))


def canonical(form: TargetForm) -> str:
    """The form's content as one JSON text, equal for equal content: 10 and 10.00 are one number.

    The link to the indicator library is left out: it may be cut later, and what was filed stays.
    """
    shape = form.shape
    content: dict[str, Any] = {
        **({} if shape.code == PROJECT.code else {"shape": shape.code}),  # the first hashes stand
        **{name: getattr(form, name) for name in (*shape.head, *shape.goals)},
        "funds": {
            span: {source: plain(amount) for source, amount in sources.items()}
            for span, sources in form.funds.items()
            if sources and span in shape.spans
        },
        "lines": [_row_content(line) for line in form.lines],
        "unread": form.unread,
    }
    if shape.has_tasks:
        content["tasks"] = [_row_content(task) for task in form.tasks]
    if shape.has_assets:
        content["assets"] = {
            kind: {name: plain(number) for name, number in cells.items()}
            for kind, cells in form.assets.items()
            if cells
        }
    return json.dumps(content, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def _row_content(row: TargetLine | TaskLine) -> dict[str, str | None]:
    names = LINE if isinstance(row, TargetLine) else TASK
    values = {name: getattr(row, name) for name in ("key", *names) if name != "library_id"}
    return {
        name: plain(value) if isinstance(value, Decimal) else value
        for name, value in values.items()
    }


def _plain_row(name: str, old: TargetForm, new: TargetForm) -> Row:
    cell = Cell(name, label(name, new.shape), _shown(name, old), _shown(name, new))
    return Row(name, place(name, new), _kind(cell), (cell,))


def _shown(name: str, form: TargetForm) -> str:
    if name in form.unread:
        return form.unread[name]
    value = getattr(form, name)
    if name == "attribute":
        return ATTRIBUTES.get(form.attribute, form.attribute)
    return "" if value is None else str(value)


def _kind(cell: Cell) -> str:
    if not cell.is_changed:
        return SAME
    if not cell.old:
        return ADDED
    return CHANGED if cell.new else REMOVED


def _fund_rows(old: TargetForm, new: TargetForm) -> list[Row]:
    rows = []
    for span in new.shape.spans:
        whole = Cell(span, f"{SPANS[span]}总额", _fund_total(span, old), _fund_total(span, new))
        # The total follows from its parts and is no change of its own.
        rows.append(Row(f"funds.{span}", place(f"funds.{span}", new), SAME, (whole,)))
        for source, word in SOURCES.items():
            path = f"funds.{span}.{source}"
            cell = Cell(source, word, _fund(path, old), _fund(path, new))
            rows.append(Row(path, place(path, new), _kind(cell), (cell,)))
    return rows


def _fund(path: str, form: TargetForm) -> str:
    _, span, source = path.split(".")
    amount = form.funds.get(span, {}).get(source)
    return form.unread.get(path, "" if amount is None else show_wan(amount, exact=True))


def _fund_total(span: str, form: TargetForm) -> str:
    amounts = form.funds.get(span, {})
    return show_wan(sum(amounts.values(), Decimal(0)), exact=True) if amounts else ""


def _assets(old: TargetForm, new: TargetForm) -> list[Row]:
    rows = []
    for kind in ASSETS if new.shape.has_assets else ():
        for name in ASSET_CELLS:
            path = f"assets.{kind}.{name}"
            cell = Cell(name, asset_label(kind, name), _asset(path, old), _asset(path, new))
            rows.append(Row(path, place(path, new), _kind(cell), (cell,)))
    return rows


def _asset(path: str, form: TargetForm) -> str:
    _, kind, name = path.split(".")
    number = form.assets.get(kind, {}).get(name)
    if number is None:
        return form.unread.get(path, "")
    return show_wan(number, exact=True) if name == "amount" else plain(number)


def _keyed_rows(old: Sequence[Keyed], new: Sequence[Keyed], make: Callable[..., Row]) -> list[Row]:
    """Rows of the new form in their order, each removed row after the row that stood before it."""
    before = {line.key: (position, line) for position, line in enumerate(old, start=1)}
    after = {line.key for line in new}
    moved = _moved([before[line.key][0] for line in new if line.key in before])
    rows = []
    for position, line in enumerate(new, start=1):
        old_position, old_line = before.get(line.key, (None, None))
        rows.append(make(old_line, line, old_position, position, old_position in moved))
    for line in old:
        if line.key not in after:
            old_position = before[line.key][0]
            at = _removed_at(rows, old_position)
            rows.insert(at, make(line, None, old_position, None, False))
    return rows


def _removed_at(rows: list[Row], old_position: int) -> int:
    at = 0
    for index, row in enumerate(rows, start=1):
        if row.old_position is not None and row.old_position < old_position:
            at = index
    return at


def _task_row(
    old: TargetForm,
    new: TargetForm,
    old_task: TaskLine | None,
    new_task: TaskLine | None,
    old_position: int | None,
    new_position: int | None,
    is_moved: bool,
) -> Row:
    task = new_task or old_task or TaskLine("")
    cells = tuple(
        Cell(name, TASK[name], _task_cell(name, old_task, old), _task_cell(name, new_task, new))
        for name in TASK
    )
    kind = _line_kind(old_task, new_task, cells, is_moved)
    where = place(f"task:{task.key}", new if new_task else old)
    return Row(task.key, where, kind, cells, old_position, new_position, is_moved, TASKS)


def _task_cell(name: str, task: TaskLine | None, form: TargetForm) -> str:
    if task is None:
        return ""
    value = getattr(task, name)
    if value is None:
        return form.unread.get(f"task:{task.key}.{name}", "")
    return show_wan(value, exact=True) if isinstance(value, Decimal) else str(value)


def _line_row(
    old: TargetForm,
    new: TargetForm,
    old_line: TargetLine | None,
    new_line: TargetLine | None,
    old_position: int | None,
    new_position: int | None,
    is_moved: bool,
) -> Row:
    line = new_line or old_line or TargetLine("")
    cells = tuple(
        Cell(name, LINE[name], _column(name, old_line, old), _column(name, new_line, new))
        for name in COLUMNS
    )
    kind = _line_kind(old_line, new_line, cells, is_moved)
    where = place(f"indicator:{line.key}", new if new_line else old)
    return Row(line.key, where, kind, cells, old_position, new_position, is_moved, INDICATORS)


def _line_kind(
    old: object | None, new: object | None, cells: Iterable[Cell], is_moved: bool
) -> str:
    if old is None:
        return ADDED
    if new is None:
        return REMOVED
    if any(cell.is_changed for cell in cells):
        return CHANGED
    return MOVED if is_moved else SAME


def _column(name: str, line: TargetLine | None, form: TargetForm) -> str:
    if line is None:
        return ""
    fields = VALUE_FIELDS if name == "value" else (name,)
    unread = [
        form.unread[path]
        for each in fields
        if (path := f"indicator:{line.key}.{each}") in form.unread
    ]
    return " ".join([COLUMNS[name](line), *unread]).strip() if unread else COLUMNS[name](line)


def _moved(positions: list[int]) -> set[int]:
    """Old positions outside the longest run that kept its order: the fewest rows called moved."""
    ends: list[int] = []  # smallest last position of a run of each length
    chains: list[list[int]] = []
    for position in positions:
        length = bisect_left(ends, position)
        chain = [*(chains[length - 1] if length else []), position]
        ends[length : length + 1] = [position]
        chains[length : length + 1] = [chain]
    return set(positions) - set(chains[-1] if chains else [])
