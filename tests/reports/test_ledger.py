"""年度工作推进总台账 (Y-96): made from tasks and units, with state, lateness and owners."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator
from datetime import date, timedelta

import openpyxl
import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.audit.models import Entry
from apps.core import clock
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.jobs.models import Job
from apps.jobs.services import run_one
from apps.notifications import services as notifications
from apps.organizations import services as organizations
from apps.organizations.models import Membership, User
from apps.reports.ledger import checkpoints, counts, export, rows, silent
from apps.reports.ledger.rows import STATES, Asked
from apps.rules.errors import RuleError
from apps.workplans import services
from apps.workplans.models import Assignment, Plan, PlanTask, TaskCheckpoint
from tests import makers
from tests.makers import MONDAY
from tests.personas import World, client_of, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.req("Y-96")]
STATES_AT_HAND = ("todo", "draft", "review", "returned", "approved")


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture(scope="module")
def year(module_rows: None) -> bytes:
    """县水利局 owes one project in each state, everybody else their materials; made once."""
    with clock.at(MONDAY):
        world = make_world()
        made = makers.make_plan(world)
        for number, state in enumerate(STATES_AT_HAND, 1):
            makers.make_project(world, n=number, name=f"{state}工程")
        makers.assign_all(world, made)
        for state in STATES_AT_HAND[1:]:
            bring(world, state)
    return pickle.dumps((world, made))


@pytest.fixture
def world(db: None, year: bytes) -> World:
    """The year's people as nobody has changed them."""
    found: World = pickle.loads(year)[0]
    return found


@pytest.fixture
def plan(db: None, year: bytes) -> Plan:
    found: Plan = pickle.loads(year)[1]
    return found


def owed_for(state: str) -> Assignment:
    return Assignment.objects.get(project__name=f"{state}工程")


def bring(world: World, state: str) -> None:
    filing = makers.open_target_filing(world, owed_for(state).project)
    if state == "draft":
        return
    makers.submitted(world, filing)
    reviewer, scorer = world.people["section_reviewer"], world.people["performance_reviewer"]
    if state == "returned":
        items = [filings.Wanted("year_goal", "写明年份")]
        filings.send_back(
            filing=filing, actor=reviewer, opinion="", items=items, due_on=date(2024, 4, 17)
        )
    if state == "approved":
        filings.pass_on(filing=filing, actor=reviewer, opinion="", marks=[])
        filing.refresh_from_db()
        marks = makers.full_marks(filing)
        filings.pass_on(filing=filing, actor=scorer, opinion="", marks=marks)


def lines(user: User, **asked: str) -> list[rows.LedgerRow]:
    user = User.objects.get(pk=user.pk)
    found = rows.whole(rows.listed(user, 2024, Asked(**asked))).order_by("due_at", "pk")
    return rows.lines(list(found), user)


def line_of(user: User, state: str) -> rows.LedgerRow:
    return next(row for row in lines(user) if row.subject == f"{state}工程")


@pytest.mark.parametrize("state", STATES_AT_HAND)
def test_each_line_stands_in_its_state_and_in_the_filter_of_that_state(
    world: World, plan: Plan, leader: User, state: str
) -> None:
    assert line_of(leader, state).state == state
    shown = lines(leader, state=state)
    assert f"{state}工程" in [row.subject for row in shown]
    assert {row.state for row in shown} == {state}


