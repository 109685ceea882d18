"""Roles given, lent, handed over, ended."""

import random
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from apps.audit.models import Entry
from apps.core import clock
from apps.organizations import selectors, services
from apps.organizations.models import ADMIN_ROLES, Membership, Role, User
from apps.rules.errors import RuleError


@pytest.fixture
def newcomer(world):
    return User.objects.create_person("newcomer", "新人", jurisdiction=world.county)


def give(actor, user, world, role, **place):
    return services.grant(actor=actor, user=user, role=role, jurisdiction=world.county, **place)


def fresh(user):
    return User.objects.get(pk=user.pk)


def test_a_grant_holds_from_today_and_stands_in_the_units_trail(world, sec_admin, newcomer):
    given = give(sec_admin, newcomer, world, "filer", unit=world.units["water"])

    assert selectors.units_of(fresh(newcomer), "filer") == {world.units["water"].id}
    entry = Entry.objects.get(action="organizations.grant")
    assert entry.chain.name == "unit:652823/201"
    assert entry.data["user"] == "newcomer"
    assert given.starts_on == clock.today()


@pytest.mark.trust("B08")
@pytest.mark.parametrize("actor", ["sys_admin", "audit_admin", "plan_admin", "leader", "filer"])
def test_only_a_security_administrator_grants(world, newcomer, actor):
    with pytest.raises(PermissionDenied):
        give(world.people[actor], newcomer, world, "filer", unit=world.units["water"])
    assert not newcomer.memberships.exists()


@pytest.mark.trust("B08")
def test_nobody_grants_to_oneself_or_in_another_county(world, sec_admin, newcomer):
    with pytest.raises(PermissionDenied, match="自己"):
        give(sec_admin, sec_admin, world, "leader")
    with pytest.raises(PermissionDenied):
        services.grant(actor=sec_admin, user=newcomer, role="leader", jurisdiction=world.sibling)
    assert not Entry.objects.exists()


@pytest.mark.trust("B08")
@pytest.mark.parametrize("role", [*ADMIN_ROLES, "leader", "expert", "plan_admin"])
@pytest.mark.parametrize("holder", ["sys_admin", "audit_admin"])
def test_an_administrator_holds_no_second_role(world, sec_admin, holder, role):
    person = world.people[holder]
    with pytest.raises(RuleError, match="互斥") as refusal:
        give(sec_admin, person, world, role)
    assert refusal.value.code == "separation"
    assert person.memberships.count() == 1


@pytest.mark.trust("B08")
@pytest.mark.parametrize("role", ADMIN_ROLES)
def test_whoever_works_does_not_become_administrator_not_even_for_a_day(
    world, sec_admin, filer, role
):
    day = clock.today()
    with pytest.raises(RuleError, match="互斥"):
        give(sec_admin, filer, world, role, starts_on=day, ends_on=day)
    assert filer.memberships.count() == 1


@pytest.mark.trust("B08")
def test_the_database_itself_allows_one_administrators_seat(world, sys_admin):
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            user=sys_admin, role="sec_admin", jurisdiction=world.county, starts_on=clock.today()
        )


@pytest.mark.trust("B08")
def test_random_grants_never_unite_two_powers(world, sec_admin, newcomer):
    choose = random.Random(5)
    day = clock.today()
    for _ in range(60):
        starts = day + timedelta(days=choose.randrange(20))
        ends = choose.choice([None, starts + timedelta(days=choose.randrange(10))])
        role = choose.choice([*ADMIN_ROLES, "leader", "observer"])
        try:
            give(sec_admin, newcomer, world, role, starts_on=starts, ends_on=ends)
        except RuleError:
            continue
    for offset in range(60):
        held = newcomer.memberships.in_force(day + timedelta(days=offset))
        roles = set(held.values_list("role", flat=True))
        assert not roles & set(ADMIN_ROLES) or len(roles) == 1


