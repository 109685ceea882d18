"""Accounts for the system administrator, rights and locks for the security administrator."""

from __future__ import annotations

from typing import Any
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
from apps.organizations import links, permissions, selectors, services
from apps.organizations.forms import GrantForm, PersonForm, ReasonForm, SearchForm
from apps.organizations.models import Membership, Role, User
from apps.rules.errors import RuleError

FORM = ["GET", "HEAD", "POST"]


def _person(request: UserRequest, public_id: UUID) -> User:
    if not permissions.may_see_people(request.user):
        raise PermissionDenied("人员由系统管理员和安全管理员管理。")
    return get_object_or_404(User.objects.looked_after_by(request.user), public_id=public_id)


@login_required
@require_safe
def list_people(request: UserRequest) -> HttpResponse:
    if not permissions.may_see_people(request.user):
        raise PermissionDenied("人员由系统管理员和安全管理员管理。")
    form = SearchForm(request.GET)
    page = selectors.people_page(request.user, form.wanted(), request.GET.get("after", ""))
    context = {
        "form": form,
        "page": page,
        "may_create": page.may_create,
        "tabs": permissions.tabs(request.user),
    }
    return render_page(request, "organizations/people.html", context)


@login_required
@require_http_methods(FORM)
def new_person(request: UserRequest) -> HttpResponse:
    place = selectors.served_jurisdiction(request.user, Role.SYS_ADMIN)
    if place is None:
        raise PermissionDenied("账号由系统管理员建立。")
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = services.create_person(
                actor=request.user, jurisdiction=place, **form.cleaned_data
            )
            return redirect("organizations:person", person.public_id)
        except RuleError as error:
            form.add_error("username", str(error))
    return render_page(request, "organizations/new_person.html", {"form": form})


@login_required
@require_safe
def person(request: UserRequest, public_id: UUID) -> HttpResponse:
    found = _person(request, public_id)
    return render_page(request, "organizations/person.html", _context(request, found))


def _context(request: UserRequest, found: User, **more: Any) -> dict[str, Any]:
    place = selectors.served_jurisdiction(request.user, Role.SYS_ADMIN, Role.SEC_ADMIN)
    return {
        "page": selectors.person_page(request.user, found),
        "grant_form": GrantForm(jurisdiction=place),
        "reason_form": ReasonForm(),
        **more,
    }


@login_required
@require_POST
def grant(request: UserRequest, public_id: UUID) -> HttpResponse:
    found = _person(request, public_id)
    place = selectors.served_jurisdiction(request.user, Role.SEC_ADMIN)
    if place is None:
        raise PermissionDenied("授权由安全管理员办理。")
    form = GrantForm(request.POST, jurisdiction=place)
    if form.is_valid():
        try:
            services.grant(actor=request.user, user=found, jurisdiction=place, **form.cleaned_data)
            return redirect("organizations:person", public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    context = _context(request, found, grant_form=form, form=form)
    return render_page(request, "organizations/person.html", context)


@login_required
@require_POST
def end_membership(request: UserRequest, pk: int) -> HttpResponse:
    reach = Membership.objects.filter(user__in=User.objects.looked_after_by(request.user))
    held = get_object_or_404(reach.select_related("user", "unit", "section", "jurisdiction"), pk=pk)
    services.end_membership(actor=request.user, membership=held)
    return redirect("organizations:person", held.user.public_id)


@login_required
@require_POST
def switch(request: UserRequest, public_id: UUID) -> HttpResponse:
    found = _person(request, public_id)
    form = ReasonForm(request.POST)
    if form.is_valid():
        act = services.disable if found.is_active else services.enable
        act(actor=request.user, person=found, reason=form.cleaned_data["reason"])
        return redirect("organizations:person", public_id)
    context = _context(request, found, reason_form=form, form=form)
    return render_page(request, "organizations/person.html", context)


@login_required
@require_POST
def issue_link(request: UserRequest, public_id: UUID) -> HttpResponse:
    found = _person(request, public_id)
    token = services.issue_link(actor=request.user, person=found)
    context = _context(request, found, link=links.absolute(token))
    return render_page(request, "organizations/person.html", context)


@login_required
@require_POST
def opening_links(request: UserRequest) -> HttpResponse:
    place = selectors.served_jurisdiction(request.user, Role.SYS_ADMIN)
    if place is None:
        raise PermissionDenied("开户链接由系统管理员发。")
    made = services.issue_opening_links(actor=request.user, jurisdiction=place)
    return links.workbook_response(made)


@login_required
@require_safe
def locked(request: UserRequest) -> HttpResponse:
    if not permissions.may_unlock(request.user):
        raise PermissionDenied("锁定的账号由安全管理员处理。")
    context = {"rows": selectors.locked_names(), "tabs": permissions.tabs(request.user)}
    return render_page(request, "organizations/locked.html", context)


@login_required
@require_POST
def unlock(request: UserRequest) -> HttpResponse:
    services.unlock(actor=request.user, key=request.POST.get("key", "")[:120])
    messages.success(request, "已解锁。")
    return redirect(reverse("organizations:locked"))
