"""Who owes what: scopes, node days, idempotence, audit, rights."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.core import clock
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import selectors, services
from apps.workplans.models import Assignment, Plan, PlanTask, TaskScope
from tests.personas import World
from tests.workplans.conftest import make_plan, make_project, make_task, make_window

TODAY = date(2024, 4, 10)
KINDS = {"materials", "monitoring.project", "targets.project"}


def assign(task: PlanTask, actor: User | None = None, on: date = TODAY) -> int:
    return services.assign(task=task, on=on, actor=actor, kinds=KINDS)


@pytest.mark.trust("G04")
def test_assigning_twice_gives_each_unit_each_window_once(
    april: datetime, unit_task: PlanTask, plan_admin: User
) -> None:
    first, again = assign(unit_task, plan_admin), assign(unit_task, plan_admin)

    assert (first, again) == (10, 0)  # 5 units of the county that are not classified, 2 windows
    owed = Assignment.objects.get(unit__code="201", window__key="2024Q1")
    assert clock.last_day(owed.due_at) == date(2024, 4, 1)
    assert owed.fiscal_year == 2024
    assert owed.project is None


def test_one_audit_line_per_unit_and_batch_with_count_and_digest(
    april: datetime, unit_task: PlanTask, plan_admin: User
) -> None:
    assign(unit_task, plan_admin)

    lines = Entry.objects.filter(action="workplans.assign")
    assert lines.count() == 5
    line = lines.get(chain__name="unit:652823/201")
    assert line.data["count"] == 2
    assert len(line.data["digest"]) == 64
    assert line.actor_id == plan_admin.pk


@pytest.mark.trust("G04")
def test_the_database_refuses_a_second_assignment(april: datetime, unit_task: PlanTask) -> None:
    assign(unit_task)
    owed = Assignment.objects.first()
    assert owed is not None

    owed.pk, owed.public_id = None, None
    with pytest.raises(IntegrityError), transaction.atomic():
        owed.save(force_insert=True)


@pytest.mark.req("Y-49", "Y-114")
def test_a_node_takes_the_projects_that_stood_in_the_budget_on_its_day(
    april: datetime, world: World, node_task: PlanTask
) -> None:
    make_project(world, 1)
    make_project(world, 2, joined_on=date(2024, 5, 31))
    make_project(world, 3, origin="added", joined_on=date(2024, 6, 1))

    before = assign(node_task, on=date(2024, 5, 30))
    may = services.open_due(on=date(2024, 5, 31), kinds=KINDS)
    late = services.open_due(on=date(2024, 6, 20), kinds=KINDS)
    august = services.open_due(on=date(2024, 8, 31), kinds=KINDS)

    assert (before, may, late, august) == (0, 2, 0, 3)
    assert Assignment.objects.filter(window__key="2024-05").count() == 2


@pytest.mark.req("Y-49")
@pytest.mark.trust("G10")
def test_the_tenth_is_the_last_day_in_time(
    april: datetime, world: World, node_task: PlanTask
) -> None:
    make_project(world, 1)
    assign(node_task, on=date(2024, 5, 31))

    assert Assignment.objects.get().due_at == datetime(2024, 6, 11, tzinfo=clock.ZONE)


def test_classified_cancelled_and_foreign_years_are_left_out(
    april: datetime, world: World, node_task: PlanTask
) -> None:
    make_project(world, 1)
    make_project(world, 2, is_classified=True)
    make_project(world, 3, state="cancelled")
    other = make_project(world, 4)
    other.fiscal_year = 2023
    other.save()

    assert assign(node_task, on=date(2024, 5, 31)) == 1


@pytest.mark.req("Y-82", "Y-75")
def test_scopes_join_by_or_and_then_exclude(
    april: datetime, world: World, node_task: PlanTask
) -> None:
    make_project(world, 1, tags=("bond", "rural"))
    make_project(world, 2, budget_type="social")
    make_project(world, 3, unit="town", tags=("bond",))
    make_project(world, 4)
    add = node_task.scopes.create
    add(field=TaskScope.Field.FUND_TAG, value="bond")
    add(field=TaskScope.Field.BUDGET_TYPE, value="social")
    add(field=TaskScope.Field.UNIT_KIND, value="town", is_exclude=True)

    assert assign(node_task, on=date(2024, 5, 31)) == 2
    names = Assignment.objects.values_list("project__name", flat=True)
    assert sorted(str(name) for name in names) == ["项目1", "项目2"]


@pytest.mark.req("Y-21", "U-35")
@pytest.mark.trust("I02")
@pytest.mark.parametrize("is_exclude", [None, True, False])
def test_a_classified_unit_owes_nothing_whatever_the_scopes_say(
    april: datetime, unit_task: PlanTask, is_exclude: bool | None
) -> None:
    if is_exclude is not None:
        field = TaskScope.Field.CLASSIFIED
        unit_task.scopes.create(field=field, value="yes", is_exclude=is_exclude)

    assert assign(unit_task) == (0 if is_exclude is False else 10)
    assert not Assignment.objects.filter(unit__is_classified=True).exists()


@pytest.mark.req("U-35")
@pytest.mark.trust("I02")
def test_a_project_of_a_unit_that_became_classified_is_never_assigned(
    april: datetime, world: World, node_task: PlanTask
) -> None:
    place = make_project(world, 1)
    unit = world.units["water"]
    unit.is_classified = True
    unit.save(update_fields=["is_classified"])

    assert assign(node_task, on=date(2024, 5, 31)) == 0
    made = services.assign_project(
        project_year=place, actor=None, on=date(2024, 5, 31), kinds=KINDS
    )
    assert made == 0
    preview = selectors.scope_preview(node_task, date(2024, 5, 31))
    assert (preview.n_units, preview.n_projects, preview.n_classified) == (0, 0, 1)
    assert not Assignment.objects.exists()


def test_a_unit_that_no_longer_exists_owes_nothing(
    april: datetime, world: World, unit_task: PlanTask
) -> None:
    make = world.units["company"]
    make.is_active = False
    make.save()

    assert assign(unit_task) == 8


@pytest.mark.parametrize(
    ("subject", "kind", "dated"),
    [
        ("section", "materials", True),  # finance's own duty
        ("unit", "self_evaluation.unit", True),  # no stage fills it in yet
        ("unit", "materials", False),  # the notice gives no date
    ],
)
def test_nothing_is_opened_for(
    april: datetime, plan: Plan, subject: str, kind: str, dated: bool
) -> None:
    task = make_task(plan, "other", subject, kind)
    make_window(task, "2024", closes=date(2024, 11, 20) if dated else None)

    assert assign(task) == 0
    assert not Assignment.objects.exists()


def test_a_draft_plan_opens_nothing(april: datetime, unit_task: PlanTask) -> None:
    Plan.objects.update(state=Plan.State.DRAFT)

    assert assign(unit_task) == services.open_due(on=TODAY, kinds=KINDS) == 0


def test_only_a_plan_administrator_of_the_county_opens_tasks(
    april: datetime, unit_task: PlanTask, performance_reviewer: User, foreign_reviewer: User
) -> None:
    for person in (performance_reviewer, foreign_reviewer):
        with pytest.raises(PermissionDenied):
            assign(unit_task, person)

    assert not Assignment.objects.exists()


@pytest.mark.req("Y-12")
def test_a_confirmed_project_owes_what_is_still_open(
    april: datetime, world: World, plan: Plan, node_task: PlanTask, filer: User
) -> None:
    targets = make_task(plan, "targets", "project", "targets.project")
    targets.scopes.create(field=TaskScope.Field.ORIGIN, value="added")
    make_window(targets, "2024", date(2024, 3, 1), date(2024, 11, 30))
    bystander = make_project(world, 1, origin="added")
    added = make_project(world, 2, origin="added", joined_on=TODAY)

    made = services.assign_project(project_year=added, actor=filer, kinds=KINDS)
    again = services.assign_project(project_year=added, actor=filer, kinds=KINDS)

    assert (made, again) == (1, 0)
    assert Assignment.objects.get().project == added.project
    assert not Assignment.objects.filter(project=bystander.project).exists()


def test_publishing_opens_what_the_plan_says(
    april: datetime, world: World, plan_admin: User
) -> None:
    plan = make_plan(world, Plan.State.DRAFT)
    task = make_task(plan, "quarter", "unit")
    make_window(task, "2024Q1", date(2024, 3, 18), date(2024, 4, 1))

    services.publish(plan=plan, actor=plan_admin, kinds=KINDS)

    plan.refresh_from_db()
    assert plan.state == Plan.State.PUBLISHED
    assert plan.published_at == clock.now()
    assert plan.assignments.count() == 5
    assert Entry.objects.filter(action="workplans.publish").count() == 1
    with pytest.raises(RuleError, match="已发布"):
        services.publish(plan=plan, actor=plan_admin)


def test_publishing_needs_the_right_and_a_task(
    april: datetime, world: World, plan_admin: User, leader: User
) -> None:
    plan = make_plan(world, Plan.State.DRAFT)

    with pytest.raises(PermissionDenied):
        services.publish(plan=plan, actor=leader)
    with pytest.raises(RuleError, match="一项任务也没有"):
        services.publish(plan=plan, actor=plan_admin)

    plan.refresh_from_db()
    assert plan.state == Plan.State.DRAFT
    assert not Entry.objects.filter(action="workplans.publish").exists()


def test_the_preview_subtracts_step_by_step_to_what_assigning_gives(
    april: datetime, world: World, plan: Plan
) -> None:
    task = make_task(plan, "targets", "project", "targets.project")
    task.scopes.create(field=TaskScope.Field.ORIGIN, value="initial", reason="年初部门预算项目")
    make_window(task, "2024", date(2024, 3, 11), date(2024, 4, 15))
    make_project(world, 1)
    make_project(world, 2, unit="town")
    make_project(world, 3, origin="added")
    make_project(world, 4, is_classified=True)
    make_project(world, 5, state="cancelled")
    make_project(world, 6, joined_on=date(2024, 5, 1))

    preview = selectors.scope_preview(task)

    shown = [(line.label, line.number, line.is_minus) for line in preview.lines]
    assert shown == [
        ("2024年度全部项目", 6, False),
        ("涉密（另计，线下报送）", 1, True),
        ("已取消、单位已停用", 1, True),
        ("4月10日后列入", 1, True),
        ("不属于：年初部门预算项目", 1, True),
    ]
    assert (preview.n_units, preview.n_projects, preview.n_classified) == (2, 2, 1)
    assert assign(task) == preview.n_projects
    assert selectors.scope_preview(make_task(plan, "own", "section")).lines == []


@pytest.mark.req("Y-21", "U-35")
@pytest.mark.parametrize("is_named", [False, True])
def test_the_preview_of_a_unit_task_counts_the_classified_apart_and_once(
    april: datetime, unit_task: PlanTask, is_named: bool
) -> None:
    if is_named:
        unit_task.scopes.create(
            field=TaskScope.Field.CLASSIFIED, value="yes", is_exclude=True, reason="除涉密单位外"
        )

    preview = selectors.scope_preview(unit_task)

    assert (preview.n_units, preview.n_classified) == (5, 1)
    assert [(line.label, line.number) for line in preview.lines] == [
        ("尉犁县在用预算单位", 6),
        ("涉密（另计，线下报送）", 1),
    ]
