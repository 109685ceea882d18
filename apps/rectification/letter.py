"""整改通知书: what the unit is told to put right, on paper."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse

from apps.core import pdf
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.organizations.models import User
from apps.rectification import permissions, selectors
from apps.rectification.models import Problem
from apps.rectification.services import moves

KIND = "rectification.letter"
NOT_YOURS = "整改通知书由绩效科、计划管理员或分管科室生成。"


@transaction.atomic
def start(*, problem: Problem, actor: User, number: str = "") -> Job:
    """A job prints the letter under the number. Raises PermissionDenied for who may not send it."""
    if not permissions.may_recheck(actor, problem):
        raise PermissionDenied(NOT_YOURS)
    moves.note(problem, actor, "print_letter", document_number=number.strip())
    return jobs.leave(
        kind=KIND,
        title=f"生成PDF：整改通知书　{problem.title}",
        owner=actor,
        params={"problem": str(problem.public_id), "number": number.strip()},
    )


def run(job: Job) -> dict[str, Any]:
    """The letter as PDF on the job; the owner's right is asked again (TRUST B12)."""
    rows = selectors.shown(job.owner).filter(public_id=UUID(job.params["problem"]))
    problem = rows.first()
    if problem is None or not permissions.may_recheck(job.owner, problem):
        raise PermissionDenied("没有做：提交人现在不能生成这份整改通知书。")
    jobs.progress(job=job, n_done=0, n_total=1, message="正在排版")
    job.file = jobs.keep_file(
        content=letter(problem, job.params["number"]),
        name=f"整改通知书 {problem.unit.name} {problem.title}.pdf"[:190],
        content_type="application/pdf",
        owner=job.owner,
    )
    jobs.progress(job=job, n_done=1, n_total=1)
    page = reverse("rectification:problem", args=[problem.fiscal_year, problem.public_id])
    return {"message": "整改通知书已生成PDF。", "url": page}


def letter(problem: Problem, number: str) -> bytes:
    """The letter as PDF, laid out by GB/T 9704. Raises RuleError when it takes too long."""
    context = {
        "problem": problem,
        "number": number,
        "found": problem.text.splitlines(),
        "wanted": problem.demands.splitlines(),
        "bureau": problem.jurisdiction.bureau or f"{problem.jurisdiction}财政局",
        "receipt": f"{problem.jurisdiction}　{problem.public_id}",
    }
    return pdf.render("print/rectification/letter.html", context, title="整改通知书")
