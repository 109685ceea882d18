"""The gate page of a project: how it stands, asking for an assessment, the exception."""

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
from apps.pre_assessment import selectors, services
from apps.pre_assessment.forms import DecideForm, ExceptionForm
from apps.pre_assessment.standing import gate_screen
from apps.projects.models import Project
from apps.rules.errors import RuleError


def _project(request: UserRequest, public_id: UUID) -> Project:
    """The project that exists for this person, or 404."""
    rows = Project.objects.visible_to(request.user).select_related("unit__jurisdiction")
    return get_object_or_404(rows.select_related("jurisdiction", "unit"), public_id=public_id)


@login_required
@require_safe
def gate(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    return _page(request, year, _project(request, public_id))


def _page(request: UserRequest, year: int, project: Project, **bound: forms.Form) -> HttpResponse:
    """The page with its forms: the one that was sent as it is, the others fresh."""
    screen = gate_screen(project, year, request.user)
    context: dict[str, Any] = {
        "year": year,
        "screen": screen,
        "exception_form": ExceptionForm(auto_id="exception_%s").only(screen.proposable),
        "decide_form": DecideForm(auto_id="decide_%s"),
        **bound,
    }
    wrong = any(form.errors for form in bound.values())
    return render_page(request, "pre_assessment/gate.html", context, 422 if wrong else None)


@login_required
@require_POST
def request_report(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    project = _project(request, public_id)
    filing = services.request(project=project, actor=request.user, year=year)
    return redirect("pre_assessment:sheet", filing.fiscal_year, filing.public_id)


@login_required
@require_POST
def propose(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    project = _project(request, public_id)
    form = ExceptionForm(request.POST, auto_id="exception_%s")
    if form.is_valid():
        try:
            services.propose_exception(
                project=project, actor=request.user, year=year, **form.cleaned_data
            )
            messages.info(request, "例外已提出，已通知财政负责人。")
            return redirect("pre_assessment:gate", year, public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return _page(request, year, project, exception_form=form)


@login_required
@require_POST
def decide(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    rows = selectors.exceptions(request.user, year).select_related("project__unit__jurisdiction")
    exception = get_object_or_404(rows, public_id=public_id)
    form = DecideForm(request.POST, auto_id="decide_%s")
    if form.is_valid():
        try:
            services.decide_exception(exception=exception, actor=request.user, **form.cleaned_data)
            return redirect("pre_assessment:gate", year, exception.project.public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return _page(request, year, exception.project, decide_form=form)
