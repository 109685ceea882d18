"""Every page of the main job: at most 20 queries and 150 kB, however many siblings a unit has."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.core import clock
from apps.filings import services
from apps.filings.models import Filing, ReturnItem, Revision
from apps.projects.models import Project, ProjectYear
from apps.workplans.models import Assignment
from tests import makers
from tests.filings import steps
from tests.flows import pages
from tests.makers import MONDAY
from tests.personas import client_of

pytestmark = pytest.mark.django_db
SIBLINGS = 1000
MOST_QUERIES = 20
MOST_BYTES = 150_000


@pytest.fixture
def crowded(world):
    """A filing on the first desk among a thousand siblings of its unit, half of them submitted."""
    filing = makers.target_filing(world)
    makers.submitted(world, filing)
    water, admin = world.units["water"], world.people["filer"]
    projects = Project.objects.bulk_create(
        Project(
            jurisdiction=world.county,
            unit=water,
            code=f"65282324T{n + 1000:012d}",
            name=f"灌区渠系维修养护工程{n}",
            first_year=2024,
            created_at=MONDAY,
        )
        for n in range(SIBLINGS)
    )
    ProjectYear.objects.bulk_create(
        ProjectYear(
            project=project,
            jurisdiction=world.county,
            fiscal_year=2024,
            origin="initial",
            attribute="new",
            joined_on=MONDAY.date(),
        )
        for project in projects
    )
    pattern = filing.assignment
    assignments = Assignment.objects.bulk_create(
        Assignment(
            plan_id=pattern.plan_id,
            task_id=pattern.task_id,
            window_id=pattern.window_id,
            jurisdiction=world.county,
            fiscal_year=2024,
            unit=water,
            project=project,
            opens_at=pattern.opens_at,
            due_at=pattern.due_at,
            assigned_at=MONDAY,
        )
        for project in projects
    )
    filings = Filing.objects.bulk_create(
        Filing(
            assignment=assignment,
            kind=filing.kind,
            jurisdiction=world.county,
            fiscal_year=2024,
            unit=water,
            state="submitted",
            step=filing.step,
            desk_section=filing.desk_section,
            desk_due_at=MONDAY + timedelta(days=n % 7),
            submitted_at=MONDAY + timedelta(minutes=n),
            created_at=MONDAY,
        )
        for n, assignment in enumerate(assignments[: SIBLINGS // 2])
    )
    Revision.objects.bulk_create(
        Revision(
            filing=row,
            number=1,
            opened_at=MONDAY,
            opened_by=admin,
            submitted_at=row.submitted_at,
            submitted_by=admin,
            receipt_number=str(uuid4()),
            content_hash="0" * 64,
        )
        for row in filings
    )
    return filing


PAGES = {
    "home of a clerk": ("filer", "reports:home", None),
    "home of a reviewer": ("section_reviewer", "reports:home", None),
    "home of the performance section": ("performance_reviewer", "reports:home", None),
    "queue": ("section_reviewer", "filings:queue", None),
    "review": ("section_reviewer", "filings:review", "filing"),
    "target sheet": ("filer", "targets:sheet", "filing"),
    "filing": ("filer", "filings:detail", "filing"),
    "sent": ("filer", "filings:list", None),
    "project": ("filer", "reports:project", "project"),
    "projects": ("filer", "projects:list", None),
    "unit": ("performance_reviewer", "reports:unit", "unit"),
    "units": ("performance_reviewer", "reports:units", None),
    "plan": ("plan_admin", "workplans:plan", None),
    "calendar": ("filer", "reports:calendar", None),
    "ledger": ("performance_reviewer", "reports:ledger", None),
    "ledger by task": ("performance_reviewer", "reports:ledger?by=task", None),
    "ledger by unit": ("performance_reviewer", "reports:ledger?by=unit", None),
    "the silent": ("performance_reviewer", "reports:silent", None),
    "assessments": ("performance_reviewer", "pre_assessment:list", None),
    "gate": ("performance_reviewer", "pre_assessment:gate", "project"),
    "liaison officers": ("plan_admin", "organizations:liaisons", None),
}


def address_of(page: str, subject: str | None) -> str:
    """A page of PAGES; those of organizations have no year."""
    route, _, query = page.partition("?")
    kwargs = {"public_id": subject} if subject else {}
    if not route.startswith("organizations:"):
        kwargs["year"] = 2024
    return f"{reverse(route, kwargs=kwargs)}?{query}"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_costs_the_same_among_a_thousand_siblings(world, crowded, name):
    person, page, subject = PAGES[name]
    objects = {"project": crowded.assignment.project, "unit": crowded.unit, "filing": crowded}
    url = address_of(page, str(objects[subject].public_id) if subject else None)
    client = client_of(world.people[person])
    with clock.at(MONDAY):
        client.get(url)  # the session's time stamp is written once a while, not by every page
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
    assert answer.status_code == 200
    told = "\n".join(query["sql"][:160] for query in queries.captured_queries)
    assert len(queries) <= MOST_QUERIES, told
    assert len(answer.content) <= MOST_BYTES


@pytest.fixture
def talked_about(world, settings, tmp_path):
    """A filing that was returned, talked about, sent again with a file, and is half marked."""
    settings.MEDIA_ROOT = tmp_path
    filing = makers.target_filing(world)
    makers.submitted(world, filing)
    steps.returned(world, filing)
    filer, reviewer = world.people["filer"], world.people["performance_reviewer"]
    clerk = client_of(filer)
    with clock.at(MONDAY):
        pages.attach(clerk, filing.public_id)
        pages.answer(clerk, ReturnItem.objects.get(), is_resolved=True)
        thread = services.comment(filing=filing, actor=filer, path="year_goal", text="已写明")
        services.comment(filing=filing, actor=filer, path="year_goal", text="见附件", parent=thread)
        steps.at_second_desk(world, filing)
        marks = makers.full_marks(filing)
        services.save_review(filing=filing, actor=reviewer, opinion="可行", marks=marks)
    return filing


@pytest.mark.parametrize("person", ["performance_reviewer", "filer"])
def test_a_page_with_a_long_story_costs_little_more(world, talked_about, person):
    page = "filings:review" if person == "performance_reviewer" else "targets:sheet"
    url = reverse(page, kwargs={"year": 2024, "public_id": talked_about.public_id})
    client = client_of(world.people[person])
    with clock.at(MONDAY):
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
    assert answer.status_code == 200
    told = "\n".join(query["sql"][:160] for query in queries.captured_queries)
    assert len(queries) <= MOST_QUERIES, told


def test_a_form_that_was_returned_costs_little_more(world, talked_about):
    with clock.at(MONDAY):
        services.send_back(
            filing=talked_about,
            actor=world.people["performance_reviewer"],
            items=[services.Wanted("year_goal", "写明地点")],
            due_on=date(2024, 4, 17),
        )
        client = client_of(world.people["filer"])
        url = reverse("targets:sheet", args=[2024, talked_about.public_id])
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(url)
    assert answer.status_code == 200
    told = "\n".join(query["sql"][:160] for query in queries.captured_queries)
    assert len(queries) <= MOST_QUERIES, told
