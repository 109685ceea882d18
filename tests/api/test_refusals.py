"""Who may not, what does not exist, what is not understood: each says so and changes nothing."""

import json
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import RequestFactory
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.audit.models import Entry
from apps.filings.models import Comment, Filing, ReturnItem, Revision
from apps.organizations.models import Membership
from apps.targets.form_json import form_as, form_from
from perf_mgmt.wsgi import application
from tests import makers
from tests.api.program import JSON, ROOT, told
from tests.rules.forms import form as rules_form

pytestmark = pytest.mark.django_db

READS = [
    "2024/filings/{id}/",
    "2024/filings/{id}/findings/",
    "2024/filings/{id}/revisions/",
    "2024/filings/{id}/revisions/1/diff/",
    "2024/filings/{id}/attachments/",
    "2024/filings/{id}/comments/",
    "2024/reviews/{id}/",
    "2024/targets/{id}/",
    "2024/targets/{id}/excel/",
    "2024/targets/{id}/document/xlsx/",
]
WRITES = [
    ("put", "2024/targets/{id}/"),
    ("post", "2024/targets/{id}/copy/"),
    ("post", "2024/targets/{id}/excel/"),
    ("post", "2024/targets/{id}/document/pdf/"),
    ("post", "2024/targets/documents/"),
    ("put", "2024/materials/{id}/"),
    ("post", "2024/assignments/{assignment}/begin/"),
    ("post", "assignments/{assignment}/extension/"),
    ("post", "2024/filings/{id}/submit/"),
    ("post", "2024/filings/{id}/withdraw/"),
    ("post", "2024/filings/{id}/attachments/"),
    ("post", "2024/filings/{id}/comments/"),
    ("post", "2024/filings/{id}/reopen/"),
    ("post", "2024/filings/{id}/cancel/"),
    ("post", "2024/filings/{id}/waive/"),
    ("put", "2024/reviews/{id}/"),
    ("post", "2024/reviews/{id}/pass/"),
    ("post", "2024/reviews/{id}/return/"),
    ("post", "2024/reviews/{id}/reject/"),
    ("post", "2024/returns/{id}/answer/"),
    ("post", "2024/comments/{id}/resolve/"),
]
PLACES = [
    ("post", "units/"),
    ("patch", "units/{unit}/"),
    ("post", "sections/"),
    ("post", "routes/"),
    ("post", "people/"),
    ("post", "people/{person}/seats/"),
    ("post", "people/{person}/switch/"),
    ("post", "locks/"),
    ("post", "seats/{seat}/deputy/"),
    ("post", "seats/{seat}/hand-over/"),
    ("post", "assignments/{assignment}/exemption/"),
]
PROJECTS = [
    ("post", "2024/projects/"),
    ("patch", "2024/projects/{project}/"),
    ("post", "2024/projects/{project}/confirm/"),
    ("put", "2024/projects/{project}/money/"),
    ("post", "2024/projects/{project}/executions/"),
    ("post", "2024/projects/import/"),
    ("post", "2024/projects/import/confirm/"),
]
OTHER_WRITES = [*PLACES, *PROJECTS]


def filled(path, filing, public_id=None):
    seat = Membership.objects.get(user__username="filer")
    return path.format(
        unit=filing.unit.public_id,
        person=seat.user.public_id,
        seat=seat.pk,
        id=public_id or filing.public_id,
        assignment=public_id or filing.assignment.public_id,
        project=filing.assignment.project.public_id,
    )


def state():
    """What a refusal may not change."""
    return (
        list(Filing.objects.values_list("state", "step")),
        list(Revision.objects.values_list("number", "version", "submitted_at")),
        Comment.objects.count(),
        ReturnItem.objects.count(),
        Entry.objects.filter(action__startswith="filings.").count(),
    )


@pytest.mark.trust("B03", "B10")
@pytest.mark.parametrize("person", ["stranger", "foreign_filer", "foreign_reviewer"])
def test_a_strangers_row_and_a_missing_one_are_the_same_404(person, program, filing, world):
    makers.submitted(world, filing)
    asking, before = program(person), state()
    for path in READS:
        foreign = asking.get(filled(path, filing))
        missing = asking.get(filled(path, filing, uuid4()))
        assert told(foreign, 404) == told(missing, 404)
    for method, path in WRITES:
        if "documents" in path:
            continue
        foreign = asking.call(method, filled(path, filing), {})
        missing = asking.call(method, filled(path, filing, uuid4()), {})
        assert told(foreign, 404) == told(missing, 404), path
    assert state()[:4] == before[:4]


