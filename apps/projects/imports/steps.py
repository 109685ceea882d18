"""The days of many projects' budgets from a workbook: its columns, its rows, what they write."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from apps.core import clock, sheets
from apps.core.sheets import CellError, Column, Grid, Row, Table
from apps.organizations.models import Jurisdiction
from apps.projects.imports import plans, trail
from apps.projects.imports.columns import code_reader
from apps.projects.imports.plans import Plan, Step
from apps.projects.imports.trail import Batch
from apps.projects.models import Project, ProjectYear, StepDate
from apps.projects.steps import selectors
from apps.projects.steps.services import SOURCE, day_refusal

KIND = "projects.steps"
VERSION = 1
SHEET = "预算日期"
LABELS = {step.value: f"预算{step.label}日期" for step in StepDate.Step}
NOTES = (
    "一行一个项目；已经发生的才填，不知道的空着。",
    "填了日期的行，文号或来源必填；灰底的对照列只供核对，改了也不读。",
    "空格子不改原有的登记；填的不一样就是更正，改后的取代原来的，原来的不再保留。",
    "目标一边的日期不在这里填：申报、审核由系统得出，批复随批复文件，公开由单位登记。",
)


def columns(jurisdiction: Jurisdiction) -> list[Column]:
    """Every column of the sheet: the project, the four days, where they are from."""
    days = [
        Column(step, label, sheets.day(), example="2024-02-05", width=16)
        for step, label in LABELS.items()
    ]
    return [
        Column("code", "项目编码", code_reader(jurisdiction), required=True, width=25),
        Column("name", "项目名称", lambda value: None, note="只供对照，不读", width=36),
        Column("unit", "单位名称", lambda value: None, note="只供对照，不读", width=24),
        *days,
        Column("source", "文号或来源", sheets.text(SOURCE), example="尉财预〔2024〕3号", width=26),
    ]


def meta(jurisdiction: Jurisdiction, year: int) -> sheets.Meta:
    """What the template's signed note says."""
    return sheets.Meta(KIND, jurisdiction.code, year, VERSION)


def template(
    jurisdiction: Jurisdiction, year: int, rows: Iterable[Sequence[Any]] | None = None
) -> bytes:
    """The sheet with the year's projects and the days on record, or with given rows."""
    return sheets.write_template(
        columns(jurisdiction),
        meta=meta(jurisdiction, year),
        sheet=SHEET,
        title=f"{jurisdiction.name}{year}年度预算日期登记表",
        rows=_known_rows(jurisdiction, year) if rows is None else rows,
        notes=NOTES,
    )


def _known_rows(jurisdiction: Jurisdiction, year: int) -> Iterator[Sequence[Any]]:
    """One row a project of the year; a classified one has no code and no row."""
    open_ones = Project.objects.filter(jurisdiction=jurisdiction, is_classified=False)
    listed = open_ones.filter(years__fiscal_year=year).select_related("unit")
    dated = StepDate.objects.filter(place__jurisdiction=jurisdiction, place__fiscal_year=year)
    stands: dict[int, dict[str, StepDate]] = {}
    for row in dated.filter(side=StepDate.Side.BUDGET).select_related("place").order_by("pk"):
        stands.setdefault(row.place.project_id, {})[row.step] = row
    for project in listed.order_by("unit__code", "name", "id"):
        own = stands.get(project.pk, {})
        days = [own[step].on if step in own else None for step in LABELS]
        source = next((row.source for row in own.values()), None)
        yield [project.code, project.name, project.unit.name, *days, source]


# --- the dry run ----------------------------------------------------------------------------
@dataclass
class Known:
    """What the database holds for the codes of the file."""

    year: int
    region: str
    projects: dict[str, Project] = field(default_factory=dict)
    places: dict[int, int] = field(default_factory=dict)  # place by project
    stands: dict[int, selectors.Dates] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)  # row that named the project first


@dataclass(frozen=True)
class Item:
    """One row that is right: the days that it puts on record or corrects."""

    project: Project
    place: int
    days: dict[str, date]
    source: str
    n_known: int  # of the days, those that stand already in another way

    @property
    def kind(self) -> str:
        """new, changed or same: nothing to write."""
        if not self.days:
            return "same"
        return "changed" if self.n_known else "new"


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
        known.stands.update(selectors.dates_of_many(ids, year))
    return known


def _wrong(row: Row, table: Table, known: Known) -> Iterator[CellError]:
    """Contradictions that one cell alone cannot show."""
    values = row.values
    if refusal := _project_refusal(row, known):
        yield plans.error(table, row, "code", "项目编码", values["code"], refusal)
    for key, label in LABELS.items():
        on = values[key]
        if on and (refusal := day_refusal(on, known.year)):
            yield plans.error(table, row, key, label, on, refusal)
    if any(values[key] for key in LABELS) and not values["source"]:
        yield plans.error(table, row, "source", "文号或来源", None, "填了日期，文号或来源必填")


def _project_refusal(row: Row, known: Known) -> str:
    """Why nothing can be on record for the row's code."""
    code = row.values["code"]
    project = known.projects.get(code)
    if project is None:
        return f"应为{known.region}项目清单里的编码；清单里没有这个编码"
    if project.pk not in known.places:
        return f"“{project.name}”没有列入{known.year}年度，先列入再登记日期"
    seen = known.first.setdefault(code, row.number)
    return "" if seen == row.number else f"与第{seen}行重复，一个项目只能有一行"


def _item(row: Row, known: Known) -> Item:
    """The row's days that do not stand already.

    The row has one cell for the sources of four days: where they have several, it speaks of the
    days that changed; where all have one, another corrects it.
    """
    project = known.projects[row.values["code"]]
    stands, source = known.stands.get(project.pk, {}), row.values["source"] or ""
    told = {step: row.values[step] for step in LABELS if row.values[step]}
    held = {step: stands.get((StepDate.Side.BUDGET.value, step)) for step in told}
    known_days = {step: day for step, day in held.items() if day is not None}
    days = {step: on for step, on in told.items() if not _stands(known_days.get(step), on)}
    sources = {day.source for day in known_days.values()}
    if not days and len(sources) == 1 and source not in sources:
        days = told
    n_known = len(days.keys() & known_days.keys())
    return Item(project, known.places[project.pk], days, source, n_known)


def _stands(held: StepDate | None, on: date) -> bool:
    return held is not None and held.on == on


# --- the import -----------------------------------------------------------------------------
def apply(plan: Plan[Item], batch: Batch) -> None:
    """The plan's days stand; one audit line a unit."""
    items = [item for item in plan.items if item.kind != "same"]
    StepDate.objects.bulk_create(
        _rows(items, batch),
        batch_size=500,
        update_conflicts=True,
        unique_fields=["place", "side", "step"],
        update_fields=["on", "source", "recorded_at", "recorded_by"],
    )
    told = [(item.project.unit, [item.project.code, item.days, item.source]) for item in items]
    trail.record(batch, "projects.import_steps", told)


def _rows(items: Iterable[Item], batch: Batch) -> list[StepDate]:
    moment = clock.now()
    return [
        StepDate(
            place_id=item.place,
            side=StepDate.Side.BUDGET,
            step=step,
            on=on,
            source=item.source,
            recorded_at=moment,
            recorded_by=batch.actor,
        )
        for item in items
        for step, on in item.days.items()
    ]
