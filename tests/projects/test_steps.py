"""When a project's budget and targets took their steps: entered, corrected, imported (B-05)."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.core import clock
from apps.jobs.models import Job
from apps.jobs.services import run_one
from apps.projects import services as projects
from apps.projects.imports import services as imports
from apps.projects.imports.listings import STEPS
from apps.projects.models import Project, ProjectYear, StepDate
from apps.projects.steps import selectors, services
from tests import makers
from tests.filings.steps import LATER, denied, refused
from tests.makers import YEAR
from tests.personas import World
from tests.projects import lists

pytestmark = [pytest.mark.django_db, pytest.mark.req("B-05", "B-14")]
ON = date(2024, 3, 29)


@pytest.fixture
def project(world: World) -> Project:
    return makers.make_project(world)


def entered(world: World, project: Project, person: str = "budget_officer", **more) -> StepDate:
    told = {"side": "budget", "step": "approved", "on": ON, "source": "尉财预〔2024〕3号"} | more
    with clock.at(LATER):
        return services.record(project=project, actor=world.people[person], year=YEAR, **told)


def test_a_day_stands_with_its_source_and_in_the_trail(world: World, project: Project):
    entered(world, project)
    row = selectors.dates_of(project, YEAR)["budget", "approved"]
    assert (row.on, row.source) == (ON, "尉财预〔2024〕3号")
    entry = Entry.objects.get(action="projects.record_step")
    assert (entry.data["old"], entry.data["new"]) == ("", "2024-03-29")


def test_a_correction_overwrites_and_the_trail_keeps_what_stood(world: World, project: Project):
    entered(world, project)
    entered(world, project, on=date(2024, 4, 1))
    entered(world, project, on=date(2024, 4, 1))
    assert [row.on for row in StepDate.objects.all()] == [date(2024, 4, 1)]
    found = Entry.objects.filter(action="projects.record_step").order_by("pk")
    assert [(e.data["old"], e.data["new"]) for e in found] == [
        ("", "2024-03-29"),
        ("2024-03-29", "2024-04-01"),
    ]


@pytest.mark.parametrize(
    ("told", "match"),
    [
        ({"on": date(2024, 4, 9)}, "已经发生才登记"),
        ({"on": date(2022, 12, 31)}, "应在2023-01-01至"),
        ({"source": " "}, "来源未填"),
        ({"step": "planned"}, "哪个环节"),
        ({"side": "target", "step": "reviewed"}, "由报送和定稿得出"),
    ],
)
def test_what_cannot_stand_is_refused(world: World, project: Project, told, match):
    with refused(match):
        entered(world, project, "plan_admin", **told)


def test_a_project_outside_the_year_has_no_days(world: World, project: Project):
    with refused("没有列入2025年度"):
        services.record(
            project=project,
            actor=world.people["plan_admin"],
            year=2025,
            side="budget",
            step="approved",
            on=ON,
            source="文",
        )


@pytest.mark.parametrize(
    ("person", "side", "step"),
    [
        ("performance_reviewer", "budget", "approved"),
        ("filer", "budget", "published"),
        ("filer", "target", "approved"),
        ("budget_officer", "target", "published"),
        ("stranger", "target", "published"),
    ],
)
def test_each_side_has_its_keepers(world: World, project: Project, person, side, step):
    with denied("由预算科登记"):
        entered(world, project, person, side=side, step=step)


@pytest.mark.parametrize(
    ("person", "step"), [("filer", "published"), ("performance_reviewer", "approved")]
)
def test_the_unit_enters_its_publication_and_the_section_an_approval(
    world: World, project: Project, person, step
):
    assert entered(world, project, person, side="target", step=step).on == ON


def test_the_database_keeps_one_day_a_step_and_none_that_the_filings_tell(
    world: World, project: Project
):
    made = entered(world, project)
    place = ProjectYear.objects.get(project=project)
    facts = {"on": ON, "source": "文", "recorded_at": LATER, "recorded_by": made.recorded_by}
    for side, step in (("budget", "approved"), ("target", "compiled")):
        with pytest.raises(IntegrityError), transaction.atomic():
            StepDate.objects.create(place=place, side=side, step=step, **facts)


# --- many at once ---------------------------------------------------------------------------
def test_a_unit_is_dated_at_once_with_one_line_in_the_trail(world: World, project: Project):
    other = makers.make_project(world, n=2)
    told = {"unit": world.units["water"], "projects": [project, other], "year": YEAR}
    told |= {"side": "budget", "step": "approved", "on": ON, "source": "尉财预〔2024〕3号"}
    with clock.at(LATER):
        services.record_many(actor=world.people["budget_officer"], **told)
        services.record_many(actor=world.people["budget_officer"], **told)
    assert StepDate.objects.count() == 2
    assert Entry.objects.filter(action="projects.record_steps").count() == 2
    with denied("由预算科登记"):
        services.record_many(actor=world.people["filer"], **told)
    with refused("没有列入2023年度"):
        services.record_many(actor=world.people["budget_officer"], **told | {"year": 2023})


def imported(world: World, *lines: dict) -> Job:
    with clock.at(LATER):
        checked = lists.checked(world, lists.dated(world, *lines), listing=STEPS)
        if checked.result["n_errors"]:
            return checked
        job = imports.start_import(actor=world.people["plan_admin"], checked=checked)
        run_one()
    job.refresh_from_db()
    return job


def test_a_list_of_days_is_imported_and_imported_again_changes_nothing(
    world: World, project: Project
):
    code = str(project.code)
    row = lists.day(code, compiled=date(2023, 10, 20))
    assert imported(world, row).state == Job.State.DONE
    found = selectors.dates_of(project, YEAR)
    assert {step: day.on for (_, step), day in found.items()} == {
        "approved": ON,
        "compiled": date(2023, 10, 20),
    }
    again = imported(world, row)
    assert "1" in again.message or "没有" in again.message
    assert StepDate.objects.count() == 2
    imported(world, lists.day(code, approved=date(2024, 4, 1)))
    assert selectors.dates_of(project, YEAR)["budget", "approved"].on == date(2024, 4, 1)
    assert selectors.dates_of(project, YEAR)["budget", "compiled"].on == date(2023, 10, 20)


def test_a_sheet_sent_back_keeps_each_days_own_source(world: World, project: Project):
    """The sheet shows one source of a project's days; only days that changed take it."""
    code = str(project.code)
    imported(world, lists.day(code, approved="", compiled=date(2023, 10, 20), source="文一"))
    imported(world, lists.day(code, source="文二"))
    both = {"compiled": date(2023, 10, 20), "source": "文一"}
    imported(world, lists.day(code, **both))  # as the template gave it
    assert sources(project) == {"compiled": "文一", "approved": "文二"}
    imported(world, lists.day(code, **both, reviewed=date(2024, 2, 1)))
    assert sources(project) == {"compiled": "文一", "approved": "文二", "reviewed": "文一"}


