"""Letting a project in beside the gate: one proposes, a leader decides (Y-36)."""

from __future__ import annotations

from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import clock
from apps.notifications import services as notifications
from apps.organizations import selectors as people
from apps.organizations.models import Role, User
from apps.pre_assessment import permissions, selectors
from apps.pre_assessment.models import (
    GateException,
)
from apps.pre_assessment.services.steps import (
    note_project,
)
from apps.projects.models import Project
from apps.rules.errors import RuleError


@transaction.atomic
def propose_exception(
    *,
    project: Project,
    actor: User,
    year: int,
    kind: str,
    amount: Decimal,
    reason: str,
    document: str,
) -> GateException:
    """Somebody of the bureau proposes to let a project in beside the gate; a leader decides.

    `amount` in yuan. Raises PermissionDenied, or RuleError where the gate is open anyway, a word
    or the amount is missing, or one is proposed already.
    """
    project = Project.objects.select_for_update().select_related("unit").get(pk=project.pk)
    if not permissions.may_propose(actor, project):
        raise PermissionDenied("例外由财政绩效、预算科室或计划管理员提出。")
    if kind not in GateException.Kind.values or not reason.strip() or not document.strip():
        raise RuleError("类别、理由、批准文件或会议都要填。", code="pre_assessment.exception")
    if kind not in selectors.kinds_stopped(project, year):
        raise RuleError("门槛没有拦这个项目，不用例外。", code="pre_assessment.no_need")
    if kind == GateException.Kind.INVESTMENT and not project.is_infrastructure:
        raise RuleError("投资主管部门评估只用于基建项目。", code="pre_assessment.exception")
    if amount <= 0:
        raise RuleError("准予列入金额应大于0万元。", code="pre_assessment.amount")
    earlier = GateException.objects.filter(project=project, budget_year=year)
    if kind in selectors.kinds_proposed(earlier):
        raise RuleError(f"{year}年度的例外已经提出过。", code="pre_assessment.proposed")
    made = GateException.objects.create(
        jurisdiction=project.jurisdiction,
        project=project,
        budget_year=year,
        kind=kind,
        amount=amount,
        reason=reason.strip(),
        document=document.strip(),
        proposed_by=actor,
        proposed_at=clock.now(),
    )
    note_project(project, actor, "propose_exception", year=year, reason=reason, amount=str(amount))
    notifications.notify(
        recipients=people.people_in(project.jurisdiction, Role.LEADER),
        kind="pre_assessment.proposed",
        key=str(made.public_id),
        title=f"例外审批待定：{project}",
        body=reason,
        url=f"/{year}/assessments/",
    )
    return made


@transaction.atomic
def decide_exception(
    *, exception: GateException, actor: User, is_agreed: bool, refusal: str = ""
) -> GateException:
    """A leader agrees, or refuses with the reason.

    Raises PermissionDenied, or RuleError once it is decided or where a refusal gives no reason.
    """
    held = GateException.objects.select_for_update().get(pk=exception.pk)
    if not permissions.may_decide(actor, held):
        raise PermissionDenied("例外由财政负责人决定，不能批准自己提出的。")
    if held.decided_at is not None:
        raise RuleError("这件例外已经办过。", code="pre_assessment.decided")
    if not is_agreed and not refusal.strip():
        raise RuleError("不同意的理由未填。", code="pre_assessment.reason")
    held.decided_at = clock.now()
    if is_agreed:
        held.approved_by = actor
    else:
        held.refusal = refusal.strip()
    held.save(update_fields=["decided_at", "approved_by", "refusal"])
    note_project(held.project, actor, "decide_exception", is_agreed=is_agreed, refusal=refusal)
    filers = people.people_at_unit(held.project.unit, Role.FILER)
    notifications.notify(
        recipients=[held.proposed_by, *filers],
        kind="pre_assessment.decided",
        key=str(held.public_id),
        title=f"例外审批{'同意' if is_agreed else '不同意'}：{held.project}",
        body=held.reason if is_agreed else held.refusal,
        url=f"/{held.budget_year}/projects/{held.project.public_id}/gate/",
    )
    return held
