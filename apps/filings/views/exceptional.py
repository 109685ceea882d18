"""What the plan administrator may do beside the rules."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
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
from apps.filings.models import DESK_STATES, OPEN_STATES, Filing
from apps.filings.services.exceptional import MAY_CANCEL
from apps.filings.views.common import visible_filing
from apps.rules.errors import RuleError
from apps.rules.findings import Finding, ranked
from apps.workplans import contents

ANEW = "取消后原内容和回执留档。填报期内单位可以重新填报，过了截止的先延期。"
AGAIN = "取消后原内容留档，这次申请作废，不再要求报送。以后要办的，重新申请。"
NOTHING = "这份表现在没有可以豁免的检查意见。"


def _page(request: UserRequest, filing: Filing, form: Any, verb: str, text: str) -> HttpResponse:
    context = {"filing": filing, "form": form, "verb": verb, "help": text}
    return render_page(request, "filings/reason.html", context)


@dataclass(frozen=True)
class Act:
    """One act that needs a reason: its name on the page, its service, what is said when done."""

    verb: str
    do: Callable[..., object]
    done: str


def _asked(
    request: UserRequest, filing: Filing, form: forms.Form, act: Act, text: str
) -> HttpResponse:
    """The form with what a rule refused, or the filing once it is done."""
    if request.method == "POST" and form.is_valid():
        try:
            act.do(filing=filing, actor=request.user, **form.cleaned_data)
        except RuleError as error:
            form.add_error(None, str(error))
        else:
            messages.info(request, act.done)
            return redirect("filings:detail", year=filing.fiscal_year, public_id=filing.public_id)
    return _page(request, filing, form, act.verb, text)


@login_required
@require_http_methods(["GET", "POST"])
def reopen(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    if not permissions.may_reopen(request.user, filing):
        raise PermissionDenied("只有计划管理员可以重新开放。")
    text = "到期未重报，自动恢复不通过。"
    if filing.approved_revision_id:
        text = "开放期间原定稿版次继续有效；到期未重报，自动恢复定稿。"
    act = Act("重新开放", services.reopen, f"已重新开放，已通知{filing.unit}。")
    return _asked(request, filing, UntilForm(request.POST or None), act, text)


@login_required
@require_http_methods(["GET", "POST"])
def end_reopening(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    if not permissions.may_reopen(request.user, filing):
        raise PermissionDenied("只有计划管理员可以结束开放。")
    text = "结束后回到开放之前的样子；单位没改完的留着，再次开放时接着改。"
    act = Act("结束开放", services.end_reopening, f"已结束开放，已通知{filing.unit}。")
    return _asked(request, filing, ReasonForm(request.POST or None), act, text)


@login_required
@require_http_methods(["GET", "POST"])
def cancel(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    if not permissions.may_cancel(request.user, filing):
        raise PermissionDenied(MAY_CANCEL)
    text = AGAIN if contents.is_requested(filing.kind) else ANEW
    act = Act("取消填报", services.cancel, f"已取消，已通知{filing.unit}。")
    return _asked(request, filing, ReasonForm(request.POST or None), act, text)


def _waivable(filing: Filing) -> list[Finding]:
    """What the checks say that is not waived yet, 阻断 first; nothing once it is closed."""
    if filing.state not in (*OPEN_STATES, *DESK_STATES):
        return []
    waived = set(filing.waivers.values_list("code", "path"))
    found = ranked(services.waivable(filing))
    return [each for each in found if not waived & {(each.code, each.path), (each.code, "")}]


@login_required
@require_http_methods(["GET", "POST"])
def waive(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    filing = visible_filing(request, year, public_id)
    if not permissions.may_waive(request.user, filing):
        raise PermissionDenied("只有计划管理员和正在审核的财政科室可以豁免检查。")
    found = _waivable(filing)
    if not found and request.method == "POST":
        raise RuleError(NOTHING, code="filings.waiver")
    if not found:
        return _page(request, filing, None, "豁免检查", NOTHING)
    form = WaiverForm(request.POST or None, findings=found, chosen=request.GET.get("finding", ""))
    text = "只对这一份填报的这一处有效，阻断的降为提示，须答复的不再要答复。"
    if request.method == "POST" and form.is_valid():
        try:
            services.waive(filing=filing, actor=request.user, **form.meant())
        except RuleError as error:
            form.add_error(None, str(error))
        else:
            messages.info(request, "已豁免，理由会显示给单位和审核科室。")
            page = "review" if permissions.may_review(request.user, filing) else "detail"
            return redirect(f"filings:{page}", year=year, public_id=public_id)
    return _page(request, filing, form, "豁免检查", text)
