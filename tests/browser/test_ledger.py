"""The month, the ledger, the silent, liaison officers, a hand-over: as people see them."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from apps.core import clock
from apps.notifications import services as notifications
from apps.organizations import services as organizations
from apps.workplans import services as workplans
from apps.workplans.models import Assignment, Holiday, PlanTask
from tests import makers
from tests.browser.published import other_tasks
from tests.browser.test_pages import bring, tour
from tests.makers import MONDAY


@pytest.fixture(scope="module", autouse=True)
def county(world) -> None:
    """Projects in every state, one unit late and reminded, one liaison officer, a check point."""
    plan = makers.make_plan(world)
    Holiday.objects.filter(on=date(2024, 4, 4)).update(name="清明节")
    with clock.at(MONDAY):
        for day in (5, 6):
            Holiday.objects.get_or_create(
                on=date(2024, 4, day), defaults={"is_workday": False, "name": "清明节"}
            )
        Holiday.objects.get_or_create(on=date(2024, 4, 7), defaults={"is_workday": True})
    other_tasks(world, plan)
    for n, state in enumerate(("draft", "submitted", "returned", "approved", "todo"), 1):
        project = makers.make_project(world, n=n)
        makers.assign_all(world, plan)
        if state != "todo":
            bring(world, makers.open_target_filing(world, project), state)
    with clock.at(MONDAY):
        _owners(world)
        _late(world)


def _owners(world) -> None:
    organizations.register_liaison(
        actor=world.people["filer"],
        unit=world.units["water"],
        name="艾力",
        phone="0996-4020000",
        user=world.people["filer"],
    )
    organizations.register_liaison(
        actor=world.people["stranger"],
        unit=world.units["traffic"],
        name="韩旁人",
        phone="13899990000",
    )
    organizations.appoint_deputy(
        actor=world.people["filer"],
        membership=world.people["filer"].memberships.get(),
        user=world.people["supervisor"],
        starts_on=date(2024, 4, 9),
        ends_on=date(2024, 4, 19),
    )
    workplans.register_checkpoint(
        actor=world.people["plan_admin"],
        task=PlanTask.objects.get(code="targets.initial"),
        step="inspected",
        on=date(2024, 4, 3),
        note="到5个单位抽查",
    )


def _late(world) -> None:
    owed = Assignment.objects.get(unit=world.units["traffic"], task__code="quarter.unit")
    Assignment.objects.filter(pk=owed.pk).update(due_at=clock.end_of(date(2024, 4, 2)))
    for day in (3, 8):
        notifications.notify(
            recipients=[world.people["stranger"]],
            kind="remind.due.person",
            key=f"{owed.public_id}:2024-04-0{day}",
            title=f"逾期{1 if day == 3 else 3}个工作日：县交通运输局　季度绩效管理材料",
        )


def test_the_months_sheet_and_the_subscription(person):
    clerk = person("filer")
    tour(clerk, {"13-calendar": "/2024/calendar/", "13-feed-none": "/account/calendar/"})
    clerk.button("新建订阅地址").click()
    expect(clerk.page.locator("code")).to_contain_text("/feeds/")
    clerk.look("13-feed")
    clerk.goto("/2024/calendar/")
    clerk.look_on_phone("13-calendar")
    clerk.link("下月").click()
    expect(clerk.page.locator("h1")).to_have_text("2024年5月")
    tour(
        person("performance_reviewer"),
        {
            "13-calendar-plan": "/2024/calendar/?month=2024-04",
            "13-calendar-unannounced": "/2024/calendar/?month=2025-01",
        },
    )


@pytest.mark.req("Y-96", "Y-98", "Q-28")
def test_the_ledger_in_its_three_views(person):
    lead = person("performance_reviewer")
    task = PlanTask.objects.get(code="targets.initial")
    tour(
        lead,
        {
            "13-ledger": "/2024/ledger/",
            "13-ledger-task": "/2024/ledger/?by=task",
            "13-ledger-unit": "/2024/ledger/?by=unit",
            "13-checkpoint": f"/2024/ledger/tasks/{task.public_id}/checkpoints/",
            "13-ledger-empty": "/2024/ledger/?state=rejected",
        },
    )
    lead.goto("/2024/ledger/")
    lead.page.get_by_label("状态").select_option("overdue")
    lead.button("查找").click()
    expect(lead.page.locator("tbody tr")).not_to_have_count(0)
    expect(lead.page.locator("h1 + .jx-sub")).to_contain_text("逾期未报")


def test_the_silent_with_what_they_were_sent(person):
    lead = person("performance_reviewer")
    lead.goto("/2024/ledger/silent/")
    lead.page.get_by_text("催过2次").click()
    lead.look("13-silent")


@pytest.mark.req("B-33")
def test_the_liaison_officers(person, world):
    admin = person("plan_admin")
    tour(
        admin,
        {"13-liaisons": "/liaisons/", "13-liaisons-without": "/liaisons/?which=without"},
    )
    admin.page.get_by_role("link", name="登记：尉犁镇").click()
    admin.page.get_by_label("姓名").fill("买买提")
    admin.page.get_by_label("电话").fill("找镇长")
    with admin.refusals(422):
        admin.button("登记").click()
        expect(admin.page.locator(".jx-field-error")).to_contain_text("应为手机或座机号")
    admin.look("13-liaison-new")
    admin.page.get_by_label("电话").fill("0996-4021111")
    admin.button("登记").click()
    expect(admin.page.locator("h1")).to_have_text("联络员")


def test_somebody_leaves(person, world):
    guard, leaver = person("sec_admin"), world.people["filer"]
    guard.goto(f"/people/{leaver.public_id}/hand-over/")
    guard.look("13-hand-over")
    guard.page.get_by_label("接手人").select_option(str(world.people["filer2"].public_id))
    with guard.refusals(422):
        guard.button("交接").click()
        expect(guard.page.locator(".jx-field-error")).to_contain_text("没有登记电话")
    guard.page.get_by_label("联络电话").fill("0996-4022222")
    guard.button("交接").click()
    expect(guard.page.locator("h1")).to_have_text("艾力")
    guard.look("13-handed-over")
