"""What finance finds at a node, and when a filing may be closed."""

from __future__ import annotations

from apps.filings.models import Filing, Revision, State
from apps.monitoring.models import NodeVerdict
from apps.rules.errors import RuleError


def verdict_of(filing: Filing) -> str:
    """What the verdict says, for pages and notices; empty while there is none."""
    found = counted(filing)
    if found is None:
        return ""
    return f"{found.verdict}。{found.reason}" if found.reason else found.verdict


def counted(filing: Filing) -> NodeVerdict | None:
    """Of a closed filing the verdict it was closed on, else the newest.

    What was found of a version that was sent back or withdrawn since is not what counts.
    """
    rows = filing.node_verdicts.select_related("decided_by", "revision")
    if filing.state == State.APPROVED:
        rows = rows.filter(revision=filing.approved_revision_id)
    return rows.order_by("-revision__number").first()


def demand_decidable(filing: Filing, revision: Revision, is_passing: bool) -> None:
    """Close a node only on a verdict about this revision. Raises RuleError with what to do."""
    if not is_passing:
        raise RuleError(
            "监控填报没有“不通过”：表要改的退回；项目不合格的，审核结论填不合格，再办结。",
            code="monitoring.no_reject",
        )
    if not NodeVerdict.objects.filter(revision=revision).exists():
        raise RuleError("还没有填审核结论。先填合格或不合格，再办结。", code="monitoring.open")
