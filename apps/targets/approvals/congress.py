"""报人大材料: the year's targets of key projects as one book, made by a job (Q-15, B-29)."""

from __future__ import annotations

import io
import zipfile
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, User
from apps.projects.models import Project, ProjectQuerySet
from apps.rules.errors import RuleError
from apps.targets.approvals import paper, permissions, reading
from apps.targets.approvals.paper import Book
from apps.workplans import selectors as plans

KIND = "targets.congress_book"
EVENT = "budget_to_congress"
SCOPES = {"key": "重点项目", "all": "全部项目"}
MOST = 300  # projects that one PDF can be laid out for
READERS = "报人大材料由财政部门和人大、审计用户生成。"


def projects_of(user: User, year: int, scope: str) -> ProjectQuerySet:
    """The year's projects that the book tells of, by unit; classified ones never."""
    whole = people.whole_region_jurisdictions(user)
    rows = Project.objects.filter(jurisdiction__in=whole, years__fiscal_year=year)
    rows = rows.filter(is_classified=False)
    rows = rows.filter(is_key=True) if scope == "key" else rows
    return rows.select_related("unit", "jurisdiction").order_by("unit__code", "code")


@transaction.atomic
def start(*, actor: User, year: int, scope: str) -> Job:
    """A job makes the book as PDF and workbook in one package.

    Raises PermissionDenied, or RuleError where there is nothing to tell or too much.
    """
    if not permissions.may_make_book(actor):
        raise PermissionDenied(READERS)
    if scope not in SCOPES:
        raise RuleError(f"范围只能是{'、'.join(SCOPES.values())}。", code="congress.scope")
    n_projects = projects_of(actor, year, scope).count()
    if not n_projects:
        todo = "先在项目信息里标出重点项目。" if scope == "key" else ""
        raise RuleError(f"{year}年度没有{SCOPES[scope]}。{todo}", code="congress.none")
    if n_projects > MOST:
        raise RuleError(
            f"有{n_projects}个项目，一本最多{MOST}个。请只报重点项目。", code="congress.many"
        )
    audit.record(
        actor=actor,
        action="targets.congress_book",
        subject=None,
        chain=audit.SYSTEM,
        data={"year": year, "scope": SCOPES[scope], "n_rows": n_projects},
        label=f"生成{year}年度报人大材料",
    )
    title = f"生成{year}年度报人大材料（{SCOPES[scope]}{n_projects}个）"
    return jobs.leave(kind=KIND, title=title, owner=actor, params={"year": year, "scope": scope})


def run(job: Job) -> dict[str, Any]:
    """The package; what the owner may see now."""
    if not permissions.may_make_book(job.owner):
        raise PermissionDenied(READERS)
    jobs.progress(job=job, n_done=0, n_total=2, message="正在汇总")
    book = book_of(job.owner, job.params["year"], job.params["scope"])
    if not book.lines:
        raise RuleError(f"{book.scope}都还没有定稿的绩效目标，没有可报的。", code="congress.none")
    jobs.progress(job=job, n_done=1, n_total=2, message="正在排版")
    job.file = jobs.keep_file(
        content=_package(book),
        name=f"{book.title}.zip",
        content_type="application/zip",
        owner=job.owner,
    )
    jobs.progress(job=job, n_done=2, n_total=2)
    left = f"{book.n_missing}个项目没有定稿的目标，没有列入。" if book.n_missing else ""
    return {"message": f"已做成，{len(book.lines)}个项目。{left}"}


def book_of(user: User, year: int, scope: str) -> Book:
    """The book as the person may see it."""
    listed = list(projects_of(user, year, scope))
    lines, missing = reading.book_lines(listed, year)
    regions = people.whole_region_jurisdictions(user)
    names = Jurisdiction.objects.filter(pk__in=regions).order_by("code")
    events = plans.events_of_year(regions, year)
    days = [event.happened_on for (_, code), event in events.items() if code == EVENT]
    return Book(
        title=f"{'、'.join(str(name) for name in names)}{year}年度项目支出绩效目标（报人大）",
        year=year,
        scope=SCOPES[scope],
        reported_on=next((day for day in days if day), None),
        lines=lines,
        n_missing=len(missing),
    )


def _package(book: Book) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(f"{book.title}.pdf", paper.book_pdf(book))
        package.writestr(f"{book.title}.xlsx", paper.book_xlsx(book))
    return target.getvalue()
