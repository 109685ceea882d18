"""Whom a task reaches, and how many are taken away on the way there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from apps.core import clock
from apps.workplans import contents, population
from apps.workplans.models import (
    Plan,
    PlanTask,
    TaskScope,
)

CLASSIFIED_APART = "涉密（另计，线下报送）"


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


def scope_preview(
    task: PlanTask, on: date | None = None, scopes: Sequence[TaskScope] | None = None
) -> ScopePreview:
    """Whom the task reaches on the day (today when None); nobody for a section's own duty.

    `scopes` stand in for the task's own, for conditions that are not saved yet.
    """
    if task.subject_kind == PlanTask.SubjectKind.SECTION:
        return ScopePreview(0, 0, 0, [])
    said = list(task.scopes.all()) if scopes is None else list(scopes)
    if task.subject_kind == PlanTask.SubjectKind.UNIT:
        return _unit_preview(task, said)
    if task.subject_kind == PlanTask.SubjectKind.JURISDICTION:
        return _region_preview(task, said)
    if task.subject_kind == PlanTask.SubjectKind.TRANSFER:
        return _transfer_preview(task, said)
    return _project_preview(task, said, on or clock.today())


def _unit_preview(task: PlanTask, scopes: list[TaskScope]) -> ScopePreview:
    base = population.all_units(task)
    found = base.aggregate(every=Count("pk"), classified=Count("pk", filter=Q(is_classified=True)))
    lines = [ScopeLine(f"{task.plan.jurisdiction}在用预算单位", found["every"], False)]
    lines += _minus(CLASSIFIED_APART, found["classified"])
    n_open = found["every"] - found["classified"]
    rows = base.filter(is_classified=False)
    lines, n_units, _ = _subtracted(task, scopes, lines, rows, n_open)
    return ScopePreview(n_units, 0, found["classified"], lines)


def _region_preview(task: PlanTask, scopes: list[TaskScope]) -> ScopePreview:
    base = population.all_regions(task)
    with_bureau = base.filter(bureau__is_active=True, bureau__is_classified=False)
    n_all, n_known = base.count(), with_bureau.count()
    lines = [ScopeLine(f"{task.plan.jurisdiction}下级地区", n_all, False)]
    lines += _minus("没有登记财政部门", n_all - n_known)
    lines, n_regions, _ = _subtracted(task, scopes, lines, with_bureau, n_known)
    return ScopePreview(n_regions, 0, 0, lines)


def _transfer_preview(task: PlanTask, scopes: list[TaskScope]) -> ScopePreview:
    base, able = population.all_transfers(task), population.owing_transfers(task)
    n_all, n_able = base.count(), base.filter(able).count()
    lines = [ScopeLine(f"{task.evaluated_year}年度登记的转移支付", n_all, False)]
    lines += _minus("已豁免、单位不在线填报", n_all - n_able)
    lines, n, n_units = _subtracted(task, scopes, lines, base.filter(able), n_able, units="unit")
    return ScopePreview(n_units, n, 0, lines)


def _project_preview(task: PlanTask, scopes: list[TaskScope], on: date) -> ScopePreview:
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
    rows = base.filter(in_time)
    lines, n_projects, n_units = _subtracted(
        task, scopes, lines, rows, found["in_time"], units="project__unit"
    )
    return ScopePreview(n_units, n_projects, found["classified"], lines)


def _minus(label: str, number: int) -> list[ScopeLine]:
    return [ScopeLine(label, number, True)] if number else []


def _subtracted(
    task: PlanTask,
    scopes: list[TaskScope],
    lines: list[ScopeLine],
    rows: QuerySet[population.Subject],
    n_rows: int,
    units: str = "pk",
) -> tuple[list[ScopeLine], int, int]:
    """The lines of the scopes, who remains of the rows, and of how many units: one question."""
    steps, kept = scope_steps(task, scopes), Q(pk__isnull=False)
    counts: dict[str, Count] = {}
    for number, (_, stays) in enumerate(steps):
        kept &= stays
        counts[f"n{number}"] = Count("pk", filter=kept)
    found = rows.aggregate(**counts, units=Count(units, filter=kept, distinct=True))
    for number, (label, _) in enumerate(steps):
        n_kept = found[f"n{number}"]
        lines, n_rows = lines + _minus(label, n_rows - n_kept), n_kept
    return lines, n_rows, found["units"]


def scope_steps(task: PlanTask, scopes: Sequence[TaskScope]) -> list[tuple[str, Q]]:
    """What the scopes take away, in order: the words for it, and the filter of who stays."""
    wanted = [scope for scope in scopes if not scope.is_exclude]
    steps: list[tuple[str, Q]] = []
    if wanted:
        label = f"不属于：{'、'.join(_scope_label(scope) for scope in wanted)}"
        steps.append((label, population.reached(wanted, task.subject_kind)))
    return steps + [
        (_scope_label(scope), ~population.condition(scope, task.subject_kind))
        for scope in scopes
        if scope.is_exclude
    ]


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
        and not contents.is_requested(task.kind)
        and task.subject_kind != PlanTask.SubjectKind.SECTION
        and any(window.has_begun(today) for window in task.windows.all())
    ]
    rows = [(task, scope_preview(task, today)) for task in opened]
    undecided = [row for row in plan.settings.all() if not row.is_filled]
    return PublishPreview(len(tasks), len(undecided), rows)
