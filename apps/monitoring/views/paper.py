"""The 监控表 on paper: PDF by a job, workbook at once."""

from urllib.parse import quote

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.uploads import XLSX_TYPE
from apps.filings import selectors as filings
from apps.jobs.tasks import run_job
from apps.monitoring import paper
from apps.monitoring.views.sheet import node_filing


@login_required
@require_POST
def pdf(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = node_filing(request, year, public_id)
    shown = filings.newest(filing, request.user)
    job = paper.start_pdf(actor=request.user, filing=filing, revision=shown)
    run_job.delay_on_commit(job.pk)
    return redirect("jobs:detail", job.public_id)


@login_required
@require_safe
def xlsx(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = node_filing(request, year, public_id)
    shown = filings.newest(filing, request.user)
    made = paper.paper_of(filing, shown, request.user)
    response = HttpResponse(paper.form_xlsx(made), content_type=XLSX_TYPE)
    name = quote(f"{paper.name_of(made, shown)}.xlsx")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
