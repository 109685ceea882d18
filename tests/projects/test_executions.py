"""The page of a project's executions: who sees it, who records, and what a wrong entry says."""

from datetime import date
from decimal import Decimal

import pytest
from django.db.models import ProtectedError
from django.urls import reverse

from apps.audit.models import Entry
from apps.core import clock
from apps.projects import selectors, services
from apps.projects.models import Execution
from apps.projects.services import MoneyLine
from tests.makers import MONDAY
from tests.personas import client_of
from tests.projects.lists import YEAR, code

pytestmark = pytest.mark.django_db
PAID = {"as_of": "2024-03-31", "amount": "25", "source": "国库"}


@pytest.fixture(autouse=True)
def today():
    """8 April 2024."""
    with clock.at(MONDAY):
        yield


@pytest.fixture
def project(world, plan_admin):
    """A project of the water bureau with 100 万元 in 2024."""
    made = services.create_project(
        actor=plan_admin,
        unit=world.units["water"],
        code=code(1),
        name="农村饮水巩固",
        first_year=2024,
    )
    services.confirm(project=made, actor=plan_admin, year=YEAR, origin="initial", attribute="new")
    lines = [
        MoneyLine("fiscal", initial=Decimal(500_000), adjusted=Decimal(800_000)),
        MoneyLine("other", initial=Decimal(0), adjusted=Decimal(200_000)),
    ]
    services.set_money(project=made, actor=plan_admin, year=YEAR, lines=lines)
    return made


def url(project, year=YEAR):
    return reverse("projects:executions", args=[year, project.public_id])


def record(user, project, **cells):
    return client_of(user).post(url(project), PAID | cells)


def shown(user, project):
    page = client_of(user).get(url(project))
    assert page.status_code == 200
    return page


def kept():
    return list(Execution.objects.order_by("pk").values_list("as_of", "amount", "source"))


@pytest.mark.parametrize("key", ["plan_admin", "budget_officer"])
def test_who_writes_the_money_records_what_was_paid_and_reads_the_rate(world, project, key):
    user = world.people[key]
    assert record(user, project).status_code == 302

    page = shown(user, project)
    (paid,) = page.context["rows"]
    assert (paid.row.amount, paid.row.recorded_by, paid.rate) == (250_000, user, Decimal("0.25"))
    text = page.content.decode()
    assert "2024年3月31日" in text
    assert "25.0%" in text
    assert user.name in text
    assert Entry.objects.get(action="projects.record_execution").actor_id == user.pk


def test_the_newest_date_comes_first_and_a_correction_leaves_the_old_row(world, project):
    officer = world.people["budget_officer"]
    record(officer, project)
    record(officer, project, as_of="2024-02-29", amount="10")
    record(officer, project, amount="24")

    rows = shown(officer, project).context["rows"]
    assert [(paid.row.amount, paid.row.is_superseded) for paid in rows] == [
        (240_000, False),
        (250_000, True),
        (100_000, False),
    ]
    assert shown(officer, project).content.decode().count("已被更正") == 2  # once in the help
    assert selectors.standing_of(project, YEAR).last.rate == Decimal("0.24")


def test_saying_again_what_is_in_force_changes_nothing(world, project):
    officer = world.people["budget_officer"]
    record(officer, project)
    before = (kept(), Entry.objects.count())
    assert record(officer, project).status_code == 302
    assert (kept(), Entry.objects.count()) == before

    record(officer, project, amount="24")
    record(officer, project)  # back to the first number: a correction of the correction
    assert [amount for _, amount, _ in kept()] == [250_000, 240_000, 250_000]


WRONG = [
    ({"as_of": ""}, "截至日期"),
    ({"as_of": "2024-04-09"}, "截至日期填2024-04-09，应在2024-01-01至2024-04-08之间。"),
    ({"as_of": "2023-12-31"}, "截至日期填2023-12-31，应在2024-01-01至2024-04-08之间。"),
    ({"as_of": "20244-01-01"}, "截至日期"),
    ({"amount": ""}, "累计执行数（万元）"),
    ({"amount": "-1"}, "累计执行数（万元）"),
    ({"amount": "25万"}, "累计执行数（万元）"),
    ({"source": ""}, "数据来源"),
    ({"source": "长" * 61}, "数据来源"),
]


@pytest.mark.parametrize(("cells", "words"), WRONG)
def test_a_wrong_entry_names_the_field_keeps_what_was_typed_and_stores_nothing(
    world, project, cells, words
):
    page = record(world.people["budget_officer"], project, **cells)
    assert page.status_code == 422
    text = page.content.decode()
    assert words in text.split('id="record-title"')[0]
    assert 'value="25"' in text or "amount" in cells
    assert kept() == []


