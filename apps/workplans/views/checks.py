"""智能审核: what a draft makes of the checks of the target form."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.rules.target_checks import CODES
from apps.workplans import checks_screen
from apps.workplans.forms.checks import CheckForm
from apps.workplans.forms.faults import done
from apps.workplans.services import editing
from apps.workplans.views.doors import draft, visible


@login_required
@require_safe
def checks_in_force(request: UserRequest, year: int) -> HttpResponse:
    plan = visible(request, year)
    lines = checks_screen.check_lines(plan)
    context = {"year": year, "plan": plan, "lines": lines, "n_own": checks_screen.n_own(lines)}
    return render_page(request, "workplans/checks.html", context)


@login_required
@require_safe
def checks(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    plan = draft(request, year, public_id)
    lines = checks_screen.check_lines(plan)
    context = {"year": year, "plan": plan, "lines": lines, "n_own": checks_screen.n_own(lines)}
    return render_page(request, "workplans/checks.html", context | {"is_draft": True})


@login_required
@require_http_methods(["GET", "POST"])
def check_setting(request: UserRequest, year: int, public_id: UUID, code: str) -> HttpResponse:
    plan = draft(request, year, public_id)
    if code not in CODES:
        raise Http404
    line = checks_screen.check_line(plan, code)
    form = CheckForm(request.POST if request.method == "POST" else None, line=line)
    back = reverse("workplans:checks", args=[year, public_id])
    if request.method == "POST" and done(
        form,
        lambda: editing.edit_check(plan=plan, code=code, values=form.values(), actor=request.user),
    ):
        messages.success(request, f"“{line.check.title}”已存下。")
        return redirect(f"{back}#{code}")
    context = {"year": year, "plan": plan, "line": line, "form": form, "back": f"{back}#{code}"}
    return render_page(request, "workplans/check_setting.html", context)
