"""My account: what I may do, password, sessions, tokens, deputies."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import clock
from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.organizations import passwords, permissions, selectors, services
from apps.organizations.forms import DeputyForm, HandOverForm, PasswordForm, TokenForm
from apps.organizations.models import Membership
from apps.rules.errors import RuleError

FORM = ["GET", "HEAD", "POST"]


@login_required
@require_safe
def account(request: UserRequest) -> HttpResponse:
    context = selectors.account_page(request.user)
    return render_page(request, "organizations/account.html", {"page": context})


@login_required
@sensitive_post_parameters("current", "new", "again")
@require_http_methods(FORM)
def password(request: UserRequest) -> HttpResponse:
    form = PasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.change_password(
                request=request, actor=request.user, current=data["current"], new=data["new"]
            )
            messages.success(request, "密码已换，其他地方的登录已结束。")
            return redirect("organizations:account")
        except RuleError as error:
            form.add_error("new" if error.code == "password" else "current", str(error))
    context = {"form": form, "is_forced": passwords.must_change(request.user, clock.now())}
    return render_page(request, "organizations/password.html", context)


@login_required
@require_POST
def end_sessions(request: UserRequest) -> HttpResponse:
    services.end_other_sessions(request=request, actor=request.user)
    messages.success(request, "其他地方的登录已结束，只留这一处。")
    return redirect("organizations:account")


@login_required
@require_http_methods(FORM)
def tokens(request: UserRequest) -> HttpResponse:
    form, text = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            _, text = services.make_token(actor=request.user, **form.cleaned_data)
            form = TokenForm()
        except RuleError as error:
            form.add_error(None, str(error))
    rows = request.user.tokens.order_by("-created_at", "-id")
    context = {"form": form, "text": text, "tokens": rows}
    return render_page(request, "organizations/tokens.html", context)


@login_required
@require_POST
def revoke(request: UserRequest, public_id: UUID) -> HttpResponse:
    token = get_object_or_404(request.user.tokens, public_id=public_id)
    services.revoke_token(actor=request.user, token=token)
    return redirect("organizations:tokens")


@login_required
@require_http_methods(FORM)
def deputy(request: UserRequest, pk: int) -> HttpResponse:
    held = _within_reach(request, pk)
    form = DeputyForm(request.POST or None, membership=held)
    if request.method == "POST" and form.is_valid():
        try:
            services.appoint_deputy(actor=request.user, membership=held, **form.cleaned_data)
            messages.success(request, f"已指定{form.cleaned_data['user']}代办。")
            return redirect("organizations:account")
        except RuleError as error:
            form.add_error(None, str(error))
    context = {"form": form, "membership": held, "label": selectors.membership_label(held)}
    return render_page(request, "organizations/deputy.html", context)


@login_required
@require_http_methods(FORM)
def hand_over(request: UserRequest, pk: int) -> HttpResponse:
    held = _within_reach(request, pk)
    form = HandOverForm(request.POST or None, membership=held)
    if request.method == "POST" and form.is_valid():
        try:
            services.hand_over(actor=request.user, membership=held, **form.cleaned_data)
            messages.success(request, f"已交接给{form.cleaned_data['to']}。草稿和退回都在原处。")
            return redirect("organizations:account")
        except RuleError as error:
            form.add_error(None, str(error))
    context = {"form": form, "membership": held, "label": selectors.membership_label(held)}
    return render_page(request, "organizations/hand_over.html", context)


def _within_reach(request: UserRequest, pk: int) -> Membership:
    """The membership when the user may lend it or hand it over; else as if missing."""
    related = ("user", "unit", "section", "jurisdiction")
    held = get_object_or_404(Membership.objects.select_related(*related), pk=pk)
    if not permissions.may_appoint_deputy(request.user, held):
        raise Http404
    return held
