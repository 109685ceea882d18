"""整改通知书 and 预警通知书: what the unit is told to put right, on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from apps.core import clock, pdf
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.organizations.models import User
from apps.rectification import permissions, selectors
from apps.rectification.models import PaymentDecision, Problem, Source
from apps.rectification.services import moves
from apps.rules.errors import RuleError

KIND = "rectification.letter"
NOT_YOURS = "通知书由绩效科、计划管理员或分管科室生成。"
NOT_ALLOWED = "没有做：提交人现在不能生成这份通知书。"
RECTIFY, WARN = "rectify", "warn"


@dataclass(frozen=True)
class Paper:
    """One kind of letter; `sources` are those of the problems that it is about, empty for all."""

    title: str
    template: str
    sources: tuple[str, ...] = ()


PAPERS = {
    RECTIFY: Paper("整改通知书", "print/rectification/letter.html"),
    WARN: Paper(
        "预警通知书", "print/rectification/warning.html", sources=(Source.MONITORING.value,)
    ),
}


def papers_of(problem: Problem) -> dict[str, Paper]:
    """The letters that may be written about the problem, by code."""
    return {
        code: paper
        for code, paper in PAPERS.items()
        if not paper.sources or problem.source in paper.sources
    }


@transaction.atomic
def start(*, problem: Problem, actor: User, number: str = "", paper: str = RECTIFY) -> Job:
    """A job prints the letter under the number.

    Raises PermissionDenied for who may not send it, RuleError for a 预警通知书 about what no
    monitoring found.
    """
    if not permissions.may_recheck(actor, problem):
        raise PermissionDenied(NOT_YOURS)
    found = papers_of(problem).get(paper)
    if found is None:
        raise RuleError("预警通知书只用于绩效监控发现的问题。", code="rectification.paper")
    moves.note(problem, actor, "print_letter", document=found.title, document_number=number.strip())
    return jobs.leave(
        kind=KIND,
        title=f"生成PDF：{found.title}　{problem.title}",
        owner=actor,
        params={"problem": str(problem.public_id), "number": number.strip(), "paper": paper},
    )


def run(job: Job) -> dict[str, Any]:
    """The letter as PDF on the job; the owner's right is asked again (TRUST B12)."""
    rows = selectors.shown(job.owner).filter(public_id=UUID(job.params["problem"]))
    problem = rows.first()
    if problem is None or not permissions.may_recheck(job.owner, problem):
        raise PermissionDenied(NOT_ALLOWED)
    paper = PAPERS[job.params["paper"]]
    jobs.progress(job=job, n_done=0, n_total=1, message="正在排版")
    job.file = jobs.keep_file(
        content=letter(problem, job.params["number"], paper),
        name=f"{paper.title} {problem.unit.name} {problem.title}.pdf"[:190],
        content_type="application/pdf",
        owner=job.owner,
    )
    jobs.progress(job=job, n_done=1, n_total=1)
    page = reverse("rectification:problem", args=[problem.fiscal_year, problem.public_id])
    return {"message": f"{paper.title}已生成PDF。", "url": page}


def letter(problem: Problem, number: str, paper: Paper = PAPERS[RECTIFY]) -> bytes:
    """The letter as PDF, laid out by GB/T 9704. Raises RuleError when it takes too long."""
    return pdf.render(paper.template, told(problem, number), title=paper.title)


def told(problem: Problem, number: str) -> dict[str, Any]:
    """What the template is given."""
    return {
        "problem": problem,
        "number": number,
        "found": problem.text.splitlines(),
        "wanted": problem.demands.splitlines(),
        "decisions": _decided(problem),
        "bureau": problem.jurisdiction.bureau or f"{problem.jurisdiction}财政局",
        "receipt": f"{problem.jurisdiction}　{problem.public_id}",
    }


def _decided(problem: Problem) -> list[PaymentDecision]:
    """What was approved about the money and is not taken back by today."""
    approved = problem.decisions.filter(state=PaymentDecision.State.APPROVED, reverses=None)
    ended = approved.filter(
        reversals__state=PaymentDecision.State.APPROVED,
        reversals__effective_on__lte=clock.today(),
    )
    return list(approved.exclude(pk__in=ended.values("pk")).order_by("id"))
