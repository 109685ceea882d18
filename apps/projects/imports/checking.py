"""The dry run: what each row would do, and every cell that is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from apps.core.sheets import CellError, Grid, Row, Table
from apps.organizations.models import Jurisdiction, Unit
from apps.projects import gates
from apps.projects.imports import plans
from apps.projects.imports.columns import AMOUNTS, FLAGS, PURSES, columns, money_key
from apps.projects.imports.plans import Plan, Step
from apps.projects.models import FundLine, FundTag, Project, ProjectYear
from apps.rules.numbers import show_wan

FACTS = (
    "name",
    "category",
    "budget_type",
    "first_year",
    "last_year",
    "leader",
    "leader_phone",
    "total_investment",
    *FLAGS,
)
PLACE = ("origin", "attribute", "joined_on")
MONEY_KEYS = [
    (money_key(purse, amount), (purse.source, purse.level), amount)
    for purse in PURSES
    for amount in AMOUNTS
]
Money = dict[str, Decimal]
Trouble = tuple[str, str, object, str]  # column, its label, found, expected
PurseKey = tuple[str, str]


@dataclass
class Known:
    """What the database holds for the codes of the file."""

    units: dict[str, Unit]
    projects: dict[str, Project] = field(default_factory=dict)
    places: dict[int, ProjectYear] = field(default_factory=dict)  # by project
    funds: dict[int, dict[PurseKey, FundLine]] = field(default_factory=dict)  # by place
    tags: dict[int, set[int]] = field(default_factory=dict)  # by project


@dataclass
class Item:
    """One row that is right: what it is about and what it would change."""

    number: int
    unit: Unit
    code: str
    project: Project | None
    place: ProjectYear | None
    facts: dict[str, Any]  # changed facts; all of them for a new project
    joined: dict[str, Any]  # changed columns of the year's row; all for a new one
    tags: set[int] | None  # None: unchanged
    money: dict[PurseKey, Money]  # changed or new lines, whole
    lines: dict[PurseKey, int]  # keys of the stored lines
    project_id: int = 0  # of the stored project and its year, once they are there
    place_id: int = 0

    @property
    def kind(self) -> str:
        """new, changed or same."""
        if self.project is None:
            return "new"
        return (
            "changed"
            if self.facts or self.joined or self.money or self.tags is not None
            else "same"
        )


def plan(grid: Grid, jurisdiction: Jurisdiction, year: int, step: Step | None = None) -> Plan[Item]:
    """Read and check every row against the file and the database; nothing is written."""
    table = plans.read(grid, columns(jurisdiction, FundTag.objects.all()))
    known = _known(table.rows, jurisdiction, year)
    first: dict[str, int] = {}
    stopped = _stopped(table.rows, known, jurisdiction, year)
    return plans.checked(
        table,
        wrong=lambda row: _wrong(row, table, known, first, jurisdiction, year, stopped),
        item=lambda row: _item(row, known, year),
        step=step,
    )


# --- what is there --------------------------------------------------------------------------
def _known(rows: Sequence[Row], jurisdiction: Jurisdiction, year: int) -> Known:
    """Load everything the rows point at in a handful of queries."""
    units = Unit.objects.filter(jurisdiction=jurisdiction, is_active=True)
    known = Known({unit.code: unit for unit in units})
    for codes in plans.chunks([row.values["code"] for row in rows]):
        found = Project.objects.filter(jurisdiction=jurisdiction, code__in=codes)
        known.projects.update({str(project.code): project for project in found})
    for ids in plans.chunks([project.pk for project in known.projects.values()]):
        _load_years(known, ids, year)
    return known


def _load_years(known: Known, ids: list[int], year: int) -> None:
    """By key alone: right after a large import the planner knows nothing and joins row by row."""
    found = list(ProjectYear.objects.filter(project__in=ids, fiscal_year=year))
    known.places.update({place.project_id: place for place in found})
    for line in FundLine.objects.filter(year__in=[place.pk for place in found]):
        known.funds.setdefault(line.year_id, {})[line.source, line.level] = line
    through = Project.fund_tags.through.objects.filter(project__in=ids)
    for project, tag in through.values_list("project_id", "fundtag_id"):
        known.tags.setdefault(project, set()).add(tag)


# --- what is wrong --------------------------------------------------------------------------
def _wrong(
    row: Row,
    table: Table,
    known: Known,
    first: dict[str, int],
    jurisdiction: Jurisdiction,
    year: int,
    stopped: dict[int, list[Trouble]],
) -> Iterator[CellError]:
    """Contradictions that one cell alone cannot show."""

    def error(key: str, label: str, found: object, expected: str) -> CellError:
        return plans.error(table, row, key, label, found, expected)

    values = row.values
    seen = first.setdefault(values["code"], row.number)
    if seen != row.number:
        yield error("code", "项目编码", values["code"], f"与第{seen}行重复，一个编码只能有一行")
    if refusal := _unit_refusal(values["unit"], known, jurisdiction):
        yield error("unit", "单位编码", values["unit"], refusal)
    elif other := _other_owner(values, known):
        yield error("code", "项目编码", values["code"], other)
    for key, label, found, expected in stopped.get(row.number, ()):
        yield error(key, label, found, expected)
    for key, label, found, expected in (*_date_trouble(values, year), *_other_trouble(values)):
        yield error(key, label, found, expected)


def _stopped(
    rows: Sequence[Row], known: Known, jurisdiction: Jurisdiction, year: int
) -> dict[int, list[Trouble]]:
    """What the gates to the budget say against rows, by the row's number."""
    stored = [known.projects.get(row.values["code"]) for row in rows]
    entrants = [
        gates.entering(project, row.values) for project, row in zip(stored, rows, strict=True)
    ]
    found = {}
    said = gates.asked(jurisdiction, year, entrants)
    for row, project, refusal in zip(rows, stored, said, strict=True):
        if not refusal.text and refusal.limit is None:
            continue
        place = known.places.get(project.pk) if project else None
        if troubles := list(_gate_trouble(row.values, project, place, refusal)):
            found[row.number] = troubles
    return found


