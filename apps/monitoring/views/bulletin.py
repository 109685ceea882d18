"""The county's notice of flagged projects: what it says, and its PDF by a job."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.jobs.tasks import run_job
from apps.monitoring import bulletin as notice
from apps.monitoring import selectors
from apps.rules.errors import RuleError


@login_required
@require_http_methods(["GET", "POST"])
def bulletin(request: UserRequest, year: int) -> HttpResponse:
    region = notice.region_of(request.user)
    if request.method == "POST":
        node = request.POST.get("node", "")
        job = notice.start(actor=request.user, year=year, node=node)
        run_job.delay_on_commit(job.pk)
        return redirect("jobs:detail", job.public_id)
    node_on = notice.asked(region, year, request.GET.get("node", ""))
    made, lacking = None, ""
    try:
        made = notice.build(region, year, node_on) if node_on else None
    except RuleError as error:
        lacking = str(error)
    nodes = selectors.closed_nodes(region, year)
    context = {"year": year, "bulletin": made, "nodes": nodes, "node": node_on, "lacking": lacking}
    return render_page(request, "monitoring/bulletin.html", context)
