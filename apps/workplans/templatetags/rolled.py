"""The end of a window as it is owed, where a page shows the window."""

from django import template

from apps.workplans import rolling
from apps.workplans.models import TaskWindow
from apps.workplans.rolling import Due

register = template.Library()


@register.simple_tag
def due_of(window: TaskWindow) -> Due | None:
    """When the window is due, and why on that day; None without an end."""
    return rolling.read(window)
