"""Every page that the people of a bureau reach: accessible, quiet, and there to be looked at."""

from datetime import date
from urllib.parse import quote

import pytest
from playwright.sync_api import expect

from apps.core import clock
from apps.filings import services
from apps.filings.models import Filing
from apps.indicators import library_file
from apps.indicators import services as indicators
from apps.projects.models import Project
from apps.workplans.models import Assignment, PlanTask
from tests import makers
from tests.browser.published import other_tasks
from tests.indicators.conftest import SHIPPED
from tests.makers import MONDAY
from tests.projects import lists

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@pytest.fixture(scope="module", autouse=True)
def filings(world) -> dict[str, Filing]:
    """One filing in each state, and tasks before and after their time."""
    plan = makers.make_plan(world)
    with clock.at(MONDAY):
        indicators.load(actor=None, documents=library_file.read_all(SHIPPED))
    other_tasks(world, plan)
    found = {}
    for n, state in enumerate(("draft", "submitted", "returned", "approved", "todo"), 1):
        project = makers.make_project(world, n=n)
        makers.assign_all(world, plan)
        if state != "todo":
            found[state] = makers.open_target_filing(world, project)
            bring(world, found[state], state)
    with clock.at(MONDAY):
        found["closed"] = Filing.objects.get(assignment__task__code="late")
    return found


def bring(world, filing: Filing, state: str) -> None:
    """The filing taken to a state by its people."""
    if state == "draft":
        makers.saved(world, filing)
        return
    makers.submitted(world, filing)
    reviewer, scorer = world.people["section_reviewer"], world.people["performance_reviewer"]
    with clock.at(MONDAY):
        if state == "returned":
            key = filing.revisions.get().target_sheet.targets.first().key
            items = [services.Wanted(f"indicator:{key}.value", "不低于2023年完成数1,860块。")]
            services.send_back(
                filing=filing, actor=reviewer, opinion="", items=items, due_on=date(2024, 4, 17)
            )
        if state == "approved":
            services.pass_on(filing=filing, actor=reviewer, opinion="合理。", marks=[])
            filing.refresh_from_db()
            services.pass_on(
                filing=filing, actor=scorer, opinion="", marks=makers.full_marks(filing)
            )


def tour(someone, pages: dict[str, str]) -> None:
    """Each page answers and is looked at."""
    for name, path in pages.items():
        someone.goto(path)
        expect(someone.page.locator("h1")).to_have_count(1)
        someone.look(name)


def test_the_entrance(person):
    visitor = person("filer", logged_in=False)
    visitor.goto("/login/")
    visitor.look("10-login")
    visitor.look_on_phone("10-login")
    visitor.page.get_by_label("账号").fill("filer")
    visitor.page.get_by_label("密码").fill("wrong")
    with visitor.refusals(422):
        visitor.button("登录").click()
        expect(visitor.page.locator(".jx-field-error")).to_be_visible()
    visitor.look("10-login-refused")


def test_the_filers_pages(person, world, filings):
    clerk = person("filer")
    unit, project = world.units["water"], filings["approved"].assignment.project
    draft = filings["draft"]
    tour(
        clerk,
        {
            "01-home": "/2024/",
            "01-home-empty-tab": "/2024/?state=draft",
            "01-list": "/2024/filings/",
            "01-messages": "/messages/",
            "01-search": f"/2024/search/?q={quote('饮水')}",
            "02-detail-returned": f"/2024/filings/{filings['returned'].public_id}/",
            "02-detail-approved": f"/2024/filings/{filings['approved'].public_id}/",
            "02-withdraw": f"/2024/filings/{filings['submitted'].public_id}/withdraw/",
            "02-targets": f"/2024/targets/{draft.public_id}/",
            "02-excel": f"/2024/targets/{draft.public_id}/excel/",
            "02-pick": f"/2024/indicators/pick/?sheet={draft.public_id}",
            "06-projects": "/2024/projects/",
            "06-project": f"/2024/projects/{project.public_id}/",
            "06-unit": f"/2024/units/{unit.public_id}/",
            "06-indicators": "/2024/indicators/",
            "04-plan": "/2024/plan/",
            "06-jobs": "/jobs/",
            "10-account": "/account/",
            "10-password": "/account/password/",
            "10-tokens": "/account/tokens/",
        },
    )


