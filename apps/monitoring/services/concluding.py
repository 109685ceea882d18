"""What finance finds of a node's filing that lies on its last desk."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.filings.models import Filing
from apps.monitoring import nodes, permissions
from apps.monitoring.models import NodeVerdict, Verdict
from apps.organizations.models import User
from apps.projects.services import chain_of
from apps.rules.errors import RuleError


@transaction.atomic
def conclude(*, filing: Filing, actor: User, verdict: str, reason: str = "") -> NodeVerdict:
    """Find 合格 or 不合格 of the revision on the last desk; again as long as it lies there.

    It counts once the filing is closed. Raises PermissionDenied, or RuleError for an unknown
    verdict, or 不合格 without a reason.
    Source: DOMAIN 4.3, 黄红标以审核结论为准.
    """
    filing = locked(filing)
    if not permissions.may_conclude(actor, filing):
        raise PermissionDenied("件在最后一步审核时，由办理人填审核结论。")
    if verdict not in Verdict.values:
        raise RuleError(f"审核结论只能是{'、'.join(Verdict.labels)}。", code="monitoring.verdict")
    if verdict == Verdict.FAILED and not reason.strip():
        raise RuleError("不合格的理由未填。理由会通知单位。", code="monitoring.reason")
    node = nodes.node_of(filing)
    found, _ = NodeVerdict.objects.update_or_create(
        revision=filing.revisions.filter(submitted_at__isnull=False).latest("number"),
        defaults={
            "filing": filing,
            "project": filing.assignment.project,
            "fiscal_year": node.fiscal_year,
            "node_on": node.ends,
            "verdict": verdict,
            "reason": reason.strip(),
            "decided_by": actor,
            "decided_at": clock.now(),
        },
    )
    audit.record(
        actor=actor,
        action="monitoring.conclude",
        subject=filing,
        chain=chain_of(filing.unit),
        data={"verdict": verdict, "reason": reason, "node": str(node.ends)},
    )
    return found


def locked(filing: Filing) -> Filing:
    """The filing locked, with what a verdict reads."""
    rows = Filing.objects.select_for_update(of=("self",))
    around = ("assignment__task", "assignment__project", "assignment__window", "unit", "step")
    return rows.select_related(*around).get(pk=filing.pk)
