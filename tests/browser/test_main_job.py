"""Three people at three browsers: a unit files, the bureau returns, scores and approves.

The targets are those of a published table (SE11, 中江县水利局 2022) that its weights keep from
passing: they fill all hundred points and leave none to the execution rate.
"""

import re
import subprocess
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import expect

from apps.filings.models import Filing, ReturnItem, State
from tests import makers
from tests.browser import forms
from tests.browser.person import Person
from tests.browser.published import published_project

pytestmark = [pytest.mark.req("Y-46", "Y-47", "Q-14", "B-13", "U-09")]

CORRECTED = ["8", "8", "10", "8", "8", "8", "15", "15", "10"]
PROJECT = "小型水库水标尺制作安装项目"
SUM_WRONG = "合计100分，应为90分"


@pytest.fixture(scope="module", autouse=True)
def project(world):
    """The published project among the unit's other work."""
    plan = makers.make_plan(world)
    others = [makers.make_project(world, n=n) for n in range(2, 5)]
    made = published_project(world, "SE11", "water", 11)
    makers.assign_all(world, plan)
    for other in others[:2]:
        makers.submitted(world, makers.open_target_filing(world, other))
    return made


def test_the_whole_job(person, project, tmp_path):
    clerk = person("filer")
    clerk_files_and_is_stopped(clerk)
    receipt = clerk_corrects_and_submits(clerk)

    reviewer = person("section_reviewer")
    reviewer_returns(reviewer)
    clerk_answers_and_resubmits(clerk)
    reviewer_passes(reviewer)

    scorer = person("performance_reviewer")
    scorer_approves(scorer)

    filing = Filing.objects.get(assignment__project=project)
    assert filing.state == State.APPROVED
    assert filing.approved_revision.number == 2
    assert filing.approved_revision.receipt_number != receipt
    documents_are_right(clerk, filing, tmp_path)


def clerk_files_and_is_stopped(clerk: Person) -> None:
    page = clerk.page
    clerk.look("01-home-clerk")
    clerk.look_on_phone("01-home-clerk")
    forms.begin(clerk, PROJECT)
    with forms.saves(clerk):
        forms.fill_published(clerk, "SE11")
    expect(page.get_by_label("第9行 三级指标")).to_have_value("受益脱贫户满意度")
    expect(page.locator("#c-weights")).to_have_text("100")
    expect(page.locator("#findings")).to_contain_text(SUM_WRONG)
    clerk.look("02-targets-blocked")
    clerk.button("检查并提交").click()
    expect(page.locator("h1")).to_have_text("检查并提交")
    expect(page.locator("#findings")).to_contain_text("财预〔2020〕10号")
    expect(clerk.button("确认提交")).to_have_count(0)
    clerk.look("02-confirm-blocked")
    clerk.link("返回修改").click()


def clerk_corrects_and_submits(clerk: Person) -> str:
    page = clerk.page
    page.locator("#findings").get_by_role("link", name="四、权重合计").first.click()
    forms.set_column(clerk, "权重", CORRECTED)
    expect(page.locator("[data-total-words]")).to_contain_text("正好90分")
    clerk.button("检查并提交").click()
    expect(page.locator("h1")).to_have_text("检查并提交")
    clerk.look("02-confirm")
    clerk.button("确认提交").click()
    expect(page.locator("h1")).to_have_text("报送回执")
    expect(page.locator("main")).to_contain_text("现存内容与回执一致")
    clerk.look("02-receipt")
    return page.locator(".jx-receipt dd").first.inner_text()


def reviewer_returns(reviewer: Person) -> None:
    page = reviewer.page
    reviewer.look("03-home-reviewer")
    reviewer.link("审核").click()
    expect(page.locator("h1")).to_have_text("待我审")
    reviewer.look("03-queue")
    page.get_by_role("link", name=PROJECT, exact=True).click()
    expect(page.locator("main")).to_contain_text("首次报送")
    row = page.get_by_role("row").filter(has_text="受益脱贫户满意度")
    row.get_by_text("写意见").click()
    row.get_by_role("textbox").fill("写明抽样户数，指标值不低于2023年的96%。")
    row.get_by_role("button", name="写上").click()
    expect(page.locator("[data-items]")).to_contain_text("写明抽样户数")
    page.get_by_label("重报截止").fill("2024-04-18")
    reviewer.look("03-review-first")
    page.get_by_role("button", name=re.compile("退回 ?1 ?条")).click()
    expect(page.locator("h1")).not_to_have_text(PROJECT)
    item = ReturnItem.objects.get()
    assert item.message == "写明抽样户数，指标值不低于2023年的96%。"


