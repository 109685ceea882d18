"""The five check points of a task, as far as somebody must say when they were passed (Y-98)."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.organizations.models import Section, User
from apps.rules.errors import RuleError
from apps.workplans import permissions
from apps.workplans.models import Plan, PlanTask, TaskCheckpoint


@transaction.atomic
def register_checkpoint(
    *,
    actor: User,
    task: PlanTask,
    step: str,
    on: date,
    section: Section | None = None,
    note: str = "",
) -> TaskCheckpoint:
    """The check point was passed on the day by the section (the lead section when none is named).

    An earlier entry of the same step is replaced. Raises PermissionDenied, or RuleError for a plan
    that is not published, a day to come, or a section of another region.
    """
    if not permissions.may_register_checkpoint(actor, task):
        raise PermissionDenied("检查点由牵头科室、绩效科或计划管理员登记。")
    held = PlanTask.objects.select_for_update(of=("self",)).select_related("plan__jurisdiction")
    task = held.get(pk=task.pk)
    _check(task, on, section)
    values = {
        "on": on,
        "section": section or task.section,
        "note": note.strip(),
        "registered_by": actor,
        "registered_at": clock.now(),
    }
    point, _ = TaskCheckpoint.objects.update_or_create(task=task, step=step, defaults=values)
    audit.record(
        actor=actor,
        action="workplans.register_checkpoint",
        subject=task,
        chain=f"region:{task.plan.jurisdiction.code}",
        data={"step": step, "on": on, "section": str(point.section or ""), "note": point.note},
    )
    return point


def _check(task: PlanTask, on: date, section: Section | None) -> None:
    if task.plan.state == Plan.State.DRAFT:
        raise RuleError(f"{task.plan}：还没有发布，不登记检查点。", code="state")
    if on > clock.today():
        raise RuleError(f"日期：填{on}，还没有到。请填已经做过的日期。", code="on")
    if section and section.jurisdiction_id != task.plan.jurisdiction_id:
        raise RuleError(f"责任科室：{section}不属于{task.plan.jurisdiction}。", code="section")
