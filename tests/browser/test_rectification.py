"""A problem from its opening to its proof, and the ledger that shows it."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import expect

from apps.core import clock
from apps.rectification.models import Problem
from tests import makers
from tests.makers import MONDAY
from tests.rectification.acting import answered, closed, opened, settle_decisions


@pytest.fixture(scope="module", autouse=True)
def found(world) -> None:
    """Three problems of 水利局: one late, one answered, one closed."""
    settle_decisions(makers.make_plan(world))
    project = makers.make_project(world, n=1)
    with clock.at(MONDAY):
        opened(world, title="五月监控不合格", source="monitoring", project=project)
        opened(world, due_on=date(2024, 4, 9), title="项目进度滞后", severity="serious")
        answered(world, opened(world, title="采购程序不全", source="supervision"))
        closed(world, opened(world, title="绩效目标未公开", source="review"))


@pytest.mark.req("Y-25", "Y-105")
def test_a_problem_is_opened_answered_and_closed(person, tmp_path):
    bureau = person("performance_reviewer")
    bureau.goto("/2024/problems/")
    bureau.look("22-problems")
    bureau.link("登记问题").click()
    bureau.look("22-problem-new")
    page = bureau.page
    page.get_by_label("责任单位").select_option(label="县水利局")
    page.locator("#id_project").fill("农村饮水安全巩固提升工程1")
    page.get_by_label("来源").select_option("audit")
    page.get_by_label("问题", exact=True).fill("项目资金滞留")
    page.get_by_label("问题内容").fill("120万元滞留超过一年")
    bureau.button("登记并下达").click()
    expect(page.locator("h1")).to_have_text("项目资金滞留")
    bureau.look("22-problem-bureau")
    here = f"/2024/problems/{Problem.objects.get(title='项目资金滞留').public_id}/"

    clerk = person("filer")
    clerk.goto("/2024/")
    clerk.look("22-home")
    clerk.goto(here)
    proof = tmp_path / "拨付凭证.pdf"
    proof.write_bytes(b"%PDF-1.4\n% paid")
    clerk.page.locator("#proof-file").set_input_files(proof)
    clerk.button("上传").click()
    expect(clerk.page.locator("#problem")).to_contain_text("拨付凭证.pdf")
    clerk.page.get_by_label("整改措施和结果").fill("已于4月9日全部拨付")
    clerk.look("22-problem-unit")
    clerk.button("答复").click()
    expect(clerk.page.locator("#problem .jx-head")).to_contain_text("待复核")

    bureau.goto(here)
    page.get_by_label("复核意见").fill("凭证属实")
    bureau.look("22-problem-recheck")
    bureau.button("复核销号").click()
    expect(page.locator("#problem .jx-head")).to_contain_text("已销号")
    bureau.look("22-problem-closed")


@pytest.mark.req("Q-20", "Y-17")
def test_a_payment_is_held_by_two_persons_and_the_unit_sees_it(person):
    bureau, officer, clerk = (
        person(who) for who in ("performance_reviewer", "budget_officer", "filer")
    )
    bureau.goto(f"/2024/problems/{Problem.objects.get(title='五月监控不合格').public_id}/")
    bureau.link("提出资金处置").click()
    page = bureau.page
    page.get_by_label("处置", exact=True).select_option("暂缓拨付")
    page.get_by_label("原因").select_option("执行偏离")
    page.get_by_label("金额（元）").fill("200000")
    page.get_by_label("执行日期").fill("2024-04-10")
    page.get_by_label("理由").fill("进度滞后，资金闲置超过两个月")
    bureau.look("23-propose")
    with bureau.refusals(422):
        bureau.button("提出").click()
        expect(page.locator("#propose")).to_contain_text("解除条件")
    page.get_by_label("解除条件").fill("八月节点合格")
    bureau.button("提出").click()
    expect(page.locator("#decision .jx-head")).to_contain_text("待批准")

    officer.goto("/2024/payment-decisions/")
    officer.look("23-decisions")
    officer.page.locator("#decisions tbody a").click()
    officer.look("23-decision")
    officer.button("批准").click()
    expect(officer.page.locator("#decision .jx-head")).to_contain_text("已批准")

    clerk.goto("/2024/payment-decisions/")
    clerk.page.locator("#decisions tbody a").click()
    clerk.page.locator("#decision .jx-acts a", has_text="项目档案").click()
    expect(clerk.page.locator("main")).to_contain_text("拨付状态暂缓拨付")
    clerk.look("23-dossier")
