"""Findings of audit and supervision from a workbook: columns, rows, what they write (Y-104)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q

from apps.core import clock, sheets
from apps.core.sheets import CellError, Column, Grid, Row, Table
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Unit
from apps.organizations.selectors import Person
from apps.projects.imports import plans, trail
from apps.projects.imports.listings import Listing
from apps.projects.imports.plans import Plan
from apps.projects.imports.plans import Step as Progress
from apps.projects.imports.trail import Batch
from apps.projects.models import Project
from apps.rectification import permissions, selectors
from apps.rectification.models import LISTED, Area, Problem, Severity, Source, State, Step
from apps.rectification.services.deadlines import rolled
from apps.rectification.services.opening import CLASSIFIED, Found, Reference, store

KIND = "rectification.findings"
VERSION = 1
SHEET = "问题清单"
SOURCES = {
    Source.AUDIT.label: Source.AUDIT,
    Source.SUPERVISION.label: Source.SUPERVISION,
    Source.UPPER.label: Source.UPPER,
    Source.OTHER.label: Source.OTHER,
}
WITHDRAWN = "这个问题已撤销，不按清单再登记；仍要整改的在台账上用“登记问题”登记"
NOTES = (
    "一行一个问题；文号和序号合起来认一个问题，同一份表传两次不会重复登记。",
    "已登记的问题不在这里改：内容填得不同的一行会标出来，请到问题页办理；已撤销的不再登记。",
    "项目可填编码或全称；单位整体的问题不填。",
    "涉密单位、涉密项目的问题不填在这里。",
)


def columns() -> list[Column]:
    """Every column of the sheet."""
    return [*_origin(), *_content()]


def _origin() -> list[Column]:
    unit = sheets.text(12, r"[0-9]{3}([0-9]{3}){0,2}", "应为3、6或9位数字", "201001")
    return [
        Column("source", "来源", sheets.choice(SOURCES), True, options=tuple(SOURCES), width=12),
        Column(
            "document", "文号或报告", sheets.text(100), True, example="尉审报〔2024〕3号", width=26
        ),
        Column("number", "序号", sheets.text(20), True, example="1", note="报告里的序号", width=8),
        Column("unit", "单位编码", unit, True, example="201001", width=12),
        Column("project", "项目编码或名称", sheets.text(120), aliases=("项目",), width=30),
    ]


def _content() -> list[Column]:
    weights = {label: value for value, label in Severity.choices}
    areas = {label: value for value, label in Area.choices}
    return [
        Column("title", "问题", sheets.text(120), True, example="项目资金滞留", width=30),
        Column(
            "text", "问题内容", sheets.text(4000), True, example="120万元滞留超过一年", width=44
        ),
        Column(
            "severity", "严重程度", sheets.choice(weights), True, options=tuple(weights), width=10
        ),
        Column("area", "整改方向", sheets.choice(areas), options=tuple(areas), width=12),
        Column("demands", "整改要求", sheets.text(2000), width=36),
        Column("due_on", "整改截止", sheets.day(), True, example="2024-06-30", width=14),
    ]


def meta(jurisdiction: Jurisdiction, year: int) -> sheets.Meta:
    """What the template's signed note says."""
    return sheets.Meta(KIND, jurisdiction.code, year, VERSION)


def template(jurisdiction: Jurisdiction, year: int, rows: Sequence[Sequence[Any]] = ()) -> bytes:
    """The list to fill offline, blank or with the given rows."""
    return sheets.write_template(
        columns(),
        meta=meta(jurisdiction, year),
        sheet=SHEET,
        title=f"{jurisdiction.name}{year}年度外部检查问题清单",
        rows=rows,
        notes=NOTES,
    )


