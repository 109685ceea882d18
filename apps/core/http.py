"""Request types that views rely on."""

from typing import TYPE_CHECKING, cast

from django.http import HttpRequest, JsonResponse

if TYPE_CHECKING:
    from rest_framework.request import Request

    from apps.organizations.models import User


NOT_FOUND = "没有这一条，或不在您能看到的范围内。"
BAD_REQUEST = "请求的格式不对，请核对内容类型、字段数和文件数。"
NO_RIGHT = "没有这项权限。"
OUR_FAULT = (
    "系统出了问题，这一步没有办完，已经存下的数据不受影响。"
    "过一会儿再试；还不行，把编号{number}告诉本局系统管理员。"
)


class UserRequest(HttpRequest):
    """A request behind @login_required: its user is one of ours."""

    user: "User"


def is_api(request: HttpRequest) -> bool:
    """Whether a program asks: its answers are JSON whatever happens."""
    return request.path.startswith("/api/")


def problem(code: str, detail: str, status: int, **more: str) -> JsonResponse:
    """A refusal in the one shape that the whole API uses, where no API view was reached."""
    return JsonResponse({"code": code, "detail": detail, **more}, status=status)


def caller(request: "Request") -> "User":
    """The person behind an API request; its permission class let nobody else in."""
    return cast("User", request.user)
