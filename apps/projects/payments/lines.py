"""The rows of an export by their confirmed columns: each with its project, day, source, yuan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from apps.core import sheets
from apps.core.sheets import CellError, Column, Grid, Row, Table
from apps.core.sheets.cells import Raw, as_text, normal
from apps.projects.executions import day_refusal
from apps.projects.imports import plans
from apps.projects.imports.columns import code_reader
from apps.projects.models import FundLine, PaymentFile, Project, ProjectYear
from apps.rules import payment_export
from apps.rules.numbers import CENT, WAN

Funds = dict[tuple[int, str], Decimal]  # by project and source; empty source: all together


@dataclass(frozen=True, slots=True)
class Line:
    """One row that is right, in yuan."""

    number: int
    project: Project
    fund: str
    on: date
    amount: Decimal
    voucher: str


@dataclass
class Known:
    """What the database holds for the projects of the file."""

    by_code: dict[str, Project] = field(default_factory=dict)
    by_name: dict[str, list[Project]] = field(default_factory=dict)
    budgets: Funds = field(default_factory=dict)


@dataclass
class Lines:
    """The file's rows with what is wrong in them, and the totals that it prints itself."""

    table: Table
    known: Known
    rows: list[Line] = field(default_factory=list)
    totals: list[Decimal] = field(default_factory=list)  # of its 合计 rows, in yuan
    misnamed: list[tuple[Line, str]] = field(default_factory=list)  # code of one, name of another


def read(grid: Grid, file: PaymentFile, step: plans.Step | None = None) -> Lines:
    """Every row, read and matched; wrong cells are in the table's errors."""
    data, totals = _parted(grid, int(file.found.get("head", -1)))
    table = plans.read(data, columns(file))
    found = Lines(table, _known(table, file))
    seen: dict[Any, int] = {}
    for done, row in enumerate(table.rows):
        line = _line(row, found, file)
        if isinstance(line, Line) and file.kind == PaymentFile.Kind.CUMULATIVE:
            line = _once(line, seen, found)
        if isinstance(line, Line):
            found.rows.append(line)
            if _is_misnamed(line, row.values.get("name")):
                found.misnamed.append((line, row.values["name"]))
        if step and done % 1_000 == 0:
            step(done, len(table.rows))
    found.totals = list(_amounts(totals, table, file))
    return found


def columns(file: PaymentFile) -> list[Column]:
    """The confirmed columns, with how their cells are read."""
    readers: dict[str, sheets.Reader] = {
        "code": code_reader(file.jurisdiction),
        "name": sheets.text(120),
        "as_of": _remembered(sheets.day()),
        "amount": amount_reader(file.unit),
        "fund": _remembered(_fund),
        "voucher": sheets.text(60),
    }
    both = {"code", "name"} <= set(file.columns)
    return [
        Column(key, label, readers[key], required=not (both and key in ("code", "name")))
        for key, label in file.columns.items()
    ]


def amount_reader(unit: str) -> sheets.Reader:
    """An amount in the file's unit as yuan; a refund is negative."""
    is_wan = unit == PaymentFile.Unit.WAN
    plain = sheets.number(6 if is_wan else 2, None)

    def read(value: Raw) -> Decimal:
        amount: Decimal = plain(value)
        return (amount * WAN if is_wan else amount).quantize(CENT)

    return read


def _remembered(reader: sheets.Reader) -> sheets.Reader:
    """The same reader for a column whose few values come again and again."""
    seen: dict[Raw, Any] = {}

    def read(value: Raw) -> Any:
        if value not in seen:
            seen[value] = reader(value)
        return seen[value]

    return read


def _fund(value: Raw) -> str:
    found = payment_export.fund_of(as_text(value))
    if found is None:
        raise sheets.Unread(f"应写明{payment_export.FUND_WORDS}中的一种")
    return found


def _parted(grid: Grid, head: int) -> tuple[Grid, list[list[Raw]]]:
    """The sheet without the 合计 and 小计 rows below its head, and the 合计 rows."""
    rows, totals = list(grid.rows), []
    for index, row in enumerate(grid.rows):
        kind = payment_export.total_kind(row) if index > head else ""
        if kind:
            rows[index] = []
        if kind == "total":
            totals.append(row)
    return replace(grid, rows=rows), totals


