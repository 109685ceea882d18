"""Whatever goes wrong below /api/ is told in one shape: JSON, a code, a Chinese sentence."""

import re

import pytest
from django.test import Client

from apps.core import clock
from apps.core.logs import LineFormatter
from apps.filings.models import Comment
from tests.api.program import JSON, ROOT, told
from tests.makers import MONDAY
from tests.personas import client_of

pytestmark = pytest.mark.django_db
CHINESE = re.compile(r"[\u4e00-\u9fff]")
OURS = {"JSON", "UTF", "Authorization", "Bearer", "Accept", "multipart", "application", "form"}
OURS |= {"json", "data", "Token", "CSRFToken", "NaN", "Infinity"}


def problem(answer, status):
    """The body of a refusal, which must have the one shape and no word of the framework's."""
    body = told(answer, status)
    assert answer.headers["Content-Type"] == JSON
    assert {"code", "detail"} <= set(body)
    for sentence in (body["detail"], *(fault["message"] for fault in body.get("faults", []))):
        assert CHINESE.search(sentence), sentence
        assert "该字段" not in sentence
        assert "请确保" not in sentence
    return body


def foreign_words(sentence):
    return set(re.findall(r"[A-Za-z]{3,}", sentence)) - OURS


@pytest.mark.trust("C13")
def test_a_fault_of_ours_is_json_with_the_number_that_the_log_has(
    program, filing, monkeypatch, caplog
):
    def broken(*args, **kwargs):
        raise ZeroDivisionError("inside")

    filer = program("filer")
    filer.client.raise_request_exception = False
    monkeypatch.setattr("apps.filings.selectors.threads", broken)
    lines = []
    monkeypatch.setattr(caplog.handler, "emit", lambda r: lines.append(LineFormatter().format(r)))
    body = problem(filer.get(f"2024/filings/{filing.public_id}/comments/"), 500)
    assert body["code"] == "server_error"
    assert re.fullmatch(r"[0-9a-f]{12}", body["request"])
    assert body["request"] in body["detail"]
    assert any(f"[{body['request']}] " in line and "ZeroDivisionError" in line for line in lines)
    assert set(body) == {"code", "detail", "request"}
    assert not foreign_words(body["detail"].replace(body["request"], ""))
    assert not Comment.objects.exists()


@pytest.mark.trust("B10")
@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v2/me/", "/api/v1/2024/nothing/"])
def test_a_path_that_leads_nowhere_answers_in_json(path, program, visitor):
    for asking in (program("filer").client, visitor):
        assert problem(asking.get(path), 404)["code"] == "not_found"
        assert problem(asking.post(path), 404)["code"] == "not_found"


def test_a_method_that_a_route_does_not_have_is_named_with_those_it_has(program, filing):
    answer = program("filer").call("delete", f"2024/filings/{filing.public_id}/")
    body = problem(answer, 405)
    assert body["detail"] == "这个地址不接受DELETE，可以用GET。"


def test_a_request_that_is_none_is_told_so_in_chinese(program, filing, visitor):
    filer, path = program("filer"), f"{ROOT}2024/filings/{filing.public_id}/withdraw/"
    files = path.replace("withdraw", "attachments")
    asked = [
        (filer.raw("POST", path, b"<a/>", content_type="text/xml"), 415),
        (filer.raw("POST", path, b"{", content_type=JSON), 400),
        (filer.raw("POST", files, b"--x", content_type="multipart/form-data; boundary=x"), 400),
        (filer.raw("POST", files, b"--x", content_type="multipart/form-data"), 400),
        (filer.raw("POST", files, b"{}", content_type=JSON), 415),
        (filer.raw("GET", f"{ROOT}me/", headers={"accept": "text/html"}), 406),
        (filer.raw("GET", f"{ROOT}me/", headers={"host": "evil.example"}), 400),
        (visitor.get(f"{ROOT}me/"), 401),
        (Client(headers={"Authorization": "Bearer x"}).get(f"{ROOT}me/"), 401),
    ]
    for answer, status in asked:
        assert not foreign_words(problem(answer, status)["detail"])


@pytest.mark.trust("C01")
def test_a_page_login_writes_only_with_the_pages_mark(filer, filing):
    session = client_of(filer)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = session.cookies
    path = f"{ROOT}2024/filings/{filing.public_id}/comments/"
    body = {"path": "year_goal", "text": "看"}
    refused = problem(strict.post(path, body, content_type=JSON), 403)
    assert refused["code"] == "csrf"
    assert not foreign_words(refused["detail"])
    assert not Comment.objects.exists()


def test_a_part_that_is_not_a_field_is_refused_in_a_form_too(program, filing):
    path = f"2024/filings/{filing.public_id}/attachments/"
    body = problem(program("filer").upload(path, "a.pdf", b"%PDF-1.4", slot="basis", who="x"), 400)
    assert body["faults"] == [{"path": "who", "name": "who", "message": "没有这个字段。"}]
    with clock.at(MONDAY):
        missing = program("filer").client.post(f"{ROOT}{path}", {"slot": "basis"})
    assert problem(missing, 409)["code"] == "upload.missing"
