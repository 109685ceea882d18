"""The review page in a real browser: the sheet counts at once, a lost session loses nothing."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from apps.core import clock
from apps.filings.models import Filing, Review
from tests import makers
from tests.browser.person import Person
from tests.filings import steps
from tests.makers import MONDAY
from tests.personas import PASSWORD


@pytest.fixture(scope="module")
def scored(world):
    """Filings on the desk that scores, by number."""
    plan = makers.make_plan(world)
    projects = [makers.make_project(world, n=n) for n in (1, 2)]
    makers.assign_all(world, plan)
    with clock.at(MONDAY):
        filings = [makers.open_target_filing(world, project) for project in projects]
        return [steps.at_second_desk(world, filing) for filing in filings]


def open_review(person, filing: Filing) -> Person:
    scorer: Person = person("performance_reviewer")
    scorer.goto(f"/2024/reviews/{filing.public_id}/")
    return scorer


def grade_all(scorer: Person, word: str) -> None:
    for name in [item[1] for item in makers.ITEMS]:
        group = scorer.page.get_by_role("radiogroup", name=f"{name}评级")
        group.get_by_text(word, exact=True).click()


@pytest.mark.req("Y-46")
def test_grade_total_and_reason_follow_each_mark_without_saving(person, scored):
    scorer = open_review(person, scored[0])
    page, foot = scorer.page, scorer.page.locator("#score-outcome")
    expect(foot).to_contain_text("还缺：")
    grade_all(scorer, "优")
    expect(foot.locator("[data-score-total]")).to_have_text("95.00")
    expect(foot).to_contain_text("优：")
    foot.get_by_text("为什么").click()
    expect(foot).to_contain_text("95.00分，优")
    page.get_by_label("规范完整性得分").fill("0")
    expect(foot.locator("[data-score-total]")).to_have_text("85.50")
    expect(foot).to_contain_text("良：")
    expect(foot).to_contain_text("得分不在所选评级之内：规范完整性")
    page.get_by_label("规范完整性得分").fill("99")
    expect(foot).to_contain_text("填99分，应为0–10分")
    scorer.look("03-review-counting")


@pytest.mark.req("Y-46")
def test_a_lost_session_asks_for_the_password_and_the_review_goes_on(person, scored):
    scorer = open_review(person, scored[1])
    page = scorer.page
    Session.objects.all().delete()
    with scorer.refusals(401, 403):
        page.get_by_label("意见", exact=True).fill("总体可行，个别指标再细化。")
        panel = page.get_by_role("dialog")
        expect(panel).to_contain_text("登录后接着填", timeout=10_000)
        expect(page.locator("[data-review-state]")).to_have_text("登录已过期，内容还在本页")
        panel.get_by_label("账号").fill("performance_reviewer")
        panel.get_by_label("密码").fill(PASSWORD)
        panel.get_by_role("button", name="登录，接着填").click()
        expect(panel).to_have_count(0)
        expect(page.locator("[data-review-state]")).to_have_text(re.compile(r"已存 \d"))
    expect(page.get_by_label("意见", exact=True)).to_have_value("总体可行，个别指标再细化。")
    review = Review.objects.get(revision__filing=scored[1], step=scored[1].step)
    assert review.opinion == "总体可行，个别指标再细化。"
