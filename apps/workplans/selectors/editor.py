"""What the plan editor reads: drafts, their tasks with everything, and how many each reaches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Prefetch, Q, QuerySet

from apps.core import clock
from apps.organizations import selectors as people
from apps.organizations.models import UNIT_ROLES, Jurisdiction, Membership, Role, User
from apps.projects.models import ProjectYear
from apps.workplans import population
from apps.workplans.models import (
    Amendment,
    Assignment,
    BasisDocument,
    Plan,
    PlanEvent,
    PlanTask,
    ReminderRule,
    ReviewStep,
    RuleSetting,
    ScoreSheet,
    TaskWindow,
)
from apps.workplans.selectors.plans import visible_plan

Kind = PlanTask.SubjectKind


# --- plans ------------------------------------------------------------------------------------
def drafts(user: User) -> QuerySet[Plan]:
    """Drafts and working copies that the person edits."""
    seen = Plan.objects.visible_to(user).filter(state=Plan.State.DRAFT)
    return seen.select_related("jurisdiction", "amends")


def draft_of(user: User, year: int, region: str = "") -> Plan | None:
    """The draft to open for the year: the plan while it is one, else the plan's working copy."""
    plan = visible_plan(user, year, region)
    if plan is None or plan.state == Plan.State.DRAFT:
        return plan
    return drafts(user).filter(amends=plan).first()


def year_before(user: User, plan: Plan) -> Plan | None:
    """The last plan of the same jurisdiction before this one's year that the person sees."""
    plans = Plan.objects.visible_to(user).in_their_own_right()
    plans = plans.filter(jurisdiction=plan.jurisdiction_id, fiscal_year__lt=plan.fiscal_year)
    return plans.order_by("-fiscal_year").first()


def plans_before(jurisdictions: Iterable[int], year: int) -> QuerySet[Plan]:
    """Plans of earlier years from which a new one can be copied, latest first."""
    plans = Plan.objects.in_their_own_right().filter(
        jurisdiction__in=list(jurisdictions), fiscal_year__lt=year
    )
    return plans.select_related("jurisdiction").order_by("-fiscal_year", "jurisdiction__code")


# --- tasks ------------------------------------------------------------------------------------
def draft_tasks(user: User) -> QuerySet[PlanTask]:
    """Tasks of the drafts that the person edits."""
    rows = PlanTask.objects.visible_to(user).filter(plan__state=Plan.State.DRAFT)
    return rows.select_related("plan__jurisdiction", "plan__amends", "section", "notice")


def draft_windows(user: User) -> QuerySet[TaskWindow]:
    """Windows of such tasks."""
    rows = TaskWindow.objects.filter(task__in=draft_tasks(user))
    return rows.select_related("task__plan__jurisdiction", "event")


def tasks_to_edit(plan: Plan) -> QuerySet[PlanTask]:
    """The draft's tasks in order, with windows, scopes and review steps."""
    windows = TaskWindow.objects.select_related("event").order_by(
        F("closes_at").asc(nulls_last=True), "key"
    )
    steps = ReviewStep.objects.select_related("sheet").order_by("position")
    return plan.tasks.select_related("section").prefetch_related(
        Prefetch("windows", queryset=windows), Prefetch("steps", queryset=steps), "scopes"
    )


def parts_of(task: PlanTask) -> dict[str, int]:
    """How many files, numbers, reminders, parameters, weights and documents the task has."""
    names = ("slots", "facts", "reminders", "settings", "weight_templates", "basis")
    counts = {f"n_{name}": Count(name, distinct=True) for name in names}
    return PlanTask.objects.filter(pk=task.pk).aggregate(**counts)


def reminders_of(task: PlanTask) -> list[ReminderRule]:
    """When whom is reminded of the task: by its own rules, else by the plan's."""
    rules = list(ReminderRule.objects.filter(Q(task=task) | Q(task=None), plan=task.plan_id))
    return [rule for rule in rules if rule.task_id] or rules


# --- what belongs to a draft ------------------------------------------------------------------
def draft_events(user: User) -> QuerySet[PlanEvent]:
    """Events of the drafts that the person edits."""
    return PlanEvent.objects.filter(plan__in=drafts(user)).select_related("plan__jurisdiction")


def draft_sheets(user: User) -> QuerySet[ScoreSheet]:
    """Score sheets of the drafts that the person edits."""
    return ScoreSheet.objects.filter(plan__in=drafts(user)).select_related("plan__jurisdiction")


def open_settings(user: User) -> QuerySet[RuleSetting]:
    """Parameters of the person's drafts, and those that a published plan left open."""
    places = people.jurisdictions_of(user, Role.PLAN_ADMIN)
    rows = RuleSetting.objects.filter(plan__jurisdiction__in=places)
    rows = rows.filter(Q(plan__state=Plan.State.DRAFT) | Q(is_filled=False))
    return rows.select_related("plan__jurisdiction", "task")


