"""What belongs to a task of a draft: windows, scopes, steps, files, numbers, reminders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import selectors
from apps.workplans.forms import rows
from apps.workplans.forms.faults import done
from apps.workplans.forms.library import BasisForm
from apps.workplans.forms.rows import BaseRows, Row, RowForm
from apps.workplans.forms.windows import SeriesForm, WindowForm
from apps.workplans.models import Plan, PlanTask, TaskWindow
from apps.workplans.services import editing, exporting
from apps.workplans.views.doors import draft, draft_task, editor_url

Write = Callable[[Plan, PlanTask | None, Sequence[Any], User], Any]


@dataclass(frozen=True)
class Matter:
    """A list that is written whole."""

    title: str
    help: str
    form: type[RowForm]
    write: Write
    is_stacked: bool = False


def _of_task(act: Callable[..., Any]) -> Write:
    return lambda plan, task, found, actor: act(task=task, rows=found, actor=actor)


def _of_either(act: Callable[..., Any]) -> Write:
    return lambda plan, task, found, actor: act(plan=plan, task=task, rows=found, actor=actor)


MATTERS = {
    "scopes": Matter(
        "范围",
        "“包括”的条件满足一条就算，一条也不写就是全部；再去掉“剔除”的。涉密单位和项目不用写，系统另计。",
        rows.ScopeLine,
        _of_task(editing.set_scopes),
    ),
    "steps": Matter(
        "审核步骤",
        "按顺序一步步过。时限只写原文有的。",
        rows.StepLine,
        _of_task(editing.set_steps),
    ),
    "slots": Matter("附件", "要单位传的材料。", rows.SlotLine, _of_task(editing.set_slots)),
    "facts": Matter(
        "填报数", "要单位填的数，年度总结自动相加。", rows.FactLine, _of_task(editing.set_facts)
    ),
    "weights": Matter(
        "分值权重",
        "执行率和各一级指标的分值，合计100。空着的一级指标不能设。",
        rows.WeightLine,
        _of_either(editing.set_weights),
        is_stacked=True,
    ),
    "reminders": Matter(
        "提醒",
        "一条一个时点。任务自己有提醒的，不再用计划的。",
        rows.ReminderLine,
        _of_either(editing.set_reminders),
    ),
}
OF_PLAN = ("weights", "reminders")


@login_required
@require_http_methods(["GET", "POST"])
def task_list(request: UserRequest, year: int, public_id: UUID, matter: str) -> HttpResponse:
    task = draft_task(request, year, public_id)
    if matter not in MATTERS:
        raise Http404
    return _list(request, task.plan, task, matter)


@login_required
@require_http_methods(["GET", "POST"])
def plan_list(request: UserRequest, year: int, public_id: UUID, matter: str) -> HttpResponse:
    plan = draft(request, year, public_id)
    if matter not in OF_PLAN:
        raise Http404
    return _list(request, plan, None, matter)


def _list(request: UserRequest, plan: Plan, task: PlanTask | None, matter: str) -> HttpResponse:
    """The list as a form, or written."""
    kind = MATTERS[matter]
    data = request.POST if request.method == "POST" else None
    lines = rows.row_set(kind.form, data, _present(plan, task, matter), plan=plan, task=task)
    if data is not None and _written(request, lines, kind, plan, task):
        messages.success(request, f"{kind.title}已存下。")
        return redirect(_back(plan, task))
    context = {
        "year": plan.fiscal_year,
        "plan": plan,
        "task": task,
        "matter": matter,
        "kind": kind,
        "lines": lines,
        "back": _back(plan, task),
        "preview": selectors.scope_preview(task) if task and matter == "scopes" else None,
    }
    return render_page(request, "workplans/edit_rows.html", context, _status(lines))


def _written(
    request: UserRequest, lines: BaseRows, kind: Matter, plan: Plan, task: PlanTask | None
) -> bool:
    """Whether the list is kept; a rule's refusal stands at its line."""
    if not lines.is_valid():
        return False
    try:
        kind.write(plan, task, lines.rows(), request.user)
    except RuleError as error:
        lines.lay(error)
        return False
    return True


def _status(lines: BaseRows) -> int:
    return 422 if lines.is_bound and lines.has_faults else 200