def clerk_answers_and_resubmits(clerk: Person) -> None:
    page = clerk.page
    clerk.goto("/2024/")
    banner = page.locator(".jx-banner.zhe")
    expect(banner).to_contain_text("先办这一件")
    expect(banner).to_contain_text("4月18日前重报")
    expect(banner).to_contain_text("写明抽样户数")
    clerk.look("01-home-returned")
    clerk.link("去修改1处").click()
    with forms.saves(clerk):
        page.get_by_label("第9行 三级指标").fill("受益脱贫户满意度（抽样200户）")
        page.get_by_label("第9行 指标值").fill("96")
        page.get_by_label("第9行 指标值").press("Tab")
    clerk.look("02-targets-returned")
    clerk.button("检查并提交").click()
    expect(page.locator("main")).to_contain_text("还没有标为已改的退回意见")
    clerk.link("返回修改").click()
    items = page.locator("#return-items")
    items.get_by_label("答复").fill("已注明抽样200户，指标值调到96%。")
    items.get_by_role("button", name="标为已改").click()
    expect(page.locator("#return-items")).to_contain_text("已改")
    clerk.button("检查并提交").click()
    expect(page.locator("main")).to_contain_text("与第1版有2处不同")
    clerk.button("确认提交").click()
    expect(page.locator("h1")).to_have_text("报送回执")


def reviewer_passes(reviewer: Person) -> None:
    page = reviewer.page
    reviewer.goto("/2024/reviews/")
    page.get_by_role("link", name=PROJECT, exact=True).click()
    expect(page.locator("main")).to_contain_text("与第1版比较")
    row = page.locator("tr.is-changed").filter(has_text="受益脱贫户满意度")
    expect(row.locator("del").first).to_be_visible()
    expect(row.locator("ins").last).to_contain_text("96")
    page.get_by_label("只看改动").check()
    expect(page.locator("tr.is-same:visible")).to_have_count(0)
    page.get_by_label("只看改动").uncheck()
    reviewer.look("03-review-diff")
    page.get_by_role("button", name=re.compile("^通过")).click()
    expect(page.locator("#notices")).to_contain_text("已通过，转绩效科审核打分")


def scorer_approves(scorer: Person) -> None:
    page = scorer.page
    scorer.goto("/2024/reviews/")
    page.get_by_role("link", name=PROJECT, exact=True).click()
    for name in [item[1] for item in makers.ITEMS]:
        group = page.get_by_role("radiogroup", name=f"{name}评级")
        group.get_by_text("优" if name != "指标科学性" else "良").click()
    assert all(cell.input_value() for cell in page.locator(".jx-points").all())
    total = page.locator("[data-score-total]")
    expect(total).to_have_text(re.compile(r"9\d\.\d\d"))
    page.get_by_label("指标科学性得分").fill("12")
    expect(total).to_have_text("92.75")
    scorer.button("存下待办").click()
    expect(page.locator("[data-review-state]")).to_contain_text("已存")
    expect(total).to_have_text("92.75")
    expect(page.locator(".jx-scores tfoot")).to_contain_text("优")
    page.locator(".jx-scores").locator("xpath=..").get_by_text("为什么").click()
    scorer.look("03-review-scored")
    page.keyboard.press("Escape")
    page.get_by_role("button", name=re.compile("^通过")).click()
    expect(page.locator("#notices")).to_contain_text("定稿")


def documents_are_right(clerk: Person, filing: Filing, tmp_path: Path) -> None:
    page = clerk.page
    clerk.goto(f"/2024/targets/{filing.public_id}/")
    expect(page.locator("[data-lock=final]")).to_contain_text("已定稿")
    clerk.look("02-targets-final")
    clerk.link("正式表").click()
    clerk.look("06-document")
    pdf = made_pdf(clerk, tmp_path)
    text = subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], capture_output=True, check=True, text=True
    ).stdout
    receipt = filing.approved_revision.receipt_number
    assert receipt in text
    assert "抽样200户" in re.sub(r"\s", "", text)
    clerk.goto(f"/2024/targets/{filing.public_id}/document/")
    with page.expect_download() as download:
        clerk.link("下载Excel").click()
    download.value.save_as(tmp_path / "form.xlsx")
    book = openpyxl.load_workbook(tmp_path / "form.xlsx")
    cells = {str(cell.value) for row in book.active.iter_rows() for cell in row if cell.value}
    assert any(receipt in cell for cell in cells)
    assert any(PROJECT in cell for cell in cells)


def made_pdf(clerk: Person, tmp_path: Path) -> Path:
    """The PDF that the worker made, downloaded from the page of its job."""
    page = clerk.page
    page.get_by_role("button", name=re.compile("PDF")).click()
    expect(page).to_have_url(re.compile("/jobs/"))
    ready = page.get_by_role("link", name=re.compile("下载"))
    expect(ready.first).to_be_visible(timeout=60_000)
    clerk.look("06-job")
    with page.expect_download() as download:
        ready.first.click()
    target = tmp_path / "form.pdf"
    download.value.save_as(target)
    return target
