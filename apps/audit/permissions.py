"""Who may read the trail."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.organizations.models import User

READER = "audit_admin"


def may_read(user: User) -> bool:
    """Whether the user is an audit administrator today; nobody else reads the trail as a whole."""
    return bool(regions_of(user))


def regions_of(user: User) -> dict[int, str]:
    """Jurisdictions (id: code) whose trail the user reads today."""
    held = (seat for seat in user.in_force() if seat.role == READER)
    return {seat.jurisdiction_id: seat.jurisdiction.code for seat in held}
