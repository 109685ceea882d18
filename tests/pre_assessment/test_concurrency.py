"""A conclusion comes into force or goes under the lock by which a project enters a budget (G01)."""

from threading import Event
from time import sleep

import pytest
from django.db import connection, transaction

from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import Filing, State
from apps.projects.models import Project
from tests import makers
from tests.filings.steps import LATER
from tests.jobs.together import at_once
from tests.personas import World, make_world
from tests.pre_assessment import acting

pytestmark = [pytest.mark.req("Y-36"), pytest.mark.trust("G01")]


@pytest.fixture(scope="module")
def town(module_database) -> World:
    """The county, committed."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time: there is no row to race for")
    world = make_world()
    acting.assessing_plan(world)
    return world


def concluded(world: World) -> Filing:
    """A report on its last desk with its conclusion, not yet closed."""
    filing = acting.at_last_desk(world, acting.new_project(world))
    told = {"filing": filing, "is_wanted": False, "reason": "已论证"}
    acting.act(world, "performance_reviewer", "decide_reassessment", **told)
    said = {"verdict": "部分支持", "supported": 60 * acting.WAN, "reason": "单价偏高"}
    acting.act(world, "performance_reviewer", "conclude", filing=filing, **said)
    return filing


def after_whoever_holds(project: Project, work) -> list[str]:
    """What happened first: the project was let go, or the work was done."""
    held, order = Event(), []

    def hold() -> None:
        with transaction.atomic():
            Project.objects.select_for_update().get(pk=project.pk)
            held.set()
            sleep(0.5)
            order.append("let go")

    def wait() -> None:
        held.wait(10)
        with clock.at(LATER):
            work()
        order.append("done")

    at_once(2, lambda index: (hold, wait)[index]())
    return order


def test_closing_and_reopening_wait_for_whoever_confirms_the_project(town: World):
    filing = concluded(town)
    project = filing.assignment.project
    person, admin = town.people["performance_reviewer"], town.people["plan_admin"]
    assert after_whoever_holds(
        project, lambda: filings.pass_on(filing=filing, actor=person, opinion="同意")
    ) == ["let go", "done"]
    filing.refresh_from_db()
    assert filing.state == State.APPROVED
    until = makers.MONDAY.date()
    assert after_whoever_holds(
        project,
        lambda: filings.reopen(filing=filing, actor=admin, reason="金额写错", until=until),
    ) == ["let go", "done"]