@pytest.mark.trust("A13")
def test_a_reading_token_reads_and_writes_nothing(program, filing):
    reading, before = program("filer", may_write=False), state()
    assert reading.get(filled(READS[0], filing)).status_code == 200
    for method, path in [*WRITES, *OTHER_WRITES]:
        answer = told(reading.call(method, filled(path, filing), {}), 403)
        assert answer["detail"].startswith("这个令牌只能读")
    assert state()[:4] == before[:4]


@pytest.mark.trust("B06")
def test_each_side_writes_only_its_own_fields(program, filing, world):
    version = makers.saved(world, filing)
    head = program("unit_head")
    body = {"version": version, "form": form_as(makers.good_form())}
    for path, told_body in (
        (f"2024/targets/{filing.public_id}/", body),
        (f"2024/targets/{filing.public_id}/copy/", {"version": version}),
    ):
        method = "put" if "form" in told_body else "post"
        answer = head.call(method, path, told_body)
        assert answer.status_code in (403, 409), answer.content
    key = {"Idempotency_Key": "h"}
    told(head.post(f"2024/filings/{filing.public_id}/submit/", {"version": version}, **key), 403)
    makers.submitted(world, filing)
    before = state()
    section, filer = program("section_reviewer"), program("filer")
    told(section.put(f"2024/targets/{filing.public_id}/", body), 403)
    for verb in ("pass", "reject"):
        told(filer.post(f"2024/reviews/{filing.public_id}/{verb}/", {"opinion": "好"}), 403)
        other = program("performance_reviewer")
        told(other.post(f"2024/reviews/{filing.public_id}/{verb}/", {"opinion": "好"}), 403)
    assert state() == before


@pytest.mark.trust("B07")
def test_a_field_that_does_not_exist_is_refused_by_name(program, filing):
    before = state()
    sent = {"version": 1, "state": "approved", "form": form_as(makers.good_form())}
    bad = told(program("filer").put(f"2024/targets/{filing.public_id}/", sent), 400)
    assert bad["faults"] == [{"path": "state", "name": "state", "message": "没有这个字段。"}]
    assert state() == before


def test_wrong_input_is_named_in_the_forms_words(program, filing):
    form = form_as(makers.good_form())
    form["year_goal"] = "长" * 4001
    form["lines"][2]["unit"] = "位" * 21
    del form["funds"]
    sent = {"version": "x", "form": form}
    bad = told(program("filer").put(f"2024/targets/{filing.public_id}/", sent), 400)
    names = {fault["path"]: fault["name"] for fault in bad["faults"]}
    assert names == {
        "version": "版本号",
        "form.funds": "申报表 项目资金",
        "form.lines.2.unit": "申报表 绩效指标 第3条 度量单位",
        "form.year_goal": "申报表 年度目标",
    }
    assert bad["code"] == "input"
    assert bad["detail"].startswith("版本号：")


@pytest.mark.parametrize("until", ["9999-12-31", "0001-01-01", "1999-12-31"])
def test_a_day_that_no_calendar_reaches_is_wrong_input(program, filing, until):
    admin = program("plan_admin")
    makers_body = {"reason": "试", "until": until}
    path = f"2024/filings/{filing.public_id}/reopen/"
    assert admin.post(path, makers_body).status_code in (400, 404)
    longer = {"reason": "试", "last_day": until}
    told(admin.post(f"assignments/{filing.assignment.public_id}/extension/", longer), 400)


# --- bodies that are none -------------------------------------------------------------------
BODIES = {
    "nan": b'{"version": NaN}',
    "infinity": b'{"version": -Infinity}',
    "overflow": b'{"version": 1e999}',
    "endless": b'{"version": ' + b"9" * 5000 + b"}",
    "long": b'{"version": ' + b"9" * 4000 + b"}",
    "nul": b'{"reason": "a\\u0000b"}',
    "surrogate": b'{"reason": "\\ud800"}',
    "key": b'{"\\udfff": 1}',
    "deep list": b"[" * 100_000 + b"]" * 100_000,
    "deep object": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "nested": b'{"form": ' + b"[" * 30 + b"]" * 30 + b"}",
    "bytes": b"\xff\xfe\x00",
    "half": b'{"version": 1',
    "list": b"[1, 2]",
    "text": b'"x"',
    "null": b"null",
    "number": b"1",
    "empty": b"",
}


