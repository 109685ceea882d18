"""Lists: each row once, by signed marks, at a cost that does not grow with the rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.workplans.models import Plan
from tests import makers
from tests.api.program import told

pytestmark = pytest.mark.django_db
LISTS = [
    ("filer", "2024/todo/"),
    ("filer", "2024/filings/"),
    ("section_reviewer", "2024/reviews/"),
    ("filer", "2024/home/"),
]


def submit_some(world, first, n):
    for number in range(first, first + n):
        makers.submitted(world, makers.target_filing(world, n=number))
        makers.make_project(world, n=100 + number)
    makers.assign_all(world, Plan.objects.get())


def cost(program, person, path):
    asking = program(person)
    asking.get(path)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        told(asking.get(path))
    return len(queries)


@pytest.mark.trust("H01")
def test_a_list_costs_the_same_however_many_rows(program, world):
    submit_some(world, 1, 2)
    before = {path: cost(program, person, path) for person, path in LISTS}
    submit_some(world, 3, 6)
    after = {path: cost(program, person, path) for person, path in LISTS}
    assert after == before
    assert max(after.values()) <= 30


def test_every_row_comes_once_across_the_pages(program, world, monkeypatch):
    monkeypatch.setattr("apps.core.paging.SIZE", 3)
    submit_some(world, 1, 4)
    filer, seen, path = program("filer"), [], "2024/todo/"
    while path:
        page = told(filer.get(path))
        seen += [row["assignment"] for row in page["results"]]
        path = (page["next"] or "").partition("/api/v1/")[2]
    assert len(seen) == len(set(seen)) == 5
    last = told(filer.get("2024/todo/"))
    assert last["previous"] is None


def test_a_mark_of_one_list_is_none_on_another(program, world, monkeypatch):
    monkeypatch.setattr("apps.core.paging.SIZE", 1)
    submit_some(world, 1, 2)
    mark = told(program("sys_admin").get("units/"))["next"].partition("?")[2]
    assert told(program("filer").get(f"2024/filings/?{mark}"))["previous"] is None


def test_an_unknown_route_answers_in_json(program):
    assert told(program("filer").get("2024/nothing/"), 404)["code"] == "not_found"