def test_every_line_stands_in_exactly_one_state(world: World, plan: Plan, leader: User) -> None:
    moved = Assignment.objects.filter(project=None).order_by("pk")
    ids = list(moved.values_list("pk", flat=True))
    Assignment.objects.filter(pk=ids[0]).update(due_at=MONDAY)
    Assignment.objects.filter(pk=ids[1]).update(opens_at=MONDAY + timedelta(days=1))
    Assignment.objects.filter(pk=ids[2]).update(due_at=None)
    Assignment.objects.filter(pk=ids[3]).update(exempt_reason="停建")
    Assignment.objects.filter(pk=ids[4]).update(cancel_reason="并入", cancelled_at=MONDAY)
    everything = Assignment.objects.filter(plan=plan).count()
    found = {code: {row.owed.pk for row in lines(leader, state=code)} for code, _ in STATES}
    assert found.pop("late") == set()
    assert sum(len(keys) for keys in found.values()) == everything
    assert found["overdue"] == {ids[0]}
    assert found["locked"] == {ids[1], ids[2]}
    assert (found["exempt"], found["cancelled"]) == ({ids[3]}, {ids[4]})
    told = {row.state for row in lines(leader, state="cancelled")}
    assert told == {"cancelled"}
    summary = counts.summary(rows.listed(leader, 2024, Asked()))
    assert (summary.n_owed, summary.n_overdue) == (everything - 2, 1)


def test_lateness_is_told_in_working_days(world: World, plan: Plan, leader: User) -> None:
    Assignment.objects.filter(pk=owed_for("todo").pk).update(due_at=clock.end_of(date(2024, 4, 2)))
    row = line_of(leader, "todo")
    assert (row.state, row.lateness) == ("overdue", "逾期3个工作日")  # 4 April is a holiday
    assert line_of(leader, "approved").lateness == ""
    filing = Filing.objects.get(assignment=owed_for("approved"))
    Filing.objects.filter(pk=filing.pk).update(is_late=True)
    filing.revisions.update(is_late=True, n_days_late=2, due_at=MONDAY - timedelta(days=4))
    assert line_of(leader, "approved").lateness == "逾期补报，晚2个工作日"
    assert [row.subject for row in lines(leader, state="late")] == ["approved工程"]


def test_a_line_names_who_answers_and_what_happened_last(
    world: World, plan: Plan, leader: User
) -> None:
    organizations.register_liaison(
        actor=world.people["filer"], unit=world.units["water"], name="联络甲", phone="13800000000"
    )
    row = line_of(leader, "returned")
    assert row.owners.filers == ["艾力", "古丽"]
    assert row.owners.heads == ["王局"]
    assert [post.phone for post in row.owners.liaisons] == ["13800000000"]
    assert (row.last.words, row.last.by) == ("退回", "农业科李科")
    assert line_of(leader, "review").last.words == "报送"
    assert line_of(leader, "todo").last.words == "派发"
    assert line_of(leader, "draft").last.words == "派发"  # what a unit drafts is its own


@pytest.mark.trust("B03")
@pytest.mark.req("W-02")
def test_everybody_sees_their_own_share(world: World, plan: Plan) -> None:
    def units(person: str) -> set[str]:
        return {row.owed.unit.code for row in lines(world.people[person])}

    assert units("leader") == {"201", "201001", "205", "301", "401"}
    assert units("filer") == {"201"}
    assert units("supervisor") == {"201", "201001"}
    assert units("stranger") == {"205"}
    assert units("section_reviewer") <= {"201", "201001"}
    assert units("foreign_reviewer") == units("expert") == set()


def test_a_filing_opens_only_where_it_may_be_read(world: World, plan: Plan) -> None:
    assert line_of(world.people["leader"], "draft").filing is None
    assert line_of(world.people["filer"], "draft").filing is not None
    assert line_of(world.people["leader"], "approved").filing is not None


def test_filters_narrow_the_list(world: World, plan: Plan, leader: User) -> None:
    task = PlanTask.objects.get(code="quarter.unit")
    assert len(lines(leader, task=str(task.public_id))) == 5
    assert len(lines(leader, task=str(task.public_id), unit_kind="town")) == 1
    assert len(lines(leader, text="301")) == 1
    assert {row.owed.unit.name for row in lines(leader, text="水利")} == {
        "县水利局",
        "县水利管理站",
    }
    section = str(world.sections["performance"].public_id)
    assert len(lines(leader, section=section)) == len(lines(leader))
    other = str(world.sections["agriculture"].public_id)
    assert lines(leader, section=other) == []


