"""What belongs to a task of a draft and is written as a whole list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from apps.organizations.models import User
from apps.workplans.models import Plan, PlanTask

Rows = Sequence[Mapping[str, object]]


def set_scopes(*, task: PlanTask, rows: Rows, actor: User) -> PlanTask:
    """Whom the task reaches. Keys of ScopeRow: field, value, exclude, reason."""
    raise NotImplementedError


def set_steps(*, task: PlanTask, rows: Rows, actor: User) -> PlanTask:
    """The review steps in order. Keys of StepRow: title, place, role, sheet, working_days, clause.

    `sheet` is the code of a score sheet of the plan, or None.
    """
    raise NotImplementedError


def set_slots(*, task: PlanTask, rows: Rows, actor: User) -> PlanTask:
    """The named places for files. Keys of SlotRow: code, title, required."""
    raise NotImplementedError


def set_facts(*, task: PlanTask, rows: Rows, actor: User) -> PlanTask:
    """The named numbers. Keys of FactRow: code, title, unit, required."""
    raise NotImplementedError


def set_weights(*, plan: Plan, task: PlanTask | None = None, rows: Rows, actor: User) -> None:
    """The weight templates of the plan, or of one task. Keys of WeightRow."""
    raise NotImplementedError


def set_reminders(*, plan: Plan, task: PlanTask | None = None, rows: Rows, actor: User) -> None:
    """When whom is reminded, in the plan or in one task. Keys of ReminderRow."""
    raise NotImplementedError
