"""Executions of many projects from a workbook: its columns, its rows, and what they write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from apps.core import bulk, clock, sheets
from apps.core.sheets import CellError, Column, Grid, Row, Table
from apps.organizations.models import Jurisdiction
from apps.projects import paid, selectors
from apps.projects.executions import day_refusal
from apps.projects.imports import plans, trail
from apps.projects.imports.columns import code_reader, in_wan
from apps.projects.imports.plans import Plan, Step
from apps.projects.imports.trail import Batch
from apps.projects.models import Execution, Project, ProjectYear
from apps.projects.paid import Executed
from apps.rules.errors import RuleError

KIND = "projects.executions"
VERSION = 1
SHEET = "支出执行"
NOTES = (
    "一行一个项目的一个截至日期。金额单位万元，最多六位小数，从年初累计。",
    "截至日期和累计执行数都空着的行不读；灰底的对照列只供核对，改了也不读。",
    "同一截至日期已有登记的，填的不一样就是更正：原来的留着，以新的为准。",
    "全部正确才会导入；有一处错，一行也不导入。",
)
FILLED = {"as_of": "截至日期", "amount": "累计执行数（万元）", "source": "数据来源"}


def columns(jurisdiction: Jurisdiction) -> list[Column]:
    """Every column of the sheet: the project, what is known of it, what is to be filled in."""
    code = Column("code", "项目编码", code_reader(jurisdiction), required=True, width=25)
    return [
        code,
        _known_column("name", "项目名称", 36),
        _known_column("unit", "单位名称", 24),
        _known_column("budget", "调整后预算数（万元）", 16),
        _known_column("last_as_of", "上次截至日期", 14),
        _known_column("last_amount", "上次累计执行数（万元）", 16),
        Column("as_of", FILLED["as_of"], sheets.day(), example="2024-03-31"),
        Column(
            "amount",
            FILLED["amount"],
            sheets.wan(),
            example="128.60",
            note="从年初累计到截至日期，不是当月数",
            width=18,
        ),
        Column("source", FILLED["source"], sheets.text(60), example="国库集中支付", width=20),
    ]


def _known_column(key: str, label: str, width: int) -> Column:
    """A column to compare with; whatever stands in it is not read."""
    return Column(key, label, lambda value: None, note="只供对照，不读", width=width)


def meta(jurisdiction: Jurisdiction, year: int) -> sheets.Meta:
    """What the template's signed note says."""
    return sheets.Meta(KIND, jurisdiction.code, year, VERSION)


def template(
    jurisdiction: Jurisdiction, year: int, rows: Iterable[Sequence[Any]] | None = None
) -> bytes:
    """The sheet with the year's projects and what was last known of each, or with given rows."""
    return sheets.write_template(
        columns(jurisdiction),
        meta=meta(jurisdiction, year),
        sheet=SHEET,
        title=f"{jurisdiction.name}{year}年度支出执行表",
        rows=_last_known(jurisdiction, year) if rows is None else rows,
        notes=NOTES,
    )


def _last_known(jurisdiction: Jurisdiction, year: int) -> Iterator[Sequence[Any]]:
    """One row a project of the year; a classified one has no code and no row."""
    open_ones = Project.objects.filter(jurisdiction=jurisdiction, is_classified=False)
    listed = open_ones.filter(years__fiscal_year=year)
    last = paid.executed_to(listed, year, date.max)
    for project in selectors.of_year(listed, year).order_by("unit__code", "name", "id"):
        yield _prefilled(project, last.get(project.pk))


def _prefilled(project: Any, last: Executed | None) -> Sequence[Any]:
    """A project as of_year annotates it, in the order of the columns."""
    known = (last.as_of, in_wan(last.amount)) if last else (None, None)
    source = last.source if last else None
    budget = in_wan(project.adjusted)
    return [project.code, project.name, project.unit.name, budget, *known, None, None, source]


# --- the dry run ----------------------------------------------------------------------------
@dataclass
class Known:
    """What the database holds for the codes of the file, and the rows of the file so far."""

    year: int
    region: str
    projects: dict[str, Project] = field(default_factory=dict)
    placed: set[int] = field(default_factory=set)  # projects of the year
    in_force: dict[tuple[int, date], Execution] = field(default_factory=dict)
    first: dict[tuple[str, date], int] = field(default_factory=dict)  # row that said it first


@dataclass(frozen=True)
class Item:
    """One row that is right: what it would put on record, and what it would supersede."""

    project: Project
    as_of: date | None
    amount: Decimal
    source: str
    stands: Execution | None

    @property
    def kind(self) -> str:
        """new, changed or same; blank where nothing was filled in."""
        if self.as_of is None:
            return "blank"
        if self.stands is None:
            return "new"
        is_same = (self.stands.amount, self.stands.source) == (self.amount, self.source)
        return "same" if is_same else "changed"


