"""The plan editor: a draft beside the notice it was read from, a task at a time."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import clock
from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import editor_screen, permissions, selectors
from apps.workplans.editor_screen import Asked, EditorScreen
from apps.workplans.forms.faults import done
from apps.workplans.forms.plans import HeadForm
from apps.workplans.forms.tasks import TaskForm
from apps.workplans.forms.windows import QuickForm
from apps.workplans.models import Plan, PlanTask
from apps.workplans.services import amending, checking, editing, exporting, reading
from apps.workplans.services.holding import work_of
from apps.workplans.views.doors import (
    draft,
    draft_task,
    editor_url,
    plan_url,
    visible,
    work_panel,
)


# --- the editor -------------------------------------------------------------------------------
@login_required
@require_safe
def door(request: UserRequest, year: int) -> HttpResponse:
    plan = visible(request, year)
    if not permissions.may_edit(request.user, plan):
        raise PermissionDenied("只有本级计划管理员可以编辑计划。")
    found = selectors.draft_of(request.user, year, plan.jurisdiction.code)
    if found is None:
        messages.info(request, "已发布的计划不直接改。先开始修订，改好再一并生效。")
        return redirect(plan_url(plan))
    return redirect(editor_url(found))


@login_required
@require_safe
def editor(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    plan = draft(request, year, public_id)
    tasks = list(selectors.tasks_to_edit(plan))
    screen = editor_screen.editor_screen(plan, tasks, _asked(request))
    context = _context(request.user, year, screen) | work_panel(plan, work_of(plan))
    return render_page(request, "workplans/editor.html", context)


def _asked(request: UserRequest) -> Asked:
    told = request.GET
    page = told.get("page", "")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 0
    return Asked(
        told.get("task", ""),
        told.get("window", ""),
        told.get("notice", ""),
        number,
        told.get("only", ""),
    )


def _context(
    user: User, year: int, screen: EditorScreen, form: QuickForm | None = None
) -> dict[str, Any]:
    """What the editor shows beside its screen: how many the listed tasks reach, the chosen one."""
    listed, today = [line.task for line in screen.lines], clock.today()
    reach = selectors.reach_of(screen.plan, listed, today)
    counts = {task.pk: editor_screen.counted(task, reach.get(task.pk)) for task in listed}
    context = {
        "year": year,
        "screen": screen,
        "lines": [(line, counts[line.task.pk]) for line in screen.lines],
        "news": selectors.moved_since(screen.plan),
        "form": form or QuickForm(initial=_dates(screen.window)),
    }
    return context | (_opened(user, screen, screen.chosen) if screen.chosen else {})


def _opened(user: User, screen: EditorScreen, task: PlanTask) -> dict[str, Any]:
    """The chosen task: where its dates came from, whom it reaches, what belongs to it."""
    text = screen.notice.text if screen.notice else ""
    before = selectors.year_before(user, screen.plan)
    return {
        "sources": editor_screen.window_sources(task, screen.window, text),
        "preview": selectors.scope_preview(task),
        "before": selectors.reached_before(task, before),
        "year_before": before,
        "parts": selectors.parts_of(task),
        "reminders": editor_screen.reminder_words(selectors.reminders_of(task)),
    }


def _dates(window: Any) -> dict[str, Any]:
    """The window's days as people write them."""
    if window is None:
        return {}
    opens_at, closes_at = window.opens_at, window.closes_at
    return {
        "data_until": window.data_until,
        "opens": opens_at.astimezone(clock.ZONE).date() if opens_at else None,
        "closes": clock.last_day(closes_at) if closes_at else None,
    }


