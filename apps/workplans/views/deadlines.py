"""One assignment's deadline moved, one duty excused."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.rules.errors import RuleError
from apps.workplans import permissions, services
from apps.workplans.forms import ExemptionForm, ExtensionForm, ReasonForm
from apps.workplans.models import Assignment

EXEMPTING: dict[bool, tuple[str, Callable[..., Assignment], type[ReasonForm]]] = {
    False: ("豁免", services.exempt, ExemptionForm),
    True: ("撤销豁免", services.unexempt, ReasonForm),
}


def _owed(request: UserRequest, year: int, public_id: str) -> Assignment:
    """The assignment that the person sees. Raises Http404."""
    owed = Assignment.objects.visible_to(request.user).select_related(
        "task", "unit", "project", "transfer"
    )
    return get_object_or_404(owed, public_id=public_id, fiscal_year=year)


@login_required
@require_http_methods(["GET", "POST"])
def extend(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    found = _owed(request, year, public_id)
    if not permissions.may_extend(request.user, found):
        raise PermissionDenied("只有计划管理员可以延期。")
    form = ExtensionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.extend(
                assignment=found,
                new_due_at=form.new_due_at(),
                reason=form.cleaned_data["reason"],
                actor=request.user,
            )
        except RuleError as error:
            form.add_error("last_day", str(error))
        else:
            return _excused(request, found, "的截止日已延期，已通知单位。")
    context = {"year": year, "assignment": found, "form": form, "verb": "延期"}
    return render_page(request, "workplans/excuse.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def exempt(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    found = _owed(request, year, public_id)
    if not permissions.may_exempt(request.user, found):
        raise PermissionDenied("只有计划管理员可以豁免。")
    verb, act, kind = EXEMPTING[bool(found.exempt_reason)]
    form = kind(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(assignment=found, actor=request.user, **form.cleaned_data)
        except RuleError as error:
            form.add_error(None, str(error))
        else:
            return _excused(request, found, f"：{verb}已办，已通知单位。")
    context = {"year": year, "assignment": found, "form": form, "verb": verb}
    return render_page(request, "workplans/excuse.html", context)


def _excused(request: UserRequest, found: Assignment, text: str) -> HttpResponse:
    messages.success(request, f"{found.unit}{text}")
    return redirect("workplans:task", year=found.fiscal_year, public_id=found.task.public_id)
