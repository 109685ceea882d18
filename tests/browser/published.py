"""Published tables as work of the test county: projects, and tasks with rules of their own."""

from datetime import date, datetime
from decimal import Decimal

from apps.core import clock
from apps.filings import services as filings
from apps.projects import services as projects
from apps.projects.models import Project
from apps.workplans.models import (
    Assignment,
    Plan,
    PlanTask,
    ReviewStep,
    TaskScope,
    TaskWindow,
    WeightTemplate,
)
from apps.workplans.services import assign
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
        projects.confirm(project=project, actor=admin, year=YEAR, origin="initial", attribute="new")
        projects.set_money(project=project, actor=admin, year=YEAR, lines=[line])
    return project


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


def other_tasks(world: World, plan: Plan) -> None:
    """A task that is over, begun but not sent, and one that has not opened yet."""
    _unit_task(plan, 4, "late", "上年自评报告补报", date(2024, 3, 1), date(2024, 4, 3))
    _unit_task(plan, 5, "later", "半年绩效管理材料", date(2024, 7, 1), date(2024, 7, 12))
    before = datetime(2024, 4, 2, 9, 0, tzinfo=clock.ZONE)
    with clock.at(before):
        for task in plan.tasks.filter(code__in=("late", "later")):
            assign(task=task, on=before.date(), actor=world.people["plan_admin"])
        late = Assignment.objects.get(task__code="late", unit=world.units["water"])
        filings.open_filing(assignment=late, actor=world.people["filer"])


def _unit_task(
    plan: Plan, position: int, code: str, title: str, opens: date, last_day: date
) -> None:
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
        task=task, key="2024", opens_at=clock.start_of(opens), closes_at=clock.end_of(last_day)
    )
    ReviewStep.objects.create(
        task=task, position=1, title="收件核对", place="performance", role="performance_reviewer"
    )
