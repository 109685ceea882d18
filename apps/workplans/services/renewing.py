"""The next date by which an assignment is owed, when a return or a reopening sets it anew."""

from datetime import datetime

from apps.workplans.models import Assignment


def renew_due(*, assignment: Assignment, due_at: datetime) -> None:
    """The assignment is owed by the new moment; the caller's transaction records why."""
    assignment.due_at = due_at
    assignment.save(update_fields=["due_at"])
