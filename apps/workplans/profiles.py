"""What a year's profile may say: its shape (pydantic) and what must agree within it (decision 5).

Dates are days; `closes` is the last day in time. A number that the notice does not give is left
without value and its note says what must be decided.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from apps.organizations.models import Jurisdiction, Role, Section, Unit
from apps.projects.models import BudgetType, ProjectYear
from apps.workplans.models import (
    GradeBand,
    PlanTask,
    ReviewStep,
    ScoreSheet,
    Stage,
    TaskScope,
    WeightTemplate,
)

Path = tuple[str | int, ...]
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=40)]
Place6 = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Number = Annotated[str, Field(pattern=r"^[A-Z]-[0-9]{2,3}$")]
Points = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
Written = Annotated[str, BeforeValidator(lambda v: str(v) if isinstance(v, int | float) else v)]
HUNDRED = Decimal(100)


def text(limit: int, least: int = 1) -> object:
    """A line of text that fits its column."""
    return Field(min_length=least, max_length=limit)


class Row(BaseModel):
    """One mapping of the file; a key that is not listed is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class PlaceRow(Row):
    """A jurisdiction."""

    code: Place6
    name: Annotated[str, text(60)]
    level: Jurisdiction.Level


class JurisdictionRow(PlaceRow):
    """The plan's jurisdiction with those above it, nearest first."""

    parents: list[PlaceRow] = []


class FundTagRow(Row):
    """A kind of money that the plan counts or routes apart."""

    code: Code
    name: Annotated[str, text(40)]


class SectionRow(Row):
    """A finance section, the names it also goes by, and the money it is responsible for."""

    code: Annotated[Code, Field(max_length=20)]
    name: Annotated[str, text(40)]
    kind: Section.Kind
    aliases: list[Annotated[str, text(40)]] = []
    fund_tags: list[Code] = []
    budget_types: list[BudgetType] = []


class PlanRow(Row):
    """The plan itself."""

    year: Annotated[int, Field(ge=2000, le=2100)]
    title: Annotated[str, text(120)]
    document_number: Annotated[str, text(60, 0)] = ""
    source_note: Annotated[str, text(200, 0)] = ""


class ItemRow(Row):
    """A criterion with its maximum."""

    group: Annotated[str, text(20)]
    name: Annotated[str, text(40)]
    prompt: Annotated[str, text(200)]
    points: Points = Decimal(0)


class BandRow(Row):
    """A grade from its floor up, and what follows from it."""

    grade: Annotated[str, text(4)]
    floor: Points
    consequence: GradeBand.Consequence
    text: Annotated[str, text(120)]
    clause: Annotated[str, text(200, 0)] = ""


class SheetRow(Row):
    """A score sheet."""

    code: Code
    title: Annotated[str, text(80)]
    clause: Annotated[str, text(200)]
    requirements: list[Number] = []
    mode: ScoreSheet.Mode = ScoreSheet.Mode.POINTS
    items: Annotated[list[ItemRow], Field(min_length=1)]
    bands: list[BandRow] = []


class StepRow(Row):
    """A review step; working days only where the notice gives them."""

    title: Annotated[str, text(40)]
    place: ReviewStep.Place
    role: Role
    sheet: Code | None = None
    working_days: Annotated[int, Field(ge=1, le=250)] | None = None
    clause: Annotated[str, text(200, 0)] = ""


class WeightRow(Row):
    """Points of the execution rate and of the first levels; a level left out may not be used."""

    title: Annotated[str, text(60)]
    has_cost: bool | None = None
    has_satisfaction: bool | None = None
    execution: Points
    cost: Points | None = None
    output: Points | None = None
    benefit: Points | None = None
    satisfaction: Points | None = None
    required_levels: list[Literal["成本", "产出", "效益", "满意度"]] = ["产出", "效益"]
    on_departure: WeightTemplate.OnDeparture = WeightTemplate.OnDeparture.HINT
    clause: Annotated[str, text(200)]


class SettingRow(Row):
    """A parameter; without a value its note says what must be decided."""

    code: Annotated[Code, Field(max_length=60)]
    title: Annotated[str, text(80)]
    value: Annotated[Written, text(200)] | None = None
    unit: Annotated[str, text(20, 0)] = ""
    clause: Annotated[str, text(300)]
    requirements: list[Number] = []
    note: Annotated[str, text(200, 0)] = ""


class WindowRow(Row):
    """When a task can be filed, in days, both included."""

    key: Annotated[Written, text(20)]
    label: Annotated[str, text(60, 0)] = ""
    opens: date | None = None
    closes: date | None = None
    data_until: date | None = None
    phrase: Annotated[str, text(100, 0)] = ""
    note: Annotated[str, text(200, 0)] = ""