def _gate_trouble(
    values: dict[str, Any],
    project: Project | None,
    place: ProjectYear | None,
    said: gates.Refusal,
) -> Iterator[Trouble]:
    """A row is asked that enters the year, or that says otherwise than when it entered."""
    is_as_entered = place is not None and all(
        values[key] in (None, held)
        for key, held in (
            ("attribute", place.attribute),
            ("origin", place.origin),
            ("is_key", project.is_key if project else None),
        )
    )
    if said.text and not is_as_entered:
        label = ProjectYear.Attribute(values["attribute"]).label
        yield "attribute", "项目属性", label, said.text
    purses = [purse for purse in PURSES if purse.source == FundLine.Source.FISCAL]
    fiscal = sum((values[money_key(p, "adjusted")] or Decimal(0) for p in purses), Decimal(0))
    if problem := gates.over(said, fiscal):
        where = money_key(purses[-1], "adjusted")
        yield where, f"{purses[-1].label} 调整后预算数（万元）", show_wan(fiscal), problem


def _unit_refusal(code: str, known: Known, jurisdiction: Jurisdiction) -> str:
    """Why the unit cannot take the project."""
    unit = known.units.get(code)
    if unit is None:
        return f"应为{jurisdiction.name}在用的单位编码；单位表里没有这个编码"
    return "这是涉密单位，项目不收线上内容，请登记为涉密项目" if unit.is_classified else ""


def _other_owner(values: dict[str, Any], known: Known) -> str:
    project = known.projects.get(values["code"])
    if project is None or project.unit_id == known.units[values["unit"]].pk:
        return ""
    owner = next((unit for unit in known.units.values() if unit.pk == project.unit_id), None)
    name = f"{owner.code}{owner.name}" if owner else "别的单位"
    return f"已属于{name}的“{project.name}”，不能改到{values['unit']}；请核对编码或单位"


