"""A county that monitors its projects in May and August, and the steps of one filing."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.monitoring import content, services
from apps.projects.models import Execution, Project
from apps.rules.monitoring import NodeForm
from apps.workplans.models import Assignment, Plan, PlanTask, ReviewStep, RuleSetting, TaskWindow
from apps.workplans.services import assign
from tests import makers
from tests.filings.steps import decide
from tests.makers import YEAR
from tests.personas import World
from tests.rules.nodes import GAP_TABLE

D = Decimal
DAY = timedelta(days=1)
NODES = {5: date(2024, 5, 31), 8: date(2024, 8, 31)}
EARLY = {1: date(2024, 1, 31), 2: date(2024, 2, 29), 3: date(2024, 3, 31)}  # open on the Monday
FLAGS = {
    "monitoring.flag_rule": "首次黄标、再次红标",
    "monitoring.flag_clear": "合格即摘标",
    "monitoring.flag_red_clear": "摘标",
    "monitoring.flag_overdue": "否",
    "monitoring.flag_across_years": "否",
}


def monitoring_plan(world: World) -> Plan:
    """The county's published plan with two nodes and what it settled of lights and flags."""
    plan = makers.make_plan(world)
    add_monitoring(world, plan)
    return plan


def add_monitoring(world: World, plan: Plan, *early: int) -> PlanTask:
    """The monitoring task with its nodes, steps and settings stands in the plan.

    `early` are months up to March, whose windows are open with those of the targets.
    """
    task = PlanTask.objects.create(
        plan=plan,
        position=4,
        code="monitoring.project",
        title="项目支出绩效监控",
        stage="monitoring",
        kind=content.PROJECT_KIND,
        subject_kind="project",
        level="unit",
        evaluated_year=YEAR,
        responsible="各部门单位",
        section=world.sections["performance"],
        clause="以2024年5月、8月底为节点，在监控节点次月10日前报送。",
    )
    for month, ends in NODES.items():
        _add_node(task, month, clock.start_of(ends + DAY), clock.end_of(ends + 10 * DAY))
    for month in early:
        _add_node(task, month, makers.OPENS, makers.CLOSES)
    for n, (title, place, role) in enumerate(
        (
            ("业务科室初审", "routed", "section_reviewer"),
            ("绩效科审核", "performance", "performance_reviewer"),
        ),
        1,
    ):
        ReviewStep.objects.create(task=task, position=n, title=title, place=place, role=role)
    for code, value in {**GAP_TABLE, **FLAGS}.items():
        RuleSetting.objects.create(
            plan=plan, code=code, title=code, value=value, is_filled=bool(value), clause="本地"
        )
    return task


def _add_node(task: PlanTask, month: int, opens_at: datetime, closes_at: datetime) -> None:
    TaskWindow.objects.create(
        task=task,
        key=f"2024-{month:02d}",
        label=f"{month}月节点",
        kind="node",
        opens_at=opens_at,
        closes_at=closes_at,
        data_until=ends_of(month),
    )


def ends_of(month: int) -> date:
    """The day to which the month's node runs."""
    return (NODES | EARLY)[month]


def day_of(month: int) -> datetime:
    """A morning in the window of the month's node."""
    if month in EARLY:
        return makers.MONDAY
    return datetime(2024, month + 1, 4, 9, 30, tzinfo=clock.ZONE)


def promised(world: World, n: int = 1) -> Project:
    """A project whose targets of the year are in force."""
    filing = makers.target_filing(world, n=n)
    makers.submitted(world, filing)
    decide(world, filing, "section_reviewer", "pass_on")
    filing.refresh_from_db()
    decide(world, filing, "performance_reviewer", "pass_on", marks=makers.full_marks(filing))
    return filing.assignment.project


def paid(world: World, project: Project, month: int, wan: int, as_of: date | None = None) -> None:
    """Finance has on record what was paid up to the node."""
    Execution.objects.create(
        project=project,
        jurisdiction=world.county,
        fiscal_year=YEAR,
        as_of=as_of or ends_of(month),
        amount=wan * 10000,
        source="国库支付",
        recorded_at=day_of(month),
    )


