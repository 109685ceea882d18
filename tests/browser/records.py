"""Published tables as clerks of the test county meet them: the project, and the block they paste."""

from datetime import date
from decimal import Decimal

from apps.core import clock
from apps.projects import services as projects
from apps.projects.models import Project
from apps.workplans.models import (
    Plan,
    PlanTask,
    ReviewStep,
    TaskScope,
    TaskWindow,
    WeightTemplate,
)
from tests.makers import CLOSES, MONDAY, OPENS, YEAR
from tests.personas import World
from tests.rules.forms import PUBLISHED

NEGOTIATED = "targets.negotiated"


def published_project(world: World, record_id: str, unit: str, number: int) -> Project:
    """A published table's project in this county's budget with the table's own money."""
    record = PUBLISHED[record_id]
    money = Decimal(record["budget_wan"]) * 10000
    line = projects.MoneyLine("fiscal", "county", money, money, Decimal(0))
    admin = world.people["plan_admin"]
    with clock.at(MONDAY):
        project = projects.create_project(
            actor=admin,
            unit=world.units[unit],
            code=f"65282324T{number:012d}",
            name=record["project"],
            first_year=YEAR,
            last_year=YEAR,
        )
        projects.confirm(
            project=project, actor=admin, year=YEAR, origin="initial", attribute="new"
        )
        projects.set_money(project=project, actor=admin, year=YEAR, lines=[line])
    return project


def block(record_id: str) -> str:
    """The table's indicators as a spreadsheet copies them: the grid's columns, tabs between."""
    return "\r\n".join("\t".join(_cells(row)) for row in PUBLISHED[record_id]["indicators"]) + "\r\n"


def _cells(row: dict[str, str]) -> list[str]:
    direction = {"≥": "正向", "≤": "反向"}.get(row["operator"], "")
    value = row.get("value") or row.get("value_text", "")
    weight = row.get("weight") or ""
    head = [row["level1"], row["level2"], row["name"], row["operator"], value, row["unit"]]
    return [*head, direction, weight, "", "计划标准"]  # 上年目标 is the system's own column


def negotiated_task(world: World, plan: Plan) -> PlanTask:
    """A task for 县城投公司 whose own sheet leaves 20 points to execution and knows no 效益."""
    task = PlanTask.objects.create(
        plan=plan,
        position=3,
        code=NEGOTIATED,
        title="补贴资金绩效目标",
        stage="targets",
        kind="targets.project",
        subject_kind="project",
        evaluated_year=YEAR,
        responsible="补贴资金使用单位",
        section=world.sections["performance"],
        clause="执行率20分，产出40分，满意度40分。",
    )
    TaskWindow.objects.create(task=task, key="2024", opens_at=OPENS, closes_at=CLOSES)
    TaskScope.objects.create(task=task, field="unit_kind", value="company")
    ReviewStep.objects.create(
        task=task, position=1, title="业务科室初审", place="routed", role="section_reviewer"
    )
    WeightTemplate.objects.create(
        plan=plan,
        task=task,
        title="执行率20分",
        execution=20,
        output=40,
        satisfaction=40,
        required_levels="产出,满意度",
        on_departure="block",
        clause="本任务通知",
    )
    return task


def late_windows(plan: Plan) -> None:
    """A task that is over and one that has not begun, for the pages that say so."""
    for position, code, title, opens, closes in (
        (4, "late", "上年自评报告补报", date(2024, 3, 1), date(2024, 4, 3)),
        (5, "later", "半年绩效管理材料", date(2024, 7, 1), date(2024, 7, 12)),
    ):
        task = PlanTask.objects.create(
            plan=plan,
            position=position,
            code=code,
            title=title,
            stage="materials",
            kind="materials",
            subject_kind="unit",
            evaluated_year=YEAR,
            responsible="各部门单位",
            clause=f"{title}按期报送。",
        )
        TaskWindow.objects.create(
            task=task,
            key="2024",
            opens_at=clock.start_of(opens),
            closes_at=clock.end_of(closes),
        )
        ReviewStep.objects.create(
            task=task,
            position=1,
            title="收件核对",
            place="performance",
            role="performance_reviewer",
        )
