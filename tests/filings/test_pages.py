"""The engine's pages: what they show, what odd input does, what never writes."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.core import clock
from apps.filings import review_screen, services
from apps.filings.models import Comment, Filing, ReturnItem, State
from tests import makers
from tests.filings import steps
from tests.filings.test_reviewing import with_sheet
from tests.flows import pages
from tests.flows.machine import BAD
from tests.flows.stored import ALL, digest
from tests.makers import MONDAY, YEAR
from tests.personas import client_of

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _monday(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with clock.at(LATER):
        yield


@pytest.fixture
def filing(world):
    return makers.target_filing(world)


def url(name, filing):
    return reverse(f"filings:{name}", args=[YEAR, filing.public_id])


def text(response):
    return response.content.decode()


# --- the unit's side ------------------------------------------------------------------------
def test_the_unit_reads_its_list_its_filing_and_its_receipt(world, filing):
    makers.submitted(world, filing)
    client = client_of(world.people["filer"])
    number = filing.revisions.get().receipt_number
    assert "年初项目绩效目标" in text(client.get(reverse("filings:list", args=[YEAR])))
    assert "审核中" in text(client.get(url("detail", filing)))
    receipt = text(client.get(reverse("filings:receipt", args=[YEAR, number])))
    assert number in receipt
    assert filing.revisions.get().content_hash in receipt


def test_an_earlier_revision_can_be_read_and_an_odd_number_shows_the_newest(world, filing):
    makers.submitted(world, filing)
    steps.returned(world, filing)
    client = client_of(world.people["filer"])
    for wanted, number in (("1", 1), ("2", 2), ("99", 2), ("x", 2), ("\x00", 2)):
        shown = client.get(url("detail", filing), {"revision": wanted}).context["shown"]
        assert shown.number == number


def test_the_confirmation_page_counts_what_stops_and_what_changed(world, filing):
    makers.saved(world, filing, BAD)
    client = client_of(world.people["filer"])
    page = client.get(url("confirm", filing))
    assert page.context["n_blocking"] == 1
    assert page.context["compared"] == ""
    makers.submitted(world, filing)
    assert client.get(url("confirm", filing)).status_code == 302
    steps.returned(world, filing)
    makers.saved(world, filing, BAD)
    assert client.get(url("confirm", filing)).context["n_changes"] > 0


def test_a_stranger_finds_nothing_under_any_address(world, filing):
    makers.submitted(world, filing)
    client = client_of(world.people["stranger"])
    for name in ("detail", "confirm", "withdraw", "reopen", "cancel", "waive", "review"):
        assert client.get(url(name, filing)).status_code == 404
    number = filing.revisions.get().receipt_number
    assert client.get(reverse("filings:receipt", args=[YEAR, number])).status_code == 404
    assert client.get(f"/{YEAR}/receipts/%00/").status_code == 404


def test_the_file_of_a_revision_is_given_to_those_who_see_it(world, filing):
    filer = client_of(world.people["filer"])
    pages.attach(filer, filing.public_id)
    file = reverse("filings:file", args=[YEAR, filing.revisions.get().attachments.get().public_id])
    assert filer.get(file).status_code == 200
    assert client_of(world.people["section_reviewer"]).get(file).status_code == 404
    makers.submitted(world, filing)
    assert client_of(world.people["section_reviewer"]).get(file).status_code == 200


def test_a_file_is_removed_by_page(world, filing):
    filer = client_of(world.people["filer"])
    pages.attach(filer, filing.public_id)
    attachment = filing.revisions.get().attachments.get()
    gone = filer.post(reverse("filings:detach", args=[YEAR, attachment.public_id]))
    assert gone.status_code == 302
    assert not filing.revisions.get().attachments.exists()


def test_withdrawing_asks_for_a_reason_and_shows_a_refusal(world, filing):
    client = client_of(world.people["filer"])
    assert "撤回" in text(client.get(url("withdraw", filing)))
    assert client.post(url("withdraw", filing), {"reason": ""}).status_code == 422
    refusal = client.post(url("withdraw", filing), {"reason": "错"})
    assert refusal.status_code == 422
    assert "不能撤回" in text(refusal)
    assert client.put(url("withdraw", filing)).status_code == 405


def test_talk_by_page_comes_back_to_where_it_was_held(world, filing):
    makers.submitted(world, filing)
    reviewer, filer = client_of(world.people["section_reviewer"]), client_of(world.people["filer"])
    said = pages.comment(reviewer, filing.public_id)
    assert said["Location"] == url("review", filing)
    thread = Comment.objects.get()
    reply = filer.post(
        url("comment", filing), {"path": "x", "text": "已写明", "parent": thread.public_id}
    )
    assert reply["Location"] == reverse("targets:sheet", args=[YEAR, filing.public_id])
    resolve = reverse("filings:resolve", args=[YEAR, thread.public_id])
    filer.post(resolve, {"is_resolved": "true"})
    thread.refresh_from_db()
    assert thread.resolved_at == LATER
    assert filer.post(url("comment", filing), {"path": "x", "text": ""}).status_code == 409
    long = filer.post(
        reverse("filings:answer", args=[YEAR, _item(world, filing).public_id]),
        {"answer": "长" * 501},
    )
    assert "答复最多500字" in text(long)


def _item(world, filing):
    steps.returned(world, filing)
    return ReturnItem.objects.get()


# --- odd input ------------------------------------------------------------------------------
@pytest.mark.trust("C10")
@pytest.mark.parametrize(
    "data",
    [
        {"opinion": "同意\x00"},
        {"grade-²": "优"},
        {"points-1": "９"},
        {"points-99999999999999999999": "9"},
        {"grade-1": "优" * 50},
        {"decision": "nothing"},
        {"decision": "return", "item": "1", "item-1-path": "\x00", "due_on": "2024-04-17"},
        {"decision": "return", "item": "1", "item-1-path": "year_goal", "due_on": "0000"},
        {
            "decision": "return",
            "item": "x",
            "item-x-path": "year_goal",
            "item-x-message": "改",
            "item-x-severity": "\x00" * 20,
            "due_on": "2024-04-17",
        },
    ],
)
def test_odd_input_on_the_review_page_is_an_answer_never_an_error(world, filing, data):
    makers.submitted(world, filing)
    client = client_of(world.people["section_reviewer"])
    answer = client.post(url("review", filing), data)
    assert answer.status_code in (302, 409)
    filing.refresh_from_db()
    assert filing.state == State.SUBMITTED


@pytest.mark.trust("C10")
@pytest.mark.parametrize("version", ["", "x", "-1", "²", "1" * 12, "1\x00"])
def test_a_page_without_its_version_is_refused_and_nothing_is_lost(world, filing, version):
    client = client_of(world.people["filer"])
    before = digest()
    answer = client.post(url("submit", filing), {"version": version})
    assert answer.status_code == 409
    assert "缺少版本号" in text(answer)
    assert digest() == before


@pytest.mark.trust("C10", "G02")
def test_a_key_with_odd_characters_still_submits_once(world, filing):
    version = makers.saved(world, filing)
    client = client_of(world.people["filer"])
    data = {"version": version, "key": "a\x00b" + "长" * 200}
    first, again = (client.post(url("submit", filing), data) for _ in range(2))
    assert first["Location"] == again["Location"]
    bare = client.post(url("submit", filing), {"version": version})
    assert bare.status_code == 409


def test_an_unknown_slot_with_odd_characters_is_refused(world, filing):
    client = client_of(world.people["filer"])
    assert pages.attach(client, filing.public_id, "a\x00").status_code == 409
    file = SimpleUploadedFile("x.exe", b"MZ", "application/pdf")
    answer = client.post(url("attach", filing), {"slot": "basis", "file": file})
    assert answer.status_code == 409
    assert not filing.revisions.get().attachments.exists()


# --- the reviewer's side ----------------------------------------------------------------------
def test_the_queue_empties_from_filing_to_filing(world, filing):
    other = makers.target_filing(world, n=2)
    for each in (filing, other):
        makers.submitted(world, each)
    client = client_of(world.people["section_reviewer"])
    queue = client.get(reverse("filings:queue", args=[YEAR]))
    ids = [row.filing.public_id for row in queue.context["rows"]]
    assert ids == [filing.public_id, other.public_id]
    assert {row.remaining for row in queue.context["rows"]} == {3}
    screen = client.get(url("review", filing)).context["screen"]
    assert (screen.prev, screen.next, screen.n_waiting) == (None, other, 2)
    onward = pages.judge(client, Filing.objects.get(pk=filing.pk), "pass", date(2024, 4, 17))
    assert onward["Location"] == url("review", other)
    last = client.get(url("review", other)).context["screen"]
    assert (last.prev, last.next, last.n_done_today) == (None, None, 1)
    done = pages.judge(client, Filing.objects.get(pk=other.pk), "pass", date(2024, 4, 17))
    assert done["Location"] == reverse("filings:queue", args=[YEAR])


def test_a_second_click_is_told_so_on_a_page_of_its_own(world, filing):
    makers.submitted(world, filing)
    client = client_of(world.people["section_reviewer"])
    stored = Filing.objects.get(pk=filing.pk)
    pages.judge(client, stored, "pass", date(2024, 4, 17))
    again = pages.judge(client, stored, "pass", date(2024, 4, 17))
    assert again.status_code == 409
    assert "您已经办过这件" in text(again)
    quiet = client.post(url("review", filing), {"opinion": "x"}, headers={"X-Autosave": "true"})
    assert (quiet.status_code, quiet.json()["code"]) == (409, "filings.decided")
    assert client.get(url("review", filing))["Location"] == url("detail", filing)


def test_what_a_reviewer_typed_stays_when_a_rule_refuses(world, filing):
    steps.at_second_desk(world, filing)
    item = filing.step.sheet.items.first()
    client = client_of(world.people["performance_reviewer"])
    data = {
        "decision": "pass",
        "opinion": "总体可行",
        f"points-{item.pk}": "9.5",
        f"grade-{item.pk}": "优",
        "known": ["1", "x"],
        "item": "1",
        "item-1-path": "year_goal",
        "item-1-place": "三、年度目标",
        "item-1-message": "写明年份",
    }
    screen = client.post(url("review", filing), data).context["screen"]
    assert screen.opinion == "总体可行"
    assert (screen.sheet_rows[0].points, screen.sheet_rows[0].grade) == ("9.5", "优")
    (wanted,) = screen.wanted
    assert (wanted["message"], wanted["checked"]) == ("写明年份", "true")
    assert screen.is_last_step
    assert screen.sheet_rows[0].middles["优"] == "9.5"


def test_a_review_in_progress_is_saved_quietly_and_shown_again(world, filing):
    steps.at_second_desk(world, filing)
    item = filing.step.sheet.items.first()
    client = client_of(world.people["performance_reviewer"])
    data = {"opinion": "再看", f"points-{item.pk}": "8"}
    quiet = client.post(url("review", filing), data, headers={"X-Autosave": "true"})
    assert quiet.json()["saved_at"] == LATER.isoformat()
    saved = client.post(url("review", filing), {**data, "decision": "save"})
    assert saved["Location"] == url("review", filing)
    screen = client.get(url("review", filing)).context["screen"]
    assert (screen.opinion, screen.sheet_rows[0].points) == ("再看", "8")
    assert len(screen.outcome.missing) == 7


def test_a_resubmission_shows_the_difference_new_files_and_open_talk(world, filing):
    makers.submitted(world, filing)
    steps.returned(world, filing)
    filer = client_of(world.people["filer"])
    pages.attach(filer, filing.public_id)
    pages.answer(filer, ReturnItem.objects.get(), is_resolved=True)
    makers.submitted(world, filing, replace(makers.good_form(), leader="李强"))
    reviewer = client_of(world.people["section_reviewer"])
    pages.comment(reviewer, filing.public_id)
    screen = review_screen.build(Filing.objects.get(pk=filing.pk), world.people["section_reviewer"])
    assert screen.previous.number == 1
    assert screen.diff.section("head").n_changes == 1
    assert screen.new_files == {"立项批复.pdf"}
    assert [want["path"] for want in screen.wanted] == ["year_goal"]
    goals = {row.path: row.threads for _, _, rows in screen.sections for row in rows}
    assert len(goals["year_goal"]) == 1


def test_a_checks_sheet_offers_its_two_words(world, filing):
    makers.submitted(world, filing)
    with_sheet(world, filing, "checks")
    client = client_of(world.people["section_reviewer"])
    rows = client.get(url("review", filing)).context["screen"].sheet_rows
    assert {row.choices for row in rows} == {("合格", "不合格")}
    assert rows[0].middles == {}


# --- the administrator's side -----------------------------------------------------------------
def test_exceptions_by_page_ask_for_a_reason_and_show_refusals(world, filing):
    admin = client_of(world.people["plan_admin"])
    makers.saved(world, filing, BAD)
    for name in ("waive", "cancel"):
        assert admin.get(url(name, filing)).status_code == 200
        assert admin.post(url(name, filing), {"reason": ""}).status_code == 422
    refusal = pages.reopen(admin, filing.public_id, date(2024, 4, 10))
    assert "不能重新开放" in text(refusal)
    past = pages.reopen(admin, filing.public_id, date(2024, 4, 1))
    assert past.status_code == 422
    steps.approved(world, filing)
    assert "不能取消" in text(pages.cancel(admin, filing.public_id))
    assert pages.reopen(admin, filing.public_id, date(2024, 4, 10)).status_code == 302


# --- reading writes nothing -------------------------------------------------------------------
@pytest.mark.trust("B11")
def test_no_page_writes_when_it_is_only_read(world, filing):
    makers.submitted(world, filing)
    clients = [client_of(world.people[p]) for p in ("filer", "section_reviewer", "plan_admin")]
    before = digest(ALL)
    number = filing.revisions.get().receipt_number
    addresses = [
        *(url(n, filing) for n in ("detail", "confirm", "review")),
        reverse("filings:list", args=[YEAR]),
        reverse("filings:queue", args=[YEAR]),
        reverse("filings:receipt", args=[YEAR, number]),
        reverse("targets:sheet", args=[YEAR, filing.public_id]),
    ]
    for client in clients:
        for address in addresses:
            assert client.get(address).status_code in (200, 302)
    assert digest(ALL) == before
    assert services.verify_receipt(revision=filing.revisions.get()).holds
