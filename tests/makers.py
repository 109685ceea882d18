"""Plain makers that bring a state about through the services; no random data."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import uuid4

from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.organizations.models import User
from apps.projects import services as projects
from apps.projects.models import Project
from apps.rules.target_form import TargetForm, TargetLine
from apps.targets import services as targets
from apps.workplans.models import (
    Assignment,
    AttachmentSlot,
    FactDefinition,
    GradeBand,
    Holiday,
    HolidayYear,
    Plan,
    PlanTask,
    ReviewStep,
    ScoreItem,
    ScoreSheet,
    TaskWindow,
    WeightTemplate,
)
from apps.workplans.services import assign
from tests.personas import World
from tests.rules.forms import form as rules_form

YEAR = 2024
OPENS = datetime(2024, 3, 11, tzinfo=clock.ZONE)
CLOSES = datetime(2024, 4, 16, tzinfo=clock.ZONE)  # half-open: 15 April is in time
MONDAY = datetime(2024, 4, 8, 9, 30, tzinfo=clock.ZONE)
ITEMS = (
    ("完整性", "规范完整性", 10),
    ("完整性", "明确清晰性", 10),
    ("相关性", "目标相关性", 15),
    ("相关性", "指标科学性", 15),
    ("适当性", "绩效合理性", 15),
    ("适当性", "资金匹配性", 15),
    ("可行性", "实现可能性", 10),
    ("可行性", "条件充分性", 10),
)
BANDS = (
    ("优", 90, "pass", "直接进入下一步预算安排。"),
    ("良", 80, "agree", "与部门协商完善后进入下一步预算安排。"),
    ("中", 60, "redo", "修改完善并按程序重新报审。"),
    ("差", 0, "refuse", "不得进入下一步预算安排。"),
)


def make_plan(world: World) -> Plan:
    """The county's published plan of 2024 with a target task and a materials task."""
    HolidayYear.objects.get_or_create(year=2024, defaults={"source": "test"})
    Holiday.objects.get_or_create(on=date(2024, 4, 4), defaults={"is_workday": False})
    plan = Plan.objects.create(
        jurisdiction=world.county,
        fiscal_year=YEAR,
        title="尉犁县2024年度工作计划",
        state=Plan.State.PUBLISHED,
        published_at=OPENS,
    )
    WeightTemplate.objects.create(
        plan=plan,
        title="不设成本指标",
        execution=10,
        cost=0,
        output=50,
        benefit=30,
        satisfaction=10,
        clause="财预〔2020〕10号",
    )
    _target_task(plan, world)
    _materials_task(plan, world)
    return plan


def _target_task(plan: Plan, world: World) -> PlanTask:
    task = PlanTask.objects.create(
        plan=plan,
        position=1,
        code="targets.initial",
        title="年初项目绩效目标",
        stage="targets",
        kind="targets.project",
        subject_kind="project",
        level="unit",
        evaluated_year=YEAR,
        responsible="各部门单位",
        section=world.sections["performance"],
        clause="谁申请资金谁设置目标。",
    )
    TaskWindow.objects.create(task=task, key="2024", label="年初", opens_at=OPENS, closes_at=CLOSES)
    ReviewStep.objects.create(
        task=task,
        position=1,
        title="业务科室初审",
        place="routed",
        role="section_reviewer",
        working_days=3,
    )
    ReviewStep.objects.create(
        task=task,
        position=2,
        title="绩效科审核打分",
        place="performance",
        role="performance_reviewer",
        sheet=_sheet(plan),
    )
    AttachmentSlot.objects.create(task=task, position=1, code="basis", title="立项依据")
    return task


def _sheet(plan: Plan) -> ScoreSheet:
    sheet = ScoreSheet.objects.create(
        plan=plan, code="four", title="项目支出绩效目标审核表", clause="财预〔2015〕88号附"
    )
    ScoreItem.objects.bulk_create(
        ScoreItem(
            sheet=sheet, position=position, group=group, name=name, prompt=name, points=points
        )
        for position, (group, name, points) in enumerate(ITEMS, 1)
    )
    GradeBand.objects.bulk_create(
        GradeBand(sheet=sheet, grade=grade, floor=floor, consequence=consequence, text=text)
        for grade, floor, consequence, text in BANDS
    )
    return sheet


