"""Log-in, log-out, re-login in place, one-time links."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.http import UserRequest
from apps.organizations import entrance, services
from apps.organizations.forms import LoginForm, NewPasswordForm
from apps.organizations.middleware import ENDED, MINE, typed_fields
from apps.organizations.models import User
from apps.organizations.services import access
from apps.organizations.sessions import ENDED_USER
from apps.rules.errors import RuleError

TOO_MANY = ("login_locked", "login_address", "busy")


def local_path(request: HttpRequest, wanted: str) -> str:
    """The wanted path when it lies in this system, else the home page (TRUST C06)."""
    plain = wanted.startswith("/") and wanted.isprintable() and "\\" not in wanted
    host = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(wanted, host, require_https=request.is_secure())
    return wanted if plain and safe else "/"


def _status(error: RuleError) -> int:
    return 429 if error.code in TOO_MANY else 422


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    to = local_path(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method != "POST" and request.user.is_authenticated:
        return redirect(to)
    form, status = LoginForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            services.log_in(request=request, **form.cleaned_data)
            return redirect(to)
        except RuleError as error:
            form.add_error("password", str(error))
            status = _status(error)
    return render(request, "organizations/login.html", _context(request, form, to), status=status)


def _context(request: HttpRequest, form: LoginForm, to: str) -> dict[str, object]:
    return {
        "form": form,
        "next": to,
        "notice": ENDED if request.GET.get("expired") == "1" else "",
        "plan_lines": entrance.plan_lines(),
        "bureau": entrance.bureau(),
        "demo_people": entrance.demo_people(),
    }


@login_required
@require_POST
def log_out(request: UserRequest) -> HttpResponse:
    services.log_out(request=request, actor=request.user)
    response = redirect("organizations:login")
    response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    return response


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def relogin(request: HttpRequest) -> HttpResponse:
    form, status = LoginForm(request.POST or None, initial={"username": _ended_name(request)}), None
    if request.method == "POST" and form.is_valid():
        try:
            person = services.log_in_again(request=request, **form.cleaned_data)
            return JsonResponse({"csrf": get_token(request), "person": str(person.public_id)})
        except RuleError as error:
            form.add_error("password", str(error))
            status = _status(error)
    context = {"form": form, "notice": ENDED}
    return render(request, "organizations/_relogin.html", context, status=status)


def _ended_name(request: HttpRequest) -> str:
    """The account whose session ended in this browser; nobody else's name is told."""
    ended = request.session.get(ENDED_USER)
    person = User.objects.filter(pk=ended).first() if ended else None
    return person.username if person else ""


@sensitive_post_parameters(f"{MINE}password")
@require_POST
def resume(request: HttpRequest) -> HttpResponse:
    to = local_path(request, request.POST.get(f"{MINE}to", ""))
    context: dict[str, object] = {"fields": typed_fields(request), "to": to}
    form = LoginForm(request.POST, prefix=MINE.rstrip("-"))
    try:
        if not form.is_valid():
            raise RuleError("账号和密码都要填。请重新输入。", code="login_empty")
        services.log_in_again(request=request, **form.cleaned_data)
    except RuleError as error:
        context |= {"error": str(error), "username": request.POST.get(f"{MINE}username", "")}
        return render(request, "organizations/expired.html", context, status=_status(error))
    return render(request, "organizations/resumed.html", context)


@sensitive_post_parameters("new", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    found = access.living_link(token)
    form = NewPasswordForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.redeem_link(token=token, new=form.cleaned_data["new"])
            return redirect("organizations:login")
        except RuleError as error:
            form.add_error(None, str(error))
    context = {"form": form, "person": found.user if found else None}
    status = 410 if found is None else 422 if form.errors else 200
    return render(request, "organizations/link.html", context, status=status)
