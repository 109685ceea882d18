"""Small steps around every request."""

from collections.abc import Callable
from datetime import datetime, timedelta
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.core import arrival as arrivals
from apps.core import clock
from apps.core.pages import is_partial, render_page
from apps.rules.errors import RuleError

Handler = Callable[[HttpRequest], HttpResponse]
READING = ("GET", "HEAD", "OPTIONS")


def _started(request: HttpRequest, now: datetime) -> datetime:
    """The proxy's time stamp where it is trusted, never later than now nor older than allowed."""
    header = request.headers.get("X-Request-Start", "").removeprefix("t=")
    allowed = settings.TRUST_REQUEST_START
    if not allowed or not header.replace(".", "", 1).isdigit() or len(header) > 20:
        return now
    waited = now.timestamp() - float(header)
    return now - timedelta(seconds=waited) if 0 <= waited <= allowed else now


def client_address(request: HttpRequest) -> str:
    """Who asks: behind a proxy of ours the last address it added, else the connection's own."""
    if settings.BEHIND_PROXY:
        forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        try:
            return str(ip_address(forwarded))
        except ValueError:
            pass
    return str(request.META.get("REMOTE_ADDR", ""))


def arrival(get_response: Handler) -> Handler:
    """Note when a writing request arrived (decision 8) and from where, before anything else.

    A reading one asks the clock once.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        address = client_address(request)
        if request.method in READING:
            with arrivals.of(None, address), clock.one_moment():
                return get_response(request)
        with arrivals.of(_started(request, clock.now()), address):
            return get_response(request)

    return handle


def private_pages(get_response: Handler) -> Handler:
    """Keep every answer out of shared caches, unless a view said otherwise."""

    def handle(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=()"
        )
        return response

    return handle


class RuleErrors:
    """Show an uncaught RuleError as a page that says what is wrong and what to do (409)."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer 409 for a RuleError; anything else stays loud."""
        if not isinstance(exception, RuleError):
            return None
        response = render_page(request, "core/rule_error.html", {"error": exception}, status=409)
        if is_partial(request):  # the refusal stands above; what was typed stays where it is
            response.headers["HX-Retarget"] = "#notices"
            response.headers["HX-Reswap"] = "innerHTML"
        return response


rule_errors = RuleErrors