class ScopeRow(Row):
    """A condition of whom the task reaches."""

    exclude: bool = False
    field: TaskScope.Field
    value: Annotated[Written, text(60)]
    reason: Annotated[str, text(100, 0)] = ""


class SlotRow(Row):
    """A named place for files."""

    code: Code
    title: Annotated[str, text(80)]
    required: bool = False


class FactRow(Row):
    """A named number."""

    code: Code
    title: Annotated[str, text(60)]
    unit: Annotated[str, text(10)]
    required: bool = True


class TaskRow(Row):
    """A duty."""

    code: Annotated[Code, Field(max_length=60)]
    title: Annotated[str, text(100)]
    stage: Stage
    kind: Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z_]+)?$", max_length=40)]
    subject: PlanTask.SubjectKind
    level: PlanTask.Level
    main: bool = True
    evaluated_year: Annotated[int, Field(ge=2000, le=2100)]
    responsible: Annotated[str, text(200)]
    section: Code | None = None
    clause: Annotated[str, text(2000)]
    requirements: Annotated[list[Number], Field(min_length=1)]
    trigger: Annotated[str, text(40, 0)] = ""
    doubt: Annotated[str, text(200, 0)] = ""
    windows: Annotated[list[WindowRow], Field(min_length=1)]
    scopes: list[ScopeRow] = []
    flow: Code | None = None
    weights: list[WeightRow] = []
    settings: list[SettingRow] = []
    slots: list[SlotRow] = []
    facts: list[FactRow] = []


class Profile(Row):
    """A jurisdiction's year."""

    profile: Literal[1]
    jurisdiction: JurisdictionRow
    fund_tags: list[FundTagRow] = []
    sections: Annotated[list[SectionRow], Field(min_length=1)]
    plan: PlanRow
    sheets: list[SheetRow] = []
    flows: dict[Code, list[StepRow]] = {}
    weights: list[WeightRow] = []
    settings: list[SettingRow] = []
    tasks: Annotated[list[TaskRow], Field(min_length=1)]

    def numbers(self) -> set[str]:
        """Every requirement that a task, a setting or a sheet of the profile carries."""
        rows: list[TaskRow | SettingRow | SheetRow] = [*self.tasks, *self.settings, *self.sheets]
        rows += [setting for task in self.tasks for setting in task.settings]
        return {number for row in rows for number in row.requirements}


@dataclass(frozen=True)
class Problem:
    """Something that the shape allows but that cannot be: where, and a sentence."""

    path: Path
    text: str


def problems(profile: Profile) -> Iterator[Problem]:
    """What does not agree within the profile, in the order of the file."""
    yield from _sections(profile)
    for i, sheet in enumerate(profile.sheets):
        yield from _sheet(sheet, ("sheets", i))
    for name, steps in profile.flows.items():
        yield from _flow(profile, steps, ("flows", name))
    yield from _weights(profile.weights, ("weights",))
    yield from _settings(profile.settings, ("settings",))
    yield from _twice([sheet.code for sheet in profile.sheets], ("sheets",), "code")
    yield from _twice([task.code for task in profile.tasks], ("tasks",), "code")
    for i, task in enumerate(profile.tasks):
        yield from _task(profile, task, ("tasks", i))


def _twice(values: Sequence[str], path: Path, key: str) -> Iterator[Problem]:
    """Each value that stands a second time, at its second place."""
    seen: Counter[str] = Counter()
    for i, value in enumerate(values):
        seen[value] += 1
        if seen[value] == 2:
            yield Problem((*path, i, key), f"“{value}”出现两次，应只有一次")


def _known(value: str | None, known: Iterable[str], path: Path, where: str) -> Iterator[Problem]:
    if value is not None and value not in known:
        yield Problem(path, f"填“{value}”，{where}里没有")


def _sections(profile: Profile) -> Iterator[Problem]:
    tags = {tag.code for tag in profile.fund_tags}
    yield from _twice([tag.code for tag in profile.fund_tags], ("fund_tags",), "code")
    yield from _twice([section.code for section in profile.sections], ("sections",), "code")
    taken: set[str] = set()
    for i, section in enumerate(profile.sections):
        for j, tag in enumerate(section.fund_tags):
            yield from _known(tag, tags, ("sections", i, "fund_tags", j), "fund_tags")
        for key, values in (
            ("fund_tags", section.fund_tags),
            ("budget_types", section.budget_types),
        ):
            for j, value in enumerate(values):
                if value in taken:
                    yield Problem(("sections", i, key, j), f"“{value}”已归另一个科室")
                taken.add(value)
        for j, name in enumerate([section.name, *section.aliases]):
            if name in taken:
                yield Problem(("sections", i, "aliases", j - 1), f"“{name}”已是另一个科室的名称")
            taken.add(name)


