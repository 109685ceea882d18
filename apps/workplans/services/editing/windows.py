"""When a task of a draft can be filed."""

from __future__ import annotations

from collections.abc import Mapping

from apps.organizations.models import User
from apps.workplans.models import PlanTask, TaskWindow


def add_window(*, task: PlanTask, values: Mapping[str, object], actor: User) -> TaskWindow:
    """A new window. `values`: the keys of WindowRow; without `key` one is made.

    Days, both included. Where the rule is whole (a node with its data date and day, an event with
    its date) the end is reckoned by it, and a `closes` given beside it is not looked at.
    """
    raise NotImplementedError


def edit_window(*, window: TaskWindow, values: Mapping[str, object], actor: User) -> TaskWindow:
    """The window has these values; its end is reckoned again."""
    raise NotImplementedError


def remove_window(*, window: TaskWindow, actor: User) -> None:
    """The window is gone."""
    raise NotImplementedError


def add_series(
    *, task: PlanTask, series: str, values: Mapping[str, object], actor: User
) -> list[TaskWindow]:
    """One window for each occurrence of the plan's year; those that are there are written anew.

    `series`: monthly, quarterly, half or yearly. `values`: months_after and day (31 is the month's
    end) of the deadline after the period, lead_days (how many days before the deadline it opens;
    None: not said), phrase, note.
    """
    raise NotImplementedError
