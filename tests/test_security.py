"""Attacks on every route: forged and spoiled requests, extra fields, scripts, odd addresses."""

import json
import logging

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from apps.core import clock
from apps.core.logs import LineFormatter
from apps.organizations import services
from tests import makers
from tests.access import attacks
from tests.access.asking import House, LightClient
from tests.access.bodies import FORMS, body_of
from tests.access.walking import SAFE, Line, first_allowed, lines
from tests.databases import undone
from tests.personas import PASSWORD

pytestmark = pytest.mark.no_cover  # thousands of requests; what is covered, other tests say
LINES = lines()
READING = [line for line in LINES if line.method in SAFE]
WRITING = [line for line in LINES if line.method not in SAFE]
PAGES = [line for line in READING if "api" not in line.route]


# --- forged requests ------------------------------------------------------------------------
@pytest.mark.trust("C01")
def test_no_writing_route_takes_a_request_without_its_token(house: House):
    wrong = []
    for line in WRITING:
        person = first_allowed(line) or "filer"
        browser = LightClient(enforce_csrf_checks=True)
        browser.cookies.update(house.client(person).cookies)
        url, thing = house.url(line.route, line.kind), None
        thing = house.county.thing(line.kind, "own") if line.kind else None
        body, more = body_of(line.route, house.county, thing)
        if "api" in line.route and more.pop("format", "") != "multipart":
            more["content_type"] = "application/json"
        with undone(), clock.at(makers.MONDAY):
            response = getattr(browser, line.method.lower())(url, body, **more)
        if response.status_code != 403:
            wrong.append(f"{line}: {response.status_code}")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.trust("C01", "A13")
def test_a_token_is_the_only_key_that_needs_no_csrf_token(house: House):
    with undone(), clock.at(makers.MONDAY):
        _, text = services.make_token(
            actor=house.county.world.people["filer"], name="t", days=1, may_write=False
        )
        browser = LightClient(enforce_csrf_checks=True)
        key = {"HTTP_AUTHORIZATION": f"Bearer {text}"}
        assert browser.get("/api/v1/me/", **key).status_code == 200
        begin = house.url("api-begin", "fresh")
        assert browser.post(begin, **key).status_code == 403  # the token only reads
        assert browser.get("/account/", **key).status_code == 302  # pages know no tokens


# --- extra fields ---------------------------------------------------------------------------
@pytest.mark.trust("B06", "B07")
def test_no_column_opens_to_an_extra_field(house: House):
    wrong = []
    for line in WRITING:
        person = first_allowed(line)
        thing = house.county.thing(line.kind, "own") if line.kind else None
        body, more = body_of(line.route, house.county, thing)
        if not person or not isinstance(body, dict):
            continue
        closed = set(attacks.columns()) - set(body) - OPTIONAL.get(line.route, set())
        url = house.url(line.route, line.kind)
        extra = {**body, **dict.fromkeys(closed, "qzz")}
        answer = house.ask(person, line.method, url, extra, **more)
        written = [value for value in answer.values if "'qzz'" in value]
        is_refused = answer.letter == "!" and ("api" in line.route or line.right == "region")
        if written or not (answer.letter == "+" or is_refused):
            wrong.append(f"{line}: {answer.status} {written[:1]}")
    assert wrong == [], "\n".join(wrong)


