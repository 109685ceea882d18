"""Telling the units what they may fill in: a plan was published, a window opened, a project came.

What counts is the day from which an assignment could be filled in: its window was open and it was
owed. The message's key names that day and the windows, not the day of telling; so what came after
a sweep, or on days of standstill, is told by the next one and nothing is told twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet

from apps.core import clock
from apps.notifications import services as notifications
from apps.organizations.models import Membership, Role
from apps.workplans.models import BEGAN_AT, OWED, Assignment, Plan

DAY = timedelta(days=1)
UNITS = 5000  # at a time
MOST_TITLES = 20  # tasks that one message names


@dataclass
class Opened:
    """What opened for one unit on a day: all windows, and the tasks that are still to be filled."""

    windows: set[int] = field(default_factory=set)
    titles: list[str] = field(default_factory=list)

    def add(self, window: int, title: str, is_open: bool) -> None:
        """One more; what was excused or has closed since is not named, but it was told."""
        self.windows.add(window)
        if is_open and title not in self.titles:
            self.titles.append(title)

    @property
    def digest(self) -> str:
        """The windows, short enough for a key."""
        return sha256(repr(sorted(self.windows)).encode()).hexdigest()[:16]


def rows(plan: Plan, day: date, on: date) -> Iterator[list[notifications.Row]]:
    """One message a person for all that opened on the day, some thousands of units at a time.

    The day before is looked at again: something may have opened after its last sweep.
    """
    for opened_on in (day - DAY, day):
        opened, last = _opened(plan, opened_on, on), 0
        while units := _units_after(opened, last):
            found = _by_unit(opened, units)
            yield [
                _row(plan, person, found[unit], opened_on, on)
                for unit, people in people_by_unit(units, [Role.FILER, Role.UNIT_HEAD], on).items()
                for person in people
                if found[unit].titles
            ]
            last = units[-1]


def concerned(key: str, people: Collection[int]) -> set[int]:
    """Those of the people whom a message with this key still concerns (see `_row`).

    They stand today at a unit for which just these windows opened, and may fill one of them in.
    """
    plan_id, day, digest = key.split(":")
    plan, today = Plan.objects.get(public_id=plan_id), clock.today()
    held = _seats(today, [Role.FILER, Role.UNIT_HEAD]).filter(user__in=people)
    seats = list(held.values_list("unit", "user"))
    opened = _opened(plan, date.fromisoformat(day), today)
    found = _by_unit(opened, [unit for unit, _ in seats if unit])
    still = {unit for unit, one in found.items() if one.digest == digest and one.titles}
    return {user for unit, user in seats if unit in still}


def _by_unit(opened: QuerySet[Any], units: Collection[int]) -> dict[int, Opened]:
    """What opened for each of the units."""
    found: dict[int, Opened] = defaultdict(Opened)
    near = opened.filter(unit__in=units).order_by("task__position").distinct()
    for unit, *rest in near.values_list("unit", "window", "task__title", "is_open"):
        found[unit].add(*rest)
    return found


def _units_after(opened: QuerySet[Assignment], last: int) -> list[int]:
    units = opened.filter(unit__gt=last).order_by("unit").values_list("unit", flat=True)
    return list(units.distinct()[:UNITS])


def _opened(plan: Plan, day: date, on: date) -> QuerySet[Assignment]:
    """What could be filled in from the day on, and whether it still can when it is told."""
    is_open = ExpressionWrapper(
        OWED & Q(due_at__gt=clock.start_of(on)), output_field=BooleanField()
    )
    rows = Assignment.objects.filter(plan=plan, opens_at__lt=clock.end_of(day))
    return rows.annotate(began_at=BEGAN_AT, is_open=is_open).filter(
        began_at__gte=clock.start_of(day), began_at__lt=clock.end_of(day)
    )


def _row(plan: Plan, person: int, opened: Opened, day: date, on: date) -> notifications.Row:
    titles = opened.titles
    more = f"等{len(titles)}项" if len(titles) > MOST_TITLES else ""
    since = "今天" if day == on else f"{day.month}月{day.day}日"
    what = f"：{titles[0]}" if len(titles) == 1 else f"{len(titles)}项任务"
    return notifications.row(
        person,
        "workplans.opened",
        f"{plan.public_id}:{day}:{opened.digest}",
        f"{since}起可以填{what}",
        f"{plan}。{'、'.join(titles[:MOST_TITLES])}{more}。截止日见待办。",
        f"/{plan.fiscal_year}/",
    )


def people_by_unit(units: Iterable[int], roles: list[str], on: date) -> dict[int, list[int]]:
    """Ids of the active people who hold one of the roles on the day, by unit."""
    held = _seats(on, roles).filter(unit__in=units)
    found: dict[int, list[int]] = defaultdict(list)
    for unit, user in held.values_list("unit", "user"):
        if user not in found[unit]:
            found[unit].append(user)
    return found


def _seats(on: date, roles: list[str]) -> QuerySet[Membership]:
    """The memberships in these roles that hold on the day, of active people."""
    held = Membership.objects.in_force(on)
    return held.filter(role__in=roles, user__is_active=True)
