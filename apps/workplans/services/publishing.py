"""Publishing a plan: from then on it is data that people work by."""

from __future__ import annotations

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.findings import Finding
from apps.workplans import permissions
from apps.workplans.models import Plan
from apps.workplans.services import assigning
from apps.workplans.services.opening import Opened


def publish_findings(plan: Plan) -> list[Finding]:
    """What stands against publishing the draft (阻断) and what a person should look at (提示)."""
    raise NotImplementedError


@transaction.atomic
def publish(*, plan: Plan, actor: User, kinds: Collection[str] | None = None) -> Plan:
    """The plan is in force and whoever it reaches today owes its tasks.

    `kinds` as in `assign`. Raises PermissionDenied or RuleError.
    """
    if not permissions.may_publish(actor, plan):
        raise PermissionDenied("只有本级计划管理员可以发布计划。")
    plan = Plan.objects.select_for_update().get(pk=plan.pk)
    if plan.state != Plan.State.DRAFT:
        raise RuleError(
            f"{plan}：{plan.get_state_display()}，不能再发布。", code="workplans.published"
        )
    tasks = plan.tasks.select_related("plan__jurisdiction").prefetch_related("windows", "scopes")
    if not tasks:
        raise RuleError(f"{plan}：一项任务也没有，不能发布。", code="workplans.empty_plan")
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
