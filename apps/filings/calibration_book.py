"""The workbook of the reviewers on one sheet, and of what was scored twice."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.core.sheets import Head, Page, write_book
from apps.filings.selectors import calibration as selectors
from apps.filings.selectors.calibration import CriterionGap, Pair, ReviewerLine
from apps.organizations.models import User
from apps.workplans.models import ScoreSheet

REVIEWERS = [
    Head("审核员", width=14),
    Head("打分件数", "whole", 10),
    Head("平均分", "number"),
    Head("中位数", "number"),
    Head("标准差", "number"),
    Head("最低", "number"),
    Head("最高", "number"),
    Head("与他人同件件数", "whole", 14),
    Head("平均高出", "number"),
    Head("平均相差", "number"),
]
PAIRS = [
    Head("对象", width=40),
    Head("第一次", width=12),
    Head("得分", "number"),
    Head("再打分", width=12),
    Head("得分", "number"),
    Head("相差", "number"),
    Head("打分时间", "moment", 17),
]
CRITERIA = [
    Head("审核要点", width=24),
    Head("件数", "whole"),
    Head("平均相差（后减前）", "number", 18),
    Head("相差大小", "number"),
]


def name_of(sheet: ScoreSheet) -> str:
    """The file's name."""
    return f"{sheet.title} 打分校准.xlsx"


@transaction.atomic
def export(*, actor: User, year: int, sheet: ScoreSheet) -> bytes:
    """The comparison as a workbook; who took it is on record. Raises PermissionDenied."""
    if not selectors.sheets(actor, year).filter(pk=sheet.pk).exists():
        raise PermissionDenied("打分校准由绩效科和局领导查看。")
    told = selectors.compared(actor, year, sheet)
    audit.record(
        actor=actor,
        action="filings.export_calibration",
        subject=None,
        chain=audit.SYSTEM,
        data={"year": year, "sheet": sheet.title, "n_rows": told.whole.n},
        label=f"导出打分校准：{sheet.title}",
    )
    day = f"截至{clock.today():%Y-%m-%d}"
    note = f"{day}，分。标准差按样本计；平均高出＝本人减他人在同一件上的平均分。"
    return write_book(
        [
            Page("审核员", REVIEWERS, map(_reviewer, told.lines), sheet.title, note),
            Page("同件两次打分", PAIRS, map(_pair, told.pairs)),
            Page("按要点", CRITERIA, map(_criterion, told.criteria)),
        ]
    )


def _reviewer(line: ReviewerLine) -> tuple[Any, ...]:
    spread, lean = line.spread, line.lean
    told = (spread.n, spread.mean, spread.median, spread.deviation, spread.lowest, spread.highest)
    return (line.name, *told, lean.n, lean.mean, lean.size)


def _pair(pair: Pair) -> tuple[Any, ...]:
    second = pair.second
    at = second.scored_at.astimezone(clock.ZONE) if second.scored_at else None
    first = second.review.reviewer.name
    return (pair.subject, first, pair.first, second.scorer.name, pair.again, pair.gap, at)


def _criterion(gap: CriterionGap) -> tuple[Any, ...]:
    return (gap.name, gap.agreement.n, gap.agreement.mean, gap.agreement.size)
