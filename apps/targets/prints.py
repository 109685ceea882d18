"""Official forms made by jobs, as their owner: one PDF, or a year's approved forms as one zip."""

from __future__ import annotations

import tempfile
import zipfile
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from apps.filings.models import Filing, Revision
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.targets import documents, in_force, kinds

PDF = "targets.pdf"
BATCH = "targets.pdf_batch"
MOST_FORMS = 500  # about 150 MB of PDF, each with its own cut of the fonts
SHOWN_WITH = (
    "assignment__task__plan",
    "assignment__project",
    "unit__parent",
    "jurisdiction",
    "approved_revision__submitted_by",
)


def filings_of(user: User) -> QuerySet[Filing]:
    """The target filings that exist for the person, with what a document reads."""
    rows = Filing.objects.visible_to(user).filter(kind__in=kinds.codes())
    return rows.select_related(*SHOWN_WITH)


@transaction.atomic
def start_pdf(*, actor: User, filing: Filing, revision: Revision) -> Job:
    """A job makes the PDF of one revision. Raises PermissionDenied when the filing is not seen."""
    if not filings_of(actor).filter(pk=filing.pk).exists():
        raise PermissionDenied
    subject = filing.assignment.project or filing.unit
    return jobs.leave(
        kind=PDF,
        title=f"生成PDF：{subject}　绩效目标申报表　第{revision.number}版",
        owner=actor,
        params={"filing": str(filing.public_id), "revision": revision.number},
    )


def run_pdf(job: Job) -> dict[str, Any]:
    """The form as PDF on the job; the owner's right is asked again (TRUST B12)."""
    filing = filings_of(job.owner).filter(public_id=UUID(job.params["filing"])).first()
    if filing is None:
        raise PermissionDenied("没有做：提交人现在看不到这份填报。")
    revisions = filing.revisions.visible_to(job.owner)
    revisions = revisions.select_related("submitted_by", "saved_by")
    revision = revisions.get(number=job.params["revision"])
    jobs.progress(job=job, n_done=0, n_total=1, message="正在排版")
    document = documents.document_of(filing, revision)
    job.file = jobs.keep_file(
        content=documents.form_pdf(document),
        name=f"{document.file_name}.pdf",
        content_type="application/pdf",
        owner=job.owner,
    )
    jobs.progress(job=job, n_done=1, n_total=1)
    page = reverse("targets:document", args=[filing.fiscal_year, filing.public_id])
    return {"message": "已生成PDF。", "url": f"{page}?revision={revision.number}"}


@transaction.atomic
def start_batch(*, actor: User, year: int, unit: str = "") -> Job:
    """A job prints every form in force of the year that the person may see, of one unit or all.

    `unit` is its public id. Raises RuleError when there is none, or more than fit into one file.
    """
    n_forms = _in_force(actor, year, unit).count()
    if not n_forms:
        raise RuleError(f"{year}年度还没有已定稿的绩效目标，没有可打印的。", code="targets.none")
    if n_forms > MOST_FORMS:
        raise RuleError(
            f"有{n_forms}份，一次最多打印{MOST_FORMS}份。请按单位分批打印。", code="targets.many"
        )
    title = f"打印{year}年度已定稿的绩效目标申报表（{n_forms}份）"
    return jobs.leave(kind=BATCH, title=title, owner=actor, params={"year": year, "unit": unit})


def _in_force(user: User, year: int, unit: str) -> QuerySet[Filing]:
    rows = in_force.standing(filings_of(user).filter(fiscal_year=year))
    rows = rows.filter(unit__public_id=UUID(unit)) if unit else rows
    return rows.order_by("unit__code", "pk")


def run_batch(job: Job) -> dict[str, Any]:
    """The forms in force as one zip, packed on disk; one form is in memory at a time."""
    year = job.params["year"]
    rows = _in_force(job.owner, year, job.params["unit"])
    n_total, n_done = rows.count(), 0
    with tempfile.TemporaryFile() as target:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
            for filing in rows.iterator(chunk_size=50):
                n_done += 1
                jobs.progress(job=job, n_done=n_done, n_total=n_total, message="正在排版")
                _pack(package, n_done, filing)
        job.file = jobs.keep_file(
            content=target,
            name=f"{year}年度绩效目标申报表.zip",
            content_type="application/zip",
            owner=job.owner,
        )
    return {"message": f"已生成{n_done}份PDF，打成一个压缩包。"}


def _pack(package: zipfile.ZipFile, number: int, filing: Filing) -> None:
    revision = filing.approved_revision
    assert revision is not None  # noqa: S101 (asked for in the query)
    document = documents.document_of(filing, revision)
    name = f"{number:03d} {filing.unit.code} {document.project}"[:80].replace("/", "／")
    package.writestr(f"{name}.pdf", documents.form_pdf(document))
