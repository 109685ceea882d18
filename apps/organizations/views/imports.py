"""Units, people and roles from a workbook: template, check, then import."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.uploads import XLSX_TYPE
from apps.jobs.models import StoredFile
from apps.organizations import workbooks
from apps.rules.errors import RuleError

AFTER = {"units": "organizations:units", "people": "organizations:people"}


@login_required
@require_safe
def template(request: UserRequest, kind: str) -> HttpResponse:
    sheet, place = workbooks.sheet_of(request.user, kind)
    return _download(workbooks.template(sheet, kind, place), f"{kind}.xlsx")


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: UserRequest, kind: str) -> HttpResponse:
    sheet, place = workbooks.sheet_of(request.user, kind)
    context: dict[str, Any] = {"kind": kind, "title": sheet.title}
    if request.method != "POST":
        return render_page(request, "organizations/import.html", context)
    try:
        kept = workbooks.keep(request, request.user)
        context |= {
            "kept": kept,
            "outcome": workbooks.run(request.user, place, kind, kept, dry=True),
        }
    except RuleError as error:
        context["error"] = str(error)
    wrong = "error" in context or context["outcome"].errors
    return render_page(request, "organizations/import.html", context, 422 if wrong else 200)


@login_required
@require_http_methods(["POST"])
def confirm(request: UserRequest, kind: str, public_id: UUID) -> HttpResponse:
    sheet, place = workbooks.sheet_of(request.user, kind)
    kept = get_object_or_404(StoredFile, public_id=public_id, owner=request.user)
    outcome = workbooks.run(request.user, place, kind, kept, dry="marked" in request.POST)
    if "marked" in request.POST:
        return _download(workbooks.marked(kept, outcome), "errors.xlsx")
    if outcome.errors:
        context = {"kind": kind, "title": sheet.title, "kept": kept, "outcome": outcome}
        return render_page(request, "organizations/import.html", context, 422)
    told = f"新建{outcome.n_new}行，更新{outcome.n_changed}行，{outcome.n_same}行没有变化。"
    messages.success(request, told)
    return redirect(AFTER.get(kind, "organizations:people"))
