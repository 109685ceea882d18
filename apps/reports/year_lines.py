"""The year's dates beside the log-in form: public facts of the published plan."""

from datetime import datetime

from apps.core import clock
from apps.organizations.entrance import PlanLine
from apps.workplans import calendar, rolling
from apps.workplans.models import Plan, TaskWindow

MOST = 6


def plan_lines() -> list[PlanLine]:
    """The main tasks' windows of the year in progress, around today; none before a plan exists."""
    now = clock.now()
    plan = (
        Plan.objects.filter(state=Plan.State.PUBLISHED, fiscal_year__lte=now.year)
        .order_by("-fiscal_year", "jurisdiction__code")
        .first()
    )
    if plan is None:
        return []
    windows = TaskWindow.objects.filter(
        task__plan=plan, task__is_main=True, task__stage__in=_shown(), closes_at__isnull=False
    ).exclude(opens_at=None)
    rows = rolling.in_order(windows.select_related("task"))
    past = [row for row in rows if row[1] <= now]
    rest = [row for row in rows if row[1] > now]
    return [_line(window, due_at) for window, due_at in [*past[-2:], *rest][:MOST]]


def _shown() -> tuple[str, ...]:
    return ("pre_assessment", "targets", "monitoring", "self_evaluation", "evaluation")


def _title(window: TaskWindow) -> str:
    """The task, with the window's own name where a task has several."""
    title, label = window.task.title, window.label
    return title if label in title else f"{title}·{label}"


def _line(window: TaskWindow, due_at: datetime) -> PlanLine:
    now = clock.now()
    if window.opens_at is None:
        raise LookupError("the caller keeps dated windows only")
    last = clock.last_day(due_at)
    day = (
        f"{last.month}月{last.day}日"
        if last.year == now.year
        else f"{last.year}年{last.month}月{last.day}日"
    )
    if due_at <= now:
        return PlanLine(day, _title(window), "past", "已截止")
    if window.opens_at > now:
        opens = window.opens_at.astimezone(clock.ZONE)
        return PlanLine(day, _title(window), "next", f"{opens.month}月{opens.day}日开放")
    left = calendar.working_days_left(now, due_at)
    note = "" if left is None else f"剩{left}个工作日" if left else "今天24:00截止"
    return PlanLine(day, _title(window), "now", note)