def test_counts_by_task_and_by_unit_add_up_to_the_whole(
    world: World, plan: Plan, leader: User
) -> None:
    summary = counts.summary(rows.listed(leader, 2024, Asked()))
    by_task = counts.by_task(leader, 2024, Asked())
    units = list(counts.units_of(leader, 2024, Asked()))
    by_unit = counts.by_unit(units, leader, 2024, Asked())
    for name in counts.Counts.__dataclass_fields__:
        assert sum(getattr(line.counts, name) for line in by_task) == getattr(summary, name)
        assert sum(getattr(line.counts, name) for line in by_unit) == getattr(summary, name)
    assert (summary.n_owed, summary.n_filed, summary.n_approved, summary.n_returned) == (
        10,
        2,
        1,
        1,
    )


@pytest.mark.req("Q-28", "U-52")
def test_a_unit_without_people_is_a_gap(world: World, plan: Plan, leader: User) -> None:
    units = list(counts.units_of(leader, 2024, Asked()))
    found = {line.unit.code: line for line in counts.by_unit(units, leader, 2024, Asked())}
    assert found["201"].lacks == "联络员"
    assert found["301"].lacks == "填报员、负责人、联络员"
    cells = {cell.stage: (cell.n_filed, cell.n_owed) for cell in found["201"].cells}
    assert cells["绩效目标"] == (2, 5)
    assert cells["绩效自评"] == (0, 0)
    page = client_of(leader).get("/2024/ledger/?by=unit").content.decode()
    assert "缺填报员、负责人、联络员" in page


def test_the_bureau_also_sees_tasks_that_nobody_owes(
    world: World, plan: Plan, leader: User, filer: User
) -> None:
    PlanTask.objects.create(
        plan=plan,
        position=9,
        code="training",
        title="绩效培训",
        stage="materials",
        kind="materials",
        subject_kind="section",
        evaluated_year=2024,
        level="finance",
        responsible="绩效科",
        clause="组织培训。",
    )
    assert "绩效培训" in [line.task.title for line in counts.by_task(leader, 2024, Asked())]
    assert "绩效培训" not in [line.task.title for line in counts.by_task(filer, 2024, Asked())]
    assert "财政内部" in client_of(leader).get("/2024/ledger/?by=task").content.decode()


# --- check points ---------------------------------------------------------------------------
def points_of(user: User, code: str) -> dict[str, checkpoints.Point]:
    found = counts.by_task(user, 2024, Asked())
    told = checkpoints.points(found, rows.listed(user, 2024, Asked()))
    pairs = {line.task.code: points for line, points in zip(found, told, strict=True)}
    return {point.title: point for point in pairs[code]}


@pytest.mark.req("Y-98")
def test_what_the_system_knows_of_the_five_check_points_is_read(
    world: World, plan: Plan, leader: User
) -> None:
    points = points_of(leader, "targets.initial")
    assert list(points) == ["事前部署", "事中监督检查", "定期报告", "质量管控", "事后评价应用"]
    day = MONDAY.date()
    assert {title: point.on for title, point in points.items()} == {
        "事前部署": day,
        "事中监督检查": None,
        "定期报告": day,
        "质量管控": day,
        "事后评价应用": None,
    }
    assert points["质量管控"].note == "通过2次、退回1次"
    assert points["定期报告"].section == "绩效科"
    nothing = points_of(leader, "quarter.unit")
    assert nothing["定期报告"].is_missing
    assert nothing["质量管控"].is_missing


@pytest.mark.req("Y-98")
@pytest.mark.parametrize("actor", ["performance_reviewer", "plan_admin"])
def test_a_check_point_is_registered_by_those_who_lead(
    world: World, plan: Plan, leader: User, actor: str
) -> None:
    task = PlanTask.objects.get(code="targets.initial")
    browser = client_of(world.people[actor])
    path = f"/2024/ledger/tasks/{task.public_id}/checkpoints/"
    assert "未登记" in browser.get(path).content.decode()
    told = {"step": "inspected", "on": "2024-04-03", "note": "到县水利局抽查"}
    assert browser.post(path, told).status_code == 302
    assert browser.post(path, {**told, "on": "2024-04-05"}).status_code == 302
    point = points_of(leader, "targets.initial")["事中监督检查"]
    assert (point.on, point.section, point.is_registered) == (date(2024, 4, 5), "绩效科", True)
    assert TaskCheckpoint.objects.count() == 1
    assert Entry.objects.filter(action="workplans.register_checkpoint").count() == 2


