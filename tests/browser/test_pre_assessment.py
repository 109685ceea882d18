"""A new 80 万元 project in 尉犁县: assessed, stopped at the gate, let in by a leader, budgeted."""

import re
from decimal import Decimal

import pytest
from django.conf import settings
from playwright.sync_api import expect

from apps.core import clock
from apps.filings.models import Filing, State
from apps.pre_assessment.models import Conclusion
from apps.projects import services as projects
from apps.projects.models import ProjectYear
from apps.workplans import profile_files
from apps.workplans import services as plans
from apps.workplans.models import Assignment
from apps.workplans.services import holidays
from tests.browser.forms import saves
from tests.browser.person import Person
from tests.makers import MONDAY
from tests.processes import until

pytestmark = [pytest.mark.req("Y-36", "Y-37", "Y-38", "Y-39", "U-39", "U-41")]

PROFILE = settings.BASE_DIR / "fixtures" / "profiles" / "yuli-2024.yaml"
NAME = "孔雀河灌区计量设施改造"
TEXT = "灌区三处支渠没有计量设施，年损失水量约四十万方，今年改造三处，次年灌溉季前投用。"
LONG = ("background", "content", "goal", "funding", "purpose", "approach", "procedure", "overall")
PDF = b"%PDF-1.4\n% report"
DIMENSIONS = 5


@pytest.fixture(scope="module", autouse=True)
def project(world):
    """The county's own year, and a project in reserve that no budget has yet."""
    admin = world.people["plan_admin"]
    with clock.at(MONDAY):
        holidays.load_package()
        plan = plans.load_profile(profile=profile_files.read(PROFILE), actor=None)
        plans.publish(plan=plan, actor=admin)
        return projects.create_project(
            actor=admin,
            unit=world.units["water"],
            code="65282324T000000000801",
            name=NAME,
            first_year=2024,
            last_year=2024,
            total_investment=Decimal(800000),
        )


def test_from_the_request_to_the_budget(person, project):
    clerk = person("filer")
    clerk_asks(clerk, project)
    clerk_writes_and_submits(clerk)
    section_passes(person("section_reviewer"))
    scorer = person("performance_reviewer")
    scorer_is_prompted_and_concludes(scorer)
    filing = Filing.objects.get(assignment__project=project)
    assert filing.state == State.APPROVED
    assert Conclusion.objects.get().supported == Decimal(600000)
    clerk_reads_the_conclusion(clerk, filing)

    keeper = person("plan_admin")
    keeper_is_stopped(keeper, project)
    leader = person("leader")
    exception_is_made(scorer, leader, project, "例外审批")
    expect(leader.page.locator("main")).to_contain_text("绩效目标：现在不能列入2024年度预算")
    exception_is_made(scorer, leader, project, "没有定稿目标的例外")
    expect(leader.page.locator("main")).not_to_contain_text("不予安排")
    keeper_confirms(keeper, project)
    owed = Assignment.objects.filter(project=project, task__kind="targets.project")
    until(owed.exists, 60)


def clerk_asks(clerk: Person, project) -> None:
    page = clerk.page
    clerk.goto(f"/2024/projects/{project.public_id}/edit/")
    expect(page.locator("main")).to_contain_text("现在不能列入2024年度预算")
    clerk.look("20-edit-barred")
    clerk.link("看预算门槛").click()
    expect(page.locator("main")).to_contain_text("新增项目没有做事前绩效评估")
    expect(page.locator("main")).to_contain_text("没有绩效目标。由单位申请填报绩效目标")
    page.locator("#gate").get_by_text("为什么").first.click()
    clerk.look("20-gate")
    clerk.look_on_phone("20-gate")
    page.keyboard.press("Escape")
    clerk.button("申请事前绩效评估").click()
    expect(page.locator("h1")).to_have_text(NAME)


