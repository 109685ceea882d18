"""What pages do beside the main job, done by programs: rows, refusals and what changed."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from apps.audit.models import Entry
from apps.core import clock
from apps.filings.models import Filing, State
from apps.jobs import services as jobs
from apps.notifications import services as notifications
from apps.organizations.models import Membership, SectionRoute, Unit
from apps.workplans.models import Assignment, Plan
from tests import makers
from tests.api.program import ROOT, told
from tests.core.books import book
from tests.makers import MONDAY

pytestmark = pytest.mark.django_db
HEADS = ["预算单位编码", "单位名称", "单位类型"]


# --- people and places ----------------------------------------------------------------------
@pytest.mark.trust("B08")
def test_a_role_is_granted_shown_and_ended(program, world):
    admin, person = program("sec_admin"), world.people["expert"]
    path = f"people/{person.public_id}/"
    body = {"role": "filer", "unit": "201", "ends_on": "2024-12-31"}
    told(program("sys_admin").post(f"{path}seats/", body), 403)
    told(admin.post(f"{path}seats/", {**body, "unit": "999"}), 404)
    seat = told(admin.post(f"{path}seats/", body), 201)
    assert (seat["role"], seat["unit"], seat["is_deputy"]) == ("filer", "201", False)
    page = told(admin.get(path))
    assert [row["words"] for row in page["seats"] if row["seat"]["seat"] == seat["seat"]]
    assert told(program("expert").get("me/"))["memberships"][-1]["seat"] == seat["seat"]
    assert admin.call("delete", f"seats/{seat['seat']}/").status_code == 204
    assert Membership.objects.get(pk=seat["seat"]).revoked_at is not None


@pytest.mark.req("U-07")
def test_a_seat_is_lent_to_a_colleague_and_to_nobody_else(program, world):
    filer = program("filer")
    seat = told(filer.get("me/"))["memberships"][0]["seat"]
    people = told(filer.get(f"seats/{seat}/colleagues/"))
    names = {row["public_id"] for row in people}
    assert str(world.people["expert"].public_id) in names
    assert str(world.people["foreign_filer"].public_id) not in names
    days = {"starts_on": "2024-04-08", "ends_on": "2024-04-20"}
    foreign = {"user": str(world.people["foreign_filer"].public_id), **days}
    told(filer.post(f"seats/{seat}/deputy/", foreign), 404)
    told(program("stranger").post(f"seats/{seat}/deputy/", foreign), 404)
    assert not Membership.objects.filter(deputy_for__isnull=False).exists()
    lent = {"user": str(world.people["expert"].public_id), **days}
    assert told(filer.post(f"seats/{seat}/deputy/", lent), 201)["is_deputy"]


def test_a_unit_changes_in_what_is_said_and_in_nothing_else(program, world):
    water, admin = world.units["water"], program("sys_admin")
    before = Unit.objects.filter(pk=water.pk).values().get()
    changed = told(admin.call("patch", f"units/{water.public_id}/", {"name": "县水务局"}))
    assert changed["name"] == "县水务局"
    assert Unit.objects.filter(pk=water.pk).values().get() == {**before, "name": "县水务局"}
    told(program("filer").call("patch", f"units/{water.public_id}/", {"name": "x"}), 403)


@pytest.mark.req("Y-75")
def test_a_route_names_one_key_and_goes_again(program, world):
    admin = program("sys_admin")
    both = {"section": "xck", "fund_tag": "衔接资金", "budget_type": "general"}
    assert told(admin.post("routes/", both), 409)["code"] == "route"
    made = told(admin.post("routes/", {"section": "xck", "fund_tag": "新标签"}))
    assert made in told(program("plan_admin").get("routes/"))
    assert admin.call("delete", f"routes/{made['id']}/").status_code == 204
    assert not SectionRoute.objects.filter(fund_tag="新标签").exists()


@pytest.mark.trust("A13")
def test_a_token_revokes_itself_and_cannot_make_another(program, world):
    filer = program("filer")
    (token,) = told(filer.get("tokens/"))
    assert "hashed" not in token
    told(filer.post("tokens/", {"name": "x", "days": 365}), 405)
    mine = f"tokens/{token['public_id']}/"
    assert program("stranger").call("delete", mine).status_code == 404
    assert filer.call("delete", mine).status_code == 204
    assert told(filer.get("me/"), 401)["code"] == "authentication_failed"


def test_units_come_in_whole_or_not_at_all(program, world):
    admin, before = program("sys_admin"), Unit.objects.count()

    def upload(*rows):
        file = SimpleUploadedFile("单位.xlsx", book([HEADS, *rows]))
        with clock.at(MONDAY):
            return told(admin.client.post(f"{ROOT}imports/units/", {"file": file}))

    bad = upload(["777", "县气象局", "部门"], ["778", "县档案馆", "不知"])
    assert bad["errors"][0]["field"] == "单位类型"
    refused = told(admin.post(f"imports/units/{bad['file']}/"), 409)
    assert (refused["code"], refused["errors"]) == ("import.cells", bad["errors"])
    assert admin.post(f"imports/units/{bad['file']}/marked/").status_code == 200
    assert Unit.objects.count() == before
    good = upload(["777", "县气象局", "部门"])
    assert (good["n_new"], Unit.objects.count()) == (1, before)
    told(program("sec_admin").post(f"imports/units/{good['file']}/"), 403)
    assert told(admin.post(f"imports/units/{good['file']}/"))["n_new"] == 1
    assert Unit.objects.count() == before + 1
    assert admin.get("imports/units/template/").status_code == 200


def test_the_trail_is_read_and_taken_by_its_reader_alone(program, filing):
    auditor = program("audit_admin")
    rows = told(auditor.get("audit/", action="filings."))["results"]
    assert {row["action"] for row in rows} == {"filings.open"}
    told(auditor.get("audit/", since="2024-05-02", until="2024-05-01"), 400)
    lines = b"".join(auditor.post("audit/export/?action=filings.").streaming_content)
    assert lines.decode().count("\n") == len(rows) + 1
    assert Entry.objects.filter(action="audit.export").count() == 1


# --- the plan -------------------------------------------------------------------------------
def test_a_plan_is_published_once_after_a_look_at_its_reach(program, world):
    plan = makers.make_plan(world)
    makers.make_project(world)
    Plan.objects.update(state=Plan.State.DRAFT, published_at=None)
    admin, path = program("plan_admin"), f"plans/{plan.public_id}/publish/"
    reach = told(admin.get(path))
    assert reach["n_tasks"] == plan.tasks.count()
    assert reach["opened"][0]["reach"]["n_projects"] == 1
    assert not Assignment.objects.exists()
    job = told(admin.post(path), 202)["job"]
    assert told(admin.post(path), 202)["job"] == job, "a second press is the same press"
    assert not Assignment.objects.exists()
    while jobs.run_one():
        pass
    assert told(admin.get(f"jobs/{job}/"))["state"] == "done"
    assert Assignment.objects.exists()
    assert told(admin.post(path), 409)["code"] == "workplans.published"
    told(admin.get(f"plans/{plan.public_id}/settings/"))
    task = plan.tasks.get(kind="targets.project")
    assert told(admin.get(f"tasks/{task.public_id}/reach/"))["n_projects"] == 1


def test_an_exempted_assignment_is_no_longer_owed(program, owed):
    path = f"assignments/{owed.public_id}/exemption/"
    told(program("filer").post(path, {"reason": "x"}), 403)
    assert Assignment.objects.get(pk=owed.pk).exempt_reason == ""
    assert told(program("plan_admin").post(path, {"reason": "撤销"}))["exempt_reason"] == "撤销"
    again = told(program("plan_admin").post(path, {"reason": "撤销"}), 409)
    assert again["code"] == "workplans.exempted"


def test_deadlines_are_those_of_the_calendar_file(program, owed):
    rows = told(program("filer").get("2024/deadlines/"))
    assert {row["due_at"] for row in rows} == {makers.CLOSES.isoformat()}


# --- the submission -------------------------------------------------------------------------
@pytest.mark.trust("G03")
def test_what_changed_after_the_last_look_is_not_submitted_unread(program, filing, world):
    makers.saved(world, filing)
    filer, one = program("filer"), f"2024/filings/{filing.public_id}/"
    look = told(filer.get(f"{one}confirm/"))
    assert (look["n_blocking"], look["lock"], look["attachments"]) == (0, None, [])
    pdf = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
    told(filer.upload(f"{one}attachments/", "依据.pdf", pdf, slot="basis"), 201)
    body = {"version": look["version"], "seen": look["seen"]}
    stale = told(filer.post(f"{one}submit/", body, Idempotency_Key="a"), 409)
    assert stale["code"] == "filings.stale"
    assert Filing.objects.get().state == State.DRAFT
    body["seen"] = told(filer.get(f"{one}confirm/"))["seen"]
    told(filer.post(f"{one}submit/", body, Idempotency_Key="b"))
    told(program("section_reviewer").get(f"{one}confirm/"), 403)


def test_a_unit_shows_what_it_has_not_begun(program, owed, world):
    unit = world.units["water"]
    rows = told(program("section_reviewer").get(f"2024/units/{unit.public_id}/owed/"))
    assert [row["assignment"] for row in rows] == [str(owed.public_id)]
    codes = [row["code"] for row in told(program("filer").get("2024/units/"))["results"]]
    assert codes == [unit.code]


# --- the desk -------------------------------------------------------------------------------
def test_messages_and_jobs_are_put_aside(program, world):
    filer = world.people["filer"]
    for key in "ab":
        notifications.notify(recipients=[filer], kind="test", key=key, title="通知")
    job = jobs.leave(kind="projects.export", title="任务", owner=filer)
    told(program("stranger").post(f"jobs/{job.public_id}/seen/"), 404)
    assert told(program("stranger").post("messages/read/"))["n_read"] == 0
    assert told(program("filer").post("messages/read/"))["n_read"] == 2
    assert all(row["read_at"] for row in told(program("filer").get("messages/"))["results"])
    assert told(program("filer").post(f"jobs/{job.public_id}/seen/"))["title"] == "任务"


def test_a_list_leaves_as_the_pages_workbook(program, filing):
    admin = program("plan_admin")
    book_of = admin.post("2024/projects/export/?origin=initial")
    assert b"".join(book_of.streaming_content)[:2] == b"PK"
    told(admin.post("2024/projects/export/?origin=x"), 400)
    for path in ("2024/projects/import/template/", "indicators/export/"):
        assert b"".join(admin.get(path).streaming_content)[:2] == b"PK"
