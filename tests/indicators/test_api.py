"""The library for programs."""

from __future__ import annotations

import pytest

from apps.core import clock
from apps.indicators.models import Indicator
from tests.personas import client_of

API = "/api/v1/indicators/"


def test_api_asks_for_a_log_in(common, visitor):
    assert visitor.get(API).status_code in (401, 403)


def test_api_gives_every_row_once_by_cursor(common, filer):
    client, url, seen = client_of(filer), f"{API}?year=2024", []
    while url:
        body = client.get(url).json()
        assert len(body["results"]) <= 50
        seen += [row["id"] for row in body["results"]]
        url = body["next"]

    assert sorted(seen) == sorted(Indicator.objects.values_list("id", flat=True))
    assert len(seen) == len(set(seen))


@pytest.mark.req("U-09")
def test_api_filters_as_the_page_does(common, filer):
    query = {"year": 2024, "q": "接种", "level1": "产出", "level2": "质量"}

    (row,) = client_of(filer).get(API, query).json()["results"]

    assert row["name"] == "适龄儿童免疫规划疫苗接种率"
    assert row["category_code"] == "health"
    assert row["library_year"] == 2023
    assert (row["operator"], row["typical_value"], row["unit"]) == ("≥", "90", "%")


def test_api_takes_this_year_when_none_is_named(load, content, filer):
    content["library"]["fiscal_year"] = clock.today().year
    load(content)

    assert len(client_of(filer).get(API).json()["results"]) == 2
    assert client_of(filer).get(API, {"year": 2000}).json()["results"] == []


@pytest.mark.trust("C05", "C10")
@pytest.mark.parametrize(
    ("name", "value"), [("year", "二〇二四"), ("year", "1"), ("level1", "过程"), ("q", "a\x00")]
)
def test_api_names_a_filter_that_is_none(common, filer, name, value):
    answer = client_of(filer).get(API, {name: value})

    assert answer.status_code == 400
    assert [fault["path"] for fault in answer.json()["faults"]] == [name]


@pytest.mark.trust("B03", "B04")
def test_api_hides_other_jurisdictions(load, content, filer, foreign_filer):
    content["library"]["jurisdiction"] = "652325"
    load(content)

    assert client_of(filer).get(API, {"year": 2024}).json()["results"] == []
    assert len(client_of(foreign_filer).get(API, {"year": 2024}).json()["results"]) == 2


@pytest.mark.trust("B07")
def test_api_only_reads(common, filer):
    assert client_of(filer).post(API, {"name": "x"}).status_code in (403, 405)
