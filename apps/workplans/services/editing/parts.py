"""What belongs to a task of a draft and is written as a whole list."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from apps.organizations.models import User
from apps.projects.models import FundTag
from apps.workplans.models import (
    AttachmentSlot,
    FactDefinition,
    Plan,
    PlanTask,
    ReminderRule,
    ReviewStep,
    ScoreSheet,
    TaskScope,
    WeightTemplate,
)
from apps.workplans.profiles import (
    FactRow,
    Problem,
    ReminderRow,
    ScopeRow,
    SlotRow,
    StepRow,
    WeightRow,
    reminder_problems,
    scope_problems,
    weight_problems,
)
from apps.workplans.services.editing.common import (
    Rows,
    agreed,
    checked_rows,
    free_code,
    opened,
    recorded,
    refusal,
)
from apps.workplans.services.loading import values
from apps.workplans.services.loading.writing import Writer


@transaction.atomic
def set_scopes(*, task: PlanTask, rows: Rows, actor: User) -> PlanTask:
    """Whom the task reaches. Keys of ScopeRow: field, value, exclude, reason."""
    plan, task = _of(task, actor)
    wanted = checked_rows(ScopeRow, rows)
    agreed(ScopeRow, scope_rows_problems(wanted, task.subject_kind))
    columns = [values.scope_values(row) for row in wanted]
    _put(TaskScope.objects.all(), task, columns, actor, plan, "set_scopes")
    return task


def scope_rows_problems(rows: list[ScopeRow], subject: str) -> list[Problem]:
    """What cannot be in the scopes of a task about this subject."""
    tags = list(FundTag.objects.values_list("code", flat=True))
    found = [p for i, row in enumerate(rows) for p in scope_problems(row, subject, tags, (i,))]
    keys = [(row.exclude, row.field, row.value) for row in rows]
    twice = [i for i, key in enumerate(keys) if key in keys[:i]]
    return found + [Problem((i, "value"), "同样的条件写了两次") for i in twice]


@transaction.atomic
def set_steps(*, task: PlanTask, rows: Rows, actor: User) -> PlanTask:
    """The review steps in order. Keys of StepRow: title, place, role, sheet, working_days, clause.

    `sheet` is the code of a score sheet of the plan, or None.
    """
    plan, task = _of(task, actor)
    wanted = checked_rows(StepRow, rows)
    sheets = {sheet.code: sheet for sheet in plan.sheets.all()}
    for i, row in enumerate(wanted):
        _check_step(task, row, sheets, i)
    columns = values.step_values(wanted, sheets)
    _put(ReviewStep.objects.all(), task, columns, actor, plan, "set_steps")
    return task


def _check_step(task: PlanTask, row: StepRow, sheets: dict[str, ScoreSheet], i: int) -> None:
    if row.sheet and row.sheet not in sheets:
        raise refusal(f"审核表：计划里没有“{row.sheet}”。", field="sheet", row=i)
    if row.place == ReviewStep.Place.SECTION and task.section_id is None:
        text = "办理处：填“牵头科室”，这项任务没有写牵头科室。"
        raise refusal(text, field="place", row=i)


@transaction.atomic
def set_slots(*, task: PlanTask, rows: Rows, actor: User) -> PlanTask:
    """The named places for files. Keys of SlotRow: code (made when left out), title, required."""
    plan, task = _of(task, actor)
    wanted = checked_rows(SlotRow, _coded(rows, "file-"))
    _refuse_twice([row.code for row in wanted])
    columns = values.numbered(wanted)
    _put(AttachmentSlot.objects.all(), task, columns, actor, plan, "set_slots")
    return task


@transaction.atomic
def set_facts(*, task: PlanTask, rows: Rows, actor: User) -> PlanTask:
    """The named numbers. Keys of FactRow: code (made when left out), title, unit, required."""
    plan, task = _of(task, actor)
    wanted = checked_rows(FactRow, _coded(rows, "n-"))
    _refuse_twice([row.code for row in wanted])
    columns = values.numbered(wanted)
    _put(FactDefinition.objects.all(), task, columns, actor, plan, "set_facts")
    return task


@transaction.atomic
def set_weights(*, plan: Plan, task: PlanTask | None = None, rows: Rows, actor: User) -> None:
    """The weight templates of the plan, or of one task. Keys of WeightRow."""
    plan = opened(plan, actor)
    wanted = checked_rows(WeightRow, rows)
    agreed(WeightRow, weight_problems(wanted, ()))
    columns = values.weight_values(wanted)
    _put_either(WeightTemplate.objects.all(), plan, task, columns, actor, "set_weights")


@transaction.atomic
def set_reminders(*, plan: Plan, task: PlanTask | None = None, rows: Rows, actor: User) -> None:
    """When whom is reminded, in the plan or in one task. Keys of ReminderRow."""
    plan = opened(plan, actor)
    wanted = checked_rows(ReminderRow, rows)
    agreed(ReminderRow, reminder_problems(wanted, ()))
    columns = [row.model_dump() for row in wanted]
    _put_either(ReminderRule.objects.all(), plan, task, columns, actor, "set_reminders")


def _of(task: PlanTask, actor: User) -> tuple[Plan, PlanTask]:
    plan = opened(task.plan, actor)
    return plan, plan.tasks.get(pk=task.pk)


def _coded(rows: Rows, stem: str) -> Rows:
    """The rows with a code each; one that has none gets the next free number."""
    taken = [str(row["code"]) for row in rows if row.get("code")]
    coded = []
    for row in rows:
        code = row.get("code") or free_code(stem, taken)
        taken.append(str(code))
        coded.append({**row, "code": code})
    return coded


def _refuse_twice(codes: list[str]) -> None:
    for i, code in enumerate(codes):
        if code in codes[:i]:
            raise refusal(f"标识：“{code}”出现两次，应只有一次。", field="code", row=i)


def _put(
    kept: QuerySet[Any],
    task: PlanTask,
    columns: list[dict[str, Any]],
    actor: User,
    plan: Plan,
    verb: str,
) -> None:
    """The task's rows are these; nothing is recorded when they were so before."""
    writer = Writer()
    writer.merge(kept, "task", {task: columns})
    if writer.changes:
        recorded(plan, actor, verb, task, rows=len(columns))


def _put_either(
    kept: QuerySet[Any],
    plan: Plan,
    task: PlanTask | None,
    columns: list[dict[str, Any]],
    actor: User,
    verb: str,
) -> None:
    """The rows of one task, or those that the plan has for all."""
    writer = Writer()
    if task is None:
        writer.merge(kept.filter(task=None), "plan", {plan: columns})
    else:
        task = plan.tasks.get(pk=task.pk)
        writer.merge(kept, "task", {task: columns}, plan=plan)
    if writer.changes:
        recorded(plan, actor, verb, task or plan, rows=len(columns))
