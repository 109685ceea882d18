"""Publishing a plan: from then on it is data that people work by."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import permissions
from apps.workplans.models import Plan
from apps.workplans.services import assigning
from apps.workplans.services.findings import publish_findings, refuse_contradictions
from apps.workplans.services.opening import Opened

__all__ = ["publish", "publish_findings"]


@transaction.atomic
def publish(*, plan: Plan, actor: User, kinds: Collection[str] | None = None) -> Plan:
    """The plan is in force and whoever it reaches today owes its tasks.

    `kinds` as in `assign`. Raises PermissionDenied, or RuleError where publish_findings blocks:
    then nothing is published.
    """
    if not permissions.may_publish(actor, plan):
        raise PermissionDenied("只有本级计划管理员可以发布计划。")
    locked = Plan.objects.select_for_update(of=("self",)).select_related("jurisdiction")
    plan = locked.get(pk=plan.pk)
    if plan.amends_id is not None:
        raise RuleError(f"{plan}：这是修订稿，不单独发布。", code="workplans.is_copy")
    if plan.state != Plan.State.DRAFT:
        raise RuleError(
            f"{plan}：{plan.get_state_display()}，不能再发布。", code="workplans.published"
        )
    refuse_contradictions(plan, kinds)
    tasks = plan.tasks.select_related("plan__jurisdiction").prefetch_related("windows", "scopes")
    plan.state, plan.published_at = Plan.State.PUBLISHED, clock.now()
    plan.save(update_fields=["state", "published_at"])
    audit.record(
        actor=actor,
        action="workplans.publish",
        subject=plan,
        chain=f"region:{plan.jurisdiction.code}",
        data={"tasks": len(tasks)},
    )
    today = clock.today()
    opened = Opened()
    for task in tasks:
        assigning.make(opened, task, assigning.begun_windows(task, today), today, kinds)
    opened.record(actor)
    return plan
