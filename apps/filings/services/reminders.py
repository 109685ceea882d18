"""Who is reminded of what on a day: derived from the plans' rules and from what is owed now.

A reminder about one assignment reaches a person once a kind and day, however often the sweep runs:
the key of its message says so. Nothing is kept but the messages, so nothing can be out of step. A
rule's day (`day`) is the day of telling (`on`), unless a day of standstill is made up for.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Count, FilteredRelation, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from apps.core import clock, collecting
from apps.core.sql import UuidText
from apps.filings.models import OPEN_STATES, State
from apps.filings.services import opening, waiting
from apps.filings.services import reminder_words as words
from apps.filings.services.reminder_words import Owed
from apps.notifications import selectors as notices
from apps.notifications import services as notifications
from apps.organizations.models import Role, in_force_on
from apps.workplans.models import Assignment, Plan, PlanTask, ReminderRule, TaskWindow
from apps.workplans.selectors import reminders as rules
from apps.workplans.selectors.reminders import Reminder

CHUNK = 10_000  # rows in memory at a time; a server-side cursor would choose a slower plan
SEAT = "unit__memberships__"  # from what is owed to those who sit at its unit
ROLES = {"person": Role.FILER, "head": Role.UNIT_HEAD}
SUBJECTS = ("project__name", "transfer__name", "subject_jurisdiction__name")
About, Audience = ReminderRule.About, ReminderRule.Audience


def send_reminders() -> int:
    """Everybody is reminded of what today calls for, and of what days of standstill called for.

    A region's people are left alone until their morning. Returns how many messages are new; twice
    is harmless. What goes wrong with one plan is raised once all the others have had their turn.
    """
    now = clock.now()
    new: list[int] = []
    with ExitStack() as turns:  # it calls all, whatever one of them raises
        for plan in reversed(rules.published_plans()):
            turns.callback(lambda plan: new.append(_catch_up(plan, now)), plan)
    return sum(new)


def _catch_up(plan: Plan, now: datetime) -> int:
    """One plan's day, and the days before it that nobody swept."""
    if now.time() < notices.timetable_of(plan.jurisdiction).quiet_until:
        return 0
    name, n_new = f"reminders:{plan.pk}", 0
    for day in notifications.days_to_do(name=name, on=now.date()):
        n_new += _sweep_plan(plan, day, now.date())
    notifications.mark_done(name=name, on=now.date())
    return n_new


def sweep(*, on: date) -> int:
    """Everybody is reminded of what the day calls for. Returns how many messages are new."""
    return sum(_sweep_plan(plan, on, on) for plan in rules.published_plans())


def _sweep_plan(plan: Plan, day: date, on: date) -> int:
    """One plan's openings and reminders of a day, in the words of today."""
    n_new = sum(notifications.notify_rows(rows=rows) for rows in opening.rows(plan, day, on))
    for reminder in rules.reminders_of(plan):
        if reminder.about != About.DUE:
            n_new += notifications.notify_rows(rows=waiting.rows(reminder, day, on))
        elif reminder.audience in ROLES:
            n_new += _tell_units(reminder, day, on)
        elif reminder.audience == Audience.SECTION:
            n_new += _tell_sections(reminder, day, on)
    return n_new


def owing(reminder: Reminder, day: date) -> QuerySet[Assignment]:
    """What the rule is about on the day and nobody has filed."""
    live = FilteredRelation("filings", condition=~Q(filings__state=State.CANCELLED))
    unfiled = Q(live__isnull=True) | Q(live__state__in=OPEN_STATES)
    return rules.due_for(reminder, day).annotate(live=live).filter(unfiled)


