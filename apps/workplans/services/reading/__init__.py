"""A notice is read into a draft plan; a person looks at every task before it is published."""

from apps.workplans.services.reading.checking import (
    confirm_task,
    dismiss_task,
    task_from_leftover,
)
from apps.workplans.services.reading.notices import add_notice

__all__ = ["add_notice", "confirm_task", "dismiss_task", "task_from_leftover"]
