"""Pages of the ledger: its lines, by task with check points, by unit; who is silent."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import page_of
from apps.core.uploads import XLSX_TYPE
from apps.jobs.models import Job
from apps.jobs.tasks import run_job
from apps.reports.ledger import checkpoints, counts, export, rows, silent
from apps.reports.ledger.forms import CheckpointForm, LedgerFilter
from apps.reports.ledger.rows import Asked
from apps.rules.errors import RuleError
from apps.workplans import permissions, services

VIEWS = (("", "明细"), ("task", "按任务"), ("unit", "按单位"))


@login_required
@require_safe
def ledger(request: UserRequest, year: int) -> HttpResponse:
    form = LedgerFilter(request.GET, tasks=counts.tasks_of(request.user, year))
    asked, by = form.asked(), request.GET.get("by", "")
    parts = {"task": _by_task, "unit": _by_unit}
    context = {
        "year": year,
        "filter": form,
        "by": by if by in parts else "",
        "views": VIEWS,
        "summary": counts.summary(rows.listed(request.user, year, asked)),
        "is_lead": silent.is_lead(request.user),
        **parts.get(by, _lines)(request, year, asked),
    }
    return render_page(request, "reports/ledger.html", context)


def _lines(request: UserRequest, year: int, asked: Asked) -> dict[str, Any]:
    found = rows.whole(rows.listed(request.user, year, asked))
    page = page_of(request, found, "due_at")
    return {"page": page, "rows": rows.lines(page.rows, request.user)}


def _by_task(request: UserRequest, year: int, asked: Asked) -> dict[str, Any]:
    lines = counts.by_task(request.user, year, asked)
    told = checkpoints.points(lines, rows.listed(request.user, year, asked))
    return {"rows": list(zip(lines, told, strict=True)), "steps": checkpoints.Step.labels}


def _by_unit(request: UserRequest, year: int, asked: Asked) -> dict[str, Any]:
    page = page_of(request, counts.units_of(request.user, year, asked), "code")
    lines = counts.by_unit(page.rows, request.user, year, asked)
    return {"page": page, "rows": lines, "stages": [stage.label for stage in counts.STAGES]}


@login_required
@require_POST
def export_ledger(request: UserRequest, year: int) -> HttpResponse:
    form = LedgerFilter(request.POST, tasks=counts.tasks_of(request.user, year))
    form.demand_valid()
    made = export.export(actor=request.user, year=year, asked=form.asked())
    if isinstance(made, Job):
        run_job.delay_on_commit(made.pk)
        return redirect("jobs:detail", made.public_id)
    response = HttpResponse(made, content_type=XLSX_TYPE)
    name = quote(export.name_of(year))
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def checkpoint(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    task = get_object_or_404(counts.tasks_of(request.user, year), public_id=public_id)
    if not permissions.may_register_checkpoint(request.user, task):
        raise PermissionDenied("检查点由牵头科室、绩效科或计划管理员登记。")
    form = CheckpointForm(request.POST or None, task=task)
    if request.method == "POST" and form.is_valid():
        try:
            services.register_checkpoint(actor=request.user, task=task, **form.cleaned_data)
            messages.success(request, "检查点已登记。")
            return redirect("reports:checkpoint", year, public_id)
        except RuleError as error:
            form.add_error("on" if error.code == "on" else None, str(error))
    (told,) = _points(request, year, public_id) or [[]]
    context = {"year": year, "task": task, "form": form, "points": told}
    return render_page(request, "reports/checkpoint.html", context)


def _points(request: UserRequest, year: int, public_id: UUID) -> list[list[checkpoints.Point]]:
    asked = Asked(task=str(public_id))
    lines = counts.by_task(request.user, year, asked)
    return checkpoints.points(lines, rows.listed(request.user, year, asked))


@login_required
@require_safe
def silent_units(request: UserRequest, year: int) -> HttpResponse:
    if not silent.is_lead(request.user):
        raise PermissionDenied("催报名单由主管部门和财政部门查看。")
    form = LedgerFilter(request.GET, tasks=counts.tasks_of(request.user, year))
    del form.fields["state"]
    asked = form.asked()
    page = page_of(request, silent.silent_units(request.user, year, asked), "code")
    context = {
        "year": year,
        "filter": form,
        "page": page,
        "rows": silent.silent_lines(page.rows, request.user, year, asked),
        "n_items": silent.overdue(request.user, year, asked).count(),
        "n_units": silent.silent_units(request.user, year, asked).count(),
    }
    return render_page(request, "reports/silent.html", context)
