"""一项目一档: a project over its years — six stages, money, filings, what happened when."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch

from apps.core import clock
from apps.filings.models import Filing, Review, Revision, State
from apps.filings.stages import hooks_for
from apps.monitoring import selectors as monitoring
from apps.monitoring.content import OF_PROJECTS
from apps.monitoring.selectors import NodeResult, Standing
from apps.organizations.models import User
from apps.projects import selectors as projects
from apps.projects.models import FundLine, Project, ProjectYear
from apps.projects.paid import Executed
from apps.rectification import selectors as rectification
from apps.rectification.models import PaymentDecision, Problem
from apps.reports.selectors import SIX_STAGES
from apps.rules.target_form import TargetForm
from apps.targets import selectors as targets
from apps.targets.in_force import Link
from apps.workplans.models import Assignment, Stage

PROBLEMS = 20  # on the page; the ledger has all


@dataclass(frozen=True)
class StageCell:
    """One stage of one year: done, now, later or none, with up to two lines under its name."""

    title: str
    state: str
    lines: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class YearLine:
    """A year of the project: origin and the six stages."""

    year: int
    origin: str
    attribute: str
    stages: list[StageCell]


@dataclass(frozen=True)
class LogEvent:
    """One thing that happened, for the timeline."""

    on: datetime
    glyph: str
    title: str
    detail: str = ""
    url: str = ""


@dataclass(frozen=True)
class Dossier:
    """The project page of one year; yuan throughout."""

    project: Project
    year: int
    place: ProjectYear | None
    funds: list[FundLine]
    total: Decimal
    execution: Executed | None
    years: list[YearLine]
    filings: list[Filing]
    owed: list[Assignment]
    promise: TargetForm | None
    versions: list[Link]  # of the promise, oldest first
    problems: list[Problem]  # of all years, the newest first
    decisions: list[PaymentDecision]  # about its money, of all years, the newest first
    payment_state: str  # 拨付状态
    events: list[LogEvent]
    nodes: list[NodeResult]  # closed nodes of the year
    flag: Standing | None  # none while no node is closed

    @property
    def initial(self) -> Decimal:
        """The year's money as first budgeted."""
        return sum((line.initial for line in self.funds), Decimal(0))

    @property
    def arrived(self) -> Decimal:
        """The year's money that arrived."""
        return sum((line.arrived for line in self.funds), Decimal(0))

    @property
    def rate(self) -> Decimal | None:
        """Execution rate of the year: paid to date by money in force; None without money."""
        if self.execution is None or not self.total:
            return None
        return Decimal(self.execution.amount) / self.total


def dossier_of(project: Project, year: int, user: User) -> Dossier:
    """The dossier as one person may see it; the number of queries does not grow with the years."""
    funds = list(projects.funds_of(project, year))
    places = list(project.years.order_by("-fiscal_year"))
    seen = _filings(project, user)
    owed = list(
        Assignment.objects.filter(project=project)
        .select_related("task", "window")
        .order_by("due_at")
    )
    has_nodes = any(filing.kind in OF_PROJECTS and filing.approved_revision_id for filing in seen)
    nodes = monitoring.results_of(project, year) if has_nodes else []
    return Dossier(
        project=project,
        year=year,
        place=next((place for place in places if place.fiscal_year == year), None),
        funds=funds,
        total=sum((line.adjusted for line in funds), Decimal(0)),
        execution=projects.execution_of(project, year),
        years=_year_lines(places, seen, owed),
        filings=[filing for filing in seen if filing.fiscal_year == year],
        owed=[a for a in owed if a.fiscal_year == year and not _answered(a, seen)],
        promise=targets.form_in_force(project, year),
        versions=targets.chain(project, year),
        problems=list(rectification.problems_of(project).visible_to(user)[:PROBLEMS]),
        decisions=list(rectification.decisions_of(project).visible_to(user)[:PROBLEMS]),
        payment_state=rectification.payment_state(project, year),
        events=_events(seen)[:40],
        nodes=nodes,
        flag=monitoring.standing_of(project, year) if nodes else None,
    )


