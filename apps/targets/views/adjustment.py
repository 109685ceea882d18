"""The page of a subject's adjustments: versions, nodes, asking, the exception."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.projects.models import Project
from apps.rules.errors import RuleError
from apps.targets import services
from apps.targets.adjust_forms import AskForm, DecideForm
from apps.targets.adjust_screen import adjustment_screen, exceptions, subject_for
from apps.targets.subjects import Subject


@login_required
@require_safe
def adjustment(request: UserRequest, year: int, public_id: UUID, of: str) -> HttpResponse:
    return _page(request, year, subject_for(request.user, of, public_id))


def _page(request: UserRequest, year: int, subject: Subject, **bound: forms.Form) -> HttpResponse:
    """The page with its forms: the one that was sent as it is, the others fresh."""
    context: dict[str, Any] = {
        "year": year,
        "screen": adjustment_screen(subject, year, request.user),
        "ask_form": AskForm(auto_id="ask_%s"),
        "decide_form": DecideForm(auto_id="decide_%s"),
        **bound,
    }
    wrong = any(form.errors for form in bound.values())
    return render_page(request, "targets/adjustment.html", context, 422 if wrong else None)


@login_required
@require_POST
def request_adjustment(request: UserRequest, year: int, public_id: UUID, of: str) -> HttpResponse:
    subject = subject_for(request.user, of, public_id)
    filing = services.request_adjustment(subject=subject, actor=request.user, year=year)
    return redirect("targets:sheet", filing.fiscal_year, filing.public_id)


@login_required
@require_POST
def ask_exception(request: UserRequest, year: int, public_id: UUID, of: str) -> HttpResponse:
    subject = subject_for(request.user, of, public_id)
    form = AskForm(request.POST, auto_id="ask_%s")
    if form.is_valid():
        try:
            told = form.cleaned_data
            services.ask_exception(subject=subject, actor=request.user, year=year, **told)
            messages.info(request, "例外已提出，已通知财政局。")
            return redirect(subject.page(year))
        except RuleError as error:
            form.add_error(None, str(error))
    return _page(request, year, subject, ask_form=form)


@login_required
@require_POST
def decide_exception(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    exception = get_object_or_404(exceptions(request.user, year), public_id=public_id)
    form = DecideForm(request.POST, auto_id="decide_%s")
    if form.is_valid():
        try:
            services.decide_exception(exception=exception, actor=request.user, **form.cleaned_data)
            return redirect(exception.subject.page(year))
        except RuleError as error:
            form.add_error(None, str(error))
    return _page(request, year, exception.subject, decide_form=form)


@login_required
@require_POST
def request_targets(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    rows = Project.objects.visible_to(request.user).select_related("unit", "jurisdiction")
    project = get_object_or_404(rows, public_id=public_id)
    filing = services.request_targets(project=project, actor=request.user, year=year)
    return redirect("targets:sheet", filing.fiscal_year, filing.public_id)
