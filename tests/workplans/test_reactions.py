"""A project that enters the budget during the year owes its targets at once (decision 13)."""

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
