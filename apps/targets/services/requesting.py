"""Asking for an adjustment: at a node of the plan, or by an exception that runs (Y-45)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from apps.core import arrival
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.targets import adjusting, nodes, permissions
from apps.targets.models import Adjustment, AdjustmentException
from apps.targets.subjects import Subject
from apps.workplans import services as plans
from apps.workplans.models import PlanTask


@transaction.atomic
def request_adjustment(*, subject: Subject, actor: User, year: int) -> Filing:
    """The adjustment of the subject's targets of a year, open as a draft for the unit.

    Asking again gives the one under way; one that missed its node goes on at the next. Raises
    PermissionDenied, or RuleError where nothing is in force, no node is open and no exception
    runs, each with the clause.
    Source: 尉犁县2024年度工作计划 三（一）2.
    """
    if not permissions.may_request(actor, subject):
        raise PermissionDenied("只有本单位填报员可以申请。")
    subject = subject.locked()
    task = demand_task(subject, year)
    moment = arrival.received_at()
    under_way = adjusting.open_of(subject, year)
    if under_way is not None and nodes.is_in_hand(under_way.filing, moment):
        return under_way.filing
    span, exception = _let_in(subject, task, year, moment)
    if under_way is not None:
        return _resumed(under_way, span, exception)
    adjusting.demand_adjustable(subject, year)
    assignment = plans.request(
        task=task, unit=subject.unit, project=subject.project, actor=actor, span=span
    )
    filing = filings.open_filing(assignment=assignment, actor=actor)
    _use(exception, filing.adjustment)
    return filing


def demand_task(subject: Subject, year: int) -> PlanTask:
    """The plan's task. Raises RuleError where no published plan has one."""
    task = nodes.task_for(subject, year)
    if task is None:
        raise RuleError(
            f"{year}年度已发布的计划没有绩效目标调整任务，目标定稿后不调整。",
            code="targets.no_adjustment_task",
        )
    return task


def _let_in(
    subject: Subject, task: PlanTask, year: int, moment: datetime
) -> tuple[plans.Span, AdjustmentException | None]:
    """The open node, or the exception that runs. Raises RuleError with the next node (Y-45)."""
    windows = nodes.dated(task)
    season, occasion = nodes.season(windows, moment), _occasion(subject, year)
    if season.node is not None:
        found = windows[season.node]
        return plans.Span(found.window, due_at=found.node.due_at, occasion=occasion), None
    exception = nodes.exception_in_force(subject, year, moment)
    window = nodes.nearest(windows, task, moment)
    if exception is None or window is None:
        raise RuleError(f"{season.text}依据：{task.clause}", code="targets.out_of_season")
    span = plans.Span(window, moment, exception.expires_at, occasion)
    return span, exception


def _occasion(subject: Subject, year: int) -> int:
    """One above the highest ever asked for: what was struck out is void with its assignment."""
    rows = Adjustment.objects.filter(**subject.own, year=year)
    return (rows.aggregate(last=Max("filing__assignment__occasion"))["last"] or 0) + 1


def _resumed(
    under_way: Adjustment, span: plans.Span, exception: AdjustmentException | None
) -> Filing:
    """The draft that missed its node goes on until the end of the present one."""
    if span.due_at is not None:
        plans.renew_due(assignment=under_way.filing.assignment, due_at=span.due_at)
    _use(exception, under_way)
    return under_way.filing


def _use(exception: AdjustmentException | None, adjustment: Adjustment) -> None:
    if exception is not None:
        exception.used_by = adjustment
        exception.save(update_fields=["used_by"])
