"""The target form under bad luck: other people, a lost session, impatience, no mouse, no script."""

import re

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from apps.core import clock
from apps.filings.models import Filing, Revision
from apps.targets.selectors import current_form
from tests import makers
from tests.browser import forms
from tests.browser.published import negotiated_task, published_project
from tests.makers import MONDAY
from tests.personas import PASSWORD, give_password, make_person

YES_NO = {
    2: "资金纳入医保统筹率",
    3: "资金及时纳入率",
    5: "建档立卡人员住院费用报销比例",
    6: "参保人员满意度",
}


@pytest.fixture(scope="module", autouse=True)
def plan(world):
    made = makers.make_plan(world)
    negotiated_task(world, made)
    published_project(world, "SE14", "traffic", 14)
    published_project(world, "SE10", "company", 10)
    for n in (*range(2, 10), 12, 13):
        makers.make_project(world, n=n)
    makers.assign_all(world, made)
    with clock.at(MONDAY):
        give_password(make_person(world, "company_filer", "贺城投", "filer", "company"))
    return made


@pytest.fixture
def draft(world):
    """Opens and fills the target filing of the n-th project of 水利局."""

    def make(n: int) -> Filing:
        name = f"农村饮水安全巩固提升工程{n}"
        project = world.units["water"].projects.get(name=name)
        filing = makers.open_target_filing(world, project)
        makers.saved(world, filing)
        return filing

    return make


def sheet(filing: Filing) -> str:
    return f"/2024/targets/{filing.public_id}/"


# ---- published tables -------------------------------------------------------------------------
def test_se14_passes_after_what_the_check_names(person):
    clerk = person("stranger")  # of 交通运输局, whose project it is here
    forms.begin(clerk, "建档立卡个人缴费县级配套资金")
    with forms.saves(clerk):
        forms.fill_published(clerk, "SE14")
    expect(clerk.page.locator("#findings")).to_contain_text("资金是否全部纳入医保统筹")
    assert len(forms.blocking(clerk)) == len(YES_NO)

    for number, name in YES_NO.items():
        clerk.page.get_by_label(f"第{number}行 三级指标", exact=True).fill(name)

    assert re.fullmatch(r"652823-20240410-\d{7}", forms.submit(clerk))


@pytest.mark.req("U-09")
def test_se10_passes_only_under_a_task_whose_sheet_says_so(person):
    clerk = person("company_filer")
    project = "长江禁捕(渔业成品油价格改革补贴)"
    forms.begin(clerk, project, "年初项目绩效目标")
    forms.fill_published(clerk, "SE10")
    clerk.button("检查并提交").click()
    findings = clerk.page.locator("#findings")
    expect(findings).to_contain_text("合计80分，应为90分")
    expect(findings).to_contain_text("效益")
    expect(clerk.button("确认提交")).to_have_count(0)

    forms.begin(clerk, project, "补贴资金绩效目标")
    forms.fill_published(clerk, "SE10")
    expect(clerk.page.locator("[data-total-words]")).to_contain_text("正好80分")
    forms.submit(clerk)


# ---- autosave, conflict, session ---------------------------------------------------------------
def test_leaving_a_cell_saves_and_the_page_says_when(person, draft):
    filing = draft(2)
    clerk = person("filer")
    clerk.goto(sheet(filing))
    for value in ("2100", "2200"):
        with forms.saves(clerk):
            clerk.page.get_by_label("第1行 指标值").fill(value)
            clerk.page.get_by_label("第1行 指标值").press("Tab")

    assert current_form(filing).lines[0].value == 2200
    clerk.goto(sheet(filing))
    expect(clerk.page.get_by_label("第1行 指标值")).to_have_value("2200")
    expect(clerk.page.get_by_text("本机留有")).to_have_count(0)


@pytest.mark.trust("G01")
def test_two_people_in_one_cell_see_both_values_and_choose(person, draft):
    filing = draft(3)
    first, second = person("filer"), person("filer2")
    for one in (first, second):
        one.goto(sheet(filing))
    with forms.saves(first):
        first.page.get_by_label("第1行 指标值").fill("2600")
        first.page.get_by_label("第1行 指标值").press("Tab")

    with second.refusals(409):
        second.page.get_by_label("第1行 指标值").fill("2550")
        second.page.get_by_label("第1行 指标值").press("Tab")
        conflict = second.page.locator("#conflicts")
        expect(conflict).to_contain_text("2,600")
        expect(conflict).to_contain_text("2,550")
    assert current_form(filing).lines[0].value == 2600
    second.look("02-conflict")

    conflict.get_by_label("用已存的").check()
    second.page.get_by_label("第2行 指标值").fill("33000")
    second.button("保存").click()
    expect(second.page.locator("#conflicts table")).to_have_count(0)
    lines = current_form(filing).lines
    assert (lines[0].value, lines[1].value) == (2600, 33000)


