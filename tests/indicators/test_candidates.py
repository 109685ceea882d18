"""What approved targets promise: counted for each row, harvested where the library lacks it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.core.exceptions import PermissionDenied

from apps.core import clock
from apps.filings import services as filings
from apps.indicators import candidates, practice, selectors, services
from apps.indicators.models import Indicator, Library
from apps.rules.errors import RuleError
from tests import makers
from tests.personas import client_of


def approved(world, number=1, **first):
    """A filing in force whose first row says this."""
    filing = makers.target_filing(world, number)
    form = makers.good_form()
    lines = (replace(form.lines[0], **first), *form.lines[1:])
    makers.submitted(world, filing, replace(form, lines=lines))
    with clock.at(makers.MONDAY):
        filings.pass_on(filing=filing, actor=world.people["section_reviewer"], opinion="同意")
        filing.refresh_from_db()
        filings.pass_on(
            filing=filing,
            actor=world.people["performance_reviewer"],
            opinion="通过",
            marks=makers.full_marks(filing),
        )
    return filing


@pytest.fixture
def draft(world, load, content):
    content["library"]["jurisdiction"] = "652823"
    load(content)
    return services.start(
        actor=world.people["plan_admin"],
        jurisdiction=world.county,
        fiscal_year=2025,
        title="水利行业指标",
        source="县财政局",
        base=Library.objects.get(),
    )


@pytest.mark.req("W-23")
def test_what_the_edition_lacks_is_grouped_by_like_name_with_counts_and_examples(world, draft):
    approved(world, 1, name="新打机井数量（2024年）", unit="眼")
    approved(world, 2, name="新打机井", unit="眼")
    makers.submitted(world, makers.target_filing(world, 3))  # not approved

    found = {one.names[0]: one for one in candidates.candidates(draft)}

    wells = found["新打机井数量（2024年）"]
    assert (wells.n_filings, wells.sample.unit) == (2, "眼")
    assert set(wells.names) == {"新打机井数量（2024年）", "新打机井"}
    assert {row.value for row in wells.examples} == {"≥1900眼"}
    assert "更换老旧水表" not in found  # the library has 更换老旧水表数量
    assert found["用水户满意度"].n_filings == 2


@pytest.mark.req("W-23")
def test_candidates_go_into_the_draft_with_one_press(world, draft):
    approved(world, 1, name="新打机井数量", unit="眼")
    client = client_of(world.people["plan_admin"])
    url = f"/2024/indicators/editions/{draft.public_id}/candidates/"
    page = client.get(url).content.decode()
    keys = [one.key for one in candidates.candidates(draft)]
    assert all(key in page for key in keys)

    assert client.post(url, {"category": draft.categories.get().pk}).status_code == 422
    told = {"category": draft.categories.get().pk, "keys": keys}
    assert client.post(url, told).status_code == 302

    made = Indicator.objects.get(category__library=draft, name="新打机井数量")
    assert (made.unit, made.operator, made.typical_value) == ("眼", "≥", "")
    assert made.explanation.startswith("采自1份已定稿绩效目标")
    assert not made.is_complete
    assert candidates.candidates(draft) == []
    assert "没有候选指标" in client.get(url).content.decode()


def test_what_is_no_candidate_and_who_keeps_no_library_are_refused(world, draft):
    place = draft.categories.get()
    told = {"library": draft, "category": place, "keys": ["数量|定量|没有"]}
    with pytest.raises(RuleError, match="没有勾选"):
        services.take(actor=world.people["plan_admin"], **told)
    with pytest.raises(PermissionDenied):
        services.take(actor=world.people["filer"], **told)
    assert Indicator.objects.filter(category__library=draft).count() == 2


def test_a_department_harvests_from_its_own_units_alone(world, draft):
    approved(world, 1, name="新打机井数量", unit="眼")
    makes = {"jurisdiction": world.county, "fiscal_year": 2025, "title": "本部门", "source": "x"}
    own = services.start(actor=world.people["supervisor"], unit=world.units["water"], **makes)
    assert "新打机井数量" in {one.names[0] for one in candidates.candidates(own)}
    own.unit = world.units["traffic"]
    assert candidates.candidates(own) == []


@pytest.mark.req("W-25")
def test_each_row_says_how_many_approved_filings_of_the_region_use_it(world, draft):
    row = Indicator.objects.get(category__library=draft.base, code="SL-1")
    copy = Indicator.objects.get(category__library=draft, code="SL-1")
    approved(world, 1, library_id=row.pk)
    approved(world, 2)

    filer, foreign = world.people["filer"], world.people["foreign_filer"]
    assert practice.uses(filer, [row, copy]) == {row.pk: 1, copy.pk: 1}
    assert practice.uses(foreign, [row]) == {row.pk: 0}
    assert practice.uses(filer, []) == {}
    page = client_of(filer).get("/2024/indicators/pick/", {"q": "水表"}).content.decode()
    assert "用过1件" in page
    told = client_of(filer).get("/api/v1/indicators/", {"q": "水表"}).json()["results"]
    assert [each["n_uses"] for each in told] == [1]


@pytest.mark.req("W-21")
def test_counts_by_kind_and_purpose_are_those_of_the_rows(world, draft):
    rows = Indicator.objects.filter(category__library=draft)
    rows.filter(code="SL-1").update(subclass="农村供水", purpose="供水维修")
    held = selectors.holdings([draft])[draft.pk]
    assert [(one.kind, one.n_categories, one.n_purposes, one.n_rows) for one in held] == [
        ("共性", 1, 1, 2)
    ]
