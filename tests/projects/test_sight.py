"""What a business section sees of projects and units: its share, and what was on its desk."""

import pytest

from apps.filings.models import Filing
from apps.organizations.models import SectionRoute, Unit, User
from apps.projects import selectors
from apps.projects.models import FundTag, Project
from apps.workplans.models import Assignment
from tests import makers
from tests.personas import make_person


def fresh(world, key):
    return User.objects.get(pk=world.people[key].pk)


def names(world, key):
    user = fresh(world, key)
    seen, listed = Project.objects.visible_to(user), Project.objects.listed_to(user)
    assert set(seen) == set(listed)
    return sorted(str(name) for name in seen.values_list("name", flat=True))


@pytest.fixture
def projects(world):
    made = {
        unit: makers.make_project(world, unit, number, f"{unit}项目")
        for number, unit in enumerate(("water", "water_station", "traffic", "town"), start=1)
    }
    tag = FundTag.objects.get_or_create(code="债券", defaults={"name": "债券"})[0]
    made["town"].fund_tags.add(tag)
    made["traffic"].budget_type = "social"
    made["traffic"].save(update_fields=["budget_type"])
    return made


@pytest.mark.req("Y-47", "Y-75")
@pytest.mark.trust("B03")
@pytest.mark.parametrize(
    ("key", "sees"),
    [
        ("section_reviewer", ["water_station项目", "water项目"]),
        ("other_section_reviewer", ["traffic项目"]),
        ("rural_reviewer", ["town项目"]),
        ("debt_reviewer", ["town项目"]),  # by the fund tag; no unit of its own has a project
        ("performance_reviewer", ["town项目", "traffic项目", "water_station项目", "water项目"]),
        ("sys_admin", []),
        ("sec_admin", []),
        ("audit_admin", []),
    ],
)
def test_a_section_sees_the_projects_of_its_units_and_of_its_money(world, projects, key, sees):
    assert names(world, key) == sees


@pytest.mark.req("Y-47", "Y-75")
def test_a_budget_type_leads_a_project_to_its_section(world, projects):
    projects["water"].budget_type = "social"
    projects["water"].save(update_fields=["budget_type"])

    assert names(world, "other_section_reviewer") == ["traffic项目", "water项目"]


@pytest.mark.req("Y-47", "Y-75")
def test_a_route_of_another_county_shows_nothing_here(world, projects):
    SectionRoute.objects.create(
        jurisdiction=world.sibling, section=world.sections["foreign_farm"], fund_tag="债券"
    )
    farmer = make_person(world, "farmer", "外县", "section_reviewer", "foreign_farm", foreign=True)

    assert not Project.objects.visible_to(farmer).exists()
    assert not Assignment.objects.visible_to(farmer).exists()
    assert not selectors.units_known(farmer).exists()


@pytest.mark.req("Y-47")
@pytest.mark.trust("B03")
def test_what_was_judged_here_stays_in_sight_when_the_unit_moves_to_another_section(world):
    filing = makers.target_filing(world)
    makers.submitted(world, filing)
    project = filing.assignment.project
    routes = SectionRoute.objects.filter(unit=world.units["water"])
    routes.update(section=world.sections["rural"])

    def seen(key):
        user = fresh(world, key)
        return (
            Project.objects.visible_to(user).filter(pk=project.pk).exists(),
            Filing.objects.visible_to(user).filter(pk=filing.pk).exists(),
            selectors.units_known(user).filter(pk=filing.unit_id).exists(),
        )

    assert seen("section_reviewer") == (True, True, True)  # it still lies there
    assert not Project.objects.listed_to(fresh(world, "section_reviewer")).exists()
    assert Project.objects.listed_to(fresh(world, "rural_reviewer")).get() == project
    assert seen("rural_reviewer") == (True, True, True)
    assert seen("other_section_reviewer") == (False, False, False)


@pytest.mark.req("Y-47", "Y-75")
def test_a_section_sees_what_a_unit_under_its_unit_owes(world):
    filing = makers.target_filing(world)
    owed = filing.assignment
    Assignment.objects.filter(pk=owed.pk).update(unit=world.units["water_station"])

    def sees(key):
        return Assignment.objects.visible_to(fresh(world, key)).filter(pk=owed.pk).exists()

    assert sees("section_reviewer")
    assert not sees("other_section_reviewer")
    assert not sees("sec_admin")


@pytest.mark.req("Y-47", "Y-75")
def test_a_section_of_a_kind_of_money_sees_what_its_projects_owe_and_filed(world):
    filing = makers.target_filing(world)
    makers.submitted(world, filing)
    project, debt = filing.assignment.project, fresh(world, "debt_reviewer")
    assert not Filing.objects.visible_to(debt).exists()

    tag = FundTag.objects.get_or_create(code="债券", defaults={"name": "债券"})[0]
    project.fund_tags.add(tag)

    assert Filing.objects.visible_to(debt).get() == filing
    owed = Assignment.objects.visible_to(debt).exclude(project=None)
    assert owed.get() == filing.assignment
    assert Project.objects.visible_to(debt).get() == project
    assert selectors.units_known(debt).filter(pk=project.unit_id).exists()


@pytest.mark.req("Y-47", "U-35")
@pytest.mark.trust("B03", "B08")
@pytest.mark.parametrize(
    ("key", "codes"),
    [
        ("filer", {"201"}),
        ("supervisor", {"201", "201001"}),
        ("section_reviewer", {"201", "201001", "299"}),
        ("observer", {"201", "201001", "205", "299", "301", "401"}),
        ("sys_admin", set()),
        ("sec_admin", set()),
        ("audit_admin", set()),
        ("expert", set()),
    ],
)
def test_a_units_work_is_read_by_those_whose_work_it_is(world, key, codes):
    user = fresh(world, key)
    assert set(selectors.units_known(user).values_list("code", flat=True)) == codes
    if key in ("sys_admin", "sec_admin"):  # they keep the directory all the same
        assert Unit.objects.visible_to(user).count() == 6
