"""Who gets what: every route, every person, every tenant's object, by the table in tests/access.

Each cell is checked for its status, for the words of rows that the person may not read, for the
same answer to what is missing and what is foreign, for writes by a read, and for its headers.
"""

import pytest

from tests.access.asking import House, patterns
from tests.access.walking import Line, ask, faults, first_allowed, lines, rights

pytestmark = pytest.mark.no_cover  # thousands of requests; what is covered, other tests say
LINES = lines()
ENTRANCE = {"organizations:logout", "organizations:link"}  # success leads to the log-in page
NEEDS_TWO_YEARS = {"targets:copy", "api-target-copy"}  # succeed in tests/targets


@pytest.mark.trust("B01", "B02")
def test_every_route_stands_in_the_table_and_every_line_has_its_route():
    told = {line.route for line in LINES}
    assert set(patterns()) - told == set(), "routes without a line"
    assert told - set(patterns()) == set(), "lines without a route"
    assert {line.right for line in LINES} <= set(rights()), "rights without a definition"
    assert len(set(LINES)) == len(LINES), "the same line twice"


@pytest.mark.trust("B02")
def test_somebody_succeeds_with_every_line():
    idle = {line.route for line in LINES if not first_allowed(line)}
    done = {line.route for line in LINES if first_allowed(line)}
    elsewhere = {"organizations:unlock", "api-filing-end_reopening"}  # succeed in their own tests
    elsewhere |= {"notifications:resend", "api-channel-resend"}
    elsewhere |= {"pre_assessment:reassess_report", "api-assessment-third_party"}
    elsewhere |= {"indicators:candidates", "api-edition-candidates"}  # take what is promised
    elsewhere |= {"targets:approve_batch", "api-approvals-batch"}  # nothing waits here
    elsewhere |= {"api-sample-close", "api-sample_item-return"}
    elsewhere |= {"targets:ask_exception", "api-adjustment-ask"}  # between the nodes
    elsewhere |= {"targets:ask_unit_exception", "api-unit-adjustment-ask"}
    elsewhere |= {"targets:request_unit_adjustment", "api-unit-adjustment-request"}
    elsewhere |= {"api-sample-close", "api-sample_item-return", "api-session-close"}
    elsewhere |= {"api-matter-carry", "api-sample-pass_unsampled"}
    elsewhere |= {"api-sample_item-excuse", "api-session-leave"}
    assert idle - done <= ENTRANCE | NEEDS_TWO_YEARS | elsewhere


@pytest.mark.trust("B01", "B03", "B05", "B10", "B11", "C03", "C04", "C14", "I02", "I03")
@pytest.mark.req("U-35")
@pytest.mark.parametrize("line", LINES, ids=str)
def test_everybody_gets_what_the_table_says(house: House, line: Line):
    assert faults(house, line) == []


@pytest.mark.trust("B11")
def test_other_verbs_are_refused(house: House):
    wrong = []
    for route in sorted(patterns()):
        mine = [line for line in LINES if line.route == route]
        person = next(filter(None, map(first_allowed, mine)), "filer")
        methods = {line.method for line in mine}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods:
            url = house.url(route, mine[0].kind)
            answer = house.ask(person, method, url, {} if route.startswith("api") else None)
            if answer.status != 405 or answer.written - {"django_session"}:
                wrong.append(f"{method} {route}: {answer.status}")
    assert wrong == []


@pytest.mark.trust("B11")
def test_a_head_says_no_more_than_its_get(house: House):
    for line in (line for line in LINES if line.method == "GET"):
        person = first_allowed(line)
        head = house.ask(person, "HEAD", house.url(line.route, line.kind))
        assert head.status in (200, 302, 400, 405), line
        assert head.body == b"", line
        assert not head.written - {"django_session"}, line
        stranger = house.ask("expert", "OPTIONS", house.url(line.route, line.kind))
        assert b"qz" not in stranger.body, line


@pytest.mark.trust("B01")
def test_nobody_succeeds_in_the_wrong_state(house: House):
    wrong = []
    for text in WRONG_STATES.strip().splitlines():
        person, method, route, *kinds = text.split()
        for kind in kinds:
            answer = ask(house, Line(method, route, kind, ""), "own", person)
            if answer.letter == "+" and answer.written - {"django_session"}:
                wrong.append(f"{method} {route} {kind} by {person}: {answer.status}")
    assert wrong == []


WRONG_STATES = """
filer POST filings:submit sent second approved
filer POST targets:sheet sent second approved
filer POST targets:upload sent second approved
filer POST filings:attach sent second approved
filer POST filings:detach attachment.sent attachment.approved
filer POST filings:withdraw draft second returned approved
section_reviewer POST filings:review draft second returned approved
performance_reviewer POST filings:review draft sent returned approved
plan_admin POST filings:reopen draft sent second
plan_admin POST filings:cancel approved
filer POST filings:cancel draft sent second returned approved
plan_admin POST filings:waive sent approved
filer POST api-filing-submit sent second approved
filer PUT api-target sent second approved
filer POST api-filing-withdraw draft second returned approved
section_reviewer POST api-review-pass draft second returned approved
section_reviewer POST api-review-return draft second returned approved
performance_reviewer POST api-review-reject draft sent returned approved
"""