@pytest.mark.req("B-13")
def test_the_four_locks_each_say_what_to_do(person, filings):
    clerk = person("filer")
    page = clerk.page
    clerk.goto("/2024/?state=locked")
    row = page.get_by_role("row").filter(has_text="半年绩效管理材料")
    expect(row).to_contain_text("未到填报期")
    expect(row).to_contain_text("7月1日开放")
    clerk.look("11-lock-not-yet")
    for name, path, words in (
        ("closed", f"/2024/materials/{filings['closed'].public_id}/", "申请延期"),
        ("in_review", f"/2024/targets/{filings['submitted'].public_id}/", "申请撤回"),
        ("final", f"/2024/targets/{filings['approved'].public_id}/", "申请重新开放"),
    ):
        clerk.goto(path)
        lock = page.locator(f"[data-lock={name}]")
        expect(lock).to_contain_text(words)
        expect(clerk.button("检查并提交")).to_have_count(0)
        clerk.look(f"11-lock-{name}")


def test_a_strangers_page_is_not_there(person, filings):
    stranger = person("stranger")
    stranger.goto(f"/2024/targets/{filings['draft'].public_id}/", status=404)
    stranger.look("11-not-found")
    tour(stranger, {"01-home-nothing-filed": "/2024/", "01-list-empty": "/2024/filings/"})


def test_the_bureaus_pages(person, filings):
    tour(person("performance_reviewer"), {"03-queue-empty": "/2024/reviews/"})
    tour(person("leader"), {"05-home-leader": "/2024/", "06-units": "/2024/units/"})


def test_the_plan_administrators_pages(person, filings):
    admin = person("plan_admin")
    task = PlanTask.objects.get(code="targets.initial")
    project = Project.objects.order_by("code")[0]
    owed = Assignment.objects.filter(task=task).order_by("pk")[0]
    tour(
        admin,
        {
            "04-home-admin": "/2024/",
            "04-task": f"/2024/plan/{task.public_id}/",
            "04-settings": "/2024/plan/settings/",
            "04-extend": f"/2024/assignments/{owed.public_id}/extend/",
            "04-waive": f"/2024/filings/{filings['draft'].public_id}/waive/",
            "04-cancel": f"/2024/filings/{filings['draft'].public_id}/cancel/",
            "04-reopen": f"/2024/filings/{filings['approved'].public_id}/reopen/",
            "06-project-new": "/2024/projects/new/",
            "06-project-edit": f"/2024/projects/{project.public_id}/edit/",
            "06-executions": f"/2024/projects/{project.public_id}/executions/",
            "06-executions-import": "/2024/executions/import/",
        },
    )


def test_the_three_administrators_pages(person, world):
    unit, section = world.units["water"], world.sections["performance"]
    filer = world.people["filer"]
    tour(
        person("sys_admin"),
        {
            "12-units": "/units/",
            "12-unit-new": "/units/new/",
            "12-unit": f"/units/{unit.public_id}/",
            "12-sections": "/sections/",
            "12-section": f"/sections/{section.public_id}/",
            "12-import": "/imports/units/",
            "12-person-new": "/people/new/",
        },
    )
    tour(
        person("sec_admin"),
        {
            "12-people": "/people/",
            "12-person": f"/people/{filer.public_id}/",
            "12-locked": "/people/locked/",
        },
    )
    tour(person("audit_admin"), {"12-audit": "/audit/"})


def send(admin, content: bytes) -> None:
    """Upload a list and wait for its check."""
    file = {"name": "项目清单.xlsx", "mimeType": XLSX, "buffer": content}
    admin.page.locator("#import-file").set_input_files(file)
    admin.button("上传并核对").click()
    expect(admin.page.locator("#import-job")).not_to_contain_text("可以离开本页", timeout=30_000)


def test_a_wrong_list_says_every_cell_and_a_right_one_comes_in(person, world):
    admin = person("plan_admin")
    admin.goto("/2024/projects/import/")
    before = Project.objects.count()
    wrong = (lists.line(901), lists.line(902, unit="999"), lists.line(903, first_year="二〇二四"))
    send(admin, lists.workbook(world, *wrong))
    table = admin.page.get_by_role("table", name="错误清单")
    expect(table).to_contain_text("999")
    expect(table).to_contain_text("二〇二四")
    assert Project.objects.count() == before
    admin.look("06-import-errors")

    send(admin, lists.workbook(world, lists.line(901), lists.line(902)))
    expect(admin.page.locator("#import-job")).to_contain_text("2个")
    admin.look("06-import-checked")
    admin.button("确认导入").click()
    expect(admin.link("看项目清单")).to_be_visible(timeout=30_000)
    assert Project.objects.count() == before + 2
    admin.link("看项目清单").click()
    admin.look("06-projects-admin")