WINDOW = {"data_until", "day", "days_after", "event", "focus_closes", "focus_opens"} | {
    "months_after",
    "note",
    "phrase",
}
DOCUMENT = {"issued_on", "issuer", "note", "number", "url"}
ROW = {"cost_high", "cost_low", "cost_unit", "data_source", "evidence", "formula", "high"}
ROW |= {"is_core", "keywords", "low", "purpose", "subclass", "typical_value"}
OPTIONAL = {  # fields of a route's form beyond those of the good request
    "organizations:new_person": {"email", "phone"},
    "organizations:grant": {"unit", "section"},
    "organizations:new_unit": {"parent", "credit_code", "is_fund_manager", "is_classified"},
    "organizations:unit": {"parent", "credit_code", "is_fund_manager", "is_classified"},
    "organizations:add_route": {"budget_type", "unit"},
    "projects:new": {"last_year", "total_investment", "leader", "leader_phone", "summary"},
    "projects:edit": {"last_year", "total_investment"},
    "projects:confirm": {"joined_on"},
    "projects:check_payments": {"is_unit_checked", "on", "total"},
    "projects:new_transfer": {"has_targets"},
    "projects:edit_transfer": {"has_targets"},
    "filings:comment": {"parent"},
    "filings:review": {"due_on", "cause"},
    "filings:second_score": {"opinion"},
    "filings:export_returned": {"kind", "section", "stage", "subject", "task"},
    "filings:matter": {"due_on", "message", "path"},
    "filings:sample_item": {"message", "opinion", "path"},
    "rectification:export_problems": {"severity", "source", "state", "unit"},
    "rectification:problem_new": {"area", "demands", "due_on", "project", "reference"},
    "rectification:letter": {"number", "paper"},
    "rectification:export_payment_decisions": {"kind", "state", "unit"},
    "rectification:propose_payment": {"lift_when"},
    "rectification:payment_decision": {"opinion"},
    "targets:document_pdf": {"revision"},
    "targets:document_batch": {"unit"},
    "targets:approve_batch": {"is_with_budget"},
    "targets:approve_unit": {"is_with_budget"},
    "reports:export_synchrony": {"state", "step", "unit"},
    "targets:decide_exception": {"refusal"},
    "pre_assessment:export": {"state", "verdict"},
    "pre_assessment:reassess": {"agency"},
    "pre_assessment:decide_exception": {"refusal"},
    "organizations:new_liaison": {"ends_on", "starts_on", "user"},
    "notifications:settings": {"days", "digest_at", "quiet_from", "quiet_until"},
    "notifications:channels": {"secret"},
    "notifications:channel": {"secret"},
    "reports:hand_over": {"on"},
    "reports:export_ledger": {"section", "state", "task", "unit_kind"},
    "reports:checkpoint": {"section"},
    "workplans:set_day": {"name"},
    "workplans:head": {"document_number", "source_note"},
    "workplans:new_task": {"doubt", "requirements", "section", "trigger"},
    "workplans:events": {"happened_on"},
    "workplans:new_setting": {"choices", "note", "unit"},
    "workplans:check": {"data_until"},
    "workplans:series": {"note", "phrase"},
    "workplans:edit_task": {"doubt", "requirements", "section", "trigger"},
    "workplans:windows": WINDOW,
    "workplans:window": WINDOW,
    "workplans:event": {"happened_on"},
    "workplans:setting_facts": {"choices", "note", "unit"},
    "workplans:library": DOCUMENT,
    "workplans:document": DOCUMENT,
    "indicators:editions": {"base", "level"},
    "indicators:new_row": ROW | {"code"},
    "indicators:row": ROW,
}


# --- spoiled requests -----------------------------------------------------------------------
@pytest.mark.trust("C05", "C10")
def test_no_parameter_breaks_a_page(house: House):
    wrong = []
    for line in {line.route: line for line in READING}.values():
        person, url = first_allowed(line), house.url(line.route, line.kind)
        for value in attacks.IN_ADDRESSES:
            answer = house.ask(person, "GET", f"{url}?{attacks.query(value)}")
            if answer.status >= 500:
                wrong.append(f"{line} ?{value[:12]!a}")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.trust("C10")
def test_no_year_breaks_a_page(house: House):
    wrong = []
    for line in {line.route: line for line in READING}.values():
        url = house.url(line.route, line.kind)
        for year in attacks.YEARS if f"/{makers.YEAR}/" in url else ():
            asked = url.replace(f"/{makers.YEAR}/", f"/{year}/")
            if house.ask(first_allowed(line), "GET", asked).status >= 500:
                wrong.append(f"{line} in {year}")
    assert wrong == [], "\n".join(wrong)


@pytest.mark.trust("C05", "C10")
@pytest.mark.parametrize("line", WRITING, ids=str)
def test_no_field_breaks_a_writing_route(house: House, line: Line):
    assert attacks.shaken(house, line) == []


@pytest.mark.trust("C10")
@pytest.mark.parametrize(
    "text",
    ['{"a": NaN}', '{"a": 1e999}', "[" * 3000, '"\\ud800"', "\x00", "null", "3", '{"a":"\\u0000"}'],
)
def test_no_json_breaks_the_api(house: House, text):
    for line in (line for line in WRITING if line.route.startswith("api-")):
        if line.route in FORMS or line.method == "DELETE":
            continue
        person, url = first_allowed(line) or "filer", house.url(line.route, line.kind)
        answer = house.ask(
            person, line.method, url, text, format="", content_type="application/json"
        )
        assert answer.status < 500, line