def _amounts(rows: list[list[Raw]], table: Table, file: PaymentFile) -> Iterator[Decimal]:
    """The printed totals; a cell that is no number is no total."""
    place = _place(table.letters["amount"])
    read = amount_reader(file.unit)
    for row in rows:
        cell = row[place] if place < len(row) else None
        try:
            yield read(cell)
        except sheets.Unread:
            continue


def _place(letters: str) -> int:
    """The column counted from 0."""
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


# --- what is there --------------------------------------------------------------------------
def _known(table: Table, file: PaymentFile) -> Known:
    """The year's projects that the rows name, and their budgets."""
    known = Known()
    placed = Project.objects.filter(
        jurisdiction=file.jurisdiction, years__fiscal_year=file.fiscal_year, is_classified=False
    )
    if "code" in file.columns:
        for codes in plans.chunks({row.values["code"] for row in table.rows} - {None}):
            _keep(known, placed.filter(code__in=codes))
    if "name" in file.columns:
        for names in plans.chunks({row.values["name"] for row in table.rows} - {None}):
            _keep(known, placed.filter(name__in=names))
    add_budgets(known, {project.pk for project in known.by_code.values()}, file.fiscal_year)
    return known


def add_budgets(known: Known, projects: Iterable[int], year: int) -> None:
    """The budgets of projects that were not known, by source and together."""
    for ids in plans.chunks(projects):
        places = ProjectYear.objects.filter(project__in=ids, fiscal_year=year)
        lines = FundLine.objects.filter(year__in=places).values_list("year__project", "source")
        for project, source, amount in lines.annotate(total=Sum("adjusted")):
            known.budgets[project, source] = amount
            known.budgets[project, ""] = known.budgets.get((project, ""), Decimal(0)) + amount


def _keep(known: Known, rows: Any) -> None:
    for project in rows.select_related("unit"):
        if project.code not in known.by_code:
            known.by_code[project.code] = project
            known.by_name.setdefault(project.name, []).append(project)


# --- row by row -----------------------------------------------------------------------------
def _line(row: Row, found: Lines, file: PaymentFile) -> Line | None:
    """The row, or None with its wrong cells among the errors."""
    values = row.values
    project = _project(values, found.known)
    on = values.get("as_of") or file.as_of
    refusals = []
    if isinstance(project, str):
        key = "code" if values.get("code") else "name"
        refusals.append((key, values.get(key), project))
    if on and (refusal := day_refusal(on, file.fiscal_year)):
        refusals.append(("as_of", on, refusal))
    if values["amount"] < 0 and file.kind != PaymentFile.Kind.SINGLE:
        refusals.append(("amount", values["amount"], "累计数不能为负；退款从累计数里减"))
    for key, cell, refusal in refusals:
        _refuse(found.table, row.number, file.columns.get(key, "截至日期"), key, cell, refusal)
    if refusals or not isinstance(project, Project) or on is None:
        return None
    fund, voucher = values.get("fund") or "", values.get("voucher") or ""
    return Line(row.number, project, fund, on, values["amount"], voucher)


def _project(values: dict[str, Any], known: Known) -> Project | str:
    """The project, or why there is none."""
    code, name = values.get("code"), values.get("name")
    if code:
        return known.by_code.get(code) or "当年列入预算的项目里没有这个编码"
    same = known.by_name.get(name, []) if name else []
    if len(same) == 1:
        return same[0]
    if same:
        return f"当年有{len(same)}个同名项目，用项目编码区分"
    return (
        "当年列入预算的项目里没有这个名称，要一字不差" if name else "项目编码、项目名称至少填一个"
    )


def _is_misnamed(line: Line, name: str | None) -> bool:
    """Whether the row names another project than its code does, spaces and brackets apart."""
    return bool(name) and normal(name) != normal(line.project.name)


def _once(line: Line, seen: dict[Any, int], found: Lines) -> Line | None:
    """The line, unless an earlier row has said its project, source and day."""
    first = seen.setdefault((line.project.pk, line.fund, line.on), line.number)
    if first == line.number:
        return line
    words = f"与第{first}行重复，一个项目同一来源、同一截至日期只能有一行；要相加的改选“几行相加”"
    key = "code" if "code" in found.table.letters else "name"
    _refuse(found.table, line.number, "项目", key, line.project.code, words)
    return None


def _refuse(table: Table, number: int, label: str, key: str, found: object, expected: str) -> None:
    letter = table.letters.get(key, "")
    shown = "" if found is None else str(found)
    table.errors.append(CellError(table.sheet, number, letter, label, shown, expected))
