"""The library of documents; events, parameters and score sheets of a draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Role
from apps.rules.errors import RuleError
from apps.workplans import permissions, selectors
from apps.workplans.forms import rows
from apps.workplans.forms.faults import done, lay
from apps.workplans.forms.library import (
    DocumentForm,
    EventForm,
    SettingForm,
    SheetForm,
    ValueForm,
)
from apps.workplans.models import BasisDocument, Plan, PlanEvent, RuleSetting, ScoreSheet
from apps.workplans.services import editing, exporting
from apps.workplans.views.doors import draft, editor_url


# --- documents --------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def library(request: UserRequest, year: int) -> HttpResponse:
    place = _place(request)
    if request.method == "POST" and place is None:
        raise PermissionDenied("只有计划管理员可以加依据。")
    form = DocumentForm(request.POST or None)
    if request.method == "POST" and done(form, lambda: _add_document(place, form, request)):
        messages.success(request, "依据已加。")
        return redirect("workplans:library", year=year)
    found = selectors.documents(request.user)
    context = {"year": year, "place": place, "documents": found, "form": form}
    return render_page(request, "workplans/library.html", context)


def _place(request: UserRequest) -> Jurisdiction | None:
    """Where the person keeps the library: the region asked for, else the first."""
    mine = people.jurisdictions_of(request.user, Role.PLAN_ADMIN)
    places = list(Jurisdiction.objects.filter(pk__in=mine).order_by("code"))
    asked = request.GET.get("region", "")
    return next((one for one in places if one.code == asked), places[0] if places else None)


def _add_document(
    place: Jurisdiction | None, form: BaseForm, request: UserRequest
) -> BasisDocument | None:
    if place is None:
        return None
    values = form.cleaned_data
    return editing.add_document(jurisdiction=place, values=values, actor=request.user)


@login_required
@require_http_methods(["GET", "POST"])
def document(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    found = get_object_or_404(selectors.documents(request.user), public_id=public_id)
    if not permissions.may_load(request.user, found.jurisdiction_id):
        raise PermissionDenied("只有计划管理员可以改依据。")
    names = ("title", "issuer", "issued_on", "url", "note")
    start = {name: getattr(found, name) for name in names}
    form = DocumentForm(request.POST or None, initial={**start, "number": found.document_number})
    back = reverse("workplans:library", args=[year])
    if request.method == "POST" and done(form, lambda: _keep_document(found, form, request)):
        messages.success(request, "依据已删除。" if "remove" in request.POST else "依据已存下。")
        return redirect(back)
    return _page(request, year, f"依据：{found}", form, back)


def _keep_document(found: BasisDocument, form: BaseForm, request: UserRequest) -> None:
    if "remove" in request.POST:
        editing.remove_document(document=found, actor=request.user)
    else:
        editing.edit_document(document=found, values=form.cleaned_data, actor=request.user)


# --- events -----------------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def events(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    plan = draft(request, year, public_id)
    form = EventForm(request.POST or None)
    if request.method == "POST" and done(
        form, lambda: editing.add_event(plan=plan, values=form.cleaned_data, actor=request.user)
    ):
        messages.success(request, "事件已加，填报期可以按它推算。")
        return redirect("workplans:events", year=year, public_id=public_id)
    context = {"year": year, "plan": plan, "form": form, "events": plan.events.all()}
    return render_page(request, "workplans/events.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def event(request: UserRequest, year: int, pk: int) -> HttpResponse:
    rows = selectors.draft_events(request.user)
    found = get_object_or_404(rows, pk=pk, plan__fiscal_year=year)
    names = ("title", "happened_on", "clause")
    form = EventForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    back = reverse("workplans:events", args=[year, found.plan.public_id])
    if request.method == "POST" and done(form, lambda: _keep_event(found, form, request)):
        messages.success(request, "事件已删除。" if "remove" in request.POST else "事件已存下。")
        return redirect(back)
    return _page(request, year, f"事件：{found}", form, back, plan=found.plan)


def _keep_event(found: PlanEvent, form: BaseForm, request: UserRequest) -> None:
    if "remove" in request.POST:
        editing.remove_event(event=found, actor=request.user)
    else:
        editing.edit_event(event=found, values=form.cleaned_data, actor=request.user)


# --- parameters -------------------------------------------------------------------------------
@login_required
@require_safe
def parameters(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    plan = draft(request, year, public_id)
    found = plan.settings.select_related("task").order_by("is_filled", "task__position", "code")
    context = {"year": year, "plan": plan, "settings": found}
    return render_page(request, "workplans/parameters.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def new_setting(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    plan = draft(request, year, public_id)
    asked = request.GET.get("task", "")
    task = next((one for one in plan.tasks.all() if str(one.public_id) == asked), None)
    form = SettingForm(request.POST or None, is_new=True)
    back = f"{editor_url(plan)}?task={task.public_id}" if task else _settings_url(plan)
    if request.method == "POST" and done(
        form,
        lambda: editing.add_setting(
            plan=plan, task=task, values=form.cleaned_data, actor=request.user
        ),
    ):
        messages.success(request, "参数已加。")
        return redirect(back)
    return _page(request, year, f"加一项参数{f'：{task}' if task else ''}", form, back, plan=plan)


def _settings_url(plan: Plan) -> str:
    """Where the parameters of the plan stand, while it is a draft and later."""
    if plan.state == Plan.State.DRAFT:
        return reverse("workplans:parameters", args=[plan.fiscal_year, plan.public_id])
    address = reverse("workplans:settings", args=[plan.fiscal_year])
    return f"{address}?region={plan.jurisdiction.code}"


@login_required
@require_http_methods(["GET", "POST"])
def setting(request: UserRequest, year: int, pk: int) -> HttpResponse:
    rows = selectors.open_settings(request.user)
    found = get_object_or_404(rows, pk=pk, plan__fiscal_year=year)
    form = ValueForm(request.POST if request.method == "POST" else None, setting=found)
    if request.method == "POST" and done(
        form,
        lambda: editing.set_setting(
            setting=found, value=form.cleaned_data["value"], actor=request.user
        ),
    ):
        messages.success(request, f"{found}：已存下。")
        return redirect(_settings_url(found.plan))
    context = {"year": year, "plan": found.plan, "setting": found, "form": form}
    more = {"back": _settings_url(found.plan), "is_draft": found.plan.state == Plan.State.DRAFT}
    return render_page(request, "workplans/setting.html", context | more)


@login_required
@require_http_methods(["GET", "POST"])
def setting_facts(request: UserRequest, year: int, pk: int) -> HttpResponse:
    rows = selectors.open_settings(request.user).filter(plan__state=Plan.State.DRAFT)
    found = get_object_or_404(rows, pk=pk, plan__fiscal_year=year)
    names = ("title", "value_type", "choices", "value", "unit", "clause", "note")
    start = {name: getattr(found, name) for name in names}
    form = SettingForm(request.POST or None, is_new=False, initial=start)
    back = _settings_url(found.plan)
    if request.method == "POST" and done(form, lambda: _keep_setting(found, form, request)):
        messages.success(request, "参数已删除。" if "remove" in request.POST else "参数已存下。")
        return redirect(back)
    return _page(request, year, f"参数：{found}", form, back, plan=found.plan)


def _keep_setting(found: RuleSetting, form: BaseForm, request: UserRequest) -> None:
    if "remove" in request.POST:
        editing.remove_setting(setting=found, actor=request.user)
    else:
        editing.edit_setting(setting=found, values=form.cleaned_data, actor=request.user)


# --- score sheets -----------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def sheets(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    plan = draft(request, year, public_id)
    forms = _sheet_forms(request, plan, {"mode": "points"}, [], [])
    if request.method == "POST" and _kept_sheet(
        forms, lambda values: editing.add_sheet(plan=plan, values=values, actor=request.user)
    ):
        messages.success(request, "评分表已加。")
        return redirect("workplans:sheets", year=year, public_id=public_id)
    found = plan.sheets.prefetch_related("items", "bands")
    context = {"year": year, "plan": plan, "sheets": found, **forms}
    return render_page(request, "workplans/sheets.html", context, _status(forms))


@login_required
@require_http_methods(["GET", "POST"])
def sheet(request: UserRequest, year: int, pk: int) -> HttpResponse:
    found = get_object_or_404(selectors.draft_sheets(request.user), pk=pk, plan__fiscal_year=year)
    if "remove" in request.POST:
        return _removed_sheet(request, found)
    row = exporting.sheet_row(found).model_dump()
    forms = _sheet_forms(request, found.plan, row, row["items"], row["bands"])
    if request.method == "POST" and _kept_sheet(
        forms, lambda values: editing.edit_sheet(sheet=found, values=values, actor=request.user)
    ):
        messages.success(request, "评分表已存下。")
        return redirect("workplans:sheets", year=year, public_id=found.plan.public_id)
    context = {"year": year, "plan": found.plan, "sheet": found, **forms}
    return render_page(request, "workplans/sheet.html", context, _status(forms))


def _removed_sheet(request: UserRequest, found: ScoreSheet) -> HttpResponse:
    editing.remove_sheet(sheet=found, actor=request.user)
    messages.success(request, "评分表已删除。")
    return redirect("workplans:sheets", year=found.plan.fiscal_year, public_id=found.plan.public_id)


def _sheet_forms(
    request: UserRequest, plan: Plan, head: Any, items: list[Any], bands: list[Any]
) -> dict[str, Any]:
    """The head, the criteria and the grades of a sheet, as one form."""
    data = request.POST if request.method == "POST" else None
    return {
        "form": SheetForm(data, initial=head),
        "items": rows.row_set(rows.ItemLine, data, items, prefix="item", plan=plan),
        "bands": rows.row_set(rows.BandLine, data, bands, prefix="band", plan=plan),
    }


def _kept_sheet(forms: dict[str, Any], act: Any) -> bool:
    """Whether the three are filled well and the act was done."""
    form, items, bands = forms["form"], forms["items"], forms["bands"]
    if not all([form.is_valid(), items.is_valid(), bands.is_valid()]):
        return False
    values = {**form.cleaned_data, "items": items.rows(), "bands": bands.rows()}
    if values["pass_mark"] is None:
        del values["pass_mark"]
    try:
        act(values)
    except RuleError as error:
        field = error.data.get("field")
        if field in ("items", "bands"):
            forms[str(field)].non_form_errors().append(str(error))
        else:
            lay(form, error)
        return False
    return True


def _status(forms: dict[str, Any]) -> int:
    lists = (forms["items"], forms["bands"])
    bad = forms["form"].errors or any(one.is_bound and one.has_faults for one in lists)
    return 422 if forms["form"].is_bound and bad else 200


def _page(
    request: UserRequest,
    year: int,
    title: str,
    form: BaseForm,
    back: str,
    plan: Plan | None = None,
) -> HttpResponse:
    context = {"year": year, "plan": plan, "title": title, "form": form, "verb": "存下"}
    is_new = title.startswith("加")
    return render_page(
        request, "workplans/edit_form.html", context | {"back": back, "may_remove": not is_new}
    )
