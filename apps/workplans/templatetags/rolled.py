"""The end of a window as it is owed, where a page shows the window."""

from django import template

from apps.workplans import rolling
from apps.workplans.models import Assignment, PlanTask, TaskWindow
from apps.workplans.rolling import Due

register = template.Library()


@register.simple_tag
def due_of(window: TaskWindow) -> Due | None:
    """When the window is due, and why on that day; None without an end."""
    return rolling.read(window)


@register.simple_tag
def rolled_of(owed: Assignment) -> Due | None:
    """Why an assignment is due on another day than the notice's; None where it stands elsewhere."""
    if owed.task.roll == PlanTask.Roll.KEEP or owed.due_at is None:
        return None
    owed.window.task = owed.task
    due = rolling.read(owed.window)
    return due if due and due.in_force == owed.due_at else None
