"""The project page leads on to where its facts and money are kept, for those who keep them."""

import pytest
from django.urls import reverse

from tests import makers
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
