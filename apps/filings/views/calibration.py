"""Reviewers compared on a sheet; one filing scored a second time."""

from __future__ import annotations

from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.uploads import XLSX_TYPE
from apps.filings import calibration_book, permissions, review_screen
from apps.filings.calibration_forms import OpinionForm, SecondForm
from apps.filings.models import SecondScore
from apps.filings.selectors import calibration as selectors
from apps.filings.services import calibration
from apps.filings.stages import hooks_for
from apps.filings.views.reviewing import marks_of
from apps.rules.errors import RuleError
from apps.workplans.models import ScoreSheet

MOST = 200  # reviews offered to be scored again, the newest
NOT_YOURS = "打分校准由绩效科和局领导查看。"


def _sheet(request: UserRequest, year: int, code: str) -> ScoreSheet | None:
    """The sheet that is named among those that were scored on, else the first; 403 for others."""
    if not selectors.may_compare(request.user):
        raise PermissionDenied(NOT_YOURS)
    rows = selectors.sheets(request.user, year)
    named = (
        rows.filter(pk=int(code)) if code.isascii() and code.isdigit() and len(code) < 10 else rows
    )
    return named.first() or rows.first()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def compare(request: UserRequest, year: int) -> HttpResponse:
    sheet = _sheet(request, year, request.GET.get("sheet", ""))
    told = request.POST if request.method == "POST" else None
    offered = sheet if told is None or "sheet" in request.GET else None
    reviews = selectors.may_be_asked(request.user, year, offered)[:MOST]
    form = SecondForm(told, reviews=reviews, scorers=selectors.scorers_in(request.user))
    if request.method == "POST" and form.is_valid():
        try:
            second = calibration.ask_second(actor=request.user, **form.meant())
            messages.info(request, f"已请{second.scorer}再打分，已通知。")
            return redirect(f"{request.path}?sheet={sheet.pk if sheet else ''}")
        except RuleError as error:
            form.add_error(None, str(error))
    context = {
        "year": year,
        "sheets": selectors.sheets(request.user, year),
        "told": selectors.compared(request.user, year, sheet) if sheet else None,
        "form": form,
    }
    return render_page(request, "filings/calibration.html", context)


@login_required
@require_POST
def export_calibration(request: UserRequest, year: int) -> HttpResponse:
    sheet = _sheet(request, year, request.POST.get("sheet", ""))
    if sheet is None:
        raise RuleError("今年还没有打过分，没有可以导出的。", code="calibration.none")
    made = calibration_book.export(actor=request.user, year=year, sheet=sheet)
    response = HttpResponse(made, content_type=XLSX_TYPE)
    name = quote(calibration_book.name_of(sheet))
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


@login_required
@require_http_methods(["GET", "POST"])
def second_score(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    rows = selectors.second_scores(request.user).filter(review__revision__filing__fiscal_year=year)
    second = get_object_or_404(rows, public_id=public_id)
    form = OpinionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            marks = marks_of(request.POST)
            actor = request.user
            calibration.give_second(second=second, actor=actor, marks=marks, **form.cleaned_data)
            messages.info(request, "已打分。下面是两次打分的对照。")
            return redirect("filings:second_score", year=year, public_id=public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return _second_page(request, second, form)


def _second_page(request: UserRequest, second: SecondScore, form: OpinionForm) -> HttpResponse:
    revision = second.review.revision
    hooks = hooks_for(revision.filing.kind)
    posted = request.POST if request.method == "POST" else None
    is_mine = permissions.may_score_again(request.user, second) and second.scored_at is None
    context = {
        "year": revision.filing.fiscal_year,
        "second": second,
        "title": hooks.title,
        "diff": hooks.diff(None, revision),
        "judged": review_screen.judged_on(second.review.step.sheet, None, posted),
        "rows": selectors.marks_of(second),
        "form": form,
        "is_mine": is_mine,
    }
    return render_page(request, "filings/second_score.html", context)
