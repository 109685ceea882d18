"""What other rooms and pages read of monitoring: verdicts that count, flags by replay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, QuerySet

from apps.filings.models import Filing, Review, State
from apps.monitoring import history, rectifying
from apps.monitoring.models import NodeVerdict
from apps.organizations.models import Jurisdiction, Role, Unit
from apps.projects.models import Project
from apps.rectification import selectors as ledger
from apps.rectification.models import Source
from apps.rules import monitoring as rules
from apps.rules.errors import RuleError
from apps.rules.monitoring import Flag, FlagRules, Step
from apps.rules.monitoring.parameters import YES
from apps.workplans import selectors as plans
from apps.workplans.models import RuleSetting

CODES = tuple(each.code for each in rules.FLAGS)
FIRST_REVIEW = "monitoring.first_review_counts"  # asked only by plans that have it (Y-111)


@dataclass(frozen=True)
class Standing:
    """The flag that a project carries in a year, and how it came to it.

    `lacking` says why nobody knows: the year's plan has not settled the rules of the flags.
    """

    flag: Flag = Flag.NONE
    steps: Sequence[Step] = field(default_factory=tuple)
    lacking: str = ""


@dataclass(frozen=True)
class NodeResult:
    """What one closed node came to; `light` is a code, empty where nothing was lit."""

    filing: Filing
    node_on: date
    light: str
    verdict: str


def verdicts() -> QuerySet[NodeVerdict]:
    """The verdicts that count: those on which a filing was closed."""
    rows = NodeVerdict.objects.filter(filing__approved_revision=F("revision"))
    return rows.exclude(filing__state=State.CANCELLED)


def results_of(project: Project, year: int) -> list[NodeResult]:
    """The project's closed nodes of the year in their order; two queries."""
    rows = verdicts().filter(project=project, fiscal_year=year).order_by("node_on", "pk")
    rows = rows.select_related("filing", "revision__node_lights")
    return [
        NodeResult(said.filing, said.node_on, _shown(said), said.verdict)
        for said in rows.prefetch_related("revision__node_lights__changes")
    ]


def _shown(said: NodeVerdict) -> str:
    lights = getattr(said.revision, "node_lights", None)  # nothing was lit without its rules
    return lights.shown if lights else ""


def flag_rules_of(jurisdiction: Jurisdiction, year: int) -> FlagRules:
    """The rules of the flags that the year's plan settled. Raises RuleError while it has not."""
    plan = plans.current_plan(jurisdiction, year)
    rows = RuleSetting.objects.filter(plan=plan, task=None, code__in=CODES, is_filled=True)
    return rules.flag_rules(dict(rows.values_list("code", "value")) if plan else {})


def first_review_counts(jurisdiction: Jurisdiction, year: int) -> bool:
    """Whether a return by the first desk makes its node 不合格, as the year's plan says.

    A plan that does not ask it counts verdicts alone. Raises RuleError for one that asks it and has
    not settled it.
    Source: Y-111, 业务科室对分管单位两次监控初审.
    """
    plan = plans.current_plan(jurisdiction, year)
    row = RuleSetting.objects.filter(plan=plan, task=None, code=FIRST_REVIEW).first()
    if plan is None or row is None:
        return False
    if not row.is_filled:
        raise RuleError(
            f"监控规则“{row.title}”：待本地确认。请计划管理员在计划参数里设定。",
            code="monitoring.unset",
            settings=[FIRST_REVIEW],
        )
    return row.value == YES


def standing_of(project: Project, year: int) -> Standing:
    """The flag that the project carries in the year, replayed from what happened to it."""
    return _standing(project, verdicts().filter(project=project), year)


def standing_of_unit(unit: Unit, year: int) -> Standing:
    """The same of a unit as a whole."""
    return _standing(unit, verdicts().filter(project=None, filing__unit=unit), year)


def _standing(subject: Project | Unit, rows: QuerySet[NodeVerdict], year: int) -> Standing:
    """What the year's rules make of what happened so far; a query a year for the problems."""
    found = rows.filter(fiscal_year__lte=year).select_related("filing").order_by("node_on", "pk")
    said = list(found)
    years = sorted({each.fiscal_year for each in said})
    cases = {
        case.ref_id: case
        for each in years
        for case in ledger.found_by(subject, each, Source.MONITORING)
        if case.ref_kind == rectifying.KIND
    }
    try:
        law = flag_rules_of(subject.jurisdiction, year)
        counts = first_review_counts(subject.jurisdiction, year)
        returned = _returned([each.filing_id for each in said]) if counts else set()
        events = history.events(said, cases, law, returned)
        return Standing(rules.standing(events, law, year), rules.replay(events, law))
    except RuleError as error:
        return Standing(lacking=str(error))


def _returned(filings: Sequence[int]) -> set[int]:
    """Those of the filings that a business section sent back."""
    rows = Review.objects.filter(
        revision__filing__in=filings,
        decision=Review.Decision.RETURN,
        step__role=Role.SECTION_REVIEWER,
    )
    return set(rows.values_list("revision__filing", flat=True))
