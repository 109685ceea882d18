"""无目标不安排: how projects stand at the gate that asks for targets (W-03, B-11, Y-42)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from django.db.models import Count, QuerySet
from django.urls import reverse

from apps.core import clock
from apps.filings.models import DESK_STATES, OPEN_STATES, Filing, Review, State
from apps.organizations.models import Jurisdiction, User
from apps.pre_assessment import selectors as assessments
from apps.projects import gates
from apps.projects import selectors as projects
from apps.projects.gates import Entrant, Look, Refusal, Step, entrant_of
from apps.projects.models import Project, ProjectYear
from apps.rules import target_gate as rules
from apps.rules.gates import Passage
from apps.rules.target_gate import Promised, TargetGate
from apps.targets import in_force
from apps.workplans import permissions as plans
from apps.workplans import rolling
from apps.workplans.models import Plan, PlanTask, TaskScope, TaskWindow

CODE = "targets"
SETTING = "targets.gate"
CHUNK = 1000  # keys in one query
OF_PROJECTS = (in_force.KIND, in_force.POLICY_KIND)


# --- the plan's gate ------------------------------------------------------------------------
def gate_of(jurisdiction: Jurisdiction | int, year: int) -> TargetGate:
    """What the plan that speaks for a budget year asks, with its clause."""
    plan = assessments.plan_of(jurisdiction, year)
    row = plan.settings.filter(code=SETTING, task=None).first() if plan else None
    return rules.read_gate(row.value, row.clause) if row else TargetGate()


# --- what stands ----------------------------------------------------------------------------
def promises(ids: Collection[int], year: int) -> dict[int, Promised]:
    """What is known of the projects' targets for a year, by project."""
    found: dict[int, Promised] = {}
    keys = sorted(ids)
    for start in range(0, len(keys), CHUNK):
        found |= _promises(keys[start : start + CHUNK], year)
    return found


def _promises(ids: list[int], year: int) -> dict[int, Promised]:
    rows = _filings(ids, year)
    standing = in_force.standing(rows).filter(state=State.APPROVED)
    approved = set(standing.values_list("assignment__project", flat=True))
    returned = _returns(rows)
    excepted = assessments.targets_let_in(ids, year)
    found = {key: Promised(True) for key in approved}
    own = rows.filter(kind__in=OF_PROJECTS).order_by("pk")
    for key, state in own.values_list("assignment__project", "state"):
        if key is not None and key not in approved:
            found[key] = Promised(
                is_rejected=state == State.REJECTED,
                is_desk=state in DESK_STATES,
                is_draft=state in OPEN_STATES,
                n_returns=returned.get(key, 0),
            )
    for key, (reason, amount) in excepted.items():
        found[key] = replace(found.get(key, Promised()), exception=reason, excepted=amount)
    return found


def _filings(ids: Collection[int], year: int) -> QuerySet[Filing]:
    """The filings of the projects' targets of a year that were not struck out."""
    rows = Filing.objects.filter(
        kind__in=in_force.OF_PROJECTS,
        assignment__project__in=ids,
        assignment__task__evaluated_year=year,
    )
    return rows.exclude(state=State.CANCELLED)


def _returns(rows: QuerySet[Filing]) -> dict[int, int]:
    """How often targets were sent back, by project (Y-42)."""
    project = "revision__filing__assignment__project"
    sent = Review.objects.filter(
        revision__filing__in=rows.filter(kind__in=OF_PROJECTS), decision=Review.Decision.RETURN
    )
    counted = sent.values_list(project).annotate(n=Count("pk")).order_by()
    return {key: n for key, n in counted if key is not None}


# --- what the gate says ---------------------------------------------------------------------
def passages(jurisdiction: Jurisdiction, year: int, entrants: Sequence[Entrant]) -> list[Passage]:
    """Whether each may enter the year's budget with its targets, and why, in their order."""
    gate = gate_of(jurisdiction, year)
    about = assessments.subjects(year, entrants)
    known = promises([e.project.pk for e in entrants if e.project is not None], year)
    none = Promised()
    return [
        rules.passage(
            subject,
            each.origin == ProjectYear.Origin.ADDED,
            known.get(each.project.pk, none) if each.project else none,
            gate,
        )
        for each, subject in zip(entrants, about, strict=True)
    ]


