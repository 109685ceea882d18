"""Who looks after the ways by which a region's notices go out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from apps.organizations.models import Jurisdiction, User


def served_place(user: User) -> Jurisdiction | None:
    """The region whose system administrator the person is today."""
    held = (m.jurisdiction for m in user.in_force() if m.role == "sys_admin")
    return next(held, None)


def may_keep_channels(user: User, jurisdiction_id: int) -> bool:
    """Whether the person looks after the region's robots and its hours of mail."""
    return any(
        m.role == "sys_admin" and m.jurisdiction_id == jurisdiction_id for m in user.in_force()
    )
