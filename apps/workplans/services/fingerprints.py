"""What an administrator looked at before pressing, as a digest that any change of it changes."""

from __future__ import annotations

from hashlib import sha256

from apps.workplans.models import Plan, PlanEvent
from apps.workplans.profiles import Row
from apps.workplans.services.amending.copies import both
from apps.workplans.services.exporting import event_row, profile_of, window_row

SHARED = {"jurisdiction", "sections", "fund_tags", "documents"}  # by all years: not the plan's own


def of_plan(plan: Plan) -> str:
    """The plan's content; the differences from the published plan too, where it is a copy."""
    rows = both(plan) if plan.amends_id is not None else (profile_of(plan),)
    return _digest(*(row.model_dump_json(exclude=SHARED) for row in rows))


def of_event(event: PlanEvent) -> str:
    """The event with its date, and the windows that count from it."""
    windows = event.windows.select_related("task", "event").order_by("task__code", "key")
    rows: list[Row] = [event_row(event), *(window_row(window) for window in windows)]
    tasks = [f"{window.task.code} {window.task.roll}" for window in windows]
    return _digest(*(row.model_dump_json() for row in rows), *tasks)


def _digest(*texts: str) -> str:
    return sha256("\n".join(texts).encode()).hexdigest()[:32]