def _date_trouble(values: dict[str, Any], year: int) -> Iterator[Trouble]:
    """Years and the day of joining must agree with each other and with the year of the list."""
    first, last, joined = values["first_year"], values["last_year"], values["joined_on"]
    if last and last < first:
        yield "last_year", "终止年度", last, f"不能早于起始年度{first}"
    elif not first <= year <= (last or year):
        yield "first_year", "起始年度", first, f"项目期应包含{year}年度"
    if joined and joined.year != year:
        yield "joined_on", "列入日期", joined, f"应在{year}年内"
    if not joined and values["origin"] == ProjectYear.Origin.ADDED:
        yield "joined_on", "列入日期", None, "年中追加的项目必须填写"


def _other_trouble(values: dict[str, Any]) -> Iterator[Trouble]:
    """The category must be the code's; an addition has no initial budget."""
    letter = values["code"][8]
    if values["category"] and values["category"] != letter:
        label = Project.Category(letter).label
        given = Project.Category(values["category"]).label
        yield "category", "项目类别", given, f"项目编码第9位是{letter}，应为{label}"
    if values["origin"] != ProjectYear.Origin.ADDED:
        return
    for purse in PURSES:
        initial = values[money_key(purse, "initial")]
        if initial:
            where = money_key(purse, "initial")
            found = f"{initial / 10000:.2f}"
            yield (
                where,
                f"{purse.label} 年初预算数（万元）",
                found,
                "年中追加的项目年初预算数应为0或空着",
            )


# --- what would change ----------------------------------------------------------------------
def _item(row: Row, known: Known, year: int) -> Item:
    """The row beside what is stored."""
    values = row.values
    project = known.projects.get(values["code"])
    place = known.places.get(project.pk) if project else None
    funds = known.funds.get(place.pk, {}) if place else {}
    tags = set(values["tags"]) if values["tags"] else None
    if project and tags is not None and tags == known.tags.get(project.pk, set()):
        tags = None
    return Item(
        number=row.number,
        unit=known.units[values["unit"]],
        code=values["code"],
        project=project,
        place=place,
        facts=_facts(values, project),
        joined=_joined(values, place, year),
        tags=tags,
        money=_money(values, funds),
        lines={key: line.pk for key, line in funds.items()},
        project_id=project.pk if project else 0,
        place_id=place.pk if place else 0,
    )


def _facts(values: dict[str, Any], project: Project | None) -> dict[str, Any]:
    """Given facts that differ from the stored ones; an empty cell says nothing."""
    given = {key: values[key] for key in FACTS if values[key] is not None}
    if project is None:
        return {"category": values["code"][8], **given}
    return {key: value for key, value in given.items() if getattr(project, key) != value}


def _joined(values: dict[str, Any], place: ProjectYear | None, year: int) -> dict[str, Any]:
    given = {key: values[key] for key in PLACE if values[key] is not None}
    if place is None:
        return {"joined_on": date(year, 1, 1), **given}
    return {key: value for key, value in given.items() if getattr(place, key) != value}


def _money(values: dict[str, Any], funds: dict[PurseKey, FundLine]) -> dict[PurseKey, Money]:
    """Lines whose amounts differ; a new line's adjusted budget is its initial one unless given."""
    told: dict[PurseKey, Money] = {}
    for key, purse, amount in MONEY_KEYS:
        if (value := values[key]) is not None:
            told.setdefault(purse, {})[amount] = value
    changed: dict[PurseKey, Money] = {}
    for purse, given in told.items():
        line = funds.get(purse)
        if line is None:
            if any(given.values()):
                initial = given.get("initial", Decimal(0))
                whole = {"initial": initial, "adjusted": initial, "arrived": Decimal(0)} | given
                changed[purse] = whole
        elif any(getattr(line, amount) != value for amount, value in given.items()):
            stored = {amount: getattr(line, amount) for amount in AMOUNTS}
            changed[purse] = stored | given
    return changed
