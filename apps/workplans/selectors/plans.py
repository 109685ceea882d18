"""What other rooms and the pages read of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, F, Prefetch, Q, QuerySet

from apps.organizations.models import Jurisdiction, User
from apps.projects import selectors as projects
from apps.rules import weights
from apps.rules.errors import RuleError
from apps.rules.findings import Severity
from apps.rules.target_evidence import Setting, Tuning
from apps.rules.target_form import TargetForm, Weights
from apps.rules.weights import WeightCandidate
from apps.workplans.models import (
    Assignment,
    CheckSetting,
    OfflineReceipt,
    Plan,
    PlanTask,
    ReviewStep,
    RuleSetting,
    TaskWindow,
    WeightTemplate,
)


# --- plan and tasks ---------------------------------------------------------------------------
def current_plan(jurisdiction: Jurisdiction, year: int) -> Plan | None:
    """The jurisdiction's plan in force for the year, or None."""
    plans = Plan.objects.filter(jurisdiction=jurisdiction, fiscal_year=year, amends=None)
    return plans.exclude(state=Plan.State.DRAFT).first()


def visible_plan(user: User, year: int, region: str = "") -> Plan | None:
    """The year's plan that the person sees: of the region asked for, else of the first by code."""
    seen = Plan.objects.visible_to(user).in_their_own_right()
    plans = Plan.objects.filter(fiscal_year=year, pk__in=seen)
    found = list(plans.select_related("jurisdiction").order_by("jurisdiction__code"))
    chosen = (plan for plan in found if plan.jurisdiction.code == region)
    return next(chosen, found[0] if found else None)


def tasks_with_windows(plan: Plan) -> QuerySet[PlanTask]:
    """The plan's tasks in the order of the notice, with windows, section and how many owe them.

    n_owed counts assignments not excused, n_exempt the excused, n_extended those with a moved date.
    """
    windows = TaskWindow.objects.order_by(F("closes_at").asc(nulls_last=True), "key")
    owed = Q(assignments__exempt_reason="", assignments__cancelled_at=None)
    return (
        plan.tasks.select_related("section")
        .prefetch_related(Prefetch("windows", queryset=windows), "steps")
        .annotate(
            n_owed=Count("assignments", filter=owed, distinct=True),
            n_exempt=Count("assignments", filter=~owed, distinct=True),
            n_extended=Count(
                "assignments", filter=Q(assignments__extensions__isnull=False), distinct=True
            ),
        )
    )


def steps_of(task: PlanTask) -> list[ReviewStep]:
    """The review steps of the task, in order, with their sheets."""
    return list(task.steps.select_related("sheet").order_by("position"))


# --- rules of the year ------------------------------------------------------------------------
def weights_for(task: PlanTask, form: TargetForm) -> Weights:
    """The points that a target form must split; the task's own sheet goes before the plan's.

    Raises RuleError when the plan has none. Source: 财预〔2020〕10号; 财预〔2021〕101号.
    """
    rows = WeightTemplate.objects.filter(Q(task=task) | Q(task=None), plan=task.plan_id)
    return weights.choose([_candidate(row) for row in rows.order_by("pk")], form)


def tuning_of(plan: int) -> Tuning:
    """How the plan of this id tunes the checks of the target form; one query."""
    return {row.code: setting_of(row) for row in CheckSetting.objects.filter(plan=plan)}


def must_answer(plan: int) -> set[str]:
    """The checks whose findings the plan wants answered before a submission; one query."""
    rows = CheckSetting.objects.filter(plan=plan, must_answer=True)
    return set(rows.values_list("code", flat=True))


def setting_of(row: CheckSetting) -> Setting:
    """What the plan makes of a check, as the check reads it."""
    return Setting(
        on=row.is_on,
        severity=Severity(row.severity) if row.severity else None,
        parameters={name: Decimal(number) for name, number in row.numbers.items()},
        must_answer=row.must_answer,
    )


def _candidate(row: WeightTemplate) -> WeightCandidate:
    is_own = row.task_id is not None
    return WeightCandidate(_weights(row), row.has_cost, row.has_satisfaction, is_task_own=is_own)


def _weights(row: WeightTemplate) -> Weights:
    levels: dict[str, Decimal | None] = {
        "成本": row.cost,
        "产出": row.output,
        "效益": row.benefit,
        "满意度": row.satisfaction,
    }
    return Weights(
        title=row.title,
        execution=row.execution,
        levels=levels,
        required=tuple(level for level in row.required_levels.split(",") if level),
        departure_blocks=row.on_departure == WeightTemplate.OnDeparture.BLOCK,
        clause=row.clause,
    )


def setting(plan: Plan, code: str, task: PlanTask | None = None) -> RuleSetting:
    """The parameter in force, the task's before the plan's. Raises RuleError if undecided."""
    rows = RuleSetting.objects.filter(plan=plan, code=code).filter(Q(task=task) | Q(task=None))
    row = rows.order_by(F("task").asc(nulls_last=True)).first()
    if row is None:
        raise RuleError(f"{plan}：没有参数“{code}”。", code="workplans.setting_unknown")
    if not row.is_filled:
        raise RuleError(
            f"参数“{row.title}”：未设定。{row.note}依据：{row.clause}",
            code="workplans.setting_unfilled",
            setting=code,
        )
    return row


@dataclass(frozen=True)
class SettingsPage:
    """The plan's parameters: what must still be decided, and what is."""

    undecided: list[RuleSetting]
    decided: list[RuleSetting]


def settings_of(plan: Plan, task: PlanTask | None = None) -> SettingsPage:
    """The parameters of the plan, or those that one task has for itself."""
    rows = list(plan.settings.filter(task=task).order_by("pk"))
    return SettingsPage(
        undecided=[row for row in rows if not row.is_filled],
        decided=[row for row in rows if row.is_filled],
    )


# --- one task ---------------------------------------------------------------------------------
def whole_tasks(user: User) -> QuerySet[PlanTask]:
    """Tasks that exist for the person, with what their page shows."""
    rows = PlanTask.objects.visible_to(user).select_related("plan__jurisdiction", "section")
    return rows.prefetch_related("windows", "scopes", "slots", "facts")


def owed_of(task: PlanTask, user: User) -> QuerySet[Assignment]:
    """Who owes the task, as far as the person sees: project, times extended, whether begun."""
    rows = Assignment.objects.visible_to(user).filter(task=task)
    begun = Q(filings__isnull=False) & ~Q(filings__state="cancelled")  # the engine's, by their name
    return rows.select_related("unit", "project", "transfer", "window").annotate(
        n_extended=Count("extensions", distinct=True),
        n_begun=Count("filings", filter=begun, distinct=True),
        is_added=projects.added_in("task__evaluated_year"),
    )


def steps_with_sheets(task: PlanTask) -> QuerySet[ReviewStep]:
    """The review steps with their sheets' criteria and bands."""
    steps = task.steps.select_related("sheet").prefetch_related("sheet__items", "sheet__bands")
    return steps.order_by("position")


def offline_of(task: PlanTask, user: User) -> QuerySet[OfflineReceipt]:
    """What classified units handed in for the task on paper, as far as the person sees."""
    rows = OfflineReceipt.objects.visible_to(user).filter(task=task)
    return rows.select_related("unit", "window", "registered_by")
