"""What stands of assessments: conclusions in force, the gate of a year, the register (Y-09)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Q, QuerySet

from apps.core import arrival
from apps.filings.models import DESK_STATES, OPEN_STATES, Filing, State
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, User
from apps.pre_assessment.content import KINDS
from apps.pre_assessment.earlier import in_force
from apps.pre_assessment.models import AssessmentSheet, GateException
from apps.projects import gates as registry
from apps.projects.gates import Entrant, Gate, Refusal, entrant_of
from apps.projects.models import Project, ProjectYear
from apps.rules import gates
from apps.workplans.models import Plan, PlanTask

GATE = "pre_assessment.gate"
TARGETS = "targets"  # the other gate, which the room of targets registers
CHUNK = 1000  # keys in one query
WORDS = {*(verdict.value for verdict in gates.Verdict), gates.NONE}


# --- the plan's gate ------------------------------------------------------------------------
def gate_of(jurisdiction: Jurisdiction | int, year: int) -> gates.Gate:
    """The gate of a budget year: what its published plan, or else the year before's, keeps out.

    A budget is made before its own year's plan is published. The parameter names conclusions
    joined by “、”; a plan that does not name any has no gate.
    """
    plan = plan_of(jurisdiction, year)
    row = plan and plan.settings.filter(code=GATE, task=None, is_filled=True).first()
    blocked = frozenset(row.value.split("、")) if row else frozenset()
    if not row or not blocked <= WORDS:
        return gates.Gate()
    return gates.Gate(blocked, row.clause)


def plan_of(jurisdiction: Jurisdiction | int, year: int) -> Plan | None:
    """The plan that speaks for a budget year: its own once published, or the year before's."""
    region = jurisdiction if isinstance(jurisdiction, int) else jurisdiction.pk
    memo, key = arrival.memo(), f"gate plan {region} {year}"  # one page asks for several gates
    if key not in memo:
        plans = Plan.objects.filter(jurisdiction=region, fiscal_year__in=[year - 1, year])
        memo[key] = plans.exclude(state=Plan.State.DRAFT).order_by("-fiscal_year").first()
    plan: Plan | None = memo[key]
    return plan


# --- what stands ----------------------------------------------------------------------------
def standings(projects: Collection[int], year: int) -> dict[int, gates.Standing]:
    """What is known of the projects' assessments for a year; the newest conclusion counts."""
    found: dict[int, gates.Standing] = {}
    ids = sorted(projects)
    for start in range(0, len(ids), CHUNK):
        found |= _standings(ids[start : start + CHUNK], year)
    return found


def _standings(projects: list[int], year: int) -> dict[int, gates.Standing]:
    found: dict[int, gates.Standing] = {}
    reports = AssessmentSheet.objects.filter(
        revision__filing__assignment__project__in=projects, budget_year=year
    )
    project, state = "revision__filing__assignment__project", "revision__filing__state"
    for key, now in reports.order_by("revision__pk").values_list(project, state):
        running = now in (*OPEN_STATES, *DESK_STATES)
        found[key] = gates.Standing(is_running=running, is_rejected=now == State.REJECTED)
    rows = in_force().filter(project__in=projects, budget_year=year).order_by("decided_at", "pk")
    for key, verdict, supported in rows.values_list("project", "verdict", "supported"):
        found[key] = gates.Standing(verdict, supported)
    for let in let_in(projects, year).exclude(kind=GateException.Kind.TARGETS):
        said = found.get(let.project_id, gates.Standing())
        found[let.project_id] = replace(said, exception=let.reason, excepted=let.amount)
    return found


def let_in(projects: Collection[int], year: int) -> QuerySet[GateException]:
    """The confirmed exceptions of the projects at the gates of a budget year."""
    rows = GateException.objects.filter(project__in=projects, budget_year=year)
    return rows.filter(approved_by__isnull=False)


def targets_let_in(projects: Collection[int], year: int) -> dict[int, tuple[str, Decimal]]:
    """Why, and with how many yuan, projects enter the year's budget without targets in force."""
    rows = let_in(projects, year).filter(kind=GateException.Kind.TARGETS)
    return {row.project_id: (row.reason, row.amount) for row in rows}


def subjects(year: int, entrants: Sequence[Entrant]) -> list[gates.Subject]:
    """What a gate must know of each that enters the year's budget, in their order."""
    earlier = _earlier([e.project.pk for e in entrants if e.project is not None], year)
    return [
        _subject(each, each.project is not None and each.project.pk in earlier, year)
        for each in entrants
    ]


def _subject(entrant: Entrant, has_earlier: bool, year: int) -> gates.Subject:
    """New as declared, or plainly new: in no earlier budget and not begun before (Y-36).

    In the year itself only what is major is asked (重大事业发展类).
    """
    begins = entrant.first_year is not None and entrant.first_year >= year
    is_new = entrant.attribute == ProjectYear.Attribute.NEW or (begins and not has_earlier)
    if entrant.origin == ProjectYear.Origin.ADDED:
        is_new = is_new and entrant.is_key
    project = entrant.project
    is_classified = project is not None and (project.is_classified or project.unit.is_classified)
    return gates.Subject(is_new, entrant.is_infrastructure, is_classified)


