"""What failed at a node is a problem of its unit: the ledger keeps it until it is closed."""

from __future__ import annotations

from datetime import date

from apps.core import clock
from apps.filings.models import Filing
from apps.monitoring import nodes
from apps.monitoring.models import NodeVerdict, Verdict
from apps.organizations.models import User
from apps.rectification import services as rectification
from apps.rectification.models import Source
from apps.rectification.services import Found, Reference
from apps.rules.numbers import parse_number
from apps.workplans import calendar
from apps.workplans.models import RuleSetting

KIND = "monitoring.node"
DAYS = "monitoring.rectify_days"  # the plan's working days for 销号 (Y-25)
DEMANDS = "分析不合格的原因，采取措施整改，写明整改结果，附佐证。"
CORRECTED = "审核结论已更正为合格。"


def follow(filing: Filing, actor: User) -> None:
    """What was found 不合格 stands in the ledger of problems, once.

    合格 leaves nothing there: what a verdict before it opened is withdrawn, unless it is closed.
    Source: Y-25, 建立台账并跟踪督办，限期销号.
    """
    said = NodeVerdict.objects.filter(revision=filing.approved_revision_id).first()
    if said is None:
        return
    if said.verdict == Verdict.FAILED:
        _open(filing, said, actor)
    else:
        place = Reference(KIND, str(filing.public_id), nodes.node_of(filing).label)
        rectification.take_back(
            jurisdiction=filing.jurisdiction, reference=place, actor=actor, reason=CORRECTED
        )


def _open(filing: Filing, said: NodeVerdict, actor: User) -> None:
    project, node = filing.assignment.project, nodes.node_of(filing)
    label = f"{filing.assignment.task}　{node.label}"
    found = Found(
        unit=project.unit if project else filing.unit,
        project=project,
        year=said.fiscal_year,
        source=Source.MONITORING,
        title=f"{node.label}绩效监控不合格",
        text=said.reason,
        demands=DEMANDS,
        due_on=_last_day(filing),
        reference=Reference(KIND, str(filing.public_id), label),
    )
    rectification.open_problem(actor=actor, found=found)


def _last_day(filing: Filing) -> date | None:
    """By the plan's working days; None, for the usual month, where it says nothing."""
    rows = RuleSetting.objects.filter(plan=filing.assignment.plan_id, code=DAYS, is_filled=True)
    row = rows.filter(task=None).first()
    return calendar.usual_day(clock.today(), int(parse_number(row.value))) if row else None
