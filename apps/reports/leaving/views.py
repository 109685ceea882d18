"""人员交接: what a leaver has in hand, and the step that hands it over."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.organizations import permissions, services
from apps.organizations import selectors as people
from apps.organizations.models import Role, User
from apps.reports.leaving.forms import HandOverPersonForm
from apps.reports.leaving.in_hand import in_hand
from apps.rules.errors import RuleError


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: UserRequest, public_id: UUID) -> HttpResponse:
    if not permissions.may_see_people(request.user):
        raise PermissionDenied("人员由系统管理员和安全管理员管理。")
    rows = User.objects.looked_after_by(request.user)
    person = get_object_or_404(rows, public_id=public_id)
    may_act = people.has_role(request.user, Role.SEC_ADMIN) and request.user.pk != person.pk
    if request.method == "POST" and not may_act:
        raise PermissionDenied("人员交接由安全管理员办理。")
    held = in_hand(person)
    form = HandOverPersonForm(request.POST or None, person=person, held=held)
    if request.method == "POST" and form.is_valid() and _done(request, form):
        return redirect("organizations:person", public_id)
    context = {"person": person, "held": held, "form": form, "may_act": may_act}
    return render_page(request, "reports/hand_over.html", context)


def _done(request: UserRequest, form: HandOverPersonForm) -> bool:
    """Whether the hand-over was made; a refusal stands in the form."""
    change = form.change()
    try:
        services.hand_over_person(
            actor=request.user,
            change=change,
            seats=form.chosen("seats"),
            posts=form.chosen("posts"),
        )
    except RuleError as error:
        form.add_error(form.field_of(error.code), str(error))
        return False
    messages.success(request, f"已交接给{change.to}。" if change.to else "已结束，没有人接手。")
    return True
