"""无目标不安排: a project enters the budget with its targets in force, or by an exception."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from apps.core import clock
from apps.filings.models import Filing
from apps.pre_assessment import services as assessing
from apps.pre_assessment.models import GateException
from apps.projects import gates
from apps.projects import services as projects
from apps.projects.models import Project, ProjectYear
from apps.rules.target_gate import Reach
from apps.targets import gating
from apps.targets import services as targets
from apps.workplans.models import Assignment, Plan, PlanTask, RuleSetting, TaskScope, TaskWindow
from tests import makers
from tests.filings import steps
from tests.filings.steps import LATER, denied, refused
from tests.makers import MONDAY, YEAR
from tests.personas import World, client_of, make_world
from tests.pre_assessment import acting
from tests.pre_assessment.acting import WAN

CLAUSE = "对无绩效目标或绩效目标设置不合理的项目，不予安排预算"
SAID = {"reason": "防汛急需", "document": "县政府常务会议纪要"}


@pytest.fixture
def world(db: None) -> World:
    made = make_world()
    gated(makers.make_plan(made))
    return made


def gated(plan: Plan, value: str = Reach.ALL) -> RuleSetting:
    """The plan says which projects enter only with targets in force."""
    return RuleSetting.objects.create(
        plan=plan, code=gating.SETTING, title="门槛", value=value, is_filled=True, clause=CLAUSE
    )


def confirm(world: World, project: Project, **more: Any) -> ProjectYear:
    place = {"year": YEAR, "origin": "initial", "attribute": "continuing", **more}
    with clock.at(LATER):
        return projects.confirm(project=project, actor=world.people["plan_admin"], **place)


def asked_for(world: World, project: Project) -> Filing:
    """The project's targets, opened by the unit's filer."""
    with clock.at(MONDAY):
        return targets.request_targets(project=project, actor=world.people["filer"], year=YEAR)


def approved(world: World, project: Project) -> Filing:
    """The project's targets, filed and passed by both desks."""
    filing = steps.at_second_desk(world, asked_for(world, project))
    marks = makers.full_marks(filing)
    steps.decide(world, filing, "performance_reviewer", "pass_on", marks=marks)
    filing.refresh_from_db()
    return filing


def propose(world: World, project: Project, kind: str = "targets") -> GateException:
    with clock.at(LATER):
        return assessing.propose_exception(
            project=project,
            actor=world.people["performance_reviewer"],
            year=YEAR,
            kind=kind,
            amount=60 * WAN,
            **SAID,
        )


@pytest.mark.req("W-03", "W-05", "B-11", "Y-42", "Q-14")
def test_a_project_without_targets_is_not_let_in(world: World) -> None:
    project = acting.new_project(world, first_year=2023)
    with refused(f"没有绩效目标。由单位申请填报绩效目标.*依据：{CLAUSE}"):
        confirm(world, project)
    assert not ProjectYear.objects.filter(project=project).exists()


@pytest.mark.req("W-03", "W-05", "B-12")
def test_the_unit_files_before_the_budget_and_enters_with_what_was_approved(world: World) -> None:
    project = acting.new_project(world, first_year=2023)
    filing = asked_for(world, project)
    assert asked_for(world, project) == filing
    with refused("绩效目标还在填，没有报送"):
        confirm(world, project)
    makers.submitted(world, filing)
    with refused("绩效目标正在审核，还没有定稿"):
        confirm(world, project)
    steps.returned(world, filing)
    with refused("绩效目标已退回1次，还没有改好再报.*拒不调整的，不安排预算"):
        confirm(world, project)


@pytest.mark.req("W-05", "Y-42")
def test_approved_targets_let_in_and_are_not_owed_twice(world: World) -> None:
    project = acting.new_project(world, first_year=2023)
    approved(world, project)
    assert confirm(world, project).pk
    makers.assign_all(world, Plan.objects.get())
    assert Assignment.objects.filter(project=project).count() == 1


@pytest.mark.req("W-05")
def test_rejected_targets_keep_it_out(world: World) -> None:
    project = acting.new_project(world, first_year=2023)
    filing = steps.at_second_desk(world, asked_for(world, project))
    marks = makers.full_marks(filing, "0.3")
    steps.decide(world, filing, "performance_reviewer", "reject", marks=marks, opinion="目标不合理")
    with refused("绩效目标审核没有通过。请计划管理员重新开放"):
        confirm(world, project)


@pytest.mark.req("B-11")
def test_a_list_names_the_row_that_lacks_targets(world: World) -> None:
    first, second = (acting.new_project(world, n, first_year=2023) for n in (80, 81))
    approved(world, first)
    entrants = [gates.entrant_of(each, "initial", "continuing") for each in (first, second)]
    said = gates.asked(world.county, YEAR, entrants)
    assert [bool(each.text) for each in said] == [False, True]


