"""What every write of the room does."""

from __future__ import annotations

from apps.audit import services as audit
from apps.filings.models import Filing, Revision
from apps.organizations.models import User
from apps.pre_assessment.models import (
    Verdict,
)
from apps.projects.models import Project
from apps.projects.services import chain_of
from apps.rules.errors import RuleError


def locked(filing: Filing) -> Filing:
    """The filing locked, with what the writes of the room read."""
    rows = Filing.objects.select_for_update(of=("self",))
    around = ("assignment__task", "assignment__project", "assignment__plan", "unit", "step")
    return rows.select_related(*around).get(pk=filing.pk)


def note(filing: Filing, actor: User, action: str, **data: object) -> None:
    """One line in the trail of the filing's unit."""
    audit.record(
        actor=actor,
        action=f"pre_assessment.{action}",
        subject=filing,
        chain=chain_of(filing.unit),
        data=dict(data),
    )


def note_project(project: Project, actor: User, action: str, **data: object) -> None:
    """One line in the trail of the project's unit."""
    audit.record(
        actor=actor,
        action=f"pre_assessment.{action}",
        subject=project,
        chain=chain_of(project.unit),
        data=dict(data),
    )


def on_desk(filing: Filing) -> Revision:
    """The revision submitted last, which is the one on the desk."""
    return filing.revisions.filter(submitted_at__isnull=False).latest("number")


def demand_verdict(verdict: str, reason: str) -> None:
    """Refuse an unknown verdict, or one without a reason. Raises RuleError."""
    if verdict not in Verdict.values:
        raise RuleError(
            f"结论填“{verdict}”，只能是{'、'.join(Verdict.values)}。", code="pre_assessment.verdict"
        )
    if not reason.strip():
        raise RuleError("结论的理由未填。理由会随结论通知单位。", code="pre_assessment.reason")


def demand_open(filing: Filing) -> None:
    """Refuse a report that lies on no desk. Raises RuleError."""
    if filing.step_id is None:
        raise RuleError(
            f"这件现在是“{filing.get_state_display()}”，不在审核中，不能登记。",
            code="pre_assessment.not_on_desk",
        )
