"""What other rooms and the pages read of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, F, Prefetch, Q, QuerySet

from apps.core import clock
from apps.organizations.models import Jurisdiction, User
from apps.rules import weights
from apps.rules.errors import RuleError
from apps.rules.target_form import TargetForm, Weights
from apps.rules.weights import WeightCandidate
from apps.workplans import contents, population
from apps.workplans.models import (
    Assignment,
    OfflineReceipt,
    Plan,
    PlanTask,
    ReviewStep,
    RuleSetting,
    TaskScope,
    TaskWindow,
    WeightTemplate,
)

CLASSIFIED_APART = "涉密（另计，线下报送）"


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
        .prefetch_related(Prefetch("windows", queryset=windows))
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


# --- whom a task reaches ----------------------------------------------------------------------
@dataclass(frozen=True)
class ScopeLine:
    """A step of the subtraction: what it is and how many; taken away when `is_minus`."""

    label: str
    number: int
    is_minus: bool


@dataclass(frozen=True)
class ScopePreview:
    """“58个单位、321个项目” with the steps that lead there; classified ones are counted apart."""

    n_units: int
    n_projects: int
    n_classified: int
    lines: list[ScopeLine]


def scope_preview(task: PlanTask, on: date | None = None) -> ScopePreview:
    """Whom the task reaches on the day (today when None); nobody for a section's own duty."""
    if task.subject_kind == PlanTask.SubjectKind.SECTION:
        return ScopePreview(0, 0, 0, [])
    if task.subject_kind == PlanTask.SubjectKind.UNIT:
        return _unit_preview(task)
    if task.subject_kind == PlanTask.SubjectKind.JURISDICTION:
        return _region_preview(task)
    return _project_preview(task, on or clock.today())


def _unit_preview(task: PlanTask) -> ScopePreview:
    base = population.all_units(task)
    found = base.aggregate(every=Count("pk"), classified=Count("pk", filter=Q(is_classified=True)))
    lines = [ScopeLine(f"{task.plan.jurisdiction}在用预算单位", found["every"], False)]
    lines += _minus(CLASSIFIED_APART, found["classified"])
    n_open = found["every"] - found["classified"]
    lines, rows = _subtracted(task, lines, base.filter(is_classified=False), n_open)
    return ScopePreview(rows.count(), 0, found["classified"], lines)


def _region_preview(task: PlanTask) -> ScopePreview:
    base = population.all_regions(task)
    with_bureau = base.filter(bureau__is_active=True, bureau__is_classified=False)
    n_all, n_known = base.count(), with_bureau.count()
    lines = [ScopeLine(f"{task.plan.jurisdiction}下级地区", n_all, False)]
    lines += _minus("没有登记财政部门", n_all - n_known)
    lines, rows = _subtracted(task, lines, with_bureau, n_known)
    return ScopePreview(rows.count(), 0, 0, lines)


def _project_preview(task: PlanTask, on: date) -> ScopePreview:
    base = population.all_projects(task)
    live, in_time = population.LIVE, population.LIVE & Q(joined_on__lte=on)
    found = base.aggregate(
        every=Count("pk"),
        classified=Count("pk", filter=population.SECRET),
        live=Count("pk", filter=live),
        in_time=Count("pk", filter=in_time),
    )
    lines = [ScopeLine(f"{task.evaluated_year}年度全部项目", found["every"], False)]
    lines += _minus(CLASSIFIED_APART, found["classified"])
    lines += _minus("已取消、单位已停用", found["every"] - found["classified"] - found["live"])
    lines += _minus(f"{on.month}月{on.day}日后列入", found["live"] - found["in_time"])
    lines, rows = _subtracted(task, lines, base.filter(in_time), found["in_time"])
    reached = rows.aggregate(n=Count("pk"), units=Count("project__unit", distinct=True))
    return ScopePreview(reached["units"], reached["n"], found["classified"], lines)


def _minus(label: str, number: int) -> list[ScopeLine]:
    return [ScopeLine(label, number, True)] if number else []