@pytest.mark.parametrize(
    ("role", "place", "told"),
    [
        ("filer", {}, "按单位授权"),
        ("filer", {"section": "agriculture"}, "按单位授权"),
        ("section_reviewer", {"unit": "water"}, "按科室授权"),
        ("leader", {"unit": "water"}, "不选单位和科室"),
        ("filer", {"unit": "foreign_water"}, "不属于尉犁县"),
    ],
)
def test_the_place_fits_the_role(world, sec_admin, newcomer, role, place, told):
    found = {
        key: world.units[name] if key == "unit" else world.sections[name]
        for key, name in place.items()
    }
    with pytest.raises(RuleError, match=told):
        give(sec_admin, newcomer, world, role, **found)
    assert not newcomer.memberships.exists()


def test_the_same_seat_twice_is_refused(world, sec_admin, filer):
    with pytest.raises(RuleError, match="已是填报员·县水利局"):
        give(sec_admin, filer, world, "filer", unit=world.units["water"])


def test_dates_stand_in_order(world, sec_admin, newcomer):
    day = clock.today()
    with pytest.raises(RuleError, match="早于起始日"):
        give(sec_admin, newcomer, world, "leader", ends_on=day - timedelta(days=1))


def test_ending_a_role_ends_it_now_and_its_deputies_too(world, sec_admin, filer, station_filer):
    seat = filer.in_force()[0]
    day = clock.today()
    services.appoint_deputy(
        actor=filer, membership=seat, user=station_filer, starts_on=day, ends_on=day
    )
    services.end_membership(actor=sec_admin, membership=seat)

    assert not selectors.roles(fresh(filer))
    assert selectors.units_of(fresh(station_filer)) == {world.units["water_station"].id}


def test_a_role_given_by_mistake_today_can_be_taken_back_today(world, sec_admin, newcomer):
    given = give(sec_admin, newcomer, world, "leader")
    services.end_membership(actor=sec_admin, membership=given)

    assert not selectors.roles(fresh(newcomer))
    give(sec_admin, newcomer, world, "observer")
    assert selectors.roles(fresh(newcomer)) == {"observer"}


def test_the_last_filer_of_a_unit_stays(world, sec_admin, sys_admin, stranger):
    with pytest.raises(RuleError, match="只有韩旁人一位填报员"):
        services.end_membership(actor=sec_admin, membership=stranger.in_force()[0])
    with pytest.raises(RuleError, match="先办理交接"):
        services.disable(actor=sys_admin, person=stranger, reason="离职")
    assert selectors.roles(fresh(stranger)) == {"filer"}


def test_a_deputy_stands_in_for_dated_days(world, unit_head, filer, newcomer):
    day = clock.today()
    deputy = services.appoint_deputy(
        actor=unit_head,
        membership=filer.in_force()[0],
        user=newcomer,
        starts_on=day,
        ends_on=day + timedelta(days=3),
    )
    assert selectors.office_label(fresh(newcomer)) == "填报员（代）·县水利局"
    with pytest.raises(RuleError, match="不能再转给"):
        services.appoint_deputy(
            actor=newcomer, membership=deputy, user=filer, starts_on=day, ends_on=day
        )


@pytest.mark.parametrize(
    ("starts", "ends", "told"),
    [(-1, 1, "从今天或以后起"), (0, 93, "最长92天")],
)
def test_a_deputys_days_are_bounded(filer, newcomer, starts, ends, told):
    day = clock.today()
    with pytest.raises(RuleError, match=told):
        services.appoint_deputy(
            actor=filer,
            membership=filer.in_force()[0],
            user=newcomer,
            starts_on=day + timedelta(days=starts),
            ends_on=day + timedelta(days=ends),
        )
    assert not newcomer.memberships.exists()


@pytest.mark.trust("B08")
def test_no_deputy_for_administrators_strangers_and_foreigners(
    world, sec_admin, sys_admin, filer, stranger, newcomer, foreign_filer
):
    day = clock.today()
    days = {"starts_on": day, "ends_on": day}
    with pytest.raises(RuleError, match="管理员不能"):
        services.appoint_deputy(
            actor=sys_admin, membership=sys_admin.in_force()[0], user=newcomer, **days
        )
    with pytest.raises(PermissionDenied):
        services.appoint_deputy(
            actor=stranger, membership=filer.in_force()[0], user=newcomer, **days
        )
    with pytest.raises(PermissionDenied):
        services.appoint_deputy(
            actor=sec_admin, membership=filer.in_force()[0], user=sec_admin, **days
        )
    with pytest.raises(RuleError, match="不是尉犁县的人员"):
        services.appoint_deputy(
            actor=filer, membership=filer.in_force()[0], user=foreign_filer, **days
        )
    assert not Entry.objects.exists()


