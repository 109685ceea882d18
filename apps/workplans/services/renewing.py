"""The next date by which an assignment is owed, when a return or a reopening sets it anew."""

from datetime import datetime

from django.db.models import Max

from apps.core import clock
from apps.rules.errors import RuleError
from apps.workplans.models import Assignment


def renew_due(*, assignment: Assignment, due_at: datetime) -> None:
    """The assignment is owed by the new moment; the caller's transaction records why.

    Raises RuleError for a moment before the day that an extension granted: what was granted in
    writing is not taken back in passing.
    """
    granted = assignment.extensions.aggregate(latest=Max("new_due_at"))["latest"]
    if granted is not None and due_at < granted:
        last, asked = clock.last_day(granted), clock.last_day(due_at)
        raise RuleError(
            f"填的是{asked:%Y-%m-%d}，这项任务已准许延到{last:%Y-%m-%d}，不能早于这一天。",
            code="workplans.extension_stands",
        )
    assignment.due_at = due_at
    assignment.save(update_fields=["due_at"])
