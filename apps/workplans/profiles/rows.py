"""What a year's profile may say: its shape, row by row (decision 5).

Dates are days; `closes` is the last day in time. A number that the notice does not give is left
without value and its note says what must be decided.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from apps.organizations.models import Jurisdiction, Role, Section
from apps.projects.models import BudgetType
from apps.rules.findings import Severity
from apps.workplans.models import (
    GradeBand,
    PlanTask,
    ReminderRule,
    ReviewStep,
    RuleSetting,
    ScoreSheet,
    Stage,
    TaskScope,
    TaskWindow,
    WeightTemplate,
)

Path = tuple[str | int, ...]
Code = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=40)]
Place6 = Annotated[str, Field(pattern=r"^[0-9]{6}$")]
Number = Annotated[str, Field(pattern=r"^[A-Z]-[0-9]{2,3}$")]
Points = Annotated[Decimal, Field(ge=0, le=100, decimal_places=2)]
Written = Annotated[str, BeforeValidator(lambda v: str(v) if isinstance(v, int | float) else v)]


def text(limit: int, least: int = 1) -> object:
    """A line of text that fits its column."""
    return Field(min_length=least, max_length=limit)


Tag = Annotated[str, text(40)]


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

    code: Tag
    name: Annotated[str, text(40)]


class SectionRow(Row):
    """A finance section, the names it also goes by, and the money it is responsible for."""

    code: Annotated[str, text(20)]
    name: Annotated[str, text(40)]
    kind: Section.Kind
    aliases: list[Annotated[str, text(40)]] = []
    fund_tags: list[Tag] = []
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


class DocumentRow(Row):
    """A document on which tasks stand (依据库)."""

    code: Annotated[Code, Field(max_length=60)]
    title: Annotated[str, text(160)]
    number: Annotated[str, text(60, 0)] = ""
    issuer: Annotated[str, text(60, 0)] = ""
    issued_on: date | None = None
    url: Annotated[str, text(200, 0)] = ""
    note: Annotated[str, text(200, 0)] = ""


class EventRow(Row):
    """Something that windows count from; its date is entered when it has happened."""

    code: Code
    title: Annotated[str, text(60)]
    happened_on: date | None = None
    clause: Annotated[str, text(300, 0)] = ""


class ReminderRow(Row):
    """When whom is reminded: days from the deadline, from coming on a desk, from the return."""

    about: ReminderRule.About = ReminderRule.About.DUE
    days: Annotated[int, Field(ge=-250, le=250)]
    in_working_days: bool = True
    audience: ReminderRule.Audience = ReminderRule.Audience.PERSON


def usual_reminders() -> list[ReminderRow]:
    """What a profile gets that says nothing of reminders; the editor shows and changes them."""
    about, audience = ReminderRule.About, ReminderRule.Audience
    return [
        *(ReminderRow(days=days) for days in (-5, -2, -1, 1)),
        ReminderRow(days=2, audience=audience.HEAD),
        ReminderRow(days=3, audience=audience.SECTION),
        ReminderRow(about=about.DESK, days=3, audience=audience.DESK),
        ReminderRow(about=about.RETURNED, days=2),
    ]


class SettingRow(Row):
    """A parameter; without a value its note says what must be decided."""

    code: Annotated[Code, Field(max_length=60)]
    title: Annotated[str, text(80)]
    value: Annotated[Written, text(200)] | None = None
    unit: Annotated[str, text(20, 0)] = ""
    value_type: RuleSetting.Type = RuleSetting.Type.TEXT
    choices: list[Annotated[str, text(60)]] = []
    clause: Annotated[str, text(300)]
    requirements: list[Number] = []
    note: Annotated[str, text(200, 0)] = ""


class CheckRow(Row):
    """A check of the target form that the plan switches, weighs or tunes; the rest is as usual."""

    code: Annotated[Code, Field(max_length=60)]
    on: bool | None = None
    severity: Severity | None = None
    must_answer: bool = False
    numbers: dict[str, Decimal] = {}
    reason: Annotated[str, text(200)]


class WindowRow(Row):
    """When a task can be filed, in days, both included."""

    key: Annotated[Written, text(20)]
    label: Annotated[str, text(60, 0)] = ""
    opens: date | None = None
    closes: date | None = None
    data_until: date | None = None
    kind: TaskWindow.Kind = TaskWindow.Kind.FIXED
    event: Code | None = None
    days_after: Annotated[int, Field(ge=0, le=730)] | None = None
    in_working_days: bool = False
    months_after: Annotated[int, Field(ge=0, le=24)] | None = None
    day: Annotated[int, Field(ge=1, le=31)] | None = None
    series: Annotated[str, text(20, 0)] = ""
    focus_opens: date | None = None
    focus_closes: date | None = None
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
    responsible: Annotated[str, text(200, 0)] = ""
    section: str | None = None
    clause: Annotated[str, text(2000)]
    requirements: list[Number] = []
    trigger: Annotated[str, text(40, 0)] = ""
    doubt: Annotated[str, text(200, 0)] = ""
    roll: PlanTask.Roll = PlanTask.Roll.KEEP
    accepts_late: bool = False
    basis: list[Code] = []
    reminders: list[ReminderRow] = []
    windows: list[WindowRow] = []
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
    sections: list[SectionRow] = []
    plan: PlanRow
    sheets: list[SheetRow] = []
    flows: dict[Code, list[StepRow]] = {}
    weights: list[WeightRow] = []
    settings: list[SettingRow] = []
    checks: list[CheckRow] = []
    documents: list[DocumentRow] = []
    events: list[EventRow] = []
    reminders: list[ReminderRow] = Field(default_factory=usual_reminders)
    tasks: list[TaskRow] = []

    def numbers(self) -> set[str]:
        """Every requirement that a task, a setting or a sheet of the profile carries."""
        rows: list[TaskRow | SettingRow | SheetRow] = [*self.tasks, *self.settings, *self.sheets]
        rows += [setting for task in self.tasks for setting in task.settings]
        return {number for row in rows for number in row.requirements}
