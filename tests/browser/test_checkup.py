"""The check-up: tuned by the plan, answered by the unit, waived and counted by the bureau."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.workplans.models import CheckSetting, Plan
from apps.workplans.services import amending
from tests import makers
from tests.makers import MONDAY

pytestmark = pytest.mark.req("Y-46")
CODE = "targets.zero"


@pytest.fixture(scope="module", autouse=True)
def filed(world) -> tuple[Filing, Filing]:
    """A submitted form with an answer, and another project's draft with the same words."""
    first = makers.target_filing(world)
    plan = first.assignment.plan
    CheckSetting.objects.create(plan=plan, code=CODE, must_answer=True, reason="要说明原因")
    form = makers.with_line(makers.good_form(), 0, value=0)
    makers.saved(world, first, form)
    with clock.at(MONDAY):
        filings.answer_finding(
            filing=first,
            actor=world.people["filer"],
            code=CODE,
            path=f"indicator:{form.lines[0].key}.value",
            text="今年只做前期，明年才换表。",
        )
        version = first.revisions.get().version
        filings.submit(filing=first, actor=world.people["filer"], version=version, key="k1")
    project = makers.make_project(world, n=2, name="乡镇道路硬化")
    makers.assign_all(world, plan)
    second = makers.open_target_filing(world, project)
    makers.saved(world, second, makers.with_line(makers.good_form(), 0, value=0))
    return first, second


def test_the_unit_answers_and_sees_what_is_alike(person, filed):
    filer = person("filer")
    page = filer.page
    filer.goto(f"/2024/filings/{filed[1].public_id}/findings/")
    filer.look("17-findings")
    expect(page.locator("body")).to_contain_text("1条须答复")
    page.locator("textarea:visible").first.fill("试运行")
    filer.button("存下答复").first.click()
    expect(page.locator("body")).to_contain_text("试运行")
    page.get_by_role("link", name="并排看").first.click()
    filer.look("17-alike")
    expect(page.locator("body")).to_contain_text("年度目标100.0%相同")


def test_the_desk_reads_answers_waives_and_counts(person, filed):
    desk = person("section_reviewer")
    page = desk.page
    desk.goto(f"/2024/reviews/{filed[0].public_id}/")
    desk.look("17-review")
    expect(page.locator("#checks")).to_contain_text("今年只做前期")
    page.locator("#checks").get_by_role("link", name="豁免").first.click()
    desk.look("17-waive")
    page.get_by_label("理由").fill("已核实")
    page.get_by_role("button", name="豁免检查").click()
    expect(page.locator("#checks")).to_contain_text("已豁免：已核实")
    desk.goto("/2024/checks/")
    desk.look("17-counts")


def test_the_plan_switches_and_tunes_checks(person, world, filed):
    plan = Plan.objects.get(jurisdiction=world.county, fiscal_year=2024, amends=None)
    copy = amending.begin_amendment(plan=plan, actor=world.people["plan_admin"])
    admin = person("plan_admin")
    page, url = admin.page, f"/2024/plan/edit/{copy.public_id}/checks/"
    admin.goto(f"{url}targets.similar_rows/")
    admin.look("17-check")
    page.get_by_label("相似度达到").fill("90")
    page.get_by_label("理由").fill("本地从严")
    admin.button("存下").click()
    expect(page.locator("body")).to_contain_text("“两行指标实为一项”已存下")
    admin.goto(url)
    admin.look("17-checks")
    admin.goto("/2024/plan/checks/")
    admin.look("17-checks-in-force")
    admin.goto(f"/2024/plan/edit/{copy.public_id}/changes/")
    expect(page.locator("body")).to_contain_text("智能审核“两行指标实为一项”")
