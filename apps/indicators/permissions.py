"""Who may change a library."""

from __future__ import annotations

from apps.organizations import selectors as people
from apps.organizations.models import Role, User


def may_load(user: User | None, jurisdiction_id: int | None) -> bool:
    """The console (no user) loads any library; a plan administrator only the own jurisdiction's."""
    if user is None:
        return True
    return jurisdiction_id in people.jurisdictions_of(user, Role.PLAN_ADMIN)
