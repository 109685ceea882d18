"""用款计划 of many projects from a workbook, on the project's page, and for the stages above."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from apps.audit.models import Entry
from apps.core import clock
from apps.projects import paid
from apps.projects import services as projects
from apps.projects.imports import spending, steps
from apps.projects.imports.listings import SPENDING
from apps.projects.models import Execution, Project, SpendingPlan
from tests.makers import MONDAY
from tests.personas import client_of
from tests.projects import lists
from tests.projects.lists import YEAR, code, pace, paced

pytestmark = [pytest.mark.django_db, pytest.mark.req("Y-30")]


@pytest.fixture(autouse=True)
def kept_here(settings, tmp_path):
    """8 April 2024, files in a folder of the test."""
    settings.MEDIA_ROOT = tmp_path
    with clock.at(MONDAY):
        yield


@pytest.fixture(autouse=True)
def listed(world):
    """A project of the water bureau and one of the next unit, 100 万元 each."""
    lists.imported(world, lists.workbook(world, lists.line(1), lists.line(2, unit="205")))


def imported(world, *rows):
    return lists.imported(world, paced(world, *rows), listing=SPENDING)


def first():
    return Project.objects.get(code=code(1))


def test_a_plan_stands_by_month_and_the_same_sheet_changes_nothing(world):
    done = imported(world, pace(code(1)), {"code": code(2)})
    assert done.message == "已导入：新增1个，更正0个，相同0个。"
    assert paid.planned_pace(first(), YEAR) == {n: Decimal(50_000 * n) for n in range(1, 13)}
    before = list(SpendingPlan.objects.values_list()), Entry.objects.count()
    assert imported(world, pace(code(1))).result["n_same"] == 1
    assert (list(SpendingPlan.objects.values_list()), Entry.objects.count()) == before
    assert imported(world, pace(code(1), m12=80)).result["n_changed"] == 1
    assert paid.planned_pace(first(), YEAR)[12] == 800_000
    assert paid.planned_pace(first(), 2023) == {}


WRONG = [
    ({"m3": ""}, "3月累计（万元）：未填，填了就十二个月都填"),
    ({"m3": 5}, "不能少于2月的10.00万元"),
    ({"m12": "100.01"}, "不能超过调整后预算数100.00万元"),
    ({"m12": "-1"}, "不能为负"),
    ({"code": code(9)}, "清单里没有这个编码"),
    ({"code": code(2)}, "与第3行重复"),
]


@pytest.mark.parametrize(("cells", "words"), WRONG)
def test_one_wrong_month_refuses_the_sheet(world, cells, words):
    rows = ({"code": code(2)}, {**pace(code(1)), **cells})
    job = lists.checked(world, paced(world, *rows), listing=SPENDING)
    (message,) = [error["message"] for error in job.result["errors"]]
    assert words in message
    assert not SpendingPlan.objects.exists()


def test_the_form_does_not_promise_what_the_trail_does_not_keep(world):
    imported(world, pace(code(1)))
    imported(world, pace(code(1), m12=80))
    kept = Entry.objects.filter(action="projects.import_spending").latest("pk").data
    assert set(kept) == {"batch", "year", "n_rows", "digest"}
    for notes in (spending.NOTES, steps.NOTES):
        assert not any("在日志里" in note for note in notes)


def test_a_project_in_reserve_plans_nothing(world, plan_admin):
    facts = {"code": code(9), "name": "储备的", "first_year": YEAR}
    projects.create_project(actor=plan_admin, unit=world.units["water"], **facts)
    job = lists.checked(world, paced(world, pace(code(9))), listing=SPENDING)
    assert "“储备的”没有列入2024年度" in job.result["errors"][0]["message"]


def test_the_template_comes_back_with_what_stands(world):
    imported(world, pace(code(1)))
    again = lists.imported(world, SPENDING.template(world.county, YEAR), listing=SPENDING)
    assert (again.result["n_same"], again.result["n_new"]) == (1, 0)


def test_the_project_shows_its_plan_beside_what_was_paid(world, plan_admin, filer):
    imported(world, pace(code(1)))
    for on, amount in ((date(2024, 2, 29), 80_000), (date(2024, 2, 29), 90_000)):
        projects.record_execution(
            project=first(),
            actor=plan_admin,
            year=YEAR,
            as_of=on,
            amount=Decimal(amount),
            source="国库",
        )
    page = client_of(filer).get(reverse("projects:executions", args=[YEAR, first().public_id]))
    assert [(line.month, line.paid) for line in page.context["pace"]][:3] == [
        (1, None),
        (2, 90_000),
        (3, None),
    ]
    assert "计划累计" in page.content.decode()
    told = client_of(filer).get(reverse("api-project-spending", args=[YEAR, first().public_id]))
    assert told.json()[0] == {"month": 1, "amount": "50000.00"}


# --- how far it is paid ---------------------------------------------------------------------
def row(on, amount, fund="", project=None):
    """One execution as an import leaves it."""
    return Execution.objects.create(
        project=project or first(),
        jurisdiction=first().jurisdiction,
        fiscal_year=YEAR,
        as_of=date(2024, *on),
        fund=fund,
        amount=amount,
        source="国库",
        recorded_at=MONDAY,
    )


def told(on=date(2024, 12, 31)):
    found = paid.executed_to(Project.objects.all(), YEAR, on)
    return {key: (each.as_of, each.amount, each.by_source) for key, each in found.items()}


@pytest.mark.req("Y-15", "Y-16", "Y-49")
def test_of_each_source_the_latest_day_and_its_last_row_count(world, django_assert_num_queries):
    row((3, 31), 10, "fiscal")
    row((2, 29), 3, "other")
    row((2, 29), 4, "other")  # a correction
    other = Project.objects.get(code=code(2))
    row((1, 31), 7, project=other)
    key = first().pk
    with django_assert_num_queries(1):
        found = told()
    assert found == {
        key: (date(2024, 3, 31), 14, {"fiscal": 10, "other": 4}),
        other.pk: (date(2024, 1, 31), 7, {}),
    }
    assert told(date(2024, 2, 29))[key] == (date(2024, 2, 29), 4, {"other": 4})
    assert told(date(2024, 1, 30)) == {}


@pytest.mark.parametrize(
    ("rows", "amount"),
    [
        ([((2, 29), 9, ""), ((3, 31), 5, "fiscal")], 5),
        ([((3, 31), 5, "fiscal"), ((2, 29), 9, "")], 5),
        ([((3, 31), 5, "fiscal"), ((3, 31), 9, "")], 9),
        ([((3, 31), 9, ""), ((3, 31), 5, "fiscal"), ((1, 31), 2, "other")], 7),
    ],
)
def test_all_sources_together_count_where_no_source_is_later(world, rows, amount):
    for each in rows:
        row(*each)
    assert told()[first().pk][1] == amount