def _filings(project: Project, user: User) -> list[Filing]:
    reviews = Review.objects.exclude(decision="").select_related("step", "section")
    revisions = Revision.objects.filter(submitted_at__isnull=False).prefetch_related(
        Prefetch("reviews", reviews)
    )
    return list(
        Filing.objects.visible_to(user)
        .filter(assignment__project=project)
        .exclude(state=State.CANCELLED)
        .select_related("assignment__task", "step", "desk_section", "approved_revision")
        .prefetch_related(Prefetch("revisions", revisions, to_attr="sent"))
        .distinct()
        .order_by("-created_at")
    )


def _answered(assignment: Assignment, seen: list[Filing]) -> bool:
    return any(filing.assignment_id == assignment.pk for filing in seen)


def _year_lines(
    places: list[ProjectYear], seen: list[Filing], owed: list[Assignment]
) -> list[YearLine]:
    return [
        YearLine(
            place.fiscal_year,
            place.get_origin_display(),
            place.get_attribute_display(),
            [_cell(stage, place.fiscal_year, seen, owed) for stage in SIX_STAGES],
        )
        for place in places
    ]


def _cell(stage: Stage, year: int, seen: list[Filing], owed: list[Assignment]) -> StageCell:
    """A stage's state from what is owed and filed about the year; nothing is stored for it."""
    title = str(stage.label)
    asked = [a for a in owed if a.task.stage == stage and a.task.evaluated_year == year]
    given = [f for f in seen if f.assignment_id in {a.pk for a in asked}]
    if not asked:
        return StageCell(title, "later" if stage != Stage.PRE_ASSESSMENT else "none")
    if given and all(filing.state == State.APPROVED for filing in given):
        return StageCell(title, "done", [_grade(given), _day(_approved_at(given[0]))])
    if given:
        return StageCell(title, "now", [given[0].get_state_display()])
    return StageCell(title, "now", [_due(asked[0].due_at)])


def _grade(filings: list[Filing]) -> str:
    """The last grade that a review gave, or 已定稿."""
    for filing in filings:
        graded = [r for r in _reviews_in_force(filing) if r.grade and r.score is not None]
        if graded:
            return f"审核{graded[-1].grade}　{graded[-1].score}分"
    return "已定稿"


def _approved_at(filing: Filing) -> datetime | None:
    """When the revision in force was approved; a later change of it may have been turned down."""
    decided = [r.decided_at for r in _reviews_in_force(filing) if r.decided_at]
    return max(decided, default=filing.closed_at)


def _reviews_in_force(filing: Filing) -> list[Review]:
    in_force = (r for r in _sent(filing) if r.pk == filing.approved_revision_id)
    return [review for revision in in_force for review in revision.reviews.all()]


def _sent(filing: Filing) -> list[Revision]:
    sent: list[Revision] = getattr(filing, "sent", [])
    return sent


def _due(due_at: datetime | None) -> str:
    """The last day in time of a half-open deadline."""
    if due_at is None:
        return "截止未定"
    return f"{_day(clock.start_of(clock.last_day(due_at)))}截止"


def _day(moment: datetime | None) -> str:
    if moment is None:
        return ""
    day = moment.astimezone(clock.ZONE)
    return f"{day.month}月{day.day}日"


def _events(seen: list[Filing]) -> list[LogEvent]:
    """Submissions and decisions, newest first."""
    events: list[LogEvent] = []
    for filing in seen:
        title = hooks_for(filing.kind).title
        for revision in _sent(filing):
            events += _revision_events(filing, revision, title)
    return sorted(events, key=lambda event: event.on)[::-1]  # of one moment the last written first


GLYPHS: dict[Any, str] = {"pass": "final", "return": "returned", "reject": "rejected"}


def _revision_events(filing: Filing, revision: Revision, title: str) -> list[LogEvent]:
    url = f"/{filing.fiscal_year}/filings/{filing.public_id}/?revision={revision.number}"
    events = []
    if revision.submitted_at:
        late = "（逾期补报）" if revision.is_late else ""
        text = f"{title}第{revision.number}版报送{late}"
        receipt = f"回执{revision.receipt_number}"
        events.append(LogEvent(revision.submitted_at, "submitted", text, receipt, url))
    for review in revision.reviews.all():
        if review.decided_at:
            score = f"{review.score}分，{review.grade}" if review.score is not None else ""
            text = f"{review.step.title}{review.get_decision_display()}"
            detail = "　".join(part for part in (str(review.section or ""), score) if part)
            glyph = GLYPHS[review.decision]
            events.append(LogEvent(review.decided_at, glyph, text, detail, url))
    return events
