"""A file becomes a draft's content, after its differences were looked at."""

from __future__ import annotations

from apps.organizations.models import User
from apps.workplans.models import Plan
from apps.workplans.profiles import Profile
from apps.workplans.services.comparing import Change


def read_file(*, content: bytes, name: str, plan: Plan) -> Profile:
    """The profile in a .yaml or .xlsx file. Raises RuleError naming line or sheet, row and column.

    A workbook names neither jurisdiction nor sections of its own: they are those of the plan.
    """
    raise NotImplementedError


def import_changes(*, plan: Plan, profile: Profile, actor: User) -> list[Change]:
    """What importing would change; nothing is written. Raises PermissionDenied or RuleError."""
    raise NotImplementedError


def import_profile(*, plan: Plan, profile: Profile, actor: User) -> list[Change]:
    """The draft is as the profile says; importing again changes nothing. Returns what changed."""
    raise NotImplementedError