def refusals(jurisdiction: Jurisdiction, year: int, entrants: Sequence[Entrant]) -> list[Refusal]:
    """What the gate says of each: why it may not enter, and the most that an exception lets in."""
    if gate_of(jurisdiction, year).reach in (None, rules.Reach.NONE):
        return [Refusal()] * len(entrants)
    return [
        Refusal(
            "" if found.is_open else f"{found.reason}{found.todo}依据：{found.clause}",
            found.limit,
            found.reason,
        )
        for found in passages(jurisdiction, year, entrants)
    ]


def passage_of(project: Project, year: int) -> Passage:
    """How the project stands at the gate, as it is in the year or as a new one."""
    return _passage_of(project, projects.year_of(project, year), year)


def _passage_of(project: Project, place: ProjectYear | None, year: int) -> Passage:
    entrant = entrant_of(project, place.origin, place.attribute) if place else entrant_of(project)
    (found,) = passages(project.jurisdiction, year, [entrant])
    return found


def look(project: Project, place: ProjectYear | None, year: int, user: User) -> Look:
    """The gate on the project's page: what stands, its filings, and how to ask for them."""
    rows = _filings([project.pk], year).filter(pk__in=Filing.objects.visible_to(user))
    seen = rows.select_related("assignment__task").order_by("pk")
    steps = tuple(
        Step(
            row.assignment.task.title,
            row.state,
            reverse("filings:detail", args=(row.fiscal_year, row.public_id)),
        )
        for row in seen
    )
    ask = ""
    if not steps and may_ask(user, project, year):
        ask = reverse("targets:request", args=(year, project.public_id))
    return Look(_passage_of(project, place, year), steps, ask)


def may_ask(user: User, project: Project, year: int) -> bool:
    """Whether the person's asking would open the project's targets of the year."""
    if project.is_classified or not plans.may_request(user, project.unit):
        return False
    return task_for(project, year) is not None


# --- the task and the window ----------------------------------------------------------------
def task_for(project: Project, year: int) -> PlanTask | None:
    """The task of a published plan that asks for the project's targets of a year.

    Of several by origin the one for the first list while its days run, then the one for additions.
    """
    kind = in_force.POLICY_KIND if project.is_policy else in_force.KIND
    tasks = PlanTask.objects.filter(
        plan__jurisdiction=project.jurisdiction_id,
        plan__state=Plan.State.PUBLISHED,
        evaluated_year=year,
        kind__in=OF_PROJECTS,
    )
    rows = list(tasks.prefetch_related("windows", "scopes").order_by("-plan__fiscal_year", "pk"))
    rows = [row for row in rows if row.kind == kind] or rows
    first = [row for row in rows if _takes(row, ProjectYear.Origin.INITIAL)]
    running = [row for row in first if is_running(window_of(row))]
    added = [row for row in rows if _takes(row, ProjectYear.Origin.ADDED)]
    return next(iter([*running, *added, *first]), None)


def _takes(task: PlanTask, origin: str) -> bool:
    """Whether the task reaches projects that enter the budget in this way."""
    told = [
        scope.value
        for scope in task.scopes.all()
        if scope.field == TaskScope.Field.ORIGIN and not scope.is_exclude
    ]
    return not told or origin in told


def window_of(task: PlanTask) -> TaskWindow | None:
    """The task's first window."""
    return next(iter(sorted(task.windows.all(), key=lambda row: row.pk)), None)


def is_running(window: TaskWindow | None) -> bool:
    """Whether the window's days are not over."""
    if window is None:
        return False
    due = rolling.due_of(window)
    return due is None or clock.now() < due


GATE = gates.Gate(CODE, "绩效目标", refusals, passage_of, look)
