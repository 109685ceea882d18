"""The work list's tabs and the first thing to do say what the rows say."""

from datetime import date, timedelta

import pytest

from apps.core import clock
from apps.filings import selectors as filings
from apps.filings import services
from apps.reports import selectors
from apps.workplans.models import Assignment
from tests import makers
from tests.makers import MONDAY
from tests.personas import client_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "dates",
    [
        {"opens_at": None},
        {"due_at": None},
        {"opens_at": None, "due_at": MONDAY - timedelta(days=1)},
        {"due_at": MONDAY - timedelta(days=1)},
        {"opens_at": MONDAY + timedelta(days=1)},
        {},
    ],
)
def test_every_row_stands_in_the_tab_of_its_own_state(world, dates):
    filing = makers.target_filing(world)
    Assignment.objects.filter(pk=filing.assignment_id).update(**dates)
    filer = world.people["filer"]
    with clock.at(MONDAY):
        owed = filings.todo(filer, 2024)
        (row,) = [r for r in selectors.todo_rows(owed, filer) if r.filing == filing.public_id]
        assert filing.assignment in selectors.todo_filtered(owed, row.state)
        units = [filing.unit_id]
        counts = selectors.todo_counts(selectors.tally(units, 2024, units))
        assert selectors.todo_filtered(owed, row.state).count() == counts[row.state]
        assert counts["all"] == owed.count()
    assert sum(n for name, n in counts.items() if name != "all") == counts["all"]


def test_the_first_thing_names_all_places_to_change(world):
    filing = makers.target_filing(world)
    makers.submitted(world, filing)
    wanted = [services.Wanted("year_goal", f"第{n}条") for n in range(7)]
    with clock.at(MONDAY):
        services.send_back(
            filing=filing,
            actor=world.people["section_reviewer"],
            items=wanted,
            due_on=date(2024, 4, 17),
        )
        page = client_of(world.people["filer"]).get("/2024/").text
    assert "去修改7处" in page
    assert "另有2处" in page
