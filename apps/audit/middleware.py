"""Refusals stand in the trail too, in a transaction of their own (decision 18)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from apps.audit import services
from apps.rules.errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Callable

FORBIDDEN, CONFLICT, UNPROCESSABLE = 403, 409, 422
READING = ("GET", "HEAD", "OPTIONS")


class Refusals:
    """Records what a known person tried and was refused: 403 always, 409 and 422 of a write."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if _is_refusal(request, response) and request.user.is_authenticated:
            services.refuse(
                actor=request.user,
                action=_action(request),
                data={
                    "method": request.method or "",
                    "path": request.path[:200],
                    "status": response.status_code,
                    "reason": _reason(request, response)[:300],
                },
            )
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Keep the sentence for the entry; the answer is made elsewhere."""
        if isinstance(exception, (RuleError, PermissionDenied)):
            request.META["audit.reason"] = str(exception)


def _is_refusal(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether the answer says no to something that was tried."""
    if response.status_code == FORBIDDEN:
        return True
    return response.status_code in (CONFLICT, UNPROCESSABLE) and request.method not in READING


def _action(request: HttpRequest) -> str:
    """The route's name, such as "filings.submit"; a path without route keeps its own words."""
    match = request.resolver_match
    return (match.view_name if match else request.path).replace(":", ".")[:60]


def _reason(request: HttpRequest, response: HttpResponseBase) -> str:
    """The sentence that the person was shown."""
    told: Any = getattr(response, "data", None)
    if isinstance(told, dict) and "detail" in told:
        return str(told["detail"])
    return str(request.META.get("audit.reason", ""))
