"""Messages and the ways they go: wishes, robots, hours; accessible, and there to be looked at."""

from datetime import date

import pytest
from playwright.sync_api import expect

from apps.core import clock
from apps.filings import services
from apps.notifications import services as notifications
from apps.notifications.models import Delivery
from apps.workplans.models import ReminderRule
from apps.workplans.profiles.rows import usual_reminders
from tests import makers
from tests.makers import MONDAY
from tests.notifications.test_robots import WECOM, data


@pytest.fixture(scope="module", autouse=True)
def reminded(world) -> None:
    """A county whose units were reminded, with a robot that had its troubles."""
    plan = makers.make_plan(world)
    for row in usual_reminders():
        ReminderRule.objects.create(plan=plan, **row.model_dump())
    makers.make_project(world)
    makers.assign_all(world, plan)
    admin = world.people["sys_admin"]
    with clock.at(MONDAY):
        robot = notifications.create_channel(
            jurisdiction=world.county, data=data(WECOM, name="绩效管理群"), actor=admin
        )
        services.sweep(on=date(2024, 4, 8))
    for state, error in (
        ("sent", ""),
        ("unknown", "连接中断，可能已发出：ConnectionResetError"),
        ("failed", "机器人没有收：93000 invalid webhook url"),
    ):
        waiting = Delivery.objects.filter(channel=robot, state="waiting").first()
        assert waiting is not None
        Delivery.objects.filter(pk=waiting.pk).update(state=state, error=error, n_attempts=1)
    Delivery.objects.filter(state="waiting").update(state="sent", n_attempts=1)


def test_a_filer_says_which_mail_and_when(person):
    clerk = person("filer")
    clerk.goto("/messages/")
    clerk.look("01-messages-reminders")
    clerk.page.get_by_role("link", name="通知设置").click()
    expect(clerk.page.locator("h1")).to_have_text("我的通知设置")
    clerk.page.get_by_label("到件、待审提醒").uncheck()
    clerk.page.locator("select[name=pace]").select_option("daily")
    clerk.page.locator("input[name=digest_at]").fill("16:00")
    clerk.button("保存").click()
    expect(clerk.page.get_by_text("每个工作日16:00汇总成一封")).to_be_visible()
    clerk.look("01-notice-settings")
    clerk.look_on_phone("01-notice-settings")


def test_the_system_administrator_keeps_the_ways(person):
    keeper = person("sys_admin")
    keeper.goto("/channels/")
    keeper.look("12-channels")
    keeper.page.get_by_role("link", name="绩效管理群").click()
    keeper.look("12-channel")
    expect(keeper.page.locator("input[name=address]")).to_have_value("")
    keeper.button("试发一条").click()
    expect(keeper.page.get_by_text("一分钟内发出")).to_be_visible()