def clerk_writes_and_submits(clerk: Person) -> None:
    page = clerk.page
    with saves(clerk):
        for name in LONG:
            page.locator(f"textarea[name={name}]").fill(TEXT)
        page.get_by_label("申请预算年度").select_option("2024")
    expect(page.locator("#findings")).to_contain_text("没有选评估方法")
    clerk.look("20-report-blocked")
    page.get_by_label("评估组织方式").select_option("部门自评估")
    for label in ("申请财政资金", "其中：县本级投资"):
        page.get_by_label(label, exact=True).fill("80")
    for label in ("成本效益分析法", "比较法"):
        page.get_by_label(label, exact=True).check()
    page.get_by_label("第1行 级次").select_option("县")
    page.get_by_label("第1行 文件或会议").fill("县政府常务会议")
    page.get_by_label("第1行 怎样相符").fill("会议定今年改造三处计量设施")
    for number in range(DIMENSIONS):
        page.locator(f"[name=dimension-{number}-statement]").fill("必要，依据充分。")
        page.locator(f"[name=dimension-{number}-evidence]").fill("可行性研究报告")
        for n in range(2):
            page.locator(f"[name=point-{number}-{n}-points]").fill("9")
    expect(page.locator("td[data-total=points]")).to_have_text("90")
    with saves(clerk):
        page.locator("[name=point-4-1-points]").press("Tab")
    page.locator("[id='c-slot.report'] input[type=file]").set_input_files(
        {"name": "评估报告.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    page.locator("[id='c-slot.report']").get_by_role("button", name="上传").click()
    expect(page.locator("[id='c-slot.report']")).to_contain_text("评估报告.pdf")
    clerk.look("20-report")
    clerk.look_on_phone("20-report")
    clerk.button("检查并提交").click()
    expect(page.locator("h1")).to_have_text("检查并提交")
    clerk.button("确认提交").click()
    expect(page.locator("h1")).to_have_text("报送回执")


def section_passes(reviewer: Person) -> None:
    page = reviewer.page
    reviewer.goto("/2024/reviews/")
    page.get_by_role("link", name=NAME, exact=True).click()
    for group in page.get_by_role("radiogroup").all():
        group.get_by_text("合格", exact=True).click()
    reviewer.look("20-first-review")
    page.get_by_role("button", name=re.compile("^通过")).click()
    expect(page.locator("#notices")).to_contain_text("已通过，转绩效科审核打分")


def scorer_is_prompted_and_concludes(scorer: Person) -> None:
    page = scorer.page
    scorer.goto("/2024/reviews/")
    page.get_by_role("link", name=NAME, exact=True).click()
    for group in page.get_by_role("radiogroup").all():
        group.get_by_text("中", exact=True).click()
    for cell in page.locator(".jx-points").all():
        cell.fill("7")
    expect(page.locator("[data-score-total]")).to_have_text("70.00")
    with scorer.refusals(409):
        page.get_by_role("button", name=re.compile("^通过")).click()
        expect(page.get_by_role("alert")).to_contain_text("还没有下评估结论")
    scorer.button("存下待办").click()
    expect(page.locator("[data-review-state]")).to_contain_text("已存")
    scorer.look("20-review")
    scorer.link("去下评估结论").click()
    expect(page.locator("#third-party")).to_contain_text("县本级投资80.00万元，达到50.00万元")
    scorer.look("20-decision")
    third = page.locator("#third-party")
    third.get_by_text("做", exact=True).click()
    third.get_by_label("理由").fill("投资较大，单价要再核")
    third.get_by_label("第三方机构").fill("新绩咨询事务所")
    third.get_by_role("button", name="登记决定").click()
    expect(third).to_contain_text("还没有登记")
    third.get_by_text("部分支持", exact=True).click()
    third.get_by_label("建议金额").fill("60")
    third.get_by_label("再评估意见").fill("计量设备单价高于同类二成。")
    third.get_by_role("button", name="登记再评估结论").click()
    expect(third).to_contain_text("建议60.00万元")
    form = page.locator("form[aria-labelledby=conclude-title]")
    form.get_by_text("部分支持", exact=True).click()
    form.get_by_label("支持金额").fill("60")
    form.get_by_label("理由").fill("设备单价压到同类水平。")
    form.get_by_role("button", name="存结论").click()
    expect(page.locator("#notices")).to_contain_text("结论已存")
    scorer.look("20-decision-concluded")
    scorer.look_on_phone("20-decision")
    scorer.link("回审核页").click()
    expect(page.locator("main")).to_contain_text("部分支持，支持金额60.00万元")
    scorer.look("20-review-concluded")
    page.get_by_role("button", name=re.compile("^通过")).click()
    expect(page.locator("#notices")).to_contain_text("定稿")


def clerk_reads_the_conclusion(clerk: Person, filing: Filing) -> None:
    clerk.goto(f"/2024/filings/{filing.public_id}/")
    clerk.look("20-filing")
    clerk.link("看结论").click()
    expect(clerk.page.locator("main")).to_contain_text("设备单价压到同类水平")
    clerk.look("20-decision-unit")
    clerk.goto(f"/2024/assessments/{filing.public_id}/")
    clerk.look("20-report-final")


def keeper_is_stopped(keeper: Person, project) -> None:
    page = keeper.page
    keeper.goto(f"/2024/projects/{project.public_id}/edit/")
    page.get_by_label("项目属性").select_option(label="新增项目")
    with keeper.refusals(422):
        keeper.button("确认列入").click()
        expect(page.get_by_role("heading", name="还不能提交")).to_be_visible()
    expect(page.locator("main")).to_contain_text("评估结论为“部分支持”，支持金额60.00万元")
    expect(page.get_by_label("项目属性")).to_have_value("new")
    keeper.look("20-edit-refused")
    assert not ProjectYear.objects.filter(project=project).exists()


def exception_is_made(scorer: Person, leader: Person, project, kind: str) -> None:
    page = scorer.page
    scorer.goto(f"/2024/projects/{project.public_id}/gate/")
    page.get_by_label("类别").select_option(label=kind)
    page.get_by_label("准予列入金额").fill("60")
    page.get_by_label("理由").fill("灌溉季前必须投用")
    page.get_by_label("批准文件或会议").fill("县政府常务会议纪要〔2024〕5号")
    scorer.look("20-gate-exception")
    scorer.button("提出例外").click()
    expect(page.locator("main")).to_contain_text("待财政负责人决定")
    page = leader.page
    leader.link("事前评估").click()
    expect(page.locator("h1")).to_have_text("2024年度事前绩效评估")
    leader.look("20-register")
    leader.look_on_phone("20-register")
    leader.link("去决定").click()
    page.get_by_text("同意", exact=True).click()
    leader.look("20-gate-decide")
    leader.button("作出决定").click()
    expect(page.locator("main")).to_contain_text("可以列入2024年度预算")
    leader.look("20-gate-open")


def keeper_confirms(keeper: Person, project) -> None:
    page = keeper.page
    keeper.goto(f"/2024/projects/{project.public_id}/edit/")
    page.get_by_label("项目属性").select_option(label="新增项目")
    keeper.button("确认列入").click()
    expect(page.locator("main")).to_contain_text("年初预算")
    for amount in ("initial", "adjusted"):
        page.locator(f"[name=fiscal-county-{amount}]").fill("60")
    keeper.button("保存资金").click()
    assert ProjectYear.objects.get(project=project).attribute == "new"
    keeper.goto(f"/2024/projects/{project.public_id}/")
    keeper.look("20-project")
