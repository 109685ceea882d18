"""The record of a draw on paper and as a workbook: population, seed, method, drawn, results."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from apps.audit import services as audit
from apps.core import clock, pdf
from apps.core.sheets import Head, Page, write_book
from apps.filings.models import ReturnItem, SampleDraw, SampleItem
from apps.filings.selectors import sampling as selectors
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.organizations.models import User
from apps.rules import sampling

KIND = "filings.sample_paper"
POPULATION = [
    Head("序号", "whole", 8),
    Head("公开标识", width=38),
    Head("对象", width=40),
    Head("单位编码", width=11),
    Head("单位名称", width=26),
    Head("层", width=22),
    Head("重点项目", width=10),
    Head("金额（万元）", "wan", 14),
    Head("版次", "whole", 8),
]
DRAWN = [
    Head("抽取顺序", "whole", 10),
    Head("公开标识", width=38),
    Head("对象", width=40),
    Head("单位名称", width=26),
    Head("层", width=22),
    Head("当时剩余", "whole", 10),
    Head("取第几件（从0起）", "whole", 16),
    Head("抽取数", width=20),
    Head("检查人", width=12),
    Head("结果", width=10),
    Head("问题", width=50),
    Head("检查时间", "moment", 17),
    Head("退回时间", "moment", 17),
]
FACTS = [Head("项目", width=18), Head("内容", width=80)]


def facts_of(draw: SampleDraw) -> list[tuple[str, str]]:
    """What makes the draw repeatable, as label and text."""
    drawn = f"{draw.drawn_by}　{_moment(draw.drawn_at)}" if draw.drawn_at else "还没有抽取"
    found = [
        ("任务", draw.task.title),
        ("方式", draw.method_text),
        ("总体时刻", _moment(draw.population_at)),
        ("总体件数", f"{len(draw.population)}件"),
        ("总体摘要", draw.population_hash),
        ("种子", draw.seed),
        ("备下", f"{draw.prepared_by}　{_moment(draw.population_at)}"),
        ("抽取（第二人）", drawn),
    ]
    if draw.reason:
        found.append(("再次抽取的理由", draw.reason))
    if draw.void_reason:
        found.append(("作废理由", draw.void_reason))
    return found


def _moment(moment: Any) -> str:
    local = moment.astimezone(clock.ZONE)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}"


def name_of(draw: SampleDraw, ending: str) -> str:
    """The file's name."""
    return f"{draw.title} 抽样记录.{ending}"


@transaction.atomic
def workbook(*, draw: SampleDraw, actor: User) -> bytes:
    """Facts, population and drawn as three sheets; who took it is on record."""
    _demand_seen(draw, actor)
    _note(draw, actor, "Excel")
    items = list(selectors.items(actor).filter(draw=draw).order_by("position"))
    facts = facts_of(draw)
    return write_book(
        [
            Page("抽样事项", FACTS, facts, draw.title),
            Page("抽样总体", POPULATION, [_member(n, row) for n, row in _numbered(draw)]),
            Page("抽中名单", DRAWN, [_drawn(item) for item in items]),
        ]
    )


def _numbered(draw: SampleDraw) -> list[tuple[int, dict[str, Any]]]:
    return list(enumerate(draw.population, 1))


def _member(number: int, row: dict[str, Any]) -> tuple[Any, ...]:
    is_key = "是" if row["is_key"] else ""
    named = (number, row["key"], row["subject"], row["code"], row["unit"], row["stratum"])
    return (*named, is_key, Decimal(row["amount"]), row["revision"])


def _light(problem: dict[str, str]) -> str:
    """（建议改） after a problem that need not be changed."""
    return "（建议改）" if problem.get("severity") == ReturnItem.Severity.SHOULD else ""


def _drawn(item: SampleItem) -> tuple[Any, ...]:
    trace, filing = item.trace, item.filing
    said = "；".join(f"{one['place']}：{one['message']}{_light(one)}" for one in item.problems)
    return (
        item.position,
        str(filing.public_id),
        str(filing.assignment.subject or filing.unit),
        filing.unit.name,
        item.stratum,
        trace["left"] or None,
        trace["index"] if trace["left"] else None,
        trace["value"],
        item.checker.name if item.checker else "",
        item.get_result_display(),
        said or (item.opinion if item.result == SampleItem.Result.EXCUSED else ""),
        item.checked_at.astimezone(clock.ZONE) if item.checked_at else None,
        item.sent_back_at.astimezone(clock.ZONE) if item.sent_back_at else None,
    )


# --- paper ------------------------------------------------------------------------------------
@transaction.atomic
def start_paper(*, draw: SampleDraw, actor: User) -> Job:
    """A job prints the record. Raises PermissionDenied when the draw is not seen."""
    _demand_seen(draw, actor)
    _note(draw, actor, "PDF")
    return jobs.leave(
        kind=KIND,
        title=f"生成PDF：{draw.title}　抽样记录",
        owner=actor,
        params={"draw": str(draw.public_id)},
    )


def run_paper(job: Job) -> dict[str, Any]:
    """The record as PDF on the job; the owner's right is asked again (TRUST B12)."""
    rows = SampleDraw.objects.visible_to(job.owner).select_related(
        "task", "jurisdiction", "prepared_by", "drawn_by"
    )
    draw = rows.filter(public_id=UUID(job.params["draw"])).first()
    if draw is None:
        raise PermissionDenied("没有做：提交人现在看不到这次抽审。")
    jobs.progress(job=job, n_done=0, n_total=1, message="正在排版")
    job.file = jobs.keep_file(
        content=paper(draw, job.owner),
        name=name_of(draw, "pdf"),
        content_type="application/pdf",
        owner=job.owner,
    )
    jobs.progress(job=job, n_done=1, n_total=1)
    page = reverse("filings:sample", args=[draw.fiscal_year, draw.public_id])
    return {"message": "抽样记录已生成PDF。", "url": page}


def paper(draw: SampleDraw, user: User) -> bytes:
    """Population and draw as PDF. Raises RuleError when it takes too long."""
    context = {
        "draw": draw,
        "facts": facts_of(draw),
        "quotas": sampling.quotas(draw.members, draw.design),
        "items": list(selectors.items(user).filter(draw=draw).order_by("position")),
        "receipt": f"{draw.jurisdiction}　种子 {draw.seed}　总体摘要 {draw.population_hash[:16]}",
        "landscape": True,
    }
    return pdf.render("print/filings/sample.html", context, title=f"{draw.title} 抽样记录")


def _demand_seen(draw: SampleDraw, actor: User) -> None:
    if not SampleDraw.objects.visible_to(actor).filter(pk=draw.pk).exists():
        raise PermissionDenied


def _note(draw: SampleDraw, actor: User, shape: str) -> None:
    audit.record(
        actor=actor,
        action="filings.export_sample",
        subject=draw,
        chain=f"region:{draw.jurisdiction.code}",
        data={"kind": shape, "n_rows": len(draw.population)},
        label=draw.title,
    )
