"""Where someone stands, and which section reviews first."""

from datetime import date, datetime

import pytest

from apps.core import clock
from apps.organizations import selectors
from apps.organizations.models import Membership, SectionRoute, Unit, User
from apps.rules.errors import RuleError


def route(world, unit, budget_type="general", fund_tags=()):
    return selectors.route_section(
        jurisdiction=world.county,
        unit=world.units[unit],
        budget_type=budget_type,
        fund_tags=list(fund_tags),
    )


def test_memberships_cost_one_query_a_request(world, filer, django_assert_num_queries):
    user = User.objects.get(pk=filer.pk)
    with (
        clock.at(datetime(2024, 4, 10, tzinfo=clock.ZONE)),
        django_assert_num_queries(1),
    ):
        assert selectors.roles(user) == {"filer"}
        assert selectors.units_of(user) == {world.units["water"].id}
        assert selectors.office_label(user) == "填报员·县水利局"


def test_a_membership_holds_on_both_its_ends(world, filer):
    Membership.objects.filter(user=filer).update(
        starts_on=date(2024, 3, 1), ends_on=date(2024, 3, 31)
    )
    for day, held in ((1, True), (31, True)):
        with clock.at(datetime(2024, 3, day, 12, tzinfo=clock.ZONE)):
            assert selectors.has_role(User.objects.get(pk=filer.pk), "filer") is held
    zone = clock.ZONE
    for moment in (datetime(2024, 2, 29, 23, 59, tzinfo=zone), datetime(2024, 4, 1, tzinfo=zone)):
        with clock.at(moment):
            assert not selectors.roles(User.objects.get(pk=filer.pk))


def test_a_disabled_person_holds_nothing(disabled):
    assert selectors.roles(disabled) == frozenset()
    assert not Unit.objects.visible_to(disabled).exists()


def test_a_supervisor_stands_in_the_units_below_and_a_filer_does_not(world, supervisor, filer):
    below = {world.units["water"].id, world.units["water_station"].id}
    assert selectors.units_of(supervisor) == below
    assert selectors.units_of(supervisor, "filer") == set()
    assert selectors.units_of(filer) == {world.units["water"].id}
    assert set(Unit.objects.visible_to(supervisor).values_list("id", flat=True)) == below


@pytest.mark.trust("B10")
def test_units_of_another_county_do_not_exist_for_the_bureau(world, performance_reviewer):
    seen = set(Unit.objects.visible_to(performance_reviewer).values_list("code", "jurisdiction"))
    assert len(seen) == 6
    assert {place for _, place in seen} == {world.county.id}


@pytest.mark.req("Y-47")
def test_regions_are_read_by_the_bureau_and_the_observer_but_not_by_a_section(world):
    for key, sees in (
        ("leader", True),
        ("observer", True),
        ("performance_reviewer", True),
        ("section_reviewer", False),
        ("filer", False),
        ("foreign_reviewer", False),
        ("sys_admin", False),
        ("sec_admin", False),
    ):
        whole = selectors.whole_region_jurisdictions(world.people[key])
        assert (world.county.id in whole) is sees


def units_of_share(user):
    (share,) = selectors.shares_of(user)
    return set(Unit.objects.filter(pk__in=share.units).values_list("code", flat=True))


@pytest.mark.req("Y-47", "Y-75")
def test_a_section_has_charge_of_units_by_their_own_or_the_nearest_route_above(
    world, section_reviewer, other_section_reviewer
):
    lower = Unit.objects.create(
        jurisdiction=world.county,
        code="201001001",
        name="管理站一所",
        kind="subordinate",
        parent=world.units["water_station"],
    )
    world.units["lower"] = lower
    assert units_of_share(section_reviewer) == {"201", "201001", "201001001", "299"}
    assert route(world, "lower") == world.sections["agriculture"]

    SectionRoute.objects.create(
        jurisdiction=world.county,
        section=world.sections["social"],
        unit=world.units["water_station"],
    )
    for user in (section_reviewer, other_section_reviewer):
        user.forget_memberships()
    assert units_of_share(section_reviewer) == {"201", "299"}
    assert units_of_share(other_section_reviewer) == {"201001", "201001001", "205"}
    assert route(world, "lower") == world.sections["social"]