def test_the_source_of_all_days_can_be_corrected(world: World, project: Project):
    code = str(project.code)
    imported(world, lists.day(code, source="文一"))
    imported(world, lists.day(code, source="文二"))
    assert sources(project) == {"approved": "文二"}


def sources(project: Project) -> dict[str, str]:
    return {step: day.source for (_, step), day in selectors.dates_of(project, YEAR).items()}


@pytest.mark.parametrize(
    ("cells", "match"),
    [
        ({"code": lists.code(99)}, "清单里没有这个编码"),
        ({"approved": date(2024, 12, 1)}, "已经发生才登记"),
        ({"source": None}, "文号或来源必填"),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_is_imported(
    world: World, project: Project, cells, match
):
    job = imported(world, lists.day(str(project.code)) | cells)
    assert job.result["n_errors"] == 1
    assert match in str(job.result)
    assert not StepDate.objects.exists()


def test_a_project_is_named_once_and_must_stand_in_the_year(world: World, project: Project):
    row = lists.day(str(project.code))
    assert "重复" in str(imported(world, row, row).result)
    ProjectYear.objects.filter(project=project).delete()
    assert "没有列入2024年度" in str(imported(world, row).result)


def test_the_template_holds_the_projects_and_the_days_on_record(world: World, project: Project):
    entered(world, project)
    with clock.at(LATER):
        job = lists.checked(world, STEPS.template(world.county, YEAR), listing=STEPS)
    assert job.result["n_errors"] == 0
    with pytest.raises(PermissionDenied):
        imports.start_check(
            listing=STEPS,
            actor=world.people["filer"],
            jurisdiction=world.county,
            year=YEAR,
            upload=None,
        )


def test_a_classified_project_is_not_dated(world: World):
    admin = world.people["plan_admin"]
    with clock.at(LATER):
        made = projects.create_classified(actor=admin, unit=world.units["water"], first_year=2024)
        projects.confirm(project=made, actor=admin, year=YEAR, origin="initial", attribute="new")
    with refused("涉密项目"):
        entered(world, made, "plan_admin")
