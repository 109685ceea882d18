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
from apps.jobs.models import Job
from apps.workplans import permissions, selectors, services
from apps.workplans.forms.faults import done
from apps.workplans.forms.plans import AmendmentForm
from apps.workplans.models import Plan
from apps.workplans.services import amending, fingerprints
from apps.workplans.services.holding import work_of
from apps.workplans.views.doors import begun, draft, editor_url, plan_url, visible


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
    if request.method == "POST" and done(form, lambda: made.append(_begun(copy, form, request))):
        return begun(made[0], copy.amends)
    if request.method == "GET" and work_of(copy):
        return redirect(plan_url(copy.amends))
    context = {
        "year": year,
        "plan": copy,
        "seen": fingerprints.of_plan(copy),
        "form": form,
        "changes": by_task(amending.amendment_changes(copy)),
        "concerned": amending.whom_it_concerns(copy),
        "news": selectors.moved_since(copy),
    }
    return render_page(request, "workplans/changes.html", context)


def _begun(copy: Plan, form: AmendmentForm, request: UserRequest) -> Job:
    said = form.cleaned_data
    return services.start_amending(
        copy=copy,
        reason=said["reason"],
        document_number=said["document_number"],
        actor=request.user,
        seen=request.POST.get("seen", ""),
    )


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
