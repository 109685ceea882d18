"""The findings of one filing with the unit's answers, and what came of all of them."""

from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.uploads import XLSX_TYPE
from apps.filings import check_counts, findings_screen, permissions, services
from apps.filings.forms import FindingAnswerForm
from apps.filings.stages import hooks_for
from apps.filings.views.common import visible_filing
from apps.jobs.tasks import run_job
from apps.rules.errors import RuleError
from apps.workplans import selectors as plans


@login_required
@require_safe
def findings(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    may = services.standing(filing=filing, actor=request.user)
    context = {
        "screen": findings_screen.findings_screen(filing, request.user),
        "title": hooks_for(filing.kind).title,
        "form_page": hooks_for(filing.kind).page,
        "may": may,
    }
    return render_page(request, "filings/findings.html", context)


@login_required
@require_POST
def answer_finding(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    form = FindingAnswerForm(request.POST)
    if not form.is_valid():
        raise RuleError("答复最多500字，并要说明答复哪一条。", code="filings.answer")
    services.answer_finding(filing=filing, actor=request.user, **form.cleaned_data)
    return redirect("filings:findings", year=year, public_id=public_id)


@login_required
@require_safe
def counts(request: UserRequest, year: int) -> HttpResponse:
    check_counts.demand_right(request.user)
    rows = check_counts.rule_counts(request.user, year)
    plan = plans.visible_plan(request.user, year, request.GET.get("region", ""))
    context = {
        "year": year,
        "rows": rows,
        "total": check_counts.whole(rows),
        "plan": plan,
        "may_recheck": plan is not None and permissions.may_recheck(request.user, plan),
    }
    return render_page(request, "filings/check_counts.html", context)


@login_required
@require_POST
def recheck(request: UserRequest, year: int) -> HttpResponse:
    plan = plans.visible_plan(request.user, year, request.POST.get("region", ""))
    if plan is None:
        raise Http404
    job = services.start_recheck(plan=plan, actor=request.user)
    run_job.delay_on_commit(job.pk)
    return redirect("jobs:detail", public_id=job.public_id)


@login_required
@require_POST
def export_counts(request: UserRequest, year: int) -> HttpResponse:
    response = HttpResponse(
        check_counts.export(actor=request.user, year=year), content_type=XLSX_TYPE
    )
    name = quote(check_counts.name_of(year))
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
