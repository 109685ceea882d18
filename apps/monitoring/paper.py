"""The official 监控表 on paper: PDF by a job, workbook at once; columns carry the months.

Source: 财预〔2019〕136号, annex.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from apps.core import clock, pdf
from apps.core.sheets import Head, Page, write_book
from apps.filings.models import Filing, Revision
from apps.filings.stages import hooks_for
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.monitoring import content, nodes, permissions, unit_report
from apps.monitoring.models import NodeLights, NodeVerdict
from apps.monitoring.unit_report import UnitReport
from apps.organizations.models import User
from apps.rules import monitoring as rules
from apps.rules.form_words import show_target
from apps.rules.monitoring import CAUSES, FUNDS, LIKELIHOODS, MoneyLine, Node, ProgressLine
from apps.rules.monitoring.words import percent
from apps.rules.numbers import show_value, show_wan

PDF = "monitoring.pdf"
DRAFT = "草稿，未提交"
TICK = "√"
WORDS = {"initial": "年初预算数", "forecast": "全年预计执行数"}
PROJECT_HEADS = [
    Head("项目", width=40),
    Head("节点", width=10),
    Head("年初预算数（万元）", width=18),
    Head("执行数（万元）", width=16),
    Head("执行率", width=10),
    Head("监控灯", width=10),
]
OFF_HEADS = [
    Head("项目", width=34),
    Head("指标", width=26),
    Head("年度指标值", width=14),
    Head("执行情况", width=14),
    Head("全年预计完成情况", width=16),
    Head("偏差原因", width=20),
    Head("原因说明", width=34),
    Head("拟采取措施", width=34),
]


@dataclass(frozen=True)
class MoneyRow:
    """A row of the fund table as printed, in 万元."""

    label: str
    cells: tuple[str, str, str, str]  # initial, executed, rate, forecast


@dataclass(frozen=True)
class LineRow:
    """An indicator as printed; the spans of its levels are 0 where the cell above covers it."""

    level1: str
    span1: int
    level2: str
    span2: int
    name: str
    target: str
    actual: str
    forecast: str
    causes: tuple[str, ...]  # a tick or nothing for each of CAUSES
    reason: str
    likelihoods: tuple[str, ...]  # the same for each of LIKELIHOODS
    remark: str


@dataclass(frozen=True)
class Paper:
    """The 监控表 of one revision for one reader."""

    title: str
    year: int
    subject_label: str
    subject: str
    supervisor: str
    unit: str
    node: Node
    goal: str
    money: list[MoneyRow]
    lines: list[LineRow]
    lights: NodeLights | None
    verdict: NodeVerdict | None  # where the reader may know it
    report: UnitReport  # of a whole unit
    receipt: str
    is_draft: bool

    @property
    def causes(self) -> tuple[str, ...]:
        """The heads of the columns below 偏差原因分析."""
        return CAUSES

    @property
    def likelihoods(self) -> tuple[str, ...]:
        """The heads of the columns below 完成目标可能性."""
        return LIKELIHOODS


def paper_of(filing: Filing, revision: Revision, user: User) -> Paper:
    """The revision's table; lights and verdict on it where the person may know them."""
    revision.filing = filing
    form, node = content.form_of(revision), nodes.node_of(filing)
    unit, verdicts = filing.unit, filing.node_verdicts.select_related("decided_by")
    above = unit.parent or unit
    said = verdicts.filter(revision=revision).first()
    return Paper(
        title=hooks_for(filing.kind).title,
        year=node.fiscal_year,
        subject_label="项目名称" if filing.assignment.project else "单位名称",
        subject=str(filing.assignment.project or filing.unit),
        supervisor=f"{above}（{above.code}）",
        unit=f"{unit}（{unit.code}）",
        node=node,
        goal=content.goal_of(revision),
        money=[_money(row) for row in form.money],
        lines=list(_lines(form.lines)),
        lights=content.lights_of(revision),
        verdict=said if permissions.may_see(user, filing) else None,
        report=unit_report.report_of(filing, form, node),
        receipt=_receipt(filing, revision),
        is_draft=revision.is_open,
    )


def _money(row: MoneyLine) -> MoneyRow:
    rate = rules.execution_rate(row.executed, row.initial)
    shown = [
        "" if amount is None else show_wan(amount)
        for amount in (row.initial, row.executed, row.forecast)
    ]
    label = FUNDS[row.key] if row.key == rules.TOTAL else f"其中：{FUNDS[row.key]}"
    return MoneyRow(label, (shown[0], shown[1], "" if rate is None else percent(rate), shown[2]))


def _lines(rows: tuple[ProgressLine, ...]) -> Iterator[LineRow]:
    for number, row in enumerate(rows):
        promised = row.target
        first = number == 0 or rows[number - 1].target.level1 != promised.level1
        is_new = first or rows[number - 1].target.level2 != promised.level2
        actual = row.band or _value(row, "actual")
        yield LineRow(
            level1=promised.level1,
            span1=_span(rows, number, "level1") if first else 0,
            level2=promised.level2,
            span2=_span(rows, number, "level2") if is_new else 0,
            name=promised.name,
            target=show_target(promised),
            actual="未到考核时点" if row.is_not_due else actual,
            forecast=row.forecast_band or _value(row, "forecast"),
            causes=tuple(TICK if word in row.causes else "" for word in CAUSES),
            reason=row.reason,
            likelihoods=tuple(TICK if word == row.likelihood else "" for word in LIKELIHOODS),
            remark="\n".join(text for text in (row.measure, row.remark) if text),
        )


