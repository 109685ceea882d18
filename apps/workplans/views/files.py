"""A new plan, two plans side by side, a plan as a file."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_safe

from apps.core import uploads
from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Role
from apps.rules.errors import RuleError
from apps.workplans import plan_uploads, samples, selectors
from apps.workplans.forms.faults import done
from apps.workplans.forms.plans import NewPlanForm
from apps.workplans.models import Plan
from apps.workplans.services import comparing, exporting, importing, starting
from apps.workplans.views.amending import by_task
from apps.workplans.views.doors import draft, editor_url

YAML_TYPE = "application/yaml; charset=utf-8"


# --- a new plan -------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def new(request: UserRequest, year: int) -> HttpResponse:
    mine = people.jurisdictions_of(request.user, Role.PLAN_ADMIN)
    places = list(Jurisdiction.objects.filter(pk__in=mine).order_by("code"))
    if not places:
        raise PermissionDenied("只有计划管理员可以新建计划。")
    form = _new_form(request, year, places)
    made: list[Plan] = []
    if request.method == "POST" and done(form, lambda: made.append(_started(request, year, form))):
        messages.success(request, f"{made[0]}：草稿已建，发布前只有计划管理员看得到。")
        return redirect(editor_url(made[0]))
    return render_page(request, "workplans/new.html", {"year": year, "form": form})


def _new_form(request: UserRequest, year: int, places: list[Jurisdiction]) -> NewPlanForm:
    earlier = selectors.plans_before([place.pk for place in places], year)[:5]
    title = f"{places[0].name}{year}年度预算绩效管理工作计划"
    start = {"title": title, "source": request.GET.get("from", "empty")}
    offered = [(name, samples.title_of(name)) for name in samples.names()]
    return NewPlanForm(
        request.POST or None, places=places, earlier=earlier, samples=offered, initial=start
    )


def _started(request: UserRequest, year: int, form: NewPlanForm) -> Plan:
    """The draft, from where the person said. Raises RuleError."""
    said = form.cleaned_data
    place = Jurisdiction.objects.get(code=said["jurisdiction"])
    return starting.start_plan(
        jurisdiction=place,
        year=year,
        title=said["title"],
        source=said["source"],
        actor=request.user,
    )


# --- two plans --------------------------------------------------------------------------------
@login_required
@require_safe
def compare(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    seen = Plan.objects.visible_to(request.user).select_related("jurisdiction")
    plan = get_object_or_404(seen, public_id=public_id, fiscal_year=year)
    others = seen.filter(jurisdiction=plan.jurisdiction_id).exclude(pk=plan.pk)
    others = others.order_by("-fiscal_year", "-pk")
    asked = request.GET.get("with", "")
    usual = plan.amends or selectors.year_before(request.user, plan)
    other = next((one for one in others if str(one.public_id) == asked), usual)
    context: dict[str, Any] = {"year": year, "plan": plan, "other": other, "others": others}
    if other is not None:
        old, new_one = exporting.profile_of(other), exporting.profile_of(plan)
        context["changes"] = by_task(comparing.compare(old, new_one))
    return render_page(request, "workplans/compare.html", context)


# --- files ------------------------------------------------------------------------------------
@login_required
@require_safe
def export(request: UserRequest, year: int, public_id: UUID, kind: str) -> HttpResponse:
    seen = Plan.objects.visible_to(request.user)
    plan = get_object_or_404(seen, public_id=public_id, fiscal_year=year)
    profile = exporting.profile_of(plan)
    if kind == "yaml":
        response = HttpResponse(exporting.to_yaml(profile), content_type=YAML_TYPE)
    elif kind == "xlsx":
        content = exporting.to_workbook(profile)
        response = HttpResponse(content, content_type=uploads.XLSX_TYPE)
    else:
        raise Http404
    name = f"plan-{plan.jurisdiction.code}-{year}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@login_required
@require_http_methods(["GET", "POST"])
def import_file(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    plan = draft(request, year, public_id)
    context: dict[str, Any] = {"year": year, "plan": plan}
    if request.method == "POST":
        try:
            context |= _imported(request, plan)
        except RuleError as error:
            context["error"] = str(error)
        if context.get("is_done"):
            messages.success(request, f"已导入，{context['n_changes']}处不同已写入草稿。")
            return redirect(editor_url(plan))
    return render_page(
        request, "workplans/import.html", context, 422 if "error" in context else 200
    )


def _imported(request: UserRequest, plan: Plan) -> dict[str, Any]:
    """The differences of a file looked at, or written when they were. Raises RuleError."""
    number = request.POST.get("kept", "")
    kept = plan_uploads.kept(number, request.user) if number else None
    file = kept or plan_uploads.keep(request, request.user)
    content = plan_uploads.content_of(file)
    profile = importing.read_file(content=content, name=file.name, plan=plan)
    if kept is not None:
        found = importing.import_profile(plan=plan, profile=profile, actor=request.user)
        return {"is_done": True, "n_changes": len(found)}
    found = importing.import_changes(plan=plan, profile=profile, actor=request.user)
    return {"changes": by_task(found), "n_changes": len(found), "file": file}
