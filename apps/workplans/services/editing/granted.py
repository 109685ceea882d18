"""What a working copy may not take from the published plan, by which people already work."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.workplans.models import Assignment, PlanEvent, PlanTask, TaskWindow
from apps.workplans.profiles import EventRow
from apps.workplans.services.editing.common import refusal


def demand_same_code(task: PlanTask, code: str) -> None:
    """The code of a task that is owed stays: by it the task is found again. Raises RuleError."""
    if code != task.code:
        owed = _owed(task)
        _demand_none("code", owed, f"标识：填“{code}”", task.code, "标识照旧。要改叫法，改任务名称")


def demand_same_key(window: TaskWindow, key: str) -> None:
    """The key of a window that is owed stays, for the same reason. Raises RuleError."""
    if key != window.key:
        owed = _owed(window.task).filter(window__key=window.key)
        _demand_none("key", owed, f"节点：填“{key}”", window.key, "节点照旧。要改叫法，改名称")


def demand_same_day(event: PlanEvent, row: EventRow) -> None:
    """An event of the published plan is dated where that opens its tasks. Raises RuleError."""
    plan = event.plan.amends
    if plan is None or row.happened_on == event.happened_on:
        return
    if plan.events.filter(code=event.code).exists():
        raise refusal(
            "发生日期：修订稿里不填，应在已发布计划的“事件日期”页填，填后随即派发、改期。",
            field="happened_on",
        )


def _owed(task: PlanTask) -> QuerySet[Assignment]:
    """What was assigned by the task of the published plan that the copy's task stands for."""
    plan = task.plan.amends_id
    found = Assignment.objects.filter(task__plan=plan, task__code=task.code)
    return found if plan else Assignment.objects.none()


def _demand_none(
    field: str, owed: QuerySet[Assignment], found: str, old: str, expected: str
) -> None:
    n_owed = owed.count()
    if n_owed:
        text = f"{found}，已发布的计划按“{old}”派发了{n_owed}件，改了会作废重派。{expected}。"
        raise refusal(text, field=field)