@login_required
@require_POST
def check(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    task = draft_task(request, year, public_id)
    if request.POST.get("act") == "dismiss":
        return _dismissed(request, task)
    form, key = QuickForm(request.POST), request.POST.get("window", "")
    is_confirmed = request.POST.get("act") == "confirm"
    if done(form, lambda: _checked(request, task, key, form, is_confirmed)):
        messages.success(request, f"{task}：{'已确认' if is_confirmed else '已存下'}。")
        return redirect(_next_url(task) if is_confirmed else f"{_task_url(task)}&window={key}")
    tasks = list(selectors.tasks_to_edit(task.plan))
    asked = Asked(task=str(public_id), window=key)
    screen = editor_screen.editor_screen(task.plan, tasks, asked)
    return render_page(request, "workplans/editor.html", _context(request.user, year, screen, form))


def _checked(
    request: UserRequest, task: PlanTask, key: str, form: QuickForm, is_confirmed: bool
) -> None:
    window = task.windows.filter(key=key).first()
    checking.check_task(
        task=task,
        window=window,
        values=form.cleaned_data,
        is_confirmed=is_confirmed,
        actor=request.user,
    )


def _dismissed(request: UserRequest, task: PlanTask) -> HttpResponse:
    reading.dismiss_task(task=task, actor=request.user)
    messages.success(request, f"{task}：不作任务，这句留在未成任务的句子里。")
    return redirect(editor_url(task.plan))


def _task_url(task: PlanTask) -> str:
    return f"{editor_url(task.plan)}?task={task.public_id}"


def _next_url(task: PlanTask) -> str:
    """The next task that waits to be checked; the same when none does."""
    waiting = task.plan.tasks.filter(check_state=PlanTask.Check.WAITING)
    following = waiting.filter(position__gt=task.position).first() or waiting.first()
    return _task_url(following or task)


# --- the plan's head --------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def head(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    plan = draft(request, year, public_id)
    names = ("title", "document_number", "source_note")
    form = HeadForm(request.POST or None, initial={name: getattr(plan, name) for name in names})
    if request.method == "POST" and done(
        form,
        lambda: editing.edit_plan(plan=plan, values=form.cleaned_data, actor=request.user),
    ):
        return _kept(request, plan, "计划的名称和文号已改。")
    return _form_page(request, plan, "名称和文号", form)


@login_required
@require_http_methods(["GET", "POST"])
def drop(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    plan = draft(request, year, public_id)
    error = ""
    if request.method == "POST":
        try:
            _drop(plan, request)
        except RuleError as refusal:
            error = str(refusal)
        else:
            messages.success(request, "修订已放弃，计划不变。" if plan.amends else "草稿已删除。")
            return redirect("workplans:plan", year=year)
    context = {"year": year, "plan": plan, "error": error, "n_tasks": plan.tasks.count()}
    return render_page(request, "workplans/drop.html", context, 422 if error else 200)


def _drop(plan: Plan, request: UserRequest) -> None:
    if plan.amends_id is not None:
        amending.drop_amendment(copy=plan, actor=request.user)
    else:
        editing.drop_plan(plan=plan, actor=request.user)


# --- tasks ------------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def new_task(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    plan = draft(request, year, public_id)
    start = {"evaluated_year": year, "stage": "materials", "kind": "materials", "main": True}
    form = TaskForm(request.POST or None, plan=plan, initial={**start, "level": "unit"})
    made: list[PlanTask] = []
    if request.method == "POST" and done(form, lambda: made.append(_add(plan, form, request))):
        messages.success(request, f"已加任务：{made[0]}。接着定填报期和范围。")
        return redirect("workplans:windows", year=year, public_id=made[0].public_id)
    return _form_page(request, plan, "加一项任务", form, "存下，接着定填报期")


def _add(plan: Plan, form: TaskForm, request: UserRequest) -> PlanTask:
    return editing.add_task(plan=plan, values=form.cleaned_data, actor=request.user)


@login_required
@require_http_methods(["GET", "POST"])
def edit_task(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    task = draft_task(request, year, public_id)
    row = exporting.task_row(task).model_dump()
    start = {**row, "requirements": "、".join(row["requirements"])}
    form = TaskForm(request.POST or None, plan=task.plan, initial=start)
    if request.method == "POST" and done(
        form,
        lambda: editing.edit_task(task=task, values=form.cleaned_data, actor=request.user),
    ):
        messages.success(request, f"{task}：已存下。")
        return redirect(_task_url(task))
    text = task.notice.text if task.notice else ""
    said = [(field, editor_screen.sources(task, text).get(field.name)) for field in form]
    context = {"year": year, "plan": task.plan, "task": task, "form": form, "said": said}
    return render_page(request, "workplans/edit_task.html", context)


@login_required
@require_POST
def move_task(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    task = draft_task(request, year, public_id)
    step = -1 if request.POST.get("to") == "up" else 1
    place = min(max(task.position + step, 1), task.plan.tasks.count())
    editing.move_task(task=task, position=place, actor=request.user)
    return redirect(_task_url(task))


@login_required
@require_http_methods(["GET", "POST"])
def remove_task(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    task = draft_task(request, year, public_id)
    error = ""
    if request.method == "POST":
        try:
            editing.remove_task(task=task, actor=request.user)
        except RuleError as refusal:
            error = str(refusal)
        else:
            return _kept(request, task.plan, f"任务已删除：{task}。")
    context = {"year": year, "plan": task.plan, "task": task, "error": error}
    return render_page(request, "workplans/remove_task.html", context, 422 if error else 200)


# --- answers ----------------------------------------------------------------------------------
def _kept(request: UserRequest, plan: Plan, text: str) -> HttpResponseRedirect:
    messages.success(request, text)
    return redirect(editor_url(plan))


def _form_page(
    request: UserRequest, plan: Plan, title: str, form: Any, verb: str = "存下"
) -> HttpResponse:
    context = {
        "year": plan.fiscal_year,
        "plan": plan,
        "title": title,
        "form": form,
        "verb": verb,
        "back": editor_url(plan),
        "is_wide": len(form.fields) > 6,
    }
    return render_page(request, "workplans/edit_form.html", context)
