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
from apps.workplans.services.holding import held
from apps.workplans.services.opening import Opened, Tell, untold

__all__ = ["demand_publishable", "demand_right", "publish", "publish_findings"]


@transaction.atomic
def publish(
    *, plan: Plan, actor: User, kinds: Collection[str] | None = None, tell: Tell = untold
) -> Plan:
    """The plan is in force and whoever it reaches today owes its tasks.

    `kinds` as in `assign`; `tell` hears how many of the tasks are opened. Raises PermissionDenied,
    or RuleError where publish_findings blocks: then nothing is published.
    """
    demand_right(plan, actor)
    plan = held(plan.pk)
    demand_publishable(plan, kinds)
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
    for n_done, task in enumerate(tasks):
        tell(n_done, len(tasks), opened.words(n_done, len(tasks)))
        assigning.make(opened, task, assigning.begun_windows(task, today), today, kinds)
    tell(len(tasks), len(tasks), opened.words(len(tasks), len(tasks)))
    opened.record(actor)
    return plan


def demand_right(plan: Plan, actor: User) -> None:
    """Raises PermissionDenied for everybody but the plan's administrators."""
    if not permissions.may_publish(actor, plan):
        raise PermissionDenied("只有本级计划管理员可以发布计划。")


def demand_publishable(plan: Plan, kinds: Collection[str] | None = None) -> None:
    """Raises RuleError for what is no draft of its own, or contradicts itself."""
    if plan.amends_id is not None:
        raise RuleError(f"{plan}：这是修订稿，不单独发布。", code="workplans.is_copy")
    if plan.state != Plan.State.DRAFT:
        raise RuleError(
            f"{plan}：{plan.get_state_display()}，不能再发布。", code="workplans.published"
        )
    refuse_contradictions(plan, kinds)
