"""Every write of the room: loading a profile, publishing, assigning, extending, holidays."""

from apps.workplans.services.assigning import assign, assign_project, open_due
from apps.workplans.services.deadlines import exempt, extend, unexempt
from apps.workplans.services.loading import load_profile
from apps.workplans.services.offline import register_offline
from apps.workplans.services.publishing import publish
from apps.workplans.services.renewing import renew_due

__all__ = [
    "assign",
    "assign_project",
    "exempt",
    "extend",
    "load_profile",
    "open_due",
    "publish",
    "register_offline",
    "renew_due",
    "unexempt",
]
