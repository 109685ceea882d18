"""Ends of windows that moved because the calendar changed, brought to the assignments."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import date, datetime
from uuid import uuid4

from django.db import transaction
from django.db.models import Q, QuerySet

from apps.audit import services as audit
from apps.core import clock
from apps.jobs import services as jobs
from apps.notifications import services as notifications
from apps.organizations import selectors as people
from apps.organizations.models import Role, Unit
from apps.rules.errors import RuleError
from apps.workplans import calendar, rolling
from apps.workplans.models import Assignment, Plan, PlanTask, TaskWindow
from apps.workplans.reckoning import counted_end
from apps.workplans.services.opening import chain_of

EVENT = "workplans.end_moved"
DONE = ("submitted", "in_review", "approved", "rejected")  # the engine's states, by their name
ANEW = ("return", "reopening")  # what set a deadline of its own


def ends(years: Collection[int]) -> dict[int, datetime]:
    """When each window that rolls is due, of those that end in or near the years; by its id."""
    first, last = clock.start_of(date(min(years), 1, 1)), clock.end_of(date(max(years), 12, 31))
    days = calendar.of_years(min(years) - 1, max(years) + 1)
    near = Q(closes_at__gt=first - rolling.REACH, closes_at__lte=last + rolling.REACH)
    rolls = near & ~Q(task__roll=PlanTask.Roll.KEEP)
    windows = TaskWindow.objects.filter(
        rolls | _counting(years), task__plan__state=Plan.State.PUBLISHED
    )
    dues = ((w.pk, rolling.due_of(w, days)) for w in windows.select_related("task"))
    return {pk: due_at for pk, due_at in dues if due_at}


def _counting(years: Collection[int]) -> Q:
    """Windows that count working days from an event over a day of the years."""
    return Q(
        in_working_days=True,
        days_after__isnull=False,
        event__happened_on__lte=date(max(years), 12, 31),
        closes_at__gt=clock.start_of(date(min(years), 1, 1)),
    )


def counted_ends(years: Collection[int]) -> dict[int, datetime]:
    """The ends of such windows, of drafts too, where they are what the calendar counts to."""
    closed = Q(task__plan__state=Plan.State.CLOSED)
    windows = TaskWindow.objects.filter(_counting(years)).exclude(closed).select_related("event")
    found = {window.pk: (window.closes_at, _counted(window)) for window in windows}
    return {pk: stored for pk, (stored, counted) in found.items() if stored and stored == counted}


def count_again(before: dict[int, datetime]) -> None:
    """Windows whose end was counted end where the calendar of now counts to.

    A day that is over, or would be, is never touched.
    """
    now = clock.now()
    for window in TaskWindow.objects.filter(pk__in=before).select_related("event"):
        end = _counted(window)
        if end is None or end == before[window.pk] or min(end, before[window.pk]) <= now:
            continue
        if window.opens_at and end <= window.opens_at:
            continue
        window.closes_at = end
        window.save(update_fields=["closes_at"])


def _counted(window: TaskWindow) -> datetime | None:
    """None where the year is not announced."""
    if window.event is None or window.event.happened_on is None:
        return None
    try:
        return counted_end(window, window.event.happened_on)
    except RuleError:
        return None


def leave_moves(before: dict[int, datetime], after: dict[int, datetime]) -> int:
    """An event waits for each window whose end moved; returns how many."""
    moved = {pk: (old, after[pk]) for pk, old in before.items() if after.get(pk, old) != old}
    change = uuid4()  # the same move may come again after it was taken back
    for pk, (old, new) in sorted(moved.items()):
        payload = {"window": pk, "old": old.isoformat(), "new": new.isoformat()}
        jobs.leave_event(kind=EVENT, key=f"{pk}:{change}", payload=payload)
    return len(moved)


def catch_up(plan: Plan) -> None:
    """What the calendar moved already stands at its assignments, before the held plan moves on.

    Else a move that still waits would find deadlines that were set since.
    """
    windows = TaskWindow.objects.filter(task__plan=plan).values_list("pk", flat=True)
    jobs.handle_waiting(kind=EVENT, about=Q(payload__window__in=list(windows)))


@transaction.atomic
def move_ends(*, window: TaskWindow, old: datetime, new: datetime) -> int:
    """Assignments that stand at the old end stand at the new one, and their units are told.

    What has its own deadline (extended, returned, reopened) stays unless the new end overtakes it;
    what is excused for a time moves untold; what is filed, excused for good or cancelled stays.
    Neither a day that is over nor one that would be over is touched. Returns how many moved; doing
    it again moves nothing.
    """
    if min(old, new) <= clock.now():
        return 0
    found = (_standing_at(window, old), overtaken(window, old, new))
    rows = [row for each in found for row in each.select_for_update(of=("self",))]
    Assignment.objects.filter(pk__in=[row.pk for row in rows]).update(due_at=new)
    moved = Counter((row.unit, row.due_at or old, bool(row.exempt_reason)) for row in rows)
    order = sorted(moved, key=lambda key: (key[0].jurisdiction_id, key[0].code, *key[1:]))
    for unit, was, is_excused in order:
        _record(window, unit, was, new, moved[unit, was, is_excused])
        if not is_excused:
            _tell(window, unit, was, new)
    return len(rows)


def owing(window: TaskWindow) -> QuerySet[Assignment]:
    """Who owes the window now, or will once an excuse for a time is over."""
    owed_some_day = Q(exempt_reason="") | Q(exempt_until__isnull=False)
    rows = Assignment.objects.filter(owed_some_day, window=window, cancelled_at=None)
    return rows.select_related("unit__jurisdiction").order_by("pk")


def overtaken(
    window: TaskWindow, old: datetime | None, new: datetime | None
) -> QuerySet[Assignment]:
    """Who was extended or returned to a day that everybody else's new end lies behind."""
    if old is None or new is None:
        return Assignment.objects.none()
    anew = Q(extensions__isnull=False) | Q(filings__revisions__origin__in=ANEW)
    own = Assignment.objects.filter(anew, window=window).values("pk")
    rows = owing(window).filter(pk__in=own, due_at__gte=old, due_at__lt=new)
    return rows.exclude(filings__state__in=DONE)


def _standing_at(window: TaskWindow, due_at: datetime) -> QuerySet[Assignment]:
    """Who still owes the window by its own end."""
    rows = owing(window).filter(due_at=due_at, extensions=None)
    return rows.exclude(filings__state__in=DONE).exclude(filings__revisions__origin__in=ANEW)


def _record(window: TaskWindow, unit: Unit, old: datetime, new: datetime, count: int) -> None:
    audit.record(
        actor=None,
        action="workplans.roll",
        subject=window.task,
        chain=chain_of(unit, window.task.plan),
        data={
            "window": window.key,
            "old": str(clock.last_day(old)),
            "new": str(clock.last_day(new)),
            "count": count,
        },
    )


def _tell(window: TaskWindow, unit: Unit, old: datetime, new: datetime) -> None:
    was, now = clock.last_day(old), clock.last_day(new)
    due = rolling.read(window)
    why = f"{due.why}，" if due and due.is_moved else ""
    notifications.notify(
        recipients=people.people_at_unit(unit, Role.FILER, Role.UNIT_HEAD),
        kind="workplans.rolled",
        key=f"{window.pk}/{unit.pk}/{was}/{now}/{clock.now().date()}",
        title=f"{rolling.title_of(window)}：截止由{_shown(was)}改为{_shown(now)}",
        body=f"{why}节假日安排有变，截止日照任务写明的办法调整。",
        url=f"/{window.task.plan.fiscal_year}/",
    )


def _shown(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