@pytest.mark.req("W-03", "B-11")
def test_both_gates_are_asked_and_both_say_why(world: World) -> None:
    acting.add_assessments(world, Plan.objects.get(), acting.BLOCKED)
    project = acting.new_project(world)
    with refused("没有做事前绩效评估.*；没有绩效目标"):
        confirm(world, project, attribute="new")


@pytest.mark.req("W-03")
def test_a_leader_lets_in_beside_the_gate_with_an_amount(world: World) -> None:
    project = acting.new_project(world, first_year=2023)
    made = propose(world, project)
    with refused("没有绩效目标"):
        confirm(world, project)
    with denied("不能批准自己提出的"):
        assessing.decide_exception(
            exception=made, actor=world.people["performance_reviewer"], is_agreed=True
        )
    with clock.at(LATER):
        assessing.decide_exception(exception=made, actor=world.people["leader"], is_agreed=True)
    place = confirm(world, project)
    lines = [projects.MoneyLine("fiscal", "county", *([61 * WAN] * 2), Decimal(0))]
    with refused("财政拨款61.00万元，最多60.00万元：没有定稿的绩效目标，经批准列入：防汛急需"):
        projects.set_money(
            project=place.project, actor=world.people["plan_admin"], year=YEAR, lines=lines
        )


@pytest.mark.req("W-03")
def test_each_gate_needs_its_own_exception(world: World) -> None:
    acting.add_assessments(world, Plan.objects.get(), acting.BLOCKED)
    project = acting.new_project(world)
    for kind in ("targets", "exception"):
        made = propose(world, project, kind)
        with refused("例外已经提出过"):
            propose(world, project, kind)
        with clock.at(LATER):
            assessing.decide_exception(exception=made, actor=world.people["leader"], is_agreed=True)
        if kind == "targets":
            with refused("没有做事前绩效评估"):
                confirm(world, project, attribute="new")
    assert confirm(world, project, attribute="new").pk


def test_an_exception_needs_a_closed_gate(world: World) -> None:
    project = acting.new_project(world, first_year=2023)
    with refused("门槛没有拦这个项目"):
        propose(world, project, "exception")


@pytest.mark.req("B-12", "U-07")
def test_only_the_units_own_filer_asks(world: World) -> None:
    project = acting.new_project(world, first_year=2023)
    for person in ("plan_admin", "performance_reviewer", "unit_head"):
        with denied("只有本单位填报员可以申请"):
            targets.request_targets(project=project, actor=world.people[person], year=YEAR)
    with refused("已发布的计划没有2025年度的项目绩效目标任务"):
        targets.request_targets(project=project, actor=world.people["filer"], year=2025)


def test_after_the_first_lists_days_the_task_for_additions_is_asked(world: World) -> None:
    project = acting.new_project(world, first_year=2023)
    task = Plan.objects.get().tasks.get(code="targets.initial")
    added = PlanTask.objects.get(pk=task.pk)
    added.pk, added.public_id, added.code = None, uuid4(), "targets.added"
    added.save(force_insert=True)
    TaskWindow.objects.create(task=added, key="2024")
    for row, origin in ((task, "initial"), (added, "added")):
        TaskScope.objects.create(task=row, field="origin", value=origin)
    with clock.at(MONDAY):
        assert gating.task_for(project, YEAR) == task
    with clock.at(makers.CLOSES):
        assert gating.task_for(project, YEAR) == added


def test_what_is_asked_for_late_is_open_to_the_end_of_the_year(world: World) -> None:
    project = acting.new_project(world, first_year=2023)
    with clock.at(makers.CLOSES):
        made = targets.request_targets(project=project, actor=world.people["filer"], year=YEAR)
    assert clock.last_day(made.assignment.due_at).isoformat() == "2024-12-31"


@pytest.mark.req("W-03")
def test_the_page_shows_both_gates_and_opens_the_form(world: World) -> None:
    project = acting.new_project(world, first_year=2023)
    url = f"/{YEAR}/projects/{project.public_id}/"
    filer = client_of(world.people["filer"])
    with clock.at(LATER):
        page = filer.get(f"{url}gate/").content.decode()
        assert "绩效目标：现在不能列入2024年度预算" in page
        assert "不予安排" in page
        assert CLAUSE in page
        made = filer.post(f"{url}targets/request/")
        filing = Filing.objects.get(kind="targets.project", assignment__project=project)
        assert made["Location"] == f"/{YEAR}/targets/{filing.public_id}/"
        again = filer.get(f"{url}gate/").content.decode()
        assert "申请填报绩效目标" not in again
        assert f"/{YEAR}/filings/{filing.public_id}/" in again
        admin = client_of(world.people["plan_admin"])
        assert "没有绩效目标" not in admin.get(f"{url}edit/").content.decode()
        told = filer.get(f"/api/v1{url}gate/").json()["others"]
        shown = admin.get(f"{url}gate/").content.decode()
    assert [(row["code"], row["is_open"]) for row in told] == [("targets_draft", False)]
    assert "没有定稿目标的例外" in shown
    assert "投资主管部门评估</option>" not in shown
