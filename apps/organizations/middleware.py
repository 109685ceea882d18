"""Sessions end: after idling, and after a day at the latest (TRUST A07)."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlencode

from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.core import arrival, clock
from apps.core.pages import is_partial
from apps.organizations import passwords, sessions
from apps.organizations.sessions import ENDED_USER

Handler = Callable[[HttpRequest], HttpResponse]
ENDED = "登录已过期。内容没有丢，登录后接着填。"
MINE = "relogin-"  # begins the names of our own fields among those the person typed
CHANGE_FIRST = "请先换密码，换好后再用其他页面。"


def session_limits(get_response: Handler) -> Handler:
    """Log out whoever idled too long or logged in too long ago, or lost the account meanwhile."""

    def handle(request: HttpRequest) -> HttpResponse:
        if SESSION_KEY not in request.session:
            return _hurry(request) or get_response(request)
        now = _now(request)
        person = request.session[SESSION_KEY]  # read first: a dead session is emptied with the user
        if sessions.is_over(request.session, now) or request.user.is_anonymous:
            logout(request)
            request.session[ENDED_USER] = person
            return _ended(request) or get_response(request)
        sessions.touch(request.session, now)
        return _password_first(request, now) or get_response(request)

    return handle


def _now(request: HttpRequest) -> datetime:
    """A writing request already asked the clock when it arrived."""
    return clock.now() if request.method in ("GET", "HEAD", "OPTIONS") else arrival.received_at()


def _is_open(request: HttpRequest) -> bool:
    """Whether the path needs no log-in: the entrance itself and what machines probe."""
    entrance = (
        reverse("organizations:login"),
        reverse("organizations:relogin"),
        reverse("organizations:resume"),
        reverse("organizations:logout"),
    )
    return request.path in entrance or request.path.startswith(
        ("/healthz", "/readyz", "/account/link/", "/feeds/")
    )


def _wants_json(request: HttpRequest) -> bool:
    """Whether a script asked, not a person's navigation."""
    return (
        is_partial(request)
        or "application/json" in request.headers.get("Accept", "")
        or request.content_type == "application/json"
        or request.path.startswith("/api/")
    )


def _hurry(request: HttpRequest) -> HttpResponse | None:
    """A page's own script without any session learns that too; the API has other keys."""
    if request.path.startswith("/api/") or _is_open(request) or not _wants_json(request):
        return None
    return _unauthorized()


def _ended(request: HttpRequest) -> HttpResponse | None:
    """What a request gets whose session is over; None lets the entrance answer it."""
    if _is_open(request):
        return None
    if _wants_json(request):
        return _unauthorized()
    if request.method in ("GET", "HEAD"):
        query = urlencode({"next": request.get_full_path(), "expired": "1"})
        return redirect(f"{reverse('organizations:login')}?{query}")
    return _keep_form(request)


def _unauthorized() -> HttpResponse:
    """401 for scripts: the page opens the small log-in form and keeps what was typed."""
    relogin = reverse("organizations:relogin")
    response = JsonResponse(
        {"code": "session_ended", "detail": ENDED, "relogin": relogin}, status=401
    )
    response.headers["HX-Trigger"] = json.dumps({"session-ended": {"relogin": relogin}})
    return response


def _keep_form(request: HttpRequest) -> HttpResponse:
    """401 for a form sent without scripts: log in on the spot, the typed fields ride along."""
    context = {
        "fields": typed_fields(request),
        "to": request.get_full_path(),
        "lost_files": bool(request.FILES),
    }
    return render(request, "organizations/expired.html", context, status=401)


def typed_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What the person typed into the form, in order; tokens and passwords are not carried on."""
    return [
        (name, str(value))
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name and not name.startswith(MINE)
    ]


def _password_first(request: HttpRequest, now: datetime) -> HttpResponse | None:
    """Whoever must change the password sees nothing but that page."""
    user = request.user
    if user.is_anonymous or not passwords.must_change(user, now):
        return None
    change = reverse("organizations:password")
    if request.path == change or _is_open(request):
        return None
    if _wants_json(request):
        return JsonResponse({"code": "password_first", "detail": CHANGE_FIRST}, status=403)
    return redirect(change)
