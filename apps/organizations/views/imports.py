"""Units, people and roles from a workbook: template, check, then import."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from apps.core import clock
from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.sheets.marking import error_workbook
from apps.core.sheets.reading import read_grid
from apps.core.sheets.templates import Meta, write_template
from apps.core.uploads import guard_xlsx, received
from apps.jobs import files
from apps.jobs import services as jobs
from apps.jobs.models import StoredFile
from apps.organizations import selectors
from apps.organizations.links import XLSX
from apps.organizations.models import Jurisdiction, Role
from apps.organizations.services import imports
from apps.rules.errors import RuleError

AFTER = {"units": "organizations:units", "people": "organizations:people"}
NOTES = ("表头不要改。一行一条，全部正确才导入；有一格不对就一行也不导入。",)


def _sheet(request: UserRequest, kind: str) -> tuple[imports.Kind, Jurisdiction]:
    sheet = imports.KINDS_OF_SHEET.get(kind)
    if sheet is None:
        raise Http404
    place = selectors.served_jurisdiction(request.user, Role.SYS_ADMIN, Role.SEC_ADMIN)
    if place is None or not sheet.may(request.user, place):
        raise PermissionDenied("这张表由管理员导入。")
    return sheet, place


@login_required
@require_safe
def template(request: UserRequest, kind: str) -> HttpResponse:
    sheet, place = _sheet(request, kind)
    meta = Meta(kind=f"organizations.{kind}", unit=place.code, year=clock.today().year, version=1)
    content = write_template(
        sheet.columns, meta=meta, sheet=sheet.sheet, title=sheet.title, notes=NOTES
    )
    return _download(content, f"{kind}.xlsx")


def _download(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: UserRequest, kind: str) -> HttpResponse:
    sheet, place = _sheet(request, kind)
    context: dict[str, Any] = {"kind": kind, "title": sheet.title}
    if request.method != "POST":
        return render_page(request, "organizations/import.html", context)
    try:
        kept = _kept(request)
        context |= {"kept": kept, "outcome": _run(request, place, kind, kept, dry=True)}
    except RuleError as error:
        context["error"] = str(error)
    wrong = "error" in context or context["outcome"].errors
    return render_page(request, "organizations/import.html", context, 422 if wrong else 200)


def _kept(request: UserRequest) -> StoredFile:
    """The upload, guarded and put aside for the second step."""
    file = received(request, "file")
    checked = guard_xlsx(file, file.name or "")
    return jobs.keep_file(
        content=checked.content, name=checked.name, content_type=XLSX, owner=request.user
    )


def _run(
    request: UserRequest, place: Jurisdiction, kind: str, kept: StoredFile, *, dry: bool
) -> imports.Outcome:
    content = _content(kept)
    return imports.run(actor=request.user, jurisdiction=place, kind=kind, content=content, dry=dry)


def _content(kept: StoredFile) -> bytes:
    with files.opened(kept) as file:
        return bytes(file.read())


@login_required
@require_http_methods(["POST"])
def confirm(request: UserRequest, kind: str, public_id: UUID) -> HttpResponse:
    sheet, place = _sheet(request, kind)
    kept = get_object_or_404(StoredFile, public_id=public_id, owner=request.user)
    outcome = _run(request, place, kind, kept, dry="marked" in request.POST)
    if "marked" in request.POST:
        return _download(error_workbook(read_grid(_content(kept)), outcome.errors), "errors.xlsx")
    if outcome.errors:
        context = {"kind": kind, "title": sheet.title, "kept": kept, "outcome": outcome}
        return render_page(request, "organizations/import.html", context, 422)
    told = f"新建{outcome.n_new}行，更新{outcome.n_changed}行，{outcome.n_same}行没有变化。"
    messages.success(request, told)
    return redirect(AFTER.get(kind, "organizations:people"))
