"""Three people's programs walk the whole main job: filed, returned, corrected, scored, in force."""

from datetime import timedelta

import pytest

from apps.audit.models import Entry
from apps.filings.models import Attachment, Filing, ReturnItem, State
from apps.notifications.models import Message
from apps.targets.form_json import form_as
from apps.workplans.models import Assignment
from tests import makers
from tests.api.program import told

pytestmark = pytest.mark.django_db
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def project(world):
    plan = makers.make_plan(world)
    made = makers.make_project(world)
    makers.assign_all(world, plan)
    return made


def fill(filer, path, **changes):
    """The draft saved with a form without findings; returns the answer."""
    before = told(filer.get(path))
    form = {**form_as(makers.good_form()), **changes}
    return told(filer.put(path, {"version": before["version"], "form": form}))


@pytest.mark.req("Y-46", "Y-47", "Q-14", "B-13")
def test_the_main_job_runs_through_the_api(program, project):
    filing, receipt = begin_and_submit(program("filer"))
    send_back(program("section_reviewer"), program("filer"), filing)
    correct(program("filer"), filing)
    desk = f"2024/reviews/{filing}/"
    assert told(program("section_reviewer").post(f"{desk}pass/"))["state"] == "in_review"
    judge(program("performance_reviewer"), desk)

    filer = program("filer")
    second, first = told(filer.get(f"2024/filings/{filing}/revisions/"))
    assert [review["decision"] for review in first["reviews"]] == ["return"]
    assert [review["grade"] for review in second["reviews"]] == ["", "优"]
    assert second["reviews"][1]["scores"][0]["points"] == "9.50"
    dossier = told(filer.get(f"2024/projects/{project.public_id}/dossier/"))
    assert dossier["promise"]["lines"][0]["value"] == "2000"
    home = told(filer.get("2024/home/"))
    assert home["stages"][1]["n_done"] == 1
    assert receipt in {each["receipt_number"] for each in home["receipts"]}


def begin_and_submit(filer):
    """The filing's id and its receipt; opening twice and an empty form show their answers."""
    (row,) = [r for r in told(filer.get("2024/todo/"))["results"] if r["project"]]
    assert (row["state"], row["verb"], row["may_file"]) == ("todo", "去填报", True)
    begin = f"2024/assignments/{row['assignment']}/begin/"
    filing = told(filer.post(begin))
    assert filing["state"] == "draft"
    assert told(filer.post(begin))["public_id"] == filing["public_id"]
    one, sheet = f"2024/filings/{filing['public_id']}/", f"2024/targets/{filing['public_id']}/"
    body = {"version": filing["version"]}
    blocked = told(filer.post(f"{one}submit/", body, Idempotency_Key="0"), 409)
    assert blocked["code"] == "filings.blocked"
    assert "阻断" in {finding["severity"] for finding in blocked["findings"]}

    saved = fill(filer, sheet)
    assert saved["findings"] == told(filer.get(f"{one}findings/")) == []
    assert saved["form"]["funds"]["year"]["fiscal"] == "13800000.00"
    file = told(filer.upload(f"{one}attachments/", "立项批复.pdf", PDF, slot="basis"), 201)
    assert told(filer.get(f"{one}attachments/")) == [file]
    body = {"version": saved["version"]}
    receipt = told(filer.post(f"{one}submit/", body, Idempotency_Key="a"))
    check = told(filer.get(f"2024/receipts/{receipt['receipt_number']}/"))
    assert (check["holds"], check["computed_hash"]) == (True, receipt["content_hash"])
    (sent,) = told(filer.get("2024/filings/"))["results"]
    assert (sent["state"], sent["step"]) == ("submitted", "业务科室初审")
    return filing["public_id"], receipt["receipt_number"]


def send_back(section, filer, filing):
    """A remark with a reply, settled; then the return of one value."""
    (waiting,) = told(section.get("2024/reviews/"))["results"]
    assert waiting["filing"]["public_id"] == filing
    one, desk = f"2024/filings/{filing}/", f"2024/reviews/{filing}/"
    screen = told(section.get(desk))
    assert screen["may_decide"]
    path = f"indicator:{screen['diff'][3]['rows'][0]['key']}.value"
    remark = told(section.post(f"{one}comments/", {"path": path, "text": "比上年低"}), 201)
    assert remark["place"].startswith("四、第1行")
    reply = {"reply_to": remark["public_id"], "text": "已核对"}
    told(filer.post(f"{one}comments/", reply), 201)
    (thread,) = told(section.get(f"{one}comments/"))
    assert [each["text"] for each in thread["replies"]] == ["已核对"]
    assert told(section.post(f"2024/comments/{remark['public_id']}/resolve/"))["resolved_at"]
    wanted = {"path": path, "message": "不低于2023年完成数"}
    returned = told(section.post(f"{desk}return/", {"items": [wanted], "due_on": "2024-04-17"}))
    # the unit's second revision is its own until it is submitted
    assert (returned["state"], returned["revision"]) == ("returned", 1)


