"""What the ledger's filter shows, as a workbook: at once when short, as a job when long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from apps.audit import services as audit
from apps.core import clock
from apps.core.sheets import Head, write_table
from apps.core.uploads import XLSX_TYPE
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.organizations.models import User
from apps.reports.ledger import rows as ledger
from apps.reports.ledger.rows import Asked, LedgerRow
from apps.rules.errors import RuleError
from apps.workplans.models import Assignment

KIND = "reports.ledger"
AT_ONCE = 1_000
MOST = 200_000
BLOCK = 500
HEADS = [
    Head("任务", width=30),
    Head("期次", width=12),
    Head("阶段", width=10),
    Head("牵头科室", width=12),
    Head("单位编码", width=11),
    Head("单位名称", width=26),
    Head("单位类型", width=11),
    Head("项目或地区", width=34),
    Head("截止日", "day", 12),
    Head("状态", width=11),
    Head("逾期", width=20),
    Head("填报员", width=14),
    Head("负责人", width=10),
    Head("联络员", width=14),
    Head("联络电话", width=18),
    Head("最近办理", width=24),
    Head("办理时间", "moment", 17),
]


def name_of(year: int) -> str:
    """The file's name."""
    return f"{year}年度工作推进总台账.xlsx"


@transaction.atomic
def export(*, actor: User, year: int, asked: Asked) -> bytes | Job:
    """The workbook, or the job that makes it when the list is long; who took what is on record.

    Raises RuleError beyond 200,000 rows.
    """
    rows = ledger.listed(actor, year, asked)
    n_rows = rows.order_by()[: MOST + 1].count()
    if n_rows > MOST:
        text = f"这次筛选超过{MOST}行，一次最多导出{MOST}行。请选任务或科室后再导。"
        raise RuleError(text, code="export.size")
    _record(actor, year, asked, n_rows)
    if n_rows <= AT_ONCE:
        return _workbook(rows, actor, year)
    params = {"year": year, "asked": asdict(asked), "n_rows": n_rows}
    title = f"导出{year}年度工作推进总台账"
    return jobs.leave(kind=KIND, title=title, owner=actor, params=params)


def run_export(job: Job) -> dict[str, Any]:
    """The job's file is the workbook, with what its owner may see now."""
    year = job.params["year"]
    rows = ledger.listed(job.owner, year, Asked(**job.params["asked"]))
    job.file = jobs.keep_file(
        content=_workbook(rows, job.owner, year, job),
        name=name_of(year),
        content_type=XLSX_TYPE,
        owner=job.owner,
    )
    return {"message": "总台账已做好。"}


def _workbook(rows: QuerySet[Assignment], user: User, year: int, job: Job | None = None) -> bytes:
    note = f"截至{clock.today():%Y-%m-%d}，按截止日排列。"
    title = f"{year}年度工作推进总台账"
    return write_table(_cells(rows, user, job), HEADS, sheet="总台账", title=title, note=note)


def _cells(rows: QuerySet[Assignment], user: User, job: Job | None) -> Iterator[tuple[Any, ...]]:
    """A block at a time, so that a year of a prefecture does not stand in memory."""
    found = ledger.whole(rows).order_by("due_at", "pk").iterator(chunk_size=BLOCK)
    n_done = 0
    while block := list(islice(found, BLOCK)):
        yield from map(_cell, ledger.lines(block, user))
        n_done += len(block)
        if job:
            n_total = max(job.params["n_rows"], n_done)
            jobs.progress(job=job, n_done=n_done, n_total=n_total, message="正在写台账")


def _cell(row: LedgerRow) -> tuple[Any, ...]:
    owed, owners = row.owed, row.owners
    return (
        owed.task.title,
        owed.window.label or owed.window.key,
        owed.task.get_stage_display(),
        str(owed.task.section or ""),
        owed.unit.code,
        owed.unit.name,
        owed.unit.get_kind_display(),
        row.subject,
        clock.last_day(owed.due_at) if owed.due_at else None,
        row.word,
        row.lateness,
        "、".join(owners.filers),
        "、".join(owners.heads),
        "、".join(post.name for post in owners.liaisons),
        "、".join(post.phone for post in owners.liaisons),
        f"{row.last.words} {row.last.by}".strip(),
        row.last.at.astimezone(clock.ZONE),
    )


def _record(actor: User, year: int, asked: Asked, n_rows: int) -> None:
    wanted = {name: value for name, value in asdict(asked).items() if value}
    audit.record(
        actor=actor,
        action="reports.export_ledger",
        subject=None,
        chain=audit.SYSTEM,
        data={"year": year, "filter": wanted, "n_rows": n_rows},
        label=f"导出{year}年度工作推进总台账",
    )
