"""What stands of assessments: conclusions in force, the gate of a year, the register (Y-09)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import F, Q, QuerySet

from apps.filings.models import DESK_STATES, OPEN_STATES, Filing, State
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, User
from apps.pre_assessment.content import KINDS
from apps.pre_assessment.models import AssessmentSheet, Conclusion, GateException
from apps.projects.gates import Entrant
from apps.projects.models import Project, ProjectYear
from apps.rules import gates
from apps.rules.numbers import parse_number
from apps.workplans.models import Plan, PlanTask, RuleSetting

GATE, FLOOR = "pre_assessment.gate", "pre_assessment.reassess_floor"
WORDS = {*(verdict.value for verdict in gates.Verdict), gates.NONE}


# --- the plan's gate ------------------------------------------------------------------------
def _plan(jurisdiction: Jurisdiction | int, year: int) -> Plan | None:
    return Plan.objects.filter(
        jurisdiction=jurisdiction, fiscal_year=year, state=Plan.State.PUBLISHED
    ).first()


def _setting(plan: Plan | None, code: str) -> RuleSetting | None:
    if plan is None:
        return None
    return plan.settings.filter(code=code, task=None, is_filled=True).first()


def gate_of(jurisdiction: Jurisdiction | int, year: int) -> gates.Gate:
    """The gate of a budget year: what its published plan does not let in; none without a plan.

    The parameter names conclusions joined by “、”; a plan that says it in other words has no gate.
    """
    row = _setting(_plan(jurisdiction, year), GATE)
    blocked = frozenset(row.value.split("、")) if row else frozenset()
    if row is None or not blocked <= WORDS:
        return gates.Gate()
    return gates.Gate(blocked, row.clause)


def floor_of(filing: Filing) -> tuple[Decimal | None, str]:
    """From which county investment, in yuan, a third party may assess again, and the clause."""
    row = _setting(filing.assignment.plan, FLOOR)
    return (parse_number(row.value), row.clause) if row else (None, "")


# --- what stands ----------------------------------------------------------------------------
def in_force() -> QuerySet[Conclusion]:
    """Conclusions on which their filing was closed: approved on that revision, or rejected."""
    return Conclusion.objects.filter(
        Q(filing__state=State.APPROVED, filing__approved_revision=F("revision"))
        | Q(filing__state=State.REJECTED)
    )


def standings(projects: Collection[int], year: int) -> dict[int, gates.Standing]:
    """What is known of the projects' assessments for a year; the newest conclusion counts."""
    found: dict[int, gates.Standing] = {}
    running = AssessmentSheet.objects.filter(
        revision__filing__state__in=[*OPEN_STATES, *DESK_STATES],
        revision__filing__assignment__project__in=projects,
        budget_year=year,
    )
    for project in running.values_list("revision__filing__assignment__project", flat=True):
        found[project] = gates.Standing(is_running=True)
    rows = in_force().filter(project__in=projects, budget_year=year).order_by("decided_at", "pk")
    for row in rows:
        found[row.project_id] = gates.Standing(row.verdict, row.supported)
    excepted = GateException.objects.filter(project__in=projects, budget_year=year)
    for let in excepted.filter(approved_by__isnull=False):
        said = found.get(let.project_id, gates.Standing())
        found[let.project_id] = gates.Standing(
            said.verdict, said.supported, said.is_running, let.reason, let.amount
        )
    return found


def _subject(origin: str, attribute: str, entrant: Entrant) -> gates.Subject:
    """New in the year's budget; in the year itself only what is major (Y-36, 重大事业发展类)."""
    is_new = attribute == ProjectYear.Attribute.NEW
    if origin == ProjectYear.Origin.ADDED:
        is_new = is_new and entrant.is_key
    is_classified = entrant.project is not None and entrant.project.is_classified
    return gates.Subject(is_new, entrant.is_infrastructure, is_classified)


def passages(
    jurisdiction: Jurisdiction, year: int, entrants: Sequence[Entrant]
) -> list[gates.Passage]:
    """Whether each may enter the year's budget, and why, in their order."""
    gate = gate_of(jurisdiction, year)
    ids = [e.project.pk for e in entrants if e.project is not None] if gate.blocked else []
    known = standings(ids, year) if ids else {}
    none = gates.Standing()
    return [
        gates.passage(
            _subject(entrant.origin, entrant.attribute, entrant),
            known.get(entrant.project.pk, none) if entrant.project else none,
            gate,
        )
        for entrant in entrants
    ]


def refusals(jurisdiction: Jurisdiction, year: int, entrants: Sequence[Entrant]) -> list[str]:
    """Why each may not enter, with what to do; empty: it may. The gate that projects ask."""
    return [
        "" if found.is_open else f"{found.reason}{found.todo}依据：{found.clause}"
        for found in passages(jurisdiction, year, entrants)
    ]


def passage_of(project: Project, year: int) -> gates.Passage:
    """How the project stands at the gate of a year in whose budget it is not yet, as 新增."""
    earlier = ProjectYear.objects.filter(project=project, fiscal_year__lt=year).exists()
    attribute = ProjectYear.Attribute.CONTINUING if earlier else ProjectYear.Attribute.NEW
    entrant = Entrant(
        project,
        ProjectYear.Origin.INITIAL,
        attribute,
        project.is_key,
        project.is_infrastructure,
    )
    (found,) = passages(project.jurisdiction, year, [entrant])
    return found


# --- pages ----------------------------------------------------------------------------------
def task_for(project: Project, year: int) -> PlanTask | None:
    """The task of the year's published plan under which the project is assessed."""
    kind = KINDS[1] if project.is_policy else KINDS[0]
    tasks = PlanTask.objects.filter(
        plan__jurisdiction=project.jurisdiction_id,
        plan__fiscal_year=year,
        plan__state=Plan.State.PUBLISHED,
        kind__in=KINDS,
    )
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
    """The register's sums by conclusion, of the conclusions in force for a budget year."""
    seen = Project.objects.visible_to(user).filter(is_classified=False)
    rows = in_force().filter(budget_year=year, project__in=seen.values("pk"))
    newest = {row.project_id: row for row in rows.order_by("decided_at", "pk")}
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


def agencies_of(unit: int) -> set[str]:
    """Agencies that helped to write reports of the unit: they may not judge them (DOMAIN 5.2)."""
    sheets = AssessmentSheet.objects.filter(revision__filing__unit=unit).exclude(helper="")
    return set(sheets.values_list("helper", flat=True))