def opened(world: World, project: Project, month: int = 5) -> Filing:
    """The project's filing of a node, opened by the unit's filer."""
    task = PlanTask.objects.get(kind=content.PROJECT_KIND, plan__jurisdiction=world.county)
    with clock.at(day_of(month)):
        day = day_of(month).date()
        assign(task=task, on=day, actor=world.people["plan_admin"])
        assignment = Assignment.objects.get(
            task=task, project=project, window__data_until=ends_of(month)
        )
        return filings.open_filing(assignment=assignment, actor=world.people["filer"])


def newest(filing: Filing) -> Any:
    return filing.revisions.order_by("-number")[0]


def filled(filing: Filing, wan: int = 600, share: str = "0.5", **changes: Any) -> NodeForm:
    """The filing well filled in: `wan` paid, `share` of every promise reached, all of it ahead."""
    form = content.form_of(newest(filing))
    whole = D(wan) * 10000
    other = D(200000)
    amounts = {"total": whole, "fiscal": whole - other, "other": other}
    ahead = {"total": D(14200000), "fiscal": D(13800000), "other": D(400000)}
    rows = []
    for row in form.lines:
        value = row.target.value or D(0)
        is_rate = row.target.unit == "%"
        actual = value if is_rate else (value * D(share)).quantize(D(1))
        rows.append(replace(row, actual=actual, forecast=value, likelihood="确定能", **changes))
    money = tuple(
        replace(row, executed=amounts[row.key], forecast=ahead[row.key]) for row in form.money
    )
    return replace(form, money=money, lines=tuple(rows))


def saved(world: World, filing: Filing, form: NodeForm, month: int = 5) -> int:
    """The filing saved; returns the new version."""
    with clock.at(day_of(month)):
        revision = services.save(
            filing=filing, actor=world.people["filer"], version=newest(filing).version, form=form
        )
    return revision.version


def submitted(world: World, filing: Filing, form: NodeForm | None = None, month: int = 5) -> Filing:
    """The filing submitted by the unit's filer."""
    version = saved(world, filing, form or filled(filing), month)
    with clock.at(day_of(month)):
        filings.submit(
            filing=filing, actor=world.people["filer"], version=version, key=str(uuid4())
        )
    filing.refresh_from_db()
    return filing


def act(world: World, filing: Filing, person: str, verb: str, month: int = 5, **more: Any) -> Any:
    """One decision of the engine, an hour after the submission."""
    filing.refresh_from_db()
    with clock.at(day_of(month) + timedelta(hours=1)):
        return getattr(filings, verb)(
            filing=filing, actor=world.people[person], **{"opinion": "已审", **more}
        )


def at_last_desk(world: World, filing: Filing, month: int = 5) -> Filing:
    """The filing submitted and passed by the business section."""
    submitted(world, filing, month=month)
    act(world, filing, "section_reviewer", "pass_on", month)
    filing.refresh_from_db()
    return filing


def conclude(
    world: World, filing: Filing, verdict: str = "合格", reason: str = "", month: int = 5, **by: str
) -> Any:
    """The verdict of the performance desk."""
    with clock.at(day_of(month) + timedelta(hours=1)):
        return services.conclude(
            filing=filing,
            actor=world.people[by.get("person", "performance_reviewer")],
            verdict=verdict,
            reason=reason,
        )


def closed(
    world: World, project: Project, month: int = 5, verdict: str = "合格", wan: int = 600
) -> Filing:
    """The node filed, found and closed."""
    filing = opened(world, project, month)
    submitted(world, filing, filled(filing, wan, "0.5" if month == 5 else "0.75"), month)
    act(world, filing, "section_reviewer", "pass_on", month)
    conclude(world, filing, verdict, "执行滞后" if verdict == "不合格" else "", month)
    act(world, filing, "performance_reviewer", "pass_on", month)
    filing.refresh_from_db()
    return filing
