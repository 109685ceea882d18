"""用款计划 from a workbook: what each project plans to have paid by each month's end (Y-30)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Any

from apps.core import clock, sheets
from apps.core.sheets import CellError, Column, Grid, Row, Table
from apps.organizations.models import Jurisdiction
from apps.projects import paid, selectors
from apps.projects.imports import plans, trail
from apps.projects.imports.columns import code_reader, in_wan
from apps.projects.imports.plans import Plan, Step
from apps.projects.imports.trail import Batch
from apps.projects.models import Project, ProjectYear, SpendingPlan
from apps.rules.numbers import show_wan

KIND = "projects.spending"
VERSION = 1
SHEET = "用款计划"
MONTHS = range(1, 13)
LABELS = {month: f"{month}月累计（万元）" for month in MONTHS}
NOTES = (
    "一行一个项目。金额单位万元，最多六位小数，从年初累计到月底。",
    "填了就十二个月都填，没有支出的月份填上月的累计数；整行空着的不读。",
    "后一个月不能少于前一个月，12月不能超过调整后预算数。",
    "再导入就是更正，改后的数取代原来的，原来的不再保留；灰底的对照列只供核对，改了也不读。",
)


def columns(jurisdiction: Jurisdiction) -> list[Column]:
    """Every column of the sheet: the project, its budget, the twelve months."""
    months = [
        Column(
            f"m{month}", label, sheets.wan(), example="128.60", aliases=(f"{month}月",), width=12
        )
        for month, label in LABELS.items()
    ]
    note = "只供对照，不读"
    return [
        Column("code", "项目编码", code_reader(jurisdiction), required=True, width=25),
        Column("name", "项目名称", lambda value: None, note=note, width=36),
        Column("unit", "单位名称", lambda value: None, note=note, width=24),
        Column("budget", "调整后预算数（万元）", lambda value: None, note=note, width=16),
        *months,
    ]


def meta(jurisdiction: Jurisdiction, year: int) -> sheets.Meta:
    """What the template's signed note says."""
    return sheets.Meta(KIND, jurisdiction.code, year, VERSION)


def template(
    jurisdiction: Jurisdiction, year: int, rows: Iterable[Sequence[Any]] | None = None
) -> bytes:
    """The sheet with the year's projects and the plan on record, or with given rows."""
    return sheets.write_template(
        columns(jurisdiction),
        meta=meta(jurisdiction, year),
        sheet=SHEET,
        title=f"{jurisdiction.name}{year}年度用款计划",
        rows=_known_rows(jurisdiction, year) if rows is None else rows,
        notes=NOTES,
    )


def _known_rows(jurisdiction: Jurisdiction, year: int) -> Iterator[Sequence[Any]]:
    """One row a project of the year; a classified one has no code and no row."""
    open_ones = Project.objects.filter(jurisdiction=jurisdiction, is_classified=False)
    listed = open_ones.filter(years__fiscal_year=year)
    known = paid.planned_paces(listed, year)
    for project in selectors.of_year(listed, year).order_by("unit__code", "name", "id"):
        yield _prefilled(project, known.get(project.pk, {}))


def _prefilled(project: Any, pace: dict[int, Decimal]) -> Sequence[Any]:
    """A project as of_year annotates it, in the order of the columns."""
    months = [in_wan(pace.get(month)) for month in MONTHS]
    return [project.code, project.name, project.unit.name, in_wan(project.adjusted), *months]


# --- the dry run ----------------------------------------------------------------------------
@dataclass
class Known:
    """What the database holds for the codes of the file."""

    year: int
    region: str
    projects: dict[str, Project] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)  # place by project
    budgets: dict[int, Decimal] = field(default_factory=dict)  # by project, yuan
    paces: dict[int, dict[int, Decimal]] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)  # row that named the project first


@dataclass(frozen=True)
class Item:
    """One row that is right: the plan that it puts on record."""

    project: Project
    place: int
    pace: dict[int, Decimal]  # empty: nothing was filled in
    stands: dict[int, Decimal]

    @property
    def kind(self) -> str:
        """new, changed or same; blank where nothing was filled in."""
        if not self.pace:
            return "blank"
        if not self.stands:
            return "new"
        return "same" if self.pace == self.stands else "changed"


