"""A task without a date of its own is owed when somebody asks, or when something happened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import arrival, clock
from apps.organizations.models import Unit, User
from apps.projects.models import Project
from apps.rules.errors import RuleError
from apps.workplans import permissions, rolling
from apps.workplans.models import Assignment, Plan, PlanTask, TaskWindow
from apps.workplans.services.opening import chain_of


@dataclass(frozen=True)
class Span:
    """In which window a thing is owed, between which moments, and for the how manieth time."""

    window: TaskWindow
    opens_at: datetime | None = None  # None: the window's, else from now
    due_at: datetime | None = None  # None: the window's, else the end of the plan's year
    occasion: int = 1


@transaction.atomic
def request(
    *,
    task: PlanTask,
    unit: Unit,
    actor: User,
    project: Project | None = None,
    span: Span | None = None,
) -> Assignment:
    """The unit owes the task from now on, at the latest by the end of the plan's year.

    It speaks of one of its projects, or of the unit as a whole. Nobody is refused who may ask,
    whatever the scopes of the task say (B-09, Y-36). Asking again gives the same assignment while
    it is not cancelled; `span` names another window than the task's first, other moments, or
    another occasion. Raises PermissionDenied, or RuleError for a draft plan, a task without a
    window, or what is classified.
    """
    if not permissions.may_request(actor, unit):
        raise PermissionDenied("只有本单位填报员可以申请。")
    made = _owe(task, unit, project, actor, span)
    if made.cancelled_at is not None:
        raise RuleError(
            f"{made}：已撤销（{made.cancel_reason}），请计划管理员恢复。", code="filings.cancelled"
        )
    return made


@transaction.atomic
def call_for(
    *, task: PlanTask, unit: Unit, span: Span, project: Project | None = None
) -> Assignment:
    """Something happened by which the unit owes the task; the plan's own rule says so.

    Twice is harmless. Raises RuleError as `request` does.
    """
    return _owe(task, unit, project, None, span)


def _owe(
    task: PlanTask, unit: Unit, project: Project | None, actor: User | None, span: Span | None
) -> Assignment:
    plan = Plan.objects.select_for_update().get(pk=task.plan_id)
    if plan.state != Plan.State.PUBLISHED:
        raise RuleError(f"{plan}还没有发布，不能申请。", code="workplans.not_published")
    if unit.is_classified or (project is not None and project.is_classified):
        raise RuleError(
            "涉密单位和项目不在线填报，请按保密要求线下报送。", code="filings.classified"
        )
    span = span or _first(task)
    window = span.window
    latest = clock.end_of(date(plan.fiscal_year, 12, 31))
    made, is_new = Assignment.objects.get_or_create(
        task=task,
        window=window,
        unit=unit,
        project=project,
        subject_jurisdiction=None,
        transfer=None,
        occasion=span.occasion,
        defaults={
            "plan": plan,
            "jurisdiction": plan.jurisdiction,
            "fiscal_year": plan.fiscal_year,
            # open to this request
            "opens_at": span.opens_at or window.opens_at or arrival.received_at(),
            "due_at": span.due_at or rolling.due_of(window) or latest,
            "assigned_at": clock.now(),
        },
    )
    if is_new:
        audit.record(
            actor=actor,
            action="workplans.request" if actor else "workplans.call_for",
            subject=made,
            chain=chain_of(unit, plan),
            data={
                "task": task.code,
                "project": project.code if project else "",
                "occasion": span.occasion,
            },
        )
    return made


def _first(task: PlanTask) -> Span:
    """The task's first window. Raises RuleError where it has none."""
    window = task.windows.order_by("pk").first()
    if window is None:
        raise RuleError(f"任务“{task}”没有填报期，不能申请。", code="workplans.no_window")
    return Span(window)
