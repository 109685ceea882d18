"""The ledger as a workbook."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.core.sheets import Head, Page, write_book
from apps.organizations.models import User
from apps.rectification import selectors
from apps.rectification.models import Problem
from apps.rectification.selectors import Counts, ProblemsAsked
from apps.rules.errors import RuleError

MOST = 20_000
COUNTS = [Head("项", width=28), Head("问题", "whole")]
LEDGER = [
    Head("单位编码", width=11),
    Head("责任单位", width=26),
    Head("项目", width=36),
    Head("来源", width=10),
    Head("出处", width=28),
    Head("问题", width=36),
    Head("问题内容", width=50),
    Head("严重程度", width=10),
    Head("整改方向", width=10),
    Head("整改要求", width=40),
    Head("责任人", width=10),
    Head("下达时间", "moment", 17),
    Head("整改截止", "day", 12),
    Head("状态", width=10),
    Head("逾期", width=6),
    Head("整改佐证", "whole", 10),
    Head("答复时间", "moment", 17),
    Head("销号时间", "moment", 17),
]


def name_of(year: int) -> str:
    """The file's name."""
    return f"{year}年度整改台账.xlsx"


@transaction.atomic
def export(*, actor: User, year: int, asked: ProblemsAsked) -> bytes:
    """What the filter shows, as a workbook; who took what is on record.

    Raises RuleError beyond 20,000 problems.
    """
    rows = selectors.ledger(actor, year, asked)
    n_rows = rows.count()
    if n_rows > MOST:
        text = f"这次筛选有{n_rows}个问题，一次最多导出{MOST}个。请按来源或单位筛选后再导。"
        raise RuleError(text, code="export.size")
    audit.record(
        actor=actor,
        action="rectification.export_problems",
        subject=None,
        chain=audit.SYSTEM,
        data={
            "year": year,
            "filter": {name: value for name, value in asdict(asked).items() if value},
            "n_rows": n_rows,
        },
        label=f"导出{year}年度整改台账",
    )
    title, note = f"{year}年度整改台账", f"截至{clock.today():%Y-%m-%d}；已撤销的不计数。"
    counts = _counts(selectors.counts_of(rows))
    lines = map(_line, rows.order_by("unit__code", "id"))
    return write_book([Page("计数", COUNTS, counts, title, note), Page("台账", LEDGER, lines)])


def _counts(told: Counts) -> list[tuple[Any, ...]]:
    return [
        ("问题（个）", told.n),
        ("单位正在整改", told.n_open),
        ("其中：逾期", told.n_overdue),
        ("待复核", told.n_answered),
        ("已销号", told.n_closed),
        ("认定过拒不整改", told.n_refused),
        ("严重且未销号", told.n_serious),
    ]


def _line(problem: Problem) -> tuple[Any, ...]:
    answered, closed = problem.answered_at, problem.closed_at
    return (
        problem.unit.code,
        problem.unit.name,
        str(problem.project or ""),
        problem.get_source_display(),
        problem.ref_label,
        problem.title,
        problem.text,
        problem.get_severity_display(),
        problem.get_area_display(),
        problem.demands,
        problem.owner.name if problem.owner else "",
        problem.opened_at.astimezone(clock.ZONE),
        problem.due_on,
        problem.get_state_display(),
        "是" if problem.is_overdue else "",
        problem.n_proofs,
        answered.astimezone(clock.ZONE) if answered else None,
        closed.astimezone(clock.ZONE) if closed else None,
    )
