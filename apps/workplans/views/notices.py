"""A notice read into a draft; a sentence left over made a task after all."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.rules.errors import RuleError
from apps.workplans import notice_files
from apps.workplans.forms.faults import done
from apps.workplans.forms.plans import NoticeForm
from apps.workplans.models import Notice, Plan
from apps.workplans.notice_files import NoticeFile
from apps.workplans.services import reading
from apps.workplans.views.doors import draft, editor_url


@login_required
@require_http_methods(["GET", "POST"])
def read_notice(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    plan = draft(request, year, public_id)
    form = NoticeForm(request.POST or None, request.FILES or None)
    read: list[Notice] = []
    if request.method == "POST" and done(form, lambda: read.append(_read(request, plan, form))):
        number = read[0].tasks.count()
        messages.success(request, f"{read[0]}：读出{number}项任务，逐项核对后发布。")
        return redirect(f"{editor_url(plan)}?notice={read[0].public_id}")
    context = {"year": year, "plan": plan, "form": form, "notices": plan.notices.all()}
    return render_page(request, "workplans/notice.html", context)


def _read(request: UserRequest, plan: Plan, form: NoticeForm) -> Notice:
    """The notice with its tasks. Raises RuleError."""
    name, text = form.cleaned_data["name"], form.cleaned_data["text"]
    if form.cleaned_data["file"]:
        file = _received(request)
        name, text = name or file.name, file.text
    return reading.add_notice(plan=plan, name=name, text=text, actor=request.user)


def _received(request: UserRequest) -> NoticeFile:
    try:
        return notice_files.received(request)
    except RuleError as error:
        raise RuleError(str(error), error.code, field="file") from error


@login_required
@require_POST
def leftover(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    plan = draft(request, year, public_id)
    asked = request.POST.get("notice", "")
    notice = next((one for one in plan.notices.all() if str(one.public_id) == asked), None)
    if notice is None:
        raise Http404
    start = request.POST.get("start", "")
    number = int(start) if start.isascii() and start.isdigit() and len(start) < 9 else -1
    task = reading.task_from_leftover(notice=notice, start=number, actor=request.user)
    messages.success(request, f"已作任务：{task}，待核对。")
    return redirect(f"{editor_url(plan)}?task={task.public_id}")
