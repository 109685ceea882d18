"""When a report may be closed, and what its conclusion must fit."""

from __future__ import annotations

import re
from decimal import Decimal

from apps.filings.models import Filing, Review, Revision
from apps.pre_assessment.models import AssessmentSheet, Conclusion, Reassessment, Verdict
from apps.projects.models import Project
from apps.rules import gates
from apps.rules.errors import RuleError
from apps.rules.numbers import narrow, parse_number
from apps.workplans.models import RuleSetting

FLOOR = "pre_assessment.reassess_floor"
OWN_WORK = "评估回避：为该单位编制过评估报告的机构，不得再评估该单位的项目"


def bare(name: str) -> str:
    """A name without spaces and full-width forms, to compare it with another."""
    return re.sub(r"\s+", "", narrow(name))


def floor_of(filing: Filing) -> tuple[Decimal | None, str]:
    """From which county investment, in yuan, a third party may assess again, and the clause."""
    rows = RuleSetting.objects.filter(plan=filing.assignment.plan_id, code=FLOOR, is_filled=True)
    row = rows.filter(task=None).first()
    return (parse_number(row.value), row.clause) if row else (None, "")


def prompt_of(filing: Filing, sheet: AssessmentSheet) -> gates.Prompt:
    """Whether finance is asked to consider a third party, and why (Y-37)."""
    floor, _ = floor_of(filing)
    return gates.reassessment(sheet.county, floor, sheet.is_professional)


def demand_reassessed(filing: Filing, revision: Revision) -> None:
    """Where a third party may assess again, finance decides that first, and hears it out.

    What was decided on other amounts is decided anew. Raises RuleError.
    """
    sheet = AssessmentSheet.objects.get(revision=revision)
    prompt = prompt_of(filing, sheet)
    held = Reassessment.objects.filter(filing=filing).first()
    if prompt.is_due and held is None:
        raise RuleError(
            f"{prompt.reason}先定做不做第三方再评估，写明理由，再下结论。",
            code="pre_assessment.reassess",
        )
    if held is None:
        return
    if prompt.is_due and (held.asked, held.county) != (sheet.asked, sheet.county):
        raise RuleError(
            "定再评估之后金额改过，请按现在的金额重新定做不做。", code="pre_assessment.reassess"
        )
    if held.is_wanted and not held.verdict:
        raise RuleError(
            f"已定由{held.agency}再评估，还没有登记再评估结论。", code="pre_assessment.reassess"
        )
    if held.is_wanted:
        demand_agency(filing, held.agency)


def demand_agency(filing: Filing, agency: str) -> None:
    """Refuse an agency that helped the unit to write its reports (DOMAIN 5.2). Raises RuleError."""
    if not agency:
        raise RuleError("做再评估，要写第三方机构名称。", code="pre_assessment.agency")
    sheets = AssessmentSheet.objects.filter(revision__filing__unit=filing.unit_id)
    own = {bare(name) for name in sheets.exclude(helper="").values_list("helper", flat=True)}
    if bare(agency) in own:
        raise RuleError(
            f"{agency}为{filing.unit}编制过评估报告，不能再评估该单位的项目。依据：{OWN_WORK}。",
            code="pre_assessment.conflict",
        )


def hold_project(filing: Filing) -> None:
    """Take the lock under which the project enters a budget: nobody reads what is about to move."""
    project = filing.assignment.project_id
    if project is not None:
        Project.objects.select_for_update().only("pk").get(pk=project)


def demand_decidable(filing: Filing, revision: Revision, is_passing: bool) -> None:
    """Close an assessment only on a conclusion that says so. Raises RuleError with what to do.

    It waits for whoever confirms the project into a budget meanwhile, and makes them wait.
    """
    hold_project(filing)
    found = Conclusion.objects.filter(revision=revision).first()
    if found is None:
        raise RuleError(
            "还没有下评估结论。先填结论、支持金额和理由，再办结。", code="pre_assessment.open"
        )
    if is_passing == (found.verdict == Verdict.REFUSE):
        verb = "作不通过处理" if is_passing else "办结通过"
        raise RuleError(
            f"评估结论是“{found.verdict}”，应{verb}；要改先改结论。", code="pre_assessment.contrary"
        )
    demand_reassessed(filing, revision)
    _demand_same(found, filing, revision)


def _demand_same(found: Conclusion, filing: Filing, revision: Revision) -> None:
    """What the conclusion rests on is as it was: the score, and what the third party said."""
    review = Review.objects.filter(revision=revision, step=filing.step).first()
    score = found.trace.get("score")
    if score is not None and review is not None and str(review.score) != score:
        raise RuleError(
            f"下结论时打分{score}分，现在是{review.score}分，请重新下结论。",
            code="pre_assessment.rescored",
        )
    held = Reassessment.objects.filter(filing=filing).first()
    moments = (held.decided_at, held.reported_at) if held else ()
    if any(moment is not None and moment > found.decided_at for moment in moments):
        raise RuleError("下结论之后再评估有变动，请重新下结论。", code="pre_assessment.moved")