def _span(rows: tuple[ProgressLine, ...], first: int, level: str) -> int:
    """How many rows from here on stand under the same level (and, of the second, the first)."""
    here, n = rows[first].target, 0
    for row in rows[first:]:
        same = row.target.level1 == here.level1 and getattr(row.target, level) == getattr(
            here, level
        )
        if not same:
            break
        n += 1
    return n


def _value(row: ProgressLine, cell: str) -> str:
    value = getattr(row, cell)
    return "" if value is None else f"{show_value(value)}{row.target.unit}"


def _receipt(filing: Filing, revision: Revision) -> str:
    """The line at the foot of every page."""
    which = f"{filing.unit}　第{revision.number}版"
    if revision.submitted_at is None:
        return f"{which}　{DRAFT}"
    sent = revision.submitted_at.astimezone(clock.ZONE)
    return f"{which}　回执号 {revision.receipt_number}　{sent:%Y-%m-%d %H:%M:%S}报送"


# --- paper and workbook ---------------------------------------------------------------------
def name_of(paper: Paper, revision: Revision) -> str:
    """The file's name without extension."""
    return f"{paper.year}年度{paper.node.label}监控表 {paper.subject} 第{revision.number}版"


def form_pdf(paper: Paper) -> bytes:
    """The table as PDF, lying. Raises RuleError when it takes too long."""
    context = {"paper": paper, "receipt": paper.receipt, "landscape": True}
    return pdf.render("print/monitoring/form.html", context, title=f"{paper.title} {paper.subject}")


def form_xlsx(paper: Paper) -> bytes:
    """The table as a workbook: its head with the money, the indicators, of a unit its report."""
    title, note = f"{paper.title}（{paper.year}年度）", paper.receipt
    pages = [
        Page("项目资金", _money_heads(paper.node), _money_rows(paper), title, note),
        Page("绩效指标", _line_heads(paper.node), _line_rows(paper), title, note),
    ]
    if told := paper.report.summary:
        pages += [
            Page("项目执行情况", PROJECT_HEADS, map(astuple, paper.report.projects), title, told),
            Page("偏差和措施", OFF_HEADS, map(astuple, paper.report.off), title, note),
        ]
    return write_book(pages)


def _money_heads(node: Node) -> list[Head]:
    heads = (WORDS["initial"], node.columns["executed"], node.columns["rate"], WORDS["forecast"])
    return [Head("项目资金（万元）", width=30), *(Head(head, width=22) for head in heads)]


def _money_rows(paper: Paper) -> Iterator[tuple[str, ...]]:
    for label, value in (
        (paper.subject_label, paper.subject),
        ("主管部门及代码", paper.supervisor),
        ("实施单位", paper.unit),
    ):
        yield label, value, "", "", ""
    for row in paper.money:
        yield row.label, *row.cells
    yield "年度总体目标", paper.goal, "", "", ""


def _line_heads(node: Node) -> list[Head]:
    return [
        Head("一级指标", width=10),
        Head("二级指标", width=14),
        Head("三级指标", width=26),
        Head("年度指标值", width=14),
        Head(node.columns["actual"], width=16),
        Head("全年预计完成情况", width=16),
        *(Head(f"偏差原因：{word}", width=10) for word in CAUSES),
        Head("原因说明", width=30),
        *(Head(f"完成可能性：{word}", width=10) for word in LIKELIHOODS),
        Head("备注", width=30),
    ]


def _line_rows(paper: Paper) -> Iterator[tuple[str, ...]]:
    for row in paper.lines:
        promised = (row.level1, row.level2, row.name, row.target)
        told = (row.actual, row.forecast, *row.causes, row.reason, *row.likelihoods, row.remark)
        yield (*promised, *told)


# --- the job --------------------------------------------------------------------------------
def filings_of(user: User) -> QuerySet[Filing]:
    """The filings of nodes that exist for the person, with what the table reads."""
    rows = Filing.objects.visible_to(user).filter(kind__in=content.KINDS)
    around = ("task__plan", "project", "window")
    return rows.select_related(*(f"assignment__{name}" for name in around), "unit__parent")


@transaction.atomic
def start_pdf(*, actor: User, filing: Filing, revision: Revision) -> Job:
    """A job makes the PDF of one revision. Raises PermissionDenied when the filing is not seen."""
    if not filings_of(actor).filter(pk=filing.pk).exists():
        raise PermissionDenied
    subject = filing.assignment.project or filing.unit
    return jobs.leave(
        kind=PDF,
        title=f"生成PDF：{subject}　监控表　第{revision.number}版",
        owner=actor,
        params={"filing": str(filing.public_id), "revision": revision.number},
    )


def run_pdf(job: Job) -> dict[str, Any]:
    """The table as PDF on the job; the owner's right is asked again (TRUST B12)."""
    filing = filings_of(job.owner).filter(public_id=UUID(job.params["filing"])).first()
    if filing is None:
        raise PermissionDenied("没有做：提交人现在看不到这份监控表。")
    revision = filing.revisions.visible_to(job.owner).get(number=job.params["revision"])
    jobs.progress(job=job, n_done=0, n_total=1, message="正在排版")
    paper = paper_of(filing, revision, job.owner)
    job.file = jobs.keep_file(
        content=form_pdf(paper),
        name=f"{name_of(paper, revision)}.pdf",
        content_type="application/pdf",
        owner=job.owner,
    )
    jobs.progress(job=job, n_done=1, n_total=1)
    page = reverse("monitoring:sheet", args=[filing.fiscal_year, filing.public_id])
    return {"message": "已生成PDF。", "url": page}
