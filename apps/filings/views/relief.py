"""Many assignments of a task extended, excused, made void or reopened: choose, preview, do."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.filings import relief_screen
from apps.filings.forms import ReliefFilter, ReliefForm
from apps.filings.services import relief as batches
from apps.jobs.models import Job
from apps.jobs.tasks import run_job
from apps.rules.errors import RuleError
from apps.workplans import permissions as plan_permissions
from apps.workplans.models import PlanTask


@login_required
@require_http_methods(["GET", "POST"])
def relief(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    rows = PlanTask.objects.visible_to(request.user).select_related("plan__jurisdiction")
    task = get_object_or_404(rows, public_id=public_id, plan__fiscal_year=year)
    if not plan_permissions.may_publish(request.user, task.plan):
        raise PermissionDenied("只有计划管理员可以批量办理。")
    if request.method == "POST":
        return _decided(request, task)
    return _page(request, task, ReliefForm(initial={"act": request.GET.get("act", "extend")}))


def _decided(request: UserRequest, task: PlanTask) -> HttpResponse:
    """The preview, the job once it was confirmed, or the page with what is wrong."""
    form = ReliefForm(request.POST)
    if not form.is_valid() or request.POST.get("step") == "back":
        return _page(request, task, form)
    told: dict[str, Any] = {
        "task": task,
        "assignments": relief_screen.ids_of(request.POST.getlist("assignment")),
        "relief": form.relief(),
        "actor": request.user,
    }
    try:
        if request.POST.get("step") == "do":
            return _begun(task, batches.start(**told))
        verdicts = batches.preview(**told)
    except RuleError as error:
        form.add_error(None, str(error))
        return _page(request, task, form)
    return _previewed(request, task, form, verdicts)


def _begun(task: PlanTask, job: Job) -> HttpResponse:
    run_job.delay_on_commit(job.pk)
    page = reverse("filings:relief", args=[task.plan.fiscal_year, task.public_id])
    return redirect(f"{page}?job={job.public_id}")


def _previewed(
    request: UserRequest, task: PlanTask, form: ReliefForm, verdicts: list[batches.Verdict]
) -> HttpResponse:
    context = {
        "task": task,
        "year": task.plan.fiscal_year,
        "form": form,
        "word": batches.WORDS[form.relief().act],
        "verdicts": verdicts,
        "n_done": sum(verdict.is_done for verdict in verdicts),
    }
    return render_page(request, "filings/relief_preview.html", context)


def _page(request: UserRequest, task: PlanTask, form: ReliefForm) -> HttpResponse:
    windows = relief_screen.windows_of(task)
    search = ReliefFilter(request.GET, windows=windows)
    context = {
        "task": task,
        "year": task.plan.fiscal_year,
        "form": form,
        "search": search,
        "screen": relief_screen.screen(task, request.user, search.chosen()),
        "chosen": set(request.POST.getlist("assignment")),
        "all": "all" in request.GET,
        "job": relief_screen.job_of(task, request.user, request.GET.get("job", "")),
    }
    return render_page(request, "filings/relief.html", context)
