"""The reviewer's side: a queue that empties, one filing judged, the next one."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import clock
from apps.core.days import too_far
from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import keys_of
from apps.filings import permissions, queue_screen, review_screen, selectors, services
from apps.filings.models import Filing, State
from apps.filings.services.reviewing import Mark, ReturnDraft, Wanted
from apps.filings.views.common import text_of, visible_filing
from apps.rules.errors import RuleError
from apps.rules.numbers import parse_number

MOST_ITEMS = 100  # of a return's draft; nobody asks for more at once
ITEM = {"path": 120, "place": 120, "message": 500, "severity": 8}  # longest text of each


@login_required
@require_safe
def queue(request: UserRequest, year: int) -> HttpResponse:
    page = keys_of(request, selectors.queue(request.user, year), "desk_due_at")
    rows = queue_screen.queue_rows(key.pk for key in page.rows)
    context = {"page": page, "rows": rows, "year": year}
    context["may_count"] = permissions.may_count_findings(request.user)
    return render_page(request, "filings/queue.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def review(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    if request.method == "POST":
        return _judge(request, filing)
    if not permissions.holds_desk(request.user, filing):
        return redirect("filings:detail", year=year, public_id=public_id)
    context = {"screen": review_screen.build(filing, request.user)}
    return render_page(request, "filings/review.html", context)


@login_required
@require_POST
def score(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    """What the sheet says with the marks as they stand on the page; nothing is written."""
    filing = visible_filing(request, year, public_id)
    if not permissions.may_review(request.user, filing):
        raise PermissionDenied("这件不在您的办理处。")
    context = {"judged": review_screen.judged(filing, None, request.POST)}
    return render(request, "filings/_outcome.html", context)


def _judge(request: UserRequest, filing: Filing) -> HttpResponse:
    """Do what the pressed button says; what was typed stays on the page when a rule refuses."""
    quiet = request.headers.get("X-Autosave") == "true"
    try:
        act(request, filing, "save" if quiet else request.POST.get("decision", "save"))
    except RuleError as error:
        if quiet:
            return JsonResponse({"detail": str(error), "code": error.code}, status=409)
        if error.code == "filings.decided":  # a second click: there is nothing left to judge here
            raise
        shown = review_screen.build(filing, request.user, posted=request.POST)
        context = {"screen": shown, "error": error}
        return render_page(request, "filings/review.html", context, status=409)
    if quiet:
        return JsonResponse({"saved_at": clock.now().isoformat()})
    if request.POST.get("decision", "save") == "save":
        return redirect("filings:review", year=filing.fiscal_year, public_id=filing.public_id)
    return _next(request, filing)


def act(request: UserRequest, filing: Filing, decision: str) -> None:
    """One decision by its service. Raises RuleError for an unknown one."""
    common: dict[str, Any] = {
        "filing": filing,
        "actor": request.user,
        "opinion": text_of(request, "opinion", 2000),
        "marks": marks_of(request.POST),
        "seen": seen_of(request.POST),
    }
    if decision == "save":
        services.save_review(**common, draft=draft_of(request))
    elif decision == "pass":
        services.pass_on(**common)
    elif decision == "reject":
        services.reject(**common)
    elif decision == "return":
        cause, due_on = text_of(request, "cause", 8), due_of(request.POST)
        services.send_back(**common, items=wanted_of(request), due_on=due_on, cause=cause)
    else:
        raise RuleError("没有这个按钮，请刷新页面。", code="filings.decision")


def seen_of(data: QueryDict) -> int | None:
    """The number of the revision that the page showed; None when it was not sent."""
    text = data.get("revision", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else None


def marks_of(data: QueryDict) -> list[Mark]:
    """The sheet as posted: `grade-<item>`, `points-<item>`. Raises RuleError for no number."""
    marks: dict[int, tuple[str, Decimal | None]] = {}
    for name, text in data.items():
        kind, _, item = name.partition("-")
        if kind in ("grade", "points") and item.isascii() and item.isdigit() and len(item) < 10:
            grade, points = marks.get(int(item), ("", None))
            if kind == "grade":
                grade = str(text)
            elif str(text).strip():
                points = parse_number(str(text), places=2, digits=3)
            marks[int(item)] = (grade, points)
    return [Mark(item, grade, points) for item, (grade, points) in marks.items()]


def wanted_of(request: UserRequest) -> list[Wanted]:
    """The return items as posted: checked `item` numbers with path, message and severity each."""
    found = []
    for number in request.POST.getlist("item"):
        message = text_of(request, f"item-{number}-message", 500).strip()
        path = text_of(request, f"item-{number}-path", 120)
        severity = text_of(request, f"item-{number}-severity", 8, "must")
        if path:
            found.append(Wanted(path, message, severity))
    return found


def draft_of(request: UserRequest) -> ReturnDraft:
    """The return as it stands on the page, ticked or not, to be shown again as it was left."""
    items = []
    for number in request.POST.getlist("known")[:MOST_ITEMS]:
        fields = {
            name: text_of(request, f"item-{number}-{name}", limit) for name, limit in ITEM.items()
        }
        checked = "true" if number in request.POST.getlist("item") else ""
        items.append(fields | {"checked": checked})
    return ReturnDraft(items, text_of(request, "due_on", 10))


def due_of(data: QueryDict) -> date:
    """The new deadline. Raises RuleError when it is no date, or one that no calendar has."""
    try:
        day = date.fromisoformat(data.get("due_on", ""))
    except ValueError as error:
        raise RuleError("重报截止未填或不是日期，例如2024-04-17。", code="filings.due") from error
    if reason := too_far(day):
        raise RuleError(f"重报截止：{reason}", code="filings.due")
    return day


def _next(request: UserRequest, filing: Filing) -> HttpResponse:
    """On to the next filing of the queue, or to the emptied queue."""
    filing.refresh_from_db(fields=["state", "step"])
    told = f"{filing.get_state_display()}，已通知{filing.unit}。"
    if filing.state == State.IN_REVIEW:
        told = f"已通过，转{filing.step}，已通知下一处。"
    elif filing.state == State.APPROVED and request.POST.get("decision") == "reject":
        told = f"修改不通过，原定稿继续有效，已通知{filing.unit}。"
    messages.info(request, told)
    following = selectors.queue(request.user, filing.fiscal_year).first()
    if following is None:
        return redirect("filings:queue", year=filing.fiscal_year)
    return redirect("filings:review", year=filing.fiscal_year, public_id=following.public_id)
