"""What the pages say while a job works on a plan, and when it was refused."""

from __future__ import annotations

from datetime import date

import pytest

from apps.core import clock
from apps.jobs.models import Job
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import services
from apps.workplans.models import Plan
from apps.workplans.services import fingerprints, holidays
from tests.personas import World, client_of
from tests.workplans.conftest import run_jobs
from tests.workplans.test_works import ended, make_copy, make_draft

pytestmark = pytest.mark.usefixtures("april")


@pytest.fixture
def draft(april, world: World) -> Plan:
    return make_draft(world)


def test_the_pages_say_that_it_is_under_way_and_lead_to_the_plan(
    draft: Plan, plan_admin: User, filer: User
) -> None:
    browser = client_of(plan_admin)
    seen = fingerprints.of_plan(draft)
    assert f'name="seen" value="{seen}"' in browser.get("/2024/plan/publish/").text
    address = browser.post("/2024/plan/publish/", {"seen": seen}).url

    for page in (address, f"/2024/plan/edit/{draft.public_id}/", "/2024/plan/"):
        shown = browser.get(page).text
        assert "发布“尉犁县2024年度计划”" in shown
        assert "/2024/plan/work/" in shown
        assert ">发布</a>" not in shown
    assert browser.get("/2024/plan/publish/").url.startswith("/2024/plan/?region=")
    task = draft.tasks.get(code="goal")
    refused = browser.post(f"/2024/plan/tasks/{task.public_id}/remove/")
    assert "办完再改" in refused.text
    part = browser.get(work_url(address), headers={"HX-Request": "true"})
    assert part.text.strip().startswith("<section")
    assert browser.get(work_url(address)).status_code == 302

    run_jobs()

    over = browser.get(work_url(address), headers={"HX-Request": "true"})
    assert over.headers["HX-Redirect"] == address
    shown = browser.get(address).text
    assert "计划已发布，派发5件" in shown
    assert "开始修订" in shown
    assert "计划已发布，派发5件" not in browser.get("/2024/plan/?job=x").text
    assert client_of(filer).get(work_url(address)).status_code == 403


def work_url(address: str) -> str:
    return address.replace("/plan/", "/plan/work/")


def test_a_working_copy_leads_to_the_plan_while_it_is_applied(
    draft: Plan, plan_admin: User
) -> None:
    copy = make_copy(services.publish(plan=draft, actor=plan_admin), plan_admin)
    browser, page = client_of(plan_admin), f"/2024/plan/edit/{copy.public_id}/changes/"
    answer = browser.post(page, {"reason": "上级推迟"})
    assert answer.status_code == 302
    assert browser.get(page).url.startswith("/2024/plan/?region=")
    assert "修订“尉犁县2024年度计划”" in browser.get(f"/2024/plan/edit/{copy.public_id}/").text
    run_jobs()
    assert "第1次修订已生效" in browser.get(answer.url).text


def test_a_refusal_stays_on_the_page_until_it_was_looked_at(draft: Plan, plan_admin: User) -> None:
    job = services.start_publishing(plan=draft, actor=plan_admin)
    draft.tasks.update(title="改过")
    ended(job)
    browser = client_of(plan_admin)
    assert "没有办。看过现在的内容再办" in browser.get("/2024/plan/").text
    browser.post(f"/jobs/{job.public_id}/seen/")
    assert "没有办。看过现在的内容再办" not in browser.get("/2024/plan/").text


def test_the_calendar_is_not_changed_while_a_plan_is_worked_on(
    draft: Plan, plan_admin: User
) -> None:
    holidays.load_package()
    job = services.start_publishing(plan=draft, actor=plan_admin)
    Job.objects.update(state=Job.State.RUNNING, heartbeat_at=clock.now())
    day = {"on": date(2024, 7, 1), "is_workday": False, "name": "", "source": "县里通知"}
    with pytest.raises(RuleError, match=r"正在发布.*办完再改节假日"):
        services.set_day(actor=plan_admin, **day)  # type: ignore[arg-type]
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED)
    assert services.set_day(actor=plan_admin, **day).pk  # type: ignore[arg-type]