def documents(user: User) -> QuerySet[BasisDocument]:
    """The library of the person's jurisdictions."""
    rows = BasisDocument.objects.filter(jurisdiction__in=people.jurisdictions_of(user))
    return rows.select_related("jurisdiction").annotate(n_tasks=Count("tasks"))


def amendments(plan: Plan) -> QuerySet[Amendment]:
    """What was changed in the plan, latest first."""
    return plan.amendments.select_related("made_by")


def n_readers(plan: Plan) -> int:
    """How many people of the units see the plan once it is published."""
    held = Membership.objects.in_force(clock.today()).filter(
        role__in=UNIT_ROLES, unit__jurisdiction=plan.jurisdiction_id, user__is_active=True
    )
    return held.values("user").distinct().count()


# --- how many ---------------------------------------------------------------------------------
@dataclass(frozen=True)
class Reach:
    """How many owe a task today; `n_projects` counts projects, or transfers, it is about."""

    n_units: int
    n_projects: int


def reach_of(plan: Plan, tasks: Sequence[PlanTask], on: date) -> dict[int, Reach]:
    """For each task (scopes prefetched) how many it reaches: one question per kind of subject."""
    by_unit = [task for task in tasks if task.subject_kind == Kind.UNIT]
    by_region = [task for task in tasks if task.subject_kind == Kind.JURISDICTION]
    found = _counted_units(plan, by_unit) | _counted_regions(plan, by_region)
    found |= {task.pk: _counted_transfers(task) for task in tasks if _is_transfer(task)}
    return found | _counted_projects([task for task in tasks if _is_general(task)], on)


def _is_general(task: PlanTask) -> bool:
    """Policy tasks ask for more than a filter; they show no number in a list."""
    return task.subject_kind == Kind.PROJECT


def _is_transfer(task: PlanTask) -> bool:
    return task.subject_kind == Kind.TRANSFER


def _counted_units(plan: Plan, tasks: list[PlanTask]) -> dict[int, Reach]:
    if not tasks:
        return {}
    rows = population.all_units(tasks[0]).filter(is_classified=False)
    counts = {f"n{task.pk}": Count("pk", filter=_said(task), distinct=True) for task in tasks}
    found = rows.aggregate(**counts)
    return {task.pk: Reach(found[f"n{task.pk}"], 0) for task in tasks}


def _counted_regions(plan: Plan, tasks: list[PlanTask]) -> dict[int, Reach]:
    if not tasks:
        return {}
    rows = Jurisdiction.objects.filter(
        parent=plan.jurisdiction_id, bureau__is_active=True, bureau__is_classified=False
    )
    found = rows.aggregate(**{f"n{task.pk}": Count("pk", filter=_said(task)) for task in tasks})
    return {task.pk: Reach(found[f"n{task.pk}"], 0) for task in tasks}


def _counted_transfers(task: PlanTask) -> Reach:
    """A plan has one or two such tasks; each is its own question."""
    found = population.transfers(task).aggregate(n=Count("pk"), units=Count("unit", distinct=True))
    return Reach(found["units"], found["n"])


def _counted_projects(tasks: list[PlanTask], on: date) -> dict[int, Reach]:
    if not tasks:
        return {}
    years = {task.evaluated_year for task in tasks}
    rows = ProjectYear.objects.filter(
        jurisdiction=tasks[0].plan.jurisdiction_id, fiscal_year__in=years
    ).filter(population.LIVE, joined_on__lte=on)
    counts = {}
    for task in tasks:
        within = _said(task) & Q(fiscal_year=task.evaluated_year)
        counts[f"n{task.pk}"] = Count("pk", filter=within)
        counts[f"u{task.pk}"] = Count("project__unit", filter=within, distinct=True)
    found = rows.aggregate(**counts)
    return {task.pk: Reach(found[f"u{task.pk}"], found[f"n{task.pk}"]) for task in tasks}


def _said(task: PlanTask) -> Q:
    """The scopes of the task as a filter that is never empty, as a counted filter must not be."""
    return population.reached(task.scopes.all(), task.subject_kind) & Q(pk__isnull=False)


def reached_before(task: PlanTask, before: Plan | None) -> Reach | None:
    """How many the task of the same code reached in the earlier plan; None where it had none."""
    if before is None:
        return None
    rows = Assignment.objects.owed().filter(task__plan=before, task__code=task.code)
    found = rows.aggregate(
        units=Count("unit", distinct=True),
        projects=Count("project", distinct=True) + Count("transfer", distinct=True),
    )
    return Reach(found["units"], found["projects"]) if found["units"] else None
