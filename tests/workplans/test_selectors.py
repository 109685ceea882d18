"""Weights, parameters, the year's line and table, the calendar file."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from apps.core import clock
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.target_form import TargetForm, TargetLine
from apps.workplans import ics, screens, selectors, services
from apps.workplans.models import Plan, PlanTask, RuleSetting, WeightTemplate
from tests.personas import World
from tests.workplans.conftest import make_plan, make_task, make_window


def template(plan: Plan, **values: Any) -> WeightTemplate:
    points = {"execution": Decimal(10), "output": Decimal(50), "benefit": Decimal(40)}
    return WeightTemplate.objects.create(
        plan=plan, clause="财预〔2020〕10号", **({"title": "通用"} | points | values)
    )


def form(*levels: str) -> TargetForm:
    """A form with one line of each first level, besides output and benefit."""
    names = ("产出", "效益", *levels)
    return TargetForm(lines=tuple(TargetLine(key=name, level1=name) for name in names))


def test_the_tasks_own_weights_go_before_the_plans(plan: Plan, unit_task: PlanTask) -> None:
    template(plan, title="计划的")
    template(plan, task=unit_task, title="20加80", execution=20, output=80, benefit=None)

    own = selectors.weights_for(unit_task, form("满意度"))
    other = make_task(plan, "other", "unit")
    plans = selectors.weights_for(other, form("满意度"))

    assert (own.title, own.levels["产出"], own.levels["效益"]) == ("20加80", Decimal(80), None)
    assert plans.title == "计划的"


def test_the_closest_case_is_taken(plan: Plan, unit_task: PlanTask) -> None:
    template(plan, title="任何")
    template(plan, title="设成本", has_cost=True)
    template(plan, title="设成本和满意度", has_cost=True, has_satisfaction=True)

    titles = [
        selectors.weights_for(unit_task, form(*levels)).title
        for levels in ((), ("满意度",), ("成本",), ("成本", "满意度"))
    ]

    assert titles == ["任何", "任何", "设成本", "设成本和满意度"]


def test_a_plan_without_weights_says_so(unit_task: PlanTask) -> None:
    with pytest.raises(RuleError, match="没有设权重标准"):
        selectors.weights_for(unit_task, form())


def test_a_tasks_parameter_goes_before_the_plans(plan: Plan, unit_task: PlanTask) -> None:
    add = RuleSetting.objects.create
    add(plan=plan, code="floor", title="退回线", value="90", is_filled=True, clause="低于90分")
    add(plan=plan, task=unit_task, code="floor", title="退回线", value="80", is_filled=True)
    add(plan=plan, code="share", title="抽取比例", clause="按一定比例", note="要定比例。")

    assert selectors.setting(plan, "floor").value == "90"
    assert selectors.setting(plan, "floor", unit_task).value == "80"
    assert selectors.setting(plan, "floor", make_task(plan, "other", "unit")).value == "90"
    with pytest.raises(RuleError, match="参数“抽取比例”：未设定。要定比例。依据：按一定比例"):
        selectors.setting(plan, "share")
    with pytest.raises(RuleError, match="没有参数“none”"):
        selectors.setting(plan, "none")
    page = selectors.settings_of(plan)
    assert [row.code for row in page.undecided] == ["share"]
    assert [row.value for row in page.decided] == ["90"]


def test_a_draft_is_no_plan_in_force(world: World) -> None:
    plan = make_plan(world, Plan.State.DRAFT)

    assert selectors.current_plan(world.county, 2024) is None
    Plan.objects.update(state=Plan.State.CLOSED)
    assert selectors.current_plan(world.county, 2024) == plan
    assert selectors.current_plan(world.county, 2023) is None


@pytest.mark.trust("B10")
def test_who_sees_which_plan(
    world: World, plan_admin: User, filer: User, foreign_filer: User
) -> None:
    plan = make_plan(world, Plan.State.DRAFT)

    assert selectors.visible_plan(plan_admin, 2024) == plan
    assert selectors.visible_plan(filer, 2024) is None
    Plan.objects.update(state=Plan.State.PUBLISHED)
    assert selectors.visible_plan(filer, 2024) == plan
    assert selectors.visible_plan(filer, 2024, region="652325") == plan
    assert selectors.visible_plan(foreign_filer, 2024) is None


def test_owed_counts_leave_out_the_excused_and_name_the_extended(
    april: datetime, plan: Plan, unit_task: PlanTask, plan_admin: User
) -> None:
    services.assign(task=unit_task, on=date(2024, 4, 10), actor=None, kinds={"materials"})
    owed = list(unit_task.assignments.order_by("pk"))
    later = clock.end_of(date(2024, 8, 1))
    services.exempt(assignment=owed[0], reason="单位撤并", actor=plan_admin)
    for days in (1, 2):
        moment = later.replace(day=1 + days)
        services.extend(assignment=owed[1], new_due_at=moment, reason="停电", actor=plan_admin)

    task = selectors.tasks_with_windows(plan).get(pk=unit_task.pk)

    assert (task.n_owed, task.n_exempt, task.n_extended) == (9, 1, 1)


def test_the_line_of_the_year_shows_openings_deadlines_and_doubts(
    april: datetime, plan: Plan
) -> None:
    task = make_task(plan, "a", "unit")
    make_window(task, "1", date(2024, 1, 1), date(2024, 1, 31))
    make_window(task, "2", closes=date(2025, 1, 1))
    waits = make_window(make_task(plan, "b", "unit"), "1", opens=date(2024, 7, 1))
    waits.note = "待确认：原文没有报送日"
    waits.save()
    make_window(make_task(plan, "c", "unit"), "1")

    screen = screens.plan_screen(plan, selectors.tasks_with_windows(plan), april)

    assert [row.task.code for row in screen.rows] == ["b", "a"]
    january, next_year = screen.rows[1].bars
    assert (january.x, january.width, january.is_left) == (Decimal("0.0"), Decimal("8.5"), False)
    assert (next_year.x + next_year.width, next_year.is_left) == (Decimal("100.0"), True)
    assert next_year.day == date(2025, 1, 1)
    july = screen.rows[0].bars[0]
    assert (july.is_open_only, july.is_doubtful, july.day) == (True, True, date(2024, 7, 1))
    assert [month.title for month in screen.months] == ["2024年1月", "2025年1月", "没有确定日期"]
    assert screen.n_doubtful == 1
    assert Decimal(27) < (screen.today_x or 0) < Decimal(28)


def test_a_calendar_file_groups_a_tasks_projects_and_escapes_text() -> None:
    due_at = clock.end_of(date(2024, 6, 10))
    title = "监控,第一次;5月" + "长" * 40
    found = selectors.Deadline(key="k", title=title, due_at=due_at, number=3)

    text = ics.render([found], "截止日", datetime(2024, 4, 10, tzinfo=clock.ZONE), "localhost")

    assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n")
    assert "DTSTART;VALUE=DATE:20240610\r\nDTEND;VALUE=DATE:20240611\r\n" in text
    assert "DTSTAMP:20240409T160000Z" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    unfolded = text.replace("\r\n ", "")
    assert f"SUMMARY:监控\\,第一次\\;5月{'长' * 40}（3件）截止\r\n" in unfolded


def test_a_unit_gets_what_it_owes_and_the_bureau_the_plans_dates(
    april: datetime, unit_task: PlanTask, filer: User, plan_admin: User, foreign_filer: User
) -> None:
    services.assign(task=unit_task, on=date(2024, 4, 10), actor=None, kinds={"materials"})
    owed = unit_task.assignments.get(unit__code="201", window__key="2024Q2")
    services.extend(
        assignment=owed, new_due_at=clock.end_of(date(2024, 7, 8)), reason="停电", actor=plan_admin
    )

    mine = [clock.last_day(d.due_at) for d in selectors.deadlines_of(filer, 2024)]
    bureau = [clock.last_day(d.due_at) for d in selectors.deadlines_of(plan_admin, 2024)]

    assert mine == [date(2024, 4, 1), date(2024, 7, 8)]
    assert bureau == [date(2024, 4, 1), date(2024, 7, 1)]
    assert selectors.deadlines_of(foreign_filer, 2024) == []
