"""Filling in a node offline: the workbook with what is saved, and the filled one back."""

from typing import Any
from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from apps.core import clock
from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.uploads import XLSX_TYPE, guard_xlsx, received
from apps.filings import permissions, selectors
from apps.filings.models import Filing
from apps.monitoring import nodes, uploads, workbook
from apps.monitoring.views.sheet import node_filing
from apps.rules.errors import RuleError


@login_required
@require_safe
def excel(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    return _page(request, node_filing(request, year, public_id))


def _page(request: UserRequest, filing: Filing, error: RuleError | None = None) -> HttpResponse:
    """The page, with why an upload was refused."""
    context: dict[str, Any] = {
        "filing": filing,
        "revision": selectors.newest(filing, request.user),
        "node": nodes.node_of(filing),
        "lock": selectors.lock_of(filing, clock.now()),
        "may_file": permissions.may_file(request.user, filing),
        "error": error,
        "errors": error.data.get("errors", []) if error else [],
    }
    return render_page(request, "monitoring/excel.html", context, 422 if error else 200)


@login_required
@require_safe
def workbook_file(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = node_filing(request, year, public_id)
    if not permissions.may_file(request.user, filing):
        raise PermissionDenied("只有本单位填报员可以下载填报表。")
    made = workbook.write(filing, filing.revisions.order_by("-number")[0])
    name = (
        f"{nodes.node_of(filing).label}监控填报表 {filing.assignment.project or filing.unit}.xlsx"
    )
    response = HttpResponse(made, content_type=XLSX_TYPE)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response


@login_required
@require_POST
def upload(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = node_filing(request, year, public_id)
    try:
        file = received(request, "file")
        guarded = guard_xlsx(file, file.name or "")
        taken = uploads.take_in(filing=filing, actor=request.user, upload=guarded)
    except RuleError as error:
        return _page(request, filing, error)
    say = messages.warning if taken.marks else messages.success
    say(request, taken.message)
    return redirect("monitoring:sheet", year=year, public_id=public_id)
