"""Whom a task reaches: the count while conditions are being typed, and the names."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.core import clock
from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import page_of
from apps.workplans import permissions, selectors
from apps.workplans.forms import rows
from apps.workplans.models import PlanTask, TaskScope
from apps.workplans.views.doors import draft_task


@login_required
@require_safe
def preview(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    task = draft_task(request, year, public_id)
    lines = rows.row_set(rows.ScopeLine, request.GET, [], plan=task.plan, task=task)
    found = selectors.scope_preview(task, scopes=_scopes(lines)) if lines.is_valid() else None
    context = {"year": year, "task": task, "preview": found, "is_typing": True}
    return render_page(request, "workplans/preview.html", context)


def _scopes(lines: rows.BaseRows) -> list[TaskScope]:
    """The conditions as typed, not saved."""
    return [
        TaskScope(
            is_exclude=bool(row["exclude"]),
            field=str(row["field"]),
            value=str(row["value"]),
            reason=str(row["reason"]),
        )
        for row in lines.rows()
    ]


@login_required
@require_safe
def reach(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    tasks = selectors.whole_tasks(request.user)
    task = get_object_or_404(tasks, public_id=public_id, plan__fiscal_year=year)
    if not permissions.may_edit(request.user, task.plan):
        raise PermissionDenied("只有计划管理员可以看派发名单。")
    outside = request.GET.get("list") == "outside"
    context = {"year": year, "task": task, "preview": selectors.scope_preview(task)}
    return render_page(
        request, "workplans/reach_list.html", context | _listed(request, task, outside)
    )


def _listed(request: UserRequest, task: PlanTask, outside: bool) -> dict[str, Any]:
    """A page of the names."""
    found = selectors.reach_list(task, clock.today(), outside=outside)
    page = page_of(request, found.rows)
    lines = [selectors.reach_line(row, found.reasons) for row in page.rows]
    return {"outside": outside, "page": page, "lines": lines}
