"""A notice is read into a draft plan; a person looks at every task before it is published."""

from __future__ import annotations

from apps.organizations.models import User
from apps.workplans.models import Notice, Plan, PlanTask


def add_notice(*, plan: Plan, name: str, text: str, actor: User) -> Notice:
    """The draft has a task for every duty in the notice, waiting to be checked (待核对).

    `PlanTask.read_from`: {field: {"span": [from, to], "certainty": …, "note": …}}, where field is a
    key of TaskRow, "window:<key>", "slot:<code>", "setting:<code>" or "task" (the whole sentence).
    `Notice.leftovers`: [{"start", "end", "note"}]. The same text a second time adds nothing.
    Raises PermissionDenied or RuleError (the reader's own included).
    """
    raise NotImplementedError


def confirm_task(*, task: PlanTask, actor: User) -> PlanTask:
    """A person has checked the task against the notice."""
    raise NotImplementedError


def dismiss_task(*, task: PlanTask, actor: User) -> Notice | None:
    """The sentence is no task (不作任务): the task is gone, its sentence among the leftovers."""
    raise NotImplementedError


def task_from_leftover(*, notice: Notice, start: int, actor: User) -> PlanTask:
    """The leftover sentence that begins there is a task after all, waiting to be checked."""
    raise NotImplementedError
