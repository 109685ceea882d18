"""Where problems come from and where they are seen: sample checks, reminders, lists, pages."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.audit.models import Entry
from apps.core import clock
from apps.filings.models import SampleItem
from apps.filings.selectors.sampling import Scope
from apps.filings.services import sample_checks, sampling
from apps.filings.services.reviewing import Wanted
from apps.jobs.models import Event, Job
from apps.jobs.services import handle_event
from apps.notifications import truth
from apps.notifications.models import Message
from apps.rectification import importing, selectors, services
from apps.rectification.models import Problem, State
from apps.rectification.services import reminders
from apps.rules.sampling import Design, Method
from tests import makers
from tests.makers import MONDAY
from tests.personas import World, client_of
from tests.projects import lists
from tests.rectification.acting import act, answered, closed, found, opened

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


def at(day: int, month: int = 5) -> datetime:
    return datetime(2024, month, day, 9, 0, tzinfo=clock.ZONE)


def handled() -> None:
    while handle_event():
        pass


# --- sample checks ----------------------------------------------------------------------------
@pytest.fixture
def item(world: World) -> SampleItem:
    """A drawn filing in the hands of the performance section."""
    filing = makers.submitted(world, makers.target_filing(world))
    draw = _draw_all(world, filing.assignment.task)
    return draw.items.select_related("draw", "filing", "revision").get()


def _draw_all(world, task):
    prepared = sampling.prepare_sample(
        task=task,
        title="目标抽审",
        design=Design(Method.COUNT, count=1),
        scope=Scope(),
        reason="",
        actor=act(world, "plan_admin"),
    )
    drawn = sampling.draw_sample(draw=prepared, actor=act(world, "performance_reviewer"))
    sample_checks.assign_checkers(
        draw=drawn,
        actor=act(world, "plan_admin"),
        checkers=[act(world, "performance_reviewer")],
    )
    return drawn


def _check(world, item, result, *said):
    sample_checks.record_check(
        item=item,
        actor=act(world, "performance_reviewer"),
        result=result,
        problems=[Wanted("year_goal", text) for text in said],
    )
    handled()


@pytest.mark.req("U-54", "Y-105")
def test_a_faulty_sample_opens_a_problem_of_its_unit(world, item):
    _check(world, item, "faulty", "写明完成年份")
    _check(world, item, "faulty", "写明完成年份")

    problem = Problem.objects.get()
    assert (problem.source, problem.unit, problem.project) == (
        "sample",
        item.filing.unit,
        item.filing.assignment.project,
    )
    assert "写明完成年份" in problem.text
    assert problem.opened_by == world.people["performance_reviewer"]
    assert problem.ref_label == "目标抽审第1件"


def test_a_result_corrected_to_good_takes_back_what_is_not_answered(world, item):
    _check(world, item, "good")
    assert not Problem.objects.exists()
    _check(world, item, "faulty", "写明完成年份")
    _check(world, item, "good")
    assert Problem.objects.get().state == State.WITHDRAWN

    _check(world, item, "faulty", "写明完成年份")
    problem = Problem.objects.get(state=State.OPEN)
    answered(world, problem)
    _check(world, item, "good")
    problem.refresh_from_db()
    assert problem.state == State.ANSWERED


def test_a_long_check_is_a_problem_too_and_says_where_the_rest_is(world, item):
    _check(world, item, "faulty", *(f"第{n}条" + "长" * 490 for n in range(1, 11)))

    problem = Problem.objects.get()
    assert len(problem.text) == 4000
    assert problem.text.endswith("…共10条，见抽审记录。")
    assert not Event.objects.filter(handled_at=None).exists()


def test_a_corrected_check_brings_its_new_text_until_the_unit_answers(world, item):
    _check(world, item, "faulty", "写明完成年份")
    _check(world, item, "faulty", "写明完成地点")

    problem = Problem.objects.get()
    assert "写明完成地点" in problem.text
    assert "写明完成年份" not in problem.text
    assert [step.act for step in problem.steps.all()] == ["open", "amend"]
    assert Message.objects.filter(kind="rectification.amend", recipient=world.people["filer"])
    assert Entry.objects.filter(action="rectification.amend_problem").count() == 1

    answered(world, problem)
    _check(world, item, "faulty", "写明完成单位")
    problem.refresh_from_db()
    assert "写明完成地点" in problem.text


def test_a_result_corrected_to_good_takes_back_the_refusal_too(world, item):
    _check(world, item, "faulty", "写明完成年份")
    problem = Problem.objects.get()
    services.refuse(problem=problem, actor=act(world, "plan_admin"), reason="两次催办不理")
    _check(world, item, "good")

    problem.refresh_from_db()
    assert problem.state == State.WITHDRAWN
    assert not selectors.refused_by(problem.subject, 2024).exists()


def test_of_a_classified_unit_a_sample_leaves_no_problem(world, item):
    item.filing.unit.is_classified = True
    item.filing.unit.save(update_fields=["is_classified"])
    _check(world, item, "faulty", "写明完成年份")

    assert not Problem.objects.exists()
    assert not Event.objects.filter(handled_at=None).exists()


# --- reminders --------------------------------------------------------------------------------
@pytest.fixture
def due(world: World) -> Problem:
    """To be put right until Wednesday, 15 May 2024."""
    makers.make_plan(world)
    return opened(world, due_on=date(2024, 5, 15))


def reminded(kind: str) -> set[str]:
    rows = Message.objects.filter(kind=f"rectification.due_{kind}")
    return set(rows.values_list("recipient__username", flat=True))


@pytest.mark.parametrize(
    ("day", "ahead", "late", "long"),
    [
        (9, set(), set(), set()),
        (10, {"filer", "filer2"}, set(), set()),  # three working days before
        (15, {"filer", "filer2"}, set(), set()),
        (16, set(), {"filer", "filer2", "unit_head"}, set()),
        (21, set(), {"filer", "filer2", "unit_head"}, set()),
        (22, set(), {"filer", "filer2", "unit_head"}, {"section_reviewer"}),  # five after
    ],
)
def test_the_owner_then_the_head_then_the_section_are_reminded(due, day, ahead, late, long):
    on = date(2024, 5, day)
    n_new = reminders.sweep(on=on)

    assert (reminded("ahead"), reminded("late"), reminded("long")) == (ahead, late, long)
    assert n_new == len(ahead) + len(late) + len(long)
    assert reminders.sweep(on=on) == 0


def test_the_owner_by_name_is_reminded_instead_of_the_filers(world, due):
    services.name_owner(problem=due, actor=act(world, "filer"), owner=world.people["filer2"])
    reminders.sweep(on=date(2024, 5, 14))
    assert reminded("ahead") == {"filer2"}


def test_what_is_late_is_told_once_a_week(due):
    assert reminders.sweep(on=date(2024, 5, 16)) == 3
    assert reminders.sweep(on=date(2024, 5, 20)) == 0
    assert reminders.sweep(on=date(2024, 5, 23)) == 4


@pytest.mark.req("U-35")
def test_nobody_is_reminded_of_what_became_classified(world, due):
    due.unit.is_classified = True
    due.unit.save(update_fields=["is_classified"])
    assert reminders.sweep(on=date(2024, 5, 16)) == 0


def test_nobody_is_reminded_of_what_is_answered(world, due):
    answered(world, due)
    with clock.at(at(20)):
        assert services.send_reminders() == 0


@pytest.mark.trust("B13")
def test_a_reminder_that_no_longer_holds_is_not_sent(world, due):
    reminders.sweep(on=date(2024, 5, 14))
    told = list(Message.objects.filter(kind="rectification.due_ahead"))
    assert truth.outdated(told) == set()

    world.people["filer2"].memberships.update(revoked_at=MONDAY)
    gone = {one.pk for one in told if one.recipient == world.people["filer2"]}
    fresh = list(Message.objects.filter(kind="rectification.due_ahead"))
    assert truth.outdated(fresh) == gone
    services.extend(
        problem=due,
        actor=act(world, "plan_admin"),
        reason="雨季",
        due_on=date(2024, 6, 3),
    )
    fresh = list(Message.objects.filter(kind="rectification.due_ahead"))
    assert truth.outdated(fresh) == {one.pk for one in fresh}


@pytest.mark.trust("B13")
def test_what_happened_is_not_mailed_to_who_left_the_unit(world):
    opened(world)
    told = list(Message.objects.filter(kind="rectification.open"))
    assert truth.outdated(told) == set()

    world.people["filer2"].memberships.update(revoked_at=MONDAY)
    fresh = list(Message.objects.filter(kind="rectification.open"))
    gone = {one.pk for one in fresh if one.recipient == world.people["filer2"]}
    assert gone
    assert truth.outdated(fresh) == gone


# --- the list of findings ---------------------------------------------------------------------
LINE = {
    "source": "审计",
    "document": "尉审报〔2024〕3号",
    "number": "1",
    "unit": "201",
    "title": "资金滞留",
    "text": "滞留超过一年",
    "severity": "严重",
    "due_on": date(2024, 6, 28),
}


def book(world: World, *lines: dict[str, object]) -> bytes:
    keys = [column.key for column in importing.columns()]
    rows = [[{**LINE, **line}.get(key, "") for key in keys] for line in lines]
    return importing.template(world.county, 2024, rows)


def checked(world: World, *lines: dict[str, object]) -> Job:
    return lists.checked(world, book(world, *lines), listing=importing.LISTING)


def imported(world: World, *lines: dict[str, object]) -> Job:
    return lists.imported(world, book(world, *lines), listing=importing.LISTING)


@pytest.mark.req("Y-104", "Y-63")
def test_findings_of_audit_come_in_as_a_whole_and_only_once(world):
    project = makers.make_project(world, "water", 3, "水库")
    lines = ({"project": project.code}, {"number": "2", "unit": "205"})
    job = imported(world, *lines)

    assert (job.state, job.result["n_new"]) == (Job.State.DONE, 2), job.message
    assert list(selectors.found_by(project, 2024, "audit")) == [
        Problem.objects.get(ref_label="尉审报〔2024〕3号　第1条")
    ]
    assert Message.objects.filter(kind="rectification.open", recipient__username="stranger")
    assert Entry.objects.filter(action="rectification.import_problems").count() == 2

    again = checked(world, *lines)
    assert (again.result["n_new"], again.result["n_same"]) == (0, 2)
    assert lists.imported(world, book(world, *lines), listing=importing.LISTING)
    assert Problem.objects.count() == 2


@pytest.mark.parametrize(
    ("change", "column", "word"),
    [
        ({"unit": "999"}, "单位编码", "没有这个编码"),
        ({"unit": "299"}, "单位编码", "涉密"),
        ({"project": "没有的项目"}, "项目编码或名称", "没有这个编码或名称"),
        ({"severity": "要命"}, "严重程度", "严重"),
        ({"source": "抽审"}, "来源", "审计"),
        ({"due_on": date(2024, 4, 1)}, "整改截止", "已经过去"),
        ({"due_on": date(9999, 12, 31)}, "整改截止", "2099-12-31"),
        ({"title": ""}, "问题", ""),
    ],
)
def test_a_wrong_cell_is_named_and_nothing_comes_in(world, change, column, word):
    job = checked(world, {}, {"number": "2", **change})

    assert [error["label"] for error in job.result["errors"]] == [column]
    assert word in str(job.result["errors"][0])
    assert not Problem.objects.exists()


def test_the_same_finding_twice_in_a_file_is_named(world):
    twice = checked(world, {}, {})
    assert "相同" in str(twice.result["errors"])
    assert not Problem.objects.exists()


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"text": "滞留两年"}, "问题内容"),
        ({"area": "管理"}, "整改方向"),
        ({"demands": "限期拨付"}, "整改要求"),
        ({"due_on": date(2024, 7, 31)}, "整改截止"),
    ],
)
def test_what_a_list_says_otherwise_of_a_standing_problem_is_marked(world, change, column):
    imported(world, {})
    other = checked(world, change)

    assert [error["label"] for error in other.result["errors"]] == [column]
    assert "已登记" in str(other.result["errors"])


def test_the_day_that_was_asked_for_is_known_again_after_it_moved(world):
    makers.make_plan(world)
    saturday = {"due_on": date(2024, 5, 11)}
    imported(world, saturday)
    problem = Problem.objects.get()
    assert problem.due_on == date(2024, 5, 13)
    services.extend(
        problem=problem, actor=act(world, "plan_admin"), reason="雨季", due_on=date(2024, 6, 3)
    )

    assert checked(world, saturday).result["n_same"] == 1


def test_a_withdrawn_finding_does_not_come_back_by_its_list(world):
    imported(world, {})
    problem = Problem.objects.get()
    services.withdraw(problem=problem, actor=act(world, "plan_admin"), reason="已在别处登记")
    again = checked(world, {})

    assert [error["label"] for error in again.result["errors"]] == ["序号"]
    assert "已撤销" in str(again.result["errors"])
    assert Problem.objects.count() == 1


@pytest.mark.req("Y-104")
def test_of_two_projects_with_one_name_the_one_in_the_year_is_meant(world):
    this, other = (makers.make_project(world, "water", n, "水库") for n in (3, 4))
    twice = checked(world, {"project": "水库"})
    assert [error["label"] for error in twice.result["errors"]] == ["项目编码或名称"]
    assert "有2个同名项目，用项目编码区分" in str(twice.result["errors"])
    assert checked(world, {"project": this.code}).result["n_new"] == 1

    this.years.update(fiscal_year=2023)
    imported(world, {"project": "水库"})
    assert Problem.objects.get().project == other


# --- pages ------------------------------------------------------------------------------------
def page(world: World, who: str, url: str, **query: str) -> str:
    answer = client_of(world.people[who]).get(url, query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


@pytest.mark.req("Y-103", "Y-25")
def test_the_ledger_is_filtered_and_exported(world):
    late = opened(world, due_on=date(2024, 4, 9), title="逾期的一件")
    closed(world, opened(world, title="销了的一件", source="upper"))
    with clock.at(at(10, 4)):
        for query, shown in (
            ({"state": "overdue"}, ["逾期的一件"]),
            ({"state": "closed"}, ["销了的一件"]),
            ({"source": "upper"}, ["销了的一件"]),
            ({"severity": "serious"}, []),
            ({"unit": str(late.unit.public_id)}, ["逾期的一件", "销了的一件"]),
            ({"q": "逾期的"}, ["逾期的一件"]),
        ):
            said = page(world, "plan_admin", "/2024/problems/", **query)
            titles = [name for name in ("逾期的一件", "销了的一件") if f">{name}<" in said]
            assert titles == shown, query
        client = client_of(world.people["leader"])
        answer = client.post("/2024/problems/export/", {"state": "overdue"})
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content))["台账"]
    assert [row[5] for row in sheet.iter_rows(values_only=True) if row[5]][-1] == "逾期的一件"
    assert Entry.objects.get(action="rectification.export_problems").data["n_rows"] == 1
    assert client.post("/2024/problems/export/", {"source": "rumour"}).status_code == 409


def test_a_list_too_long_is_not_exported(world, monkeypatch):
    opened(world)
    monkeypatch.setattr("apps.rectification.book.MOST", 0)
    client = client_of(world.people["leader"])
    assert client.post("/2024/problems/export/", {}).status_code == 409
    made = Entry.objects.filter(action="rectification.export_problems", is_refusal=False)
    assert not made.exists()


def test_the_bureau_opens_one_on_the_page(world):
    project = makers.make_project(world, "water", 3, "水库")
    client = client_of(world.people["section_reviewer"])
    form = {
        "unit": str(world.units["water"].public_id),
        "project": "水库",
        "source": "audit",
        "reference": "尉审报〔2024〕3号",
        "title": "资金滞留",
        "text": "滞留超过一年",
        "severity": "serious",
        "area": "management",
        "due_on": "2024-05-20",
    }
    assert "水库" in page(world, "section_reviewer", "/2024/problems/new/", project="水库")
    wrong = client.post("/2024/problems/new/", {**form, "project": "没有的"})
    assert (wrong.status_code, Problem.objects.count()) == (422, 0)
    other = makers.make_project(world, "water", 4, "水库")
    twice = client.post("/2024/problems/new/", form)
    assert (twice.status_code, Problem.objects.count()) == (422, 0)
    assert "有2个同名项目，用项目编码区分" in twice.content.decode()
    other.years.update(fiscal_year=2023)
    past = client.post("/2024/problems/new/", {**form, "due_on": "2024-04-01"})
    assert (past.status_code, Problem.objects.count()) == (422, 0)

    answer = client.post("/2024/problems/new/", form)
    problem = Problem.objects.get()
    assert answer.url == f"/2024/problems/{problem.public_id}/"
    assert (problem.project, problem.ref_label) == (project, "尉审报〔2024〕3号")
    assert "资金滞留" in page(world, "section_reviewer", f"/2024/projects/{project.public_id}/")


def test_the_unit_answers_and_the_bureau_closes_on_the_page(world):
    problem = opened(world)
    here = f"/2024/problems/{problem.public_id}/"
    assert "项目资金滞留" in page(world, "filer", "/2024/")
    filer = client_of(world.people["filer"])
    file = SimpleUploadedFile("照片.pdf", b"%PDF-1.4\n% x")
    assert filer.post(f"{here}files/", {"file": file}).status_code == 302
    assert filer.post(here, {"act": "answer", "text": ""}).status_code == 422
    assert filer.post(here, {"act": "frobnicate"}).status_code == 409
    assert filer.post(here, {"act": "answer", "text": "已拨付"}).status_code == 302
    assert "项目资金滞留" not in page(world, "filer", "/2024/")

    reviewer = client_of(world.people["section_reviewer"])
    assert "1个待复核" in page(world, "section_reviewer", "/2024/problems/")
    gone = reviewer.post(here, {"act": "extend", "reason": "雨季", "due_on": "2024-06-03"})
    assert gone.status_code == 422
    assert reviewer.post(here, {"act": "close", "opinion": "属实"}).status_code == 302
    said = page(world, "filer", here)
    assert "已销号" in said
    assert "照片.pdf" in said
    proof = problem.proofs.get()
    answer = filer.get(f"/2024/problem-files/{proof.public_id}/")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")


def test_each_state_says_what_comes_next(world):
    problem = opened(world)
    here = f"/2024/problems/{problem.public_id}/"
    assert "等责任单位整改。" in page(world, "leader", here)
    answered(world, problem)
    assert "单位已答复，等财政复核。" in page(world, "filer", here)
    services.withdraw(problem=problem, actor=act(world, "plan_admin"), reason="登记有误")
    assert "已撤销，不再办理。" in page(world, "filer", here)


def test_an_owner_is_named_on_the_page(world):
    problem = opened(world)
    client = client_of(world.people["filer"])
    head = world.people["unit_head"]
    here = f"/2024/problems/{problem.public_id}/"
    answer = client.post(here, {"act": "name_owner", "owner": str(head.public_id)})

    problem.refresh_from_db()
    assert (answer.status_code, problem.owner) == (302, head)


def test_a_program_reads_what_it_may_do(world):
    problem = opened(world)
    told = client_of(world.people["filer"]).get(f"/api/v1/2024/problems/{problem.public_id}/")

    assert told.json()["acts"] == ["answer", "name_owner"]
    assert [step["act"] for step in told.json()["steps"]] == ["open"]
    rows = client_of(world.people["filer"]).get("/api/v1/2024/problems/").json()["results"]
    assert [row["title"] for row in rows] == ["项目资金滞留"]


@pytest.mark.req("Y-76")
def test_the_lists_cost_the_same_however_long(world, django_assert_max_num_queries):
    for n in range(4):
        services.open_problem(actor=None, found=found(world, title=f"第{n}件"))
    client = client_of(world.people["plan_admin"])
    client.get("/2024/problems/")
    with django_assert_max_num_queries(20):
        client.get("/2024/problems/")


def test_a_program_opens_answers_returns_and_closes(world):
    project = makers.make_project(world, "water", 3, "水库")
    bureau, clerk = client_of(world.people["plan_admin"]), client_of(world.people["filer"])

    def sent(client, path="", status=200, **body):
        url = f"/api/v1/2024/problems/{path}"
        answer = client.post(url, body, content_type="application/json")
        assert answer.status_code == status, answer.json()
        return answer.json()

    told = {"unit": str(project.unit.public_id), "source": "audit", "severity": "minor"}
    told |= {"title": "资金滞留", "text": "滞留超过一年", "project": str(project.public_id)}
    key = sent(bureau, status=201, **told)["public_id"]
    assert sent(clerk, f"{key}/answer/", text="正在办")["state"] == "answered"
    assert sent(bureau, f"{key}/close/", 409, opinion="属实")["code"] == "rectification.proof"
    back = sent(bureau, f"{key}/return/", reason="补凭证", due_on="2024-05-20")
    assert (back["state"], back["due_on"]) == ("returned", "2024-05-20")
    file = SimpleUploadedFile("凭证.pdf", b"%PDF-1.4\n% x")
    added = clerk.post(f"/api/v1/2024/problems/{key}/files/", {"file": file})
    assert added.status_code == 201
    sent(clerk, f"{key}/answer/", text="已拨付")
    assert sent(bureau, f"{key}/close/", opinion="属实")["closed_at"]
    assert "资金滞留" in page(world, "leader", f"/2024/units/{project.unit.public_id}/")


def test_what_no_section_has_charge_of_waits_for_the_performance_section(world):
    world.sections["agriculture"].routes.all().delete()
    answered(world, opened(world))

    readers = Message.objects.filter(kind="rectification.answer").values_list(
        "recipient__username", flat=True
    )
    assert set(readers) == {"performance_reviewer", "plan_admin"}
