"""One problem: its history, what the unit answers, what the bureau finds; its files and letter."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.uploads import guard_attachment, received
from apps.jobs.downloads import file_response
from apps.jobs.tasks import run_job
from apps.rectification import letter, screen, selectors, services
from apps.rectification.forms import (
    AnswerForm,
    LetterForm,
    OpinionForm,
    OwnerForm,
    ReasonDayForm,
    ReasonForm,
)
from apps.rectification.models import Problem, Proof, Step
from apps.rules.errors import RuleError


class Button(NamedTuple):
    """One act of the page: its form, its service, what is said once it is done."""

    form: Callable[..., Form]
    service: Callable[..., Problem]
    done: str
    help: str = ""


ACTS = {
    Step.Act.ANSWER.value: Button(
        AnswerForm, services.answer, "已答复，待财政复核。", "先上传佐证，再写措施和结果。"
    ),
    Step.Act.CLOSE.value: Button(
        OpinionForm, services.close, "已销号，已通知单位。", "没有整改佐证的不能销号。"
    ),
    Step.Act.SEND_BACK.value: Button(ReasonDayForm, services.send_back, "已退回，已通知单位。"),
    Step.Act.EXTEND.value: Button(ReasonDayForm, services.extend, "已延期，已通知单位。"),
    Step.Act.REFUSE.value: Button(
        ReasonForm,
        services.refuse,
        "已记录，已通知单位。",
        "记入等级封顶的依据；以后整改到位仍可答复、销号。",
    ),
    Step.Act.WITHDRAW.value: Button(
        ReasonForm, services.withdraw, "已撤销，已通知单位。", "登记有误的撤销；撤销后不再计数。"
    ),
    Step.Act.NAME_OWNER.value: Button(OwnerForm, services.name_owner, "责任人已指定。"),
}


def _problem(request: UserRequest, year: int, public_id: UUID) -> Problem:
    return get_object_or_404(selectors.shown(request.user), public_id=public_id, fiscal_year=year)


@login_required
@require_http_methods(["GET", "POST"])
def problem(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    found = _problem(request, year, public_id)
    if request.method == "GET":
        return _page(request, found)
    act = request.POST.get("act", "")
    if act not in ACTS:
        raise RuleError("没有这个按钮，请刷新页面。", code="rectification.act")
    form = _form(act, found, request.POST)
    if form.is_valid():
        try:
            ACTS[act].service(problem=found, actor=request.user, **form.cleaned_data)
            messages.info(request, ACTS[act].done)
            return redirect("rectification:problem", year, public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    found.refresh_from_db()
    return _page(request, found, act, form)


def _form(act: str, found: Problem, data: Any = None) -> Form:
    """The act's form; two of a page must not share their ids."""
    more: dict[str, Any] = {"auto_id": f"{act}_%s"}
    if act == Step.Act.NAME_OWNER:
        more["people"] = selectors.may_own(found)
    return ACTS[act].form(data, **more)


def _page(
    request: UserRequest, found: Problem, act: str = "", bound: Form | None = None
) -> HttpResponse:
    shown = screen.build(found, request.user)
    buttons = [
        (code, Step.Act(code).label, button.help, bound if code == act else _form(code, found))
        for code, button in ACTS.items()
        if code in shown.acts or (bound is not None and code == act)
    ]
    context = {
        "year": found.fiscal_year,
        "screen": shown,
        "buttons": buttons,
        "letter": LetterForm(problem=found, auto_id="letter_%s"),
        "form": bound,
        "act": act,
    }
    return render_page(request, "rectification/problem.html", context)


# --- files ------------------------------------------------------------------------------------
@login_required
@require_POST
def attach(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    found = _problem(request, year, public_id)
    file = received(request, "file")
    upload = guard_attachment(file, file.name or "")
    services.add_file(problem=found, actor=request.user, upload=upload)
    return redirect("rectification:problem", year, public_id)


def _proof(request: UserRequest, year: int, public_id: UUID) -> Proof:
    seen = selectors.shown(request.user).filter(fiscal_year=year)
    rows = Proof.objects.filter(problem__in=seen).select_related("file", "problem")
    return get_object_or_404(rows, public_id=public_id)


@login_required
@require_safe
def file(request: UserRequest, year: int, public_id: UUID) -> HttpResponseBase:
    return file_response(_proof(request, year, public_id).file)


@login_required
@require_POST
def remove(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    proof = _proof(request, year, public_id)
    services.remove_file(proof=proof, actor=request.user)
    return redirect("rectification:problem", year, proof.problem.public_id)


# --- paper ------------------------------------------------------------------------------------
@login_required
@require_POST
def letter_pdf(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    found = _problem(request, year, public_id)
    number = request.POST.get("number", "").replace("\x00", "")[:60]
    paper = request.POST.get("paper") or letter.RECTIFY
    job = letter.start(problem=found, actor=request.user, number=number, paper=paper)
    run_job.delay_on_commit(job.pk)
    return redirect("jobs:detail", job.public_id)
