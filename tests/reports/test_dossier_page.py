"""The project page leads on to where its facts and money are kept, for those who keep them."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from apps.core import clock
from apps.filings.models import Filing
from apps.workplans.models import Assignment
from tests import makers
from tests.filings import steps
from tests.personas import client_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("person", "keeps"),
    [
        ("filer", True),
        ("plan_admin", True),
        ("budget_officer", True),
        ("unit_head", False),
        ("section_reviewer", False),
        ("observer", False),
    ],
)
def test_who_keeps_a_project_finds_its_form(world, person, keeps):
    project = makers.make_project(world)
    visitor = client_of(world.people[person])
    place = {"year": 2024, "public_id": project.public_id}
    form = reverse("projects:edit", kwargs=place)
    page = visitor.get(reverse("reports:project", kwargs=place))
    assert (f'href="{form}"' in page.text) == keeps
    if keeps:
        assert visitor.get(form).status_code == 200


def test_the_money_is_added_up_in_every_column(world):
    project = makers.make_project(world)
    url = reverse("reports:project", kwargs={"year": 2024, "public_id": project.public_id})
    page = client_of(world.people["filer"]).get(url)
    dossier = page.context["dossier"]
    lines = dossier.funds
    assert lines
    assert dossier.initial == sum(line.initial for line in lines)
    assert dossier.arrived == sum(line.arrived for line in lines)
    foot = page.text.split("<tfoot>", 1)[1].split("</tfoot>", 1)[0]
    assert foot.count('class="jx-num"') == 3
    assert f'<span class="jx-tag">{dossier.place.get_attribute_display()}</span>' in page.text


def _cell(world, project, stage):
    place = {"year": 2024, "public_id": project.public_id}
    with clock.at(steps.LATER):
        page = client_of(world.people["plan_admin"]).get(reverse("reports:project", kwargs=place))
    (line,) = [line for line in page.context["dossier"].years if line.year == 2024]
    (cell,) = [cell for cell in line.stages if cell.title == stage]
    return cell


@pytest.mark.trust("G10")
def test_a_stage_names_the_last_day_in_time(world):
    filing = makers.target_filing(world)
    Assignment.objects.update(due_at=clock.end_of(date(2024, 4, 15)))
    Filing.objects.all().delete()
    assert _cell(world, filing.assignment.project, "绩效目标").lines == ["4月15日截止"]


def test_a_change_that_was_turned_down_leaves_grade_and_day_of_what_is_in_force(world):
    filing = steps.approved(world, makers.target_filing(world))
    before = _cell(world, filing.assignment.project, "绩效目标")
    assert before.state == "done"
    steps.reopened(world, filing)
    makers.submitted(world, filing)
    steps.decide(world, filing, "section_reviewer", "reject", opinion="不同意改动")
    Filing.objects.update(closed_at=steps.LATER + timedelta(days=9))
    assert _cell(world, filing.assignment.project, "绩效目标") == before