@pytest.mark.trust("C10")
@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_a_body_that_is_none_is_a_400_on_every_route(body, program, filing, world):
    before = state()
    for person, routes in (("filer", WRITES), ("plan_admin", PROJECTS), ("sys_admin", PLACES)):
        for method, path in routes:
            answer = program(person).call(method, filled(path, filing), body)
            assert answer.status_code in (*range(200, 300), 400, 403, 404, 409, 415), path
            answer.json()
    assert state()[0] == before[0]


@pytest.mark.trust("D01", "C10")
def test_a_body_beyond_the_limit_is_refused_unread(program, filing):
    body = b'{"reason": "' + b"x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE + b'"}'
    path = f"2024/filings/{filing.public_id}/withdraw/"
    assert told(program("filer").post(path, body), 413)["code"] == "too_large"


@pytest.mark.trust("C10")
def test_other_content_types_and_odd_charsets_are_refused(program, filing):
    filer, path = program("filer"), f"{ROOT}2024/filings/{filing.public_id}/withdraw/"
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded"):
        assert told(filer.raw("POST", path, b"<a/>", content_type=kind), 415)["code"]
    for charset in ("utf-16", "x-none"):
        kind = f"{JSON}; charset={charset}"
        answer = filer.raw("POST", f"{path}?a=%e4", b'{"reason": "\xff"}', content_type=kind)
        assert answer.status_code == 400, charset
    kind = "multipart/form-data; boundary=x"
    assert filer.raw("POST", path, b"--x\r\nbroken", content_type=kind).status_code == 415


@pytest.mark.trust("C10")
@pytest.mark.parametrize("charset", ["hex", "rot13", "idna", "undefined", "x-none", "utf-16"])
def test_the_server_believes_no_other_charset(charset):
    answered = []
    environ = RequestFactory().get("/healthz?a=%e4", headers={"host": "localhost"}).environ
    environ["CONTENT_TYPE"] = f"{JSON}; charset={charset}"
    list(application(environ, lambda status, headers, info=None: answered.append(status)))
    assert answered == ["200 OK"]


@pytest.mark.trust("C10", "C05")
@pytest.mark.parametrize("mark", ["x", "a.b:c", "\x00", "\ud83d", "9" * 400, "cD1hYmM="])
def test_a_mark_of_another_list_or_none_means_the_first_page(mark, program, filing):
    filer = program("filer")
    for path in ("2024/todo/", "2024/filings/", "2024/reviews/", "units/", "jobs/", "messages/"):
        for side in ("after", "before", "cursor"):
            query = {side: mark.encode("utf-8", "surrogatepass")}
            assert filer.get(path, **query).status_code == 200
    for path in ("2024/todo/?state=x", "2024/search/", "plans/?year=x"):
        assert filer.get(path).status_code == 400
    assert filer.get(f"{99**9}/todo/").status_code == 200
    assert filer.get(f"2024/receipts/{'9' * 80}/").status_code == 404


# --- whatever may come ----------------------------------------------------------------------
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(),
    st.text(max_size=40),
    st.sampled_from(["\x00", "\ud800", "‮", "9" * 400, "1e999", "2024-02-30", "优", str(uuid4())]),
)
WORDS = """
version form keep_theirs lines funds unread key value weight library_id year mid fiscal reason
until code path slot text reply_to is_resolved answer opinion marks item grade points items
message severity due_on last_day summary facts name amount as_of source level username
origin attribute tags first_year kind parent_code job
role section unit fund_tag budget_type aliases is_active user to on starts_on ends_on key seen
"""
NAMES = st.sampled_from(WORDS.split())
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=12,
)
BODY = st.dictionaries(NAMES, VALUES, max_size=12)


@pytest.mark.trust("C10")
def test_no_input_is_an_error_of_ours(program, filing, world):
    makers.submitted(world, filing)
    people = [
        program(p) for p in ("filer", "section_reviewer", "plan_admin", "sys_admin", "sec_admin")
    ]

    @hypothesis_settings(
        max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), database=None
    )
    @given(BODY, st.sampled_from([*WRITES, *OTHER_WRITES]), st.sampled_from(people))
    def ask(body, route, asking):
        method, path = route
        sent = json.dumps(body).encode()
        answer = asking.call(method, filled(path, filing), sent, Idempotency_Key="f")
        assert answer.status_code < 500, (method, path, body)

    ask()


def test_a_form_survives_its_json(db):
    form = rules_form()
    assert form_as(form_from(form_as(form))) == form_as(form)
