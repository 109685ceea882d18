"""Tasks of a draft."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Max

from apps.organizations.models import Section, User
from apps.workplans.models import Plan, PlanTask
from apps.workplans.profiles import TaskRow
from apps.workplans.services.editing.common import (
    Values,
    checked,
    differing,
    free_code,
    opened,
    recorded,
    refusal,
)
from apps.workplans.services.editing.granted import demand_same_code
from apps.workplans.services.exporting import task_head
from apps.workplans.services.loading.values import task_values

PARTS = {"basis", "windows", "scopes", "flow", "slots", "facts", "settings", "weights", "reminders"}


@transaction.atomic
def add_task(*, plan: Plan, values: Values, actor: User) -> PlanTask:
    """A new last task. `values`: the scalar keys of TaskRow; without `code` one is made.

    `section` is the section's code, `requirements` a list of numbers.
    """
    plan = opened(plan, actor)
    task = new_task(plan, values)
    recorded(plan, actor, "add_task", task)
    return task


def new_task(plan: Plan, values: Values) -> PlanTask:
    """The row of a new last task of the locked draft; the caller records it."""
    taken = list(plan.tasks.values_list("code", flat=True))
    stem = f"{values.get('stage', 'task')}-".replace("_", "-")
    defaults = {"code": free_code(stem, taken), "evaluated_year": plan.fiscal_year}
    row = _row(defaults | {key: value for key, value in values.items() if value is not None})
    if row.code in taken:
        raise refusal(f"标识：“{row.code}”已是另一项任务的，换一个。", field="code")
    last = plan.tasks.aggregate(last=Max("position"))["last"] or 0
    return PlanTask.objects.create(
        plan=plan,
        code=row.code,
        position=last + 1,
        section=_section(plan, row),
        **task_values(row),
    )


@transaction.atomic
def edit_task(*, task: PlanTask, values: Values, actor: User) -> PlanTask:
    """The task has these values; the others stay. What was read from the notice stays noted."""
    plan = opened(task.plan, actor)
    task = plan.tasks.select_related("section").get(pk=task.pk)
    now = task_head(task)
    row = _row(now.model_dump(exclude=PARTS) | dict(values))
    if row.code != now.code and plan.tasks.filter(code=row.code).exists():
        raise refusal(f"标识：“{row.code}”已是另一项任务的，换一个。", field="code")
    data = differing(now, row)
    if not data:
        return task
    demand_same_code(task, row.code)
    if row.subject != now.subject and task.scopes.exists():
        raise refusal("对象：范围按原来的对象设的，先清空范围再改。", field="subject")
    columns = task_values(row) | {"code": row.code, "section": _section(plan, row)}
    for key, value in columns.items():
        setattr(task, key, value)
    task.save(update_fields=list(columns))
    recorded(plan, actor, "edit_task", task, **data)
    return task


@transaction.atomic
def move_task(*, task: PlanTask, position: int, actor: User) -> PlanTask:
    """The task stands at this place, counted from 1; the others close up."""
    plan = opened(task.plan, actor)
    order = list(plan.tasks.order_by("position", "pk"))
    task = next(each for each in order if each.pk == task.pk)
    was = order.index(task) + 1
    order.remove(task)
    order.insert(max(position, 1) - 1, task)
    for place, each in enumerate(order, start=1):
        each.position = place
    PlanTask.objects.bulk_update(order, ["position"])
    recorded(plan, actor, "move_task", task, position=[was, task.position])
    return task


@transaction.atomic
def remove_task(*, task: PlanTask, actor: User) -> None:
    """The task is no longer in the draft."""
    plan = opened(task.plan, actor)
    task = plan.tasks.get(pk=task.pk)
    recorded(plan, actor, "remove_task", task, code=task.code)
    take_out(plan, task)


def take_out(plan: Plan, task: PlanTask) -> None:
    """The row is gone and those after it close up; the caller records it."""
    position = task.position
    task.delete()
    plan.tasks.filter(position__gt=position).update(position=F("position") - 1)


def _row(values: Values) -> TaskRow:
    """The task's own values as a row, without what belongs to it."""
    return checked(TaskRow, {key: value for key, value in values.items() if key not in PARTS})


def _section(plan: Plan, row: TaskRow) -> Section | None:
    if not row.section:
        return None
    section = Section.objects.filter(jurisdiction=plan.jurisdiction, code=row.section).first()
    if section is None:
        raise refusal(f"牵头科室：{plan.jurisdiction}没有“{row.section}”科室。", field="section")
    return section
