"""Relief, events and days off as the plan administrator meets them, each page looked at."""

import re
from datetime import date

import pytest
from playwright.sync_api import expect

from apps.core import clock
from apps.workplans.models import (
    Assignment,
    Holiday,
    HolidayYear,
    PlanEvent,
    PlanTask,
    TaskWindow,
)
from apps.workplans.services import holidays
from tests import makers
from tests.rules.test_holiday_notice import OF_2026


@pytest.fixture(scope="module", autouse=True)
def task(world) -> PlanTask:
    """A quarterly duty that rolls, owed by every unit, and one that waits for an event."""
    plan = makers.make_plan(world)
    Holiday.objects.all().delete()
    HolidayYear.objects.all().delete()
    holidays.load_package()
    task = plan.tasks.get(code="quarter.unit")
    task.roll, task.level = "next", "unit"
    task.save(update_fields=["roll", "level"])
    TaskWindow.objects.create(
        task=task,
        key="2024Q3",
        label="第三季度",
        opens_at=makers.OPENS,
        closes_at=clock.end_of(date(2024, 10, 1)),
        phrase="每季度结束次月1日前",
    )
    event = PlanEvent.objects.create(
        plan=plan, code="budget", title="预算批复", clause="部门预算批复后20日内设整体绩效目标。"
    )
    whole = PlanTask.objects.create(
        plan=plan,
        position=3,
        code="whole",
        title="部门整体绩效目标",
        stage="materials",
        kind="materials",
        subject_kind="unit",
        level="unit",
        evaluated_year=2024,
        responsible="各部门单位",
        clause="部门预算批复后20日内设整体绩效目标。",
    )
    TaskWindow.objects.create(task=whole, key="2024", kind="event", event=event, days_after=20)
    makers.assign_all(world, plan)
    return task


def test_a_batch_is_chosen_previewed_and_done(person, task):
    admin = person("plan_admin")
    admin.goto(f"/2024/plan/{task.public_id}/")
    expect(admin.page.get_by_text("原定10月1日（国庆节），顺延到10月8日")).to_be_visible()
    admin.look("15-task-rolled")
    admin.link("批量延期、豁免、撤销、重新开放").click()
    admin.page.get_by_label("节点").select_option(label="第三季度")
    admin.button("查找").click()
    admin.link("全选").click()
    admin.page.get_by_label("到哪一天").fill("2024-10-31")
    admin.page.get_by_label("理由").fill("国庆期间机房搬迁，县财政局通知")
    admin.look("15-relief")
    admin.look_on_phone("15-relief")
    admin.button("先看结果").click()
    expect(admin.page.get_by_text("截止由2024-10-08延到2024-10-31。")).to_have_count(5)
    admin.look("15-relief-preview")
    admin.button("延期5件").click()
    expect(admin.page.get_by_role("heading", name="办理结果")).to_be_visible(timeout=30_000)
    expect(admin.page.locator("h1")).to_have_count(1)
    admin.look("15-relief-done")
    moved = Assignment.objects.filter(due_at=clock.end_of(date(2024, 10, 31)))
    assert moved.count() == 5


def test_an_event_is_dated_after_its_effects_were_seen(person, task):
    admin = person("plan_admin", scripts=False)
    admin.goto("/2024/plan/event-dates/")
    admin.page.get_by_label("预算批复的发生日期").fill("2024-03-25")
    admin.button("先看结果").click()
    expect(admin.page.get_by_text("3月25日 – 4月14日")).to_be_visible()
    admin.look("15-event")
    admin.button("填上日期").click()
    done = admin.page.get_by_text("预算批复：日期已填")
    for _ in range(60):  # without scripts nobody asks again how far the job is
        if done.is_visible():
            break
        admin.page.wait_for_timeout(500)
        admin.page.reload()
    expect(done).to_be_visible()
    assert Assignment.objects.filter(task__code="whole").count() == 5


def test_days_off_are_read_checked_and_changed(person):
    admin, filer = person("plan_admin"), person("filer")
    admin.goto("/2024/holidays/")
    admin.look("15-holidays")
    admin.look_on_phone("15-holidays")
    admin.page.get_by_label("日期").fill("2024-06-17")
    admin.page.get_by_label("名称").fill("古尔邦节")
    admin.page.get_by_label("依据和理由").fill("自治区人民政府办公厅通知")
    admin.button("修改").click()
    expect(admin.page.get_by_text("另改1天")).to_be_visible()
    filer.goto("/2027/holidays/")
    expect(filer.page.get_by_text("未公布", exact=True)).to_be_visible()
    filer.look("15-holidays-unknown")
    admin.goto("/2027/holidays/")
    admin.page.get_by_label("依据").fill("国办发明电")
    admin.page.get_by_label("放假安排").fill(OF_2026)
    with admin.refusals(422):
        admin.button("先核对").click()
        expect(admin.page.locator(".jx-errors")).to_contain_text(re.compile("写周四，应为周五"))
    admin.look("15-holidays-wrong")
