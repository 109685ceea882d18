"""Whole units' and policies' filings, brought about through the services."""

from dataclasses import replace
from decimal import Decimal
from uuid import UUID, uuid4

from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.projects.unit_budgets import set_unit_budget
from apps.rules.target_form import TargetForm, TargetLine, TaskLine
from apps.rules.target_shapes import UNIT_SIX
from apps.targets import services
from apps.targets.starts import CATALOGUE, CATALOGUES
from apps.workplans.models import Assignment, Plan, PlanTask, ReviewStep, RuleSetting, TaskWindow
from apps.workplans.services import assign
from tests import makers
from tests.makers import CLOSES, MONDAY, OPENS, YEAR

KEYS = [str(UUID(int=n)) for n in range(1, 20)]
SIX, THREE = "运行成本等六个方面", "产出、效益、满意度"


def plan_of(world) -> Plan:
    plan = Plan.objects.filter(jurisdiction=world.county, fiscal_year=YEAR).first()
    return plan or makers.make_plan(world)


def task_of(world, code="targets.unit", **changes) -> PlanTask:
    """A published task of the plan, about every unit unless told."""
    plan = plan_of(world)
    facts = {
        "title": "整体绩效目标",
        "stage": "targets",
        "kind": "targets.unit",
        "subject_kind": "unit",
        "level": "unit",
        "evaluated_year": YEAR,
        "responsible": "各部门单位",
        "clause": "批复后设置整体绩效目标。",
    }
    task = PlanTask.objects.create(plan=plan, position=50, code=code, **{**facts, **changes})
    TaskWindow.objects.create(task=task, key="2024", opens_at=OPENS, closes_at=CLOSES)
    ReviewStep.objects.create(
        task=task, position=1, title="初审", place="routed", role="section_reviewer", working_days=3
    )
    return task


def choose(world, value: str = SIX) -> None:
    """The plan says which catalogue whole units use; an empty value leaves it to be decided."""
    RuleSetting.objects.update_or_create(
        plan=plan_of(world),
        code=CATALOGUE,
        task=None,
        defaults={
            "title": "整体绩效目标的指标目录",
            "value": value,
            "value_type": "choice",
            "choices": "；".join(CATALOGUES),
            "is_filled": bool(value),
            "clause": "奇财预〔2018〕140号",
        },
    )


def owed(world, task: PlanTask, unit: str = "water") -> Assignment:
    with clock.at(MONDAY):
        assign(task=task, on=MONDAY.date(), actor=world.people["plan_admin"])
    return Assignment.objects.get(task=task, unit=world.units[unit], project=None)


def opened(world, assignment: Assignment, person: str = "filer") -> Filing:
    with clock.at(MONDAY):
        return filings.open_filing(assignment=assignment, actor=world.people[person])


def unit_filing(world, value: str = SIX) -> Filing:
    """水利局's whole-unit filing, open as a draft."""
    choose(world, value)
    return opened(world, owed(world, task_of(world)))


def budget(world, fiscal="1000000", other="200000", **more) -> None:
    """水利局's budget is on record, in yuan."""
    amounts = {"fiscal": Decimal(fiscal), "other": Decimal(other), **more}
    with clock.at(MONDAY):
        set_unit_budget(
            unit=world.units["water"],
            actor=world.people["budget_officer"],
            year=YEAR,
            amounts=amounts,
            basis="尉财预〔2024〕1号",
        )


def unit_form(**changes) -> TargetForm:
    """A whole unit's form in the six dimensions without any finding, for a budget of 120 万元."""
    lines = tuple(
        TargetLine(
            key=KEYS[n],
            level1=level1,
            level2="核心指标",
            name=name,
            operator="≥",
            value=Decimal(value),
            unit=unit,
            direction="正向",
            weight=Decimal(15),
            basis="计划标准",
        )
        for n, (level1, name, value, unit) in enumerate(
            (
                ("运行成本", "公用经费控制率", "95", "%"),
                ("管理效率", "采购计划按期完成率", "98", "%"),
                ("履职效能", "改造供水管网里程", "26", "公里"),
                ("社会效应", "供水受益人口", "32000", "人"),
                ("可持续发展能力", "管护制度覆盖乡镇", "6", "个"),
                ("服务对象满意度", "用水户满意度", "92", "%"),
            )
        )
    )
    tasks = (
        TaskLine(KEYS[10], "农村供水", "改造供水管网26公里", Decimal("700000"), Decimal("200000")),
        TaskLine(KEYS[11], "河湖管护", "巡河1,200次", Decimal("300000")),
    )
    made = TargetForm(
        shape=UNIT_SIX,
        duties="负责全县水资源管理、农村供水和河湖管护",
        grounds="《尉犁县水安全保障规划》",
        activities="供水管护、河道巡查",
        year_goal="改造供水管网26公里，供水受益32,000人\n巡河1,200次，河湖问题整改率100%",
        tasks=tasks,
        assets={"house": {"quantity": Decimal(1200), "amount": Decimal("3600000")}},
        lines=lines,
    )
    return replace(made, **changes)


def save(world, filing: Filing, form: TargetForm, person: str = "filer"):
    version = filing.revisions.order_by("-number")[0].version
    with clock.at(MONDAY):
        return services.save(filing=filing, actor=world.people[person], version=version, form=form)


def submit(world, filing: Filing, version: int):
    with clock.at(MONDAY):
        return filings.submit(
            filing=filing, actor=world.people["filer"], version=version, key=str(uuid4())
        )
