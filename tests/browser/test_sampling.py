"""A sample check from its preview to its recount; what was returned; reviewers compared."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from apps.core import clock
from apps.filings.models import Review, SampleDraw
from apps.filings.services import calibration
from apps.workplans.models import PlanTask, RuleSetting
from tests import makers
from tests.browser.test_pages import bring, tour
from tests.makers import MONDAY
from tests.personas import give_password, make_person


@pytest.fixture(scope="module", autouse=True)
def handed_in(world) -> None:
    """Eleven filings of 水利局, most of them handed in, one returned, two in force."""
    plan = makers.make_plan(world)
    RuleSetting.objects.create(
        plan=plan,
        code="targets.sample_share",
        title="目标抽审比例",
        unit="%",
        clause="4月15日—4月30日，抽审绩效目标表",
    )
    states = ["submitted"] * 8 + ["returned", "approved", "approved"]
    for n, state in enumerate(states, 1):
        project = makers.make_project(world, n=n)
        makers.assign_all(world, plan)
        bring(world, makers.open_target_filing(world, project), state)
    with clock.at(MONDAY):
        place = ("performance_reviewer", "performance")
        world.people["second"] = make_person(world, "second", "李绩效", *place)
        give_password(world.people["second"])
        reviews = Review.objects.filter(score__isnull=False).order_by("pk")
        for review, share in zip(reviews, ("0.9", "0.84"), strict=True):
            _scored_again(world, review, share)


def _scored_again(world, review: Review, share: str) -> None:
    filing = review.revision.filing
    filing.step = review.step
    leader, second = world.people["leader"], world.people["second"]
    asked = calibration.ask_second(review=review, scorer=second, actor=leader)
    if share == "0.9":
        marks = makers.full_marks(filing, share)
        calibration.give_second(second=asked, actor=second, marks=marks)


@pytest.mark.req("U-11", "U-54")
def test_a_sample_is_prepared_by_one_drawn_by_another_and_recounted(person):
    first = person("performance_reviewer")
    first.goto("/2024/samples/")
    first.link("备一次抽审").click()
    task = PlanTask.objects.get(code="targets.initial")
    first.page.get_by_label("任务").select_option(str(task.public_id))
    first.page.get_by_label("方式").select_option("share")
    first.page.get_by_label("抽取比例").fill("30")
    first.page.get_by_label("抽取比例").blur()
    expect(first.page.locator("#sample-preview")).to_contain_text("3件")
    first.look("21-sample-new")
    first.button("备下，定总体和种子").click()
    expect(first.page.locator("h1")).to_have_text("2024年绩效目标抽审")
    expect(first.button("按种子抽取")).to_have_count(0)
    first.look("21-sample-prepared")
    second = person("second")
    second.goto(f"/2024/samples/{SampleDraw.objects.get().public_id}/")
    second.button("按种子抽取").click()
    second.page.get_by_label("李绩效").check()
    second.button("指定").click()
    second.goto("/2024/samples/")
    second.look("21-samples")
    second.page.locator("a", has_text="去检查").first.click()
    second.page.get_by_label("不合格").check()
    second.page.get_by_label("问题1在哪里").select_option("year_goal")
    second.page.get_by_label("问题1怎样改").fill("写明完成年份和受益人数")
    second.look("21-sample-item")
    second.button("记录结果").click()
    second.goto(f"/2024/samples/{SampleDraw.objects.get().public_id}/?recount=1")
    expect(second.page.get_by_role("status").first).to_contain_text("重算一致")
    second.look("21-sample")


@pytest.mark.req("Y-14")
def test_what_was_returned_and_how_reviewers_compare(person):
    tour(
        person("leader"),
        {
            "21-returned": "/2024/returned/",
            "21-returned-problem": "/2024/returned/?by=problem",
            "21-returned-unit": "/2024/returned/?by=unit",
            "21-calibration": "/2024/calibration/",
        },
    )
    second = person("second")
    second.goto("/2024/samples/")
    second.page.locator("caption", has_text="请我再打一次分的").locator("xpath=..").locator(
        "a"
    ).first.click()
    second.look("21-second-score")
