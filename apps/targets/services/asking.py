"""Asking for the targets of a project that is not in the budget yet (W-03, B-12)."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import arrival, clock
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.organizations.models import User
from apps.projects.models import Project
from apps.rules.errors import RuleError
from apps.targets import gating
from apps.workplans import permissions, rolling
from apps.workplans import services as plans
from apps.workplans.models import PlanTask


@transaction.atomic
def request_targets(*, project: Project, actor: User, year: int) -> Filing:
    """The project's targets of a year, open as a draft for the unit before it is in the budget.

    Asking again gives the same one. Raises PermissionDenied, or RuleError where no published plan
    asks for targets of the year.
    """
    if not permissions.may_request(actor, project.unit):
        raise PermissionDenied("只有本单位填报员可以申请。")
    task = gating.task_for(project, year)
    if task is None:
        raise RuleError(
            f"已发布的计划没有{year}年度的项目绩效目标任务，"
            f"请计划管理员发布{year}年度计划后再申请。",
            code="targets.no_task",
        )
    assignment = plans.request(
        task=task, unit=project.unit, project=project, actor=actor, span=_span(task)
    )
    return filings.open_filing(assignment=assignment, actor=actor)


def _span(task: PlanTask) -> plans.Span | None:
    """The task's window, open from now on; to the end of the year where its days are over."""
    window = gating.window_of(task)
    if window is None:
        return None
    due = rolling.due_of(window) if gating.is_running(window) else None
    latest = clock.end_of(date(task.plan.fiscal_year, 12, 31))
    return plans.Span(window, opens_at=arrival.received_at(), due_at=due or latest)
