"""The description names every route, and nothing answers without a key."""

import re
from io import StringIO

import pytest
import yaml
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

from apps.core.rest import KeyPages
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
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=said)
    return yaml.safe_load(said.getvalue())


def test_every_route_and_method_is_described_without_a_warning(description):
    found = list(routes(get_resolver().url_patterns))
    assert len(found) > 50
    for path, view in found:
        named = "/" + re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)
        has = {method for method in METHODS if hasattr(view, method)}
        assert set(description["paths"][named]) & METHODS == has, named


@pytest.mark.trust("B07")
def test_every_list_is_paged_by_key():
    for path, view in routes(get_resolver().url_patterns):
        pages = getattr(view, "pagination_class", None)
        assert pages is None or issubclass(pages, KeyPages), path


def test_every_refusal_of_a_write_is_described(description):
    for path, methods in description["paths"].items():
        if not re.search(r"/(filings|reviews|targets|materials)/", path):
            continue
        for method in METHODS & set(methods) - {"get"}:
            assert {"400", "403", "404", "409"} <= set(methods[method]["responses"]), path


@pytest.mark.trust("A13")
@pytest.mark.django_db
def test_no_route_answers_a_stranger(visitor, description):
    for path, methods in description["paths"].items():
        year = path.replace("{year}", "2024").replace("{number}", "1")
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
