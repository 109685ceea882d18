"""Decisions about money: the year's list and its workbook, a proposal, one decision."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import page_of
from apps.core.uploads import XLSX_TYPE
from apps.rectification import (
    decision_book,
    decision_screen,
    permissions,
    selectors,
    services,
)
from apps.rectification.forms import (
    ApprovalForm,
    DecisionFilter,
    ProposalForm,
    RefusalForm,
    ReversalForm,
)
from apps.rectification.law import law_of
from apps.rectification.models import PaymentDecision
from apps.rectification.services.deciding import NOT_YOURS
from apps.rules.errors import RuleError


class Button(NamedTuple):
    """One act of the page: its word, its form, its service, what is said once it is done."""

    word: str
    form: Callable[..., Form]
    service: Callable[..., PaymentDecision]
    done: str


ACTS = {
    decision_screen.APPROVE: Button(
        "批准", ApprovalForm, services.approve_decision, "已批准，已通知单位和预算科。"
    ),
    decision_screen.REFUSE: Button(
        "不批准", RefusalForm, services.refuse_decision, "未批准，已通知提出人。"
    ),
    decision_screen.REVERSE: Button(
        "恢复、撤销", ReversalForm, services.reverse_decision, "已提出，待批准。"
    ),
}


def _filter(request: UserRequest, year: int, data: Any) -> DecisionFilter:
    user = request.user
    kinds, units = selectors.kinds_decided(user, year), selectors.units_decided(user, year)
    return DecisionFilter(data, kinds=kinds, units=units)


@login_required
@require_safe
def listed(request: UserRequest, year: int) -> HttpResponse:
    form = _filter(request, year, request.GET)
    rows = selectors.decisions(request.user, year, form.asked())
    page = page_of(request, rows, "id", descending=True)
    context = {"year": year, "filter": form, "page": page}
    return render_page(request, "rectification/decisions.html", context)


@login_required
@require_POST
def export(request: UserRequest, year: int) -> HttpResponse:
    form = _filter(request, year, request.POST)
    form.demand_valid()
    made = decision_book.export(actor=request.user, year=year, asked=form.asked())
    response = HttpResponse(made, content_type=XLSX_TYPE)
    name = quote(decision_book.name_of(year))
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@login_required
@require_http_methods(["GET", "POST"])
def propose(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    rows = selectors.shown(request.user).filter(fiscal_year=year)
    found = get_object_or_404(rows, public_id=public_id)
    if not permissions.may_propose(request.user, found):
        raise PermissionDenied(NOT_YOURS)
    law = law_of(found.jurisdiction, year)
    form = ProposalForm(request.POST or None, kinds=law.kinds)
    if request.method == "POST" and form.is_valid():
        asked = form.proposed()
        try:
            made = services.propose_decision(problem=found, actor=request.user, proposed=asked)
            messages.info(request, f"已提出，待{law.approver.label}批准。")
            return redirect("rectification:payment_decision", year, made.public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    context = {"year": year, "problem": found, "form": form, "law": law}
    return render_page(request, "rectification/propose.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def decision(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    rows = selectors.decisions_shown(request.user).filter(fiscal_year=year)
    found = get_object_or_404(rows, public_id=public_id)
    if request.method == "GET":
        return _page(request, found)
    act = request.POST.get("act", "")
    if act not in ACTS:
        raise RuleError("没有这个按钮，请刷新页面。", code="decision.act")
    form = ACTS[act].form(request.POST, auto_id=f"{act}_%s")
    if form.is_valid():
        try:
            made = ACTS[act].service(decision=found, actor=request.user, **form.cleaned_data)
            messages.info(request, ACTS[act].done)
            return redirect("rectification:payment_decision", year, made.public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return _page(request, found, act, form)


def _page(
    request: UserRequest, found: PaymentDecision, act: str = "", bound: Form | None = None
) -> HttpResponse:
    shown = decision_screen.build(found, request.user)
    buttons = [
        (code, button.word, bound if code == act else button.form(auto_id=f"{code}_%s"))
        for code, button in ACTS.items()
        if code in shown.acts or (bound is not None and code == act)
    ]
    context = {
        "year": found.fiscal_year,
        "screen": shown,
        "buttons": buttons,
        "form": bound,
        "act": act,
    }
    return render_page(request, "rectification/decision.html", context)
