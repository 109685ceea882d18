"""Days off and make-up working days: a year as a calendar, entered and corrected."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from apps.core.days import FIRST_DAY, LAST_DAY
from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.rules.errors import RuleError
from apps.workplans import calendar_screen, permissions, services
from apps.workplans.forms import AnnounceForm, DayOffForm


def _page(request: UserRequest, year: int, **more: Any) -> HttpResponse:
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        raise Http404
    context = {
        "year": year,
        "screen": calendar_screen.screen(year, request.user),
        "may_keep": permissions.may_keep_calendar(request.user),
        "previous": year - 1 if year > FIRST_DAY.year else None,
        "next": year + 1 if year < LAST_DAY.year else None,
        "announce_form": AnnounceForm(initial={"year": year}, auto_id="announce-%s"),
        "day_form": DayOffForm(auto_id="day-%s"),
        **more,
    }
    return render_page(request, "workplans/holidays.html", context)


def _demand_right(request: UserRequest) -> None:
    if not permissions.may_keep_calendar(request.user):
        raise PermissionDenied("只有本系统最上一级的计划管理员可以改节假日。")


@login_required
@require_safe
def holidays(request: UserRequest, year: int) -> HttpResponse:
    return _page(request, year)


@login_required
@require_POST
def announce_year(request: UserRequest, year: int) -> HttpResponse:
    _demand_right(request)
    form = AnnounceForm(request.POST, auto_id="announce-%s")
    is_check = request.POST.get("step") != "save"
    if form.is_valid():
        try:
            days = services.announce_year(actor=request.user, dry_run=is_check, **form.cleaned_data)
        except RuleError as error:
            form.add_error("text", str(error))
        else:
            if is_check:
                return _page(request, year, announce_form=form, checked=days)
            told = form.cleaned_data["year"]
            messages.info(request, f"{told}年放假安排已登记，按节假日顺延的截止日随即调整。")
            return redirect("workplans:holidays", year=told)
    return _page(request, year, announce_form=form, form=form)


@login_required
@require_POST
def set_day(request: UserRequest, year: int) -> HttpResponse:
    _demand_right(request)
    form = DayOffForm(request.POST, auto_id="day-%s")
    if form.is_valid():
        try:
            _change(request, **form.cleaned_data)
        except RuleError as error:
            form.add_error("on", str(error))
        else:
            messages.info(request, f"{form.cleaned_data['on']}已改，受影响的截止日随即调整并通知。")
            return redirect("workplans:holidays", year=form.cleaned_data["on"].year)
    return _page(request, year, day_form=form, form=form)


def _change(request: UserRequest, *, works: str, name: str, **told: Any) -> None:
    if works == "reset":
        services.reset_day(actor=request.user, **told)
    else:
        services.set_day(actor=request.user, is_workday=works == "work", name=name, **told)


@login_required
@require_POST
def load_holidays(request: UserRequest, year: int) -> HttpResponse:
    n_years = services.load_years(actor=request.user)
    text = f"载入{n_years}年的放假安排。" if n_years else "没有新的年份。"
    messages.info(request, text)
    return redirect("workplans:holidays", year=year)
