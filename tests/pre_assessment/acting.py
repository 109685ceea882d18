"""A county that assesses before it budgets, and the steps of one report."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.pre_assessment import content, deciding, selectors, services
from apps.projects import services as projects
from apps.projects.models import Project
from apps.rules.assessment_form import QUESTIONS, AssessmentForm, Basis, Dimension, Point
from apps.workplans.models import (
    GradeBand,
    Plan,
    PlanTask,
    ReviewStep,
    RuleSetting,
    ScoreItem,
    ScoreSheet,
    TaskWindow,
)
from tests import makers
from tests.filings.steps import LATER
from tests.makers import MONDAY, YEAR
from tests.personas import World

DIMENSIONS = {
    "立项必要性": ("明确相关性", "必要可行性"),
    "投入经济性": ("预算科学性", "经济合理性"),
    "绩效目标合理性": ("目标明确性", "指标合理性"),
    "实施方案可行性": ("方案可行性", "保障充分性"),
    "筹资合规性": ("来源合规性", "风险可控性"),
}
BANDS = [
    ("支持", 80, "pass", "可以安排预算"),
    ("部分支持", 60, "agree", "按支持金额下结论"),
    ("不支持", 0, "refuse", "不安排预算"),
]
CLAUSE = "未实施事前绩效评估或审核结果为“部分支持”、“不支持”的，原则上不安排预算"
BLOCKED = "未评估、部分支持、不支持"
WAN = Decimal(10000)


def assessing_plan(world: World, blocked: str = BLOCKED) -> Plan:
    """The county's published plan with an assessment task, its gate and its 50 万元."""
    plan = makers.make_plan(world)
    add_assessments(world, plan, blocked)
    return plan


def add_assessments(world: World, plan: Plan, blocked: str) -> None:
    """The assessment task, the gate and the 50 万元 stand in the plan."""
    task = PlanTask.objects.create(
        plan=plan,
        position=3,
        code="pre-assessment.new",
        title="新增项目事前绩效评估",
        stage="pre_assessment",
        kind=content.PROJECT_KIND,
        subject_kind="project",
        level="unit",
        evaluated_year=YEAR,
        responsible="各部门单位",
        section=world.sections["performance"],
        clause="必须组织开展事前绩效评估。",
    )
    TaskWindow.objects.create(task=task, key="2024")
    ReviewStep.objects.create(
        task=task, position=1, title="业务科室初审", place="routed", role="section_reviewer"
    )
    ReviewStep.objects.create(
        task=task,
        position=2,
        title="绩效科审核打分",
        place="performance",
        role="performance_reviewer",
        sheet=_sheet(plan),
    )
    for code, value in ((selectors.GATE, blocked), (deciding.FLOOR, "500000")):
        RuleSetting.objects.create(
            plan=plan, code=code, title=code, value=value, is_filled=bool(value), clause=CLAUSE
        )


def _sheet(plan: Plan) -> ScoreSheet:
    sheet = ScoreSheet.objects.create(plan=plan, code="ex", title="审核打分表", clause="打分表")
    rows = [(group, name) for group, names in DIMENSIONS.items() for name in names]
    ScoreItem.objects.bulk_create(
        ScoreItem(sheet=sheet, position=n, group=group, name=name, prompt=name, points=10)
        for n, (group, name) in enumerate(rows, 1)
    )
    GradeBand.objects.bulk_create(
        GradeBand(sheet=sheet, grade=grade, floor=floor, consequence=then, text=text)
        for grade, floor, then, text in BANDS
    )
    return sheet


def new_project(
    world: World, n: int = 80, unit: str = "water", first_year: int = 2024, **facts: Any
) -> Project:
    """A project of the unit in reserve, in no budget yet."""
    with clock.at(MONDAY):
        return projects.create_project(
            actor=world.people["plan_admin"],
            unit=world.units[unit],
            code=f"{world.county.code}24T{n:012d}",
            name=f"灌区信息化改造{n}",
            first_year=first_year,
            last_year=2025,
            **facts,
        )


def report(**changes: Any) -> AssessmentForm:
    """A report without findings: 80 万元, all of it the county's."""
    text = "县里三处老灌区没有计量设施，水量靠估，年损失约四十万方，群众意见集中。"
    whole = AssessmentForm(
        budget_year=YEAR,
        organised="部门自评估",
        methods=("成本效益分析法", "比较法"),
        texts=dict.fromkeys(QUESTIONS, text),
        amounts=dict.fromkeys(("asked", "total", "county"), 80 * WAN),
        bases=(
            Basis(
                str(uuid4()), "县", "尉政办〔2024〕3号", "灌区改造方案", "第二条", "列入本年改造"
            ),
        ),
        dimensions=tuple(
            Dimension(
                name,
                "有必要，依据充分。",
                "可研报告",
                tuple(Point(p, Decimal(10), "", Decimal(8)) for p in points),
            )
            for name, points in DIMENSIONS.items()
        ),
    )
    return AssessmentForm(**{**whole.__dict__, **changes})


def asked_for(world: World, project: Project) -> Filing:
    """The project's report, opened by the unit's filer."""
    with clock.at(MONDAY):
        return services.request(project=project, actor=world.people["filer"], year=YEAR)


def saved(world: World, filing: Filing, form: AssessmentForm | None = None) -> int:
    """The report saved; returns the new version."""
    version = filing.revisions.order_by("-number")[0].version
    with clock.at(MONDAY):
        revision = services.save(
            filing=filing, actor=world.people["filer"], version=version, form=form or report()
        )
    return revision.version


def submitted(world: World, filing: Filing, form: AssessmentForm | None = None) -> Filing:
    """The report submitted by the unit's filer."""
    version = saved(world, filing, form)
    with clock.at(MONDAY):
        filings.submit(
            filing=filing, actor=world.people["filer"], version=version, key=str(uuid4())
        )
    filing.refresh_from_db()
    return filing


def decide(world: World, filing: Filing, person: str, verb: str, **more: Any) -> Any:
    """One decision of the engine on the report, an hour later."""
    filing.refresh_from_db()
    with clock.at(LATER):
        return getattr(filings, verb)(
            filing=filing, actor=world.people[person], **{"opinion": "已审", **more}
        )


def at_last_desk(
    world: World, project: Project, form: AssessmentForm | None = None, share: str = "0.7"
) -> Filing:
    """A submitted report, passed by the business section and scored by the performance section."""
    filing = submitted(world, asked_for(world, project), form)
    decide(world, filing, "section_reviewer", "pass_on")
    filing.refresh_from_db()
    marks = makers.full_marks(filing, share)
    marks = [filings.Mark(m.item_id, "良", m.points) for m in marks]
    decide(world, filing, "performance_reviewer", "save_review", marks=marks)
    filing.refresh_from_db()
    return filing


def act(world: World, person: str, verb: str, **more: Any) -> Any:
    """One write of the room by a person, an hour later."""
    with clock.at(LATER):
        return getattr(services, verb)(actor=world.people[person], **more)


def concluded(world: World, filing: Filing, verdict: str = "部分支持", wan: int = 60) -> Filing:
    """The report concluded without a third party, and closed."""
    act(
        world,
        "performance_reviewer",
        "decide_reassessment",
        filing=filing,
        is_wanted=False,
        reason="单位已请专家论证",
    )
    act(
        world,
        "performance_reviewer",
        "conclude",
        filing=filing,
        verdict=verdict,
        supported=wan * WAN,
        reason="设备单价偏高",
    )
    verb = "reject" if verdict == "不支持" else "pass_on"
    decide(world, filing, "performance_reviewer", verb)
    filing.refresh_from_db()
    return filing