# --- the unit's people ----------------------------------------------------------------------
@collecting.put_off()
def _tell_units(reminder: Reminder, day: date, on: date) -> int:
    """Filers (deputies are filers in their days) or heads of the units that owe."""
    found = _untold(reminder, day, on)
    texts = words.Texts(on, reminder.tasks, to_head=reminder.audience == Audience.HEAD)
    n_new, last = 0, 0
    # From the last assignment on, not after it: a chunk may end amidst its people. Nobody is told
    # twice, for the message is the same.
    while chunk := [Owed(*row) for row in found.filter(pk__gte=last).order_by("pk")[:CHUNK]]:
        rows = list(_messages(chunk, _kind(reminder), texts, on))
        n_new += notifications.notify_rows(rows=rows)
        if len(chunk) < CHUNK or chunk[-1].pk == last:
            break
        last = chunk[-1].pk
    return n_new


def _untold(reminder: Reminder, day: date, on: date) -> QuerySet[Assignment, Any]:
    """What is owed with whom to tell, but for what an earlier sweep of the day has told.

    Asked here, for making thousands of messages only to find them there takes longer than this.
    """
    role, person = ROLES[reminder.audience], f"{SEAT}user"
    held = Q((f"{SEAT}role", role), (f"{person}__is_active", True)) & in_force_on(on, SEAT)
    key = Concat(UuidText(OuterRef("public_id")), Value(f":{on}"))
    found = owing(reminder, day).filter(held, ~notices.is_told(person, _kind(reminder), key))
    # The title of a task is at hand already, and most tasks are about no more than the unit:
    # with four tables less the statement is planned in a fraction of the time.
    is_plain = {task.subject_kind for task in reminder.tasks} == {PlanTask.SubjectKind.UNIT}
    return found.values_list(
        "pk",
        UuidText("public_id"),
        "fiscal_year",
        "due_at",
        "unit__name",
        "task",
        UuidText("live__public_id"),
        "live__state",
        person,
        *(() if is_plain else SUBJECTS),
    )


def _kind(reminder: Reminder) -> str:
    return f"remind.due.{reminder.audience}"


def _messages(
    chunk: list[Owed], kind: str, texts: words.Texts, on: date
) -> Iterator[notifications.Row]:
    day = f":{on}"
    for row in chunk:
        title, body = texts.of(row)
        yield notifications.row(row.person, kind, row.public_id + day, title, body, row.url)


# --- the lead section -----------------------------------------------------------------------
def _tell_sections(reminder: Reminder, day: date, on: date) -> int:
    """One message to each member of the lead section, with the list of the silent."""
    found = owing(reminder, day).order_by("window", "due_at")
    groups = found.values_list("window", "due_at").annotate(n=Count("unit", distinct=True))
    tasks = {task.pk: task for task in reminder.tasks}
    windows = TaskWindow.objects.in_bulk({window for window, _, _ in groups})
    n_new = 0
    for pk, due_at, n_units in groups:
        window = windows[pk]
        owing_units = found.filter(window=window, due_at=due_at).order_by("unit__code")
        names = list(
            owing_units.values_list("unit__name", flat=True).distinct()[: words.MOST_NAMES]
        )
        silent = Silent(tasks[window.task_id], window, due_at, names, n_units)
        n_new += _tell_section(silent, on)
    return n_new


class Silent(NamedTuple):
    """Who is silent about one window of a task, by name as far as a message takes names."""

    task: PlanTask
    window: TaskWindow
    due_at: datetime
    names: list[str]
    n_units: int


def _tell_section(silent: Silent, on: date) -> int:
    task, window, said = silent.task, silent.window, words.left(on, silent.due_at)
    label = f"（{window.label}）" if window.label and window.label not in task.title else ""
    return notifications.notify(
        recipients=waiting.lead_people(task),
        kind="remind.due.section",
        key=f"{window.pk}:{clock.last_day(silent.due_at)}:{on}",
        title=f"{silent.n_units}个单位还没报：{task.title}{label}",
        body=words.silent_body(silent.due_at, said, silent.names, silent.n_units),
        url=f"/{task.plan.fiscal_year}/plan/{task.public_id}/",
    )
