"""Projects added within the year: their own task, their own days, and the gate before it."""

from datetime import date, datetime

import pytest
from django.db import IntegrityError, transaction

from apps.core import clock
from apps.projects import gates
from apps.projects import services as projects
from apps.projects.models import ProjectYear
from apps.reports.selectors import todo_rows
from apps.rules.errors import RuleError
from apps.targets.screen import sheet_screen
from apps.workplans import services
from apps.workplans.models import Assignment, TaskScope, TaskWindow
from apps.workplans.profiles import WindowRow
from apps.workplans.profiles.problems import window_problems
from tests import makers
from tests.makers import YEAR
from tests.personas import client_of
from tests.targets import whole

pytestmark = pytest.mark.django_db
JOINED = date(2024, 5, 6)


@pytest.fixture
def task(world):
    """The plan's task for additions: due 20 days after joining, by 30 November at last."""
    task = whole.task_of(world, "targets.added", kind="targets.project", subject_kind="project")
    TaskScope.objects.create(task=task, field="origin", value="added")
    task.windows.update(
        kind="joined",
        days_after=20,
        opens_at=clock.start_of(date(2024, 3, 1)),
        closes_at=clock.end_of(date(2024, 11, 30)),
    )
    return task


def added(world, n=7, joined_on=JOINED) -> ProjectYear:
    """A project of 水利局 that the plan administrator put into the budget within the year."""
    with clock.at(datetime(2024, 5, 6, 10, tzinfo=clock.ZONE)):
        project = projects.create_project(
            actor=world.people["plan_admin"],
            unit=world.units["water"],
            code=f"{world.county.code}24T{n:012d}",
            name=f"追加项目{n}",
            first_year=YEAR,
        )
        return projects.confirm(
            project=project,
            actor=world.people["plan_admin"],
            year=YEAR,
            origin="added",
            attribute="new",
            joined_on=joined_on,
        )


def due_days(task) -> list[date]:
    rows = Assignment.objects.filter(task=task).order_by("pk")
    return [clock.last_day(row.due_at) for row in rows if row.due_at]


@pytest.mark.req("Y-46", "Y-114")
def test_an_addition_is_due_its_days_after_it_joined_and_the_start_of_the_year_owes_nothing(
    world, task
):
    makers.make_project(world)
    place = added(world)
    services.assign_project(project_year=place, actor=None, on=JOINED)
    services.assign_project(project_year=place, actor=None, on=JOINED)
    row = Assignment.objects.get(task=task)
    assert row.project == place.project
    assert row.opens_at == clock.start_of(JOINED)
    assert due_days(task) == [date(2024, 5, 26)]


@pytest.mark.req("Y-46")
@pytest.mark.parametrize(
    ("joined_on", "on", "due"),
    [
        (date(2024, 5, 6), date(2024, 5, 20), date(2024, 5, 26)),
        (date(2024, 3, 1), date(2024, 5, 20), date(2024, 6, 9)),  # over before anybody knew
        (date(2024, 11, 25), date(2024, 11, 25), date(2024, 11, 30)),  # the season ends first
    ],
)
def test_days_are_counted_from_joining_but_nothing_is_overdue_when_it_is_opened(
    world, task, joined_on, on, due
):
    place = added(world, joined_on=joined_on)
    services.assign_project(project_year=place, actor=None, on=on)
    assert due_days(task) == [due]


def test_a_window_of_this_kind_says_after_how_many_days(world, task):
    with pytest.raises(IntegrityError), transaction.atomic():
        task.windows.update(days_after=None)
    row = WindowRow(key="2024", kind=TaskWindow.Kind.JOINED)
    assert [problem.text for problem in window_problems(row, ())] == ["类型是列入后的要写几日内"]
    assert not list(window_problems(row.model_copy(update={"days_after": 20}), ()))


def test_the_gate_is_asked_before_an_addition_joins(world, task, monkeypatch):
    def closed(jurisdiction, year, entrants):
        return [gates.Refusal("要先做事前绩效评估") for _ in entrants]

    only = gates.Gate("closed", "", closed, lambda project, year: None)
    monkeypatch.setattr(gates, "_registered", {"closed": only})
    with pytest.raises(RuleError, match="要先做事前绩效评估"):
        added(world)
    assert not ProjectYear.objects.filter(origin="added").exists()
    assert not Assignment.objects.filter(task=task).exists()


def test_the_form_says_that_the_project_was_added(world, task):
    place = added(world)
    services.assign_project(project_year=place, actor=None, on=JOINED)
    with clock.at(datetime(2024, 5, 7, 10, tzinfo=clock.ZONE)):
        from apps.filings import services as filings

        filing = filings.open_filing(
            assignment=Assignment.objects.get(task=task), actor=world.people["filer"]
        )
        assert sheet_screen(filing, world.people["filer"]).origin == "年中追加"


@pytest.mark.req("Q-13")
def test_lists_mark_what_was_added_within_the_year_and_nothing_else(world, task):
    services.assign_project(project_year=added(world), actor=None, on=JOINED)
    owed = Assignment.objects.get(task=task)
    with clock.at(datetime(2024, 5, 7, 10, tzinfo=clock.ZONE)):
        home = client_of(world.people["filer"]).get("/2024/").content.decode()
        page = f"/2024/plan/{task.public_id}/"
        listed = client_of(world.people["plan_admin"]).get(page).content.decode()
        (row,) = todo_rows([owed], world.people["filer"])
    mark = '<span class="jx-tag">年中追加</span>'
    assert row.owed.is_added
    assert home.count(mark) == listed.count(mark) == 1
    ProjectYear.objects.update(origin="initial")
    (row,) = todo_rows([owed], world.people["filer"])
    assert not row.owed.is_added
