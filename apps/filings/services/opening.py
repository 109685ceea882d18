"""Telling the units what they may fill in from today: a plan was published, a window opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

from django.db.models import Q, QuerySet

from apps.core import clock
from apps.notifications import services as notifications
from apps.organizations.models import Membership, Role
from apps.workplans.models import Assignment, Plan, TaskWindow

UNITS = 5000  # at a time
MOST_TITLES = 20  # tasks that one message names


def rows(plan: Plan, day: date, on: date) -> Iterator[list[notifications.Row]]:
    """One message a person for all that opened on the day, some thousands of units at a time."""
    owed = _opened(plan, day)
    last = 0
    while units := _units_after(owed, last):
        found: dict[int, list[str]] = defaultdict(list)
        near = owed.filter(unit__in=units).order_by("task__position")
        for unit, title in near.values_list("unit", "task__title").distinct():
            found[unit].append(title)
        yield [
            _row(plan, person, found[unit], on)
            for unit, people in people_by_unit(units, [Role.FILER, Role.UNIT_HEAD], on).items()
            for person in people
        ]
        last = units[-1]


def _units_after(owed: QuerySet[Assignment], last: int) -> list[int]:
    units = owed.filter(unit__gt=last).order_by("unit").values_list("unit", flat=True)
    return list(units.distinct()[:UNITS])


def _opened(plan: Plan, day: date) -> QuerySet[Assignment]:
    """What is owed in the windows that opened on the day; all open ones on the plan's first day."""
    windows = TaskWindow.objects.filter(task__plan=plan).exclude(closes_at__lte=clock.start_of(day))
    began = Q(opens_at__gte=clock.start_of(day), opens_at__lt=clock.end_of(day))
    if plan.published_at and plan.published_at.astimezone(clock.ZONE).date() == day:
        began |= Q(opens_at__lt=clock.end_of(day)) | Q(opens_at=None, closes_at__isnull=False)
    open_now = list(windows.filter(began).values_list("pk", flat=True))
    owed = Assignment.objects.owed().filter(window__in=open_now)
    return owed.filter(opens_at__lt=clock.end_of(day))


def _row(plan: Plan, person: int, titles: list[str], on: date) -> notifications.Row:
    more = f"等{len(titles)}项" if len(titles) > MOST_TITLES else ""
    return notifications.row(
        person,
        "workplans.opened",
        f"{plan.public_id}:{on}",
        f"今天起可以填：{titles[0]}" if len(titles) == 1 else f"今天起可以填{len(titles)}项任务",
        f"{plan}。{'、'.join(titles[:MOST_TITLES])}{more}。截止日见待办。",
        f"/{plan.fiscal_year}/",
    )


def people_by_unit(units: Iterable[int], roles: list[str], on: date) -> dict[int, list[int]]:
    """Ids of the active people who hold one of the roles on the day, by unit."""
    held = Membership.objects.in_force(on).filter(
        unit__in=units, role__in=roles, user__is_active=True
    )
    found: dict[int, list[int]] = defaultdict(list)
    for unit, user in held.values_list("unit", "user"):
        if user not in found[unit]:
            found[unit].append(user)
    return found
