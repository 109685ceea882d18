"""A whole unit at its node: its own targets and budget, its own verdict and flag (Y-80)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import Filing, State
from apps.monitoring import content, paper, selectors
from apps.rules.monitoring import Flag
from apps.workplans.models import Assignment, Plan, PlanTask, ReviewStep, TaskWindow
from apps.workplans.services import assign
from tests.filings.steps import decide
from tests.makers import YEAR
from tests.monitoring import acting
from tests.targets import whole

pytestmark = pytest.mark.django_db


def unit_task(world) -> PlanTask:
    """Whole units are monitored at the end of May."""
    task = PlanTask.objects.create(
        plan=Plan.objects.get(jurisdiction=world.county),
        position=60,
        code="monitoring.unit",
        title="部门单位整体支出绩效监控",
        stage="monitoring",
        kind=content.UNIT_KIND,
        subject_kind="unit",
        level="unit",
        evaluated_year=YEAR,
        responsible="各部门单位",
        section=world.sections["performance"],
        clause="以2024年6月底为节点，各部门单位对整体支出进行绩效监控。",
    )
    TaskWindow.objects.create(
        task=task,
        key="2024-05",
        label="5月节点",
        kind="node",
        opens_at=clock.start_of(date(2024, 6, 1)),
        closes_at=clock.end_of(date(2024, 6, 10)),
        data_until=date(2024, 5, 31),
    )
    ReviewStep.objects.create(
        task=task, position=1, title="绩效科审核", place="performance", role="performance_reviewer"
    )
    return task


@pytest.fixture
def filing(world) -> Filing:
    """水利局's targets are in force, and its node is open."""
    acting.monitoring_plan(world)
    targets = whole.unit_filing(world)
    whole.budget(world)
    whole.submit(world, targets, whole.save(world, targets, whole.unit_form()).version)
    decide(world, targets, "section_reviewer", "pass_on")
    task = unit_task(world)
    with clock.at(acting.day_of(5)):
        assign(task=task, on=acting.day_of(5).date(), actor=world.people["plan_admin"])
        owed = Assignment.objects.get(task=task, unit=world.units["water"])
        return filings.open_filing(assignment=owed, actor=world.people["filer"])


def filled(filing: Filing):
    """All of it paid by half, every indicator reached."""
    form = content.form_of(acting.newest(filing))
    rows = [
        acting.replace(row, actual=row.target.value, forecast=row.target.value, likelihood="确定能")
        for row in form.lines
    ]
    money = [
        acting.replace(row, executed=row.initial / 2, forecast=row.initial) for row in form.money
    ]
    return acting.replace(form, lines=tuple(rows), money=tuple(money))


@pytest.mark.req("Y-80", "Q-18")
def test_a_unit_begins_with_its_own_targets_and_budget(world, filing):
    form = content.form_of(acting.newest(filing))

    assert [row.target.level1 for row in form.lines] == [
        "运行成本",
        "管理效率",
        "履职效能",
        "社会效应",
        "可持续发展能力",
        "服务对象满意度",
    ]
    assert form.total.initial == Decimal(1200000)
    assert form.total.executed is None


def test_a_unit_is_found_wanting_by_itself(world, filing):
    acting.submitted(world, filing, filled(filing))
    acting.conclude(world, filing, "不合格", "整体进度滞后")
    acting.act(world, filing, "performance_reviewer", "pass_on")

    filing.refresh_from_db()
    assert filing.state == State.APPROVED
    standing = selectors.standing_of_unit(world.units["water"], YEAR)
    assert standing.flag == Flag.YELLOW
    assert selectors.standing_of_unit(world.units["traffic"], YEAR).flag == Flag.NONE
    made = paper.paper_of(filing, acting.newest(filing), world.people["filer"])
    assert (made.subject_label, made.subject) == ("单位名称", "县水利局")


@pytest.mark.req("Y-80")
def test_the_units_paper_reports_on_its_projects_and_what_is_off(world, filing):
    acting.closed(world, acting.promised(world))
    form = filled(filing)
    short = acting.replace(
        form.lines[0], likelihood="有可能", causes=("人员保障",), reason="缺人", measure="增派"
    )
    acting.saved(world, filing, acting.replace(form, lines=(short, *form.lines[1:])))

    made = paper.paper_of(filing, acting.newest(filing), world.people["filer"])

    assert made.report.summary == (
        "项目1个，年初预算1,420.00万元，已执行600.00万元，执行率42.25%。可能完不成的指标1条。"
    )
    assert [(row.light, row.node) for row in made.report.projects] == [("绿灯", "1–5月")]
    assert [(row.subject, row.reason) for row in made.report.off] == [("县水利局整体", "缺人")]
    assert paper.form_xlsx(made).startswith(b"PK")
    assert paper.form_pdf(made).startswith(b"%PDF")
