"""The form page of targets, whatever the shape of the form."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.filings.models import Filing
from apps.filings.selectors import return_items
from apps.filings.views.common import version_of
from apps.rules.errors import RuleError
from apps.rules.target_form import ATTRIBUTES, BASES, DIRECTIONS, OPERATORS
from apps.targets import kinds, screen, services
from apps.targets.adjust_forms import adjustment_head
from apps.targets.forms import target_form

CHOICES = {
    "attributes": ATTRIBUTES,
    "operators": OPERATORS,
    "directions": DIRECTIONS,
    "bases": BASES,
}


def target_filing(request: UserRequest, year: int, public_id: str) -> Filing:
    """The target filing that exists for this person, or 404."""
    return get_object_or_404(
        Filing.objects.visible_to(request.user)
        .select_related(
            "assignment__task__plan",
            "assignment__window",
            "assignment__project",
            "unit__parent",
            "jurisdiction",
            "step",
        )
        .prefetch_related("assignment__task__slots", return_items()),
        public_id=public_id,
        fiscal_year=year,
        kind__in=kinds.codes(),
    )


@login_required
@require_http_methods(["GET", "POST"])
def sheet(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = target_filing(request, year, public_id)
    if request.method == "POST":
        return _save(request, filing)
    shown = screen.sheet_screen(filing, request.user, request.GET.getlist("add"))
    context = {"screen": shown, "choices": CHOICES}
    return render_page(request, "targets/sheet.html", context)


def _save(request: UserRequest, filing: Filing) -> HttpResponse:
    """Save what was posted; a quiet answer for the autosave, else on to the button's page."""
    quiet = request.headers.get("X-Autosave") == "true"
    keep = set(request.POST.getlist("keep_theirs"))
    try:
        services.save_chosen(
            filing=filing,
            actor=request.user,
            version=version_of(request),
            form=target_form(request.POST),
            head=adjustment_head(request.POST),
            keep_theirs=keep,
        )
    except RuleError as error:
        return _refused(request, filing, error, quiet)
    if quiet:
        return _saved(request, filing)
    if request.POST.get("next") == "confirm":
        return redirect("filings:confirm", year=filing.fiscal_year, public_id=filing.public_id)
    return redirect("targets:sheet", year=filing.fiscal_year, public_id=filing.public_id)


def _saved(request: UserRequest, filing: Filing) -> JsonResponse:
    """What the autosave shows: version, time, findings."""
    shown = screen.sheet_screen(filing, request.user)
    saved_at = shown.revision.saved_at
    return JsonResponse(
        {
            "version": shown.revision.version,
            "saved_at": saved_at.isoformat() if saved_at else "",
            "findings_html": render_to_string(
                "parts/_findings.html",
                {"findings": shown.findings, "checked_at": saved_at},
                request,
            ),
            "findings": [finding.as_dict() for finding in shown.findings],
        }
    )


def _refused(request: UserRequest, filing: Filing, error: RuleError, quiet: bool) -> HttpResponse:
    """What a refused save shows (409): a conflict's two values, or the form as it was typed."""
    conflicts = error.data.get("conflicts", [])
    if not (quiet or conflicts):
        return _typed_page(request, filing, error)
    shown = screen.sheet_screen(filing, request.user)
    context = {
        "screen": shown,
        "choices": CHOICES,
        "error": error,
        "conflicts": conflicts,
        "version": error.data.get("version", shown.revision.version),
        "posted": request.POST,
    }
    template = "targets/_conflict.html" if quiet else "targets/conflict.html"
    return HttpResponse(render_to_string(template, context, request), status=409)


def _typed_page(request: UserRequest, filing: Filing, error: RuleError) -> HttpResponse:
    """The form with everything that was typed, not yet stored, below the reason."""
    typed = target_form(request.POST) if "year_goal" in request.POST else None
    head = adjustment_head(request.POST)
    shown = screen.sheet_screen(filing, request.user, typed=typed, typed_head=head)
    version = error.data.get("version", request.POST.get("version", ""))
    context = {"screen": shown, "choices": CHOICES, "error": error, "version": version}
    return render_page(request, "targets/sheet.html", context, status=409)


@login_required
@require_POST
def copy(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = target_filing(request, year, public_id)
    typed = target_form(request.POST) if "year_goal" in request.POST else None
    try:
        services.copy_from_last_year(
            filing=filing, actor=request.user, version=version_of(request), form=typed
        )
    except RuleError as error:
        return _refused(request, filing, error, quiet=False)
    return redirect("targets:sheet", year=year, public_id=public_id)
