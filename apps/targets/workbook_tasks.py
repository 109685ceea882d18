"""The sheet of a whole unit's tasks in the fill-in workbook: its columns, and how it is written."""

from __future__ import annotations

from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Protection

from apps.core import sheets
from apps.core.sheets import Column
from apps.core.sheets.templates import THIN, fill_page
from apps.rules.form_words import TASK
from apps.rules.target_form import TASK_SOURCES, TargetForm
from apps.targets.forms import TASK_TEXTS
from apps.targets.inputs import task_inputs
from apps.targets.workbook_cells import cell_value

TASK_SHEET = "年度主要任务"
SPARE_ROWS = 10
WIDTHS = {"name": 28, "content": 60, "fiscal": 16, "other": 16}
COLUMNS = (
    Column("key", "行标识（勿改）", sheets.text(60), width=12),
    *(
        Column(name, TASK[name], sheets.text(limit), width=WIDTHS[name])
        for name, limit in TASK_TEXTS.items()
    ),
    *(
        Column(name, f"{TASK[name]}（万元）", sheets.text(60), width=WIDTHS[name])
        for name in TASK_SOURCES
    ),
)
LETTERS = dict(zip((column.key for column in COLUMNS), "ABCDE", strict=True))


def write_tasks(book: Workbook, form: TargetForm, title: str) -> None:
    """The tasks as the second sheet; the key column is hidden, spare rows are ruled."""
    page = book.create_sheet(TASK_SHEET, 1)
    fill_page(page, COLUMNS, title="", rows=(_cells(form, task) for task in form.tasks))
    page.column_dimensions["A"].hidden = True
    page.cell(1, 2).value = title
    page.cell(1, 2).font = Font(bold=True, size=14)
    for row in range(3, 3 + len(form.tasks) + SPARE_ROWS):
        for place in range(1, len(COLUMNS) + 1):
            cell = page.cell(row, place)
            cell.border = Border(THIN, THIN, THIN, THIN)
            cell.alignment = Alignment(wrap_text=True, vertical="center")
            cell.protection = Protection(locked=False)


def _cells(form: TargetForm, task: Any) -> list[Any]:
    texts = task_inputs(form, task)
    return [cell_value(texts[column.key], column.key in TASK_SOURCES) for column in COLUMNS]
