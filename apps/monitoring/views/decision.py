"""The decision page of a node: the lights, what was filed before, what finance finds."""

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
from apps.monitoring.forms import VerdictForm
from apps.monitoring.views.sheet import node_filing
from apps.rules.errors import RuleError


@login_required
@require_safe
def decision(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    return _page(request, node_filing(request, year, public_id))


def _page(request: UserRequest, filing: Filing, form: VerdictForm | None = None) -> HttpResponse:
    """The page with its form: as it was sent, or as things stand."""
    if not permissions.may_see(request.user, filing):
        raise PermissionDenied("审核结论定了才能看。")
    shown = decision_screen(filing)
    if shown is None:
        raise RuleError("监控表还没有提交，没有可下结论的版本。", code="monitoring.unsent")
    context = {
        "screen": shown,
        "may_conclude": permissions.may_conclude(request.user, filing),
        "form": form or VerdictForm(initial=shown.initial, auto_id="conclude_%s"),
    }
    status = 422 if form is not None and form.errors else None
    return render_page(request, "monitoring/decision.html", context, status)


@login_required
@require_POST
def conclude(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = node_filing(request, year, public_id)
    form = VerdictForm(request.POST, auto_id="conclude_%s")
    if form.is_valid():
        try:
            services.conclude(filing=filing, actor=request.user, **form.cleaned_data)
            messages.info(request, "审核结论已存。回审核页办结后生效，并通知单位。")
            return redirect("monitoring:decision", filing.fiscal_year, filing.public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return _page(request, filing, form)
