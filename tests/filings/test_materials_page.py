"""The form of the generic materials: nothing typed is lost, both values stand side by side."""

from decimal import Decimal

import pytest

from apps.core import clock
from apps.filings import materials, services
from apps.workplans.models import Assignment
from tests import makers
from tests.makers import MONDAY
from tests.personas import client_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def filing(world):
    makers.assign_all(world, makers.make_plan(world))
    owed = Assignment.objects.get(unit=world.units["water"], task__kind="materials")
    with clock.at(MONDAY):
        return services.open_filing(assignment=owed, actor=world.people["filer"])


def post(world, filing, version, **more):
    headers = more.pop("headers", None)
    data = {"version": version, "summary": "我写的", "fact-n": "7", **more}
    with clock.at(MONDAY):
        return client_of(world.people["filer2"]).post(
            f"/2024/materials/{filing.public_id}/", data, headers=headers
        )


def test_a_remark_on_the_materials_can_be_answered_where_they_are_filled_in(world, filing):
    with clock.at(MONDAY):
        services.comment(
            filing=filing, actor=world.people["filer"], path="summary", text="还差培训人次"
        )
        page = client_of(world.people["filer2"]).get(f"/2024/materials/{filing.public_id}/").text
    assert "还差培训人次" in page
    assert "回复 情况说明" in page


@pytest.mark.trust("G01")
def test_a_stale_save_keeps_what_was_typed_beside_what_is_stored(world, filing):
    with clock.at(MONDAY):
        services.save_materials(
            filing=filing,
            actor=world.people["filer"],
            version=1,
            summary="同事写的",
            facts={"n": "12"},
        )
    answer = post(world, filing, version=1)
    assert answer.status_code == 409
    for shown in ('value="7"', "已存的是12", ">我写的<", "已存的是：同事写的"):
        assert shown in answer.text
    assert materials.values(filing.revisions.get()) == {"n": Decimal(12)}
    quiet = post(world, filing, version=1, headers={"X-Autosave": "true"})
    assert quiet.json()["detail"].endswith("点“保存”，两边的值会列出来。")
    assert post(world, filing, version=2).status_code == 302
    assert materials.values(filing.revisions.get()) == {"n": Decimal(7)}