@pytest.mark.req("Y-47", "Y-75")
def test_a_share_names_the_money_of_the_section_and_costs_one_query_a_request(
    world, rural_reviewer, django_assert_num_queries
):
    user = User.objects.get(pk=rural_reviewer.pk)
    user.in_force()
    with django_assert_num_queries(1):
        (share,) = selectors.shares_of(user)
        assert selectors.shares_of(user) == [share]
    assert share.units == {world.units["town"].id}
    assert (share.fund_tags, share.budget_types) == ({"衔接资金"}, set())


@pytest.mark.req("Y-47")
def test_whoever_reads_the_whole_region_or_stands_in_no_section_has_no_share(
    world, performance_reviewer, budget_officer, leader, filer, sys_admin
):
    for user in (performance_reviewer, budget_officer, leader, filer, sys_admin):
        assert selectors.shares_of(user) == []


@pytest.mark.req("Y-75")
@pytest.mark.parametrize(
    ("unit", "budget_type", "tags", "section"),
    [
        ("water", "general", [], "agriculture"),
        ("water", "social", [], "social"),
        ("water", "social", ["衔接资金"], "rural"),
        ("traffic", "general", ["债券"], "debt"),
        ("water_station", "general", [], "agriculture"),
        ("water", "general", ["没有分工的标签"], "agriculture"),
    ],
)
def test_fund_tag_goes_before_budget_type_before_unit(world, unit, budget_type, tags, section):
    assert route(world, unit, budget_type, tags) == world.sections[section]


@pytest.mark.req("Y-75")
def test_a_unit_without_route_is_named(world):
    lone = Unit.objects.create(
        jurisdiction=world.county, code="888", name="县志办", kind="department"
    )
    world.units["lone"] = lone
    with pytest.raises(RuleError, match="县志办（888）：没有设对口业务科室"):
        route(world, "lone")


@pytest.mark.req("Y-75")
def test_two_tags_of_two_sections_are_refused(world):
    with pytest.raises(RuleError, match="两个科室"):
        route(world, "water", "general", ["衔接资金", "债券"])


@pytest.mark.req("Y-112", "Y-75")
@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("农财科", "rural"),
        ("乡财科", "rural"),
        ("预算 绩效评价科", "performance"),
        ("绩效科", "performance"),
    ],
)
def test_a_section_is_known_by_each_of_its_names(world, name, key):
    assert selectors.section_by_name(world.county, name) == world.sections[key]


@pytest.mark.req("Y-112")
def test_an_unknown_section_names_those_that_exist(world):
    with pytest.raises(RuleError, match=r"填“文教科”.*债务科"):
        selectors.section_by_name(world.county, "文教科")
    assert selectors.find_section(world.sibling, "农财科") is None


def test_notices_find_the_people_of_a_unit_and_a_section(world, people):
    unit, section = world.units["water"], world.sections["agriculture"]
    assert set(selectors.people_at_unit(unit, "filer")) == {people["filer"], people["filer2"]}
    assert people["disabled"] not in selectors.people_at_unit(unit)
    assert selectors.people_at_section(section) == [people["section_reviewer"]]
    assert selectors.supervisors_of(world.units["water_station"]) == [people["supervisor"]]
    assert selectors.supervisors_of(unit) == []
    assert selectors.people_in(world.county, "leader", "plan_admin") == [
        people["leader"],
        people["plan_admin"],
    ]


@pytest.fixture
def people(world):
    return world.people


def test_a_stranger_to_the_house_stands_nowhere(world, visitor):
    from django.contrib.auth.models import AnonymousUser

    nobody = AnonymousUser()
    assert selectors.roles(nobody) == frozenset()
    assert selectors.office_label(nobody) == "访客"
    assert not Unit.objects.visible_to(nobody).exists()
    assert selectors.shares_of(nobody) == []
