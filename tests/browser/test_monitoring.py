"""A clerk fills in a node beside the one before it; finance reads the lights and concludes."""

import pytest
from playwright.sync_api import expect

from apps.monitoring.models import NodeVerdict
from apps.workplans.models import Plan
from tests.browser import forms
from tests.monitoring import acting


@pytest.fixture(scope="module")
def filing(world):
    """February is closed, March is being written; both windows are open on the Monday."""
    project = acting.promised(world)
    acting.add_monitoring(world, Plan.objects.get(jurisdiction=world.county), 2, 3)
    acting.closed(world, project, 2)
    return acting.opened(world, project, 3)


@pytest.mark.req("Y-49")
def test_a_row_that_is_off_opens_and_asks_for_its_reason(person, filing):
    clerk = person("filer")
    clerk.goto(f"/2024/monitoring/{filing.public_id}/")
    page = clerk.page
    expect(page.locator("#money")).to_contain_text("1–3月执行数")
    expect(page.locator("#money")).to_contain_text("1–2月执行数")
    reason = page.get_by_label("更换老旧水表 原因说明", exact=True)
    expect(reason).not_to_be_visible()
    with forms.saves(clerk):
        likely = page.get_by_label("更换老旧水表 完成目标可能性", exact=True)
        likely.select_option("有可能")
        page.get_by_label("更换老旧水表 执行情况", exact=True).focus()
    expect(reason).to_be_visible()
    expect(page.locator("#findings")).to_contain_text("要选偏差原因")
    clerk.look("23-monitoring")
    clerk.look_on_phone("23-monitoring")
    clerk.goto("/2024/monitoring/")
    clerk.look("23-monitoring-grid")
    clerk.look_on_phone("23-monitoring-grid")


@pytest.mark.req("Y-52")
def test_finance_concludes_beside_the_lights(person, world, filing):
    acting.at_last_desk(world, filing, 3)
    finance = person("performance_reviewer")
    finance.goto(f"/2024/monitoring/{filing.public_id}/decision/")
    page = finance.page
    expect(page.locator("#decision")).to_contain_text("综合灯")
    page.get_by_label("不合格", exact=True).check()
    page.locator("#conclude_reason").fill("两个月没有支付")
    finance.look("23-monitoring-decision")
    finance.button("存结论").click()
    expect(page.locator("#decision")).to_contain_text("还没有办结")
    assert NodeVerdict.objects.get(filing=filing).reason == "两个月没有支付"
