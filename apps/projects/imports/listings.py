"""The kinds of lists that are imported: who may, how a file looks, what its rows do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from apps.core.sheets import Grid, Meta
from apps.organizations.models import Jurisdiction
from apps.organizations.selectors import Person
from apps.projects import permissions, selectors
from apps.projects.imports import applying, checking, columns, executions, spending, steps
from apps.projects.imports.plans import Plan, Step
from apps.projects.imports.trail import Batch


@dataclass(frozen=True)
class Listing:
    """One kind of list. The jobs of its two steps are named `check` and `run`."""

    title: str
    keepers: str
    check: str
    run: str
    may_import: Callable[[Person, Jurisdiction], bool]
    region_of: Callable[[Person], Jurisdiction | None]
    meta: Callable[[Jurisdiction, int], Meta]
    template: Callable[[Jurisdiction, int], bytes]
    plan: Callable[[Grid, Jurisdiction, int, Step | None], Plan[Any]]
    apply: Callable[[Plan[Any], Batch], None]
    page: str  # names of its pages
    template_page: str
    confirm_page: str
    back_page: str
    thing: str  # what a row is, with its measure word
    measure: str
    change: str  # what happens to one that is there
    hints: tuple[str, ...]
    back: str = "返回项目清单"


PROJECTS = Listing(
    title="项目清单",
    keepers="计划管理员",
    check="projects.check_import",
    run="projects.import",
    may_import=permissions.may_import,
    region_of=selectors.managed_region,
    meta=columns.meta,
    template=columns.template,
    plan=checking.plan,
    apply=applying.apply,
    page="projects:import",
    template_page="projects:template",
    confirm_page="projects:import_confirm",
    back_page="projects:list",
    thing="个项目",
    measure="个",
    change="更新",
    hints=(
        "一体化导出的清单，表头与模板同名也可以直接上传；认不出的列不读。",
        "已有项目按项目编码更新，空格子不改原有内容。",
        "同一份清单传两次，第二次不会有变化。",
    ),
)
EXECUTIONS = Listing(
    title="支出执行表",
    keepers="计划管理员或预算科",
    check="projects.check_executions",
    run="projects.import_executions",
    may_import=permissions.may_import_executions,
    region_of=selectors.paying_region,
    meta=executions.meta,
    template=executions.template,
    plan=executions.plan,
    apply=executions.apply,
    page="projects:import_executions",
    template_page="projects:executions_template",
    confirm_page="projects:confirm_executions",
    back_page="projects:list",
    thing="笔执行数",
    measure="笔",
    change="更正",
    hints=(
        "模板里已有列入当年的项目，写着上次的截至日期和累计执行数；只填有新数的行。",
        "累计执行数从年初算起；同一截至日期填得不同就是更正，原来的留着。",
        "同一份表传两次，第二次不会有变化。",
    ),
)
STEPS = Listing(
    title="预算日期登记表",
    keepers="计划管理员或预算科",
    check="projects.check_steps",
    run="projects.import_steps",
    may_import=permissions.may_import_executions,
    region_of=selectors.paying_region,
    meta=steps.meta,
    template=steps.template,
    plan=steps.plan,
    apply=steps.apply,
    page="projects:import_steps",
    template_page="projects:steps_template",
    confirm_page="projects:confirm_steps",
    back_page="reports:synchrony",
    thing="个项目的日期",
    measure="个",
    change="更正",
    hints=(
        "模板里已有列入当年的项目和已登记的日期；已经发生的才填，不知道的空着。",
        "空格子不改原有的登记；填得不同就是更正。",
        "同一份表传两次，第二次不会有变化。",
    ),
    back="返回四同步",
)
SPENDING = Listing(
    title="用款计划",
    keepers="计划管理员或预算科",
    check="projects.check_spending",
    run="projects.import_spending",
    may_import=permissions.may_import_executions,
    region_of=selectors.paying_region,
    meta=spending.meta,
    template=spending.template,
    plan=spending.plan,
    apply=spending.apply,
    page="projects:import_spending",
    template_page="projects:spending_template",
    confirm_page="projects:confirm_spending",
    back_page="projects:list",
    thing="个项目的用款计划",
    measure="个",
    change="更正",
    hints=(
        "模板里已有列入当年的项目和已登记的计划；每月填从年初累计到月底的数。",
        "填了就十二个月都填；整行空着的不读。",
        "同一份表传两次，第二次不会有变化。",
    ),
)
BY_KIND = {
    "projects": PROJECTS,
    "executions": EXECUTIONS,
    "steps": STEPS,
    "spending": SPENDING,
}
BY_JOB = {job: listing for listing in BY_KIND.values() for job in (listing.check, listing.run)}


def register(kind: str, listing: Listing) -> None:
    """A list of an upper room is checked and imported in the same two steps. From ready()."""
    BY_KIND[kind] = listing
    BY_JOB.update({listing.check: listing, listing.run: listing})