@pytest.mark.req("Y-98")
@pytest.mark.parametrize("actor", ["filer", "section_reviewer", "leader", "sys_admin"])
def test_nobody_else_registers_one(world: World, plan: Plan, actor: str) -> None:
    task = PlanTask.objects.get(code="targets.initial")
    with pytest.raises(PermissionDenied):
        services.register_checkpoint(
            actor=world.people[actor], task=task, step="applied", on=MONDAY.date()
        )
    path = f"/2024/ledger/tasks/{task.public_id}/checkpoints/"
    assert client_of(world.people[actor]).get(path).status_code == 403
    assert not TaskCheckpoint.objects.exists()


@pytest.mark.req("Y-98")
def test_a_check_point_is_something_past_in_a_published_plan_of_the_region(
    world: World, plan: Plan
) -> None:
    task = PlanTask.objects.get(code="targets.initial")
    admin, day = world.people["plan_admin"], MONDAY.date()
    with pytest.raises(RuleError, match="还没有到"):
        services.register_checkpoint(
            actor=admin, task=task, step="applied", on=day + timedelta(days=1)
        )
    with pytest.raises(RuleError, match="不属于"):
        services.register_checkpoint(
            actor=admin,
            task=task,
            step="applied",
            on=day,
            section=world.sections["foreign_farm"],
        )
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.DRAFT)
    with pytest.raises(RuleError, match="还没有发布"):
        services.register_checkpoint(actor=admin, task=task, step="applied", on=day)
    assert not TaskCheckpoint.objects.exists()


def test_a_wrong_day_stands_at_its_field(world: World, plan: Plan, plan_admin: User) -> None:
    task = PlanTask.objects.get(code="targets.initial")
    path = f"/2024/ledger/tasks/{task.public_id}/checkpoints/"
    answer = client_of(plan_admin).post(path, {"step": "applied", "on": "2024-05-01"})
    assert answer.status_code == 422
    assert "还没有到" in answer.content.decode()


# --- pages and the workbook -----------------------------------------------------------------
@pytest.mark.parametrize("by", ["", "task", "unit", "nonsense"])
def test_the_page_shows_the_filter_and_its_counts(
    world: World, plan: Plan, leader: User, by: str
) -> None:
    page = client_of(leader).get(f"/2024/ledger/?by={by}&state=approved")
    text = page.content.decode()
    assert page.status_code == 200
    assert "应报1件，已报1，定稿1，退回0，没有逾期" in text
    assert ("已定稿" in text) or by in ("task", "unit")


def test_an_empty_ledger_says_what_comes_next(world: World, leader: User) -> None:
    text = client_of(leader).get("/2022/ledger/").content.decode()
    assert "没有符合条件的" in text


def sheet(content: bytes) -> list[list[object]]:
    page = openpyxl.load_workbook(io.BytesIO(content)).active
    assert page is not None
    return [list(row) for row in page.values]


@pytest.mark.trust("E01")
def test_the_workbook_holds_what_the_filter_shows_and_no_formula(
    world: World, plan: Plan, leader: User
) -> None:
    project = owed_for("todo").project
    assert project is not None
    project.name = "=cmd|'/c calc'!A1"
    project.save(update_fields=["name"])
    answer = client_of(leader).post("/2024/ledger/export/", {"state": "todo", "q": "201"})
    told = sheet(answer.content)
    assert told[0][0] == "2024年度工作推进总台账"
    assert [head for head in told[2] if head] == [head.label for head in export.HEADS]
    body = told[3:]
    assert len(body) == len(
        [r for r in lines(leader, state="todo") if r.owed.unit.code[:3] == "201"]
    )
    assert project.name in [row[7] for row in body]
    entry = Entry.objects.get(action="reports.export_ledger")
    assert entry.data["filter"] == {"state": "todo", "text": "201"}


