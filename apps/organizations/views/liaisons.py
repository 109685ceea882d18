"""联络员: who speaks for which unit, which unit has nobody (B-33)."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import Page, page_of
from apps.core.uploads import XLSX_TYPE
from apps.jobs.models import Job
from apps.jobs.tasks import run_job
from apps.organizations import liaison_list, permissions, selectors, services
from apps.organizations.forms import LiaisonFilter, LiaisonForm
from apps.organizations.models import Liaison, Unit
from apps.rules.errors import RuleError


@login_required
@require_safe
def liaisons(request: UserRequest) -> HttpResponse:
    form, user = LiaisonFilter(request.GET), request.user
    text, which = form.chosen()
    page = _page(request, text, which)
    context = {
        "filter": form,
        "which": which,
        "page": page,
        "counts": selectors.liaison_counts(user, text),
        "kept": selectors.kept_among(user, page.rows),
        "may_register": bool(selectors.units_offered(user, "")),
        "tabs": permissions.tabs(user),
    }
    return render_page(request, "organizations/liaisons.html", context)


def _page(request: UserRequest, text: str, which: str) -> Page[Unit] | Page[Liaison]:
    """The officers in the order of their units, or the units that have none."""
    if which == "without":
        return page_of(request, selectors.units_without(request.user, text), "code")
    rows = selectors.liaisons_seen(request.user, text, also_past=which == "all")
    return page_of(request, rows, "unit__code")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_liaison(request: UserRequest) -> HttpResponse:
    if not selectors.units_to_register_for(request.user).exists():
        raise PermissionDenied("联络员由本单位填报员、负责人或计划管理员登记。")
    asked = request.POST.get("unit", "") or request.GET.get("unit", "")
    units = selectors.units_offered(request.user, asked)
    if not units:
        return redirect(f"{reverse('organizations:liaisons')}?which=without")
    form = LiaisonForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        try:
            made = services.register_liaison(actor=request.user, **form.cleaned_data)
            messages.success(request, f"已登记{made.unit}的联络员{made.name}。")
            return redirect("organizations:liaisons")
        except RuleError as error:
            form.add_error(form.field_of(error.code), str(error))
    return render_page(request, "organizations/new_liaison.html", {"form": form})


@login_required
@require_POST
def end_liaison(request: UserRequest, public_id: UUID) -> HttpResponse:
    seen = Liaison.objects.visible_to(request.user).select_related("unit__jurisdiction", "user")
    held = get_object_or_404(seen, public_id=public_id)
    services.end_liaison(actor=request.user, liaison=held)
    messages.success(request, f"{held.name}不再是{held.unit}的联络员。")
    return redirect("organizations:liaisons")


@login_required
@require_POST
def export_liaisons(request: UserRequest) -> HttpResponse:
    text, _ = LiaisonFilter(request.POST).chosen()
    made = liaison_list.export(actor=request.user, text=text)
    if isinstance(made, Job):
        run_job.delay_on_commit(made.pk)
        return redirect("jobs:detail", made.public_id)
    response = HttpResponse(made, content_type=XLSX_TYPE)
    name = quote(liaison_list.NAME)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response