def _present(plan: Plan, task: PlanTask | None, matter: str) -> list[Row]:
    """The rows that are there, with the keys of the profile."""
    if matter == "weights":
        kept = plan.weight_templates.filter(task=task).order_by("pk")
        return [exporting.weight_row(row).model_dump() for row in kept]
    if matter == "reminders":
        rules = plan.reminders.filter(task=task)
        return [exporting.reminder_row(rule).model_dump() for rule in rules]
    if task is None:
        return []
    if matter == "steps":
        steps = task.steps.select_related("sheet")
        return [exporting.step_row(step).model_dump() for step in steps]
    if matter == "scopes":
        return [exporting.scope_row(scope).model_dump() for scope in task.scopes.order_by("pk")]
    kept_rows = task.slots.all() if matter == "slots" else task.facts.all()
    return [{**row, "required": row["is_required"]} for row in kept_rows.values()]


def _back(plan: Plan, task: PlanTask | None) -> str:
    return editor_url(plan) + (f"?task={task.public_id}" if task else "")


# --- windows ----------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def windows(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    task = draft_task(request, year, public_id)
    form = WindowForm(request.POST or None, plan=task.plan)
    if request.method == "POST" and done(
        form,
        lambda: editing.add_window(task=task, values=form.cleaned_data, actor=request.user),
    ):
        messages.success(request, "填报期已加。")
        return redirect("workplans:windows", year=year, public_id=public_id)
    return _windows_page(request, task, form, SeriesForm())


@login_required
@require_http_methods(["POST"])
def series(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    task = draft_task(request, year, public_id)
    form = SeriesForm(request.POST)
    if done(form, lambda: _expanded(task, form, request)):
        messages.success(request, "已按周期展开，逐个可改。")
        return redirect("workplans:windows", year=year, public_id=public_id)
    return _windows_page(request, task, WindowForm(plan=task.plan), form)


def _expanded(task: PlanTask, form: SeriesForm, request: UserRequest) -> list[TaskWindow]:
    values = dict(form.cleaned_data)
    name = values.pop("series")
    return editing.add_series(task=task, series=name, values=values, actor=request.user)


def _windows_page(
    request: UserRequest, task: PlanTask, form: WindowForm, series_form: SeriesForm
) -> HttpResponse:
    context = {
        "year": task.plan.fiscal_year,
        "plan": task.plan,
        "task": task,
        "windows": task.windows.select_related("event"),
        "form": form,
        "series": series_form,
        "back": _back(task.plan, task),
    }
    bad = (form.is_bound and form.errors) or (series_form.is_bound and series_form.errors)
    return render_page(request, "workplans/windows.html", context, 422 if bad else 200)


@login_required
@require_http_methods(["GET", "POST"])
def window(request: UserRequest, year: int, pk: int) -> HttpResponse:
    found = get_object_or_404(
        selectors.draft_windows(request.user), pk=pk, task__plan__fiscal_year=year
    )
    plan = found.task.plan
    start = exporting.window_row(found).model_dump()
    form = WindowForm(request.POST or None, plan=plan, initial=start)
    back = reverse("workplans:windows", args=[year, found.task.public_id])
    if request.method == "POST" and done(form, lambda: _kept_window(found, form, request)):
        is_gone = "remove" in request.POST
        messages.success(request, "填报期已删除。" if is_gone else "填报期已存下。")
        return redirect(back)
    context = {"year": year, "plan": plan, "title": f"{found.task}　填报期", "form": form}
    more = {"verb": "存下", "back": back, "may_remove": True, "is_wide": True}
    return render_page(request, "workplans/edit_form.html", context | more)


def _kept_window(window: TaskWindow, form: WindowForm, request: UserRequest) -> None:
    if "remove" in request.POST:
        editing.remove_window(window=window, actor=request.user)
    else:
        editing.edit_window(window=window, values=form.cleaned_data, actor=request.user)


# --- basis ------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def basis(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    task = draft_task(request, year, public_id)
    start = {"codes": list(task.basis.values_list("code", flat=True))}
    data = request.POST if request.method == "POST" else None
    form = BasisForm(data, jurisdiction=task.plan.jurisdiction_id, initial=start)
    if request.method == "POST" and done(
        form,
        lambda: editing.set_basis(task=task, codes=form.cleaned_data["codes"], actor=request.user),
    ):
        messages.success(request, "依据已存下。")
        return redirect(_back(task.plan, task))
    context = {"year": year, "plan": task.plan, "title": f"{task}　依据", "form": form}
    context |= {"verb": "存下", "back": _back(task.plan, task), "library": True}
    return render_page(request, "workplans/edit_form.html", context)