# --- scripts --------------------------------------------------------------------------------
@pytest.mark.trust("C02", "C03")
def test_markup_in_any_text_stays_text_on_every_page(house: House):
    wrong, n_shown = [], 0
    with undone(), clock.at(makers.MONDAY):
        assert attacks.poison() > 40
        for line in PAGES:
            for person in {first_allowed(line), "plan_admin", "performance_reviewer"}:
                answer = house.ask(person, "GET", house.url(line.route, line.kind))
                if "text/html" not in answer.headers.get("Content-Type", ""):
                    continue
                page = answer.body.decode()
                n_shown += "&lt;qzx" in page
                wrong += [f"{line}: {part}" for part in attacks.Elements(page).found]
                assert ">49<" not in page, line
                assert answer.status < 500, line
    assert wrong == [], "\n".join(wrong)
    assert n_shown > 40  # the texts were really there


# --- addresses ------------------------------------------------------------------------------
ELSEWHERE = (
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "http:evil.example",
    "https:evil.example",
    "https://evil.example/",
    "http:///evil.example",
    "javascript:alert(1)",
    " //evil.example",
    "\t//evil.example",
    "/\t/evil.example",
    "//evil.example\\@testserver",
    "http://testserver@evil.example",
    "//testserver.evil.example",
    "\u2044\u2044evil.example",
    "／／evil.example",
    "/%0d%0aLocation: //evil.example\r\n",
    "data:text/html,x",
    "//[::1]:80",
)


@pytest.mark.trust("C06")
@pytest.mark.parametrize("wanted", ELSEWHERE)
def test_nothing_leads_out_of_the_house(house: House, wanted):
    entered = house.ask("filer", "GET", "/login/", {"next": wanted})
    assert entered.to == "/"
    body = {"relogin-username": "filer", "relogin-password": "x", "relogin-to": wanted}
    page = house.ask("anonymous", "POST", "/account/resume/", body).body.decode()
    assert f'action="{wanted}' not in page


@pytest.mark.trust("C14")
def test_two_people_at_one_address_share_nothing(house: House):
    for url in ("/2024/", "/account/", "/api/v1/me/", "/2024/projects/"):
        first, second = (house.ask(who, "GET", url) for who in ("filer", "stranger"))
        assert first.plain != second.plain
        for answer in (first, second):
            assert answer.headers["Cache-Control"] == "no-store"
            assert "Cookie" in answer.headers.get("Vary", "")


@pytest.mark.trust("C04")
def test_the_session_cookie_is_out_of_scripts_reach(house: House, settings):
    found = {}
    body = {"username": "filer", "password": PASSWORD}
    house.ask("anonymous", "POST", "/login/", body, lambda told: found.update(told.cookies))
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert found[name]["httponly"], name
        assert found[name]["samesite"] == "Lax", name
        assert bool(found[name]["secure"]) == settings.HTTPS, name


# --- what errors and logs tell --------------------------------------------------------------
@pytest.mark.trust("C12")
def test_an_error_page_tells_nothing_of_the_inside(house: House, settings):
    stored = house.county.thing("attachment.sent", "own").file
    url = house.url("filings:file", "attachment.sent")
    content = default_storage.open(stored.path).read()
    default_storage.delete(stored.path)  # the disk lost it: an error that nobody expects
    try:
        answer = house.ask("filer", "GET", url)
    finally:
        default_storage.save(stored.path, ContentFile(content))
    page = answer.body.decode()
    assert not settings.DEBUG
    assert answer.status in (404, 500)
    for inside in (stored.path, "Traceback", "Error", "SELECT", "/site-packages/", "django"):
        assert inside not in page


@pytest.mark.trust("C13")
@pytest.mark.parametrize("typed", ["a\nb", "a\r\nb", "a\x1b[31mb", "a\x00b", "a\u2028b", "a\x85b"])
def test_what_a_person_types_cannot_begin_a_line_of_the_log(typed):
    record = logging.LogRecord("t", logging.WARNING, "", 0, "Not Found: %s", (typed,), None)
    line = LineFormatter().format(record)
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line
    assert "\x00" not in line


@pytest.mark.trust("B10")
def test_the_api_says_the_same_of_a_foreign_and_a_missing_row(house: House):
    foreign = house.ask("filer", "GET", house.url("api-filing", "sent", "foreign"))
    nothing = house.ask("filer", "GET", house.url("api-filing", "sent", "missing"))
    assert (foreign.status, nothing.status) == (404, 404)
    assert json.loads(foreign.body) == json.loads(nothing.body)
