"""A filing from the unit's side: open, read, confirm, submit, receipt, take back, talk."""

from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.core import clock
from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.core.paging import page_of
from apps.core.uploads import guard_attachment, received
from apps.filings import findings_screen, permissions, selectors, services
from apps.filings.forms import AnswerForm, CommentForm, ReasonForm
from apps.filings.models import Attachment, Comment, Filing, ReturnItem, Revision, State
from apps.filings.stages import hooks_for
from apps.filings.views.common import text_of, version_of, visible_filing
from apps.jobs.downloads import file_response
from apps.rules.errors import RuleError
from apps.rules.findings import Severity
from apps.workplans import permissions as extending
from apps.workplans.models import Assignment


def form_page(filing: Filing) -> HttpResponse:
    """On to the form page of the filing's kind."""
    page = hooks_for(filing.kind).page
    return redirect(page, year=filing.fiscal_year, public_id=filing.public_id)


@login_required
@require_POST
def begin(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    assignment = get_object_or_404(
        Assignment.objects.visible_to(request.user), public_id=public_id, fiscal_year=year
    )
    return form_page(services.open_filing(assignment=assignment, actor=request.user))


@login_required
@require_safe
def listing(request: UserRequest, year: int) -> HttpResponse:
    rows = selectors.sent(request.user, year)
    page = page_of(request, rows, "submitted_at", descending=True)
    return render_page(request, "filings/list.html", {"page": page, "year": year})


@login_required
@require_safe
def detail(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    revisions = list(selectors.history(filing, request.user))
    wanted = request.GET.get("revision", "")
    usual = selectors.first_shown(filing, revisions)
    shown = next((r for r in revisions if str(r.number) == wanted), usual)
    hooks, may = hooks_for(filing.kind), services.standing(filing=filing, actor=request.user)
    is_decided = filing.state in (State.APPROVED, State.REJECTED)
    context = {
        "filing": filing,
        "title": hooks.title,
        "revisions": revisions,
        "shown": shown,
        "whole": hooks.diff(None, shown),
        "threads": selectors.threads(filing, request.user),
        "attachments": selectors.attachments(shown),
        "lock": selectors.lock_of(filing, clock.now()),
        "may": may,
        "decision": hooks.decision if is_decided or may.review else "",
        "decision_title": hooks.decision_title,
        "verdict": hooks.verdict(filing) if is_decided else "",
        "successor": hooks.successor(filing),
        "may_extend": extending.may_extend(request.user, filing.assignment),
        "edit_page": hooks.page,
    }
    return render_page(request, "filings/detail.html", context)


@login_required
@require_safe
def confirm(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    if not permissions.may_edit_now(request.user, filing):
        return redirect("filings:detail", year=year, public_id=public_id)
    revision = filing.revisions.select_related("saved_by").order_by("-number")[0]
    hooks = hooks_for(filing.kind)
    seen = services.content_hash(revision)  # before what is shown: a later change is refused
    previous = selectors.began_from(filing, revision)
    base = None if previous else hooks.base(filing)
    before = base.revision if base else previous
    revision.filing = filing
    findings = findings_screen.lines_of(revision, services.findings_of(revision=revision))
    context = {
        "filing": filing,
        "revision": revision,
        "title": hooks.title,
        "figures": hooks.figures(revision),
        "findings": findings,
        "n_unanswered": sum(line.is_open for line in findings),
        "n_blocking": sum(f.severity == Severity.BLOCK for f in findings),
        "compared": base.words if base else f"{previous or ''}",
        "n_changes": hooks.diff(before, revision).n_changes if before else 0,
        "open_items": list(selectors.open_items(filing)),
        "threads": [t for t in selectors.threads(filing) if t.resolved_at is None],
        "attachments": selectors.attachments(revision),
        "lock": selectors.lock_of(filing, clock.now()),
        "form_page": hooks.page,
        "seen": seen,
        "key": uuid4(),
    }
    return render_page(request, "filings/confirm.html", context)


@login_required
@require_POST
def submit(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    revision = services.submit(
        filing=filing,
        actor=request.user,
        version=version_of(request),
        key=text_of(request, "key", 64) or str(uuid4()),
        seen=text_of(request, "seen", 64) or None,
    )
    return redirect("filings:receipt", year=year, number=revision.receipt_number)


@login_required
@require_safe
def receipt(request: UserRequest, year: int, number: str) -> HttpResponse:
    revisions = Revision.objects.visible_to(request.user).filter(filing__fiscal_year=year)
    revision = get_object_or_404(
        revisions.select_related(
            "filing__assignment__task",
            "filing__assignment__project",
            "filing__assignment__transfer",
            "filing__assignment__transfer",
            "filing__unit",
            "filing__step",
            "filing__desk_section",
            "submitted_by",
        ),
        receipt_number=number,
    )
    context = {
        "filing": revision.filing,
        "revision": revision,
        "title": hooks_for(revision.filing.kind).title,
        "check": services.verify_receipt(revision=revision),
    }
    return render_page(request, "filings/receipt.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def withdraw(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    if not permissions.may_withdraw(request.user, filing):
        raise PermissionDenied("只有本单位填报员可以撤回。")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.withdraw(filing=filing, actor=request.user, **form.cleaned_data)
        except RuleError as error:
            form.add_error(None, str(error))
        else:
            messages.info(request, "已撤回，可以修改后再提交。原回执仍可查验。")
            return form_page(filing)
    context = {"filing": filing, "form": form, "verb": "撤回", "help": "审核开始之前可以撤回。"}
    return render_page(request, "filings/reason.html", context)


@login_required
@require_POST
def attach(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    file = received(request, "file")
    upload = guard_attachment(file, file.name or "")
    slot = text_of(request, "slot", 40)
    services.attach(filing=filing, actor=request.user, slot=slot, upload=upload)
    return form_page(filing)


def _attachment(request: UserRequest, year: int, public_id: str) -> Attachment:
    revisions = Revision.objects.visible_to(request.user).filter(filing__fiscal_year=year)
    return get_object_or_404(
        Attachment.objects.select_related("file", "revision__filing").filter(
            revision__in=revisions
        ),
        public_id=public_id,
    )


@login_required
@require_POST
def detach(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    attachment = _attachment(request, year, public_id)
    services.detach(attachment=attachment, actor=request.user)
    return form_page(attachment.revision.filing)


@login_required
@require_safe
def file(request: UserRequest, year: int, public_id: str) -> HttpResponseBase:
    return file_response(_attachment(request, year, public_id).file)


@login_required
@require_POST
def answer(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filings = Filing.objects.visible_to(request.user).filter(fiscal_year=year)
    item = get_object_or_404(ReturnItem.objects.filter(filing__in=filings), public_id=public_id)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        raise RuleError("答复最多500字。", code="filings.answer")
    services.answer_item(item=item, actor=request.user, **form.cleaned_data)
    return form_page(item.filing)


def _back(request: UserRequest, filing: Filing) -> HttpResponse:
    """Back to the page that the talk was held on: the review page or the unit's form."""
    if permissions.may_review(request.user, filing):
        return redirect("filings:review", year=filing.fiscal_year, public_id=filing.public_id)
    return form_page(filing)


@login_required
@require_POST
def comment(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    form = CommentForm(request.POST)
    if not form.is_valid():
        raise RuleError("意见未写内容，或超过1000字。", code="filings.comment")
    parent = form.cleaned_data.pop("parent")
    thread = get_object_or_404(Comment, public_id=parent, filing=filing) if parent else None
    services.comment(filing=filing, actor=request.user, parent=thread, **form.cleaned_data)
    return _back(request, filing)


@login_required
@require_POST
def resolve(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filings = Filing.objects.visible_to(request.user).filter(fiscal_year=year)
    remark = get_object_or_404(Comment.objects.filter(filing__in=filings), public_id=public_id)
    is_resolved = request.POST.get("is_resolved") == "true"
    services.resolve_comment(remark=remark, actor=request.user, is_resolved=is_resolved)
    return _back(request, remark.filing)