def test_a_long_ledger_is_a_job_with_progress(
    world: World, plan: Plan, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "AT_ONCE", 3)
    monkeypatch.setattr(export, "BLOCK", 4)
    answer = client_of(leader).post("/2024/ledger/export/", {"state": ""})
    job = Job.objects.get()
    assert answer.headers["Location"] == f"/jobs/{job.public_id}/"
    run_one()
    job.refresh_from_db()
    assert (job.state, job.n_done, job.n_total) == (Job.State.DONE, 10, 10)
    assert job.file is not None
    assert job.file.name == "2024年度工作推进总台账.xlsx"


def test_too_long_a_ledger_is_refused(
    world: World, plan: Plan, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "MOST", 3)
    answer = client_of(leader).post("/2024/ledger/export/", {})
    assert answer.status_code == 409
    assert not Job.objects.exists()
    assert not Entry.objects.changes().filter(action="reports.export_ledger").exists()


@pytest.mark.parametrize("wrong", [{"state": "nonsense"}, {"task": "gone"}, {"q": "长" * 41}])
def test_a_stale_filter_exports_nothing(
    world: World, plan: Plan, leader: User, wrong: dict[str, str]
) -> None:
    answer = client_of(leader).post("/2024/ledger/export/", wrong)
    assert answer.status_code == 409
    assert "没有导出，请重新筛选" in answer.content.decode()
    assert not Entry.objects.changes().filter(action="reports.export_ledger").exists()


# --- who is silent --------------------------------------------------------------------------
@pytest.fixture
def late(world: World, plan: Plan) -> Assignment:
    """县水利局's draft is past its deadline; its filer and head were reminded."""
    owed = owed_for("draft")
    Assignment.objects.filter(pk=owed.pk).update(due_at=clock.end_of(date(2024, 4, 2)))
    for number, (person, kind) in enumerate(
        (("filer", "person"), ("unit_head", "head"), ("filer", "person"))
    ):
        notifications.notify(
            recipients=[world.people[person]],
            kind=f"remind.due.{kind}",
            key=f"{owed.public_id}:2024-04-0{3 + number}",
            title=f"逾期：第{number}次",
        )
    message = world.people["unit_head"].messages.get(kind="remind.due.head")
    notifications.mark_read(message=message, actor=world.people["unit_head"])
    return owed


def test_a_silent_unit_is_listed_with_its_people_and_what_it_was_sent(
    world: World, late: Assignment, leader: User
) -> None:
    units = list(silent.silent_units(leader, 2024, Asked()))
    assert [unit.code for unit in units] == ["201"]
    (row,) = silent.silent_lines(units, leader, 2024, Asked())
    assert [(item.owed.pk, item.days) for item in row.items] == [(late.pk, 3)]
    assert (row.n_told, row.n_unread) == (3, 2)
    assert {told.name for told in row.told} == {"艾力", "王局"}
    page = client_of(leader).get("/2024/ledger/silent/").content.decode()
    assert "1个单位逾期未报1件" in page
    assert "催过3次" in page
    assert "2次没看" in page


