"""The form page of the generic materials filing."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods

from apps.core import clock
from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.filings import materials, permissions, selectors, services
from apps.filings.models import Filing, MaterialSheet, Revision
from apps.filings.views.common import text_of, version_of, visible_filing
from apps.rules.errors import RuleError
from apps.rules.findings import ranked
from apps.rules.numbers import plain


@dataclass(frozen=True)
class FactRow:
    """A named number of the form with what is typed or stored."""

    code: str
    title: str
    unit: str
    is_required: bool
    text: str


@login_required
@require_http_methods(["GET", "POST"])
def form(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    if filing.kind != materials.KIND:
        return redirect("filings:detail", year=year, public_id=public_id)
    if request.method == "POST":
        return _save(request, filing)
    return render_page(request, "filings/materials.html", screen(request, filing))


def screen(request: UserRequest, filing: Filing) -> dict[str, object]:
    """What the page shows of the newest revision."""
    revision = selectors.newest(filing, request.user)
    lock = selectors.lock_of(filing, clock.now())
    is_open = revision.is_open
    return {
        "filing": filing,
        "revision": revision,
        "sheet": MaterialSheet.objects.get(revision=revision),
        "facts": fact_rows(revision),
        "findings": ranked(services.findings_of(revision=revision)) if is_open else [],
        "lock": lock,
        "may_edit": lock is None and permissions.may_edit_now(request.user, filing),
        "slots": filing.assignment.task.slots.all(),
        "attachments": list(selectors.attachments(revision)),
        "items": filing.return_items.select_related("review__step"),
    }


def fact_rows(revision: Revision) -> list[FactRow]:
    """The task's numbers with what the revision holds of them."""
    unread = MaterialSheet.objects.get(revision=revision).unread
    held = {code: plain(value) for code, value in materials.values(revision).items()}
    return [
        FactRow(f.code, f.title, f.unit, f.is_required, unread.get(f.code) or held.get(f.code, ""))
        for f in revision.filing.assignment.task.facts.all()
    ]


def _save(request: UserRequest, filing: Filing) -> HttpResponse:
    quiet = request.headers.get("X-Autosave") == "true"
    try:
        revision = services.save_materials(
            filing=filing,
            actor=request.user,
            version=version_of(request),
            summary=text_of(request, "summary", 8000),
            facts={
                name.removeprefix("fact-"): text_of(request, name, 40)
                for name in request.POST
                if name.startswith("fact-")
            },
        )
    except RuleError as error:
        if quiet:
            return JsonResponse({"detail": str(error), "code": error.code}, status=409)
        context = {**screen(request, filing), "error": error, "posted": request.POST}
        return render_page(request, "filings/materials.html", context, status=409)
    if quiet:
        return _saved(request, revision)
    page = "filings:confirm" if request.POST.get("next") == "confirm" else "filings:materials"
    return redirect(page, year=filing.fiscal_year, public_id=filing.public_id)


def _saved(request: UserRequest, revision: Revision) -> JsonResponse:
    findings = ranked(services.findings_of(revision=revision))
    context = {"findings": findings, "checked_at": revision.saved_at}
    return JsonResponse(
        {
            "version": revision.version,
            "saved_at": revision.saved_at.isoformat() if revision.saved_at else "",
            "findings_html": render_to_string("parts/_findings.html", context, request),
        }
    )
