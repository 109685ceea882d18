"""A task without a date of its own is owed when somebody asks: one project, one assignment."""

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import arrival, clock
from apps.organizations.models import User
from apps.projects.models import Project
from apps.rules.errors import RuleError
from apps.workplans import permissions, rolling
from apps.workplans.models import Assignment, Plan, PlanTask
from apps.workplans.services.opening import chain_of


@transaction.atomic
def request(*, task: PlanTask, project: Project, actor: User) -> Assignment:
    """The project's unit owes the task from now on, at the latest by the end of the plan's year.

    Nobody is refused who may ask, whatever the scopes of the task say (B-09, Y-36). Asking again
    gives the same assignment while it is not cancelled. Raises PermissionDenied, or RuleError for
    a draft plan, a task without a window, or a classified project.
    """
    if not permissions.may_request(actor, project):
        raise PermissionDenied("只有本单位填报员可以申请。")
    plan = Plan.objects.select_for_update().get(pk=task.plan_id)
    if plan.state != Plan.State.PUBLISHED:
        raise RuleError(f"{plan}还没有发布，不能申请。", code="workplans.not_published")
    if project.is_classified or project.unit.is_classified:
        raise RuleError("涉密项目不在线填报，请按保密要求线下报送。", code="filings.classified")
    window = task.windows.order_by("pk").first()
    if window is None:
        raise RuleError(f"任务“{task}”没有填报期，不能申请。", code="workplans.no_window")
    made, is_new = Assignment.objects.get_or_create(
        task=task,
        window=window,
        unit=project.unit,
        project=project,
        defaults={
            "plan": plan,
            "jurisdiction": plan.jurisdiction,
            "fiscal_year": plan.fiscal_year,
            "opens_at": window.opens_at or arrival.received_at(),  # open to this request
            "due_at": rolling.due_of(window) or clock.end_of(date(plan.fiscal_year, 12, 31)),
            "assigned_at": clock.now(),
        },
    )
    if made.cancelled_at is not None:
        raise RuleError(
            f"{made}：已撤销（{made.cancel_reason}），请计划管理员恢复。", code="filings.cancelled"
        )
    if is_new:
        audit.record(
            actor=actor,
            action="workplans.request",
            subject=made,
            chain=chain_of(project.unit, plan),
            data={"task": task.code, "project": project.code},
        )
    return made
