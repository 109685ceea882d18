"""Writes on projects: right, state, content, trail."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.jobs.models import Event
from apps.projects import selectors, services
from apps.projects.models import Execution, FundLine, FundTag, Project, ProjectYear
from apps.projects.services import MoneyLine
from apps.rules.errors import RuleError
from tests.projects.lists import YEAR, code

pytestmark = pytest.mark.django_db
WAN = Decimal(10000)


@pytest.fixture
def project(world, plan_admin):
    return services.create_project(
        actor=plan_admin,
        unit=world.units["water"],
        code=code(1),
        name="农村饮水",
        first_year=2023,
        last_year=2025,
    )


@pytest.fixture
def placed(project, plan_admin):
    services.confirm(
        project=project, actor=plan_admin, year=YEAR, origin="initial", attribute="continuing"
    )
    return project


def n_changes():
    return Entry.objects.filter(is_refusal=False).count()


@pytest.mark.trust("F01")
def test_creation_is_one_line_in_the_units_chain(project):
    entry = Entry.objects.get()
    assert (entry.action, entry.chain.name) == ("projects.create", "unit:652823/201")
    assert project.state == Project.State.RESERVE


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"code": code(1, region="652325")}, "区划"),
        ({"code": "123"}, "21位"),
        ({"code": code(1)}, "已有：县水利局的“农村饮水”"),
        ({"last_year": 2020}, "早于起始年度2023"),
    ],
)
def test_creation_refuses_what_contradicts(world, project, plan_admin, more, words):
    before = n_changes()
    facts = {"code": code(2), "name": "乙", "first_year": 2023} | more
    with pytest.raises(RuleError, match=words), transaction.atomic():
        services.create_project(actor=plan_admin, unit=world.units["water"], **facts)
    assert (Project.objects.count(), n_changes()) == (1, before)


@pytest.mark.req("U-35")
@pytest.mark.trust("I02")
def test_a_classified_project_is_counted_and_says_nothing(world, plan_admin):
    unit = world.units["secret"]
    with pytest.raises(RuleError, match="涉密单位"):
        services.create_project(
            actor=plan_admin, unit=unit, code=code(5), name="名", first_year=2024
        )
    made = [
        services.create_classified(actor=plan_admin, unit=unit, first_year=2024) for _ in range(2)
    ]
    assert [str(one) for one in made] == ["涉密项目1", "涉密项目2"]
    services.confirm(
        project=made[0], actor=plan_admin, year=YEAR, origin="initial", attribute="new"
    )
    with pytest.raises(RuleError, match="涉密项目不登记金额"):
        services.set_money(
            project=made[0], actor=plan_admin, year=YEAR, lines=[MoneyLine("fiscal")]
        )
    with pytest.raises(PermissionDenied):
        services.update_project(project=made[0], actor=plan_admin, facts={"leader": "甲"})
    total = selectors.totals(world.county, YEAR)
    assert (total.n_projects, total.n_classified, total.adjusted) == (0, 1, 0)


def test_the_database_keeps_a_classified_row_silent(world):
    with pytest.raises(IntegrityError), transaction.atomic():
        Project.objects.create(
            jurisdiction=world.county,
            unit=world.units["secret"],
            is_classified=True,
            classified_serial=1,
            name="泄密",
            first_year=2024,
            created_at="2024-01-01T00:00:00+08:00",
        )


def test_an_update_tells_old_and_new_and_a_repeat_tells_nothing(project, plan_admin):
    tag = FundTag.objects.create(code="bond", name="债券")
    facts = {"leader": "阿不都", "total_investment": 3 * WAN}
    for _ in range(2):
        services.update_project(project=project, actor=plan_admin, facts=facts, fund_tags=[tag])
    entry = Entry.objects.get(action="projects.update")
    assert entry.data == {
        "leader": ["", "阿不都"],
        "total_investment": [None, "30000"],
        "fund_tags": [[], ["债券"]],
    }


@pytest.mark.trust("B06")
@pytest.mark.parametrize("fact", ["name", "code", "budget_type", "is_key", "first_year"])
def test_a_filer_may_not_change_what_the_office_decides(project, filer, fact):
    new = {"code": code(9), "is_key": True, "first_year": 2022}.get(fact, "fund")
    with pytest.raises(PermissionDenied):
        services.update_project(project=project, actor=filer, facts={fact: new})
    assert Project.objects.get().name == "农村饮水"
    assert not Entry.objects.filter(action="projects.update").exists()


@pytest.mark.req("Y-114")
def test_confirmation_happens_once_and_leaves_one_event(project, plan_admin):
    for _ in range(2):
        place = services.confirm(
            project=project,
            actor=plan_admin,
            year=YEAR,
            origin="added",
            attribute="new",
            joined_on=date(2024, 5, 6),
        )
    project.refresh_from_db()
    assert project.state == Project.State.ACTIVE
    assert place.joined_on == date(2024, 5, 6)
    event = Event.objects.get(kind="projects.confirmed")
    assert event.payload == {"project_year": place.pk}
    assert Entry.objects.filter(action="projects.confirm").count() == 1


@pytest.mark.parametrize(
    ("year", "origin", "joined_on", "words"),
    [
        (2026, "initial", None, "不在项目期2023–2025年内"),
        (2024, "added", None, "要填列入日期"),
        (2024, "added", date(2023, 5, 6), "不在2024年内"),
    ],
)
def test_confirmation_refuses_years_that_do_not_fit(
    project, plan_admin, year, origin, joined_on, words
):
    with pytest.raises(RuleError, match=words):
        services.confirm(
            project=project,
            actor=plan_admin,
            year=year,
            origin=origin,
            attribute="new",
            joined_on=joined_on,
        )
    assert ProjectYear.objects.count() == 0


@pytest.mark.parametrize("year", [0, 2022, 99999])
def test_a_project_without_an_end_is_not_confirmed_for_a_year_that_no_calendar_has(
    project, plan_admin, year
):
    Project.objects.update(last_year=None)
    with pytest.raises(RuleError, match="不在项目期2023–2099年内"):
        services.confirm(
            project=project, actor=plan_admin, year=year, origin="initial", attribute="new"
        )
    assert ProjectYear.objects.count() == 0


def test_money_is_exactly_the_given_lines(placed, plan_admin, django_assert_num_queries):
    lines = [
        MoneyLine("fiscal", "central", 10 * WAN, 20 * WAN, 5 * WAN),
        MoneyLine("fiscal", "county", 1 * WAN, 1 * WAN),
        MoneyLine("other", adjusted=Decimal("0.01")),
    ]
    for given in (lines, lines, lines[1:]):
        services.set_money(project=placed, actor=plan_admin, year=YEAR, lines=given)

    assert FundLine.objects.count() == 2
    with django_assert_num_queries(1):
        money = selectors.money_of(placed, YEAR)
    assert money == {"fiscal": Decimal("10000.00"), "other": Decimal("0.01")}
    assert Entry.objects.filter(action="projects.set_money").count() == 2
    assert selectors.money_of(placed, 2023) == {}


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ([MoneyLine("fiscal"), MoneyLine("fiscal")], "只能有一行"),
        ([MoneyLine("fiscal", adjusted=Decimal(-1))], "不能为负"),
    ],
)
def test_money_refuses_doubles_and_negatives(placed, plan_admin, lines, words):
    with pytest.raises(RuleError, match=words):
        services.set_money(project=placed, actor=plan_admin, year=YEAR, lines=lines)
    assert FundLine.objects.count() == 0


def test_money_needs_a_place_in_the_year(project, plan_admin):
    with pytest.raises(RuleError, match="还没有列入2024年度"):
        services.set_money(project=project, actor=plan_admin, year=YEAR, lines=[])


def test_a_correction_of_an_execution_is_a_new_row_in_force(placed, world):
    officer = world.people["budget_officer"]
    for amount in (100, 90):
        services.record_execution(
            project=placed,
            actor=officer,
            year=YEAR,
            as_of=date(2024, 5, 31),
            amount=Decimal(amount),
            source="国库",
        )
    with pytest.raises(RuleError, match="不能为负"):
        services.record_execution(
            project=placed,
            actor=officer,
            year=YEAR,
            as_of=date(2024, 5, 31),
            amount=Decimal(-1),
            source="国库",
        )
    assert Execution.objects.count() == 2
    assert selectors.execution_of(placed, YEAR).amount == 90


@pytest.mark.trust("B07")
@pytest.mark.parametrize("key", ["stranger", "foreign_reviewer", "observer", "sys_admin", "expert"])
def test_others_may_write_nothing(world, placed, key):
    user = world.people[key]
    before = n_changes()
    calls = [
        lambda: services.create_project(
            actor=user, unit=world.units["water"], code=code(3), name="x", first_year=2024
        ),
        lambda: services.create_classified(actor=user, unit=world.units["secret"], first_year=2024),
        lambda: services.update_project(project=placed, actor=user, facts={"leader": "x"}),
        lambda: services.confirm(
            project=placed, actor=user, year=2025, origin="initial", attribute="new"
        ),
        lambda: services.set_money(project=placed, actor=user, year=YEAR, lines=[]),
        lambda: services.record_execution(
            project=placed, actor=user, year=YEAR, as_of=date(2024, 1, 1), amount=1, source="x"
        ),
    ]
    for call in calls:
        with pytest.raises(PermissionDenied):
            call()
    assert n_changes() == before
