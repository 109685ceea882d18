"""What a third party and a panel of experts said of a report (Y-37, Y-38)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import clock
from apps.filings.models import Filing
from apps.organizations.models import User
from apps.pre_assessment import deciding, permissions
from apps.pre_assessment.models import (
    AssessmentSheet,
    PanelOpinion,
    Reassessment,
    Verdict,
)
from apps.pre_assessment.services.steps import (
    demand_open,
    demand_verdict,
    locked,
    note,
    on_desk,
)
from apps.rules.errors import RuleError

MAX_PANEL = 20


@transaction.atomic
def decide_reassessment(
    *, filing: Filing, actor: User, is_wanted: bool, reason: str, agency: str = ""
) -> Reassessment:
    """Finance decides for or against a third party, with the reason (Y-37).

    Raises PermissionDenied, or RuleError without a reason, without an agency, for an agency that
    helped the unit to write its reports (DOMAIN 5.2), or once a third party has reported.
    """
    filing = locked(filing)
    if not permissions.may_keep(actor, filing):
        raise PermissionDenied("再评估由财政绩效科室决定。")
    demand_open(filing)
    held = Reassessment.objects.filter(filing=filing).first()
    if held is not None and held.verdict:
        raise RuleError("再评估结论已经登记，不能再改做不做。", code="pre_assessment.reported")
    if not reason.strip():
        raise RuleError("做不做再评估都要写理由。", code="pre_assessment.reason")
    agency = agency.strip() if is_wanted else ""
    if is_wanted:
        deciding.demand_agency(filing, agency)
    sheet = AssessmentSheet.objects.get(revision=on_desk(filing))
    prompt = deciding.prompt_of(filing, sheet)
    found, _ = Reassessment.objects.update_or_create(
        filing=filing,
        defaults={
            "is_wanted": is_wanted,
            "reason": reason.strip(),
            "prompt": prompt.reason,
            "agency": agency,
            "asked": sheet.asked,
            "county": sheet.county,
            "decided_by": actor,
            "decided_at": clock.now(),
        },
    )
    note(filing, actor, "reassess", is_wanted=is_wanted, agency=agency, reason=reason)
    return found


@transaction.atomic
def report_reassessment(
    *, filing: Filing, actor: User, verdict: str, supported: Decimal, opinion: str
) -> Reassessment:
    """What the third party concluded is on record; `supported` in yuan.

    Raises PermissionDenied, or RuleError where none was wanted or the report is closed.
    """
    filing = locked(filing)
    if not permissions.may_keep(actor, filing):
        raise PermissionDenied("再评估结论由财政绩效科室登记。")
    demand_open(filing)
    held = Reassessment.objects.filter(filing=filing, is_wanted=True).first()
    if held is None:
        raise RuleError("没有定做第三方再评估，不能登记结论。", code="pre_assessment.not_wanted")
    demand_verdict(verdict, opinion)
    if supported < 0:
        raise RuleError("建议金额不能小于0。", code="pre_assessment.amount")
    held.verdict, held.supported, held.opinion = verdict, supported, opinion.strip()
    held.reported_at = clock.now()
    held.save(update_fields=["verdict", "supported", "opinion", "reported_at"])
    note(
        filing,
        actor,
        "reassess_report",
        verdict=verdict,
        supported=str(supported),
        opinion=held.opinion,
    )
    return held


@dataclass(frozen=True)
class Voice:
    """What one expert said."""

    expert: str
    workplace: str
    field: str
    verdict: str
    text: str


@transaction.atomic
def record_opinion(*, filing: Filing, actor: User, voice: Voice) -> PanelOpinion:
    """An expert's opinion is on record, once for each.

    Raises PermissionDenied, or RuleError for an expert of the unit itself, a second opinion of the
    same one, a word missing, or a closed report.
    """
    filing = locked(filing)
    if not permissions.may_keep(actor, filing):
        raise PermissionDenied("专家意见由财政绩效科室登记。")
    demand_open(filing)
    for label, text in (
        ("专家", voice.expert),
        ("工作单位", voice.workplace),
        ("说明", voice.text),
    ):
        if not text.strip():
            raise RuleError(f"{label}未填。", code="pre_assessment.opinion")
    if voice.verdict not in Verdict.values:
        raise RuleError(f"意见只能是{'、'.join(Verdict.values)}。", code="pre_assessment.verdict")
    own, other = deciding.bare(filing.unit.name), deciding.bare(voice.workplace)
    if own in other or other in own:
        raise RuleError(
            f"{voice.expert}在{filing.unit}工作，不能评审本单位的项目。",
            code="pre_assessment.conflict",
        )
    if filing.panel.filter(expert=voice.expert.strip()).exists():
        raise RuleError(f"{voice.expert}的意见已经登记过。", code="pre_assessment.expert_twice")
    if filing.panel.count() >= MAX_PANEL:
        raise RuleError(f"专家意见最多{MAX_PANEL}条。", code="pre_assessment.panel")
    made = PanelOpinion.objects.create(
        filing=filing,
        recorded_by=actor,
        recorded_at=clock.now(),
        **{key: text.strip() for key, text in asdict(voice).items()},
    )
    note(filing, actor, "opinion", expert=made.expert, verdict=made.verdict)
    return made
