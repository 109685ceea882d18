"""The next date by which an assignment is owed, when a return or a reopening sets it anew."""

from datetime import datetime

from django.db.models import Max

from apps.core import clock
from apps.rules.errors import RuleError
from apps.workplans.models import Assignment


def locked(assignment: Assignment) -> Assignment:
    """The assignment as it is now, locked until the transaction ends: an extension waits."""
    return Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)


def still_granted(assignment: Assignment, latest: datetime | None) -> datetime | None:
    """The end of the latest extension while it runs; None where there is none or it is used up."""
    runs = latest and assignment.due_at and latest <= assignment.due_at
    return latest if runs else None


def renew_due(*, assignment: Assignment, due_at: datetime) -> None:
    """A return sets the moment; the caller's transaction records why.

    Raises RuleError for a moment before the day that an extension granted: what was granted in
    writing is not taken back in passing.
    """
    now = locked(assignment)
    granted = still_granted(now, now.extensions.aggregate(latest=Max("new_due_at"))["latest"])
    if granted is not None and due_at < granted:
        last, asked = clock.last_day(granted), clock.last_day(due_at)
        raise RuleError(
            f"填的是{asked:%Y-%m-%d}，这项任务已准许延到{last:%Y-%m-%d}，不能早于这一天。",
            code="workplans.extension_stands",
        )
    _set(assignment, due_at)


def reopen_due(*, assignment: Assignment, due_at: datetime) -> None:
    """A reopening begins anew: what was granted before it was closed is used up."""
    locked(assignment)
    _set(assignment, due_at)


def _set(assignment: Assignment, due_at: datetime) -> None:
    assignment.due_at = due_at
    assignment.save(update_fields=["due_at"])
