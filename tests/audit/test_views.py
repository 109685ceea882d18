"""The trail's page, its rows and its export."""

import csv
import io
import re
from datetime import datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory
from rest_framework.response import Response

from apps.audit import export, selectors, services
from apps.audit.middleware import Refusals
from apps.audit.models import Entry
from apps.core import clock
from apps.rules.errors import RuleError
from tests.access.asking import patterns
from tests.personas import client_of


def write(person, chain, label, at=datetime(2024, 4, 10, 9, tzinfo=clock.ZONE), **more):
    with clock.at(at):
        return services.record(
            actor=person, action="filings.submit", subject=None, chain=chain, label=label, **more
        )


@pytest.fixture
def rows(world):
    """One entry on each kind of chain, each with a token of its own."""
    filer, foreign = world.people["filer"], world.people["foreign_filer"]
    write(filer, "unit:652823/201", "本县单位")
    write(filer, "region:652823", "本县")
    write(filer, "system", "本县的人登录")
    write(None, "system", "无名登录")
    write(foreign, "unit:652325/201", "外县单位")
    write(foreign, "region:652325", "外县总")
    write(foreign, "system", "外县的人登录")
    write(filer, "unit:6528230/201", "编码相近")
    return world


@pytest.mark.trust("B03")
def test_the_audit_administrator_reads_the_own_jurisdictions_trail_only(rows):
    page = client_of(rows.people["audit_admin"]).get("/audit/").content.decode()

    for own in ("本县单位", ">本县<", "本县的人登录", "无名登录"):
        assert own in page
    for foreign in ("外县单位", "外县总", "外县的人登录", "编码相近"):
        assert foreign not in page


@pytest.mark.trust("B01")
@pytest.mark.parametrize(
    "who", ["filer", "leader", "observer", "plan_admin", "sys_admin", "sec_admin", "expert"]
)
def test_nobody_else_reads_or_exports_the_trail_and_the_attempt_is_on_record(rows, who):
    client = client_of(rows.people[who])

    answers = [client.get("/audit/"), client.post("/audit/export/")]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert "本县单位" not in answers[0].content.decode()
    refused = Entry.objects.refusals().order_by("id")
    assert [entry.action for entry in refused] == ["audit.log", "audit.export"]
    assert {entry.actor_id for entry in refused} == {rows.people[who].pk}
    assert refused[0].data["reason"] == "系统日志只供审计管理员查看。"


@pytest.mark.trust("B01")
def test_a_visitor_is_sent_to_the_login_page_and_leaves_no_entry(rows, client):
    n_before = Entry.objects.count()

    assert client.get("/audit/").status_code == 302
    assert client.post("/audit/export/").status_code == 302
    assert Entry.objects.count() == n_before


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({}, ["d", "c", "b", "a"]),
        ({"since": "2024-04-11"}, ["d", "c"]),
        ({"until": "2024-04-10"}, ["b", "a"]),
        ({"since": "2024-04-11", "until": "2024-04-11"}, ["c"]),
        ({"person": "古丽"}, ["b"]),
        ({"action": "filings."}, ["d", "c", "b", "a"]),
        ({"action": "targets."}, []),
        ({"chain": "652823/205"}, ["c"]),
        ({"refusals": "on"}, ["d"]),
    ],
)
def test_the_filters(world, asked, found):
    filer, filer2 = world.people["filer"], world.people["filer2"]
    write(filer, "unit:652823/201", "a")
    write(filer2, "unit:652823/201", "b", datetime(2024, 4, 10, 23, 59, tzinfo=clock.ZONE))
    write(filer, "unit:652823/205", "c", datetime(2024, 4, 11, tzinfo=clock.ZONE))
    write(filer, "region:652823", "d", datetime(2024, 4, 12, tzinfo=clock.ZONE), refusal=True)

    answer = client_of(world.people["audit_admin"]).get("/audit/", asked)

    assert [entry.subject_label for entry in answer.context["page"].entries] == found


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"since": "昨天"}, "昨天"),
        ({"since": "2024-04-11", "until": "2024-04-10"}, "止日2024-04-10早于起日2024-04-11"),
    ],
)
def test_a_wrong_filter_is_named_and_answers_422(rows, asked, sentence):
    answer = client_of(rows.people["audit_admin"]).get("/audit/", asked)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()


def test_pages_follow_by_key_without_gap_or_overlap(world, django_assert_max_num_queries):
    for number in range(120):
        write(world.people["filer"], "unit:652823/201", f"行{number:03}")
    client, seen, query = client_of(world.people["audit_admin"]), [], ""
    for size in (50, 50, 20):
        with django_assert_max_num_queries(20):
            page = client.get(f"/audit/{query}").context["page"]
        assert len(page.entries) == size
        seen += [entry.subject_label for entry in page.entries]
        query = f"?before={page.older}"

    assert page.older == 0
    assert seen == [f"行{number:03}" for number in reversed(range(120))]


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "9" * 18, "１２"])
def test_a_page_key_that_we_did_not_give_shows_the_first_page(rows, before):
    answer = client_of(rows.people["audit_admin"]).get("/audit/", {"before": before})

    assert answer.status_code == 200
    assert len(answer.context["page"].entries) == 4


