"""四同步: one row a project, late ones first, from filings, events and what was entered (B-05)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.models import Entry
from apps.core import clock
from apps.projects.models import Project
from apps.projects.steps import services as steps
from apps.reports.synchrony import export, rows
from apps.reports.synchrony.rows import Asked
from apps.rules.errors import RuleError
from apps.rules.synchrony import State, Step
from apps.workplans.models import Plan, PlanEvent, RuleSetting
from tests import makers
from tests.filings import steps as desks
from tests.filings.steps import LATER
from tests.makers import YEAR
from tests.personas import World, client_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("B-05", "B-14", "W-07")]


@pytest.fixture(autouse=True)
def later() -> Iterator[None]:
    with clock.at(LATER):
        yield


@pytest.fixture
def project(world: World) -> Project:
    """Targets handed in and approved on 8 April; another project has none yet."""
    filing = makers.target_filing(world)
    desks.approved(world, filing)
    makers.target_filing(world, n=2)
    found: Project = filing.assignment.project
    return found


def entered(world: World, project: Project, side: str, step: str, on: date) -> None:
    actor = world.people["plan_admin"]
    told = {"side": side, "step": step, "on": on, "source": "文"}
    steps.record(project=project, actor=actor, year=YEAR, **told)


def pairs(project: Project) -> dict[Step, rows.PairRow]:
    (row,) = rows.rows_of([project], YEAR)
    return {pair.step: pair for pair in row.pairs}


def test_the_filings_tell_two_days_and_the_event_a_third(world: World, project: Project):
    plan = Plan.objects.get()
    event = PlanEvent.objects.create(
        plan=plan, code="budget_approved", title="部门预算批复", clause="同步批复"
    )
    assert pairs(project)[Step.APPROVED].found.state == State.UNKNOWN
    event.happened_on = date(2024, 4, 1)
    event.save(update_fields=["happened_on"])
    found = pairs(project)
    assert found[Step.COMPILED].target.on == found[Step.REVIEWED].target.on == date(2024, 4, 8)
    assert found[Step.APPROVED].budget.on == date(2024, 4, 1)
    assert "部门预算批复" in found[Step.APPROVED].budget.source
    assert found[Step.APPROVED].found.trace["clause"] == "同步批复"
    entered(world, project, "budget", "approved", date(2024, 4, 3))
    assert pairs(project)[Step.APPROVED].budget.on == date(2024, 4, 3)


def test_a_plans_own_clause_stands_in_the_trace(project: Project):
    RuleSetting.objects.create(
        plan=Plan.objects.get(),
        code="goals.sync",
        title="四同步",
        clause="第八条",
        value="同步",
        is_filled=True,
    )
    assert pairs(project)[Step.COMPILED].found.trace["clause"] == "第八条"


def test_a_later_version_does_not_move_the_days_of_the_first(world: World, project: Project):
    filing = project.assignments.get().filings.get()
    desks.reopened(world, filing)
    desks.approved(world, filing)
    assert pairs(project)[Step.REVIEWED].target.on == date(2024, 4, 8)


def test_late_ones_come_first_and_are_counted_and_filtered(world: World, project: Project):
    entered(world, project, "budget", "compiled", date(2024, 4, 8))
    other = Project.objects.get(code__endswith="2")
    entered(world, other, "budget", "compiled", date(2024, 4, 1))
    user = world.people["leader"]
    found = rows.found(user, YEAR, Asked())
    assert [row.project for row in found] == [other, project]
    assert found[0].worst.days == 7
    compiled = rows.counts(found)[0]
    assert (compiled.n_late, compiled.n_together) == (1, 1)
    late = rows.found(user, YEAR, Asked(step="compiled", state="late"))
    assert [row.project for row in late] == [other]
    unit = str(world.units["traffic"].public_id)
    assert rows.found(user, YEAR, Asked(unit=unit)) == []
    assert len(rows.found(user, YEAR, Asked(text="提升工程1"))) == 1


def test_the_number_of_queries_does_not_grow_with_the_projects(world: World, project: Project):
    with CaptureQueriesContext(connection) as few:
        rows.rows_of([project], YEAR)
    for n in range(3, 7):
        makers.make_project(world, n=n)
    listed = list(Project.objects.all())
    with CaptureQueriesContext(connection) as many:
        rows.rows_of(listed, YEAR)
    assert len(many) == len(few)


def test_a_project_of_which_no_targets_are_asked_is_not_called_late(world: World, project: Project):
    other = makers.make_project(world, n=9)
    entered(world, other, "budget", "compiled", date(2024, 4, 1))
    assert pairs(other)[Step.COMPILED].found.state == State.UNKNOWN


def test_too_many_projects_ask_for_a_unit(world: World, project: Project, monkeypatch):
    monkeypatch.setattr(rows, "MOST", 1)
    with pytest.raises(RuleError, match="请先选单位"):
        rows.found(world.people["leader"], YEAR, Asked())
    page = client_of(world.people["leader"]).get(f"/{YEAR}/synchrony/")
    assert "请先选单位" in page.text


def test_the_workbook_holds_what_the_filter_shows_and_who_took_it(world: World, project: Project):
    made = export.export(actor=world.people["leader"], year=YEAR, asked=Asked(text="工程1"))
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    assert sheet.max_row == 4
    assert sheet.cell(4, 4).value == str(project)
    entry = Entry.objects.get(action="reports.export_synchrony")
    assert (entry.data["n_rows"], entry.data["filter"]) == (1, {"text": "工程1"})


def test_the_pages_show_the_state_and_take_a_day(world: World, project: Project):
    url = f"/{YEAR}/projects/{project.public_id}/synchrony/"
    officer = client_of(world.people["budget_officer"])
    sent = {"what": "budget.reviewed", "on": "2024-04-01", "source": "预算科"}
    assert officer.post(url, sent).url == url
    assert "晚7天" in officer.get(url).text
    assert "晚7天" in officer.get(f"/{YEAR}/synchrony/").text
    assert officer.get(f"/{YEAR}/synchrony/?page=2").context["rows"] == []
    wrong = officer.post(url, sent | {"on": "2024-04-30"})
    assert (wrong.status_code, "已经发生才登记" in wrong.text) == (422, True)
    assert client_of(world.people["observer"]).post(url, sent).status_code == 403
    assert officer.post(f"/{YEAR}/synchrony/export/", {}).status_code == 200


def test_programs_read_the_same_rows(world: World, project: Project):
    entered(world, project, "budget", "compiled", date(2024, 4, 1))
    client = client_of(world.people["leader"])
    base = f"/api/v1/{YEAR}/synchrony/"
    (late,) = client.get(f"{base}?state=late").json()["results"]
    assert late["pairs"][0]["days"] == 7
    assert len(client.get(base).json()["results"]) == 2
    assert client.get(f"{base}counts/").json()[0]["n_late"] == 1
