"""How the API answers errors: the same sentences as the pages, as JSON."""

from typing import Any

from rest_framework.response import Response
from rest_framework.views import exception_handler

from apps.rules.errors import RuleError


def on_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """RuleError becomes 409 with code, sentence and data; the rest is the framework's."""
    if isinstance(error, RuleError):
        body = {"code": error.code, "detail": str(error), **error.data}
        return Response(body, status=409)
    return exception_handler(error, context)
