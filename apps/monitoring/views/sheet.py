"""The form page of a node's filing."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.filings import selectors as filings
from apps.filings.models import Filing
from apps.filings.views.common import version_of
from apps.monitoring import screen, services
from apps.monitoring.content import KINDS
from apps.monitoring.forms import node_form
from apps.rules.errors import RuleError
from apps.rules.monitoring import BANDS, LIKELIHOODS

CHOICES = {"bands": BANDS, "likelihoods": LIKELIHOODS}
CONFLICT = "这份表又被别人保存过。点“保存”，两边的值会列出来。"


def node_filing(request: UserRequest, year: int, public_id: str) -> Filing:
    """The filing of a node that exists for this person, or 404."""
    rows = filings.shown(request.user).filter(kind__in=KINDS)
    return get_object_or_404(rows, public_id=public_id, fiscal_year=year)


@login_required
@require_http_methods(["GET", "POST"])
def sheet(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = node_filing(request, year, public_id)
    if request.method == "POST":
        return _save(request, filing)
    context = {"screen": screen.sheet_screen(filing, request.user), "choices": CHOICES}
    return render_page(request, "monitoring/sheet.html", context)


def _save(request: UserRequest, filing: Filing) -> HttpResponse:
    """Save what was posted; a quiet answer for the autosave, else on to the button's page."""
    quiet = request.headers.get("X-Autosave") == "true"
    form = node_form(request.POST)
    try:
        version = version_of(request)
        services.save(filing=filing, actor=request.user, version=version, form=form)
    except RuleError as error:
        if quiet:
            text = CONFLICT if error.code == "filings.stale" else str(error)
            return JsonResponse({"detail": text, "code": error.code}, status=409)
        shown = screen.sheet_screen(filing, request.user, typed=form)
        context = {"screen": shown, "choices": CHOICES, "error": error}
        return render_page(request, "monitoring/sheet.html", context, status=409)
    if quiet:
        return _saved(request, filing)
    page = "filings:confirm" if request.POST.get("next") == "confirm" else "monitoring:sheet"
    return redirect(page, year=filing.fiscal_year, public_id=filing.public_id)


def _saved(request: UserRequest, filing: Filing) -> JsonResponse:
    """What the autosave shows: version, time, findings."""
    shown = screen.sheet_screen(filing, request.user)
    saved_at = shown.revision.saved_at
    told = {"findings": shown.findings, "checked_at": saved_at}
    return JsonResponse(
        {
            "version": shown.revision.version,
            "saved_at": saved_at.isoformat() if saved_at else "",
            "findings_html": render_to_string("parts/_findings.html", told, request),
            "findings": [finding.as_dict() for finding in shown.findings],
        }
    )