def passages(
    jurisdiction: Jurisdiction, year: int, entrants: Sequence[Entrant]
) -> list[gates.Passage]:
    """Whether each may enter the year's budget, and why, in their order."""
    gate = gate_of(jurisdiction, year)
    ids = [e.project.pk for e in entrants if e.project is not None] if gate.blocked else []
    known, none = standings(ids, year), gates.Standing()
    return [
        gates.passage(subject, known.get(each.project.pk, none) if each.project else none, gate)
        for each, subject in zip(entrants, subjects(year, entrants), strict=True)
    ]


def _earlier(projects: list[int], year: int) -> set[int]:
    """Those of the projects that stood in an earlier year's budget."""
    found: set[int] = set()
    for start in range(0, len(projects), CHUNK):
        part = projects[start : start + CHUNK]
        places = ProjectYear.objects.filter(project__in=part, fiscal_year__lt=year)
        found |= set(places.values_list("project_id", flat=True))
    return found


def refusals(jurisdiction: Jurisdiction, year: int, entrants: Sequence[Entrant]) -> list[Refusal]:
    """What the gate says of each: why it may not enter, and how much may be budgeted at most."""
    if not gate_of(jurisdiction, year).blocked:  # a list of thousands is not asked one by one
        return [Refusal()] * len(entrants)
    return [
        Refusal(
            "" if found.is_open else f"{found.reason}{found.todo}依据：{found.clause}",
            found.limit,
            found.reason,
        )
        for found in passages(jurisdiction, year, entrants)
    ]


def passage_of(project: Project, year: int) -> gates.Passage:
    """How the project stands at the gate of a year's budget as a new project of the first list."""
    (found,) = passages(project.jurisdiction, year, [entrant_of(project)])
    return found


GATE_ASKED = Gate("assessment", "事前绩效评估", refusals, passage_of)


# --- exceptions -----------------------------------------------------------------------------
OF_TARGETS = frozenset({GateException.Kind.TARGETS.value})
OF_ASSESSMENT = frozenset(GateException.Kind.values) - OF_TARGETS


def kinds_stopped(project: Project, year: int) -> frozenset[str]:
    """The kinds of exception that would let the project through a gate that is closed to it."""
    other = registry.passage(TARGETS, project, year)
    return kinds_for(passage_of(project, year).is_open, other.is_open)


def kinds_for(is_assessed: bool, has_targets: bool) -> frozenset[str]:
    """The kinds of exception that open what is closed of the two gates."""
    found = frozenset() if is_assessed else OF_ASSESSMENT
    return found if has_targets else found | OF_TARGETS


def kinds_proposed(rows: Iterable[GateException]) -> frozenset[str]:
    """The kinds of which one waits or was agreed, so that no other is proposed."""
    found: frozenset[str] = frozenset()
    for row in rows:
        if not row.refusal:
            found |= OF_TARGETS if row.kind in OF_TARGETS else OF_ASSESSMENT
    return found


# --- pages ----------------------------------------------------------------------------------
def task_for(project: Project, year: int) -> PlanTask | None:
    """The task under which the project is assessed for a budget year, in the gate's own plan.

    None where that plan has no such task, or is closed.
    """
    kind = KINDS[1] if project.is_policy else KINDS[0]
    plan = plan_of(project.jurisdiction_id, year)
    if plan is None or plan.state != Plan.State.PUBLISHED:
        return None
    tasks = PlanTask.objects.filter(plan=plan, kind__in=KINDS)
    rows = tasks.select_related("plan__jurisdiction").order_by("pk")
    return next((task for task in rows if task.kind == kind), rows.first())


def assessments(user: User, year: int) -> QuerySet[Filing]:
    """The year's assessments that exist for the person, the newest first."""
    return (
        Filing.objects.visible_to(user)
        .filter(kind__in=KINDS, fiscal_year=year)
        .select_related("assignment__project", "assignment__task", "unit", "reassessment", "step")
        .prefetch_related("conclusions")
        .order_by("-created_at", "-pk")
    )


@dataclass(frozen=True)
class Count:
    """How many projects a year's assessments let in, and for how much, in yuan (Y-09)."""

    verdict: str
    n: int
    asked: Decimal
    supported: Decimal


def counts(user: User, year: int) -> list[Count]:
    """The sums of the conclusions that the year's assessments came to, by conclusion."""
    seen = Project.objects.visible_to(user).filter(is_classified=False)
    policies = Filing.objects.visible_to(user).filter(assignment__project=None, kind__in=KINDS)
    known = Q(project__in=seen.values("pk")) | Q(filing__in=policies.values("pk"))
    rows = in_force().filter(known, filing__fiscal_year=year).order_by("decided_at", "pk")
    newest = {(row.project_id, None if row.project_id else row.filing_id): row for row in rows}
    return [
        Count(
            verdict,
            len(found := [row for row in newest.values() if row.verdict == verdict]),
            sum((row.asked for row in found), Decimal(0)),
            sum((row.supported for row in found), Decimal(0)),
        )
        for verdict in gates.Verdict
    ]


def exceptions(user: User, year: int) -> QuerySet[GateException]:
    """Exceptions at the gate of a budget year that the bureau's people see, the newest first."""
    mine = people.whole_region_jurisdictions(user)
    rows = GateException.objects.filter(jurisdiction__in=mine, budget_year=year)
    return rows.select_related("project", "proposed_by", "approved_by").order_by("-proposed_at")