def plan(grid: Grid, jurisdiction: Jurisdiction, year: int, step: Step | None = None) -> Plan[Item]:
    """Read and check every row against the file and the database; nothing is written."""
    table = plans.read(grid, columns(jurisdiction))
    known = _known(table.rows, jurisdiction, year)
    return plans.checked(
        table,
        wrong=lambda row: _wrong(row, table, known),
        item=lambda row: _item(row, known),
        step=step,
    )


def _known(rows: Sequence[Row], jurisdiction: Jurisdiction, year: int) -> Known:
    """Load everything the rows point at in a handful of queries."""
    known = Known(year, jurisdiction.name)
    for codes in plans.chunks([row.values["code"] for row in rows]):
        found = Project.objects.filter(jurisdiction=jurisdiction, code__in=codes)
        known.projects.update({str(row.code): row for row in found.select_related("unit")})
    for ids in plans.chunks([project.pk for project in known.projects.values()]):
        places = ProjectYear.objects.filter(project__in=ids, fiscal_year=year)
        known.places.update(places.values_list("project", "pk"))
        known.paces.update(paid.planned_paces(ids, year))
        for project, money in selectors.money_of_many(ids, year).items():
            known.budgets[project] = sum(money.values(), Decimal(0))
    return known


def _wrong(row: Row, table: Table, known: Known) -> Iterator[CellError]:
    """Contradictions that one cell alone cannot show."""
    if refusal := _project_refusal(row, known):
        yield plans.error(table, row, "code", "项目编码", row.values["code"], refusal)
        return
    budget = known.budgets.get(known.projects[row.values["code"]].pk, Decimal(0))
    for month, found, refusal in _pace_refusals(_pace(row), budget):
        yield plans.error(table, row, f"m{month}", LABELS[month], found, refusal)


def _pace(row: Row) -> dict[int, Decimal]:
    """The months that are filled in."""
    cells = {month: row.values[f"m{month}"] for month in MONTHS}
    return {month: amount for month, amount in cells.items() if amount is not None}


def _pace_refusals(
    pace: dict[int, Decimal], budget: Decimal
) -> Iterator[tuple[int, str | None, str]]:
    """What is wrong with a plan: gaps, a falling month, more than the budget."""
    if pace:
        for month in set(MONTHS) - set(pace):
            yield month, None, "填了就十二个月都填"
    for early, late in pairwise(sorted(pace)):
        if pace[late] < pace[early]:
            words = f"不能少于{early}月的{show_wan(pace[early])}万元，是从年初累计的数"
            yield late, show_wan(pace[late]), words
    if pace and pace[max(pace)] > budget:
        words = f"不能超过调整后预算数{show_wan(budget)}万元"
        yield max(pace), show_wan(pace[max(pace)]), words


def _project_refusal(row: Row, known: Known) -> str:
    """Why nothing can be planned for the row's code."""
    code = row.values["code"]
    project = known.projects.get(code)
    if project is None:
        return f"应为{known.region}项目清单里的编码；清单里没有这个编码"
    if project.pk not in known.places:
        return f"“{project.name}”没有列入{known.year}年度，先列入再报用款计划"
    seen = known.first.setdefault(code, row.number)
    return "" if seen == row.number else f"与第{seen}行重复，一个项目只能有一行"


def _item(row: Row, known: Known) -> Item:
    project = known.projects[row.values["code"]]
    stands = known.paces.get(project.pk, {})
    return Item(project, known.places[project.pk], _pace(row), stands)


# --- the import -----------------------------------------------------------------------------
def apply(plan: Plan[Item], batch: Batch) -> None:
    """The plans stand; one audit line a unit."""
    moment = clock.now()
    items = [item for item in plan.items if item.kind in ("new", "changed")]
    rows = [
        SpendingPlan(
            place_id=item.place,
            month=month,
            amount=amount,
            recorded_at=moment,
            recorded_by=batch.actor,
        )
        for item in items
        for month, amount in item.pace.items()
    ]
    SpendingPlan.objects.bulk_create(
        rows,
        batch_size=500,
        update_conflicts=True,
        unique_fields=["place", "month"],
        update_fields=["amount", "recorded_at", "recorded_by"],
    )
    told = [(item.project.unit, [item.project.code, list(item.pace.values())]) for item in items]
    trail.record(batch, "projects.import_spending", told)
