"""The official form on the page, as PDF and as workbook; filling in offline and uploading."""

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.core import clock
from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.uploads import XLSX_TYPE, guard_xlsx, received
from apps.filings import permissions, selectors
from apps.filings.models import Filing, Revision
from apps.jobs.tasks import run_job
from apps.rules.errors import RuleError
from apps.targets import documents, form_xlsx, handed, prints, screen, uploads, workbook
from apps.targets.views.sheet import CHOICES, target_filing

KEPT = "targets.upload"  # session: the cells to change of the last upload


def _revision(request: UserRequest, filing: Filing) -> Revision:
    """The revision asked for by its number, else the newest; 404 when there is no such."""
    rows = filing.revisions.visible_to(request.user).select_related("submitted_by", "saved_by")
    wanted = request.GET.get("revision") or request.POST.get("revision")
    if not wanted:
        return selectors.newest(filing, request.user)
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 5):
        raise Http404
    return get_object_or_404(rows, number=int(wanted))


def _download(content: bytes, name: str) -> HttpResponse:
    """A workbook that the browser stores and does not guess at."""
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


# --- the official form ------------------------------------------------------------------------
@login_required
@require_safe
def document(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = target_filing(request, year, public_id)
    shown = _revision(request, filing)
    context = {
        "filing": filing,
        "revisions": filing.revisions.visible_to(request.user).order_by("-number"),
        "shown": shown,
        "document": documents.document_of(filing, shown),
    }
    return render_page(request, "targets/document.html", context)


@login_required
@require_POST
def document_pdf(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = target_filing(request, year, public_id)
    shown = _revision(request, filing)
    job = prints.start_pdf(actor=request.user, filing=filing, revision=shown)
    run_job.delay_on_commit(job.pk)
    return redirect("jobs:detail", job.public_id)


@login_required
@require_safe
def document_xlsx(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = target_filing(request, year, public_id)
    made = documents.document_of(filing, _revision(request, filing))
    return _download(form_xlsx.form_xlsx(made), f"{made.file_name}.xlsx")


def _unit(text: str) -> str:
    """A unit's public id as it was sent; empty means all units. 404 for anything else."""
    try:
        return str(UUID(text)) if text else ""
    except ValueError as error:
        raise Http404 from error


@login_required
@require_POST
def document_batch(request: UserRequest, year: int) -> HttpResponse:
    unit = _unit(request.POST.get("unit", ""))
    job = prints.start_batch(actor=request.user, year=year, unit=unit)
    run_job.delay_on_commit(job.pk)
    return redirect("jobs:detail", job.public_id)


# --- filling in offline -----------------------------------------------------------------------
@login_required
@require_safe
def excel(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    return _excel_page(request, target_filing(request, year, public_id))


def _excel_page(
    request: UserRequest,
    filing: Filing,
    error: RuleError | None = None,
    checked: uploads.Taken | None = None,
) -> HttpResponse:
    """The page, with why an upload was refused, what a dry run found, or the last one's cells."""
    revision = selectors.newest(filing, request.user)
    context: dict[str, Any] = {
        "filing": filing,
        "revision": revision,
        "lock": selectors.lock_of(filing, clock.now()),
        "may_file": permissions.may_file(request.user, filing),
        "error": error,
        "errors": error.data.get("errors", []) if error else [],
        "checked": checked,
        "has_shares": filing.kind == handed.KIND,
        "marks": [] if error or checked else _kept_marks(request, filing, revision),
    }
    return render_page(request, "targets/excel.html", context, 422 if error else 200)


def _kept_marks(request: UserRequest, filing: Filing, revision: Revision) -> list[dict[str, Any]]:
    """Cells to change of the last upload, as long as nothing was saved since."""
    kept = request.session.get(KEPT, {})
    about = [str(filing.public_id), revision.number, revision.version]
    marks: list[dict[str, Any]] = kept.get("marks", []) if kept.get("about") == about else []
    return marks


@login_required
@require_safe
def workbook_file(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = target_filing(request, year, public_id)
    if not permissions.may_file(request.user, filing):
        raise PermissionDenied("只有本单位填报员可以下载填报表。")
    revision = filing.revisions.order_by("-number")[0]
    name = (
        f"{filing.assignment.task.evaluated_year}年度绩效目标填报表 {documents.subject_of(filing)}"
    )
    return _download(workbook.write(filing, revision), f"{name}.xlsx")


@login_required
@require_POST
def upload(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = target_filing(request, year, public_id)
    try:
        file = received(request, "file")
        guarded = guard_xlsx(file, file.name or "")
        if request.POST.get("only") == "check":
            checked = uploads.check(filing=filing, actor=request.user, upload=guarded)
            return _excel_page(request, filing, checked=checked)
        taken = uploads.take_in(filing=filing, actor=request.user, upload=guarded)
    except RuleError as error:
        return _refused(request, filing, error)
    _keep_marks(request, filing, taken)
    say = messages.warning if taken.marks else messages.success
    say(request, taken.message)
    return redirect("targets:sheet", year=year, public_id=public_id)


def _keep_marks(request: UserRequest, filing: Filing, taken: uploads.Taken) -> None:
    """The cells to change go along until something is saved again."""
    about = [str(filing.public_id), taken.revision.number, taken.revision.version]
    request.session[KEPT] = {"about": about, "marks": [mark.as_dict() for mark in taken.marks]}


def _refused(request: UserRequest, filing: Filing, error: RuleError) -> HttpResponse:
    """Both values of every cell when the form moved on, else the upload page with the reason."""
    if error.code != "filings.stale" or request.POST.get("only") == "check":
        return _excel_page(request, filing, error)
    context = {
        "screen": screen.sheet_screen(filing, request.user),
        "choices": CHOICES,
        "error": error,
        "conflicts": error.data["conflicts"],
        "version": error.data["version"],
        "posted": error.data["posted"],
    }
    return render(request, "targets/conflict.html", context, status=409)
