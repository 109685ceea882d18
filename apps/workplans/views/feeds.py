"""日历订阅: the page that makes and revokes the address, and the address itself."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import arrival, brakes, clock
from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.workplans import ics, links, selectors, services

WINDOW = 600  # seconds
MOST_WRONG = 30  # from one address in a window
MOST_READ = 60  # of one calendar in a window
TITLE = "绩效管理截止日"
PLAIN = "text/plain; charset=utf-8"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_feed(request: UserRequest) -> HttpResponse:
    address = ""
    if request.method == "POST":
        address = links.feed_address(services.make_feed(actor=request.user))
    context = {"feed": selectors.living_feed(request.user), "address": address}
    return render_page(request, "workplans/feed.html", context)


@login_required
@require_POST
def revoke_feed(request: UserRequest) -> HttpResponse:
    services.revoke_feed(actor=request.user)
    messages.success(request, "订阅地址已作废。")
    return redirect("workplans:calendar_feed")


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    person = services.reader_of(secret=token)
    if person is None:  # an office shares one address: its calendars are read all the same
        if brakes.count(f"feed-wrong:{arrival.ip()}", WINDOW) > MOST_WRONG:
            return _too_often()
        return HttpResponse("没有这个日历。", status=404, content_type=PLAIN)
    if brakes.count(f"feed-of:{person.pk}", WINDOW) > MOST_READ:
        return _too_often()
    now = clock.now()
    body = ics.render(selectors.feed_deadlines(person, now), TITLE, now, request.get_host())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="deadlines.ics"'
    return response


def _too_often() -> HttpResponse:
    text = "读得太频繁，请10分钟后再试。"
    return HttpResponse(text, status=429, content_type=PLAIN, headers={"Retry-After": str(WINDOW)})
