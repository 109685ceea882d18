"""Joint reviews: list, one session with agenda and members, one filing at a time, minutes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import page_of
from apps.filings import permissions, session_paper
from apps.filings.models import JointSession, SessionMatter
from apps.filings.relief_screen import ids_of
from apps.filings.sample_screen import places_of
from apps.filings.selectors import sessions as selectors
from apps.filings.services import leaving, sessions
from apps.filings.services.reviewing import Wanted
from apps.filings.services.sessions import Agreed
from apps.filings.session_forms import (
    AgreementForm,
    DropForm,
    LeaveForm,
    MemberForm,
    SessionForm,
    SpeechForm,
)
from apps.filings.stages import hooks_for
from apps.filings.views.sampling import problem_rows
from apps.jobs.tasks import run_job
from apps.organizations.models import User
from apps.rules.errors import RuleError

MOST = 300  # filings offered for the agenda


@login_required
@require_safe
def listing(request: UserRequest, year: int) -> HttpResponse:
    page = page_of(request, selectors.sessions(request.user, year), "id", descending=True)
    may_convene = selectors.may_convene_somewhere(request.user)
    context = {"year": year, "page": page, "may_convene": may_convene}
    return render_page(request, "filings/sessions.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def session_new(request: UserRequest, year: int) -> HttpResponse:
    if not selectors.may_convene_somewhere(request.user):
        raise PermissionDenied(sessions.NOT_YOURS)
    told = request.POST if request.method == "POST" else None
    form = SessionForm(told, tasks=selectors.tasks_to_convene(request.user, year))
    if request.method == "POST" and form.is_valid():
        try:
            made = sessions.open_session(actor=request.user, **form.cleaned_data)
            return redirect("filings:session", year=year, public_id=made.public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return render_page(request, "filings/session_new.html", {"year": year, "form": form})


# --- one session ------------------------------------------------------------------------------
def _session(request: UserRequest, year: int, public_id: UUID) -> JointSession:
    rows = selectors.sessions(request.user, year)
    return get_object_or_404(rows, public_id=public_id)


@login_required
@require_http_methods(["GET", "POST"])
def session(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    found = _session(request, year, public_id)
    if request.method == "POST":
        ACTS.get(request.POST.get("act", ""), _unknown)(request, found)
        return redirect("filings:session", year=year, public_id=public_id)
    may_convene = permissions.may_convene(request.user, found.jurisdiction_id)
    is_run = may_convene and found.state == JointSession.State.OPEN
    context = {
        "year": year,
        "session": found,
        "matters": selectors.matters(request.user).filter(session=found).order_by("position"),
        "members": found.members.select_related("user"),
        "is_run": is_run,
        "offered": selectors.may_come_up(found, request.user)[:MOST] if is_run else [],
        "form": MemberForm(people=selectors.may_take_part(found)) if is_run else None,
        "leave": LeaveForm(people=_present(found)) if is_run else None,
    }
    return render_page(request, "filings/session.html", context)


def _unknown(request: UserRequest, found: JointSession) -> None:
    raise RuleError("没有这个按钮，请刷新页面。", code="sessions.act")


def _add_member(request: UserRequest, found: JointSession) -> None:
    form = MemberForm(request.POST, people=selectors.may_take_part(found))
    if not form.is_valid():
        raise RuleError("参加人没有选，或不在名单里。", code="sessions.member")
    member = sessions.add_member(session=found, actor=request.user, **form.meant())
    messages.info(request, f"{member.user}参加{member.get_part_display()}，已通知。")


def _present(found: JointSession) -> list[User]:
    members = found.members.filter(left_at=None).select_related("user")
    return [member.user for member in members]


def _take_out(request: UserRequest, found: JointSession) -> None:
    form = LeaveForm(request.POST, people=_present(found))
    if not form.is_valid():
        raise RuleError("退出的人没有选，或没有参加。", code="sessions.member")
    member = leaving.take_out(session=found, actor=request.user, **form.meant())
    messages.info(request, f"{member.user}已退出，说过的留档。")


def _put_on(request: UserRequest, found: JointSession) -> None:
    wanted = ids_of(request.POST.getlist("filing"))
    chosen = selectors.may_come_up(found, request.user).filter(public_id__in=wanted)
    n = sessions.put_on_agenda(session=found, filings=chosen, actor=request.user)
    messages.info(request, f"列入议程{n}件。")


def _close(request: UserRequest, found: JointSession) -> None:
    sessions.close_session(session=found, actor=request.user)
    messages.info(request, "会审已结束。")


ACTS: dict[str, Callable[[UserRequest, JointSession], None]] = {
    "member": _add_member,
    "leave": _take_out,
    "agenda": _put_on,
    "close": _close,
}


@login_required
@require_POST
def minutes(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    found = _session(request, year, public_id)
    job = session_paper.start_minutes(session=found, actor=request.user)
    run_job.delay_on_commit(job.pk)
    return redirect("jobs:detail", job.public_id)


# --- one filing at a time ---------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def matter(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    rows = selectors.matters(request.user).filter(session__fiscal_year=year)
    found = get_object_or_404(rows, public_id=public_id)
    speech, agreement = _bound(request)
    drop = DropForm(request.POST if request.POST.get("act") == "drop" else None)
    by_act = {"speak": speech, "agree": agreement, "drop": drop}
    asked = by_act.get(request.POST.get("act", ""))
    if request.method == "POST" and (asked is None or asked.is_valid()):
        try:
            MATTER_ACTS.get(request.POST.get("act", ""), _no_act)(request, found, asked)
            return redirect("filings:matter", year=year, public_id=public_id)
        except RuleError as error:
            if asked is None:
                raise
            asked.add_error(None, str(error))
    return _matter_page(request, found, speech, agreement, drop)


def _bound(request: UserRequest) -> tuple[SpeechForm, AgreementForm]:
    act = request.POST.get("act", "")
    speech = SpeechForm(request.POST if act == "speak" else None)
    return speech, AgreementForm(request.POST if act == "agree" else None)


def _no_act(request: UserRequest, found: SessionMatter, form: object) -> None:
    raise RuleError("没有这个按钮，请刷新页面。", code="sessions.act")


def _speak(request: UserRequest, found: SessionMatter, form: SpeechForm) -> None:
    sessions.speak(matter=found, actor=request.user, **form.cleaned_data)
    messages.info(request, "意见已记下。")


def _agree(request: UserRequest, found: SessionMatter, form: AgreementForm) -> None:
    items = [Wanted(one["path"], one["message"]) for one in problem_rows(request)]
    agreed = Agreed(**form.cleaned_data, items=items)
    sessions.agree(matter=found, actor=request.user, agreed=agreed)
    messages.info(request, "会审结论已记下，请各位会签。")


def _moment(text: str) -> datetime | None:
    """The moment that the page showed, if it is one."""
    try:
        return parse_datetime(text)
    except ValueError:
        return None


def _sign(request: UserRequest, found: SessionMatter, form: object) -> None:
    seen = _moment(request.POST.get("agreed_at", ""))
    sessions.sign(matter=found, actor=request.user, agreed_at=seen)
    messages.info(request, "已会签。")


def _carry(request: UserRequest, found: SessionMatter, form: object) -> None:
    sessions.carry_out(matter=found, actor=request.user)
    messages.info(request, f"已按会审结论办理，已通知{found.filing.unit}。")


def _take_off(request: UserRequest, found: SessionMatter, form: DropForm) -> None:
    leaving.take_off(matter=found, actor=request.user, **form.cleaned_data)
    messages.info(request, "已移出议程，仍在原办理处审核。")


MATTER_ACTS: dict[str, Callable[..., None]] = {
    "speak": _speak,
    "agree": _agree,
    "sign": _sign,
    "carry": _carry,
    "drop": _take_off,
}


def _matter_page(
    request: UserRequest,
    found: SessionMatter,
    speech: SpeechForm,
    agreement: AgreementForm,
    drop: DropForm,
) -> HttpResponse:
    hooks = hooks_for(found.filing.kind)
    diff = hooks.diff(None, found.revision)
    kept = problem_rows(request) if agreement.is_bound else found.items
    seats = selectors.seats(found)
    row = selectors.matters(request.user).filter(session=found.session)
    context = {
        "year": found.session.fiscal_year,
        "matter": found,
        "title": hooks.title,
        "diff": diff,
        "places": places_of(diff),
        "seats": seats,
        "mine": next((seat for seat in seats if seat.member.user_id == request.user.pk), None),
        "rows": [*kept, {}, {}],
        "before": row.filter(position__lt=found.position).order_by("-position").first(),
        "after": row.filter(position__gt=found.position).order_by("position").first(),
        "is_open": not (found.carried_at or found.dropped_at)
        and found.session.state == JointSession.State.OPEN,
        "may_convene": permissions.may_convene(request.user, found.session.jurisdiction_id),
        "may_carry": bool(found.decision) and permissions.may_review(request.user, found.filing),
        "unsigned": selectors.unsigned(found),
        "speech": speech,
        "form": agreement,
        "drop": drop,
    }
    status = 422 if speech.errors or agreement.errors or drop.errors else None
    return render_page(request, "filings/matter.html", context, status=status)
