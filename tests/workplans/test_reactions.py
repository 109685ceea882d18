"""A project that enters the budget during the year owes its targets at once (decision 13)."""

from datetime import date

import pytest

from apps.core import clock
from apps.jobs import services as jobs
from apps.workplans.models import Assignment
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.mark.req("Y-48", "Q-13")
def test_a_confirmed_project_is_assigned_by_its_event_once(world):
    makers.make_plan(world)
    project = makers.make_project(world)
    assert not Assignment.objects.filter(project=project).exists()
    with clock.at(makers.MONDAY):
        while jobs.handle_event():
            pass
    assert Assignment.objects.filter(project=project).count() == 1


def test_an_imported_list_opens_nothing_that_closed_long_ago(world):
    plan = makers.make_plan(world)
    project = makers.make_project(world)
    told = {"jurisdiction": world.county.pk, "fiscal_year": makers.YEAR}
    task = plan.tasks.get(subject_kind="project")
    task.windows.create(key="early", closes_at=clock.end_of(date(2024, 2, 1)))
    jobs.leave_event(kind="projects.imported", key="one", payload=told)
    with clock.at(makers.MONDAY):
        while jobs.handle_event():
            pass
    keys = Assignment.objects.filter(project=project).values_list("window__key", flat=True)
    assert list(keys) == [task.windows.exclude(key="early").get().key]
