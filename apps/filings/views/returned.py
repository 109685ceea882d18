"""What was returned in a year: by object, by problem, by unit; its workbook."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import HttpResponse
from django.views.decorators.http import require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import page_of
from apps.core.uploads import XLSX_TYPE
from apps.filings import returned_book
from apps.filings.models import ReturnItem
from apps.filings.returned_forms import ReturnedFilter
from apps.filings.selectors import returned as selectors
from apps.rules.return_kinds import WORDS, kind_of

VIEWS = (("", "按对象"), ("problem", "按问题"), ("unit", "按单位"))


@login_required
@require_safe
def returned(request: UserRequest, year: int) -> HttpResponse:
    form = ReturnedFilter(request.GET, tasks=selectors.tasks_returned(request.user, year))
    rows = selectors.problems(request.user, year, form.asked())
    parts = {"problem": _by_problem, "unit": _by_unit}
    by = request.GET.get("by", "")
    context = {
        "year": year,
        "filter": form,
        "views": VIEWS,
        "by": by if by in parts else "",
        "counts": selectors.counts(rows),
        "meaning": returned_book.NOTE,
        **parts.get(by, _by_object)(request, year, rows),
    }
    return render_page(request, "filings/returned.html", context)


def _by_object(request: UserRequest, year: int, rows: QuerySet[ReturnItem]) -> dict[str, Any]:
    objects = selectors.objects(request.user, year, rows)
    page = page_of(request, objects, "id", descending=True)
    return {"page": page, "lines": selectors.lines(page.rows, rows)}


def _by_problem(request: UserRequest, year: int, rows: QuerySet[ReturnItem]) -> dict[str, Any]:
    page = page_of(request, rows, "id", descending=True)
    lines = [(item, WORDS[kind_of(item.path)]) for item in page.rows]
    return {"page": page, "lines": lines, "kinds": selectors.by_kind(rows)}


def _by_unit(request: UserRequest, year: int, rows: QuerySet[ReturnItem]) -> dict[str, Any]:
    return {"lines": selectors.by_unit(rows)}


@login_required
@require_POST
def export_returned(request: UserRequest, year: int) -> HttpResponse:
    form = ReturnedFilter(request.POST, tasks=selectors.tasks_returned(request.user, year))
    form.demand_valid()
    made = returned_book.export(actor=request.user, year=year, asked=form.asked())
    response = HttpResponse(made, content_type=XLSX_TYPE)
    name = quote(returned_book.name_of(year))
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response
