"""A target in force is adjusted at its node: asked for, written, compared by two desks."""

import re

import pytest
from playwright.sync_api import expect

from apps.filings.models import Filing, State
from apps.targets import selectors
from apps.workplans.models import Assignment
from tests.browser.forms import saves
from tests.browser.person import Person
from tests.processes import until
from tests.targets import adjusting

pytestmark = [pytest.mark.req("Y-45", "Y-86")]

PDF = b"%PDF-1.4\n% basis"


@pytest.fixture(scope="module", autouse=True)
def target(world):
    """A target in force in a county with a node from the 1st to the 10th of April."""
    filing = adjusting.in_force(world)
    task = filing.assignment.plan.tasks.get(kind="targets.adjustment")
    may = task.windows.get(key="2024-05")
    first = filing.assignment.window
    may.opens_at, may.closes_at = first.opens_at, first.closes_at
    may.save(update_fields=["opens_at", "closes_at"])
    return filing


def test_from_the_request_to_the_chain(person, target):
    project = target.assignment.project
    clerk = person("filer")
    clerk_asks_and_writes(clerk, project)
    for name in ("section_reviewer", "performance_reviewer"):
        reviewer_compares_and_passes(person(name), project)
    filing = Filing.objects.get(kind="targets.adjustment")
    assert filing.state == State.APPROVED
    assert selectors.revision_in_force(project, 2024) == filing.approved_revision
    owed = Assignment.objects.filter(project=project, task__trigger="target_adjusted")
    until(owed.exists, 60)
    clerk.goto(f"/2024/projects/{project.public_id}/")
    expect(clerk.page.locator("main")).to_contain_text("版本链")
    clerk.look("21-project")
    clerk.goto(f"/2024/filings/{target.public_id}/")
    expect(clerk.page.locator("main")).to_contain_text("取代")
    clerk.look("21-superseded")


def clerk_asks_and_writes(clerk: Person, project) -> None:
    page = clerk.page
    clerk.goto(f"/2024/projects/{project.public_id}/")
    clerk.link("申请调整").click()
    expect(page.locator("main")).to_contain_text("现在可以申请调整")
    clerk.look("21-standing")
    clerk.look_on_phone("21-standing")
    clerk.button("申请调整").click()
    expect(page.locator("main")).to_contain_text("还没有改动")
    with saves(clerk):
        page.get_by_label("调整原因", exact=True).select_option(label=adjusting.REASONS[0])
        page.get_by_label("依据文件").fill("尉财预〔2024〕12号")
        page.get_by_label("调整说明").fill("县级预算调整，压减水表更换，其余任务不变。")
        page.get_by_label("调整后 财政拨款（县本级）").fill("1200")
        page.get_by_label("年度 财政拨款").fill("1200")
        page.locator("[name=line-0-value]").fill("1500")
        goal = page.get_by_label("年度目标", exact=True)
        goal.fill(goal.input_value().replace("1,900", "1,500"))
        goal.press("Tab")
    slot = page.locator("[id='c-slot.evidence']")
    slot.locator("input[type=file]").set_input_files(
        {"name": "预算调整文件.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    slot.get_by_role("button", name="上传").click()
    expect(slot).to_contain_text("预算调整文件.pdf")
    expect(page.locator("#adjustment")).to_contain_text("≥1,500块")
    clerk.look("21-form")
    clerk.look_on_phone("21-form")
    clerk.button("检查并提交").click()
    expect(page.locator("h1")).to_have_text("检查并提交")
    clerk.look("21-confirm")
    clerk.button("确认提交").click()
    expect(page.locator("h1")).to_have_text("报送回执")


def reviewer_compares_and_passes(reviewer: Person, project) -> None:
    page = reviewer.page
    reviewer.goto("/2024/reviews/")
    page.get_by_role("link", name=str(project), exact=True).click()
    expect(page.locator("#compare")).to_contain_text("调整原因")
    expect(page.locator("#compare")).to_contain_text("1,200.00")
    reviewer.look("21-review")
    page.get_by_role("button", name=re.compile("^通过")).click()
    expect(page.locator("#notices")).to_be_visible()
