"""The decisions about money as a workbook."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.core.sheets import Head, Page, write_book
from apps.organizations.models import User
from apps.rectification import selectors
from apps.rectification.book import MOST
from apps.rectification.models import PaymentDecision
from apps.rectification.selectors import DecisionsAsked
from apps.rules.errors import RuleError

HEADS = [
    Head("单位编码", width=11),
    Head("单位", width=26),
    Head("项目编码", width=24),
    Head("项目", width=36),
    Head("处置", width=12),
    Head("原因", width=16),
    Head("金额（万元）", "wan", 16),
    Head("执行日期", "day", 12),
    Head("状态", width=10),
    Head("理由", width=44),
    Head("解除条件", width=36),
    Head("所据问题", width=36),
    Head("依据", width=44),
    Head("恢复、撤销的是", width=16),
    Head("提出人", width=10),
    Head("提出时间", "moment", 17),
    Head("批准人", width=10),
    Head("批准时间", "moment", 17),
    Head("批准意见", width=30),
]


def name_of(year: int) -> str:
    """The file's name."""
    return f"{year}年度资金处置.xlsx"


@transaction.atomic
def export(*, actor: User, year: int, asked: DecisionsAsked) -> bytes:
    """What the filter shows, as a workbook; who took what is on record.

    Raises RuleError beyond 20,000 decisions.
    """
    rows = selectors.decisions(actor, year, asked)
    n_rows = rows.count()
    if n_rows > MOST:
        text = f"这次筛选有{n_rows}项处置，一次最多导出{MOST}项。请按单位筛选后再导。"
        raise RuleError(text, code="export.size")
    audit.record(
        actor=actor,
        action="rectification.export_decisions",
        subject=None,
        chain=audit.SYSTEM,
        data={
            "year": year,
            "filter": {name: value for name, value in asdict(asked).items() if value},
            "n_rows": n_rows,
        },
        label=f"导出{year}年度资金处置",
    )
    note = f"截至{clock.today():%Y-%m-%d}。"
    lines = map(_line, rows.order_by("project__unit__code", "id"))
    return write_book([Page("资金处置", HEADS, lines, f"{year}年度资金处置", note)])


def _line(decision: PaymentDecision) -> tuple[Any, ...]:
    unit, decided = decision.project.unit, decision.decided_at
    return (
        unit.code,
        unit.name,
        decision.project.code or "",
        decision.project.name,
        decision.kind,
        decision.get_cause_display(),
        decision.amount,
        decision.effective_on,
        decision.get_state_display(),
        decision.reason,
        decision.lift_when,
        decision.problem.title,
        decision.clause,
        decision.reverses.kind if decision.reverses else "",
        decision.proposed_by.name,
        decision.proposed_at.astimezone(clock.ZONE),
        decision.decided_by.name if decision.decided_by else "",
        decided.astimezone(clock.ZONE) if decided else None,
        decision.opinion,
    )
