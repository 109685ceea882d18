"""A plan's events with the windows that count from them."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from apps.workplans.models import Plan, PlanEvent, TaskWindow


def events_of(plan: Plan) -> QuerySet[PlanEvent]:
    """The plan's events in the order of their codes, each with its windows and their tasks."""
    windows = TaskWindow.objects.select_related("task").order_by("task__position", "key")
    return plan.events.prefetch_related(Prefetch("windows", windows))
