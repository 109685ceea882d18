"""How the plan's pages come by their rows: what a person may not see does not exist for them."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from apps.core.http import UserRequest
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


def editor_url(plan: Plan) -> str:
    """The draft in the editor."""
    return reverse("workplans:editor", args=[plan.fiscal_year, plan.public_id])