def exported(client, asked=None) -> list[list[str]]:
    answer = client.post("/audit/export/", asked or {})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


@pytest.mark.trust("E01", "E05")
def test_the_export_holds_what_the_filter_shows_and_is_itself_on_record(rows):
    client = client_of(rows.people["audit_admin"])

    table = exported(client, {"chain": "652823"})

    assert [row[5] for row in table[1:]] == ["本县", "本县单位"]
    entry = Entry.objects.get(action="audit.export")
    assert entry.data == {"filter": {"chain": "652823"}, "n_entries": 2}


@pytest.mark.trust("E01")
@pytest.mark.parametrize("first", list("=+-@\t\r＝＋－＠"))
def test_no_cell_of_the_export_starts_a_formula(world, first):
    write(world.people["filer"], "unit:652823/201", f"{first}1+1")

    table = exported(client_of(world.people["audit_admin"]))

    assert table[1][5] == f"'{first}1+1"
    assert export.safe("12") == "12"


@pytest.mark.django_db
def test_history_tells_of_one_object_only(world):
    filer, filer2 = world.people["filer"], world.people["filer2"]
    for person in (filer, filer2, filer):
        services.record(actor=filer, action="a.b", subject=person, chain="system")

    assert selectors.entries_of(filer).count() == 2
    assert [e.number for e in selectors.history("organizations.user", filer.pk)] == [3, 1]


@pytest.mark.django_db
def test_actions_are_shown_in_words_where_there_are_words():
    assert Entry(action="audit.export").action_label == "审计留痕：导出"
    assert Entry(action="audit.frobnicate").action_label == "审计留痕：frobnicate"
    assert Entry(action="/nowhere/").action_label == "/nowhere/"
    assert Entry(action="api-filing-submit").action_label == "接口：填报·报送"
    assert Entry(action="organizations_api.me").action_label == "接口：本人"


def test_every_page_and_button_that_may_be_refused_has_its_words():
    monitoring = {"healthz", "readyz"}
    names = [route.replace(":", ".") for route in patterns() if route not in monitoring]
    shown = {name: Entry(action=name).action_label for name in names}
    codes = {n: w for n, w in shown.items() if re.search("[a-z]", w.replace("Excel", ""))}
    assert codes == {}


@pytest.mark.django_db
def test_the_log_shows_words_and_finds_by_them(world):
    filer, client = world.people["filer"], client_of(world.people["audit_admin"])
    for action in ("filings.submit", "filings.send_back", "projects.export"):
        services.record(
            actor=filer,
            action=action,
            subject=filer,
            chain="region:652823",
            data={"opinion": "", "resolved": True},
        )
    page = client.get("/audit/").content.decode()
    assert "填报与审核：报送" in page
    assert "filings.submit" not in page
    assert "区划652823　第" in page
    assert "<dt>意见</dt><dd>—</dd>" in page
    assert "<dt>已解决</dt><dd>是</dd>" in page
    for asked, found in {
        "报送": ["filings.submit"],
        "填报与审核": ["filings.send_back", "filings.submit"],
        "项目：导出": ["projects.export"],
        "filings.": ["filings.send_back", "filings.submit"],
        "项目：报送": [],
    }.items():
        entries = client.get("/audit/", {"action": asked}).context["page"].entries
        assert sorted(entry.action for entry in entries) == found


def passed(person, method, status, error=None, data=None):
    """What the middleware does with a request that ended so."""

    def answer(request):
        if error is not None:
            middleware.process_exception(request, error)
        if data is not None:
            return Response(data, status=status)
        return HttpResponse(status=status)

    middleware = Refusals(answer)
    request = getattr(RequestFactory(), method)("/2024/filings/", REMOTE_ADDR="10.0.0.1")
    request.user = person
    return middleware(request)


@pytest.mark.trust("F01")
@pytest.mark.parametrize(
    ("method", "status", "error", "data", "reason"),
    [
        ("get", 403, PermissionDenied("无权"), None, "无权"),
        ("post", 403, PermissionDenied(), None, ""),
        ("post", 409, RuleError("审核中。"), None, "审核中。"),
        ("post", 422, None, None, ""),
        ("post", 409, None, {"detail": "已截止。"}, "已截止。"),
        ("post", 422, None, ["x"], ""),
    ],
)
def test_a_known_persons_refusal_is_on_record(world, method, status, error, data, reason):
    passed(world.people["filer"], method, status, error, data)

    entry = Entry.objects.get()
    assert entry.is_refusal
    assert entry.actor_id == world.people["filer"].pk
    assert entry.data == {
        "method": method.upper(),
        "path": "/2024/filings/",
        "status": status,
        "reason": reason,
    }


@pytest.mark.parametrize(
    ("method", "status"), [("get", 200), ("get", 404), ("post", 302), ("get", 422), ("post", 500)]
)
def test_other_answers_leave_no_refusal(world, method, status):
    passed(world.people["filer"], method, status, ValueError("ours"))

    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_a_strangers_refusals_do_not_fill_the_trail():
    passed(AnonymousUser(), "post", 403)

    assert not Entry.objects.exists()
