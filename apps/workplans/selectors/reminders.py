"""Which reminders hold for which tasks, and whom they are due to be about on a day."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from apps.core import clock
from apps.workplans import offsets
from apps.workplans.models import Assignment, AssignmentQuerySet, Plan, PlanTask, ReminderRule
from apps.workplans.offsets import Offset


@dataclass(frozen=True)
class Reminder:
    """One rule with all the tasks of its plan for which it holds."""

    about: str
    audience: str
    offset: Offset
    tasks: tuple[PlanTask, ...]


def reminders_of(plan: Plan) -> list[Reminder]:
    """The plan's rules; what a task says of a matter replaces what the plan says of it."""
    rules = list(ReminderRule.objects.filter(plan=plan).order_by("about", "days", "audience"))
    own = {(rule.task_id, rule.about) for rule in rules if rule.task_id}
    tasks = list(PlanTask.objects.filter(plan=plan).select_related("section", "plan__jurisdiction"))
    held: dict[tuple[str, str, Offset], list[PlanTask]] = defaultdict(list)
    for rule in rules:
        held[rule.about, rule.audience, offsets.offset_of(rule)] += [
            task
            for task in tasks
            if rule.task_id == task.pk or (not rule.task_id and (task.pk, rule.about) not in own)
        ]
    return [
        Reminder(about, audience, offset, tuple(dict.fromkeys(known)))
        for (about, audience, offset), known in held.items()
        if known
    ]


def due_for(reminder: Reminder, on: date) -> AssignmentQuerySet:
    """What is owed whose deadline lies so that the rule speaks on the day; by workplans_due.

    Open by then: nobody is reminded of what cannot be filled in yet.
    """
    days = Q(pk__in=[])
    for first, last in offsets.runs(reminder.offset.anchors(on)):
        days |= Q(due_at__gt=clock.start_of(first), due_at__lte=clock.end_of(last))
    rows = Assignment.objects.owed().filter(days, task__in=[task.pk for task in reminder.tasks])
    return rows.filter(opens_at__lt=clock.end_of(on))


def published_plans() -> list[Plan]:
    """The plans by which people work now, of all regions."""
    plans = Plan.objects.in_their_own_right().filter(state=Plan.State.PUBLISHED)
    return list(plans.select_related("jurisdiction").order_by("pk"))
