"""The tables that only a whole unit's form has, as its page shows them: tasks and assets."""

from dataclasses import dataclass
from decimal import Decimal

from apps.core.money import WAN
from apps.filings.models import Comment
from apps.rules.findings import Finding
from apps.rules.numbers import plain, show_wan
from apps.rules.target_form import (
    ASSET_CELLS,
    ASSET_UNITS,
    ASSETS,
    TASK_SOURCES,
    TargetForm,
    TaskLine,
)
from apps.targets.screen_cells import Cell

SPARE_TASKS = 1  # so that a row can be added without JavaScript


@dataclass(frozen=True)
class TaskRow:
    """A row of the table of tasks, amounts in 万元 as text; `index` names its inputs."""

    index: int | str
    number: int | str
    key: str
    cells: dict[str, Cell]
    total: Decimal | None
    comments: list[Comment]


@dataclass(frozen=True)
class AssetRow:
    """What the unit owns of one kind; amount in 万元 as text."""

    label: str
    unit: str
    quantity: Cell
    amount: Cell


@dataclass(frozen=True)
class UnitTables:
    """Both tables with their sums in yuan; `due` is the unit's budget, None while not known."""

    tasks: list[TaskRow]
    spare: list[TaskRow]
    blank: TaskRow  # the pattern of a new row, for grid.js
    sums: dict[str, Decimal]
    due: Decimal | None
    finding: Finding | None
    assets: list[AssetRow]
    assets_finding: Finding | None


def tables_of(
    form: TargetForm,
    budget: dict[str, Decimal],
    marks: dict[str, Finding],
    comments: dict[str, list[Comment]],
) -> UnitTables | None:
    """The tables of a whole unit's form; None for a form without tasks."""
    if not form.shape.has_tasks:
        return None
    rows = [_task(n, task, form, marks, comments) for n, task in enumerate(form.tasks)]
    empty = TargetForm(shape=form.shape)
    spare = [
        _task(n, TaskLine(""), empty, {}, {}) for n in range(len(rows), len(rows) + SPARE_TASKS)
    ]
    sums = {
        source: sum((getattr(task, source) or Decimal(0) for task in form.tasks), Decimal(0))
        for source in TASK_SOURCES
    }
    return UnitTables(
        tasks=rows,
        spare=spare,
        blank=_task("__i__", TaskLine(""), empty, {}, {}),
        sums={**sums, "total": sum(sums.values(), Decimal(0))},
        due=sum(budget.values(), Decimal(0)) if budget else None,
        finding=marks.get("tasks"),
        assets=[_asset(kind, form, marks) for kind in ASSETS],
        assets_finding=marks.get("assets"),
    )


def _task(
    index: int | str,
    task: TaskLine,
    form: TargetForm,
    marks: dict[str, Finding],
    comments: dict[str, list[Comment]],
) -> TaskRow:
    base = f"task:{task.key}"
    texts = {"name": task.name, "content": task.content}
    for source in TASK_SOURCES:
        amount = getattr(task, source)
        typed = form.unread.get(f"{base}.{source}", "")
        texts[source] = typed if amount is None else show_wan(amount, exact=True)
    cells = {
        name: Cell(f"task-{index}-{name}", f"{base}.{name}", text, marks.get(f"{base}.{name}"))
        for name, text in texts.items()
    }
    talk = [c for path, found in comments.items() if path.startswith(base) for c in found]
    has_money = task.fiscal is not None or task.other is not None
    number = index + 1 if isinstance(index, int) else "__n__"
    return TaskRow(index, number, task.key, cells, task.total if has_money else None, talk)


def _asset(kind: str, form: TargetForm, marks: dict[str, Finding]) -> AssetRow:
    cells = {}
    for name in ASSET_CELLS:
        path = f"assets.{kind}.{name}"
        number = form.assets.get(kind, {}).get(name)
        shown = None if number is None else number / (WAN if name == "amount" else 1)
        text = form.unread.get(path, "") if shown is None else plain(shown)
        cells[name] = Cell(f"assets-{kind}-{name}", path, text, marks.get(path))
    return AssetRow(ASSETS[kind], ASSET_UNITS[kind], cells["quantity"], cells["amount"])