def test_a_lost_session_asks_for_the_password_in_place_and_keeps_what_was_typed(person, draft):
    filing = draft(4)
    clerk = person("filer")
    clerk.goto(sheet(filing))
    Session.objects.all().delete()
    with clerk.refusals(401, 403):
        clerk.page.get_by_label("年度目标", exact=True).fill(f"{forms.GOAL}新写的一句。")
        clerk.page.get_by_label("年度目标", exact=True).press("Tab")
        panel = clerk.page.get_by_role("dialog")
        expect(panel).to_contain_text("登录后接着填")
        clerk.look("10-relogin", whole=False)
        panel.get_by_label("账号").fill("filer")
        panel.get_by_label("密码").fill(PASSWORD)
        with forms.saves(clerk):
            panel.get_by_role("button", name="登录，接着填").click()
        expect(panel).to_have_count(0)
    expect(clerk.page.get_by_label("年度目标", exact=True)).to_have_value(
        f"{forms.GOAL}新写的一句。"
    )
    assert current_form(filing).year_goal.endswith("新写的一句。")


@pytest.mark.trust("G02")
def test_a_double_click_submits_once(person, draft):
    filing = draft(5)
    clerk = person("filer")
    clerk.goto(f"/2024/filings/{filing.public_id}/confirm/")
    sent: list[str] = []
    clerk.page.on("request", lambda r: sent.append(r.url) if r.url.endswith("/submit/") else None)
    clerk.button("确认提交").dblclick()
    expect(clerk.page.locator("h1")).to_have_text("报送回执")

    assert len(sent) == 1
    assert Revision.objects.filter(filing=filing).exclude(receipt_number="").count() == 1


def test_a_total_stays_empty_until_an_amount_is_typed(person, draft):
    clerk = person("filer")
    clerk.goto(sheet(draft(9)))
    total = clerk.page.locator('[data-sum="funds-mid"]')
    expect(total).to_have_text("")
    clerk.page.get_by_label("中期 财政拨款").fill("0")
    expect(total).to_have_text("0.00")
    clerk.page.get_by_label("中期 财政拨款").fill("")
    expect(total).to_have_text("")


# ---- without a mouse, without scripts ----------------------------------------------------------
def test_the_grid_is_filled_by_keys_alone(person, draft):
    filing = draft(6)
    clerk = person("filer")
    clerk.goto(sheet(filing))
    page, press = clerk.page, clerk.page.keyboard.press
    press("Tab")
    expect(page.get_by_role("link", name="跳到主要内容")).to_be_focused()
    press("Enter")
    expect(page.locator("#main")).to_be_focused()

    page.get_by_label("第1行 指标值").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("2000")
    press("Enter")
    expect(page.get_by_label("第2行 指标值")).to_be_focused()
    press("ArrowRight")
    expect(page.get_by_label("第2行 度量单位")).to_be_focused()
    press("ArrowUp")
    expect(page.get_by_label("第1行 度量单位")).to_be_focused()
    press("Tab")
    expect(page.get_by_label("第1行 方向")).to_be_focused()

    page.get_by_label("第2行 更多").focus()
    press("Enter")
    expect(page.get_by_role("button", name="删去这一行").first).to_be_visible()
    press("Escape")
    expect(page.get_by_label("第2行 更多")).to_be_focused()
    press("Enter")
    for _ in range(3):
        press("Tab")
    with forms.saves(clerk):
        press("Enter")
    expect(page.get_by_label("第2行 三级指标")).to_have_value("用水户满意度")
    assert [line.level1 for line in current_form(filing).lines] == ["产出", "满意度"]


def test_without_scripts_a_project_is_filed_and_submitted(person):
    clerk = person("filer", scripts=False)
    page = clerk.page
    forms.begin(clerk, "农村饮水安全巩固提升工程7")
    forms.fill_head(clerk, "1,380.00")
    page.get_by_label("年度 其他资金", exact=True).fill("40.00")
    for number, row in enumerate(forms.ROWS, 1):
        if page.get_by_label(f"第{number}行 三级指标", exact=True).count() == 0:
            clerk.button("增加一行").click()
        forms.type_row(clerk, number, row)
    clerk.button("检查并提交").click()
    expect(page.locator("h1")).to_have_text("检查并提交")
    clerk.look("02-confirm-without-scripts")
    clerk.button("确认提交").click()
    expect(page.locator("h1")).to_have_text("报送回执")
    filing = Filing.objects.get(assignment__project__name="农村饮水安全巩固提升工程7")
    assert len(current_form(filing).lines) == len(forms.ROWS)


# ---- the reviewer's keys -----------------------------------------------------------------------
def test_j_and_k_turn_the_queue_but_not_while_one_types(person, world, draft):
    for n in (12, 13):
        makers.submitted(world, draft(n))
    reviewer = person("section_reviewer")
    page = reviewer.page
    reviewer.goto("/2024/reviews/")
    reviewer.link("从第一件开始审").click()
    page.wait_for_url("**/reviews/*-*/")
    first = page.url
    switch = page.locator("[data-keys-toggle]")  # shown by the script that hears the keys
    expect(switch).not_to_have_attribute("hidden", "")
    page.keyboard.press("j")
    expect(page).not_to_have_url(first)
    expect(switch).not_to_have_attribute("hidden", "")
    page.keyboard.press("k")
    expect(page).to_have_url(first)

    page.get_by_label("意见", exact=True).focus()
    page.keyboard.type("jk")
    expect(page.get_by_label("意见", exact=True)).to_have_value("jk")
    assert page.url == first
