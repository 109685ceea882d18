"""退回修改与完善问题 (Y-14): objects once, problems each; page, file and API say the same."""

from __future__ import annotations

import io
import pickle
from collections.abc import Iterator
from datetime import date

import openpyxl
import pytest

from apps.core import clock
from apps.filings import services
from apps.filings.selectors import returned
from apps.filings.selectors.returned import Counts, ReturnedAsked
from apps.rules.return_kinds import Kind
from tests import makers
from tests.api.program import Program, told
from tests.filings.steps import LATER, decide
from tests.filings.steps import returned as sent_back
from tests.makers import MONDAY
from tests.personas import World, client_of, make_world

pytestmark = [pytest.mark.django_db, pytest.mark.req("Y-14")]
EVERYTHING = ReturnedAsked()


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(LATER):
        yield


@pytest.fixture(scope="module")
def kept(module_rows: None) -> bytes:
    """One project returned twice with three problems, one once with one, one never."""
    with clock.at(MONDAY):
        world = make_world()
        twice, once, never = (makers.target_filing(world, n=n) for n in (1, 2, 3))
        sent_back(world, makers.submitted(world, twice), "year_goal", "funds.year.fiscal")
        for item in twice.return_items.all():
            item.answer = "已改"
            item.resolved_at, item.resolved_by = MONDAY, world.people["filer"]
            item.save()
        sent_back(world, makers.submitted(world, twice), "mid_goal")
        sent_back(world, makers.submitted(world, once))
        makers.submitted(world, never)
    return pickle.dumps((world, twice, once))


@pytest.fixture
def world(db: None, kept: bytes) -> World:
    return pickle.loads(kept)[0]


@pytest.fixture
def twice(db: None, kept: bytes):
    return pickle.loads(kept)[1]


def counted(world, who="leader", asked=EVERYTHING) -> Counts:
    return returned.counts(returned.problems(world.people[who], 2024, asked))


def test_an_object_counts_once_and_a_problem_each_time(world, twice):
    assert counted(world) == Counts(
        n_filings=2,
        n_projects=2,
        n_returns=3,
        n_problems=4,
        n_project_problems=4,
        n_settled=2,
    )
    rows = returned.problems(world.people["leader"], 2024, EVERYTHING)
    lines = returned.lines(returned.objects(world.people["leader"], 2024, rows), rows)
    assert [(line.n_returns, line.n_problems, line.n_settled) for line in lines] == [
        (1, 1, 0),
        (2, 3, 2),
    ]
    assert [(u.code, u.n_filings, u.n_problems) for u in returned.by_unit(rows)] == [("201", 2, 4)]
    kinds = [(one.kind, one.n_problems, one.n_filings) for one in returned.by_kind(rows)]
    assert kinds == [(Kind.GOAL, 3, 2), (Kind.MONEY, 1, 1)]


def test_a_unit_as_a_whole_is_counted_apart(world, twice):
    twice.assignment.plan.tasks.get(code="quarter.unit").slots.update(is_required=False)
    owed = twice.assignment.plan.assignments.get(unit=world.units["water"], project=None)
    filer = world.people["filer"]
    with clock.at(MONDAY):
        whole = services.open_filing(assignment=owed, actor=filer)
        services.save_materials(
            filing=whole, actor=filer, version=1, summary="一季度", facts={"n": "3"}
        )
        services.submit(filing=whole, actor=filer, version=2, key="k")
    wanted = [services.Wanted("summary", "写明篇目")]
    due = {"items": wanted, "due_on": date(2024, 4, 17)}
    decide(world, whole, "performance_reviewer", "send_back", **due)
    assert (counted(world).n_filings, counted(world).n_wholes) == (3, 1)
    assert counted(world, asked=ReturnedAsked(subject="whole")).n_whole_problems == 1


@pytest.mark.parametrize(
    ("asked", "n_problems"),
    [
        ({"kind": "money"}, 1),
        ({"kind": "goal"}, 3),
        ({"subject": "whole"}, 0),
        ({"subject": "project"}, 4),
        ({"stage": "targets"}, 4),
        ({"stage": "materials"}, 0),
        ({"text": "201"}, 4),
        ({"text": "提升工程2"}, 1),
        ({"text": "没有"}, 0),
    ],
)
def test_filters_narrow_the_same_figures(world, asked, n_problems):
    assert counted(world, asked=ReturnedAsked(**asked)).n_problems == n_problems


def test_task_and_section_narrow_too_and_a_stranger_counts_nothing(world, twice):
    task = str(twice.assignment.task.public_id)
    farm, debt = (str(world.sections[key].public_id) for key in ("agriculture", "debt"))
    assert counted(world, asked=ReturnedAsked(task=task, section=farm)).n_problems == 4
    assert counted(world, asked=ReturnedAsked(section=debt)).n_problems == 0
    assert counted(world, "filer").n_problems == 4
    assert counted(world, "stranger").n_problems == 0
    assert counted(world, "foreign_reviewer").n_problems == 0


def test_page_file_and_api_say_the_same(world):
    client = client_of(world.people["leader"])
    page = client.get("/2024/returned/").content.decode()
    assert "2<small>个" in page
    assert "4<small>处" in page
    problems = client.get("/2024/returned/?by=problem").content.decode()
    assert "总体目标" in problems
    assert "改funds.year.fiscal" in problems
    assert "县水利局" in client.get("/2024/returned/?by=unit").content.decode()
    assert client.get("/2024/returned/?task=nothing").status_code == 200
    content = client.post("/2024/returned/export/", {}).content
    book = openpyxl.load_workbook(io.BytesIO(content))
    figures = {row[0].value: row[1].value for row in book["计数"].iter_rows()}
    assert (figures["退回对象（个）"], figures["完善问题（处）"]) == (2, 4)
    assert len(list(book["问题明细"].iter_rows(min_row=2))) == 4
    assert client.post("/2024/returned/export/", {"kind": "nothing"}).status_code == 409
    caller = Program(world.people["leader"], moment=LATER)
    said = told(caller.get("2024/returned/counts/"))
    assert (said["counts"]["n_filings"], said["counts"]["n_problems"]) == (2, 4)
    assert said["kinds"][0]["kind"] == "goal"
    assert len(told(caller.get("2024/returned/"))["results"]) == 2
    assert len(told(caller.get("2024/returned/problems/?kind=money"))["results"]) == 1
    told(caller.get("2024/returned/?kind=nothing"), 400)
