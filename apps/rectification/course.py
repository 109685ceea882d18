"""The course of a problem, read from its steps."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from apps.core import clock
from apps.rectification.models import Problem, Step

Act = Step.Act
ENDS = (Act.CLOSE, Act.WITHDRAW)
TURNS = (Act.ANSWER, Act.SEND_BACK, Act.REFUSE)  # after these it lies with the other side


@dataclass(frozen=True)
class Course:
    """When a problem was given out and closed, and when a last day of the unit's first went by."""

    opened_at: datetime
    closed_at: datetime | None = None
    missed_at: datetime | None = None

    def is_open(self, at: datetime) -> bool:
        """Whether it had been given out by then and was not closed yet."""
        return self.opened_at <= at and (self.closed_at is None or self.closed_at > at)


def course_of(problem: Problem) -> Course:
    """A problem's course up to now; its steps are read unless they are at hand."""
    missed_at = missed(problem.due_on, problem.steps.all(), clock.now())
    return Course(problem.opened_at, problem.closed_at, missed_at)


def missed(due_on: date, steps: Iterable[Step], until: datetime) -> datetime | None:
    """When a last day first went by while the unit still had to do something; None: never.

    `due_on` is the day that holds where no step says one. What lies answered with finance is not
    late, however long it lies there, and a later day does not undo an earlier one missed.
    Source: Y-25, 限期销号.
    """
    is_with_unit, day = True, due_on
    for number, step in enumerate(steps):
        if number and is_with_unit and clock.end_of(day) <= step.at:
            return clock.end_of(day)
        if step.act in ENDS:
            return None
        day = step.due_on or day
        if step.act in TURNS:
            is_with_unit = step.act != Act.ANSWER
    end = clock.end_of(day)
    return end if is_with_unit and end <= until else None