@pytest.mark.parametrize("as_of", ["2024-01-01", "2024-04-08"])
def test_the_first_day_of_the_year_and_today_are_taken(world, project, as_of):
    assert record(world.people["budget_officer"], project, as_of=as_of).status_code == 302
    assert len(kept()) == 1


def test_a_year_that_is_ahead_takes_no_executions(world, project, plan_admin):
    services.confirm(
        project=project, actor=plan_admin, year=2025, origin="initial", attribute="continuing"
    )
    page = client_of(plan_admin).post(url(project, 2025), PAID)
    assert page.status_code == 422
    assert "2025年度还没有开始" in page.content.decode()
    assert kept() == []


@pytest.mark.trust("B10")
@pytest.mark.parametrize(
    ("key", "sees", "records"),
    [
        ("filer", 200, 403),
        ("supervisor", 200, 403),
        ("section_reviewer", 200, 403),
        ("performance_reviewer", 200, 403),
        ("observer", 200, 403),
        ("stranger", 404, 404),
        ("foreign_reviewer", 404, 404),
        ("sys_admin", 404, 404),
    ],
)
def test_who_sees_the_project_reads_its_executions_and_writes_none(
    world, project, key, sees, records
):
    record(world.people["plan_admin"], project, source="国库第一季度")
    user = world.people[key]
    page = client_of(user).get(url(project))
    assert page.status_code == sees
    assert ("国库第一季度" in page.content.decode()) is (sees == 200)
    assert "登记执行数</button>" not in page.content.decode()
    before = kept()
    assert record(user, project, amount="1").status_code == records
    assert kept() == before


def test_an_empty_page_says_what_comes_next(world, project, plan_admin, filer):
    assert "填截至日期、累计执行数和数据来源" in shown(plan_admin, project).content.decode()
    assert "由计划管理员或预算科登记后显示" in shown(filer, project).content.decode()
    other = client_of(plan_admin).get(url(project, 2023)).content.decode()
    assert "项目没有列入这个年度" in other
    assert "登记执行数</button>" not in other


@pytest.mark.req("U-35")
def test_a_classified_project_takes_no_execution_and_says_so(world, plan_admin):
    secret = services.create_classified(
        actor=plan_admin, unit=world.units["secret"], first_year=2024
    )
    services.confirm(project=secret, actor=plan_admin, year=YEAR, origin="initial", attribute="new")
    assert "涉密项目不登记支出" in shown(plan_admin, secret).content.decode()
    assert record(plan_admin, secret).status_code == 422
    assert kept() == []


def test_without_a_budget_there_is_no_rate(world, project, plan_admin):
    services.set_money(project=project, actor=plan_admin, year=YEAR, lines=[])
    record(plan_admin, project)
    (paid,) = shown(plan_admin, project).context["rows"]
    assert paid.rate is None


def test_the_pages_of_the_project_lead_there(world, project, plan_admin, filer):
    client = client_of(plan_admin)
    edit = client.get(reverse("projects:edit", args=[YEAR, project.public_id]))
    dossier = client_of(filer).get(reverse("reports:project", args=[YEAR, project.public_id]))
    for page in (edit, dossier):
        assert f'href="{url(project)}"' in page.content.decode()


def test_many_rows_are_paged_by_key_with_few_queries(
    world, project, plan_admin, django_assert_max_num_queries
):
    for amount in range(60):
        services.record_execution(
            project=project,
            actor=plan_admin,
            year=YEAR,
            as_of=date(2024, 1, 31),
            amount=Decimal(amount),
            source="国库",
        )
    client = client_of(plan_admin)
    client.get(url(project))
    with django_assert_max_num_queries(20):
        page = client.get(url(project))
    assert len(page.content) < 150_000
    following = client.get(page.context["page"].next_url)
    assert [paid.row.amount for paid in following.context["rows"]] == list(range(9, -1, -1))


def test_a_person_who_recorded_something_is_not_deleted(world, project):
    officer = world.people["budget_officer"]
    record(officer, project)
    with pytest.raises(ProtectedError):
        officer.delete()


def test_programs_read_who_recorded_it(world, project, filer):
    record(world.people["budget_officer"], project)
    answer = client_of(filer).get(reverse("api-project-executions", args=[YEAR, project.public_id]))
    assert answer.json()[0]["recorded_by"] == world.people["budget_officer"].name
