"""My background work: what runs, how it ended, what it made."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.jobs import selectors, services
from apps.jobs.downloads import file_response


@login_required
@require_safe
def list_jobs(request: UserRequest) -> HttpResponse:
    before = request.GET.get("before", "")
    page = selectors.page(
        request.user, int(before) if before.isdecimal() and len(before) < 19 else None
    )
    return render_page(request, "jobs/list.html", {"page": page})


@login_required
@require_safe
def detail(request: UserRequest, public_id: UUID) -> HttpResponse:
    job = get_object_or_404(selectors.jobs_of(request.user), public_id=public_id)
    own_url = reverse("jobs:detail", args=[public_id])
    file_url = reverse("jobs:file", args=[public_id]) if job.file else ""
    context = {
        "job": job,
        "job_url": own_url,
        "result_url": file_url or job.result.get("url", ""),
        "result_link": f"下载{job.file.name}" if job.file else "看结果",
    }
    return render_page(request, "jobs/detail.html", context)


@login_required
@require_POST
def seen(request: UserRequest, public_id: UUID) -> HttpResponse:
    job = get_object_or_404(selectors.jobs_of(request.user), public_id=public_id)
    services.mark_seen(job=job, actor=request.user)
    return redirect("jobs:list")


@login_required
@require_safe
def file(request: UserRequest, public_id: UUID) -> FileResponse:
    job = get_object_or_404(selectors.jobs_of(request.user), public_id=public_id)
    if job.file is None:
        raise Http404
    return file_response(job.file)
