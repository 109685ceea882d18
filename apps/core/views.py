"""Health, errors: pages that belong to no room."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

from apps.core import arrival, health
from apps.core.http import BAD_REQUEST, NO_RIGHT, NOT_FOUND, OUR_FAULT, is_api, problem


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Ready, degraded (works, but somebody should look), or 503; no detail to strangers (H11)."""
    if not health.is_ready():
        return HttpResponse("not ready", content_type="text/plain", status=503)
    word = "ready" if health.is_sound() else "degraded"
    return HttpResponse(word, content_type="text/plain")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose session ended or that came from elsewhere: say how to go on, 403."""
    return render(request, "core/csrf.html", status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The same page for what does not exist and what is not yours (TRUST B10)."""
    if is_api(request):
        return problem("not_found", NOT_FOUND, 404)
    return render(request, "core/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """You may see it but not do this."""
    if is_api(request):
        return problem("permission_denied", str(exception) or NO_RIGHT, 403)
    return render(request, "core/403.html", {"reason": str(exception)}, status=403)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that no page of ours sends."""
    if is_api(request):
        return problem("bad_request", BAD_REQUEST, 400)
    return render(request, "core/400.html", status=400)


def server_error(request: HttpRequest) -> HttpResponse:
    """Our fault; nothing about the inside is told but the number under which the log has it.

    The page is made without the request, whose person and messages are read from what may be down.
    """
    number = arrival.number()
    if is_api(request):
        return problem("server_error", OUR_FAULT.format(number=number), 500, request=number)
    return HttpResponse(render_to_string("core/500.html", {"number": number}), status=500)