def correct(filer, filing):
    """The item answered, its value changed, submitted again."""
    one, sheet = f"2024/filings/{filing}/", f"2024/targets/{filing}/"
    (item,) = told(filer.get(one))["items"]
    answer = {"answer": "已调高", "is_resolved": True}
    assert told(filer.post(f"2024/returns/{item['public_id']}/answer/", answer))["resolved_at"]
    before = told(filer.get(sheet))
    before["form"]["lines"][0]["value"] = "2000"
    body = {"version": before["version"], "form": before["form"]}
    saved = told(filer.put(sheet, body))
    changed = told(filer.get(f"{one}revisions/2/diff/"))
    assert (changed["old"], changed["n_changes"]) == (1, 1)
    told(filer.post(f"{one}submit/", {"version": saved["version"]}, Idempotency_Key="b"))


def judge(performance, desk):
    """Marks kept, then the last pass puts the second revision in force."""
    screen = told(performance.get(desk))
    assert screen["outcome"]["score"] is None
    marks = [
        {"item": row["item"], "grade": "优", "points": str(float(row["maximum"]) * 0.95)}
        for row in screen["criteria"]
    ]
    screen = told(performance.put(desk, {"marks": marks, "opinion": "规范"}))
    assert (screen["outcome"]["score"], screen["outcome"]["grade"]) == ("95.00", "优")
    assert screen["outcome"]["trace"]["clause"]
    done = told(performance.post(f"{desk}pass/", {"opinion": "规范"}))
    assert (done["state"], done["revision_in_force"]) == ("approved", 2)


@pytest.mark.trust("G02", "G03")
def test_the_same_key_brings_the_same_receipt_and_nothing_twice(program, filing, world):
    filer = program("filer")
    one = f"2024/filings/{filing.public_id}/"
    body = {"version": makers.saved(world, filing)}
    first = told(filer.post(f"{one}submit/", body, Idempotency_Key="k"))
    counts = Entry.objects.count(), Message.objects.count()
    assert told(filer.post(f"{one}submit/", body, Idempotency_Key="k")) == first
    assert (Entry.objects.count(), Message.objects.count()) == counts
    other = told(filer.post(f"{one}submit/", {"version": 1}, Idempotency_Key="k"), 409)
    assert other["code"] == "filings.key_reused"
    for key in ({}, {"Idempotency_Key": "x" * 65}, {"Idempotency_Key": "两"}):
        bad = told(filer.post(f"{one}submit/", body, **key), 400)
        assert [fault["path"] for fault in bad["faults"]] == ["Idempotency-Key"]


@pytest.mark.trust("G01")
def test_a_stale_version_answers_both_values_and_overwrites_nothing(program, filing, world):
    filer, other = program("filer"), program("filer2")
    path = f"2024/targets/{filing.public_id}/"
    version = makers.saved(world, filing)
    form = told(other.get(path))["form"]
    form["lines"][0]["value"] = "26"
    stale = told(other.put(path, {"version": version - 1, "form": form}), 409)
    assert stale["code"] == "filings.stale"
    assert stale["version"] == version
    (conflict,) = stale["conflicts"]
    assert ("1,900" in conflict["theirs"], "26" in conflict["mine"]) == (True, True)
    assert told(filer.get(path))["form"]["lines"][0]["value"] == "1900"
    chosen = {"version": version, "form": form, "keep_theirs": [conflict["path"]]}
    assert told(other.put(path, chosen))["form"]["lines"][0]["value"] == "1900"


def test_what_is_no_number_is_kept_as_typed_and_comes_back(program, filing):
    filer, path = program("filer"), f"2024/targets/{filing.public_id}/"
    form = form_as(makers.good_form())
    form["lines"][0]["value"] = "约两千"
    form["lines"][1]["weight"] = "三十"
    form["funds"]["year"]["other"] = "0.001"
    form["last_year"] = "明年"
    saved = told(filer.put(path, {"version": 1, "form": form}))
    unread = saved["form"]["unread"]
    assert sorted(unread.values()) == ["0.001", "三十", "明年", "约两千"]
    assert saved["form"]["lines"][0]["value"] == ""
    back = told(filer.put(path, {"version": saved["version"], "form": saved["form"]}))
    assert back["form"] == saved["form"]
    assert {f["path"] for f in back["findings"] if f["severity"] == "阻断"} >= set(unread)


