"""Tasks of a draft."""

from __future__ import annotations

from collections.abc import Mapping

from apps.organizations.models import User
from apps.workplans.models import Plan, PlanTask


def add_task(*, plan: Plan, values: Mapping[str, object], actor: User) -> PlanTask:
    """A new last task. `values`: the scalar keys of TaskRow; without `code` one is made.

    `section` is the section's code, `requirements` a list of numbers.
    """
    raise NotImplementedError


def edit_task(*, task: PlanTask, values: Mapping[str, object], actor: User) -> PlanTask:
    """The task has these values; the others stay. What was read from the notice stays noted."""
    raise NotImplementedError


def move_task(*, task: PlanTask, position: int, actor: User) -> PlanTask:
    """The task stands at this place, counted from 1; the others close up."""
    raise NotImplementedError


def remove_task(*, task: PlanTask, actor: User) -> None:
    """The task is no longer in the draft."""
    raise NotImplementedError
