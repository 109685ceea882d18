"""The library and its picker. Reading only: everyone who is logged in may look."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.sheets import Head, write_table
from apps.indicators import selectors
from apps.indicators.forms import LibraryFilter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
HEADS = [
    Head("类别", width=18),
    Head("标识", width=10),
    Head("一级指标", width=10),
    Head("二级指标", width=16),
    Head("三级指标", width=26),
    Head("性质", width=6),
    Head("常用值", width=18),
    Head("度量单位", width=12),
    Head("方向", width=6),
    Head("核心指标", width=9),
    Head("指标解释", width=44),
    Head("计算方法", width=40),
    Head("佐证材料", width=32),
    Head("来源", width=28),
]


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
    context = {
        "year": year,
        "form": form,
        "wanted": form.wanted(),
        "found": selectors.search(**asked, after=form.cleaned_data.get("after") or ""),
        "counts": counts,
        "n_all": sum(count for _, count in counts),
        "libraries": selectors.libraries_in_force(user=request.user, year=year),
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
        "rows": rows,
        "n_all": n_all,
    }
    return render_page(request, "indicators/pick.html", context)


@login_required
@require_safe
def export(request: UserRequest, year: int) -> HttpResponse:
    wanted = _filter(request).wanted()
    rows = selectors.export_rows(user=request.user, year=year, wanted=wanted)
    note = selectors.described(user=request.user, year=year, wanted=wanted)
    content = write_table(rows, HEADS, sheet="指标库", title=f"{year}年度指标库", note=note)
    headers = {"Content-Disposition": f'attachment; filename="indicators-{year}.xlsx"'}
    return HttpResponse(content, content_type=XLSX, headers=headers)
