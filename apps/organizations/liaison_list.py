"""Units with their liaison officers as a workbook: at once when short, as a job when long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Prefetch, QuerySet

from apps.audit import services as audit
from apps.core import clock
from apps.core.sheets import Head, write_table
from apps.core.uploads import XLSX_TYPE
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.organizations import selectors
from apps.organizations.models import Liaison, Unit, User

KIND = "organizations.liaisons"
NAME = "联络员名册.xlsx"
AT_ONCE = 2_000
BLOCK = 500
HEADS = [
    Head("单位编码", width=12),
    Head("单位名称", width=30),
    Head("单位类型", width=12),
    Head("联络员", width=12),
    Head("电话", width=18),
    Head("起", "day", 12),
    Head("止", "day", 12),
    Head("系统账号", width=16),
    Head("情况", width=10),
]


@transaction.atomic
def export(*, actor: User, text: str = "") -> bytes | Job:
    """The workbook of the units that the person finds, or the job that makes it when it is long."""
    units = selectors.units_counted(actor, text)
    n_rows = units.count()
    audit.record(
        actor=actor,
        action="organizations.export_liaisons",
        subject=None,
        chain=audit.SYSTEM,
        data={"filter": text, "n_rows": n_rows},
        label="导出联络员名册",
    )
    if n_rows <= AT_ONCE:
        return _workbook(units)
    return jobs.leave(kind=KIND, title="导出联络员名册", owner=actor, params={"text": text})


def run_export(job: Job) -> dict[str, Any]:
    """The job's file is the workbook, with what its owner may see now."""
    units = selectors.units_counted(job.owner, job.params["text"])
    content = _workbook(units, job)
    job.file = jobs.keep_file(content=content, name=NAME, content_type=XLSX_TYPE, owner=job.owner)
    return {"message": "联络员名册已做好。"}


def _workbook(units: QuerySet[Unit], job: Job | None = None) -> bytes:
    return write_table(_cells(units, job), HEADS, sheet="联络员", title="联络员名册")


def _cells(units: QuerySet[Unit], job: Job | None) -> Iterator[tuple[Any, ...]]:
    serving = Liaison.objects.in_force(clock.today()).select_related("user").order_by("id")
    rows = units.order_by("jurisdiction", "code").prefetch_related(
        Prefetch("liaisons", serving, to_attr="serving")
    )
    n_total = units.count() if job else 0
    for number, unit in enumerate(rows.iterator(chunk_size=BLOCK)):
        if job and number % BLOCK == 0:
            jobs.progress(job=job, n_done=number, n_total=n_total, message="正在写名册")
        yield from _lines(unit)


def _lines(unit: Unit) -> Iterator[tuple[Any, ...]]:
    """One line a person, or one that says that there is nobody."""
    place = (unit.code, unit.name, unit.get_kind_display())
    serving: list[Liaison] = unit.__dict__["serving"]
    for post in serving:
        account = post.user.username if post.user else ""
        yield (*place, post.name, post.phone, post.starts_on, post.ends_on, account, "在任")
    if not serving:
        yield (*place, "", "", None, None, "", "未报")