# --- the dry run ------------------------------------------------------------------------------
@dataclass
class Known:
    """What the database holds for the rows of the file."""

    region: str
    units: dict[str, Unit]
    projects: dict[tuple[int, str], list[Project]] = field(default_factory=dict)  # by unit, text
    standing: dict[str, Problem] = field(default_factory=dict)  # by reference
    withdrawn: set[str] = field(default_factory=set)  # references
    first_due: dict[int, date | None] = field(default_factory=dict)  # by problem: as it was opened
    first: dict[str, int] = field(default_factory=dict)  # row that named the reference first


@dataclass(frozen=True)
class Item:
    """One row that is right."""

    found: Found
    kind: str  # new or same


def plan(
    grid: Grid, jurisdiction: Jurisdiction, year: int, step: Progress | None = None
) -> Plan[Item]:
    """Read and check every row against the file and the database; nothing is written."""
    table = plans.read(grid, columns())
    known = _known(table.rows, jurisdiction, year)
    return plans.checked(
        table,
        wrong=lambda row: _wrong(row, table, known),
        item=lambda row: _item(row, known, year),
        step=step,
    )


def reference(values: dict[str, Any]) -> str:
    """By what a finding is known again."""
    return f"{values['source']}:{values['document']}#{values['number']}"


def _known(rows: Sequence[Row], jurisdiction: Jurisdiction, year: int) -> Known:
    """Load everything the rows point at in a handful of queries."""
    units = Unit.objects.filter(jurisdiction=jurisdiction, is_active=True)
    known = Known(jurisdiction.name, {unit.code: unit for unit in units})
    for texts in plans.chunks({row.values["project"] for row in rows if row.values["project"]}):
        named = Project.objects.filter(Q(code__in=texts) | Q(name__in=texts))
        _keep(known, set(texts), list(named.filter(jurisdiction=jurisdiction)), year)
    listed = Problem.objects.filter(jurisdiction=jurisdiction, ref_kind=LISTED)
    for keys in plans.chunks([reference(row.values) for row in rows]):
        for problem in listed.filter(ref_id__in=keys):
            if problem.state == State.WITHDRAWN:
                known.withdrawn.add(problem.ref_id)
            else:
                known.standing[problem.ref_id] = problem
    known.withdrawn -= known.standing.keys()
    for ids in plans.chunks([problem.pk for problem in known.standing.values()]):
        opened = Step.objects.filter(problem__in=ids, act=Step.Act.OPEN)
        known.first_due.update(opened.values_list("problem", "due_on"))
    return known


def _keep(known: Known, texts: set[str], named: list[Project], year: int) -> None:
    """Which projects each of the texts means at each unit."""
    in_year = selectors.placed(named, year)
    at_units: dict[tuple[int, str], list[Project]] = {}
    for project in named:
        for text in texts & {str(project.code), str(project.name)}:
            at_units.setdefault((project.unit_id, text), []).append(project)
    for (unit, text), found in at_units.items():
        known.projects[unit, text] = selectors.meant(found, text, in_year)


def _wrong(row: Row, table: Table, known: Known) -> Iterator[CellError]:
    """Contradictions that one cell alone cannot show."""
    values = row.values

    def error(key: str, label: str, expected: str) -> CellError:
        return plans.error(table, row, key, label, values[key], expected)

    seen = known.first.setdefault(reference(values), row.number)
    if seen != row.number:
        yield error("number", "序号", f"与第{seen}行的文号和序号相同，一个问题只能有一行")
    elif reference(values) in known.withdrawn:
        yield error("number", "序号", WITHDRAWN)
    if refusal := _unit_refusal(values["unit"], known):
        yield error("unit", "单位编码", refusal)
    elif refusal := _project_refusal(values, known):
        yield error("project", "项目编码或名称", refusal)
    elif other := _differs(values, known):
        yield error(*other)
    if reference(values) not in known.standing and values["due_on"] < clock.today():
        yield error("due_on", "整改截止", f"已经过去，应在{clock.today():%Y-%m-%d}或以后")


def _unit_refusal(code: str, known: Known) -> str:
    unit = known.units.get(code)
    if unit is None:
        return f"应为{known.region}在用的单位编码；单位表里没有这个编码"
    return CLASSIFIED.rstrip("。") if unit.is_classified else ""


