"""What a program does with an assessment: the same services, numbers and refusals as the pages."""

import pytest

from apps.core import clock
from apps.pre_assessment import content
from apps.pre_assessment.form_json import form_as, form_from
from apps.pre_assessment.models import Conclusion, GateException
from tests.filings.steps import LATER
from tests.personas import client_of
from tests.pre_assessment import acting

pytestmark = pytest.mark.django_db
API = "/api/v1/2024"


@pytest.fixture
def project(world):
    acting.assessing_plan(world)
    return acting.new_project(world)


def call(world, person, method, path, body=None):
    client = client_of(world.people[person])
    with clock.at(LATER):
        return getattr(client, method)(f"{API}{path}", body, content_type="application/json")


def test_a_report_goes_out_and_comes_back_as_it_is():
    form = acting.report()
    assert form_as(form_from(form_as(form))) == form_as(form)


def test_what_cannot_be_read_is_kept_under_its_path(world, project):
    filing = acting.asked_for(world, project)
    url = f"/assessments/{filing.public_id}/"
    body = call(world, "filer", "get", url).json()
    form = {**body["form"], "amounts": {"asked": "八十万", "total": "", "county": ""}}
    answer = call(world, "filer", "put", url, {"version": body["version"], "form": form}).json()
    assert answer["form"]["unread"] == {"asked": "八十万"}
    assert answer["version"] == body["version"] + 1
    stale = call(world, "filer", "put", url, {"version": body["version"], "form": form})
    assert stale.status_code == 409
    assert stale.json()["code"] == "filings.stale"
    again = call(world, "filer", "put", url, {"version": answer["version"], "form": answer["form"]})
    assert again.json()["form"]["unread"] == {"asked": "八十万"}


@pytest.mark.req("Y-37", "Y-36")
def test_the_decision_is_heard_and_taken(world, project):
    filing = acting.at_last_desk(world, project)
    base = f"/assessments/{filing.public_id}/"
    heard = call(world, "performance_reviewer", "get", f"{base}decision/").json()["heard"]
    assert (heard["score"], heard["proposed"], heard["is_prompted"]) == ("70.00", "部分支持", True)
    assert [row["is_open"] for row in heard["gate"]] == [True, False, False]
    said = {"verdict": "部分支持", "supported": "600000.00", "reason": "压减设备"}
    refused = call(world, "performance_reviewer", "post", f"{base}conclude/", said)
    assert (refused.status_code, Conclusion.objects.count()) == (409, 0)
    wanted = {"is_wanted": True, "reason": "投资较大", "agency": "丙事务所"}
    call(world, "performance_reviewer", "post", f"{base}reassess/", wanted)
    told = {"verdict": "部分支持", "supported": "600000", "opinion": "偏高"}
    call(world, "performance_reviewer", "post", f"{base}reassess/report/", told)
    answer = call(world, "performance_reviewer", "post", f"{base}conclude/", said).json()
    assert answer["conclusion"]["supported"] == "600000.00"
    assert answer["heard"]["reassessment"]["agency"] == "丙事务所"


def test_the_unit_reads_the_conclusion_alone(world, project):
    filing = acting.at_last_desk(world, project)
    url = f"/assessments/{filing.public_id}/decision/"
    assert call(world, "filer", "get", url).status_code == 403
    acting.concluded(world, filing)
    answer = call(world, "filer", "get", url).json()
    assert answer["conclusion"]["verdict"] == "部分支持"
    assert answer["heard"] is None


def test_a_report_that_was_never_submitted_has_no_decision(world, project):
    filing = acting.asked_for(world, project)
    answer = call(world, "plan_admin", "get", f"/assessments/{filing.public_id}/decision/")
    assert answer.json()["code"] == "pre_assessment.unsent"


@pytest.mark.req("U-41", "Y-36")
def test_the_gate_the_request_and_the_exception(world, project):
    base = f"/projects/{project.public_id}/gate/"
    shown = call(world, "filer", "get", base).json()
    assert (shown["is_open"], shown["code"], shown["may_request"]) == (False, "missing", True)
    made = call(world, "filer", "post", f"{base}request/")
    assert made.status_code == 201
    assert call(world, "filer", "get", base).json()["filings"] == [made.json()["filing"]]
    said = {"kind": "exception", "amount": "600000", "reason": "防汛急需", "document": "纪要"}
    waiting = call(world, "budget_officer", "post", f"{base}exception/", said).json()
    assert waiting["decided_at"] is None
    path = f"/exceptions/{waiting['public_id']}/decide/"
    call(world, "leader", "post", path, {"is_agreed": True})
    assert GateException.objects.get().approved_by == world.people["leader"]
    (row,) = call(world, "leader", "get", "/exceptions/").json()
    assert row["approved_by"] == world.people["leader"].name
    assert call(world, "filer", "get", base).json()["limit"] == "600000.00"


@pytest.mark.req("Y-09")
def test_the_register_its_counts_and_its_filter(world, project):
    filing = acting.concluded(world, acting.at_last_desk(world, project))
    (row,) = call(world, "filer", "get", "/assessments/?verdict=部分支持").json()["results"]
    assert (row["filing"], row["supported"]) == (str(filing.public_id), "600000.00")
    assert call(world, "filer", "get", "/assessments/?verdict=支持").json()["results"] == []
    assert call(world, "filer", "get", "/assessments/?verdict=好").status_code == 400
    counts = {
        row["verdict"]: row["n"]
        for row in call(world, "filer", "get", "/assessments/counts/").json()
    }
    assert counts == {"支持": 0, "部分支持": 1, "不支持": 0}
    assert call(world, "filer", "post", "/assessments/export/").status_code == 200
    assert content.verdict(filing).startswith("部分支持，支持金额60.00万元")
