"""The dates of a published plan's events: entered, previewed, corrected."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.rules.errors import RuleError
from apps.workplans import permissions, selectors, services
from apps.workplans.forms import EventForm
from apps.workplans.models import Plan
from apps.workplans.services import fingerprints, holding
from apps.workplans.views.doors import begun, work_panel


@login_required
@require_http_methods(["GET", "POST"])
def event_dates(request: UserRequest, year: int) -> HttpResponse:
    plan = selectors.visible_plan(request.user, year, request.GET.get("region", ""))
    if plan is None:
        raise Http404
    if request.method == "POST":
        if not permissions.may_publish(request.user, plan):
            raise PermissionDenied("只有计划管理员可以填事件日期。")
        return _decided(request, plan)
    return _page(request, plan)


def _decided(request: UserRequest, plan: Plan) -> HttpResponse:
    """The preview, the list again once the event is dated, or the page with what is wrong."""
    form = EventForm(request.POST)
    events = {event.code: event for event in plan.events.all()}
    event = events.get(request.POST.get("event", ""))  # asked here: any text may come
    if event is None:
        raise Http404
    if not form.is_valid():
        return _page(request, plan, asked=event, form=form)
    on, reason = form.cleaned_data["happened_on"], form.cleaned_data["reason"]
    try:
        if request.POST.get("step") == "do":
            told = {"event": event, "happened_on": on, "reason": reason}
            seen = request.POST.get("seen", "")
            return begun(services.start_dating(actor=request.user, seen=seen, **told), plan)
        found = services.foreseen(event=event, happened_on=on, actor=request.user)
    except RuleError as error:
        form.add_error("happened_on", str(error))
        return _page(request, plan, asked=event, form=form)
    seen = fingerprints.of_event(event)
    return _page(request, plan, asked=event, preview_form=form, effects=found, seen=seen)


def _page(request: UserRequest, plan: Plan, **more: Any) -> HttpResponse:
    may_publish, job = permissions.may_publish(request.user, plan), holding.work_of(plan)
    context = {
        "year": plan.fiscal_year,
        "plan": plan,
        "events": selectors.events_of(plan),
        "may_date": plan.state == Plan.State.PUBLISHED and may_publish and job is None,
        **(work_panel(plan, job) if may_publish else {}),
        **more,
    }
    return render_page(request, "workplans/event_dates.html", context)
