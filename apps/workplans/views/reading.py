"""The plan as people read it: tasks, parameters, publishing, a calendar file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from apps.core import clock
from apps.core.http import UserRequest
from apps.core.pages import is_partial, render_page
from apps.core.paging import page_of
from apps.rules.errors import RuleError
from apps.rules.findings import Finding, Severity
from apps.workplans import contents, ics, permissions, population, screens, selectors, services
from apps.workplans.forms import OfflineForm
from apps.workplans.models import Plan, PlanTask
from apps.workplans.services import fingerprints, holding, publishing
from apps.workplans.views.doors import begun, plan_url, seen_through, visible, work_panel


def _plan(request: UserRequest, year: int) -> Plan | None:
    return selectors.visible_plan(request.user, year, request.GET.get("region", ""))


@login_required
@require_safe
def plan(request: UserRequest, year: int) -> HttpResponse:
    found = _plan(request, year)
    screen, may_publish = None, False
    if found is not None:
        tasks = selectors.tasks_with_windows(found)
        screen = screens.plan_screen(found, tasks, clock.now())
        may_publish = permissions.may_publish(request.user, found)
    context: dict[str, Any] = {"year": year, "screen": screen, "may_publish": may_publish}
    if found is not None and may_publish:
        asked = request.GET.get("job", "")
        context |= {"working_copy": found.working_copies.first()}
        context |= work_panel(found, selectors.work_to_show(found, request.user, asked))
    return render_page(request, "workplans/plan.html", context)


@login_required
@require_safe
def settings(request: UserRequest, year: int) -> HttpResponse:
    found = _plan(request, year)
    if found is None:
        raise Http404
    context = {
        "year": year,
        "plan": found,
        "page": selectors.settings_of(found),
        "may_edit": permissions.may_edit(request.user, found),
    }
    return render_page(request, "workplans/settings.html", context)


@login_required
@require_safe
def task(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    rows = selectors.whole_tasks(request.user)
    found = get_object_or_404(rows, public_id=public_id, plan__fiscal_year=year)
    owed = selectors.owed_of(found, request.user)
    context = {
        "year": year,
        "task": found,
        "is_filed_here": found.kind in contents.kinds(),
        "preview": selectors.scope_preview(found),
        "steps": selectors.steps_with_sheets(found),
        "settings": selectors.settings_of(found.plan, found),
        "page": page_of(request, owed),
        "may_extend": permissions.may_publish(request.user, found.plan),
    }
    return render_page(request, "workplans/task.html", context)


@login_required
@require_safe
def calendar(request: UserRequest, year: int) -> HttpResponse:
    deadlines = selectors.deadlines_of(request.user, year)
    title = f"{year}年度绩效管理截止日"
    body = ics.render(deadlines, title, clock.now(), request.get_host())
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="deadlines-{year}.ics"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def publish(request: UserRequest, year: int) -> HttpResponse:
    found = _plan(request, year)
    if found is None:
        raise Http404
    if not permissions.may_publish(request.user, found):
        raise PermissionDenied("只有本级计划管理员可以发布计划。")
    if request.method == "POST":
        seen = request.POST.get("seen", "")
        return begun(services.start_publishing(plan=found, actor=request.user, seen=seen), found)
    if found.state != Plan.State.DRAFT or holding.work_of(found):
        return redirect(plan_url(found))
    return render_page(request, "workplans/publish.html", _before_publishing(year, found))


@login_required
@require_safe
def work(request: UserRequest, year: int) -> HttpResponse:
    found = visible(request, year)
    if not permissions.may_publish(request.user, found):
        raise PermissionDenied("只有本级计划管理员可以看办理进度。")
    job = holding.work_of(found)
    if job is not None and is_partial(request):
        return render_page(request, "workplans/work.html", work_panel(found, job))
    return seen_through(request, found)


def _told(finding: Finding, task: PlanTask | None) -> tuple[Finding, PlanTask | None, str]:
    """A finding with its task, and its sentence without the title that stands above it."""
    return finding, task, finding.message.removeprefix(f"{finding.where}：")


def _before_publishing(year: int, plan: Plan) -> dict[str, Any]:
    """What publishing does today, what stands against it, and how many will see it."""
    findings = publishing.publish_findings(plan)
    by_code = {task.code: task for task in plan.tasks.all()}
    return {
        "year": year,
        "plan": plan,
        "reach": selectors.publish_preview(plan),
        "seen": fingerprints.of_plan(plan),
        "findings": findings,
        "told": [_told(finding, by_code.get(finding.path)) for finding in findings],
        "n_blocks": sum(finding.severity == Severity.BLOCK for finding in findings),
        "n_people": selectors.n_readers(plan),
    }


@login_required
@require_http_methods(["GET", "POST"])
def offline(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    rows = selectors.whole_tasks(request.user)
    found = get_object_or_404(rows, public_id=public_id, plan__fiscal_year=year)
    if not permissions.may_publish(request.user, found.plan):
        raise PermissionDenied("只有计划管理员可以登记线下报送。")
    form = OfflineForm(request.POST or None, task=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.register_offline(task=found, actor=request.user, **form.cleaned_data)
        except RuleError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"已登记：{form.cleaned_data['unit']}。")
            return redirect("workplans:offline", year=year, public_id=public_id)
    context = {
        "year": year,
        "task": found,
        "form": form,
        "page": page_of(request, selectors.offline_of(found, request.user), descending=True),
        "n_units": population.offline_units(found).count(),
    }
    return render_page(request, "workplans/offline.html", context)
