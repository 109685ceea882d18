"""The date of an event (预算批复): the windows that count from it get theirs, and are opened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from apps.audit import services as audit
from apps.core import clock
from apps.notifications import services as notifications
from apps.organizations import selectors as people
from apps.organizations.models import Role, User
from apps.rules.errors import RuleError
from apps.workplans import permissions, rolling
from apps.workplans.models import Assignment, Plan, PlanEvent, TaskWindow
from apps.workplans.reckoning import counted_end
from apps.workplans.rolling import Due
from apps.workplans.services import assigning, rolled
from apps.workplans.services.deadlines import reason_of
from apps.workplans.services.holding import held
from apps.workplans.services.opening import BLOCK, Opened, Tell, untold


@dataclass(frozen=True)
class Effect:
    """What the date means for one window: its days, and who owes it then."""

    window: TaskWindow
    due: Due | None
    n_new: int  # assignments that are opened
    n_moved: int  # assignments whose days change
    is_over: bool  # its end lies behind today


def foreseen(*, event: PlanEvent, happened_on: date, actor: User) -> list[Effect]:
    """What dating the event would do, window by window; writes nothing.

    Raises PermissionDenied, or RuleError for a plan not in force, a day out of bounds, working days
    in a year not announced, or when somebody has filed by the present date.
    """
    demand_right(event, actor)
    _demand_day_fits(event, happened_on)
    return [_effect(window, old) for window, old in _dated(event, happened_on)]


@transaction.atomic
def date_event(
    *,
    event: PlanEvent,
    happened_on: date,
    actor: User,
    reason: str = "",
    kinds: Collection[str] | None = None,
    tell: Tell = untold,
) -> PlanEvent:
    """The event happened on the day: its windows are dated, opened, and the units told.

    A date that stands may be corrected with a reason until somebody has filed in one of its
    windows; then an amendment or an extension is the way. `kinds` as in `assign`; `tell` hears how
    many of the windows are opened.
    Raises PermissionDenied, or RuleError as `foreseen` does, or for a correction without reason.
    """
    demand_right(event, actor)
    event = locked(event)
    old, reason = event.happened_on, demand_datable(event, happened_on, reason)
    rolled.catch_up(event.plan)
    windows = _dated(event, happened_on)
    event.happened_on = happened_on
    event.save(update_fields=["happened_on"])
    n_moved = sum(_bring(window, before) for window, before in windows)
    opened = _opened([window for window, _ in windows], kinds, tell)
    opened.record(actor)
    _record(event, actor, old, reason, opened.n, n_moved)
    _tell(event)
    return event


def demand_right(event: PlanEvent, actor: User) -> None:
    """Raises PermissionDenied for everybody but the plan's administrators."""
    if not permissions.may_publish(actor, event.plan):
        raise PermissionDenied("只有计划管理员可以填事件日期。")


def demand_datable(event: PlanEvent, happened_on: date, reason: str) -> str:
    """The reason as it is kept, empty for a first date. Raises RuleError as `date_event` does."""
    _demand_day_fits(event, happened_on)
    _dated(event, happened_on)  # working days of a year that is not announced
    return reason_of(reason, "更正理由") if event.happened_on else ""


def _demand_day_fits(event: PlanEvent, happened_on: date) -> None:
    _demand_published(event.plan)
    _demand_day(event, happened_on)
    _demand_unfiled(event)


def locked(event: PlanEvent) -> PlanEvent:
    """The event under its plan's lock, taken first as an amendment takes it."""
    plan = held(event.plan_id)
    locked = PlanEvent.objects.select_for_update(of=("self",)).get(pk=event.pk)
    locked.plan = plan
    return locked


def _demand_published(plan: Plan) -> None:
    """Nobody owes anything by a draft or a working copy yet."""
    if plan.state != Plan.State.PUBLISHED:
        raise RuleError(
            f"{plan}：{plan.get_state_display()}，计划发布以后才填事件日期。",
            code="workplans.event_unpublished",
        )


def _demand_day(event: PlanEvent, on: date) -> None:
    year = event.plan.fiscal_year
    first, last = date(year - 1, 1, 1), min(date(year + 1, 12, 31), clock.today())
    if not first <= on <= last:
        raise RuleError(
            f"{event}：填{on:%Y-%m-%d}，应在{first:%Y-%m-%d}至{last:%Y-%m-%d}之间，已经发生才填。",
            code="workplans.event_day",
        )
    if on == event.happened_on:
        raise RuleError(f"{event}：已是{on:%Y-%m-%d}，不用改。", code="workplans.event_same")


