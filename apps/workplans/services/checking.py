"""A person looks at a task read from a notice: its dates, then the word that it is right."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from apps.organizations.models import User
from apps.workplans.models import PlanTask, TaskWindow
from apps.workplans.services import editing, reading


@transaction.atomic
def check_task(
    *,
    task: PlanTask,
    window: TaskWindow | None,
    values: Mapping[str, object],
    is_confirmed: bool,
    actor: User,
) -> PlanTask:
    """The window has these days and, when `is_confirmed`, the task is checked: both or neither.

    `values` as in `editing.edit_window`. Raises PermissionDenied or RuleError.
    """
    if window is not None:
        editing.edit_window(window=window, values=values, actor=actor)
    return reading.confirm_task(task=task, actor=actor) if is_confirmed else task
