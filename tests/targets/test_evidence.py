"""What the check-up compares a form with: other projects' forms, like projects, by an index."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.rules.target_checks import CODES
from apps.targets import content, evidence, texts
from apps.targets.models import TargetText
from tests import makers
from tests.filings import steps
from tests.filings.steps import LATER
from tests.personas import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("Y-46", "W-04")]
GOAL = "新建乡镇卫生院业务用房2400平方米，购置彩超等设备18台，门诊接诊能力提高三成。"


@pytest.fixture
def water(world) -> Filing:
    """A submitted form of 水利局."""
    return makers.submitted(world, makers.target_filing(world))


def form_of_another(**changes: object):
    """A form whose rows and goal are nobody else's."""
    whole = makers.good_form(year_goal=GOAL, **changes)
    lines = [replace(line, name=f"卫生{line.name}") for line in whole.lines]
    return replace(whole, lines=tuple(lines))


def filed(world, n: int, unit: str = "water", name: str = "", form=None) -> Filing:
    """A draft of another project with a form."""
    plan = world.county.plans.get(fiscal_year=makers.YEAR)
    project = makers.make_project(world, unit=unit, n=n, name=name)
    makers.assign_all(world, plan)
    actor = world.people["filer" if unit == "water" else "stranger"]
    filing = makers.open_target_filing(world, project, actor)
    revision = filing.revisions.get()
    content.store(revision, form or makers.good_form())
    return filing


def found(filing: Filing) -> dict[str, str]:
    told = filings.findings_of(revision=filing.revisions.order_by("-number")[0])
    return {finding.code: finding.message for finding in told}


def test_a_copy_of_another_projects_form_is_found_without_its_words(world, water):
    own = found(filed(world, 2, name="卫生院改造"))
    other = found(filed(world, 3, unit="traffic", name="道路养护"))

    assert "与本单位的另一项目的年度目标100%相同。" in own["targets.copied_goal"]
    assert "与另一单位的项目的年度目标100%相同。" in other["targets.copied_goal"]
    assert "3行里3行" in own.get("targets.copied_rows", "3行里3行")
    for message in (own["targets.copied_goal"], other["targets.copied_goal"]):
        assert "管网" not in message


def test_a_form_of_its_own_is_like_none(world, water):
    assert "targets.copied_goal" not in found(filed(world, 2, form=form_of_another()))


def test_the_index_holds_the_newest_submission_and_nothing_of_drafts(world):
    draft = makers.target_filing(world)
    makers.saved(world, draft)
    assert not TargetText.objects.exists()

    makers.submitted(world, draft)
    first = TargetText.objects.get()
    assert first.revision.number == 1
    steps.returned(world, draft)
    makers.saved(world, draft, form_of_another())
    with clock.at(LATER):
        filings.answer_item(
            item=draft.return_items.get(),
            actor=world.people["filer"],
            answer="已改",
            is_resolved=True,
        )
    makers.submitted(world, draft, form_of_another())

    again = TargetText.objects.get()
    assert again.revision.number == 2
    assert "卫生院" in again.goal
    assert "卫生" in again.goal_pieces.split()


def test_what_was_cancelled_is_no_model(world, water):
    draft = filed(world, 2, name="卫生院改造")
    assert "targets.copied_goal" in found(draft)
    with clock.at(LATER):
        filings.cancel(filing=water, actor=world.people["plan_admin"], reason="重复")
    assert "targets.copied_goal" not in found(draft)


def test_like_projects_give_the_median_of_an_indicator(world, water):
    for n in range(2, 7):
        makers.submitted(world, filed(world, n))
    low = makers.with_line(makers.good_form(), 0, value=Decimal(700))
    draft = filed(world, 7, form=low)

    peers = evidence.evidence_of(low, draft, None).peers
    values = next(each.values for each in peers if each.name == low.lines[0].name)
    assert len(values) == 6
    assert "6个同类项目的中位数为" in found(draft)["targets.below_peers"]
    unlike = filed(world, 8, name="门诊楼维修", form=low)
    assert evidence.evidence_of(low, unlike, None).peers == ()


def test_the_other_text_is_shown_only_to_who_may_read_it(world, water):
    draft = filed(world, 3, unit="traffic", name="道路养护")
    page = f"/2024/targets/{draft.public_id}/alike/"
    with clock.at(LATER):
        stranger = client_of(world.people["stranger"]).get(page).content.decode()
        admin = client_of(world.people["plan_admin"]).get(page).content.decode()
        listed = client_of(world.people["stranger"]).get(
            f"/2024/filings/{draft.public_id}/findings/"
        )
    assert "另一单位的项目" in stranger
    assert "不显示原文" in stranger
    assert "县水利局" not in stranger
    assert "县水利局" in admin
    assert "农村饮水安全巩固提升工程1" in admin
    assert "并排看" in listed.content.decode()
    with clock.at(LATER):
        told = client_of(world.people["plan_admin"]).get(f"/api/v1{page}").json()
        hidden = client_of(world.people["stranger"]).get(f"/api/v1{page}").json()
    assert (told[0]["share"], told[0]["filing"]) == ("1.000", str(water.public_id))
    assert (hidden[0]["filing"], hidden[0]["goal"], hidden[0]["rows"]) == (None, "", [])


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the index is PostgreSQL's")
@pytest.mark.parametrize("column", ["goal", "rows", "name"])
def test_candidates_are_found_through_the_index(world, water, column):
    text = getattr(TargetText.objects.get(), column).strip()[:6]
    rows = TargetText.objects.filter(texts.held(column, text))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    assert f"targets_{column}_pieces" in rows.explain()
    assert rows.get().filing == water


def test_what_was_filed_before_the_index_is_filled_in(world, water):
    kept = TargetText.objects.values().get()
    TargetText.objects.all().delete()

    import_module("apps.targets.migrations.0006_fill_target_texts").fill(apps, None)

    assert {**TargetText.objects.values().get(), "id": 0} == {**kept, "id": 0}


def test_the_checks_that_a_page_shows_side_by_side_exist():
    assert set(CODES) >= content.COPIES
