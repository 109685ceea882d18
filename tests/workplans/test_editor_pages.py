"""The plan editor through the browser's requests: a draft from nothing to publication."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from apps.audit.models import Entry
from apps.core import clock
from apps.organizations.models import User
from apps.workplans.models import Notice, Plan, PlanTask, TaskScope, TaskWindow
from apps.workplans.services import editing, reading
from tests.personas import World, client_of
from tests.workplans.conftest import make_project

NOTICE = Path(__file__).parents[1] / "data" / "notices" / "wulatezhongqi-2024.txt"
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("april")]
Made = Callable[..., PlanTask]


@pytest.fixture
def admin(april, plan_admin: User) -> Client:
    return client_of(plan_admin)


@pytest.fixture
def draft(april, world: World, plan_admin: User) -> Plan:
    values = {"year": 2024, "title": "尉犁县2024年度工作计划"}
    return editing.create_plan(jurisdiction=world.county, values=values, actor=plan_admin)


@pytest.fixture
def read(draft: Plan, plan_admin: User) -> Notice:
    return reading.add_notice(
        plan=draft, name="工作要点", text=NOTICE.read_text(encoding="utf-8"), actor=plan_admin
    )


@pytest.fixture
def task(draft: Plan, plan_admin: User) -> PlanTask:
    values = {
        "title": "季度材料",
        "stage": "materials",
        "kind": "materials",
        "subject": "unit",
        "level": "unit",
        "evaluated_year": 2024,
        "responsible": "各单位",
        "clause": "每季度结束次月10日前报送。",
    }
    return editing.add_task(plan=draft, values=values, actor=plan_admin)


def of(plan: Plan, *more: str) -> str:
    return "/".join([f"/2024/plan/edit/{plan.public_id}", *more, ""])


def of_task(task: PlanTask, *more: str) -> str:
    return "/".join([f"/2024/plan/tasks/{task.public_id}", *more, ""])


def text_of(answer: Any) -> str:
    return str(answer.content.decode())


def rows(*lines: dict[str, str], prefix: str = "row", initial: int = 0) -> dict[str, str]:
    """A form set as a browser sends it."""
    body = {f"{prefix}-TOTAL_FORMS": str(len(lines)), f"{prefix}-INITIAL_FORMS": str(initial)}
    for number, line in enumerate(lines):
        body |= {f"{prefix}-{number}-{name}": value for name, value in line.items()}
    return body


# --- beginning --------------------------------------------------------------------------------
def test_a_year_without_a_plan_says_how_to_begin(admin: Client, world: World, filer: User) -> None:
    page = text_of(admin.get("/2024/plan/"))
    assert "这个年度还没有计划。" in page
    assert all(words in page for words in ("读通知", "套用样板", "从上年复制"))
    assert "/2024/plan/new/" not in text_of(client_of(filer).get("/2024/plan/"))


def test_a_plan_begins_empty_as_a_draft_of_its_own_county(admin: Client, world: World) -> None:
    body = {"jurisdiction": "652823", "title": "2024年度计划", "source": "empty"}
    answer = admin.post("/2024/plan/new/", body)
    plan = Plan.objects.get()
    assert answer.url == of(plan)
    assert (plan.state, plan.jurisdiction) == (Plan.State.DRAFT, world.county)
    assert admin.get("/2024/plan/edit/").url == of(plan)


def test_a_sample_brings_its_tasks_into_the_year(admin: Client, world: World) -> None:
    body = {"jurisdiction": "652823", "title": "本县计划", "source": "sample:wulatezhongqi-2024"}
    admin.post("/2024/plan/new/", body)
    plan = Plan.objects.get()
    assert plan.title == "本县计划"
    assert plan.tasks.count() > 10


def test_a_second_plan_of_the_year_is_refused_and_nothing_typed_is_lost(
    admin: Client, draft: Plan
) -> None:
    body = {"jurisdiction": "652823", "title": "另一个计划", "source": "empty"}
    answer = admin.post("/2024/plan/new/", body)
    assert answer.status_code == 422
    assert 'value="另一个计划"' in text_of(answer)
    assert Plan.objects.count() == 1


@pytest.mark.trust("B10")
def test_a_draft_does_not_exist_for_others(
    draft: Plan, task: PlanTask, filer: User, foreign_filer: User
) -> None:
    for person in (filer, foreign_filer):
        client = client_of(person)
        assert client.get(of(draft)).status_code == 404
        assert client.get(of_task(task)).status_code == 404
        assert client.post(of_task(task, "remove")).status_code == 404
    assert PlanTask.objects.count() == 1


# --- the notice -------------------------------------------------------------------------------
def test_a_pasted_notice_becomes_tasks_that_wait(admin: Client, draft: Plan) -> None:
    answer = admin.post(of(draft, "notice"), {"text": NOTICE.read_text(encoding="utf-8")})
    notice = Notice.objects.get()
    assert answer.url == f"{of(draft)}?notice={notice.public_id}"
    assert draft.tasks.filter(check_state=PlanTask.Check.WAITING).count() == draft.tasks.count() > 5
    page = text_of(admin.get(answer.url))
    assert "通知原文" in page
    assert "待核对" in page


def test_an_uploaded_notice_takes_its_name_from_the_file(admin: Client, draft: Plan) -> None:
    file = SimpleUploadedFile("工作要点.txt", NOTICE.read_bytes())
    admin.post(of(draft, "notice"), {"file": file})
    assert Notice.objects.get().name == "工作要点.txt"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"text": ""}, "没有正文，也没有文件。"),
        ({"text": "今天天气很好。"}, ""),
        ({"file": SimpleUploadedFile("通知.txt", b"")}, "空的"),
        ({"file": SimpleUploadedFile("通知.pdf", b"%PDF-1.4\n")}, ".pdf"),
    ],
)
def test_what_is_no_notice_is_refused_with_the_reason(
    admin: Client, draft: Plan, body: dict[str, Any], said: str
) -> None:
    answer = admin.post(of(draft, "notice"), body)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert not Notice.objects.exists()
    assert not draft.tasks.exists()


def test_each_sentence_leads_to_its_task_and_back(admin: Client, draft: Plan, read: Notice) -> None:
    for found in draft.tasks.all():
        page = text_of(admin.get(f"{of(draft)}?task={found.public_id}"))
        assert f'href="?task={found.public_id}"' in page
        assert 'class="jx-mk on"' in page
        assert f'<h2 id="chosen">{found.title}' in page


def test_the_editor_costs_the_same_for_many_tasks(
    admin: Client, draft: Plan, read: Notice, world: World
) -> None:
    make_project(world, 1)
    for asked in ("", "?only=all", "?only=waiting"):
        with CaptureQueriesContext(connection) as queries:
            answer = admin.get(of(draft) + asked)
        asked_for = [query["sql"] for query in queries if "django_session" not in query["sql"]]
        assert len([sql for sql in asked_for if sql.startswith(("SELECT", "("))]) <= 19, asked
        assert len(answer.content) < 150_000


def test_htmx_gets_the_editor_alone(admin: Client, draft: Plan, task: PlanTask) -> None:
    part = text_of(admin.get(of(draft), headers={"HX-Request": "true"}))
    assert part.lstrip().startswith('<div id="editor"')
    assert "<html" not in part


def test_a_leftover_becomes_a_task(admin: Client, draft: Plan, read: Notice) -> None:
    left = read.leftovers[0]
    before = draft.tasks.count()
    admin.post(of(draft, "leftover"), {"notice": str(read.public_id), "start": left["start"]})
    read.refresh_from_db()
    assert draft.tasks.count() == before + 1
    assert left not in read.leftovers


# --- checking ---------------------------------------------------------------------------------
def test_confirming_keeps_the_dates_and_leads_to_the_next(
    admin: Client, draft: Plan, read: Notice
) -> None:
    found = draft.tasks.filter(windows__kind="fixed", windows__closes_at__isnull=False)[0]
    window = found.windows.all()[0]
    body = {"window": window.key, "act": "confirm", "opens": "2024-05-06", "closes": "2024-05-17"}
    answer = admin.post(of_task(found, "check"), body)
    found.refresh_from_db()
    window.refresh_from_db()
    assert found.check_state == PlanTask.Check.CONFIRMED
    assert window.closes_at == clock.end_of(date(2024, 5, 17))
    assert str(found.public_id) not in answer.url


def test_a_wrong_day_keeps_what_was_typed_and_confirms_nothing(
    admin: Client, draft: Plan, read: Notice
) -> None:
    found = draft.tasks.filter(windows__kind="fixed", windows__closes_at__isnull=False)[0]
    window = found.windows.all()[0]
    body = {"window": window.key, "act": "confirm", "opens": "2024-05-17", "closes": "2024-05-06"}
    answer = admin.post(of_task(found, "check"), body)
    page = text_of(answer)
    assert answer.status_code == 422
    assert 'value="2024-05-17"' in page
    assert "jx-field-error" in page
    found.refresh_from_db()
    closes_at = window.closes_at
    window.refresh_from_db()
    assert (found.check_state, window.closes_at) == (PlanTask.Check.WAITING, closes_at)


def test_what_is_no_task_goes_to_the_leftovers(admin: Client, draft: Plan, read: Notice) -> None:
    found = draft.tasks.all()[0]
    before = len(read.leftovers)
    admin.post(of_task(found, "check"), {"act": "dismiss"})
    read.refresh_from_db()
    assert not draft.tasks.filter(pk=found.pk).exists()
    assert len(read.leftovers) == before + 1


# --- tasks and their parts --------------------------------------------------------------------
def test_a_task_is_typed_in_changed_moved_and_removed(admin: Client, draft: Plan) -> None:
    body = {
        "title": "专项培训",
        "stage": "materials",
        "kind": "materials",
        "subject": "unit",
        "level": "unit",
        "evaluated_year": "2024",
        "responsible": "各单位",
        "clause": "年内组织培训。",
        "roll": "keep",
        "requirements": "Y-84、U-40",
    }
    answer = admin.post(of(draft, "task"), body)
    made = draft.tasks.get()
    assert answer.url == of_task(made, "windows")
    assert made.requirements == "Y-84,U-40" or "Y-84" in made.requirements
    admin.post(of_task(made), body | {"title": "专题培训", "accepts_late": "on"})
    made.refresh_from_db()
    assert (made.title, made.accepts_late) == ("专题培训", True)
    second = draft.tasks.get(pk=_add(admin, draft, body, "第二项").pk)
    admin.post(of_task(second, "move"), {"to": "up"})
    assert [one.title for one in draft.tasks.all()] == ["第二项", "专题培训"]
    admin.post(of_task(made, "remove"))
    assert [one.title for one in draft.tasks.all()] == ["第二项"]


def _add(admin: Client, draft: Plan, body: dict[str, str], title: str) -> PlanTask:
    admin.post(of(draft, "task"), body | {"title": title})
    return draft.tasks.get(title=title)


def test_a_fault_stands_at_its_field(admin: Client, task: PlanTask) -> None:
    answer = admin.post(of_task(task), {"title": "", "requirements": "第84条"})
    page = text_of(answer)
    assert answer.status_code == 422
    assert "应像Y-84" in page
    assert 'id="id_title_error"' in page
    task.refresh_from_db()
    assert task.title == "季度材料"


@pytest.mark.req("U-40")
def test_windows_are_added_changed_and_removed(admin: Client, task: PlanTask) -> None:
    body = {"kind": "fixed", "label": "全年", "opens": "2024-01-02", "closes": "2024-12-31"}
    admin.post(
        of_task(task, "windows"), body | {"focus_opens": "2024-07-01", "focus_closes": "2024-07-31"}
    )
    window = task.windows.get()
    assert (window.focus_opens, window.focus_closes) == (date(2024, 7, 1), date(2024, 7, 31))
    admin.post(f"/2024/plan/windows/{window.pk}/", body | {"label": "整年"})
    window.refresh_from_db()
    assert window.label == "整年"
    admin.post(f"/2024/plan/windows/{window.pk}/", {"remove": "1", **body})
    assert not task.windows.exists()


@pytest.mark.req("Y-84")
def test_a_recurring_duty_is_laid_out_over_the_year(admin: Client, task: PlanTask) -> None:
    admin.post(of_task(task, "series"), {"series": "quarterly", "months_after": "1", "day": "10"})
    assert task.windows.count() == 4
    assert all(window.kind == TaskWindow.Kind.RECURRING for window in task.windows.all())


def test_an_event_is_waited_for(admin: Client, draft: Plan, task: PlanTask) -> None:
    admin.post(of(draft, "events"), {"title": "预算批复"})
    event = draft.events.get()
    body = {"kind": "event", "event": event.code, "days_after": "20", "in_working_days": "on"}
    admin.post(of_task(task, "windows"), body)
    window = task.windows.get()
    assert (window.event, window.days_after, window.in_working_days) == (event, 20, True)
    assert window.closes_at is None
    answer = admin.post(f"/2024/plan/events/{event.pk}/", {"title": "预算批复", "remove": "1"})
    assert answer.status_code == 422
    assert draft.events.exists()


def test_conditions_are_kept_and_counted_while_they_are_typed(
    admin: Client, task: PlanTask
) -> None:
    line = {"exclude": "", "condition": "unit_kind=department", "code": "", "reason": ""}
    typed = admin.get(of_task(task, "preview"), rows(line))
    assert "按正在填的条件算" in text_of(typed)
    assert "不属于：单位类型" in text_of(typed)
    assert not task.scopes.exists()
    town = {"exclude": "yes", "condition": "unit=", "code": "205", "reason": "刚成立"}
    admin.post(of_task(task, "lists", "scopes"), rows(line, town))
    kept = set(task.scopes.values_list("is_exclude", "field", "value", "reason"))
    field = TaskScope.Field
    assert kept == {
        (False, field.UNIT_KIND, "department", ""),
        (True, field.UNIT, "205", "刚成立"),
    }
    page = text_of(admin.get(f"/2024/plan/{task.public_id}/reach/?list=outside"))
    assert "县交通运输局" in page
    assert "刚成立" in page
    assert "涉密单位甲" not in page


def test_a_condition_without_its_code_is_named_by_its_line(admin: Client, task: PlanTask) -> None:
    line = {"exclude": "", "condition": "unit=", "code": "", "reason": "某单位"}
    answer = admin.post(of_task(task, "lists", "scopes"), rows(line))
    assert answer.status_code == 422
    assert "没有填编码。" in text_of(answer)
    assert 'value="某单位"' in text_of(answer)
    assert not task.scopes.exists()


def test_steps_keep_their_order_and_their_sheet(admin: Client, draft: Plan, task: PlanTask) -> None:
    item = {"group": "完整性", "name": "完整", "prompt": "是否完整", "points": "100"}
    body = {"title": "复核表", "mode": "points", "clause": "附件", "pass_mark": "60"}
    body |= rows(item, prefix="item") | rows(prefix="band")
    assert admin.post(of(draft, "sheets"), body).status_code == 302
    sheet = draft.sheets.get()
    assert sheet.bands.all()[0].floor == 60
    first = {"title": "初审", "place": "routed", "role": "section_reviewer", "ORDER": "2"}
    scored = {"title": "打分", "place": "performance", "role": "performance_reviewer"}
    admin.post(
        of_task(task, "lists", "steps"), rows(first, scored | {"sheet": sheet.code, "ORDER": "1"})
    )
    kept = [(step.title, step.sheet) for step in task.steps.all()]
    assert kept == [("打分", sheet), ("初审", None)]
    answer = admin.post(f"/2024/plan/sheets/{sheet.pk}/", {"remove": "1"})
    assert answer.status_code in (409, 422)
    assert draft.sheets.exists()


@pytest.mark.parametrize(
    ("matter", "line", "kept"),
    [
        ("slots", {"title": "汇总表", "required": "on", "code": ""}, ("汇总表", True)),
        ("facts", {"title": "培训场次", "unit": "场", "code": ""}, ("培训场次", False)),
    ],
)
def test_files_and_numbers_are_asked_for(
    admin: Client, task: PlanTask, matter: str, line: dict[str, str], kept: tuple[str, bool]
) -> None:
    admin.post(of_task(task, "lists", matter), rows(line, {"title": "", "code": ""}))
    one = getattr(task, matter).get()
    assert (one.title, one.is_required) == kept
    gone = line | {"code": one.code, "DELETE": "on"}
    admin.post(of_task(task, "lists", matter), rows(gone, initial=1))
    assert not getattr(task, matter).exists()


def test_reminders_of_a_task_replace_the_plans(admin: Client, draft: Plan, task: PlanTask) -> None:
    assert draft.reminders.filter(task=None).exists()
    line = {"about": "due", "side": "before", "days": "3", "in_working_days": "yes"}
    admin.post(of_task(task, "lists", "reminders"), rows(line | {"audience": "person"}))
    assert list(task.reminders.values_list("days", flat=True)) == [-3]
    assert "前3个工作日" in text_of(admin.get(f"{of(draft)}?task={task.public_id}"))


def test_weights_must_sum_to_a_hundred(admin: Client, draft: Plan) -> None:
    line = {"title": "一般", "execution": "10", "output": "50", "benefit": "30"}
    line |= {"satisfaction": "9", "on_departure": "block", "clause": "财预〔2020〕10号"}
    line |= {"required_levels": "产出"}
    answer = admin.post(of(draft, "lists", "weights"), rows(line))
    assert answer.status_code == 422
    assert "99" in text_of(answer)
    assert not draft.weight_templates.exists()
    assert admin.post(of(draft, "lists", "weights"), rows(line | {"satisfaction": "10"})).url


# --- library ----------------------------------------------------------------------------------
@pytest.mark.req("U-02")
def test_a_task_stands_on_documents_of_the_library(
    admin: Client, draft: Plan, task: PlanTask
) -> None:
    admin.post("/2024/plan/basis/", {"title": "预算法实施条例", "number": "国令第729号"})
    document = task.plan.jurisdiction.basis_documents.get()
    admin.post(of_task(task, "basis"), {"codes": document.code})
    assert list(task.basis.all()) == [document]
    answer = admin.post(f"/2024/plan/basis/{document.public_id}/", {"title": "x", "remove": "1"})
    assert answer.status_code == 422
    assert "国令第729号" in text_of(admin.get("/2024/plan/basis/"))


def test_a_parameter_is_added_decided_by_its_type_and_taken_back(
    admin: Client, draft: Plan
) -> None:
    body = {"code": "share", "title": "抽审比例", "value_type": "percent", "clause": "不低于20%。"}
    admin.post(of(draft, "settings", "new"), body | {"note": "本县定"})
    found = draft.settings.get()
    assert not found.is_filled
    assert "待本地确认" in text_of(admin.get(of(draft, "settings")))
    address = f"/2024/plan/settings/{found.pk}/"
    answer = admin.post(address, {"value": "120"})
    assert answer.status_code == 422
    found.refresh_from_db()
    assert not found.is_filled
    admin.post(address, {"value": "20"})
    found.refresh_from_db()
    assert (found.value, found.is_filled) == ("20", True)
    admin.post(address, {"value": ""})
    found.refresh_from_db()
    assert not found.is_filled


def test_every_write_stands_in_the_trail(admin: Client, draft: Plan, task: PlanTask) -> None:
    body = {"kind": "fixed", "opens": "2024-05-06", "closes": "2024-05-17"}
    admin.post(of_task(task, "windows"), body)
    admin.post(of(draft, "head"), {"title": "改名"})
    acts = set(Entry.objects.values_list("action", flat=True))
    assert {"workplans.add_task", "workplans.add_window", "workplans.edit_plan"} <= acts
