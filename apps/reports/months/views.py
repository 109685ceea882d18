"""计划日历: a month of deadlines as a page that prints."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.reports.months import month
from apps.workplans import selectors


@login_required
@require_safe
def calendar(request: UserRequest, year: int) -> HttpResponse:
    month.demand_year(year)
    user, of = request.user, month.chosen_side(request.user, request.GET.get("of", ""))
    plan = selectors.visible_plan(user, year, request.GET.get("region", ""))
    first = month.chosen_month(request.GET.get("month", ""), year)
    context = {
        "year": year,
        "plan": plan,
        "of": of,
        "has_own": month.has_own(user),
        "month": month.month_of(user, year, first, of, plan),
    }
    return render_page(request, "reports/calendar.html", context)