def test_a_submission_is_withdrawn_before_the_first_step(program, filing, world):
    makers.submitted(world, filing)
    one = f"2024/filings/{filing.public_id}/"
    filer, section = program("filer"), program("section_reviewer")
    told(filer.post(f"{one}withdraw/", {"reason": " "}), 400)
    assert told(filer.post(f"{one}withdraw/", {"reason": "资金来源填错"}))["state"] == "draft"
    told(section.get(one), 200)
    makers.submitted(world, filing)
    told(section.put(f"2024/reviews/{filing.public_id}/", {"opinion": "在看"}))
    refused = told(filer.post(f"{one}withdraw/", {"reason": "再改"}), 409)
    assert refused["code"] == "filings.taken"


def test_files_are_downloaded_and_taken_out_of_the_open_revision_only(program, filing, world):
    filer, one = program("filer"), f"2024/filings/{filing.public_id}/"
    made = told(filer.upload(f"{one}attachments/", "批复.pdf", PDF, slot="basis"), 201)
    file = f"2024/attachments/{made['public_id']}/"
    answer = filer.get(file)
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert program("stranger").get(file).status_code == 404
    makers.submitted(world, filing)
    assert told(filer.call("delete", file), 409)["code"] in ("filings.frozen", "filings.state")
    told(filer.post(f"{one}withdraw/", {"reason": "换文件"}))
    (copy,) = told(filer.get(f"{one}attachments/"))
    assert filer.call("delete", f"2024/attachments/{copy['public_id']}/").status_code == 204
    assert told(filer.get(f"{one}attachments/")) == []
    assert Attachment.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "slot", "code"),
    [
        ("a.exe", b"MZ", "basis", "upload.type"),
        ("a.pdf", b"<html>", "basis", "upload.magic"),
        ("a.pdf", PDF, "nothing", "filings.slot"),
    ],
)
def test_a_file_that_is_not_wanted_is_refused(program, filing, name, content, slot, code):
    one = f"2024/filings/{filing.public_id}/attachments/"
    answer = told(program("filer").upload(one, name, content, slot=slot), 409)
    assert answer["code"] == code
    assert not Attachment.objects.exists()


@pytest.mark.req("U-06", "Y-84")
def test_materials_are_filed_through_the_api(program, owed):
    filer, performance = program("filer"), program("performance_reviewer")
    filing = told(filer.post(f"2024/assignments/{owed.public_id}/begin/"))
    form, one = f"2024/materials/{filing['public_id']}/", f"2024/filings/{filing['public_id']}/"
    empty = told(filer.get(form))
    assert [fact["code"] for fact in empty["asked"]] == ["n"]
    body = {"version": empty["version"], "summary": "一季度", "facts": {"n": "十二"}}
    saved = told(filer.put(form, body))
    assert (saved["facts"], saved["unread"]) == ({}, {"n": "十二"})
    stale = told(filer.put(form, body), 409)
    assert stale["version"] == saved["version"]
    saved = told(filer.put(form, {**body, "version": saved["version"], "facts": {"n": 12}}))
    assert saved["facts"] == {"n": "12"}
    told(filer.upload(f"{one}attachments/", "汇总.pdf", PDF, slot="summary"), 201)
    receipt = told(filer.post(f"{one}submit/", {"version": saved["version"]}, Idempotency_Key="m"))
    assert receipt["revision"] == 1
    done = told(performance.post(f"2024/reviews/{filing['public_id']}/pass/"))
    assert done["state"] == "approved"


def test_the_plan_administrator_reopens_cancels_waives_and_extends(program, filing, world):
    admin, filer = program("plan_admin"), program("filer")
    section, performance = program("section_reviewer"), program("performance_reviewer")
    one, desk = f"2024/filings/{filing.public_id}/", f"2024/reviews/{filing.public_id}/"
    makers.submitted(world, filing)
    told(section.post(f"{desk}pass/"))
    filing.refresh_from_db()
    marks = [{"item": m.item_id, "points": str(m.points)} for m in makers.full_marks(filing)]
    told(performance.post(f"{desk}pass/", {"marks": marks}))
    told(filer.post(f"{one}reopen/", {"reason": "x", "until": "2024-04-10"}), 403)
    reopened = told(admin.post(f"{one}reopen/", {"reason": "单位写错", "until": "2024-04-10"}))
    assert (reopened["state"], reopened["revision_in_force"]) == ("returned", 1)
    form = told(filer.get(f"2024/targets/{filing.public_id}/"))
    form["form"]["attribute"] = ""
    told(filer.put(f"2024/targets/{filing.public_id}/", {k: form[k] for k in ("version", "form")}))
    (finding,) = [f for f in told(filer.get(f"{one}findings/")) if f["severity"] == "阻断"]
    waived = {"code": finding["code"], "path": finding["path"], "reason": "年中补"}
    told(section.post(f"{one}waive/", waived), 403)
    assert told(admin.post(f"{one}waive/", waived), 201)["reason"] == "年中补"
    assert not [f for f in told(filer.get(f"{one}findings/")) if f["severity"] == "阻断"]
    due = Assignment.objects.get(pk=filing.assignment_id).due_at
    longer = {"last_day": "2024-04-30", "reason": "汛期"}
    told(admin.post(f"assignments/{filing.assignment.public_id}/extension/", longer))
    assert Assignment.objects.get(pk=filing.assignment_id).due_at - due >= timedelta(days=14)
    kept = told(admin.post(f"{one}cancel/", {"reason": "重复"}), 409)
    assert kept["code"] == "filings.in_force"
    other = f"2024/filings/{makers.target_filing(world, n=2).public_id}/"
    assert told(admin.post(f"{other}cancel/", {"reason": "重复"}))["state"] == "cancelled"


