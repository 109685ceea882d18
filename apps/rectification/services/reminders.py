"""Reminders of problems that are due: the owner, then the head, then the lead section.

Derived from the ledger as it stands on the day; the key of a message says that it was sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from apps.core import clock
from apps.notifications import services as notifications
from apps.notifications.models import Message
from apps.organizations import selectors as people
from apps.organizations.models import Role, User
from apps.rectification.models import WITH_UNIT, Problem
from apps.rectification.services import telling
from apps.workplans import calendar

KIND = "rectification.due"
AHEAD, LATE, LONG = "ahead", "late", "long"
DAYS_AHEAD, DAYS_LONG = 3, 5  # working days before the last day, and after it
WEEK = 7


def send_reminders() -> int:
    """Everybody is reminded of what today calls for; twice is harmless. How many are new."""
    return sweep(on=clock.today())


def sweep(*, on: date) -> int:
    """Everybody is reminded of what the day calls for: 3 working days before the last day, once
    it went by and every week after, the lead section from 5 working days after. How many are new.
    """
    reach = on + timedelta(days=4 * DAYS_AHEAD + 10)  # longer than any run of holidays
    rows = Problem.objects.unclassified().filter(state__in=WITH_UNIT, due_on__lte=reach)
    rows = rows.select_related("unit", "project", "jurisdiction", "owner").order_by("pk")
    return sum(_remind(problem, on) for problem in rows.iterator(chunk_size=500))


def _remind(problem: Problem, on: date) -> int:
    return sum(_send(problem, stage, told, on) for stage, told in _calls(problem, on))


def _calls(problem: Problem, on: date) -> Iterator[tuple[str, list[User]]]:
    """What the day calls for: stage and people."""
    if on <= problem.due_on:
        if _before(problem.due_on, DAYS_AHEAD) <= on:
            yield AHEAD, _owners(problem)
        return
    yield LATE, [*_owners(problem), *people.people_at_unit(problem.unit, Role.UNIT_HEAD)]
    if on >= _after(problem.due_on, DAYS_LONG):
        yield LONG, telling.of_bureau(problem)


def _owners(problem: Problem) -> list[User]:
    """The owner by name who still answers for the unit, else its filers."""
    if problem.owner and problem.owner in telling.of_unit(problem):
        return [problem.owner]
    return people.people_at_unit(problem.unit, Role.FILER)


def _before(day: date, n: int) -> date:
    return calendar.usual_day(day, -n) or day - timedelta(days=n)


def _after(day: date, n: int) -> date:
    return calendar.usual_day(day, n) or day + timedelta(days=n)


def _send(problem: Problem, stage: str, told: list[User], on: date) -> int:
    late = (on - problem.due_on).days
    words = {AHEAD: "整改快到期", LATE: f"整改逾期{late}天", LONG: f"整改逾期{late}天未销号"}
    return notifications.notify(
        recipients=told,
        kind=f"{KIND}_{stage}",
        key=f"{problem.public_id}:{problem.due_on}:{max(late, 0) // WEEK}",
        title=f"{words[stage]}：{problem.subject}　{problem.title}",
        body=f"整改截止{problem.due_on:%Y-%m-%d}，现在是“{problem.get_state_display()}”。",
        url=telling.page_of(problem),
    )


def outdated(messages: list[Message]) -> set[int]:
    """Ids of the reminders whose problem was answered, settled or extended since (TRUST B13)."""
    named = {message.pk: message.key.split(":") for message in messages}
    rows = Problem.objects.filter(public_id__in=[UUID(key[0]) for key in named.values()])
    due = {str(p.public_id): p for p in rows.filter(state__in=WITH_UNIT)}
    gone = set()
    for message in messages:
        key, day, _ = named[message.pk]
        problem = due.get(key)
        if problem is None or str(problem.due_on) != day:
            gone.add(message.pk)
    return gone
