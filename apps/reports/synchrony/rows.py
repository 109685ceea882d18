"""One row a project: four pairs of days, and what stands of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from apps.core import clock
from apps.organizations.models import User
from apps.projects.models import Project, ProjectQuerySet, StepDate
from apps.projects.steps import selectors as steps
from apps.rules import synchrony
from apps.rules.errors import RuleError
from apps.rules.synchrony import State, Step
from apps.targets import selectors as targets
from apps.targets.selectors import Filed
from apps.workplans import selectors as plans
from apps.workplans.models import PlanEvent

MOST = 5_000
EVENTS = {step: f"budget_{step}" for step in Step}  # the codes by which plans name them


@dataclass(frozen=True)
class Asked:
    """What a filter asks for; empty for all."""

    unit: str = ""  # public id
    step: str = ""
    state: str = ""
    text: str = ""


@dataclass(frozen=True)
class Day:
    """A day of one side, and where it is from; `step_date` where somebody entered it."""

    on: date | None
    source: str = ""
    step_date: StepDate | None = None


@dataclass(frozen=True)
class PairRow:
    """One step of one project as the page shows it."""

    step: Step
    budget: Day
    target: Day
    found: synchrony.Finding

    @property
    def days(self) -> tuple[Day, Day]:
        """The budget's and the targets'."""
        return self.budget, self.target

    @property
    def word(self) -> str:
        """申报, 审核, 批复 or 公开."""
        return synchrony.WORDS[self.step]

    @property
    def state_word(self) -> str:
        """The state in words."""
        return synchrony.STATES[self.found.state]


@dataclass(frozen=True)
class SyncRow:
    """A project with its four pairs."""

    project: Project
    pairs: list[PairRow]

    @property
    def worst(self) -> synchrony.Finding:
        """What matters most of the four."""
        return synchrony.worst([pair.found for pair in self.pairs])

    def fits(self, asked: Asked) -> bool:
        """Whether a pair is in the state that is asked for, at the step that is asked for."""
        found = [pair for pair in self.pairs if not asked.step or pair.step == asked.step]
        return not asked.state or any(pair.found.state == asked.state for pair in found)


@dataclass(frozen=True)
class StepCount:
    """How many projects are in which state at one step."""

    step: Step
    word: str
    n_late: int
    n_apart: int
    n_unknown: int
    n_together: int


def listed(user: User, year: int, asked: Asked) -> ProjectQuerySet:
    """The year's projects that the person sees and the filter names; classified ones never."""
    rows = Project.objects.listed_to(user).filter(years__fiscal_year=year, is_classified=False)
    if asked.unit:
        rows = rows.filter(unit__public_id=asked.unit)
    if asked.text:
        rows = rows.filter(Q(name__icontains=asked.text) | Q(code__startswith=asked.text))
    return rows


def found(user: User, year: int, asked: Asked) -> list[SyncRow]:
    """What the filter shows, late ones first. Raises RuleError beyond 5,000 projects."""
    rows = listed(user, year, asked)
    if rows.order_by()[: MOST + 1].count() > MOST:
        raise RuleError(f"超过{MOST}个项目，请先选单位再看四同步。", code="synchrony.size")
    whole = rows.select_related("unit", "jurisdiction").order_by("unit__code", "name", "pk")
    fitting = [row for row in rows_of(list(whole), year) if row.fits(asked)]
    order = list(State)
    return sorted(fitting, key=lambda row: (order.index(row.worst.state), -abs(row.worst.days)))


def rows_of(projects: Sequence[Project], year: int) -> list[SyncRow]:
    """The rows of these projects in their order; eight queries however many they are."""
    ids = [project.pk for project in projects]
    entered = steps.dates_of_many(ids, year)
    filed = targets.filed_days(ids, year)
    regions = {project.jurisdiction_id for project in projects}
    events, clauses = plans.events_of_year(regions, year), plans.sync_clauses(regions, year)
    today = clock.today()

    def row(project: Project) -> SyncRow:
        region, own = project.jurisdiction_id, entered.get(project.pk, {})
        sent = filed.get(project.pk, Filed())
        told = {step: events.get((region, EVENTS[step])) for step in Step}
        clause = clauses.get(region, "")
        return SyncRow(project, [_pair(s, own, sent, told[s], clause, today) for s in Step])

    return [row(project) for project in projects]


def _pair(
    step: Step,
    entered: steps.Dates,
    filed: Filed,
    event: PlanEvent | None,
    clause: str,
    today: date,
) -> PairRow:
    budget = _budget(entered.get((StepDate.Side.BUDGET.value, step.value)), event)
    target = _target(step, entered.get((StepDate.Side.TARGET.value, step.value)), filed)
    is_open = step not in synchrony.ONE_ACT and target.on is None and filed.is_owed
    pair = synchrony.Pair(step, budget.on, target.on, is_open)
    clause = clause or (event.clause if event else "")
    return PairRow(step, budget, target, synchrony.judge(pair, today, clause))


def _budget(entered: StepDate | None, event: PlanEvent | None) -> Day:
    """What was entered for the project, else the day of the plan's event."""
    if entered:
        return Day(entered.on, entered.source, entered)
    if event and event.happened_on:
        return Day(event.happened_on, f"计划的事件日期：{event.title}")
    return Day(None)


def _target(step: Step, entered: StepDate | None, filed: Filed) -> Day:
    """What the filings tell, or what was entered."""
    if step == Step.COMPILED:
        return Day(filed.submitted_on, "首次报送" if filed.submitted_on else "")
    if step == Step.REVIEWED:
        return Day(filed.approved_on, "审核定稿" if filed.approved_on else "")
    return Day(entered.on, entered.source, entered) if entered else Day(None)


def counts(rows: Iterable[SyncRow]) -> list[StepCount]:
    """How many are in which state, step by step."""
    told = Counter((pair.step, pair.found.state) for row in rows for pair in row.pairs)
    return [
        StepCount(step, synchrony.WORDS[step], *(told[step, state] for state in State))
        for step in Step
    ]
