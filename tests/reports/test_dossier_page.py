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