def test_no_more_reminders_are_read_than_are_listed(
    world: World, late: Assignment, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(silent, "MOST_TOLD", 2)
    units = list(silent.silent_units(leader, 2024, Asked()))
    with CaptureQueriesContext(connection) as asked:
        (row,) = silent.silent_lines(units, leader, 2024, Asked())
    assert (row.n_told, len(row.told)) == (3, 2)
    assert row.last_told is not None
    assert all(told.at <= row.last_told for told in row.told)
    (read,) = (q["sql"] for q in asked if "notifications_message" in q["sql"])
    assert "ROW_NUMBER() OVER" in read


def test_reminders_of_other_things_and_to_others_do_not_count(
    world: World, late: Assignment, leader: User
) -> None:
    notifications.notify(
        recipients=[world.people["filer"]],
        kind="remind.due.person",
        key=f"{owed_for('todo').public_id}:2024-04-05",
        title="还有5个工作日截止",
    )
    notifications.notify(
        recipients=[world.people["filer"]], kind="returned", key=str(late.public_id), title="退回"
    )
    units = list(silent.silent_units(leader, 2024, Asked()))
    (row,) = silent.silent_lines(units, leader, 2024, Asked())
    assert row.n_told == 3


def test_who_left_was_reminded_all_the_same(world: World, late: Assignment, leader: User) -> None:
    Membership.objects.filter(user=world.people["filer"]).update(ends_on=date(2024, 4, 5))
    units = list(silent.silent_units(leader, 2024, Asked()))
    (row,) = silent.silent_lines(units, leader, 2024, Asked())
    assert row.n_told == 3
    assert row.owners.filers == ["古丽"]


@pytest.mark.trust("B01")
@pytest.mark.parametrize("person", ["filer", "unit_head", "stranger", "sys_admin", "expert"])
def test_only_those_who_look_after_others_see_the_silent(
    world: World, late: Assignment, person: str
) -> None:
    browser = client_of(world.people[person])
    assert browser.get("/2024/ledger/silent/").status_code == 403
    assert browser.get("/api/v1/2024/ledger/silent/").status_code == 403


def test_a_filed_item_leaves_the_silent(world: World, late: Assignment, leader: User) -> None:
    Assignment.objects.filter(pk=late.pk).update(due_at=clock.end_of(date(2024, 4, 15)))
    makers.submitted(world, Filing.objects.get(assignment=late))
    Assignment.objects.filter(pk=late.pk).update(due_at=clock.end_of(date(2024, 4, 2)))
    assert not silent.silent_units(leader, 2024, Asked()).exists()
    assert "没有逾期未报的单位" in client_of(leader).get("/2024/ledger/silent/").content.decode()


# --- programs -------------------------------------------------------------------------------
def test_a_program_reads_the_same_ledger(world: World, late: Assignment, leader: User) -> None:
    browser = client_of(leader)
    base = "/api/v1/2024/ledger/"
    told = browser.get(f"{base}?state=approved").json()["results"]
    assert [(row["subject"], row["state"]) for row in told] == [("approved工程", "approved")]
    assert told[0]["owners"]["filers"] == ["艾力", "古丽"]
    tasks = browser.get(f"{base}tasks/").json()
    assert [row["counts"]["n_owed"] for row in tasks] == [5, 5]
    assert len(tasks[0]["points"]) == 5
    units = browser.get(f"{base}units/").json()["results"]
    assert units[0]["counts"]["n_overdue"] == 1
    (row,) = browser.get(f"{base}silent/").json()["results"]
    assert (row["unit"], row["n_told"]) == ("201", 3)
    assert browser.get(f"{base}?state=nonsense").status_code == 400
    assert browser.post(f"{base}export/").status_code == 200


@pytest.mark.req("Y-98")
def test_a_program_registers_a_check_point(world: World, plan: Plan) -> None:
    task = PlanTask.objects.get(code="quarter.unit")
    path = f"/api/v1/2024/ledger/tasks/{task.public_id}/checkpoints/"
    browser = client_of(world.people["performance_reviewer"])
    told = {"step": "applied", "on": "2024-04-05", "section": "nyk"}
    made = browser.post(path, told, content_type="application/json")
    assert made.status_code == 201
    point = next(p for p in browser.get(path).json()["points"] if p["step"] == "applied")
    assert (point["on"], point["section"], point["is_registered"]) == ("2024-04-05", "农业科", True)
    refused = client_of(world.people["filer"]).post(path, told, content_type="application/json")
    assert refused.status_code == 403


def test_a_job_too_long_for_one_answer_is_named(
    world: World, plan: Plan, leader: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(export, "AT_ONCE", 3)
    answer = client_of(leader).post("/api/v1/2024/ledger/export/")
    assert answer.status_code == 202
    assert answer.json()["job"] == str(Job.objects.get().public_id)
