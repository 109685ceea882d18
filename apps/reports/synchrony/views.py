"""Pages of 四同步: all projects, and one with its days."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.uploads import XLSX_TYPE
from apps.projects import selectors as projects
from apps.projects.models import Project
from apps.projects.steps import services as steps
from apps.projects.steps.services import KEEPERS
from apps.reports.synchrony import export, rows
from apps.reports.synchrony.forms import StepForm, SynchronyFilter, choices_for
from apps.rules.errors import RuleError

SHOWN = 100


@login_required
@require_safe
def synchrony(request: UserRequest, year: int) -> HttpResponse:
    form = SynchronyFilter(request.GET, units=projects.units_listed(request.user))
    context: dict[str, Any] = {
        "year": year,
        "filter": form,
        "may_import": projects.paying_region(request.user) is not None,
    }
    try:
        found = rows.found(request.user, year, form.asked())
    except RuleError as error:
        context["refusal"] = str(error)
        return render_page(request, "reports/synchrony.html", context)
    context |= {"counts": rows.counts(found), "n_rows": len(found), **_part(request, found)}
    return render_page(request, "reports/synchrony.html", context)


def _part(request: UserRequest, found: list[rows.SyncRow]) -> dict[str, Any]:
    """The hundred rows that `?page=` names, with the addresses of their neighbours."""
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 4 else 1
    start = max(number - 1, 0) * SHOWN
    query = request.GET.copy()

    def address(page: int) -> str:
        query["page"] = str(page)
        return f"{request.path}?{query.urlencode()}"

    return {
        "rows": found[start : start + SHOWN],
        "prev_url": address(number - 1) if number > 1 else "",
        "next_url": address(number + 1) if start + SHOWN < len(found) else "",
    }


@login_required
@require_POST
def export_synchrony(request: UserRequest, year: int) -> HttpResponse:
    form = SynchronyFilter(request.POST, units=projects.units_listed(request.user))
    made = export.export(actor=request.user, year=year, asked=form.asked())
    response = HttpResponse(made, content_type=XLSX_TYPE)
    name = quote(export.name_of(year))
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def project(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    found = _seen(request, public_id)
    choices = choices_for(request.user, found)
    form = StepForm(request.POST or None, choices=choices)
    if request.method == "POST" and not choices:
        raise PermissionDenied(KEEPERS)
    if request.method == "POST" and form.is_valid():
        try:
            steps.record(project=found, actor=request.user, year=year, **form.told())
            messages.success(request, "日期已登记。")
            return redirect("reports:synchrony_project", year, public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return _project_page(request, year, found, form)


def _seen(request: UserRequest, public_id: UUID) -> Project:
    rows = Project.objects.visible_to(request.user).select_related("unit", "jurisdiction")
    return get_object_or_404(rows, public_id=public_id, is_classified=False)


def _project_page(request: UserRequest, year: int, found: Project, form: StepForm) -> HttpResponse:
    """The four pairs, with the form for who may enter a day."""
    (row,) = rows.rows_of([found], year)
    place = projects.year_of(found, year)
    context = {"year": year, "row": row, "place": place, "form": form}
    return render_page(request, "reports/synchrony_project.html", context)
