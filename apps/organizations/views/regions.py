"""The regions right below."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.organizations import permissions, selectors, services
from apps.organizations.forms import RegionForm
from apps.organizations.views.places import FORM, READERS, _place
from apps.rules.errors import RuleError


@login_required
@require_http_methods(FORM)
def regions(request: UserRequest) -> HttpResponse:
    place = _place(request, *READERS)
    form = RegionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = services.register_region(actor=request.user, above=place, **form.cleaned_data)
            messages.success(request, f"已登记{kept}，财政部门是{kept.bureau}。")
            return redirect("organizations:regions")
        except RuleError as error:
            form.add_error(error.code if error.code in form.fields else None, str(error))
    context = {
        "form": form,
        "place": place,
        "rows": selectors.regions_below(place),
        "may_edit": permissions.may_manage_units(request.user, place),
        "tabs": permissions.tabs(request.user),
    }
    return render_page(request, "organizations/regions.html", context)
