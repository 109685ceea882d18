"""Who a session belongs to, read together with where that person stands."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from apps.organizations.models import User


class PeopleBackend(ModelBackend):
    """Every page asks who somebody is and where they stand: one query instead of two."""

    def get_user(self, user_id: Any) -> User | None:
        """The active person, with the memberships that hold today; None for a disabled one."""
        person = User.with_memberships(user_id)
        return person if person is not None and self.user_can_authenticate(person) else None
