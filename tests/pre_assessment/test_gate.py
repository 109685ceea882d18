"""未评估不安排: what a project needs before it stands in a budget."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from apps.core import clock
from apps.pre_assessment import selectors
from apps.pre_assessment.models import GateException
from apps.projects import services as projects
from apps.projects.models import Project, ProjectYear
from apps.workplans.models import RuleSetting
from tests.filings.steps import LATER, denied, refused
from tests.makers import YEAR
from tests.personas import World, make_world
from tests.pre_assessment import acting
from tests.pre_assessment.acting import WAN, act


@pytest.fixture
def world(db: None) -> World:
    made = make_world()
    acting.assessing_plan(made)
    return made


def confirm(world: World, project: Project, **more: Any) -> ProjectYear:
    place = {"year": YEAR, "origin": "initial", "attribute": "new", **more}
    with clock.at(LATER):
        return projects.confirm(project=project, actor=world.people["plan_admin"], **place)


@pytest.mark.req("Y-36", "Y-40", "U-41", "Q-14")
def test_a_new_project_without_an_assessment_is_not_let_in(world: World) -> None:
    project = acting.new_project(world)
    with refused("没有做事前绩效评估。由单位申请事前绩效评估。依据：未实施"):
        confirm(world, project)


@pytest.mark.req("Q-09")
def test_infrastructure_is_sent_to_the_investment_authority(world: World) -> None:
    project = acting.new_project(world, is_infrastructure=True)
    with refused("由投资主管部门评估"):
        confirm(world, project)


@pytest.mark.req("Y-36")
@pytest.mark.parametrize(
    "place",
    [
        {"attribute": "continuing"},
        {"attribute": "one_off"},
        {"origin": "added", "joined_on": LATER.date(), "attribute": "new"},  # not 重大事业发展类
    ],
)
def test_what_is_not_new_or_not_major_in_the_year_passes(world: World, place: Any) -> None:
    first = 2024 if place["attribute"] == "new" else 2023
    assert confirm(world, acting.new_project(world, first_year=first), **place).pk


@pytest.mark.req("Y-36")
@pytest.mark.parametrize("attribute", ["continuing", "one_off"])
def test_a_project_that_begins_this_year_is_new_whatever_it_is_called(
    world: World, attribute: str
) -> None:
    project = acting.new_project(world)
    with refused("没有做事前绩效评估"):
        confirm(world, project, attribute=attribute)


@pytest.mark.req("Y-36")
def test_an_addition_does_not_become_major_unasked(world: World) -> None:
    project = acting.new_project(world)
    confirm(world, project, origin="added", joined_on=LATER.date())
    with refused("没有做事前绩效评估"), clock.at(LATER):
        projects.update_project(
            project=project, actor=world.people["plan_admin"], facts={"is_key": True}
        )


@pytest.mark.req("U-39", "B-08")
def test_no_more_is_budgeted_than_was_supported(world: World) -> None:
    project = acting.new_project(world)
    acting.concluded(world, acting.at_last_desk(world, project, share="0.85"), "支持", 80)
    confirm(world, project)
    for wan, is_let in ((Decimal("80.01"), False), (Decimal(80), True)):
        line = projects.MoneyLine("fiscal", "county", wan * WAN, wan * WAN)
        money = {
            "project": project,
            "actor": world.people["budget_officer"],
            "year": YEAR,
            "lines": [line],
        }
        if is_let:
            with clock.at(LATER):
                projects.set_money(**money)
        else:
            with refused("财政拨款80.01万元，最多80.00万元：评估结论为“支持”"), clock.at(LATER):
                projects.set_money(**money)


def test_a_budget_is_made_before_its_own_plan(world: World) -> None:
    project = acting.new_project(world, first_year=2025)
    with refused("没有做事前绩效评估"):
        confirm(world, project, year=2025)
    assert not selectors.gate_of(world.county, 2026).blocked


@pytest.mark.req("Y-36")
def test_a_major_addition_in_the_year_is_stopped(world: World) -> None:
    project = acting.new_project(world, is_key=True)
    with refused("没有做事前绩效评估"):
        confirm(world, project, origin="added", joined_on=LATER.date())


@pytest.mark.req("Y-40")
def test_while_a_report_is_under_way_the_gate_says_so(world: World) -> None:
    project = acting.new_project(world)
    acting.saved(world, acting.asked_for(world, project))
    with refused("还没有结论"):
        confirm(world, project)


@pytest.mark.req("Y-36")
def test_supported_in_whole_passes(world: World) -> None:
    project = acting.new_project(world)
    acting.concluded(world, acting.at_last_desk(world, project, share="0.85"), "支持", 80)

    assert confirm(world, project).fiscal_year == YEAR
    passage = selectors.passage_of(project, YEAR)
    assert (passage.code, passage.limit) == ("supported", 80 * WAN)
    assert passage.as_trace()["limit"] == "80.00万元"


@pytest.mark.req("Y-36")
@pytest.mark.parametrize(("verdict", "wan"), [("部分支持", 60), ("不支持", 0)])
def test_supported_in_part_or_not_at_all_is_stopped(world: World, verdict: str, wan: int) -> None:
    project = acting.new_project(world)
    filing = acting.at_last_desk(world, project)
    acting.concluded(world, filing, verdict, wan)
    with refused(f"评估结论为“{verdict}”，支持金额{wan}.00万元。请计划管理员重新开放评估"):
        confirm(world, project)


def test_another_county_lets_part_support_in(world: World) -> None:
    RuleSetting.objects.filter(code=selectors.GATE).update(value="未评估、不支持")
    project = acting.new_project(world)
    acting.concluded(world, acting.at_last_desk(world, project))

    assert confirm(world, project).pk


@pytest.mark.parametrize("value", ["申请预算的必要条件", ""])
def test_a_plan_that_does_not_name_conclusions_has_no_gate(world: World, value: str) -> None:
    RuleSetting.objects.filter(code=selectors.GATE).update(value=value, is_filled=bool(value))
    assert confirm(world, acting.new_project(world)).pk


def test_a_gate_that_blocks_verdicts_only_lets_the_unassessed_in(world: World) -> None:
    RuleSetting.objects.filter(code=selectors.GATE).update(value="不支持")
    assert confirm(world, acting.new_project(world)).pk


def test_a_classified_project_is_handled_on_paper(world: World) -> None:
    with clock.at(LATER):
        project = projects.create_classified(
            actor=world.people["plan_admin"], unit=world.units["water"], first_year=YEAR
        )
    assert confirm(world, project).pk


def test_a_conclusion_holds_for_its_own_year_alone(world: World) -> None:
    project = acting.new_project(world)
    form = acting.report(budget_year=YEAR + 1)
    acting.concluded(world, acting.at_last_desk(world, project, form, "0.85"), "支持", 80)
    with refused("没有做事前绩效评估"):
        confirm(world, project)


def test_what_stands_in_the_budget_is_not_asked_again(world: World) -> None:
    project = acting.new_project(world)
    RuleSetting.objects.filter(code=selectors.GATE).update(value="不支持")
    confirm(world, project, attribute="continuing")
    RuleSetting.objects.filter(code=selectors.GATE).update(value=acting.BLOCKED)
    assert confirm(world, project).attribute == "continuing"


PROPOSED = {
    "year": YEAR,
    "kind": "exception",
    "amount": 60 * WAN,
    "reason": "灌溉季前必须完工",
    "document": "县长办公会纪要〔2024〕5号",
}


def propose(world: World, project: Project, person: str = "budget_officer", **more: Any) -> Any:
    return act(world, person, "propose_exception", project=project, **PROPOSED | more)


@pytest.mark.req("Y-36")
def test_an_exception_needs_two_people(world: World) -> None:
    project = acting.new_project(world)
    acting.concluded(world, acting.at_last_desk(world, project))
    made = propose(world, project)
    with refused("评估结论为“部分支持”"):
        confirm(world, project)
    with denied("不能批准自己提出的"):
        act(world, "plan_admin", "decide_exception", exception=made, is_agreed=True)
    act(world, "leader", "decide_exception", exception=made, is_agreed=True)

    assert confirm(world, project).pk
    passage = selectors.passage_of(project, YEAR)
    assert (passage.code, passage.limit) == ("excepted", 60 * WAN)
    with refused("已经办过"):
        act(world, "leader", "decide_exception", exception=made, is_agreed=False, refusal="x")


def test_a_refused_exception_may_be_proposed_again(world: World) -> None:
    project = acting.new_project(world)
    made = propose(world, project)
    with refused("已经提出过"):
        propose(world, project)
    with refused("不同意的理由未填"):
        act(world, "leader", "decide_exception", exception=made, is_agreed=False)
    act(world, "leader", "decide_exception", exception=made, is_agreed=False, refusal="先评估")
    again = propose(world, project)

    assert GateException.objects.filter(project=project).count() == 2
    assert {row.pk for row in selectors.exceptions(world.people["leader"], YEAR)} == {
        made.pk,
        again.pk,
    }
    assert not selectors.exceptions(world.people["filer"], YEAR).exists()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"reason": " "}, "都要填"),
        ({"document": ""}, "都要填"),
        ({"kind": "friend"}, "都要填"),
        ({"amount": Decimal(0)}, "应大于0"),
        ({"kind": "investment"}, "只用于基建项目"),
    ],
)
def test_an_exception_that_says_too_little_is_refused(world: World, change, said) -> None:
    project = acting.new_project(world)
    with refused(said):
        propose(world, project, **change)


def test_an_exception_where_none_is_needed_is_refused(world: World) -> None:
    RuleSetting.objects.filter(code=selectors.GATE).delete()
    project = acting.new_project(world)
    with refused("门槛没有拦这个项目"):
        propose(world, project)


def test_units_do_not_propose_exceptions(world: World) -> None:
    project = acting.new_project(world)
    with denied("由财政绩效、预算科室或计划管理员提出"):
        propose(world, project, "filer")


@pytest.mark.req("Y-09")
def test_the_register_counts_projects_and_money_by_conclusion(world: World) -> None:
    for n, (verdict, wan) in enumerate([("支持", 80), ("部分支持", 60), ("不支持", 0)]):
        project = acting.new_project(world, n=90 + n)
        share = "0.85" if verdict == "支持" else "0.7"
        acting.concluded(world, acting.at_last_desk(world, project, share=share), verdict, wan)
    acting.saved(world, acting.asked_for(world, acting.new_project(world, n=99)))

    rows = {row.verdict: row for row in selectors.counts(world.people["leader"], YEAR)}

    assert [(r.n, r.asked / WAN, r.supported / WAN) for r in rows.values()] == [
        (1, 80, 80),
        (1, 80, 60),
        (1, 80, 0),
    ]
    assert selectors.assessments(world.people["filer"], YEAR).count() == 4
    assert selectors.assessments(world.people["leader"], YEAR).count() == 3  # without the draft
    assert selectors.assessments(world.people["stranger"], YEAR).count() == 0
    assert [r.n for r in selectors.counts(world.people["stranger"], YEAR)] == [0, 0, 0]
