"""A plan's events with the windows that count from them."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Prefetch, QuerySet

from apps.workplans.models import Plan, PlanEvent, RuleSetting, TaskWindow

SYNC = "goals.sync"  # the parameter in which a plan says that targets keep step with the budget


def events_of(plan: Plan) -> QuerySet[PlanEvent]:
    """The plan's events in the order of their codes, each with its windows and their tasks."""
    windows = TaskWindow.objects.select_related("task").order_by("task__position", "key")
    return plan.events.prefetch_related(Prefetch("windows", windows))


def events_of_year(jurisdictions: Collection[int], year: int) -> dict[tuple[int, str], PlanEvent]:
    """The events of the year's plans in force, by jurisdiction and code; one query."""
    rows = PlanEvent.objects.filter(plan__jurisdiction__in=jurisdictions, plan__fiscal_year=year)
    found = rows.exclude(plan__state=Plan.State.DRAFT).select_related("plan")
    return {(event.plan.jurisdiction_id, event.code): event for event in found}


def sync_clauses(jurisdictions: Collection[int], year: int) -> dict[int, str]:
    """The clause by which each jurisdiction's plan asks for it, where it does; one query."""
    rows = RuleSetting.objects.filter(
        plan__jurisdiction__in=jurisdictions, plan__fiscal_year=year, code=SYNC, task=None
    )
    found = rows.exclude(plan__state=Plan.State.DRAFT)
    return dict(found.values_list("plan__jurisdiction", "clause"))
