"""事前绩效评估报告 as a document: one structure that paper and workbook share (DOMAIN 1.8)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from apps.core import clock, pdf
from apps.core.sheets import Head, Page, write_book
from apps.filings.models import Filing, Review, Revision
from apps.filings.stages import hooks_for
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.organizations.models import User
from apps.pre_assessment import content, permissions
from apps.pre_assessment.models import Conclusion
from apps.rules.assessment_form import AMOUNTS, CHAPTERS, AssessmentForm, Dimension
from apps.rules.numbers import show_wan

PDF = "pre_assessment.pdf"
DRAFT = "草稿，未提交"
SCORES = [
    Head("维度", width=18),
    Head("要点", width=34),
    Head("满分", "number", 8),
    Head("单位自评", "number", 10),
    Head("财政审核", "number", 10),
    Head("评估意见", width=50),
    Head("佐证", width=30),
]
WORDS = [Head("项目", width=28), Head("内容", width=100)]


@dataclass(frozen=True)
class ScoreRow:
    """One criterion as printed; the dimension's words stand in its first row."""

    dimension: str
    span: int  # rows of the dimension; 0 where the cell above covers it
    name: str
    full: Decimal | None
    own: Decimal | None
    given: Decimal | None  # by finance; None where the reader may not know it


@dataclass(frozen=True)
class Paper:
    """The report of one revision for one reader."""

    title: str
    subject: str
    cover: list[tuple[str, str]]
    form: AssessmentForm
    chapters: list[tuple[str, list[tuple[str, str]], bool]]  # heading, texts, with dimensions
    scores: list[ScoreRow]
    conclusion: Conclusion | None
    receipt: str
    is_draft: bool

    @property
    def totals(self) -> tuple[Decimal, Decimal, Decimal | None]:
        """Full points, the unit's own, and finance's."""
        given = [row.given for row in self.scores if row.given is not None]
        return (
            sum((row.full for row in self.scores if row.full is not None), Decimal(0)),
            self.form.points,
            sum(given, Decimal(0)) if given else None,
        )

    @property
    def decided_on(self) -> Any:
        """The day of the conclusion."""
        said = self.conclusion
        return said.decided_at.astimezone(clock.ZONE).date() if said else None


def paper_of(filing: Filing, revision: Revision, user: User) -> Paper:
    """The revision's report; the conclusion on it where the person may know it."""
    form = content.form_of(revision)
    said = filing.conclusions.select_related("decided_by").filter(revision=revision).first()
    knows = permissions.may_see(user, filing)
    subject = str(filing.assignment.project or filing.assignment.task)
    return Paper(
        title=hooks_for(filing.kind).title,
        subject=subject,
        cover=_cover(filing, form, subject),
        form=form,
        chapters=[_chapter(n, form) for n in range(len(CHAPTERS))],
        scores=list(_scores(form, _given(filing, revision) if knows else {})),
        conclusion=said if knows else None,
        receipt=_receipt(filing, revision),
        is_draft=revision.is_open,
    )


def _cover(filing: Filing, form: AssessmentForm, subject: str) -> list[tuple[str, str]]:
    unit, project = filing.unit, filing.assignment.project
    above = unit.parent or unit
    amounts = [
        (f"{label}（万元）", "" if code not in form.amounts else show_wan(form.amounts[code]))
        for code, label in AMOUNTS.items()
    ]
    return [
        ("评估对象", subject),
        ("项目编码", (project.code or "") if project else ""),
        ("主管部门及代码", f"{above}（{above.code}）"),
        ("项目单位及代码", f"{unit}（{unit.code}）"),
        ("申请预算年度", str(form.budget_year or "")),
        *amounts,
        ("评估组织方式", form.organised),
        ("评估方法", "、".join(form.methods)),
        ("协助编制的机构", form.helper or "无"),
    ]


def _chapter(number: int, form: AssessmentForm) -> tuple[str, list[tuple[str, str]], bool]:
    chapter = CHAPTERS[number]
    texts = [(one.label, form.texts.get(one.code, "")) for one in chapter.questions]
    shown = [(label, text) for label, text in texts if text]
    return chapter.title, shown, chapter.title.startswith("三、")


def _given(filing: Filing, revision: Revision) -> dict[tuple[str, str], Decimal | None]:
    """Finance's points by dimension and criterion, of the last decided sheet."""
    sheet = content.score_sheet(filing.assignment.task)
    decided = Review.objects.filter(revision=revision, step__sheet=sheet).exclude(decision="")
    review = decided.order_by("-step__position").first() if sheet else None
    rows = review.scores.select_related("item") if review else ()
    return {(row.item.group, row.item.name): row.points for row in rows}


