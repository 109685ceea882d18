"""A slip in the year is refused where it is typed; no page ever has to reckon with it."""

import pytest

from apps.audit.forms import FilterForm
from apps.core import clock
from apps.filings.forms import UntilForm
from apps.filings.models import State
from apps.workplans.forms import ExtensionForm
from tests import makers
from tests.personas import client_of

FAR = ["9999-12-31", "9999-01-01", "2100-01-01", "1999-12-31", "0001-01-01"]


@pytest.mark.parametrize("day", FAR)
@pytest.mark.parametrize(
    ("form", "field"), [(UntilForm, "until"), (ExtensionForm, "last_day"), (FilterForm, "until")]
)
def test_a_form_takes_no_day_that_no_calendar_has(form, field, day):
    asked = form({field: day, "reason": "汛期"})
    assert asked.errors[field] == [f"填{day}，应在2000-01-01至2099-12-31之间。"]


@pytest.mark.django_db
@pytest.mark.trust("C10")
@pytest.mark.parametrize("day", ["9999-12-31", "9999-01-01"])
def test_a_return_to_the_end_of_time_is_refused_and_changes_nothing(world, day):
    filing = makers.target_filing(world)
    makers.submitted(world, filing)
    reviewer = client_of(world.people["section_reviewer"])
    asked = {
        "decision": "return",
        "item": "1",
        "item-1-path": "year_goal",
        "item-1-message": "补充",
        "due_on": day,
    }
    with clock.at(makers.MONDAY):
        answer = reviewer.post(f"/2024/reviews/{filing.public_id}/", asked)
    assert answer.status_code == 409
    assert f"重报截止：填{day}，应在" in answer.text
    assert f'value="{day}"' in answer.text  # what was typed stays
    filing.refresh_from_db()
    assert (filing.state, filing.revisions.count()) == (State.SUBMITTED, 1)
