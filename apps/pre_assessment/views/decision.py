"""The decision page: what was heard, what finance concludes."""

from collections.abc import Callable
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from apps.core.http import UserRequest
from apps.core.pages import render_page
from apps.filings.models import Filing
from apps.organizations.models import User
from apps.pre_assessment import permissions, services
from apps.pre_assessment.decision import DecisionScreen, decision_screen
from apps.pre_assessment.forms import (
    LikenessForm,
    OpinionForm,
    ReassessForm,
    ReportForm,
    VerdictForm,
)
from apps.pre_assessment.services import Voice
from apps.pre_assessment.views.sheet import assessment_filing
from apps.rules.errors import RuleError


class Act(NamedTuple):
    """One thing that finance does on the page: what is sent, what is done, what is said then."""

    form: type[forms.Form]
    service: Callable[..., object]
    told: str


def _heard(*, filing: Filing, actor: User, **told: str) -> object:
    """What one expert said, from the fields of the form."""
    return services.record_opinion(filing=filing, actor=actor, voice=Voice(**told))


ACTS = {
    "conclude": Act(VerdictForm, services.conclude, "结论已存。回审核页办结后生效，并通知单位。"),
    "reassess": Act(ReassessForm, services.decide_reassessment, "做不做再评估已登记。"),
    "report": Act(ReportForm, services.report_reassessment, "再评估结论已登记。"),
    "opinion": Act(OpinionForm, _heard, "专家意见已登记。"),
    "likeness": Act(LikenessForm, services.judge_likeness, "相同、相似的判断已登记。"),
}


@login_required
@require_safe
def decision(request: UserRequest, year: int, public_id: str) -> HttpResponse:
    return _page(request, assessment_filing(request, year, public_id))


def _page(request: UserRequest, filing: Filing, **bound: forms.Form) -> HttpResponse:
    """The page with its forms: the one that was sent as it is, the others as things stand."""
    if not permissions.may_see(request.user, filing):
        raise PermissionDenied("评估结论定了才能看。")
    shown = decision_screen(filing, request.user)
    if shown is None:
        raise RuleError("报告还没有提交，没有可下结论的版本。", code="pre_assessment.unsent")
    fresh = {
        name: act.form(initial=_initial(name, shown), auto_id=f"{name}_%s")
        for name, act in ACTS.items()
    }
    context: dict[str, Any] = {"screen": shown, "forms": {**fresh, **bound}}
    wrong = any(form.errors for form in bound.values())
    return render_page(request, "pre_assessment/decision.html", context, 422 if wrong else None)


def _initial(name: str, shown: DecisionScreen) -> dict[str, Any]:
    """What stands already, to be changed; a verdict is never proposed as if it were chosen."""
    said, held = shown.conclusion, shown.heard.reassessment if shown.heard else None
    if name == "conclude" and said and said.revision_id == shown.revision.pk:
        return {"verdict": said.verdict, "supported": said.supported, "reason": said.reason}
    if name == "reassess" and held:
        wanted = "yes" if held.is_wanted else "no"
        return {"is_wanted": wanted, "reason": held.reason, "agency": held.agency}
    if name == "report" and held and held.verdict:
        return {"verdict": held.verdict, "supported": held.supported, "opinion": held.opinion}
    return {}


@login_required
@require_POST
def act(request: UserRequest, year: int, public_id: str, name: str) -> HttpResponse:
    filing = assessment_filing(request, year, public_id)
    form = ACTS[name].form(request.POST, auto_id=f"{name}_%s")
    if form.is_valid():
        try:
            ACTS[name].service(filing=filing, actor=request.user, **form.cleaned_data)
            messages.info(request, ACTS[name].told)
            return redirect("pre_assessment:decision", filing.fiscal_year, filing.public_id)
        except RuleError as error:
            form.add_error(None, str(error))
    return _page(request, filing, **{name: form})