def plan(grid: Grid, jurisdiction: Jurisdiction, year: int, step: Step | None = None) -> Plan[Item]:
    """Read and check every row against the file and the database; nothing is written."""
    table = plans.read(grid, columns(jurisdiction))
    _demand_columns(table)
    known = _known(table.rows, jurisdiction, year)
    found = plans.checked(
        table,
        wrong=lambda row: _wrong(row, table, known),
        item=lambda row: _item(row, known),
        step=step,
    )
    if not table.errors and set(found.counts()) == {"blank"}:
        words = "没有一行填了截至日期和累计执行数，至少填一行"
        table.errors.append(CellError(table.sheet, table.rows[-1].number, "", "", "", words))
    return found


def _demand_columns(table: Table) -> None:
    """Cells may be empty, their columns not missing. Raises RuleError."""
    missing = [label for key, label in FILLED.items() if key not in table.letters]
    if missing:
        raise RuleError(
            f"工作表“{table.sheet}”缺少“{'、'.join(missing)}”列。请补上，或用模板重填。",
            code="sheet.head",
        )


def _known(rows: Sequence[Row], jurisdiction: Jurisdiction, year: int) -> Known:
    """Load everything the rows point at in a handful of queries."""
    known = Known(year, jurisdiction.name)
    for codes in plans.chunks([row.values["code"] for row in rows]):
        found = Project.objects.filter(jurisdiction=jurisdiction, code__in=codes)
        known.projects.update({str(row.code): row for row in found.select_related("unit")})
    for ids in plans.chunks([project.pk for project in known.projects.values()]):
        places = ProjectYear.objects.filter(project__in=ids, fiscal_year=year)
        known.placed.update(places.values_list("project", flat=True))
        stored = Execution.objects.filter(project__in=ids, fiscal_year=year, fund="").order_by("id")
        known.in_force.update({(row.project_id, row.as_of): row for row in stored})
    return known


def _is_blank(row: Row) -> bool:
    return row.values["as_of"] is None and row.values["amount"] is None


def _wrong(row: Row, table: Table, known: Known) -> Iterator[CellError]:
    """Contradictions that one cell alone cannot show."""
    values = row.values
    for key in FILLED:
        if values[key] is None and not _is_blank(row):
            expected = "截至日期、累计执行数、数据来源要填就都填"
            yield plans.error(table, row, key, FILLED[key], None, expected)
    if refusal := _project_refusal(values["code"], known):
        yield plans.error(table, row, "code", "项目编码", values["code"], refusal)
    elif values["as_of"] and (refusal := _day_refusal(row, known)):
        yield plans.error(table, row, "as_of", FILLED["as_of"], values["as_of"], refusal)


def _project_refusal(code: str, known: Known) -> str:
    """Why nothing can be on record for the code."""
    project = known.projects.get(code)
    if project is None:
        return f"应为{known.region}项目清单里的编码；清单里没有这个编码"
    if project.pk not in known.placed:
        return f"“{project.name}”没有列入{known.year}年度，先列入再登记支出"
    return ""


def _day_refusal(row: Row, known: Known) -> str:
    """Why the row's date cannot be taken: outside the year so far, or said before."""
    code, as_of = row.values["code"], row.values["as_of"]
    seen = known.first.setdefault((code, as_of), row.number)
    if seen != row.number:
        return f"与第{seen}行重复，一个项目同一截至日期只能有一行"
    return day_refusal(as_of, known.year)


def _item(row: Row, known: Known) -> Item:
    values = row.values
    project = known.projects[values["code"]]
    stands = known.in_force.get((project.pk, values["as_of"]))
    amount = Decimal(0) if values["amount"] is None else values["amount"]
    return Item(project, values["as_of"], amount, values["source"] or "", stands)


# --- the import -----------------------------------------------------------------------------
def apply(plan: Plan[Item], batch: Batch) -> None:
    """The plan's rows are on record, a correction as a new row; one audit line a unit."""
    moment = clock.now()
    items = [item for item in plan.items if item.kind in ("new", "changed")]
    rows = [
        {
            "project_id": item.project.pk,
            "jurisdiction_id": batch.jurisdiction.pk,
            "fiscal_year": batch.year,
            "as_of": item.as_of,
            "amount": item.amount,
            "source": item.source,
            "recorded_at": moment,
            "recorded_by_id": batch.actor.pk,
        }
        for item in items
    ]
    bulk.insert(Execution, rows)
    told = [
        (item.project.unit, [item.project.code, item.as_of, item.amount, item.source])
        for item in items
    ]
    trail.record(batch, "projects.import_executions", told)
