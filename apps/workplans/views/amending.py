"""A published plan changed by a numbered amendment; what was changed before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.workplans import permissions, selectors
from apps.workplans.forms.faults import done
from apps.workplans.forms.plans import AmendmentForm
from apps.workplans.models import Amendment, Plan
from apps.workplans.services import amending
from apps.workplans.views.doors import draft, editor_url, plan_url, visible


@login_required
@require_POST
def begin(request: UserRequest, year: int) -> HttpResponse:
    plan = visible(request, year)
    if not permissions.may_edit(request.user, plan):
        raise PermissionDenied("只有本级计划管理员可以修订计划。")
    copy = amending.begin_amendment(plan=plan, actor=request.user)
    messages.success(request, "已开始修订。改好后生效，生效前计划照旧执行。")
    return redirect(editor_url(copy))


@login_required
@require_http_methods(["GET", "POST"])
def changes(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    copy = draft(request, year, public_id)
    if copy.amends is None:
        raise Http404
    form, made = AmendmentForm(request.POST or None), []
    if request.method == "POST" and done(form, lambda: made.append(_applied(copy, form, request))):
        return _in_force(request, copy.amends, made[0])
    context = {
        "year": year,
        "plan": copy,
        "form": form,
        "changes": by_task(amending.amendment_changes(copy)),
        "concerned": amending.whom_it_concerns(copy),
        "news": selectors.moved_since(copy),
    }
    return render_page(request, "workplans/changes.html", context)


def _applied(copy: Plan, form: AmendmentForm, request: UserRequest) -> Amendment:
    said = form.cleaned_data
    return amending.apply_amendment(
        copy=copy,
        reason=said["reason"],
        document_number=said["document_number"],
        actor=request.user,
    )


def _in_force(request: UserRequest, plan: Plan, made: Amendment) -> HttpResponse:
    moved = f"，{made.n_moved}件的截止日已改" if made.n_moved else ""
    messages.success(request, f"第{made.number}次修订已生效{moved}，已通知有关单位。")
    return redirect(plan_url(plan))


def by_task(found: list[Any]) -> list[tuple[str, list[Any]]]:
    """The changes under the task that they are in; the plan's own first."""
    groups: dict[str, list[Any]] = {}
    for change in found:
        groups.setdefault(change.task or "计划", []).append(change)
    return list(groups.items())


@login_required
@require_safe
def history(request: UserRequest, year: int) -> HttpResponse:
    plan = visible(request, year)
    context = {"year": year, "plan": plan, "amendments": selectors.amendments(plan)}
    return render_page(request, "workplans/amendments.html", context)
