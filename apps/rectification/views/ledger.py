"""The ledger and its workbook; a problem brought up by hand."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import page_of
from apps.core.uploads import XLSX_TYPE
from apps.rectification import book, permissions, selectors, services
from apps.rectification.forms import LedgerFilter, ProblemForm
from apps.rectification.importing import region_of
from apps.rectification.services.opening import NOT_YOURS
from apps.rules.errors import RuleError


@login_required
@require_safe
def ledger(request: UserRequest, year: int) -> HttpResponse:
    user = request.user
    form = LedgerFilter(request.GET, units=selectors.units_with_problems(user, year))
    rows = selectors.ledger(user, year, form.asked())
    context = {
        "year": year,
        "filter": form,
        "page": page_of(request, rows, "id", descending=True),
        "counts": selectors.counts_of(rows),
        "to_recheck": _to_recheck(request, year),
        "may_open": permissions.may_open_somewhere(user),
        "may_import": region_of(user) is not None,
    }
    return render_page(request, "rectification/ledger.html", context)


def _to_recheck(request: UserRequest, year: int) -> int:
    """How many answers wait for the bureau; nobody else is asked."""
    if not permissions.may_open_somewhere(request.user):
        return 0
    return selectors.to_recheck(request.user, year).count()


@login_required
@require_POST
def export(request: UserRequest, year: int) -> HttpResponse:
    form = LedgerFilter(request.POST, units=selectors.units_with_problems(request.user, year))
    form.demand_valid()
    made = book.export(actor=request.user, year=year, asked=form.asked())
    response = HttpResponse(made, content_type=XLSX_TYPE)
    name = quote(book.name_of(year))
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@login_required
@require_http_methods(["GET", "POST"])
def new(request: UserRequest, year: int) -> HttpResponse:
    if not permissions.may_open_somewhere(request.user):
        raise PermissionDenied(NOT_YOURS)
    start = {name: request.GET.get(name, "")[:120] for name in ("unit", "project")}
    form = ProblemForm(request.POST or None, user=request.user, year=year, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            problem = services.register_problem(actor=request.user, found=form.found())
            messages.info(request, f"已下达，已通知{problem.unit}。")
            return redirect("rectification:problem", year, problem.public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return render_page(request, "rectification/new.html", {"year": year, "form": form})