def _sheet(sheet: SheetRow, path: Path) -> Iterator[Problem]:
    total = sum(item.points for item in sheet.items)
    if sheet.mode == ScoreSheet.Mode.POINTS and total != HUNDRED:
        yield Problem((*path, "items"), f"分值合计{total}，应为100")
    if sheet.bands and min(band.floor for band in sheet.bands) != 0:
        yield Problem((*path, "bands"), "最低一档的下限应为0，否则有的分数没有等级")
    yield from _twice([band.grade for band in sheet.bands], (*path, "bands"), "grade")
    yield from _twice([str(band.floor) for band in sheet.bands], (*path, "bands"), "floor")


def _flow(profile: Profile, steps: list[StepRow], path: Path) -> Iterator[Problem]:
    codes = [sheet.code for sheet in profile.sheets]
    for i, step in enumerate(steps):
        yield from _known(step.sheet, codes, (*path, i, "sheet"), "sheets")


def _weights(rows: list[WeightRow], path: Path) -> Iterator[Problem]:
    for i, row in enumerate(rows):
        parts = (row.execution, row.cost, row.output, row.benefit, row.satisfaction)
        total = sum((part for part in parts if part is not None), Decimal(0))
        if total != HUNDRED:
            yield Problem((*path, i), f"各级分值合计{total}，应为100")


def _settings(rows: list[SettingRow], path: Path) -> Iterator[Problem]:
    yield from _twice([row.code for row in rows], path, "code")
    for i, row in enumerate(rows):
        if row.value is None and not row.note:
            yield Problem((*path, i), "没有value，也没有note说明要定什么")


def _task(profile: Profile, task: TaskRow, path: Path) -> Iterator[Problem]:
    sections = [section.code for section in profile.sections]
    yield from _known(task.section, sections, (*path, "section"), "sections")
    yield from _known(task.flow, profile.flows, (*path, "flow"), "flows")
    places = [step.place for step in profile.flows.get(task.flow or "", [])]
    if ReviewStep.Place.SECTION in places and task.section is None:
        yield Problem((*path, "section"), f"流程“{task.flow}”有一步在牵头科室，这里没有写科室")
    yield from _twice([row.key for row in task.windows], (*path, "windows"), "key")
    yield from _twice([row.code for row in task.slots], (*path, "slots"), "code")
    yield from _twice([row.code for row in task.facts], (*path, "facts"), "code")
    yield from _weights(task.weights, (*path, "weights"))
    yield from _settings(task.settings, (*path, "settings"))
    for i, window in enumerate(task.windows):
        yield from _window(window, (*path, "windows", i))
    for i, scope in enumerate(task.scopes):
        yield from _scope(profile, task, scope, (*path, "scopes", i))


def _window(window: WindowRow, path: Path) -> Iterator[Problem]:
    if window.opens and window.closes and window.closes < window.opens:
        yield Problem((*path, "closes"), f"{window.closes}早于开放日{window.opens}")
    if not window.opens and not window.closes and not window.note:
        yield Problem(path, "没有日期，也没有note说明为什么待确认")


FIXED: dict[TaskScope.Field, list[str]] = {
    TaskScope.Field.UNIT_KIND: list(Unit.Kind.values),
    TaskScope.Field.BUDGET_TYPE: list(BudgetType.values),
    TaskScope.Field.ORIGIN: list(ProjectYear.Origin.values),
    TaskScope.Field.ATTRIBUTE: list(ProjectYear.Attribute.values),
    TaskScope.Field.CLASSIFIED: ["yes", "no"],
}
PROJECT_FIELDS = (
    TaskScope.Field.BUDGET_TYPE,
    TaskScope.Field.FUND_TAG,
    TaskScope.Field.ORIGIN,
    TaskScope.Field.ATTRIBUTE,
)


def _scope(profile: Profile, task: TaskRow, scope: ScopeRow, path: Path) -> Iterator[Problem]:
    if task.subject == PlanTask.SubjectKind.SECTION:
        yield Problem(path, "科室任务没有范围")
    elif task.subject == PlanTask.SubjectKind.UNIT and scope.field in PROJECT_FIELDS:
        yield Problem((*path, "field"), f"“{scope.field}”只用于项目任务")
    if scope.field == TaskScope.Field.FUND_TAG:
        tags = [tag.code for tag in profile.fund_tags]
        yield from _known(scope.value, tags, (*path, "value"), "fund_tags")
    if scope.field in FIXED:
        yield from _known(scope.value, FIXED[scope.field], (*path, "value"), "可用的值")