def test_a_rejection_needs_its_reason(program, filing, world):
    makers.submitted(world, filing)
    section, desk = program("section_reviewer"), f"2024/reviews/{filing.public_id}/"
    assert told(section.post(f"{desk}reject/"), 409)["code"] == "filings.reason"
    assert told(section.post(f"{desk}reject/", {"opinion": "不属于职责"}))["state"] == "rejected"


@pytest.mark.req("U-13")
def test_a_grade_that_does_not_pass_is_refused(program, filing, world):
    makers.submitted(world, filing)
    desk = f"2024/reviews/{filing.public_id}/"
    told(program("section_reviewer").post(f"{desk}pass/"))
    performance = program("performance_reviewer")
    unscored = told(performance.post(f"{desk}pass/"), 409)
    assert unscored["code"] == "filings.unscored"
    filing.refresh_from_db()
    low = [{"item": m.item_id, "points": str(m.points)} for m in makers.full_marks(filing, "0.7")]
    assert told(performance.post(f"{desk}pass/", {"marks": low}), 409)["code"] == (
        "filings.grade_refuses"
    )
    assert Filing.objects.get().state == State.IN_REVIEW
    over = [{"item": low[0]["item"], "points": "99"}]
    assert told(performance.put(desk, {"marks": over}), 409)["code"] == "filings.points"


def test_an_undecided_review_is_its_desks_own(program, filing, world):
    makers.submitted(world, filing)
    section, filer = program("section_reviewer"), program("filer")
    told(section.put(f"2024/reviews/{filing.public_id}/", {"opinion": "还没想好"}))
    (revision,) = told(filer.get(f"2024/filings/{filing.public_id}/revisions/"))
    assert revision["reviews"] == []
    assert told(filer.get(f"2024/reviews/{filing.public_id}/"), 403)["code"] == "permission_denied"


def test_a_return_names_the_item_that_is_wrong(program, filing, world):
    makers.submitted(world, filing)
    section, desk = program("section_reviewer"), f"2024/reviews/{filing.public_id}/return/"
    body = {"items": [{"path": "year_goal", "message": "改"}, {"path": "year_goal"}]}
    bad = told(section.post(desk, {**body, "due_on": "2024-04-31"}), 400)
    assert {fault["path"]: fault["name"] for fault in bad["faults"]} == {
        "items.1.message": "退回意见 第2条 要求",
        "due_on": "重报截止",
    }
    unknown = {"items": [{"path": "nowhere", "message": "改"}], "due_on": "2024-04-17"}
    assert told(section.post(desk, unknown), 409)["code"] == "form.unknown_path"
    past = {"items": [{"path": "year_goal", "message": "改"}], "due_on": "2024-04-01"}
    assert told(section.post(desk, past), 409)["code"] == "filings.due_past"
    assert not ReturnItem.objects.exists()
    assert Filing.objects.get().state == State.SUBMITTED


def test_documents_and_the_fill_in_workbook_go_through_the_api(program, filing, world):
    makers.saved(world, filing)
    filer, path = program("filer"), f"2024/targets/{filing.public_id}/"
    job = told(filer.post(f"{path}document/pdf/"), 202)["job"]
    assert told(filer.get(f"jobs/{job}/"))["state"] == "queued"
    assert b"".join(filer.get(f"{path}document/xlsx/").streaming_content)[:2] == b"PK"
    book = b"".join(filer.get(f"{path}excel/").streaming_content)
    taken = told(filer.upload(f"{path}excel/", "填报表.xlsx", book))
    assert not taken["is_changed"] or taken["marks"] == []
    refused = told(filer.upload(f"{path}excel/", "填报表.xlsx", b"PK"), 409)
    assert refused["code"].startswith("upload.")
    told(filer.get(f"{path}document/xlsx/", revision="x"), 400)
    assert (
        told(program("plan_admin").post("2024/targets/documents/"), 409)["code"] == "targets.none"
    )


def test_last_years_indicators_are_copied_where_there_are_some(program, filing):
    path = f"2024/targets/{filing.public_id}/copy/"
    refused = told(program("filer").post(path, {"version": 1}), 409)
    assert refused["code"] == "targets.no_last_year"
