"""Registering what classified units handed in on paper."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.organizations.models import Unit, User
from apps.rules.errors import RuleError
from apps.workplans import permissions, population
from apps.workplans.models import OfflineReceipt, Plan, PlanTask, TaskWindow
from apps.workplans.services.opening import unit_chain


@transaction.atomic
def register_offline(
    *,
    task: PlanTask,
    window: TaskWindow,
    unit: Unit,
    received_on: date,
    number: str,
    n_items: int,
    actor: User,
) -> OfflineReceipt:
    """A unit's classified paper for the task is on record as received; no content is kept (U-35).

    Raises PermissionDenied, or RuleError for a unit that has nothing classified in the task, a
    window of another task, a day to come, no items, no number, or a number already registered.
    """
    if not permissions.may_publish(actor, task.plan):
        raise PermissionDenied("只有计划管理员可以登记线下报送。")
    plan = Plan.objects.select_for_update().get(pk=task.plan_id)  # two of the same in turn
    if plan.state == Plan.State.DRAFT:
        raise RuleError(f"{plan}还没有发布，不能登记。", code="workplans.offline_draft")
    number = " ".join(number.split())
    _check(task, window, unit, received_on, number, n_items)
    receipt = OfflineReceipt.objects.create(
        task=task,
        window=window,
        unit=unit,
        received_on=received_on,
        number=number,
        n_items=n_items,
        registered_by=actor,
        registered_at=clock.now(),
    )
    audit.record(
        actor=actor,
        action="workplans.register_offline",
        subject=receipt,
        chain=unit_chain(unit, task.plan.jurisdiction.code),
        data={
            "task": task.code,
            "window": window.key,
            "received_on": str(received_on),
            "number": number,
            "items": n_items,
        },
    )
    return receipt


def _check(
    task: PlanTask, window: TaskWindow, unit: Unit, received_on: date, number: str, n_items: int
) -> None:
    """What the shape allows but cannot be. Raises RuleError."""
    if window.task_id != task.pk:
        raise RuleError(f"节点：{window}不是这项任务的。", code="workplans.offline_window")
    if not population.offline_units(task).filter(pk=unit.pk).exists():
        raise RuleError(
            f"单位：{unit}在这项任务里没有涉密的内容，应在线填报。", code="workplans.offline_unit"
        )
    if received_on > clock.today():
        raise RuleError(
            f"收到日期：填{received_on:%Y-%m-%d}，不能晚于今天。", code="workplans.offline_day"
        )
    if n_items < 1 or not number:
        raise RuleError("收件编号要填，件数至少1件。", code="workplans.offline_number")
    same = OfflineReceipt.objects.filter(window=window, unit=unit, number=number)
    if same.exists():
        raise RuleError(f"收件编号：{number}已登记过。", code="workplans.offline_twice")
