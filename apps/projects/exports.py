"""The list that a filter shows, as a workbook: at once when short, as a job when long."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from apps.audit import services as audit
from apps.core.sheets import Head, write_table
from apps.core.uploads import XLSX_TYPE
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.organizations.models import User
from apps.projects import selectors
from apps.projects.models import BudgetType, Project, ProjectYear
from apps.projects.selectors import Filter
from apps.rules.errors import RuleError

KIND = "projects.export"
AT_ONCE = 2_000
MOST = 50_000
HEADS = [
    Head("项目编码", width=25),
    Head("项目名称", width=40),
    Head("单位编码", width=12),
    Head("单位名称", width=26),
    Head("项目类别", width=12),
    Head("预算类型", width=18),
    Head("资金标签", width=18),
    Head("项目属性", width=12),
    Head("来源", width=12),
    Head("列入日期", "day", 12),
    Head("起始年度", "whole", 10),
    Head("终止年度", "whole", 10),
    Head("重点项目", width=9),
    Head("民生项目", width=9),
    Head("项目负责人", width=12),
    Head("联系电话", width=16),
    Head("年初预算数（万元）", "wan", 16),
    Head("调整后预算数（万元）", "wan", 16),
    Head("到位数（万元）", "wan", 16),
]


@transaction.atomic
def export(*, actor: User, year: int, chosen: Filter) -> bytes | Job:
    """The workbook, or the job that makes it when the list is long; who took what is on record.

    Raises RuleError beyond 50,000 rows.
    """
    rows = _rows(actor, year, chosen)
    n_rows = rows.order_by()[: MOST + 1].count()
    if n_rows > MOST:
        raise RuleError(
            f"这次筛选超过{MOST}个项目，一次最多导出{MOST}个。请加筛选条件。", code="export.size"
        )
    _record(actor, year, chosen, n_rows)
    if n_rows <= AT_ONCE:
        return workbook(rows, year)
    params = {"year": year, "filter": asdict(chosen)}
    title = f"导出{year}年度项目清单"
    return jobs.leave(kind=KIND, title=title, owner=actor, params=params)


def run_export(job: Job) -> dict[str, Any]:
    """The job's file is the workbook, with what its owner may see now."""
    year = job.params["year"]
    rows = _rows(job.owner, year, Filter(**job.params["filter"]))
    job.file = jobs.keep_file(
        content=workbook(rows, year),
        name=f"{year}年度项目清单.xlsx",
        content_type=XLSX_TYPE,
        owner=job.owner,
    )
    return {"message": "项目清单已做好。"}


def workbook(rows: QuerySet[Project], year: int) -> bytes:
    """The rows as a workbook; classified ones say nothing but their unit."""
    return write_table(_cells(rows), HEADS, sheet="项目", title=f"{year}年度项目清单")


def _rows(actor: User, year: int, chosen: Filter) -> QuerySet[Project]:
    visible = Project.objects.listed_to(actor)
    return selectors.listed(visible, year, chosen).order_by("name", "id")


def _cells(rows: QuerySet[Any]) -> Iterator[tuple[Any, ...]]:
    origins, attributes = dict(ProjectYear.Origin.choices), dict(ProjectYear.Attribute.choices)
    budgets, categories = dict(BudgetType.choices), dict(Project.Category.choices)
    for project in rows.prefetch_related("fund_tags").iterator(chunk_size=1_000):
        yield (
            project.code,
            str(project),
            project.unit.code,
            project.unit.name,
            categories[project.category],
            budgets[project.budget_type],
            "、".join(tag.name for tag in project.fund_tags.all()),
            attributes.get(project.attribute, ""),
            origins.get(project.origin, "储备"),
            project.joined_on,
            project.first_year,
            project.last_year,
            project.is_key,
            project.is_livelihood,
            project.leader,
            project.leader_phone,
            project.initial,
            project.adjusted,
            project.arrived,
        )


def _record(actor: User, year: int, chosen: Filter, n_rows: int) -> None:
    asked = {name: value for name, value in asdict(chosen).items() if value}
    audit.record(
        actor=actor,
        action="projects.export",
        subject=None,
        chain=audit.SYSTEM,
        data={"year": year, "filter": asked, "n_rows": n_rows},
        label=f"导出{year}年度项目清单",
    )