def _materials_task(plan: Plan, world: World) -> PlanTask:
    task = PlanTask.objects.create(
        plan=plan,
        position=2,
        code="quarter.unit",
        title="季度绩效管理材料",
        stage="materials",
        kind="materials",
        subject_kind="unit",
        level="unit",
        evaluated_year=YEAR,
        responsible="各部门单位",
        section=world.sections["performance"],
        clause="每季度结束次月1日前报送。",
    )
    TaskWindow.objects.create(task=task, key="2024Q1", opens_at=OPENS, closes_at=CLOSES)
    ReviewStep.objects.create(
        task=task, position=1, title="收件核对", place="performance", role="performance_reviewer"
    )
    AttachmentSlot.objects.create(
        task=task, position=1, code="summary", title="汇总表", is_required=True
    )
    FactDefinition.objects.create(task=task, position=1, code="n", title="宣传稿件", unit="篇")
    return task


def make_project(world: World, unit: str = "water", n: int = 1, name: str = "") -> Project:
    """A project of the unit in the year's budget with 1,420 万元, brought in by the plan admin."""
    admin = world.people["plan_admin"]
    with clock.at(MONDAY):
        project = projects.create_project(
            actor=admin,
            unit=world.units[unit],
            code=f"{world.county.code}24T{n:012d}",
            name=name or f"农村饮水安全巩固提升工程{n}",
            first_year=2023,
            last_year=2025,
        )
        projects.confirm(
            project=project, actor=admin, year=YEAR, origin="initial", attribute="continuing"
        )
        projects.set_money(
            project=project,
            actor=admin,
            year=YEAR,
            lines=[
                projects.MoneyLine("fiscal", "county", *([Decimal("13800000")] * 2), Decimal(0)),
                projects.MoneyLine("other", "county", *([Decimal("400000")] * 2), Decimal(0)),
            ],
        )
    return project


def assign_all(world: World, plan: Plan) -> None:
    """Whoever the plan reaches today owes its tasks."""
    with clock.at(MONDAY):
        for task in plan.tasks.all():
            assign(task=task, on=MONDAY.date(), actor=world.people["plan_admin"])


def good_form(**changes: object) -> TargetForm:
    """A form without findings, its rows under real keys."""
    whole = rules_form()
    lines = tuple(replace(line, key=str(uuid4())) for line in whole.lines)
    return replace(whole, lines=lines, **changes)


def with_line(form: TargetForm, number: int, **changes: object) -> TargetForm:
    """The form with one row (from 0) changed."""
    lines: list[TargetLine] = list(form.lines)
    lines[number] = replace(lines[number], **changes)
    return replace(form, lines=tuple(lines))


def open_target_filing(world: World, project: Project, actor: User | None = None) -> Filing:
    """The project's target filing, opened by the unit's filer."""
    assignment = Assignment.objects.get(project=project)
    with clock.at(MONDAY):
        return filings.open_filing(assignment=assignment, actor=actor or world.people["filer"])


def saved(world: World, filing: Filing, form: TargetForm | None = None) -> int:
    """The filing saved with a form; returns the new version."""
    version = filing.revisions.order_by("-number")[0].version
    with clock.at(MONDAY):
        revision = targets.save(
            filing=filing, actor=world.people["filer"], version=version, form=form or good_form()
        )
    return revision.version


def submitted(world: World, filing: Filing, form: TargetForm | None = None) -> Filing:
    """The filing submitted by the unit's filer."""
    version = saved(world, filing, form)
    with clock.at(MONDAY):
        filings.submit(
            filing=filing, actor=world.people["filer"], version=version, key=str(uuid4())
        )
    filing.refresh_from_db()
    return filing


def target_filing(world: World, n: int = 1) -> Filing:
    """A target filing of a project of 水利局, open as a draft."""
    plan = Plan.objects.filter(jurisdiction=world.county, fiscal_year=YEAR).first()
    plan = plan or make_plan(world)
    project = make_project(world, n=n)
    assign_all(world, plan)
    return open_target_filing(world, project)


def full_marks(filing: Filing, share: str = "0.95") -> list[filings.Mark]:
    """A mark for every criterion of the step's sheet."""
    sheet = filing.step.sheet
    if sheet is None:
        return []
    return [
        filings.Mark(item.pk, "优", (item.points * Decimal(share)).quantize(Decimal("0.01")))
        for item in sheet.items.all()
    ]
