"""A plan as a profile: the shape in which it is exported, compared, copied and amended."""

from __future__ import annotations

from apps.workplans.models import Plan, PlanTask
from apps.workplans.profiles import Profile, TaskRow


def profile_of(plan: Plan) -> Profile:
    """The whole plan; loading it again would make no difference. Reads at most 20 times."""
    raise NotImplementedError


def task_row(task: PlanTask) -> TaskRow:
    """One task as its row: what an editing form starts from."""
    raise NotImplementedError


def to_yaml(profile: Profile) -> str:
    """The profile as a file that `profile_files.read` takes; always in the same order."""
    raise NotImplementedError


def to_workbook(profile: Profile) -> bytes:
    """The profile as an Excel workbook, a sheet per kind of row."""
    raise NotImplementedError
