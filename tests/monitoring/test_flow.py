"""A node from the prefilled form to the verdict and the flags that follow."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import State
from apps.monitoring import content, selectors
from apps.monitoring.models import NodeLights, NodeVerdict
from apps.projects.models import FundLine, ProjectYear, SpendingPlan
from apps.rectification import selectors as problems
from apps.rules.errors import RuleError
from apps.rules.monitoring import Flag
from apps.workplans.models import Plan, RuleSetting, TaskWindow
from tests.filings.steps import denied, refused
from tests.monitoring import acting
from tests.personas import World, make_world

D = Decimal


@pytest.fixture
def world(db: None) -> World:
    made = make_world()
    acting.monitoring_plan(made)
    return made


@pytest.mark.req("Y-49")
def test_a_node_begins_with_the_promise_the_budget_and_what_is_on_record(world: World) -> None:
    project = acting.promised(world)
    acting.paid(world, project, 5, 600)

    filing = acting.opened(world, project)

    form = content.form_of(acting.newest(filing))
    assert form.as_of == date(2024, 5, 31)
    assert [row.target.name for row in form.lines] == [
        "更换老旧水表",
        "供水受益农村人口",
        "用水户满意度",
    ]
    assert {row.key: row.initial for row in form.money} == {
        "total": D(14200000),
        "fiscal": D(13800000),
        "other": D(400000),
    }
    assert form.total.executed == D(6000000)


def test_a_node_without_its_day_cannot_begin(world: World) -> None:
    project = acting.promised(world)
    filing = acting.opened(world, project)
    TaskWindow.objects.filter(key="2024-05").update(data_until=None)
    filing = filing.__class__.objects.get(pk=filing.pk)

    with pytest.raises(RuleError, match="没有定数据截至日"):
        content.check(acting.newest(filing))


def test_what_is_off_asks_for_cause_reason_and_measure(world: World) -> None:
    filing = acting.opened(world, acting.promised(world))
    form = acting.filled(filing)
    short = replace(form.lines[0], forecast=D(100), likelihood="有可能")
    acting.saved(world, filing, replace(form, lines=(short, *form.lines[1:])))

    codes = {finding.code for finding in content.check(acting.newest(filing))}

    assert {
        "monitoring.cause_missing",
        "monitoring.reason_missing",
        "monitoring.measure_missing",
    } <= codes


def test_a_good_filing_has_nothing_that_blocks_and_is_lit_when_it_is_sent(world: World) -> None:
    filing = acting.opened(world, acting.promised(world))

    acting.submitted(world, filing)

    lights = NodeLights.objects.get(revision=acting.newest(filing))
    assert (lights.money, lights.promise, lights.combined) == ("green", "green", "green")
    assert lights.values["monitoring.gap_green"] == "10"
    assert lights.traces["combined"]["title"] == "综合灯"
    assert len(lights.rows) == 3


def test_nothing_is_lit_while_the_plan_has_not_settled_its_rules(world: World) -> None:
    RuleSetting.objects.filter(code="monitoring.pace").update(value="", is_filled=False)
    filing = acting.opened(world, acting.promised(world))

    acting.submitted(world, filing)

    assert not NodeLights.objects.exists()
    assert "待本地确认" in content.lacking(acting.newest(filing))


def test_rows_and_funds_are_those_of_the_promise_whatever_is_sent(world: World) -> None:
    filing = acting.opened(world, acting.promised(world))
    form = acting.filled(filing)
    foreign = replace(form.lines[0], target=replace(form.lines[0].target, key="no-key"))

    acting.saved(world, filing, replace(form, lines=(foreign, *form.lines[1:])))

    stored = content.form_of(acting.newest(filing))
    assert [row.key for row in stored.lines] == [row.key for row in form.lines]
    assert stored.lines[0].actual is None
    assert stored.lines[1].actual == form.lines[1].actual


def test_a_stale_page_overwrites_nothing(world: World) -> None:
    filing = acting.opened(world, acting.promised(world))
    acting.saved(world, filing, acting.filled(filing))
    form, filer = acting.filled(filing, 100), world.people["filer"]
    with clock.at(acting.day_of(5)), pytest.raises(RuleError) as caught:
        acting.services.save(filing=filing, actor=filer, version=1, form=form)
    assert caught.value.code == "filings.stale"
    assert content.form_of(acting.newest(filing)).total.executed == D(6000000)


def test_the_next_node_knows_the_one_before(world: World) -> None:
    project = acting.promised(world)
    first = acting.closed(world, project)
    second = acting.opened(world, project, 8)
    less = acting.filled(second, 500)
    acting.saved(world, second, less, 8)

    codes = {finding.code for finding in content.check(acting.newest(second))}

    assert first.state == State.APPROVED
    assert "monitoring.falling" in codes


@pytest.mark.req("Y-52")
def test_no_node_is_closed_without_a_verdict(world: World) -> None:
    filing = acting.at_last_desk(world, acting.opened(world, acting.promised(world)))

    with pytest.raises(RuleError, match="还没有填审核结论"):
        acting.act(world, filing, "performance_reviewer", "pass_on")
    with pytest.raises(RuleError, match="没有“不通过”"):
        acting.act(world, filing, "performance_reviewer", "reject")
    filing.refresh_from_db()
    assert filing.state == State.IN_REVIEW


def test_only_the_last_desk_concludes_and_a_failure_says_why(world: World) -> None:
    filing = acting.at_last_desk(world, acting.opened(world, acting.promised(world)))
    for person in ("section_reviewer", "filer", "leader", "plan_admin"):
        with denied("由办理人填审核结论"):
            acting.conclude(world, filing, person=person)
    with refused("不合格的理由未填"):
        acting.conclude(world, filing, "不合格")
    with refused("审核结论只能是"):
        acting.conclude(world, filing, "一般")

    acting.conclude(world, filing, "不合格", "到5月末只执行了一成")

    assert NodeVerdict.objects.get().verdict == "不合格"


@pytest.mark.req("Y-25", "Y-26", "Y-52")
def test_failing_once_is_yellow_and_again_red(world: World) -> None:
    project = acting.promised(world)

    acting.closed(world, project, 5, "不合格", wan=100)
    may = selectors.standing_of(project, 2024)
    acting.closed(world, project, 8, "不合格", wan=200)
    august = selectors.standing_of(project, 2024)

    assert (may.flag, august.flag) == (Flag.YELLOW, Flag.RED)
    assert [step.event.label for step in august.steps] == ["2024年5月监控", "2024年8月监控"]


def test_a_verdict_counts_only_once_the_filing_is_closed(world: World) -> None:
    project = acting.promised(world)
    filing = acting.at_last_desk(world, acting.opened(world, project))
    acting.conclude(world, filing, "不合格", "执行滞后")

    assert selectors.standing_of(project, 2024).flag == Flag.NONE


def test_flags_wait_for_their_rules(world: World) -> None:
    project = acting.promised(world)
    acting.closed(world, project, 5, "不合格", wan=100)
    RuleSetting.objects.filter(code="monitoring.flag_rule").update(value="", is_filled=False)

    standing = selectors.standing_of(project, 2024)

    assert standing.flag == Flag.NONE
    assert "黄标、红标的判定" in standing.lacking


def test_a_fund_that_is_budgeted_later_gets_its_row(world: World) -> None:
    project = acting.promised(world)
    FundLine.objects.filter(year__project=project).delete()
    filing = acting.opened(world, project)
    assert [row.key for row in content.form_of(acting.newest(filing)).money] == ["total"]
    place = ProjectYear.objects.get(project=project, fiscal_year=2024)
    FundLine.objects.create(year=place, source="fiscal", initial=D(5000000), adjusted=D(5000000))

    acting.saved(world, filing, content.form_of(acting.newest(filing)))

    money = content.form_of(acting.newest(filing)).money
    assert {row.key: row.initial for row in money} == dict.fromkeys(("total", "fiscal"), D(5000000))


@pytest.mark.req("Y-30")
def test_money_is_measured_by_the_plan_of_payments_where_the_plan_says_so(world: World) -> None:
    project = acting.promised(world)
    RuleSetting.objects.filter(code="monitoring.pace").update(value="用款计划")
    for month, amount in ((5, D(10000000)), (12, D(14200000))):
        SpendingPlan.objects.create(
            place=ProjectYear.objects.get(project=project, fiscal_year=2024),
            month=month,
            amount=amount,
            recorded_at=acting.day_of(5),
            recorded_by=world.people["plan_admin"],
        )
    filing = acting.opened(world, project)

    acting.submitted(world, filing)  # 600 of 1,000 planned by May

    lights = NodeLights.objects.get(revision=acting.newest(filing))
    assert "计划用款进度" in str(lights.traces["money_parts"])
    assert lights.money == "yellow"


def test_an_earlier_record_is_taken_over_but_not_held_against_the_unit(world: World) -> None:
    project = acting.promised(world)
    acting.paid(world, project, 5, 500, as_of=date(2024, 5, 20))
    filing = acting.opened(world, project)
    assert content.form_of(acting.newest(filing)).total.executed == D(5000000)

    acting.saved(world, filing, acting.filled(filing, 600))

    codes = {finding.code for finding in content.check(acting.newest(filing))}
    assert "monitoring.recorded" not in codes


@pytest.mark.req("Y-25", "Q-20")
def test_what_failed_is_a_problem_of_the_unit_until_the_plans_day(world: World) -> None:
    project = acting.promised(world)
    RuleSetting.objects.create(
        plan=Plan.objects.get(jurisdiction=world.county),
        code="monitoring.rectify_days",
        title="黄标销号期限",
        value="10",
        is_filled=True,
        clause="限期销号",
    )
    acting.closed(world, project, 5, "不合格", wan=100)

    problem = problems.problems_of(project).get()
    assert (problem.source, problem.text) == ("monitoring", "执行滞后")
    assert problem.title == "1–5月绩效监控不合格"
    assert (problem.unit, problem.due_on) == (project.unit, date(2024, 6, 18))

    acting.closed(world, project, 8)
    assert problems.problems_of(project).count() == 1


@pytest.mark.req("Y-25")
def test_a_corrected_verdict_takes_its_problem_back(world: World) -> None:
    project = acting.promised(world)
    filing = acting.closed(world, project, 5, "不合格", wan=100)
    problem = problems.problems_of(project).get()
    until = acting.day_of(5).date()
    act = {"actor": world.people["plan_admin"], "reason": "执行数登错", "until": until}
    with clock.at(acting.day_of(5) + timedelta(hours=2)):
        filings.reopen(filing=filing, **act)
    acting.submitted(world, filing)
    acting.act(world, filing, "section_reviewer", "pass_on")
    acting.conclude(world, filing)
    assert problems.problems_of(project).get() == problem  # until the node is closed again

    acting.act(world, filing, "performance_reviewer", "pass_on")

    assert not problems.problems_of(project).exists()
    step = problem.steps.latest("pk")
    assert (step.act, step.text) == ("withdraw", "审核结论已更正为合格。")
    assert selectors.standing_of(project, acting.YEAR).flag == Flag.NONE


@pytest.mark.req("Y-111")
@pytest.mark.parametrize(
    ("value", "flag"), [("是", Flag.YELLOW), ("否", Flag.NONE), (None, Flag.NONE)]
)
def test_a_return_by_the_first_desk_counts_where_the_plan_says_so(
    world: World, value: str | None, flag: Flag
) -> None:
    if value is not None:
        RuleSetting.objects.create(
            plan=Plan.objects.get(jurisdiction=world.county),
            code=selectors.FIRST_REVIEW,
            title="初审退回是否算审核不合格",
            value=value,
            is_filled=True,
            clause="两次绩效监控进行初审",
        )
    project = acting.promised(world)
    filing = acting.submitted(world, acting.opened(world, project))
    with clock.at(acting.day_of(5) + timedelta(hours=1)):
        filings.send_back(
            filing=filing,
            actor=world.people["section_reviewer"],
            items=[filings.Wanted("form", "执行数没有附支付凭证。")],
            due_on=date(2024, 6, 7),
        )
    with clock.at(acting.day_of(5) + timedelta(hours=2)):
        item = filing.return_items.get()
        filings.answer_item(
            item=item, actor=world.people["filer"], answer="已核对。", is_resolved=True
        )
    acting.submitted(world, filing)
    acting.act(world, filing, "section_reviewer", "pass_on")
    acting.conclude(world, filing)
    acting.act(world, filing, "performance_reviewer", "pass_on")

    carried = selectors.standing_of(project, acting.YEAR)

    assert carried.flag == flag
    assert ("初审退回" in carried.steps[0].event.label) == (value == "是")


@pytest.mark.req("Y-111")
def test_what_the_plan_asks_and_has_not_settled_leaves_flags_unknown(world: World) -> None:
    plan = Plan.objects.get(jurisdiction=world.county)
    title = "初审退回是否算审核不合格"
    RuleSetting.objects.create(plan=plan, code=selectors.FIRST_REVIEW, title=title, clause="初审")
    carried = selectors.standing_of(acting.promised(world), acting.YEAR)
    assert (carried.flag, title in carried.lacking) == (Flag.NONE, True)
