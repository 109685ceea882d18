"""How the plan's pages come by their rows: what a person may not see does not exist for them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from apps.core.http import UserRequest
from apps.core.pages import is_partial
from apps.jobs.models import Job
from apps.jobs.tasks import run_job
from apps.workplans import selectors
from apps.workplans.models import Plan, PlanTask


def visible(request: UserRequest, year: int) -> Plan:
    """The year's plan that the person sees. Raises Http404."""
    plan = selectors.visible_plan(request.user, year, request.GET.get("region", ""))
    if plan is None:
        raise Http404
    return plan


def draft(request: UserRequest, year: int, public_id: UUID) -> Plan:
    """The draft that the person edits. Raises Http404."""
    return get_object_or_404(selectors.drafts(request.user), public_id=public_id, fiscal_year=year)


def draft_task(request: UserRequest, year: int, public_id: UUID) -> PlanTask:
    """The task of such a draft. Raises Http404."""
    rows = selectors.draft_tasks(request.user)
    return get_object_or_404(rows, public_id=public_id, plan__fiscal_year=year)


def plan_url(plan: Plan) -> str:
    """The plan as people read it."""
    address = reverse("workplans:plan", args=[plan.fiscal_year])
    return f"{address}?region={plan.jurisdiction.code}"


def begun(job: Job, plan: Plan) -> HttpResponse:
    """The plan's page, where the job that was left shows how far it is."""
    run_job.delay_on_commit(job.pk)
    return redirect(f"{plan_url(plan)}&job={job.public_id}")


def work_panel(plan: Plan, job: Job | None) -> dict[str, Any]:
    """What workplans/_work.html shows of the job."""
    address = reverse("workplans:work", args=[plan.fiscal_year])
    number = f"&job={job.public_id}" if job else ""
    return {"work": job, "work_url": f"{address}?region={plan.jurisdiction.code}{number}"}


def seen_through(request: UserRequest, plan: Plan) -> HttpResponse:
    """The plan's page as the work left it; htmx, which asked for a part, loads it anew."""
    job = request.GET.get("job", "")
    address = f"{plan_url(plan)}{f'&job={quote(job)}' if job else ''}"
    if not is_partial(request):
        return redirect(address)
    return HttpResponse(headers={"HX-Redirect": address})


def editor_url(plan: Plan) -> str:
    """The draft in the editor."""
    return reverse("workplans:editor", args=[plan.fiscal_year, plan.public_id])