def test_handing_over_moves_the_seat_in_one_step(world, unit_head, stranger, sec_admin, newcomer):
    seat = stranger.in_force()[0]
    with pytest.raises(PermissionDenied):
        services.hand_over(actor=unit_head, membership=seat, to=newcomer)
    services.hand_over(actor=sec_admin, membership=seat, to=newcomer)

    assert not selectors.roles(fresh(stranger))
    assert selectors.units_of(fresh(newcomer), Role.FILER) == {world.units["traffic"].id}
    assert Entry.objects.filter(action="organizations.hand_over").count() == 2


def test_nobody_hands_a_seat_to_oneself_and_administrators_do_not_hand_over(
    world, sec_admin, sys_admin, stranger, newcomer
):
    with pytest.raises(PermissionDenied):
        services.hand_over(actor=sec_admin, membership=stranger.in_force()[0], to=sec_admin)
    with pytest.raises(RuleError, match="管理员不办交接"):
        services.hand_over(actor=sec_admin, membership=sys_admin.in_force()[0], to=newcomer)
    assert selectors.roles(fresh(stranger)) == {"filer"}


def lent(actor, seat, user, n_days=0):
    day = clock.today()
    return services.appoint_deputy(
        actor=actor,
        membership=seat,
        user=user,
        starts_on=day,
        ends_on=day + timedelta(days=n_days),
    )


@pytest.mark.trust("B08")
@pytest.mark.parametrize("n_days", [0, 3])
def test_a_role_taken_back_on_its_first_day_takes_its_deputy_with_it(
    world, sec_admin, newcomer, station_filer, n_days
):
    seat = give(sec_admin, newcomer, world, "unit_head", unit=world.units["traffic"])
    deputy = lent(sec_admin, seat, station_filer, n_days)
    assert selectors.has_role(fresh(station_filer), "unit_head")

    services.end_membership(actor=sec_admin, membership=seat)

    assert not selectors.has_role(fresh(station_filer), "unit_head")
    deputy.refresh_from_db()
    assert deputy.revoked_at is not None


@pytest.mark.trust("B08")
@pytest.mark.parametrize("lost", [{"revoked_at": True}, {"ends_on": True}])
def test_a_deputy_holds_no_longer_than_the_seat_it_stands_in_for(world, filer, station_filer, lost):
    seat = filer.in_force()[0]
    lent(filer, seat, station_filer, 3)
    gone = {"revoked_at": clock.now(), "ends_on": clock.today() - timedelta(days=1)}
    Membership.objects.filter(pk=seat.pk).update(**{name: gone[name] for name in lost})

    assert selectors.units_of(fresh(station_filer)) == {world.units["water_station"].id}
    assert fresh(station_filer) not in selectors.people_at_unit(world.units["water"], "filer")


@pytest.mark.trust("B08")
def test_a_role_taken_back_is_neither_lent_nor_handed_over_nor_ended_again(
    world, sec_admin, newcomer, station_filer
):
    seat = give(sec_admin, newcomer, world, "unit_head", unit=world.units["traffic"])
    services.end_membership(actor=sec_admin, membership=seat)
    n_seats, n_entries = Membership.objects.count(), Entry.objects.count()

    for act in (
        lambda: lent(sec_admin, seat, station_filer),
        lambda: services.hand_over(actor=sec_admin, membership=seat, to=station_filer),
        lambda: services.end_membership(actor=sec_admin, membership=seat),
    ):
        with pytest.raises(RuleError, match="已收回"):
            act()

    assert (Membership.objects.count(), Entry.objects.count()) == (n_seats, n_entries)
    assert not selectors.has_role(fresh(station_filer), "unit_head")
