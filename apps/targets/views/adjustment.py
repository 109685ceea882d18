"""The page of a project's adjustments: versions, nodes, asking, the exception."""

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
from apps.targets.adjust_screen import adjustment_screen, exceptions


def _project(request: UserRequest, public_id: UUID) -> Project:
    """The project that exists for this person, or 404."""
    rows = Project.objects.visible_to(request.user)
    rows = rows.select_related("jurisdiction", "unit__jurisdiction")
    return get_object_or_404(rows, public_id=public_id)


@login_required
@require_safe
def adjustment(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    return _page(request, year, _project(request, public_id))


def _page(request: UserRequest, year: int, project: Project, **bound: forms.Form) -> HttpResponse:
    """The page with its forms: the one that was sent as it is, the others fresh."""
    context: dict[str, Any] = {
        "year": year,
        "screen": adjustment_screen(project, year, request.user),
        "ask_form": AskForm(auto_id="ask_%s"),
        "decide_form": DecideForm(auto_id="decide_%s"),
        **bound,
    }
    wrong = any(form.errors for form in bound.values())
    return render_page(request, "targets/adjustment.html", context, 422 if wrong else None)


@login_required
@require_POST
def request_adjustment(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    project = _project(request, public_id)
    filing = services.request_adjustment(project=project, actor=request.user, year=year)
    return redirect("targets:sheet", filing.fiscal_year, filing.public_id)


@login_required
@require_POST
def ask_exception(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    project = _project(request, public_id)
    form = AskForm(request.POST, auto_id="ask_%s")
    if form.is_valid():
        try:
            told = form.cleaned_data
            services.ask_exception(project=project, actor=request.user, year=year, **told)
            messages.info(request, "例外已提出，已通知财政局。")
            return redirect("targets:adjustment", year, public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return _page(request, year, project, ask_form=form)


@login_required
@require_POST
def decide_exception(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    rows = exceptions(request.user, year).select_related(
        "project__unit__jurisdiction", "project__jurisdiction"
    )
    exception = get_object_or_404(rows, public_id=public_id)
    form = DecideForm(request.POST, auto_id="decide_%s")
    if form.is_valid():
        try:
            services.decide_exception(exception=exception, actor=request.user, **form.cleaned_data)
            return redirect("targets:adjustment", year, exception.project.public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return _page(request, year, exception.project, decide_form=form)