def _subtracted(
    task: PlanTask, lines: list[ScopeLine], rows: QuerySet[population.Subject], n_rows: int
) -> tuple[list[ScopeLine], QuerySet[population.Subject]]:
    """The lines of the task's scopes, and who remains of the rows."""
    scopes = list(task.scopes.all())
    wanted = [scope for scope in scopes if not scope.is_exclude]
    steps: list[tuple[str, Q]] = []
    if wanted:
        label = f"不属于：{'、'.join(_scope_label(scope) for scope in wanted)}"
        steps.append((label, population.reached(wanted, task.subject_kind)))
    steps += [
        (_scope_label(scope), ~population.condition(scope, task.subject_kind))
        for scope in scopes
        if scope.is_exclude
    ]
    for label, kept in steps:
        rows = rows.filter(kept)
        n_kept = rows.count()
        lines, n_rows = lines + _minus(label, n_rows - n_kept), n_kept
    return lines, rows


def _scope_label(scope: TaskScope) -> str:
    return scope.reason or f"{scope.get_field_display()}{scope.value}"


@dataclass(frozen=True)
class PublishPreview:
    """What publishing the plan does today: the tasks that are opened and whom each reaches."""

    n_tasks: int
    n_undecided: int  # parameters that somebody must still set
    rows: list[tuple[PlanTask, ScopePreview]]


def publish_preview(plan: Plan) -> PublishPreview:
    """The plan's tasks that are filed here and whose window has begun today, with their reach."""
    today = clock.today()
    tasks = list(plan.tasks.select_related("plan__jurisdiction").prefetch_related("windows"))
    opened = [
        task
        for task in tasks
        if task.kind in contents.kinds()
        and task.subject_kind != PlanTask.SubjectKind.SECTION
        and any(window.has_begun(today) for window in task.windows.all())
    ]
    rows = [(task, scope_preview(task, today)) for task in opened]
    undecided = [row for row in plan.settings.all() if not row.is_filled]
    return PublishPreview(len(tasks), len(undecided), rows)


# --- deadlines of a person --------------------------------------------------------------------
@dataclass(frozen=True)
class Deadline:
    """One date in a person's calendar; assignments of a task with the same date are one entry."""

    key: str
    title: str
    due_at: datetime
    number: int


def deadlines_of(user: User, year: int) -> list[Deadline]:
    """What the person's units owe in the plan year; for the bureau the windows of its plans."""
    return _unit_deadlines(user, year) or _plan_deadlines(user, year)


def _unit_deadlines(user: User, year: int) -> list[Deadline]:
    rows = (
        Assignment.objects.of_units(user)
        .owed()
        .filter(fiscal_year=year, due_at__isnull=False)
        .values("task__public_id", "task__title", "window__key", "window__label", "due_at")
        .annotate(number=Count("pk"))
        .order_by("due_at", "task__title")
    )
    return [
        Deadline(
            key=f"{row['task__public_id']}-{row['window__key']}-{row['due_at']:%Y%m%d}",
            title=f"{row['task__title']}{row['window__label'] and '　' + row['window__label']}",
            due_at=row["due_at"],
            number=row["number"],
        )
        for row in rows
        if row["due_at"]
    ]


def _plan_deadlines(user: User, year: int) -> list[Deadline]:
    plans = Plan.objects.visible_to(user).filter(fiscal_year=year)
    windows = TaskWindow.objects.filter(task__plan__in=plans, closes_at__isnull=False)
    rows = windows.select_related("task").order_by("closes_at", "task__position")
    return [_window_deadline(window, window.closes_at) for window in rows if window.closes_at]


def _window_deadline(window: TaskWindow, closes_at: datetime) -> Deadline:
    return Deadline(
        key=f"{window.task.public_id}-{window.key}",
        title=f"{window.task.title}{window.label and '　' + window.label}",
        due_at=closes_at,
        number=0,
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
    return rows.select_related("unit", "project", "window").annotate(
        n_extended=Count("extensions", distinct=True),
        n_begun=Count("filings", filter=begun, distinct=True),
    )


def steps_with_sheets(task: PlanTask) -> QuerySet[ReviewStep]:
    """The review steps with their sheets' criteria and bands."""
    steps = task.steps.select_related("sheet").prefetch_related("sheet__items", "sheet__bands")
    return steps.order_by("position")


def offline_of(task: PlanTask, user: User) -> QuerySet[OfflineReceipt]:
    """What classified units handed in for the task on paper, as far as the person sees."""
    rows = OfflineReceipt.objects.visible_to(user).filter(task=task)
    return rows.select_related("unit", "window", "registered_by")