def _demand_unfiled(event: PlanEvent) -> None:
    """Refuse to move the ground under what was filed."""
    filed = Assignment.objects.filter(window__event=event, filings__submitted_at__isnull=False)
    n_filed = filed.distinct().count()
    if n_filed:
        raise RuleError(
            f"{event}：按{event.happened_on:%Y-%m-%d}已报送{n_filed}件，不能改日期。"
            "要变的，修订计划或逐件延期。",
            code="workplans.event_filed",
        )


def _dated(event: PlanEvent, on: date) -> list[tuple[TaskWindow, TaskWindow]]:
    """Each window of the event with its new days, unsaved, and as it is."""
    rows = event.windows.select_related("task__plan__jurisdiction", "event")
    rows = rows.prefetch_related("task__scopes").order_by("task__position", "key")
    before = {window.pk: window for window in event.windows.select_related("task")}
    windows = list(rows)
    for window in windows:
        window.opens_at = clock.start_of(on)
        window.closes_at = counted_end(window, on)
    return [(window, before[window.pk]) for window in windows]


def _effect(window: TaskWindow, before: TaskWindow) -> Effect:
    due, old = rolling.read(window), rolling.due_of(before)
    raised = rolled.overtaken(window, old, due.in_force if due else None)
    return Effect(
        window=window,
        due=due,
        n_new=assigning.n_missing(window, clock.today()),
        n_moved=_standing(window, old).count() + raised.count(),
        is_over=due is not None and due.in_force <= clock.now(),
    )


def _standing(window: TaskWindow, due_at: datetime | None) -> QuerySet[Assignment]:
    """Who owes the window by its own days, neither extended nor returned."""
    rows = rolled.owing(window).filter(due_at=due_at, extensions=None)
    return rows.exclude(filings__revisions__origin__in=rolled.ANEW)


def _bring(window: TaskWindow, before: TaskWindow) -> int:
    """Store the window's days and bring them to those who stood at the old ones; how many."""
    held = Assignment.objects.filter(window=window).select_for_update(of=("self",)).order_by("pk")
    list(held.values_list("pk"))  # an extension granted meanwhile is waited for, then seen
    window.save(update_fields=["opens_at", "closes_at"])
    old, new = rolling.due_of(before), rolling.due_of(window)
    n_raised = rolled.overtaken(window, old, new).update(due_at=new)
    return n_raised + _standing(window, old).update(opens_at=window.opens_at, due_at=new)


def _opened(windows: Sequence[TaskWindow], kinds: Collection[str] | None, tell: Tell) -> Opened:
    today, opened = clock.today(), Opened()
    for n_done, window in enumerate(windows):
        tell(n_done, len(windows), opened.words(n_done, len(windows)))
        if window.has_begun(today):
            assigning.make(opened, window.task, [window], today, kinds)
    return opened


def _record(
    event: PlanEvent, actor: User, old: date | None, reason: str, n_made: int, n_moved: int
) -> None:
    audit.record(
        actor=actor,
        action="workplans.date_event",
        subject=event,
        chain=f"region:{event.plan.jurisdiction.code}",
        data={
            "old": str(old or ""),
            "new": str(event.happened_on),
            "reason": reason,
            "opened": n_made,
            "moved": n_moved,
        },
    )


def _tell(event: PlanEvent) -> None:
    """One message for each person of a unit, with what it owes by when."""
    on, now = event.happened_on, clock.now().isoformat()
    for n, (told, units) in enumerate(sorted(_told(event).items())):
        for start in range(0, len(units), BLOCK):
            block = units[start : start + BLOCK]
            notifications.notify(
                recipients=people.people_at_units(block, Role.FILER, Role.UNIT_HEAD),
                kind="workplans.event_dated",
                key=f"{event.pk}/{on}/{now}/{n}",
                title=f"{event}：{on:%Y-%m-%d}，{len(told)}项任务的填报期已定",
                body="\n".join(told),
                url=f"/{event.plan.fiscal_year}/",
            )


def _told(event: PlanEvent) -> dict[tuple[str, ...], list[int]]:
    """The lines of a message, and the units that owe just these."""
    titles = {w.pk: rolling.title_of(w) for w in event.windows.select_related("task")}
    owed = Assignment.objects.owed().filter(window__in=titles).order_by()
    by_unit: dict[int, set[tuple[str, str]]] = defaultdict(set)
    for unit, window, due_at in owed.values_list("unit", "window", "due_at").distinct():
        by_unit[unit].add((str(due_at), _line(due_at, titles[window])))
    alike: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for unit, lines in by_unit.items():
        alike[tuple(line for _, line in sorted(lines))].append(unit)
    return alike


def _line(due_at: datetime | None, title: str) -> str:
    return f"{title}：{clock.last_day(due_at):%Y-%m-%d}24:00截止" if due_at else title
