"""What finance concludes on a report that lies on its last desk."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import clock
from apps.filings import scoring
from apps.filings.models import Filing, Review, Revision
from apps.organizations.models import User
from apps.pre_assessment import content, deciding, permissions
from apps.pre_assessment.models import (
    Conclusion,
)
from apps.pre_assessment.services.steps import (
    demand_verdict,
    locked,
    note,
    on_desk,
)
from apps.rules import gates
from apps.rules.errors import RuleError


@transaction.atomic
def conclude(
    *, filing: Filing, actor: User, verdict: str, supported: Decimal, reason: str
) -> Conclusion:
    """Conclude on the revision that lies on the last desk; again as long as it lies there.

    `supported` in yuan. Raises PermissionDenied, or RuleError for a report not on the last desk, a
    sheet not yet complete, a third party's opinion still out, a verdict better than the score's
    band, or an amount against the verdict.
    """
    filing = locked(filing)
    if not permissions.may_conclude(actor, filing):
        raise PermissionDenied("件在绩效科室审核时，由办理人下结论。")
    revision = on_desk(filing)
    form = content.form_of(revision)
    asked = form.amounts.get("asked", Decimal(0))
    if form.budget_year is None:
        raise RuleError("报告没有写明申请预算年度，退回单位补齐。", code="pre_assessment.year")
    demand_verdict(verdict, reason)
    if problem := gates.limit_problem(supported, asked, verdict):
        raise RuleError(problem, code="pre_assessment.amount")
    deciding.demand_reassessed(filing, revision)
    trace = _trace(filing, revision)
    if problem := gates.band_problem(verdict, str(trace.get("band", ""))):
        raise RuleError(problem, code="pre_assessment.band")
    found, _ = Conclusion.objects.update_or_create(
        revision=revision,
        defaults={
            "filing": filing,
            "project": filing.assignment.project,
            "budget_year": form.budget_year,
            "verdict": verdict,
            "asked": asked,
            "supported": supported,
            "reason": reason.strip(),
            "trace": trace,
            "decided_by": actor,
            "decided_at": clock.now(),
        },
    )
    note(filing, actor, "conclude", verdict=verdict, supported=str(supported), reason=reason)
    return found


def _trace(filing: Filing, revision: Revision) -> dict[str, object]:
    """The score so far on the desk's sheet, with its arithmetic; a sheet must be complete."""
    review = Review.objects.filter(revision=revision, step=filing.step).first()
    if filing.step is None or filing.step.sheet is None:
        return {}
    outcome = scoring.outcome_of(review) if review else scoring.Outcome()
    if review is None or outcome.missing:
        lacking = f"，还缺：{'、'.join(outcome.missing)}" if outcome.missing else ""
        raise RuleError(f"审核打分表没有打完{lacking}。先打分再下结论。", code="filings.unscored")
    return {"score": str(outcome.score), "band": outcome.grade, **outcome.trace}
