"""The plan as people read and steer it."""

from apps.workplans.views.deadlines import exempt, extend
from apps.workplans.views.reading import calendar, offline, plan, publish, settings, task, work

__all__ = ["calendar", "exempt", "extend", "offline", "plan", "publish", "settings", "task", "work"]
