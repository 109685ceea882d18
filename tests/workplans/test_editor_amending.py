"""Pages around the editor: publishing with findings, amending, comparing, files."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from apps.core import clock
from apps.organizations.models import User
from apps.workplans import services
from apps.workplans.models import Amendment, Plan, PlanTask
from apps.workplans.services import amending, exporting
from tests.personas import World, client_of
from tests.workplans.conftest import make_plan, make_task, make_window, run_jobs
from tests.workplans.test_editor_pages import of, of_task, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("april")]


@pytest.fixture
def admin(april, plan_admin: User) -> Client:
    return client_of(plan_admin)


@pytest.fixture
def draft(april, world: World) -> Plan:
    plan = make_plan(world, Plan.State.DRAFT)
    task = make_task(plan, "quarter", "unit", section=world.sections["performance"])
    make_window(task, "2024Q2", date(2024, 4, 1), date(2024, 7, 1))
    return plan


@pytest.fixture
def published(draft: Plan, plan_admin: User) -> Plan:
    return services.publish(plan=draft, actor=plan_admin, kinds={"materials"})


def test_what_stands_against_publishing_is_named_and_nothing_is_published(
    admin: Client, draft: Plan
) -> None:
    draft.tasks.update(check_state=PlanTask.Check.WAITING)
    page = text_of(admin.get("/2024/plan/publish/"))
    assert "待核对，先核对原文再发布" in page
    assert "发布（先改1处）" in page
    assert f"task={draft.tasks.get().public_id}" in page
    assert admin.post("/2024/plan/publish/").status_code == 409
    draft.refresh_from_db()
    assert draft.state == Plan.State.DRAFT


def test_a_clean_draft_is_published_and_says_who_sees_it(admin: Client, draft: Plan) -> None:
    page = text_of(admin.get("/2024/plan/publish/"))
    assert "人看得到" in page
    assert admin.post("/2024/plan/publish/").status_code == 302
    run_jobs()
    draft.refresh_from_db()
    assert draft.state == Plan.State.PUBLISHED


def test_the_plan_page_offers_what_the_state_allows(
    admin: Client, published: Plan, filer: User
) -> None:
    page = text_of(admin.get("/2024/plan/"))
    assert "开始修订" in page
    assert "/plan/publish/" not in page
    seen = text_of(client_of(filer).get("/2024/plan/"))
    assert "开始修订" not in seen
    assert "修订记录" in seen
    assert "导出Excel" in seen


def test_a_published_plan_is_not_edited_directly(admin: Client, published: Plan) -> None:
    task = published.tasks.get()
    assert admin.get("/2024/plan/edit/").url.startswith("/2024/plan/")
    assert admin.get(of(published)).status_code == 404
    assert admin.post(of_task(task), {"title": "改"}).status_code == 404
    task.refresh_from_db()
    assert task.title == "任务quarter"


def test_an_amendment_shows_its_changes_asks_why_and_is_kept(
    admin: Client, published: Plan
) -> None:
    address = admin.post("/2024/plan/amend/").url
    copy = Plan.objects.get(amends=published)
    assert address == of(copy)
    assert "接着修订" in text_of(admin.get("/2024/plan/"))
    window = copy.tasks.get().windows.get()
    body = {"window": window.key, "act": "save", "opens": "2024-04-01", "closes": "2024-07-10"}
    admin.post(of_task(copy.tasks.get(), "check"), body)
    page = text_of(admin.get(of(copy, "changes")))
    assert "7月10日" in page
    assert "影响谁" in page
    refused = admin.post(of(copy, "changes"), {"reason": ""})
    assert refused.status_code == 422
    assert not Amendment.objects.exists()
    admin.post(of(copy, "changes"), {"reason": "上级推迟", "document_number": "新财〔2024〕9号"})
    run_jobs()
    made = Amendment.objects.get()
    assert (made.number, made.reason) == (1, "上级推迟")
    assert published.tasks.get().windows.get().closes_at == clock.end_of(date(2024, 7, 10))
    history = text_of(admin.get("/2024/plan/amendments/"))
    assert "第1次修订" in history
    assert "新财〔2024〕9号" in history


def test_an_amendment_is_dropped_without_a_trace_in_the_plan(
    admin: Client, published: Plan
) -> None:
    admin.post("/2024/plan/amend/")
    copy = Plan.objects.get(amends=published)
    admin.post(of(copy, "drop"))
    assert not Plan.objects.filter(amends=published).exists()
    assert published.tasks.count() == 1


def test_a_draft_is_dropped_whole(admin: Client, draft: Plan) -> None:
    assert "1项任务" in text_of(admin.get(of(draft, "drop")))
    admin.post(of(draft, "drop"))
    assert not Plan.objects.exists()


def test_two_plans_are_compared_in_words(admin: Client, published: Plan, plan_admin: User) -> None:
    copy = amending.begin_amendment(plan=published, actor=plan_admin)
    same = text_of(admin.get(f"/2024/plan/compare/{copy.public_id}/"))
    assert "两个计划没有不同。" in same
    copy.tasks.update(title="季度材料")
    assert "季度材料" in text_of(admin.get(f"/2024/plan/compare/{copy.public_id}/"))
    alone = text_of(admin.get(f"/2024/plan/compare/{published.public_id}/"))
    assert "没有可以对照的计划。" in alone


@pytest.mark.parametrize("kind", ["yaml", "xlsx"])
def test_a_plan_leaves_and_comes_in_again_as_a_file(admin: Client, draft: Plan, kind: str) -> None:
    answer = admin.get(f"/2024/plan/export/{draft.public_id}/{kind}/")
    assert answer["Content-Disposition"] == f'attachment; filename="plan-652823-2024.{kind}"'
    before = exporting.profile_of(draft)
    draft.tasks.update(title="改坏了")
    file = SimpleUploadedFile(f"plan.{kind}", answer.content)
    page = text_of(admin.post(of(draft, "import"), {"file": file}))
    assert "任务quarter" in page
    assert draft.tasks.get().title == "改坏了"
    kept = page.split('name="kept" value="')[1].split('"')[0]
    assert admin.post(of(draft, "import"), {"kept": kept}).url == of(draft)
    assert exporting.profile_of(draft) == before


@pytest.mark.trust("D02")
@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("plan.yaml", b"", "空的"),
        ("plan.yaml", b"profile: 1\nplan: [", "YAML"),
        ("plan.xlsx", b"not a workbook", "xlsx"),
        ("plan.docx", b"PK\x03\x04", "只收"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_the_reason(
    admin: Client, draft: Plan, name: str, content: bytes, said: str
) -> None:
    before = exporting.profile_of(draft)
    answer = admin.post(of(draft, "import"), {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert exporting.profile_of(draft) == before


def test_a_stranger_cannot_take_in_what_another_put_aside(admin: Client, draft: Plan) -> None:
    body = {"kept": "00000000-0000-0000-0000-000000000000"}
    answer = admin.post(of(draft, "import"), body)
    assert answer.status_code == 422
    assert "重新上传" in text_of(answer)


def test_next_year_is_copied_from_this(admin: Client, published: Plan) -> None:
    source = f"plan:{published.public_id}"
    page = text_of(admin.get(f"/2025/plan/new/?from={source}"))
    assert f'value="{source}"' in page
    body = {"jurisdiction": "652823", "title": "2025年度计划", "source": source}
    admin.post("/2025/plan/new/", body)
    copy = Plan.objects.get(fiscal_year=2025)
    assert copy.title == "2025年度计划"
    assert copy.tasks.get().windows.get().closes_at == clock.end_of(date(2025, 7, 1))


def test_an_open_parameter_of_a_published_plan_is_decided_once(
    admin: Client, draft: Plan, plan_admin: User
) -> None:
    found = draft.settings.create(code="share", title="抽审比例", clause="第三条", note="本县定")
    services.publish(plan=draft, actor=plan_admin, kinds={"materials"})
    address = f"/2024/plan/settings/{found.pk}/"
    assert "填值" in text_of(admin.get("/2024/plan/settings/"))
    assert "计划已发布" in text_of(admin.get(address))
    admin.post(address, {"value": "20"})
    found.refresh_from_db()
    assert found.value == "20"
    assert admin.post(address, {"value": "30"}).status_code == 404
    assert admin.get(f"{address}facts/").status_code == 404
