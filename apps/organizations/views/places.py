"""Units, sections and routes."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.organizations import permissions, selectors, services
from apps.organizations.forms import RouteForm, SearchForm, SectionForm, UnitForm
from apps.organizations.models import Jurisdiction, Role, Section, SectionRoute, Unit
from apps.organizations.services.places import UnitData
from apps.rules.errors import RuleError

FORM = ["GET", "HEAD", "POST"]
READERS = (Role.SYS_ADMIN, Role.SEC_ADMIN, Role.PLAN_ADMIN)


def _place(request: UserRequest, *wanted: str) -> Jurisdiction:
    place = selectors.served_jurisdiction(request.user, *wanted)
    if place is None:
        raise PermissionDenied("单位和科室由管理员查看，由系统管理员维护。")
    return place


@login_required
@require_safe
def list_units(request: UserRequest) -> HttpResponse:
    _place(request, *READERS)
    form = SearchForm(request.GET)
    page = selectors.units_page(request.user, form.wanted(), request.GET.get("after", ""))
    context = {"form": form, "page": page, "tabs": permissions.tabs(request.user)}
    return render_page(request, "organizations/units.html", context)


@login_required
@require_http_methods(FORM)
def new_unit(request: UserRequest) -> HttpResponse:
    place = _place(request, Role.SYS_ADMIN)
    form = UnitForm(request.POST or None, jurisdiction=place)
    if request.method == "POST" and form.is_valid():
        data = dict(form.cleaned_data)
        code = data.pop("code")
        try:
            services.create_unit(
                actor=request.user, jurisdiction=place, code=code, data=UnitData(**data)
            )
            return redirect("organizations:units")
        except RuleError as error:
            form.add_error("parent" if error.code == "parent" else "code", str(error))
    return render_page(request, "organizations/unit.html", {"form": form, "unit": None})


@login_required
@require_http_methods(FORM)
def unit(request: UserRequest, public_id: UUID) -> HttpResponse:
    place = _place(request, *READERS)
    seen = Unit.objects.visible_to(request.user).filter(jurisdiction=place)
    reach = seen.select_related("parent", "jurisdiction")
    found = get_object_or_404(reach, public_id=public_id)
    form = UnitForm(request.POST or None, jurisdiction=place, unit=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_unit(actor=request.user, unit=found, data=UnitData(**form.cleaned_data))
            messages.success(request, f"已保存{found.code}。")
            return redirect("organizations:units")
        except RuleError as error:
            form.add_error(None, str(error))
    may_edit = permissions.may_manage_units(request.user, place)
    context = {"form": form, "unit": found, "may_edit": may_edit}
    return render_page(request, "organizations/unit.html", context)


@login_required
@require_http_methods(FORM)
def sections(request: UserRequest) -> HttpResponse:
    place = _place(request, *READERS)
    form = SectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.create_section(actor=request.user, jurisdiction=place, **form.cleaned_data)
            return redirect("organizations:sections")
        except RuleError as error:
            form.add_error(None, str(error))
    return _sections_page(request, place, form, RouteForm(jurisdiction=place))


def _sections_page(
    request: UserRequest, place: Jurisdiction, form: SectionForm, route_form: RouteForm
) -> HttpResponse:
    context = {
        "page": selectors.sections_page(request.user, place),
        "section_form": form,
        "route_form": route_form,
        "form": form if form.is_bound else route_form,
        "tabs": permissions.tabs(request.user),
    }
    return render_page(request, "organizations/sections.html", context)


@login_required
@require_http_methods(FORM)
def section(request: UserRequest, public_id: UUID) -> HttpResponse:
    place = _place(request, Role.SYS_ADMIN)
    reach = Section.objects.filter(jurisdiction=place).select_related("jurisdiction")
    found = get_object_or_404(reach, public_id=public_id)
    form = SectionForm(request.POST or None, section=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.rename_section(actor=request.user, section=found, **form.cleaned_data)
            return redirect("organizations:sections")
        except RuleError as error:
            form.add_error(None, str(error))
    return render_page(request, "organizations/section.html", {"form": form, "section": found})


@login_required
@require_POST
def add_route(request: UserRequest) -> HttpResponse:
    place = _place(request, Role.SYS_ADMIN)
    form = RouteForm(request.POST, jurisdiction=place)
    if form.is_valid():
        try:
            services.set_route(actor=request.user, **form.cleaned_data)
            return redirect("organizations:sections")
        except RuleError as error:
            form.add_error(None, str(error))
    return _sections_page(request, place, SectionForm(), form)


@login_required
@require_POST
def remove_route(request: UserRequest, pk: int) -> HttpResponse:
    place = _place(request, Role.SYS_ADMIN)
    reach = SectionRoute.objects.filter(jurisdiction=place).select_related("jurisdiction")
    services.remove_route(actor=request.user, route=get_object_or_404(reach, pk=pk))
    return redirect("organizations:sections")
