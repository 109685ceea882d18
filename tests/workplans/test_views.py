"""The plan's pages and routes: who sees what, and the extension form."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from apps.audit.models import Entry
from apps.core import clock
from apps.organizations.models import Membership, User
from apps.workplans import profile_files, services
from apps.workplans.models import Assignment, Extension, OfflineReceipt, Plan, PlanTask
from tests.personas import World, client_of
from tests.workplans.conftest import make_window, run_jobs

FILE = settings.BASE_DIR / "fixtures" / "profiles" / "yuli-2024.yaml"


@pytest.fixture
def assigned(april: datetime, unit_task: PlanTask) -> PlanTask:
    services.assign(task=unit_task, on=date(2024, 4, 10), actor=None, kinds={"materials"})
    return unit_task


def owed_by(task: PlanTask, code: str) -> Assignment:
    return task.assignments.get(unit__code=code, window__key="2024Q2")


def test_the_plan_page_lists_tasks_by_month(assigned: PlanTask, filer: User) -> None:
    page = client_of(filer).get("/2024/plan/")

    text = page.content.decode()
    assert page.status_code == 200
    assert "任务quarter" in text
    assert "2024年4月" in text
    assert "3月18日 – 4月1日" in text
    assert "<svg" in text


def test_a_year_without_a_plan_says_so(world: World, filer: User) -> None:
    page = client_of(filer).get("/2031/plan/")

    assert page.status_code == 200
    assert "这个年度还没有发布计划" in page.content.decode()


@pytest.mark.trust("B10")
@pytest.mark.parametrize("name", ["task", "settings", "extend"])
def test_a_stranger_finds_nothing(assigned: PlanTask, foreign_filer: User, name: str) -> None:
    owed = owed_by(assigned, "201")
    path = {
        "task": f"/2024/plan/{assigned.public_id}/",
        "settings": "/2024/plan/settings/",
        "extend": f"/2024/assignments/{owed.public_id}/extend/",
    }[name]

    assert client_of(foreign_filer).get(path).status_code == 404
    assert client_of(foreign_filer).get(path.replace("2024", "2023", 1)).status_code == 404


@pytest.mark.trust("B01")
def test_a_visitor_is_sent_to_the_log_in(assigned: PlanTask, visitor: Client) -> None:
    for path in ("/2024/plan/", "/2024/plan/deadlines.ics", "/2024/plan/settings/"):
        assert visitor.get(path).status_code == 302


@pytest.mark.trust("B03")
def test_the_task_page_lists_only_what_the_person_sees(
    assigned: PlanTask, filer: User, section_reviewer: User, plan_admin: User
) -> None:
    path = f"/2024/plan/{assigned.public_id}/"

    own = client_of(filer).get(path).content.decode()
    routed = client_of(section_reviewer).get(path).content.decode()
    whole = client_of(plan_admin).get(path).content.decode()

    assert "县水利局" in own
    assert "县交通运输局" not in own
    assert "县水利局" in routed
    assert "县交通运输局" not in routed
    assert "县交通运输局" in whole
    assert "/extend/" in whole
    assert "/extend/" not in own


@pytest.mark.trust("G11")
def test_the_form_extends_one_deadline(assigned: PlanTask, plan_admin: User) -> None:
    owed = owed_by(assigned, "201")
    browser, path = client_of(plan_admin), f"/2024/assignments/{owed.public_id}/extend/"

    assert "7月1日" in browser.get(path).content.decode()
    answer = browser.post(path, {"last_day": "2024-07-08", "reason": "机房停电"})

    assert answer.status_code == 302
    owed.refresh_from_db()
    assert owed.due_at == clock.end_of(date(2024, 7, 8))
    assert Extension.objects.count() == 1
    assert "延期1次" in browser.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"last_day": "2024-06-30", "reason": "停电"}, "应晚于2024年7月1日"),
        ({"last_day": "2024-13-40", "reason": "停电"}, "新截止日"),
        ({"last_day": "2024-07-08", "reason": " "}, "延期理由"),
    ],
)
def test_a_wrong_extension_is_explained_in_the_form(
    assigned: PlanTask, plan_admin: User, data: dict[str, str], says: str
) -> None:
    owed = owed_by(assigned, "201")

    answer = client_of(plan_admin).post(f"/2024/assignments/{owed.public_id}/extend/", data)

    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not Extension.objects.exists()


def test_a_unit_may_not_extend_itself(assigned: PlanTask, filer: User) -> None:
    owed = owed_by(assigned, "201")
    data = {"last_day": "2024-07-08", "reason": "停电"}

    answer = client_of(filer).post(f"/2024/assignments/{owed.public_id}/extend/", data)

    assert answer.status_code == 403
    assert not Extension.objects.exists()


def test_the_calendar_file_is_a_download(assigned: PlanTask, filer: User) -> None:
    answer = client_of(filer).get("/2024/plan/deadlines.ics")

    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="deadlines-2024.ics"'
    assert answer.content.decode().count("BEGIN:VEVENT") == 2


def test_a_deputy_of_two_counties_chooses_the_region(
    assigned: PlanTask, world: World, filer: User
) -> None:
    Membership.objects.create(
        user=filer, role="observer", jurisdiction=world.sibling, starts_on=date(2024, 1, 1)
    )
    Plan.objects.create(
        jurisdiction=world.sibling, fiscal_year=2024, title="奇台县2024年度计划", state="published"
    )

    browser = client_of(filer)

    assert "奇台县2024年度计划" in browser.get("/2024/plan/").content.decode()
    chosen = browser.get("/2024/plan/?region=652823").content.decode()
    assert "<h1>尉犁县2024年度计划" in chosen


def test_pages_of_the_whole_county_plan_stay_within_their_queries(
    april: datetime, world: World, plan_admin: User, django_assert_max_num_queries: Any
) -> None:
    plan = services.load_profile(profile=profile_files.read(FILE), actor=None)
    services.publish(plan=plan, actor=plan_admin)
    browser = client_of(plan_admin)
    task = plan.tasks.get(code="targets.initial")

    for path in ("/2024/plan/", f"/2024/plan/{task.public_id}/", "/2024/plan/settings/"):
        with django_assert_max_num_queries(20):
            page = browser.get(path)
        assert page.status_code == 200
        assert len(page.content) <= 150_000
        assert "style=" not in page.content.decode().split("<main", 1)[1].split("</main>")[0]


def test_a_long_list_is_paged_by_key(
    april: datetime, unit_task: PlanTask, plan_admin: User
) -> None:
    for month in range(1, 13):
        make_window(unit_task, f"m{month}", closes=date(2024, month, 20))
    services.assign(task=unit_task, on=date(2024, 4, 10), actor=None, kinds={"materials"})

    page = client_of(plan_admin).get(f"/2024/plan/{unit_task.public_id}/").content.decode()

    assert page.count("/extend/") == 50
    assert "下一页" in page


# --- publishing and excusing ----------------------------------------------------------------------
@pytest.mark.req("Y-31")
def test_the_plan_administrator_sees_whom_the_plan_reaches_and_publishes_it(
    april: datetime, unit_task: PlanTask, plan_admin: User, filer: User
) -> None:
    Plan.objects.update(state="draft", published_at=None)
    admin = client_of(plan_admin)
    assert 'href="/2024/plan/publish/' in admin.get("/2024/plan/").content.decode()
    page = admin.get("/2024/plan/publish/").content.decode()
    assert "发布后不能撤回" in page
    assert client_of(filer).get("/2024/plan/publish/").status_code == 404  # a draft is not theirs

    assert admin.post("/2024/plan/publish/").status_code == 302
    run_jobs()

    assert Plan.objects.get().state == Plan.State.PUBLISHED
    assert "发布</a>" not in admin.get("/2024/plan/").content.decode()
    assert admin.post("/2024/plan/publish/").status_code == 409
    assert client_of(filer).post("/2024/plan/publish/").status_code == 403


def test_one_assignment_is_excused_with_a_reason(
    assigned: PlanTask, plan_admin: User, filer: User
) -> None:
    owed = owed_by(assigned, "201")
    path = f"/2024/assignments/{owed.public_id}/exempt/"
    assert client_of(filer).get(path).status_code == 403
    admin = client_of(plan_admin)
    assert path in admin.get(f"/2024/plan/{assigned.public_id}/").content.decode()
    assert admin.post(path, {"reason": ""}).status_code == 422
    owed.refresh_from_db()
    assert owed.exempt_reason == ""

    assert admin.post(path, {"reason": "机构撤并"}).status_code == 302

    owed.refresh_from_db()
    assert owed.exempt_reason == "机构撤并"
    assert "已豁免：机构撤并" in admin.get(f"/2024/plan/{assigned.public_id}/").content.decode()

    assert "撤销豁免" in admin.get(path).content.decode()
    assert admin.post(path, {"reason": "并入后仍要报"}).status_code == 302

    owed.refresh_from_db()
    assert owed.exempt_reason == ""
    line = Entry.objects.changes().get(action="workplans.unexempt")
    assert line.data == {"reason": "并入后仍要报", "was": "机构撤并"}


# --- on paper -------------------------------------------------------------------------------------
@pytest.mark.req("U-35")
@pytest.mark.trust("I02")
def test_what_a_classified_unit_hands_in_on_paper_is_registered_and_nothing_of_it_read(
    assigned: PlanTask, world: World, plan_admin: User, filer: User
) -> None:
    secret, admin = world.units["secret"], client_of(plan_admin)
    path = f"/2024/plan/{assigned.public_id}/offline/"
    assert path in admin.get(f"/2024/plan/{assigned.public_id}/").content.decode()
    assert client_of(filer).get(path).status_code == 403
    window = assigned.windows.get(key="2024Q2")
    told = {
        "unit": secret.pk,
        "window": window.pk,
        "received_on": "2024-04-10",
        "number": "密收〔2024〕3号",
        "n_items": 2,
    }

    assert admin.post(path, {**told, "received_on": "2024-04-11"}).status_code == 422  # tomorrow
    assert admin.post(path, {**told, "unit": world.units["water"].pk}).status_code == 422
    assert not OfflineReceipt.objects.exists()
    assert admin.post(path, told).status_code == 302
    assert "已登记过" in admin.post(path, told).content.decode()

    receipt = OfflineReceipt.objects.get()
    assert (receipt.unit, receipt.n_items, receipt.registered_by) == (secret, 2, plan_admin)
    assert "密收〔2024〕3号" in admin.get(path).content.decode()
    line = Entry.objects.changes().get(action="workplans.register_offline")
    assert line.chain.name == f"unit:{world.county.code}/{secret.code}"
