"""What the plan administrator may do beside the rules."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.filings import permissions, services
from apps.filings.forms import ReasonForm, UntilForm, WaiverForm
from apps.filings.models import OPEN_STATES, Filing
from apps.filings.views.common import visible_filing
from apps.rules.errors import RuleError
from apps.rules.findings import Finding, Severity

NOTHING_BLOCKS = "这份表现在没有阻断的检查，无需豁免。"


def _page(request: UserRequest, filing: Filing, form: Any, verb: str, text: str) -> HttpResponse:
    context = {"filing": filing, "form": form, "verb": verb, "help": text}
    return render_page(request, "filings/reason.html", context)


def _done(request: UserRequest, filing: Filing, said: str) -> HttpResponse:
    messages.info(request, said)
    return redirect("filings:detail", year=filing.fiscal_year, public_id=filing.public_id)


@login_required
@require_http_methods(["GET", "POST"])
def reopen(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    if not permissions.may_reopen(request.user, filing):
        raise PermissionDenied("只有计划管理员可以重新开放。")
    form = UntilForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.reopen(filing=filing, actor=request.user, **form.cleaned_data)
            return _done(request, filing, f"已重新开放，已通知{filing.unit}。")
        except RuleError as error:
            form.add_error(None, str(error))
    text = "到期未重报，自动恢复不通过。"
    if filing.approved_revision_id:
        text = "开放期间原定稿版次继续有效；到期未重报，自动恢复定稿。"
    return _page(request, filing, form, "重新开放", text)


@login_required
@require_http_methods(["GET", "POST"])
def end_reopening(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    if not permissions.may_reopen(request.user, filing):
        raise PermissionDenied("只有计划管理员可以结束开放。")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_reopening(filing=filing, actor=request.user, **form.cleaned_data)
            return _done(request, filing, f"已结束开放，已通知{filing.unit}。")
        except RuleError as error:
            form.add_error(None, str(error))
    text = "结束后回到开放之前的样子；单位没改完的留着，再次开放时接着改。"
    return _page(request, filing, form, "结束开放", text)


@login_required
@require_http_methods(["GET", "POST"])
def cancel(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    if not permissions.may_cancel(request.user, filing):
        raise PermissionDenied("只有计划管理员可以取消填报。")
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.cancel(filing=filing, actor=request.user, **form.cleaned_data)
            return _done(request, filing, f"已取消，已通知{filing.unit}。")
        except RuleError as error:
            form.add_error(None, str(error))
    return _page(
        request,
        filing,
        form,
        "取消填报",
        "取消后原内容和回执留档。填报期内单位可以重新填报，过了截止的先延期。",
    )


def _blocking(filing: Filing) -> list[Finding]:
    """What keeps the open revision from being submitted; nothing once it is."""
    if filing.state not in OPEN_STATES:
        return []
    found = services.findings_of(revision=filing.revisions.order_by("-number")[0])
    return [finding for finding in found if finding.severity == Severity.BLOCK]


@login_required
@require_http_methods(["GET", "POST"])
def waive(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    if not permissions.may_waive(request.user, filing):
        raise PermissionDenied("只有计划管理员可以豁免检查。")
    blocking = _blocking(filing)
    if not blocking and request.method == "POST":
        raise RuleError(NOTHING_BLOCKS, code="filings.waiver")
    if not blocking:
        return _page(request, filing, None, "豁免检查", NOTHING_BLOCKS)
    form = WaiverForm(request.POST or None, blocking=blocking)
    if request.method == "POST" and form.is_valid():
        try:
            services.waive(filing=filing, actor=request.user, **form.meant())
            return _done(request, filing, "已豁免，理由会显示给单位和审核科室。")
        except RuleError as error:
            form.add_error(None, str(error))
    text = "只对这一份填报的这一处有效，检查意见降为提示。"
    return _page(request, filing, form, "豁免检查", text)
