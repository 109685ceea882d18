"""When a task of a draft can be filed."""

from __future__ import annotations

from datetime import date, timedelta

from django.db import transaction

from apps.organizations.models import User
from apps.rules import plan_dates
from apps.workplans.models import Plan, PlanEvent, PlanTask, TaskWindow
from apps.workplans.profiles import WindowRow, window_problems
from apps.workplans.reckoning import reckoned
from apps.workplans.services.editing.common import (
    Values,
    agreed,
    checked,
    differing,
    free_code,
    opened,
    recorded,
    refusal,
)
from apps.workplans.services.editing.granted import demand_same_key
from apps.workplans.services.exporting import window_row
from apps.workplans.services.loading.values import window_values


@transaction.atomic
def add_window(*, task: PlanTask, values: Values, actor: User) -> TaskWindow:
    """A new window. `values`: the keys of WindowRow; without `key` one is made.

    Days, both included. Where the rule is whole (a node with its data date and day, an event with
    its date) the end is reckoned by it, and a `closes` given beside it is not looked at.
    """
    plan, task = _of(task, actor)
    window = new_window(plan, task, values)
    recorded(plan, actor, "add_window", task, window=window.label or window.key)
    return window


def new_window(plan: Plan, task: PlanTask, values: Values) -> TaskWindow:
    """The row of a new window of the locked draft; the caller records it."""
    taken = list(task.windows.values_list("key", flat=True))
    given = {key: value for key, value in values.items() if value is not None}
    row = _row(plan, {"key": free_code(_key(plan, values), taken, 20)} | given)
    if row.key in taken:
        raise refusal(f"节点：“{row.key}”这项任务已有，换一个。", field="key")
    return TaskWindow.objects.create(task=task, **window_values(row, _events(plan)))


@transaction.atomic
def edit_window(*, window: TaskWindow, values: Values, actor: User) -> TaskWindow:
    """The window has these values; its end is reckoned again."""
    plan, task = _of(window.task, actor)
    window = task.windows.select_related("event").get(pk=window.pk)
    now = window_row(window)
    row = _row(plan, now.model_dump() | dict(values))
    if row.key != now.key and task.windows.filter(key=row.key).exists():
        raise refusal(f"节点：“{row.key}”这项任务已有，换一个。", field="key")
    data = differing(now, row)
    if not data:
        return window
    demand_same_key(window, row.key)
    _write(window, row, plan)
    recorded(plan, actor, "edit_window", task, window=window.label or window.key, **data)
    return window


@transaction.atomic
def remove_window(*, window: TaskWindow, actor: User) -> None:
    """The window is gone."""
    plan, task = _of(window.task, actor)
    window = task.windows.get(pk=window.pk)
    recorded(plan, actor, "remove_window", task, window=window.label or window.key)
    window.delete()


@transaction.atomic
def add_series(*, task: PlanTask, series: str, values: Values, actor: User) -> list[TaskWindow]:
    """One window for each occurrence of the plan's year; those that are there are written anew.

    `series`: monthly, quarterly, half or yearly. `values`: months_after and day (31 is the month's
    end) of the deadline after the period, lead_days (how many days before the deadline it opens;
    None: not said), phrase, note.
    """
    plan, task = _of(task, actor)
    made = series_windows(plan, task, series, values)
    recorded(plan, actor, "add_series", task, series=series, windows=[w.key for w in made])
    return made


def series_windows(plan: Plan, task: PlanTask, series: str, values: Values) -> list[TaskWindow]:
    """The rows of a series in the locked draft; the caller records it."""
    if series not in plan_dates.SERIES:
        words = "、".join(plan_dates.SERIES.values())
        raise refusal(f"周期：填“{series}”，应为{words}之一。", field="series")
    rows = [
        _row(plan, _occurrence(each, series, values))
        for each in plan_dates.occurrences(series, plan.fiscal_year)
    ]
    known = {window.key: window for window in task.windows.all()}
    windows = [known.get(row.key) or TaskWindow(task=task, key=row.key) for row in rows]
    for window, row in zip(windows, rows, strict=True):
        _write(window, row, plan)
    return windows


def _occurrence(each: plan_dates.Occurrence, series: str, values: Values) -> dict[str, object]:
    """One period's window as values of a row."""
    months = values.get("months_after")
    row = {
        "key": each.key,
        "label": each.label,
        "data_until": each.ends,
        "kind": TaskWindow.Kind.RECURRING,
        "series": series,
        "months_after": 1 if months is None else months,
        "day": values.get("day"),
        "phrase": values.get("phrase") or "",
        "note": values.get("note") or "",
    }
    if row["day"] is None:
        raise refusal("该月几日：未填。每期结束后哪一天截止，例如次月1日填1。", field="day")
    row["opens"] = _opens(checked(WindowRow, row), values.get("lead_days"))
    return row


def _opens(row: WindowRow, lead_days: object) -> date | None:
    """So many days before the deadline."""
    if lead_days is None:
        return None
    if not isinstance(lead_days, int) or not 0 <= lead_days <= 366:
        raise refusal(f"提前开放日数：填“{lead_days}”，应为0到366。", field="lead_days")
    closes = reckoned(row).closes
    return closes - timedelta(days=lead_days) if closes else None


def _of(task: PlanTask, actor: User) -> tuple[Plan, PlanTask]:
    plan = opened(task.plan, actor)
    return plan, plan.tasks.get(pk=task.pk)


def _key(plan: Plan, values: Values) -> str:
    """The key of a window nobody named: the month of its node, else the year."""
    node = values.get("data_until")
    return f"{node:%Y-%m}" if isinstance(node, date) else str(plan.fiscal_year)


def _row(plan: Plan, values: Values) -> WindowRow:
    """The values as a row whose end is reckoned. Raises RuleError."""
    row = checked(WindowRow, values)
    event = _events(plan).get(row.event or "")
    if row.event and event is None:
        raise refusal(f"事件：计划里没有“{row.event}”。", field="event")
    row = reckoned(row, event.happened_on if event else None)
    agreed(WindowRow, window_problems(row, ()))
    return row


def _events(plan: Plan) -> dict[str, PlanEvent]:
    return {event.code: event for event in plan.events.all()}


def _write(window: TaskWindow, row: WindowRow, plan: Plan) -> None:
    for key, value in window_values(row, _events(plan)).items():
        setattr(window, key, value)
    window.save()
