"""The library and its picker. Reading only: everyone who is logged in may look."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.uploads import XLSX_TYPE
from apps.indicators import exports, selectors
from apps.indicators.forms import LibraryFilter


def _filter(request: UserRequest) -> LibraryFilter:
    form = LibraryFilter(request.GET, auto_id="indicators_%s")
    form.is_valid()
    return form


@login_required
@require_safe
def library(request: UserRequest, year: int) -> HttpResponse:
    form = _filter(request)
    asked: dict[str, Any] = {"user": request.user, "year": year, "wanted": form.wanted()}
    counts = selectors.category_counts(**asked)
    found = selectors.search(**asked, after=form.cleaned_data.get("after") or "")
    selectors.with_uses(request.user, found.rows)
    context = {
        "year": year,
        "form": form,
        "wanted": form.wanted(),
        "found": found,
        "purposes": selectors.purpose_counts(**asked),
        "counts": counts,
        "n_all": sum(count for _, count in counts),
        "libraries": selectors.libraries_in_force(user=request.user, year=year),
        "may_make": bool(selectors.owners(request.user)),
    }
    return render_page(request, "indicators/library.html", context)


@login_required
@require_safe
def pick(request: UserRequest, year: int) -> HttpResponse:
    form = _filter(request)
    rows, n_all = selectors.picks(user=request.user, year=year, wanted=form.wanted())
    context = {
        "year": year,
        "form": form,
        "sheet": form.cleaned_data.get("sheet"),
        "rows": selectors.with_uses(request.user, rows),
        "n_all": n_all,
    }
    return render_page(request, "indicators/pick.html", context)


@login_required
@require_safe
def export(request: UserRequest, year: int) -> HttpResponse:
    wanted = _filter(request).wanted()
    content = exports.library(user=request.user, year=year, wanted=wanted)
    headers = {"Content-Disposition": f'attachment; filename="indicators-{year}.xlsx"'}
    return HttpResponse(content, content_type=XLSX_TYPE, headers=headers)
