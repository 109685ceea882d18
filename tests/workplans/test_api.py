"""The same plans, tasks and deadlines for programs."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from apps.core import clock
from apps.organizations.models import User
from apps.workplans import services
from apps.workplans.models import Extension, PlanTask
from tests.personas import client_of


@pytest.fixture
def assigned(april: datetime, unit_task: PlanTask) -> PlanTask:
    services.assign(task=unit_task, on=date(2024, 4, 10), actor=None, kinds={"materials"})
    return unit_task


def test_plans_and_tasks_are_read(assigned: PlanTask, filer: User) -> None:
    browser = client_of(filer)

    plans = browser.get("/api/v1/plans/?year=2024").json()["results"]
    tasks = browser.get("/api/v1/tasks/?year=2024").json()["results"]
    one = browser.get(f"/api/v1/tasks/{assigned.public_id}/").json()

    assert [(row["jurisdiction"], row["fiscal_year"]) for row in plans] == [("652823", 2024)]
    assert [row["code"] for row in tasks] == ["quarter"]
    assert tasks[0] == one
    assert [row["key"] for row in one["windows"]] == ["2024Q1", "2024Q2"]
    assert browser.get("/api/v1/plans/?year=2023").json()["results"] == []
    assert browser.get("/api/v1/tasks/?year=２０２４").status_code == 400


@pytest.mark.trust("B03")
def test_assignments_are_those_that_the_person_sees(
    assigned: PlanTask, filer: User, foreign_filer: User, plan_admin: User
) -> None:
    def units(user: User) -> set[str]:
        rows = client_of(user).get("/api/v1/assignments/").json()["results"]
        return {row["unit"] for row in rows}

    assert units(filer) == {"201"}
    assert units(foreign_filer) == set()
    assert units(plan_admin) == {"201", "201001", "205", "301", "401"}


@pytest.mark.trust("G11")
def test_an_extension_through_the_api_obeys_the_same_rules(
    assigned: PlanTask, filer: User, foreign_filer: User, plan_admin: User
) -> None:
    owed = assigned.assignments.get(unit__code="201", window__key="2024Q2")
    path = f"/api/v1/assignments/{owed.public_id}/extension/"
    body = {"last_day": "2024-07-08", "reason": "机房停电"}

    def post(user: User, data: dict[str, str]) -> int:
        answer = client_of(user).post(path, data, content_type="application/json")
        return int(answer.status_code)

    assert post(foreign_filer, body) == 404
    assert post(filer, body) == 403
    assert post(plan_admin, {"last_day": "2024-06-01", "reason": "早"}) == 409
    assert post(plan_admin, {"last_day": "soon", "reason": ""}) == 400
    assert not Extension.objects.exists()
    assert post(plan_admin, body) == 200
    owed.refresh_from_db()
    assert owed.due_at == clock.end_of(date(2024, 7, 8))
