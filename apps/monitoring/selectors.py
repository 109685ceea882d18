"""What other rooms and pages read of monitoring: verdicts that count, flags by replay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import F, QuerySet

from apps.filings.models import Filing, Review, State
from apps.monitoring import history, rectifying
from apps.monitoring.models import NodeVerdict, Verdict
from apps.organizations.models import Jurisdiction, Role, Unit
from apps.projects.models import Project
from apps.rectification import selectors as ledger
from apps.rules import monitoring as rules
from apps.rules.errors import RuleError
from apps.rules.monitoring import Event, Flag, FlagRules, Kind, Move, Step
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
    """What one closed node came to; lights are codes, empty where nothing was lit."""

    filing: Filing
    node_on: date
    light: str  # both sides in one, as finance changed it last
    verdict: str
    money: str = ""
    promise: str = ""


def verdicts() -> QuerySet[NodeVerdict]:
    """The verdicts that count: those on which a filing was closed."""
    rows = NodeVerdict.objects.filter(filing__approved_revision=F("revision"))
    return rows.exclude(filing__state=State.CANCELLED)


def results_of(project: Project, year: int) -> list[NodeResult]:
    """The project's closed nodes of the year in their order."""
    return results([project.pk], year).get(project.pk, [])


def results(projects: Collection[int], year: int) -> dict[int, list[NodeResult]]:
    """The same of many projects by key, those without a closed node left out; three queries."""
    rows = verdicts().filter(project__in=projects, fiscal_year=year).order_by("node_on", "pk")
    rows = rows.select_related("filing", "revision__node_lights")
    found: dict[int, list[NodeResult]] = {}
    for said in rows.prefetch_related("revision__node_lights__changes"):
        found.setdefault(said.project_id or 0, []).append(_result(said))
    return found


def _result(said: NodeVerdict) -> NodeResult:
    lights = getattr(said.revision, "node_lights", None)  # nothing was lit without its rules
    if lights is None:
        return NodeResult(said.filing, said.node_on, "", said.verdict)
    sides = (lights.money, lights.promise)
    return NodeResult(said.filing, said.node_on, lights.shown, said.verdict, *sides)


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
    return standings(project.jurisdiction, [project.pk], year)[project.pk]


def standings(
    jurisdiction: Jurisdiction, projects: Collection[int], year: int
) -> dict[int, Standing]:
    """The same of many projects of a jurisdiction by their keys, in as many queries as of one."""
    said: dict[int, list[NodeVerdict]] = {key: [] for key in projects}
    for each in _up_to(verdicts().filter(project__in=projects), year):
        said[each.project_id or 0].append(each)
    return _replayed(jurisdiction, said, year)


def standing_of_unit(unit: Unit, year: int) -> Standing:
    """The same of a unit as a whole."""
    said = _up_to(verdicts().filter(project=None, filing__unit=unit), year)
    return _replayed(unit.jurisdiction, {unit.pk: list(said)}, year)[unit.pk]


def _up_to(rows: QuerySet[NodeVerdict], year: int) -> QuerySet[NodeVerdict]:
    found = rows.filter(fiscal_year__lte=year).select_related("filing")
    return found.order_by("node_on", "pk")


def _replayed(
    jurisdiction: Jurisdiction, said: dict[int, list[NodeVerdict]], year: int
) -> dict[int, Standing]:
    """What the year's rules make of what happened so far, by the same keys."""
    try:
        law = flag_rules_of(jurisdiction, year)
        counts = first_review_counts(jurisdiction, year)
    except RuleError as error:
        return {key: Standing(lacking=str(error)) for key in said}
    filings = [each.filing for rows in said.values() for each in rows]
    _date([each for rows in said.values() for each in rows])
    returned = _returned([filing.pk for filing in filings]) if counts else set()
    ids = [str(filing.public_id) for filing in filings]
    cases = ledger.courses_at(jurisdiction, rectifying.KIND, ids)
    return {
        key: _standing(history.events(rows, cases, law, returned), law, year)
        for key, rows in said.items()
    }


def _date(verdicts: Sequence[NodeVerdict]) -> None:
    """Say of each since when its filing has that verdict; one query.

    A filing that was reopened and closed again with the same verdict has it since the first time.
    """
    told: defaultdict[int, list[tuple[str, datetime]]] = defaultdict(list)
    rows = NodeVerdict.objects.filter(filing__in=[said.filing_id for said in verdicts])
    columns = rows.order_by("decided_at").values_list("filing", "verdict", "decided_at")
    for filing, verdict, at in columns:
        told[filing].append((verdict, at))
    for said in verdicts:
        said.held_since = said.decided_at
        for verdict, at in reversed(told[said.filing_id]):
            if at <= said.decided_at and verdict != said.verdict:
                break
            said.held_since = min(said.held_since, at)


def _standing(events: Sequence[Event], law: FlagRules, year: int) -> Standing:
    try:
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


# --- the county's notice ----------------------------------------------------------------------
@dataclass(frozen=True)
class Flagged:
    """A project that carries a flag after a node; `move` is what the node did to it."""

    project: Project
    unit: Unit
    flag: Flag
    move: Move
    reason: str


def closed_nodes(region: Jurisdiction, year: int) -> list[date]:
    """The nodes of the year at which a project's filing is closed, in their order."""
    rows = verdicts().filter(filing__jurisdiction=region, fiscal_year=year, project__isnull=False)
    return sorted(set(rows.order_by().values_list("node_on", flat=True)))


def closed_at(region: Jurisdiction, year: int, node_on: date) -> list[NodeVerdict]:
    """What was found of projects at the node, by unit; classified ones are left out."""
    rows = verdicts().filter(filing__jurisdiction=region, fiscal_year=year, node_on=node_on)
    rows = rows.filter(project__is_classified=False, project__unit__is_classified=False)
    rows = rows.select_related("project__unit", "project__jurisdiction", "filing")
    return list(rows.order_by("project__unit__code", "project__code", "pk"))


def flagged_among(said: Sequence[NodeVerdict], region: Jurisdiction, year: int) -> list[Flagged]:
    """Those of the projects that failed at the node and carry a flag since.

    As many queries as for one. Raises RuleError while the plan has not settled the flags.
    """
    flag_rules_of(region, year)
    counts = first_review_counts(region, year)
    returned = _returned([each.filing_id for each in said]) if counts else set()
    failed = [v for v in said if v.verdict == Verdict.FAILED or v.filing_id in returned]
    carried = standings(region, [v.project_id for v in failed if v.project_id], year)
    found = ((v, _step_at(v, carried[v.project_id].steps)) for v in failed if v.project_id)
    return [
        Flagged(verdict.project, verdict.project.unit, step.after, step.move, verdict.reason)
        for verdict, step in found
        if verdict.project is not None and step is not None and step.after != Flag.NONE
    ]


def _step_at(verdict: NodeVerdict, steps: Sequence[Step]) -> Step | None:
    """What the failure at this node did to the project's flag."""
    label = history.label_of(verdict)
    here = (s for s in steps if s.event.kind == Kind.FAILED and s.event.label.startswith(label))
    return next(here, None)
