"""A plan administrator makes the year's plan from a notice, publishes and amends it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from apps.workplans.models import Holiday, HolidayYear, Plan
from apps.workplans.services import holidays
from tests import makers

WORKED = 60_000  # milliseconds: the worker has done it, and the page has asked again
NOTICE = Path(__file__).parents[1] / "data" / "notices" / "wulatezhongqi-2024.txt"


@pytest.fixture(scope="module", autouse=True)
def county(world):
    """Projects of two units, and the days off of the year."""
    Holiday.objects.all().delete()
    HolidayYear.objects.all().delete()
    holidays.load_package()
    for n in range(1, 5):
        makers.make_project(world, "water" if n % 2 else "traffic", n=n)


@pytest.fixture
def admin(person):
    return person("plan_admin")


def editor_of(year: int = 2024) -> str:
    plan = Plan.objects.filter(fiscal_year=year, state=Plan.State.DRAFT).get()
    return f"/{year}/plan/edit/{plan.public_id}/"


def test_a_notice_is_read_into_a_draft(admin):
    page = admin.page
    admin.goto("/2024/plan/")
    admin.look("05-plan-none")
    admin.link("新建计划").click()
    page.get_by_label("名称").fill("尉犁县2024年度预算绩效管理工作计划")
    admin.look("05-plan-new")
    admin.button("建草稿").click()
    expect(page.get_by_text("草稿里还没有任务。")).to_be_visible()
    page.get_by_role("link", name="读通知").first.click()
    page.get_by_label("粘贴正文").fill(NOTICE.read_text(encoding="utf-8"))
    admin.look("05-notice")
    admin.button("读通知").click()
    expect(page.get_by_role("heading", name="通知原文")).to_be_visible()
    expect(page.locator("a.jx-mk").first).to_be_visible()
    admin.look("05-plan-editor")
    admin.look_on_phone("05-plan-editor")


def test_a_sentence_opens_its_task_in_place(admin):
    page = admin.page
    admin.goto(editor_of())
    kept = page.locator("#notice").evaluate("one => { window.same = true; return true; }")
    assert kept
    page.locator("tr", has_text="抽审绩效目标表").locator("a").click()
    expect(page.locator("#chosen")).to_contain_text("抽审绩效目标表")
    expect(page.locator("a.jx-mk.on")).to_contain_text("抽审绩效目标表")
    assert page.evaluate("window.same"), "the page was loaded anew"
    assert "?task=" in page.url
    page.locator("a.jx-mk", has_text="完成2024年度部门预算").first.click()
    expect(page.locator("#chosen")).to_contain_text("完成2024年度部门预算")
    expect(page.locator(".jx-figs dd").nth(1)).to_have_text("4个")
    admin.link("看全部12项").click()
    expect(page.locator("#editor tbody").first.locator("tr")).to_have_count(12)
    page.go_back(wait_until="load")
    expect(page.locator("#chosen")).to_contain_text("完成2024年度部门预算")
    page.wait_for_load_state("networkidle")
    admin.look("05-plan-editor-chosen")


def test_the_reach_is_counted_while_conditions_are_typed(admin):
    page = admin.page
    admin.goto(editor_of())
    page.locator("a.jx-mk", has_text="完成2024年度部门预算").first.click()
    expect(page.locator("#chosen")).to_contain_text("完成2024年度部门预算")
    admin.link("改范围").click()
    page.get_by_label("第1行作用").select_option("剔除")
    page.get_by_label("第1行条件").select_option("unit=")
    page.get_by_label("第1行编码").fill("205")
    page.get_by_label("第1行理由").fill("刚成立")
    preview = page.locator("#preview")
    expect(preview.locator(".jx-figs dd").nth(1)).to_have_text("2个")
    expect(preview).to_contain_text("剔除：刚成立")
    expect(preview).to_contain_text("还没有存下")
    admin.look("05-scopes")
    admin.button("存下").click()
    expect(page.locator("#chosen")).to_contain_text("完成2024年度部门预算")
    admin.link("看名单").click()
    admin.look("05-reach")
    admin.link("没有收到的").click()
    expect(page.locator("main table")).to_contain_text("刚成立")


def test_each_part_of_a_task_has_its_page(admin):
    page = admin.page
    admin.goto(editor_of())
    for name, title in (
        ("任务和原文", "05-task"),
        ("填报期", "05-windows"),
        ("附件", "05-slots"),
        ("分值权重", "05-weights"),
        ("依据", "05-basis"),
    ):
        page.get_by_role("navigation", name="这项任务的各部分").get_by_role(
            "link", name=name, exact=True
        ).click()
        expect(page.locator("h1")).to_have_count(1)
        admin.look(title)
        page.go_back()
    for name, title in (
        ("规则参数", "05-settings"),
        ("评分表", "05-sheets"),
        ("事件", "05-events"),
    ):
        page.get_by_text("更多", exact=True).click()
        admin.link(name).click()
        admin.look(title)
        page.go_back()


def test_steps_are_typed_and_a_fault_keeps_them(admin):
    page = admin.page
    admin.goto(editor_of())
    page.locator(".jx-fd a[href$='/lists/steps/']").click()
    page.get_by_label("第1行名称").fill("业务科室初审")
    page.get_by_label("第1行办理处").select_option("routed")
    page.get_by_label("第1行时限（工作日）").fill("5")
    with admin.refusals(422):
        page.locator("form[data-lines]").evaluate("form => form.setAttribute('novalidate', '')")
        admin.button("存下").click()
        expect(page.locator("#errors-title")).to_be_focused()
    expect(page.get_by_label("第1行名称")).to_have_value("业务科室初审")
    admin.look("05-steps-refused")
    page.get_by_label("第1行角色").select_option("section_reviewer")
    admin.button("存下").click()
    expect(page.locator(".jx-fd")).to_contain_text("业务科室初审")


def test_every_task_is_confirmed_and_the_plan_is_published(admin):
    page = admin.page
    admin.goto("/2024/plan/publish/")
    expect(page.get_by_role("button", name="发布")).to_be_disabled()
    admin.look("05-publish-blocked")
    admin.goto(editor_of())
    confirm = admin.button("确认这一项")
    for left in range(12, 0, -1):
        expect(page.locator(".jx-sub").first).to_contain_text(f"待核对{left}")
        confirm.click()
    expect(page.locator(".jx-sub").first).to_contain_text("待核对0")
    expect(confirm).to_have_count(0)
    admin.look("05-plan-confirmed")
    admin.link("发布").click()
    admin.look("05-publish")
    admin.button("发布").click()
    expect(page).to_have_url(re.compile("/plan/.*job="))
    expect(page.get_by_text("计划已发布，派发")).to_be_visible(timeout=WORKED)
    expect(admin.button("开始修订")).to_be_visible()
    admin.look("04-plan-published")
    assert Plan.objects.get(fiscal_year=2024).state == Plan.State.PUBLISHED


def test_a_published_plan_is_amended_with_its_reason(admin):
    page = admin.page
    admin.goto("/2024/plan/")
    admin.button("开始修订").click()
    expect(page.locator("h1 + .jx-tag")).to_have_text("修订稿")
    page.locator("tr", has_text="上报本单位的年度绩效目标汇总表").locator("a").click()
    expect(page.locator("#chosen")).to_contain_text("上报本单位的年度绩效目标汇总表")
    expect(page).to_have_url(re.compile("task="))  # the panel was swapped
    page.get_by_label("报送截止").fill("2024-04-22")
    admin.button("存下日期").click()
    expect(page.locator("#notices")).to_contain_text("已存下")
    admin.link("看改了什么、生效").click()
    expect(page.locator("ins.jx-new").first).to_contain_text("4月22日")
    page.get_by_label("修订理由").fill("上级推迟了时间")
    admin.look("05-changes")
    admin.button("修订生效").click()
    expect(page.get_by_text("第1次修订已生效")).to_be_visible(timeout=WORKED)
    page.get_by_text("更多", exact=True).click()
    admin.link("修订记录").click()
    expect(page.locator("main")).to_contain_text("上级推迟了时间")
    admin.look("05-amendments")


def test_next_year_begins_with_a_copy_that_is_compared(admin):
    page = admin.page
    admin.goto("/2024/plan/")
    page.get_by_text("更多", exact=True).click()
    admin.link("复制到2025年度").click()
    admin.button("建草稿").click()
    expect(page.locator("#chosen")).to_be_visible()
    page.get_by_text("更多", exact=True).click()
    admin.link("与上年比较").click()
    expect(page.locator("h1")).to_have_text("两个计划比较")
    admin.look("05-compare")


def test_the_editor_works_without_scripts(person):
    plain = person("plan_admin", scripts=False)
    plain.goto(editor_of(2025))
    page = plain.page
    page.locator("tr", has_text="抽审绩效目标表").locator("a").click()
    expect(page.locator("#chosen")).to_contain_text("抽审绩效目标表")
    page.get_by_role("link", name="改范围").or_(
        page.get_by_role("link", name="任务和原文")
    ).first.click()
    page.get_by_label("责任", exact=True).fill("财政局绩效科")
    plain.button("存下").click()
    expect(page.locator("#chosen")).to_contain_text("抽审绩效目标表")
