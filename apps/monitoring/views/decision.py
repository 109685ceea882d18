"""The decision page of a node: the lights, what was filed before, what finance finds."""

from collections.abc import Callable
from typing import NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.filings.models import Filing
from apps.monitoring import permissions, services
from apps.monitoring.decision import decision_screen
from apps.monitoring.forms import LightForm, VerdictForm
from apps.monitoring.views.sheet import node_filing
from apps.rules.errors import RuleError


class Act(NamedTuple):
    """One thing that finance does on the page: what is sent, what is done, what is said then."""

    form: type[forms.Form]
    service: Callable[..., object]
    told: str


ACTS = {
    "conclude": Act(VerdictForm, services.conclude, "审核结论已存。回审核页办结后生效。"),
    "light": Act(LightForm, services.change_light, "综合灯已改判，理由已留痕。"),
}


@login_required
@require_safe
def decision(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    return _page(request, node_filing(request, year, public_id))


def _page(request: UserRequest, filing: Filing, **bound: forms.Form) -> HttpResponse:
    """The page with its forms: the one that was sent as it is, the others as things stand."""
    if not permissions.may_see(request.user, filing):
        raise PermissionDenied("审核结论定了才能看。")
    shown = decision_screen(filing)
    if shown is None:
        raise RuleError("监控表还没有提交，没有可下结论的版本。", code="monitoring.unsent")
    fresh = {
        "conclude": VerdictForm(initial=shown.initial, auto_id="conclude_%s"),
        "light": LightForm(auto_id="light_%s"),
    }
    context = {
        "screen": shown,
        "may_conclude": permissions.may_conclude(request.user, filing),
        "forms": {**fresh, **bound},
    }
    wrong = any(form.errors for form in bound.values())
    return render_page(request, "monitoring/decision.html", context, 422 if wrong else None)


@login_required
@require_POST
def act(request: UserRequest, year: int, public_id: str, name: str) -> HttpResponse:
    filing = node_filing(request, year, public_id)
    form = ACTS[name].form(request.POST, auto_id=f"{name}_%s")
    if form.is_valid():
        try:
            ACTS[name].service(filing=filing, actor=request.user, **form.cleaned_data)
            messages.info(request, ACTS[name].told)
            return redirect("monitoring:decision", filing.fiscal_year, filing.public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return _page(request, filing, **{name: form})
