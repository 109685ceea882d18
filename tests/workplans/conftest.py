"""A small published plan in the county: one project task with two nodes, one unit task."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest

from apps.core import clock
from apps.jobs import services
from apps.projects.models import FundTag, Project, ProjectYear
from apps.workplans.models import Plan, PlanTask, TaskWindow
from tests.personas import World

NOW = datetime(2024, 4, 10, 9, 0, tzinfo=clock.ZONE)


@pytest.fixture
def april() -> Iterator[datetime]:
    with clock.at(NOW):
        yield NOW


def run_jobs() -> None:
    """What was left for a worker is done."""
    while services.run_one():
        pass


def make_plan(world: World, state: str = Plan.State.PUBLISHED) -> Plan:
    return Plan.objects.create(
        jurisdiction=world.county, fiscal_year=2024, title="尉犁县2024年度计划", state=state
    )


def make_task(
    plan: Plan, code: str, subject: str, kind: str = "materials", **more: Any
) -> PlanTask:
    values = {
        "position": plan.tasks.count() + 1,
        "title": f"任务{code}",
        "stage": "materials",
        "level": "unit",
        "evaluated_year": 2024,
        "responsible": "各部门单位",
        "clause": "原文一句。",
    }
    return PlanTask.objects.create(
        plan=plan, code=code, subject_kind=subject, kind=kind, **(values | more)
    )


def make_window(
    task: PlanTask,
    key: str,
    opens: date | None = None,
    closes: date | None = None,
    data_until: date | None = None,
) -> TaskWindow:
    return TaskWindow.objects.create(
        task=task,
        key=key,
        opens_at=clock.start_of(opens) if opens else None,
        closes_at=clock.end_of(closes) if closes else None,
        data_until=data_until,
    )


def make_project(
    world: World,
    serial: int,
    unit: str = "water",
    origin: str = "initial",
    joined_on: date = date(2024, 1, 20),
    tags: tuple[str, ...] = (),
    **more: Any,
) -> ProjectYear:
    """A project of the year 2024; classified ones carry nothing but a serial."""
    described: dict[str, Any] = {
        "name": f"项目{serial}",
        "code": f"65282324T{serial:012d}",
    }
    if more.get("is_classified"):
        described = {"classified_serial": serial}
    project = Project.objects.create(
        jurisdiction=world.county,
        unit=world.units[unit],
        first_year=2024,
        created_at=NOW,
        **(described | more),
    )
    for tag in tags:
        project.fund_tags.add(FundTag.objects.get_or_create(code=tag, defaults={"name": tag})[0])
    return ProjectYear.objects.create(
        project=project,
        jurisdiction=world.county,
        fiscal_year=2024,
        origin=origin,
        attribute="new",
        joined_on=joined_on,
    )


@pytest.fixture
def plan(world: World) -> Plan:
    return make_plan(world)


@pytest.fixture
def unit_task(plan: Plan) -> PlanTask:
    task = make_task(plan, "quarter", "unit")
    make_window(task, "2024Q1", date(2024, 3, 18), date(2024, 4, 1))
    make_window(task, "2024Q2", date(2024, 6, 17), date(2024, 7, 1))
    return task


@pytest.fixture
def node_task(plan: Plan) -> PlanTask:
    task = make_task(plan, "monitoring", "project", "monitoring.project", stage="monitoring")
    make_window(task, "2024-05", date(2024, 6, 1), date(2024, 6, 10), date(2024, 5, 31))
    make_window(task, "2024-08", date(2024, 9, 1), date(2024, 9, 10), date(2024, 8, 31))
    return task
