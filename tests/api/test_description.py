"""The description names every route, and nothing answers without a key."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

from apps.core.rest import KeyPages
from tests.access.asking import patterns
from tests.api.program import told

METHODS = {"get", "post", "put", "patch", "delete"}


def routes(patterns, prefix=""):
    """Every route with its view class."""
    for entry in patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry.url_patterns, path)
        elif isinstance(entry, URLPattern) and path.startswith("api/v1/"):
            yield path, entry.callback.cls


@pytest.fixture(scope="module")
def description():
    said = StringIO()
    as_json = ("--format", "openapi-json")  # read back in no time
    call_command("spectacular", "--validate", "--fail-on-warn", *as_json, stdout=said)
    return json.loads(said.getvalue())


def test_every_route_and_method_is_described_without_a_warning(description):
    found = list(routes(get_resolver().url_patterns))
    assert len(found) > 80
    for path, view in found:
        named = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)
        has = {method for method in METHODS if hasattr(view, method)}
        assert set(description["paths"][named]) & METHODS == has, named


def told_pages():
    """The table of docs/api.md: each page's address and the routes that do the same."""
    text = Path(settings.BASE_DIR, "docs/api.md").read_text()
    rows = re.findall(r"^\| `/([^`]*)` \| ([^|]*) \|", text, re.M)
    return {page: re.findall("`([^`]*)`", routes) for page, routes in rows}


def test_every_page_has_its_routes_in_the_table_and_every_route_exists(description):
    pages = {
        re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", pattern)
        for pattern in patterns().values()
        if not pattern.startswith(("api/", "healthz", "readyz"))
    }
    table = told_pages()
    assert pages == set(table)
    known = {
        f"{method.upper()} {path.removeprefix('/api/v1/')}"
        for path, methods in description["paths"].items()
        for method in METHODS & set(methods)
    }
    named = {route for routes in table.values() for route in routes}
    assert named - known == set(), "routes that do not exist"
    assert known - named == set(), "routes that no page of the table leads to"


@pytest.mark.trust("B07")
def test_every_list_is_paged_by_key():
    for path, view in routes(get_resolver().url_patterns):
        pages = getattr(view, "pagination_class", None)
        assert pages is None or issubclass(pages, KeyPages), path


def operations(description):
    for path, methods in description["paths"].items():
        for method in METHODS & set(methods):
            yield f"{method} {path}", method, methods[method]


def test_every_operation_says_in_chinese_what_it_is_for(description):
    summaries = {}
    for name, _, operation in operations(description):
        summary = operation.get("summary", "")
        assert re.search("[\u4e00-\u9fff]", summary), name
        assert summary not in summaries, (name, summaries[summary])
        summaries[summary] = name


def test_every_operation_says_how_it_refuses_and_who_may_ask(description):
    refusal = {"$ref": "#/components/schemas/Refusal"}
    for name, method, operation in operations(description):
        answers = operation["responses"]
        wanted = {"400", "401", "403", "404", "500"}
        wanted |= set() if method == "get" else {"409", "413", "415"}
        assert wanted <= set(answers), name
        for status in wanted:
            assert answers[status]["content"]["application/json"]["schema"] == refusal, name
        assert {"token": []} in operation["security"], name
        assert {"cookieAuth": []} in operation["security"], name


@pytest.mark.trust("A13")
@pytest.mark.django_db
def test_no_route_answers_a_stranger(visitor, description):
    for path, methods in description["paths"].items():
        year = path.replace("{year}", "2024").replace("{number}", "1")
        year = year.replace("{pk}", "1").replace("{kind}", "units")
        url = re.sub(r"{\w+}", "8f0a4d2e-0000-4000-8000-000000000000", year)
        for method in METHODS & set(methods):
            answer = getattr(visitor, method)(url)
            assert answer.status_code == 401, (method, url)
            assert answer.json()["code"] == "not_authenticated"


@pytest.mark.django_db
def test_the_description_is_served_to_people_with_a_key(program, visitor):
    assert visitor.get("/api/schema/").status_code == 401
    filer = program("filer")
    assert filer.raw("GET", "/api/schema/").status_code == 200
    accept = {"Accept": "application/vnd.oai.openapi+json"}
    answer = filer.raw("GET", "/api/schema/", headers=accept)
    assert told(answer)["openapi"].startswith("3.")
