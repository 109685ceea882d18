"""Pages of transfers: the year's list, one with its decomposition, handing down, exempting."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import page_of
from apps.core.uploads import XLSX_TYPE
from apps.filings import permissions as filing_permissions
from apps.filings.models import Filing
from apps.filings.views.common import version_of
from apps.projects import selectors as projects
from apps.projects.models import Transfer
from apps.rules.errors import RuleError
from apps.targets import (
    content,
    handed,
    handing,
    share_form,
    transfer_books,
    transfer_screen,
)
from apps.targets.views.sheet import target_filing

EXEMPTED = "已登记豁免，主管部门不用分解下达目标。"
OWED_AGAIN = "已撤销豁免，主管部门要分解下达目标。"


def _transfer(request: UserRequest, year: int, public_id: UUID) -> Transfer:
    """The transfer that exists for this person, or 404."""
    rows = Transfer.objects.visible_to(request.user).filter(fiscal_year=year)
    return get_object_or_404(rows.select_related("unit", "jurisdiction"), public_id=public_id)


def _workbook(content: bytes, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=XLSX_TYPE)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@login_required
@require_safe
def listing(request: UserRequest, year: int) -> HttpResponse:
    rows = projects.transfers(request.user, year)
    page = page_of(request, rows, "issued_on", descending=True)
    context = {
        "year": year,
        "page": page,
        "lines": transfer_screen.lines_of(page.rows, request.user),
        "may_register": projects.units_to_transfer_to(request.user).exists(),
    }
    return render_page(request, "targets/transfers.html", context)


@login_required
@require_POST
def export_ledger(request: UserRequest, year: int) -> HttpResponse:
    made = transfer_books.ledger(actor=request.user, year=year)
    return _workbook(made, f"{year}年度转移支付目标台账.xlsx")


@login_required
@require_safe
def transfer(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    return _page(request, year, _transfer(request, year, public_id))


def _page(
    request: UserRequest, year: int, found: Transfer, error: RuleError | None = None
) -> HttpResponse:
    shown = transfer_screen.screen_of(found, request.user)
    context = {"year": year, "screen": shown, "error": error, "typed": request.POST}
    return render_page(request, "targets/transfer.html", context, 422 if error else 200)


@login_required
@require_POST
def export_transfer(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    found = _transfer(request, year, public_id)
    made = transfer_books.decomposition(actor=request.user, transfer=found)
    return _workbook(made, f"{year}年度转移支付目标分解表 {found}.xlsx")


@login_required
@require_POST
def exempt_transfer(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    found = _transfer(request, year, public_id)
    kind, reason = request.POST.get("kind", ""), request.POST.get("reason", "")
    try:
        if kind:
            handing.exempt(transfer=found, actor=request.user, kind=kind, reason=reason[:120])
        else:
            handing.end_exemption(transfer=found, actor=request.user, reason=reason[:120])
    except RuleError as error:
        return _page(request, year, found, error)
    messages.info(request, EXEMPTED if kind else OWED_AGAIN)
    return redirect("targets:transfer", year, public_id)


# --- handing down -----------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def shares(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = target_filing(request, year, public_id)
    if filing.kind != handed.KIND:
        raise Http404
    if request.method == "POST":
        return _save(request, filing)
    if not filing_permissions.may_edit_now(request.user, filing):
        transfer = handing.transfer_of(filing)
        return redirect("targets:transfer", transfer.fiscal_year, transfer.public_id)
    return _grid_page(request, filing)


def _save(request: UserRequest, filing: Filing) -> HttpResponse:
    """Store the grid, or show it again with what is wrong at its place; nothing is half stored."""
    if not filing_permissions.may_file(request.user, filing):
        raise PermissionDenied("只有本单位填报员可以填报。")
    version = version_of(request)
    form = content.form_of(filing.revisions.order_by("-number")[0])
    grid = share_form.read(request.POST, form.lines)
    if grid.errors:
        return _grid_page(request, filing, version, errors=grid.errors)
    try:
        handing.hand_down(filing=filing, actor=request.user, version=version, rows=grid.rows)
    except RuleError as error:
        return _grid_page(request, filing, version, error=error, errors={})
    if request.POST.get("next") == "confirm":
        return redirect("filings:confirm", year=filing.fiscal_year, public_id=filing.public_id)
    messages.info(request, "分解已保存。")
    return redirect("targets:shares", filing.fiscal_year, filing.public_id)


def _grid_page(
    request: UserRequest,
    filing: Filing,
    version: int | None = None,
    error: RuleError | None = None,
    errors: dict[str, str] | None = None,
) -> HttpResponse:
    typed = None if errors is None else request.POST
    shown = transfer_screen.hand_screen(filing, request.user, typed, errors or {}, version)
    context = {"screen": shown, "error": error}
    status = 200 if errors is None else 409 if error else 422
    return render_page(request, "targets/shares.html", context, status)
