"""Request types that views rely on."""

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest

if TYPE_CHECKING:
    from rest_framework.request import Request

    from apps.organizations.models import User


NOT_FOUND = "没有这一条，或不在您能看到的范围内。"


class UserRequest(HttpRequest):
    """A request behind @login_required: its user is one of ours."""

    user: "User"


def caller(request: "Request") -> "User":
    """The person behind an API request; its permission class let nobody else in."""
    return cast("User", request.user)
