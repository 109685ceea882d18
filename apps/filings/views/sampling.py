"""Sample checks: list, preparation with preview, one draw, one drawn filing, paper."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import page_of
from apps.core.uploads import XLSX_TYPE
from apps.filings import sample_paper, sample_screen
from apps.filings.cells import clean
from apps.filings.models import ReturnItem, SampleDraw, SampleItem
from apps.filings.sampling_forms import BANDS, CheckForm, DueForm, ExcuseForm, SampleForm, VoidForm
from apps.filings.selectors import sampling as selectors
from apps.filings.selectors.calibration import to_score_again
from apps.filings.services import moves, sample_checks, sampling, unfit, unsampled
from apps.filings.services.reviewing import Wanted
from apps.jobs.tasks import run_job
from apps.rules.errors import RuleError

MOST_PROBLEMS = 50
SHOWN_REFUSALS = 5  # one by one; the others are counted
BLANK = {"path": "", "message": ""}


@login_required
@require_safe
def samples(request: UserRequest, year: int) -> HttpResponse:
    page = page_of(request, selectors.draws(request.user, year), "id", descending=True)
    context = {
        "year": year,
        "page": page,
        "mine": selectors.to_check(request.user, year)[:200],
        "again": to_score_again(request.user, year)[:200],
        "may_sample": selectors.may_sample_somewhere(request.user),
    }
    return render_page(request, "filings/samples.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def sample_new(request: UserRequest, year: int) -> HttpResponse:
    if not selectors.may_sample_somewhere(request.user):
        raise PermissionDenied(sampling.NOT_YOURS)
    tasks = selectors.tasks_to_sample(request.user, year)
    if request.method == "POST":
        return _prepared(request, year, SampleForm(request.POST, tasks=tasks))
    is_asked = "method" in request.GET
    start = {"title": f"{year}年绩效目标抽审", "limits": BANDS}
    form = SampleForm(request.GET if is_asked else None, tasks=tasks, initial=start)
    return _new_page(request, year, form)


def _prepared(request: UserRequest, year: int, form: SampleForm) -> HttpResponse:
    if not form.is_valid():
        return _new_page(request, year, form)
    told = form.cleaned_data
    try:
        draw = sampling.prepare_sample(
            task=told["task"],
            title=told["title"],
            design=form.design(),
            scope=form.scope(),
            reason=told["reason"],
            actor=request.user,
        )
    except RuleError as error:
        form.add_error(None, str(error))
        return _new_page(request, year, form)
    messages.info(request, "总体和种子已定，已留档。请另一个人打开这一页抽取。")
    return redirect("filings:sample", year=year, public_id=draw.public_id)


def _new_page(request: UserRequest, year: int, form: SampleForm) -> HttpResponse:
    preview, refused = None, ""
    if form.is_bound and form.is_valid():
        asked: dict[str, Any] = {"task": form.cleaned_data["task"], "design": form.design()}
        try:
            preview = sampling.preview(**asked, scope=form.scope(), actor=request.user)
        except RuleError as error:
            refused = str(error)
    task = form.cleaned_data.get("task") if form.is_bound else None
    context = {
        "year": year,
        "form": form,
        "preview": preview,
        "refused": "" if form.non_field_errors() else refused,
        "parameters": selectors.parameters(task) if task else [],
    }
    return render_page(request, "filings/sample_new.html", context)


# --- one draw ---------------------------------------------------------------------------------
def _draw(request: UserRequest, year: int, public_id: UUID) -> SampleDraw:
    rows = SampleDraw.objects.visible_to(request.user).select_related(
        "task__plan", "jurisdiction", "prepared_by", "drawn_by", "ended_by"
    )
    return get_object_or_404(rows, public_id=public_id, fiscal_year=year)


@login_required
@require_http_methods(["GET", "POST"])
def sample(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    draw = _draw(request, year, public_id)
    if request.method == "POST":
        ACTS.get(request.POST.get("act", ""), _unknown)(request, draw)
        return redirect("filings:sample", year=year, public_id=public_id)
    screen = sample_screen.build(draw, request.user, with_recount="recount" in request.GET)
    context = {"year": year, "screen": screen, "void": VoidForm()}
    return render_page(request, "filings/sample.html", context)


def _unknown(request: UserRequest, draw: SampleDraw) -> None:
    raise RuleError("没有这个按钮，请刷新页面。", code="sampling.act")


def _do_draw(request: UserRequest, draw: SampleDraw) -> None:
    made = sampling.draw_sample(draw=draw, actor=request.user)
    messages.info(request, f"已抽取{made.items.count()}件。下一步指定检查人。")


def _do_void(request: UserRequest, draw: SampleDraw) -> None:
    sampling.void_sample(draw=draw, actor=request.user, reason=request.POST.get("reason", "")[:300])
    messages.info(request, "已作废，种子、名单和理由留档。")


def _do_assign(request: UserRequest, draw: SampleDraw) -> None:
    chosen = set(request.POST.getlist("checker"))
    checkers = [p for p in selectors.may_be_checkers(draw) if str(p.public_id) in chosen]
    left = sample_checks.assign_checkers(draw=draw, actor=request.user, checkers=checkers)
    told = f"，还有{left}件所选的人都不能查（自己办过，或不在其分管范围）" if left else ""
    messages.info(request, f"检查人已指定{told}。")


def _do_close(request: UserRequest, draw: SampleDraw) -> None:
    sampling.close_sample(draw=draw, actor=request.user)
    messages.info(request, "抽审已结束。")


def _do_pass_rest(request: UserRequest, draw: SampleDraw) -> None:
    made = unsampled.pass_unsampled(draw=draw, actor=request.user)
    stopped = [row for row in made if row.refusal]
    messages.info(request, f"未抽中的已通过{len(made) - len(stopped)}件，备注写明是哪次抽审。")
    for row in stopped[:SHOWN_REFUSALS]:
        messages.warning(request, f"没有通过：{moves.label(row.filing)}　{row.refusal}")
    if len(stopped) > SHOWN_REFUSALS:
        messages.warning(request, f"没有通过的另有{len(stopped) - SHOWN_REFUSALS}件。")


ACTS: dict[str, Callable[[UserRequest, SampleDraw], None]] = {
    "draw": _do_draw,
    "void": _do_void,
    "assign": _do_assign,
    "close": _do_close,
    "pass_rest": _do_pass_rest,
}


@login_required
@require_POST
def sample_export(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    draw = _draw(request, year, public_id)
    if request.POST.get("shape") == "pdf":
        job = sample_paper.start_paper(draw=draw, actor=request.user)
        run_job.delay_on_commit(job.pk)
        return redirect("jobs:detail", job.public_id)
    made = sample_paper.workbook(draw=draw, actor=request.user)
    response = HttpResponse(made, content_type=XLSX_TYPE)
    name = quote(sample_paper.name_of(draw, "xlsx"))
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{name}"
    return response


# --- one drawn filing -------------------------------------------------------------------------
@login_required
@require_http_methods(["GET", "POST"])
def sample_item(request: UserRequest, year: int, public_id: UUID) -> HttpResponse:
    rows = selectors.items(request.user).filter(draw__fiscal_year=year)
    item = get_object_or_404(rows, public_id=public_id)
    if request.method == "POST":
        return _checked(request, item)
    shown = {"result": item.result, "opinion": item.opinion}
    return _item_page(request, item, CheckForm(initial=shown), DueForm())


def _checked(request: UserRequest, item: SampleItem) -> HttpResponse:
    if request.POST.get("act") == "excuse":
        return _excused(request, item)
    is_return = request.POST.get("act") == "return"
    form = CheckForm(None if is_return else request.POST)
    due = DueForm(request.POST if is_return else None)
    asked = due if is_return else form
    if asked.is_valid():
        try:
            return _sent_back(request, item, due) if is_return else _kept(request, item, form)
        except RuleError as error:
            asked.add_error(None, str(error))
    return _item_page(request, item, form, due, status=422)


def _excused(request: UserRequest, item: SampleItem) -> HttpResponse:
    form = ExcuseForm(request.POST)
    if form.is_valid():
        unfit.excuse(item=item, actor=request.user, **form.cleaned_data)
        messages.info(request, "已登记为无人可查，不计入抽审合格率。")
        return redirect("filings:sample", item.draw.fiscal_year, item.draw.public_id)
    return _item_page(request, item, CheckForm(), DueForm(), status=422, excuse=form)


def _kept(request: UserRequest, item: SampleItem, form: CheckForm) -> HttpResponse:
    wanted = [Wanted(**one) for one in problem_rows(request)]
    actor = request.user
    sample_checks.record_check(item=item, actor=actor, problems=wanted, **form.cleaned_data)
    messages.info(request, "检查结果已记录。")
    following = selectors.to_check(actor, item.draw.fiscal_year).first()
    if following is None:
        return redirect("filings:samples", year=item.draw.fiscal_year)
    return redirect("filings:sample_item", item.draw.fiscal_year, following.public_id)


def _sent_back(request: UserRequest, item: SampleItem, due: DueForm) -> HttpResponse:
    sample_checks.send_back_faulty(item=item, actor=request.user, **due.cleaned_data)
    messages.info(request, f"已退回，已通知{item.filing.unit}。")
    return redirect("filings:sample_item", item.draw.fiscal_year, item.public_id)


def problem_rows(request: UserRequest) -> list[dict[str, str]]:
    """The problem rows in which something was typed, without NUL, which no database takes."""
    told = request.POST
    paths, texts, weighed = (told.getlist(name) for name in ("path", "message", "severity"))
    weighed += [ReturnItem.Severity.MUST.value] * len(paths)  # programs may leave it out
    rows = list(zip(paths, texts, weighed, strict=False))[:MOST_PROBLEMS]
    return [
        {"path": clean(path, 120), "message": clean(text, 500), "severity": clean(severity, 8)}
        for path, text, severity in rows
        if path or text.strip()
    ]


def _item_page(
    request: UserRequest,
    item: SampleItem,
    form: CheckForm,
    due: DueForm,
    status: int | None = None,
    excuse: ExcuseForm | None = None,
) -> HttpResponse:
    posted = problem_rows(request) if form.is_bound else None
    screen = sample_screen.item_screen(item, request.user, posted)
    blank = [BLANK] * max(3 - len(screen.problems), 1)
    context = {
        "year": item.draw.fiscal_year,
        "screen": screen,
        "form": form,
        "due": due,
        "excuse": excuse or ExcuseForm(),
        "rows": [*screen.problems, *blank],
    }
    return render_page(request, "filings/sample_item.html", context, status=status)