def _scores(
    form: AssessmentForm, given: dict[tuple[str, str], Decimal | None]
) -> Iterator[ScoreRow]:
    for dimension in form.dimensions:
        span = len(dimension.points) or 1
        if not dimension.points:
            yield ScoreRow(dimension.name, 1, "", None, None, None)
        for point in dimension.points:
            points = given.get((dimension.name, point.name))
            yield ScoreRow(dimension.name, span, point.name, point.full, point.points, points)
            span = 0


def _receipt(filing: Filing, revision: Revision) -> str:
    """The line at the foot of every page."""
    which = f"{filing.unit}　第{revision.number}版"
    if revision.submitted_at is None:
        return f"{which}　{DRAFT}"
    sent = revision.submitted_at.astimezone(clock.ZONE)
    return f"{which}　回执号 {revision.receipt_number}　{sent:%Y-%m-%d %H:%M:%S}报送"


# --- paper and workbook ---------------------------------------------------------------------
def name_of(paper: Paper, filing: Filing, revision: Revision) -> str:
    """The file's name without extension."""
    return f"{filing.fiscal_year}年度{paper.title} {paper.subject} 第{revision.number}版"


def report_pdf(paper: Paper) -> bytes:
    """The report as PDF. Raises RuleError when it takes too long."""
    context = {"paper": paper, "receipt": paper.receipt}
    return pdf.render(
        "print/pre_assessment/report.html", context, title=f"{paper.title} {paper.subject}"
    )


def report_xlsx(paper: Paper) -> bytes:
    """The report as a workbook: its words, and the score sheet."""
    title = f"{paper.title} {paper.subject}"
    return write_book(
        [
            Page("报告", WORDS, _words(paper), title, paper.receipt),
            Page("评分指标体系", SCORES, _points(paper), title, paper.receipt),
        ]
    )


def _words(paper: Paper) -> Iterator[tuple[str, str]]:
    yield from paper.cover
    for n, row in enumerate(paper.form.bases, 1):
        parts = (row.level, row.document, row.title, row.clause, row.accord)
        yield f"政策依据{n}", "　".join(text for text in parts if text)
    for heading, texts, _ in paper.chapters:
        yield heading, ""
        yield from texts
    if said := paper.conclusion:
        yield "评估结论", said.verdict
        yield "支持金额（万元）", show_wan(said.supported)
        yield "理由", said.reason
        yield "结论人、日期", f"{said.decided_by}　{paper.decided_on}"


def _points(paper: Paper) -> Iterator[tuple[Any, ...]]:
    words: dict[str, Dimension] = {row.name: row for row in paper.form.dimensions}
    for row in paper.scores:
        said = words[row.dimension]
        opinion = (said.statement, said.evidence) if row.span else ("", "")
        yield (row.dimension, row.name, row.full, row.own, row.given, *opinion)
    yield ("合计", "", *paper.totals, "", "")


# --- the job --------------------------------------------------------------------------------
def filings_of(user: User) -> QuerySet[Filing]:
    """The assessments that exist for the person, with what a report reads."""
    rows = Filing.objects.visible_to(user).filter(kind__in=content.KINDS)
    return rows.select_related("assignment__task__plan", "assignment__project", "unit__parent")


@transaction.atomic
def start_pdf(*, actor: User, filing: Filing, revision: Revision) -> Job:
    """A job makes the PDF of one revision. Raises PermissionDenied when the filing is not seen."""
    if not filings_of(actor).filter(pk=filing.pk).exists():
        raise PermissionDenied
    subject = filing.assignment.project or filing.assignment.task
    return jobs.leave(
        kind=PDF,
        title=f"生成PDF：{subject}　事前绩效评估报告　第{revision.number}版",
        owner=actor,
        params={"filing": str(filing.public_id), "revision": revision.number},
    )


def run_pdf(job: Job) -> dict[str, Any]:
    """The report as PDF on the job; the owner's right is asked again (TRUST B12)."""
    filing = filings_of(job.owner).filter(public_id=UUID(job.params["filing"])).first()
    if filing is None:
        raise PermissionDenied("没有做：提交人现在看不到这份报告。")
    revision = filing.revisions.visible_to(job.owner).get(number=job.params["revision"])
    jobs.progress(job=job, n_done=0, n_total=1, message="正在排版")
    paper = paper_of(filing, revision, job.owner)
    job.file = jobs.keep_file(
        content=report_pdf(paper),
        name=f"{name_of(paper, filing, revision)}.pdf",
        content_type="application/pdf",
        owner=job.owner,
    )
    jobs.progress(job=job, n_done=1, n_total=1)
    page = reverse("pre_assessment:sheet", args=[filing.fiscal_year, filing.public_id])
    return {"message": "已生成PDF。", "url": page}
