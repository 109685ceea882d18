"""Every write of the room: loading a profile, publishing, assigning, extending, holidays."""

from apps.workplans.services.assigning import assign, assign_project, open_due
from apps.workplans.services.deadlines import exempt, extend, renew_due
from apps.workplans.services.publishing import publish

__all__ = ["assign", "assign_project", "exempt", "extend", "open_due", "publish", "renew_due"]
