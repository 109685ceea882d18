"""The form page of the generic materials filing."""

from dataclasses import dataclass

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse, QueryDict
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
    """A named number of the form: what is stored, or typed; `stored` where the two differ."""

    code: str
    title: str
    unit: str
    is_required: bool
    text: str
    stored: str | None = None


@login_required
@require_http_methods(["GET", "POST"])
def form(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    if filing.kind != materials.KIND:
        return redirect("filings:detail", year=year, public_id=public_id)
    if request.method == "POST":
        return _save(request, filing)
    return render_page(request, "filings/materials.html", screen(request, filing))


def screen(
    request: UserRequest, filing: Filing, posted: QueryDict | None = None
) -> dict[str, object]:
    """What the page shows of the newest revision; after a refusal what was typed, beside it."""
    revision = selectors.newest(filing, request.user)
    lock = selectors.lock_of(filing, clock.now())
    is_open = revision.is_open
    return {
        "filing": filing,
        "revision": revision,
        "sheet": MaterialSheet.objects.get(revision=revision),
        "facts": fact_rows(revision, posted),
        "posted": posted,
        "findings": ranked(services.findings_of(revision=revision)) if is_open else [],
        "lock": lock,
        "may_edit": lock is None and permissions.may_edit_now(request.user, filing),
        "slots": filing.assignment.task.slots.all(),
        "by_path": selectors.threads_by_path(filing),
        "may_talk": permissions.may_talk_now(request.user, filing),
        "items": filing.return_items.select_related("review__step", "sample__draw"),
    }


def fact_rows(revision: Revision, posted: QueryDict | None = None) -> list[FactRow]:
    """The task's numbers with what the revision holds of them, and what was typed over it."""
    unread = MaterialSheet.objects.get(revision=revision).unread
    held = {code: plain(value) for code, value in materials.values(revision).items()}
    rows = []
    for fact in revision.filing.assignment.task.facts.all():
        stored = unread.get(fact.code) or held.get(fact.code, "")
        typed = str(posted.get(f"fact-{fact.code}", stored)) if posted else stored
        other = stored if typed != stored else None
        rows.append(FactRow(fact.code, fact.title, fact.unit, fact.is_required, typed, other))
    return rows


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
            return JsonResponse({"detail": _quiet_words(error), "code": error.code}, status=409)
        context = {**screen(request, filing, request.POST), "error": error}
        return render_page(request, "filings/materials.html", context, status=409)
    if quiet:
        return _saved(request, revision)
    page = "filings:confirm" if request.POST.get("next") == "confirm" else "filings:materials"
    return redirect(page, year=filing.fiscal_year, public_id=filing.public_id)


def _quiet_words(error: RuleError) -> str:
    """The refusal beside the save mark, where no two values can stand."""
    is_stale = error.code == "filings.stale"
    return "这份表又被别人保存过。点“保存”，两边的值会列出来。" if is_stale else str(error)


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
