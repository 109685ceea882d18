"""What finance finds of an earlier result that is called alike (U-45)."""

from __future__ import annotations

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import clock
from apps.filings.models import Filing
from apps.organizations.models import User
from apps.pre_assessment import earlier as before
from apps.pre_assessment import permissions
from apps.pre_assessment.models import Likeness
from apps.pre_assessment.services.steps import demand_open, locked, note
from apps.projects.models import Project
from apps.rules.errors import RuleError


@transaction.atomic
def judge_likeness(
    *, filing: Filing, actor: User, earlier: UUID, word: str, reason: str
) -> Likeness:
    """The result of an earlier filing is of the same thing, a similar or a different one.

    A judgement may be changed while the report lies on a desk. Raises PermissionDenied, or
    RuleError for a result that the actor does not see among those of the report, an unknown word,
    no reason, or a closed report.
    Source: U-45, 重点评价结果作为申请相同或相似预算的重要依据.
    """
    filing = locked(filing)
    if not permissions.may_keep(actor, filing):
        raise PermissionDenied("相同、相似由财政绩效科室判断。")
    demand_open(filing)
    if word not in Likeness.Word.values:
        raise RuleError(
            f"判断只能是{'、'.join(Likeness.Word.labels)}。", code="pre_assessment.likeness"
        )
    if not reason.strip():
        raise RuleError("判断的理由未填。", code="pre_assessment.reason")
    project = filing.assignment.project
    seen = Project.objects.visible_to(actor)
    same, alike = before.same_and_alike(project, seen, filing) if project else ([], [])
    said = next((row for row in (*same, *alike) if row.filing.public_id == earlier), None)
    if said is None:
        raise RuleError("没有这一件以前的评估结果，请刷新页面。", code="pre_assessment.likeness")
    found, _ = Likeness.objects.update_or_create(
        filing=filing,
        earlier=said,
        defaults={
            "word": word,
            "reason": reason.strip(),
            "decided_by": actor,
            "decided_at": clock.now(),
        },
    )
    name = str(said.project)
    note(filing, actor, "likeness", project=name, value=found.get_word_display(), reason=reason)
    return found
