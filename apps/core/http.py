"""Request types that views rely on."""

from typing import TYPE_CHECKING

from django.http import HttpRequest

if TYPE_CHECKING:
    from apps.organizations.models import User


class UserRequest(HttpRequest):
    """A request behind @login_required: its user is one of ours."""

    user: "User"