def _project_refusal(values: dict[str, Any], known: Known) -> str:
    unit, text = known.units[values["unit"]], values["project"]
    same = known.projects.get((unit.pk, text), [])
    if len(same) > 1:
        return f"{unit}有{len(same)}个同名项目，用项目编码区分"
    return f"{unit}没有这个编码或名称的项目" if text and not same else ""


def _differs(values: dict[str, Any], known: Known) -> tuple[str, str, str] | None:
    """The cell that says otherwise than the problem that stands already."""
    problem = known.standing.get(reference(values))
    if problem is None:
        return None
    unit, project = known.units[values["unit"]], _project(values, known)
    told = "这个问题已登记，这一格与登记的不同；要改请到问题页办理"
    pairs = (
        ("unit", "单位编码", unit.pk, problem.unit_id),
        ("project", "项目编码或名称", project.pk if project else None, problem.project_id),
        ("title", "问题", " ".join(values["title"].split()), problem.title),
        ("text", "问题内容", values["text"].strip(), problem.text),
        ("severity", "严重程度", values["severity"], problem.severity),
        ("area", "整改方向", values["area"] or "", problem.area),
        ("demands", "整改要求", (values["demands"] or "").strip(), problem.demands),
        ("due_on", "整改截止", True, _is_due(values["due_on"], problem, known)),
    )
    return next(((key, label, told) for key, label, a, b in pairs if a != b), None)


def _is_due(day: date, problem: Problem, known: Known) -> bool:
    """Whether the problem was opened with the day, or has it now; a day off counts as moved on."""
    days = {known.first_due.get(problem.pk), problem.due_on}
    return day in days or rolled(day) in days


def _project(values: dict[str, Any], known: Known) -> Project | None:
    text = values["project"]
    return known.projects[known.units[values["unit"]].pk, text][0] if text else None


def _item(row: Row, known: Known, year: int) -> Item:
    values = row.values
    key = reference(values)
    found = Found(
        unit=known.units[values["unit"]],
        year=year,
        source=values["source"],
        title=values["title"],
        text=values["text"],
        project=_project(values, known),
        severity=values["severity"],
        area=values["area"] or "",
        demands=values["demands"] or "",
        due_on=values["due_on"],
        reference=Reference(LISTED, key, f"{values['document']}　第{values['number']}条"),
    )
    return Item(found, "same" if key in known.standing else "new")


# --- the import -------------------------------------------------------------------------------
def apply(plan: Plan[Item], batch: Batch) -> None:
    """The plan's problems stand in the ledger and their units are told; one audit line a unit."""
    told = []
    for item in plan.items:
        if item.kind == "new":
            problem, _ = store(actor=batch.actor, found=item.found)
            told.append((problem.unit, [problem.ref_id, problem.title, problem.due_on]))
    trail.record(batch, "rectification.import_problems", told)


def region_of(user: Person) -> Jurisdiction | None:
    """The jurisdiction whose ledger the person keeps, or None."""
    return people.served_jurisdiction(user, *permissions.KEEPERS)


LISTING = Listing(
    title="问题清单",
    keepers="绩效科或计划管理员",
    check="rectification.check_import",
    run="rectification.import",
    may_import=permissions.may_keep,
    region_of=region_of,
    meta=meta,
    template=template,
    plan=plan,
    apply=apply,
    page="rectification:import_problems",
    template_page="rectification:problems_template",
    confirm_page="rectification:confirm_problems",
    back_page="rectification:problems",
    thing="个问题",
    measure="个",
    change="更正",
    hints=(
        "审计、财会监督、上级检查的问题按报告逐条填，一行一个。",
        "文号和序号合起来认一个问题；同一份表传两次，第二次不会有变化。",
        "导入后各单位立刻收到整改通知。",
    ),
    back="返回整改台账",
)
