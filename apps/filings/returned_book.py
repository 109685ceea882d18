"""The workbook of what was returned: counts, objects, problems (Y-14)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.core.sheets import Head, Page, write_book
from apps.filings.models import ReturnItem
from apps.filings.selectors import returned
from apps.filings.selectors.returned import Counts, ReturnedAsked, ReturnedLine
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.return_kinds import WORDS, kind_of

MOST = 20_000
NOTE = "退回几次的对象只计一个；问题按退回意见的条数计，定稿后抽审退回的也计；项目与单位整体分列。"
COUNTS = [Head("项", width=24), Head("合计", "whole"), Head("项目", "whole"), Head("整体", "whole")]
KINDS = [Head("问题类别", width=20), Head("处数", "whole"), Head("对象数", "whole")]
OBJECTS = [
    Head("单位编码", width=11),
    Head("单位名称", width=26),
    Head("对象", width=40),
    Head("任务", width=30),
    Head("退回次数", "whole", 10),
    Head("问题处数", "whole", 10),
    Head("已改处数", "whole", 10),
    Head("最近退回", "moment", 17),
    Head("现在状态", width=10),
]
PROBLEMS = [
    Head("单位名称", width=26),
    Head("对象", width=40),
    Head("版次", "whole", 8),
    Head("位置", width=36),
    Head("问题类别", width=16),
    Head("要求", width=50),
    Head("轻重", width=8),
    Head("步骤", width=18),
    Head("科室", width=14),
    Head("退回原因", width=28),
    Head("退回时间", "moment", 17),
    Head("答复", width=30),
    Head("已改", "moment", 17),
]


def name_of(year: int) -> str:
    """The file's name."""
    return f"{year}年度退回统计.xlsx"


@transaction.atomic
def export(*, actor: User, year: int, asked: ReturnedAsked) -> bytes:
    """What the filter shows, as a workbook; who took what is on record.

    Raises RuleError beyond 20,000 problems.
    """
    rows = returned.problems(actor, year, asked)
    counts = returned.counts(rows)
    if counts.n_problems > MOST:
        text = f"这次筛选有{counts.n_problems}处问题，一次最多导出{MOST}处。请选任务或科室后再导。"
        raise RuleError(text, code="export.size")
    audit.record(
        actor=actor,
        action="filings.export_returned",
        subject=None,
        chain=audit.SYSTEM,
        data={
            "year": year,
            "filter": {name: value for name, value in asdict(asked).items() if value},
            "n_rows": counts.n_problems,
        },
        label=f"导出{year}年度退回统计",
    )
    objects = returned.lines(returned.objects(actor, year, rows), rows)
    kinds = [(one.word, one.n_problems, one.n_filings) for one in returned.by_kind(rows)]
    title = f"{year}年度退回统计"
    return write_book(
        [
            Page("计数", COUNTS, _counts(counts), title, f"截至{clock.today():%Y-%m-%d}。{NOTE}"),
            Page("按问题类别", KINDS, kinds),
            Page("按对象", OBJECTS, map(_object, objects)),
            Page("问题明细", PROBLEMS, map(_problem, rows)),
        ]
    )


def _counts(told: Counts) -> list[tuple[Any, ...]]:
    return [
        ("退回对象（个）", told.n_filings, told.n_projects, told.n_wholes),
        ("完善问题（处）", told.n_problems, told.n_project_problems, told.n_whole_problems),
        ("退回（次）", told.n_returns, None, None),
        ("已改（处）", told.n_settled, None, None),
    ]


def _object(line: ReturnedLine) -> tuple[Any, ...]:
    filing = line.filing
    return (
        filing.unit.code,
        filing.unit.name,
        str(filing.assignment.subject or filing.unit),
        filing.assignment.task.title,
        line.n_returns,
        line.n_problems,
        line.n_settled,
        line.last_at.astimezone(clock.ZONE),
        filing.get_state_display(),
    )


def _problem(item: ReturnItem) -> tuple[Any, ...]:
    filing, section = item.filing, item.section
    decided, settled = item.asked_at, item.resolved_at
    return (
        filing.unit.name,
        str(filing.assignment.subject or filing.unit),
        item.asked_of.number,
        item.place,
        WORDS[kind_of(item.path)],
        item.message,
        item.get_severity_display(),
        item.asked_by,
        section.name if section else "",
        item.review.get_cause_display() if item.review and item.review.cause else "",
        decided.astimezone(clock.ZONE) if decided else None,
        item.answer,
        settled.astimezone(clock.ZONE) if settled else None,
    )
