"""四同步 and 目标批复 as people see them: days entered, a document issued, its files taken."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from apps.core import clock
from apps.projects.steps import services as steps
from apps.targets.models import Approval
from tests import makers
from tests.browser.test_pages import bring
from tests.makers import MONDAY, YEAR
from tests.processes import until

pytestmark = [pytest.mark.req("B-05", "Q-15", "W-07")]
DAYS = (("compiled", date(2024, 4, 1)), ("reviewed", date(2024, 4, 5)))


@pytest.fixture(scope="module", autouse=True)
def county(world) -> None:
    """Three projects: approved, handed in, begun; the budget went ahead of two of them."""
    plan = makers.make_plan(world)
    for n, state in enumerate(("approved", "submitted", "draft"), 1):
        project = makers.make_project(world, n=n)
        makers.assign_all(world, plan)
        bring(world, makers.open_target_filing(world, project), state)
        with clock.at(MONDAY):
            for step, on in DAYS[: n if n < 3 else 1]:
                steps.record(
                    project=project,
                    actor=world.people["plan_admin"],
                    year=YEAR,
                    side="budget",
                    step=step,
                    on=on,
                    source="一体化系统",
                )


def test_from_the_late_ones_to_the_document(person):
    admin = person("plan_admin")
    admin.goto(f"/{YEAR}/synchrony/")
    expect(admin.page.get_by_text("晚7天").first).to_be_visible()
    admin.check_access("synchrony")
    admin.look("21-synchrony")
    admin.look_on_phone("21-synchrony")
    admin.link("农村饮水安全巩固提升工程1").click()
    admin.page.get_by_label("登记什么").select_option(label="预算批复")
    admin.page.locator("#id_on").fill("2024-04-08")
    admin.page.locator("#id_source").fill("尉财预〔2024〕3号")
    admin.button("登记日期").click()
    expect(admin.page.get_by_text("日期已登记。")).to_be_visible()
    admin.look("21-synchrony-project")
    admin.goto(f"/{YEAR}/approvals/")
    admin.look("21-approvals")
    admin.page.get_by_role("link", name="去批复").click()
    admin.page.locator("#id_number").fill("尉财预〔2024〕12号")
    admin.page.locator("#id_issued_on").fill("2024-04-08")
    admin.check_access("approval-new")
    admin.look("21-approval-new")
    admin.page.get_by_role("button", name="下达", exact=True).click()
    until(lambda: Approval.objects.exists(), seconds=60)
    admin.goto(f"/{YEAR}/approvals/{Approval.objects.get().public_id}/")
    expect(admin.page.get_by_text("尉财预〔2024〕12号").first).to_be_visible()
    admin.look("21-approval")
