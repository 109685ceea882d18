"""人员交接: seats, posts and deputies go to the successor in one step, or nothing does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.core import clock
from apps.organizations import selectors, services
from apps.organizations.models import Liaison, Membership, User
from apps.organizations.services import Change
from apps.reports.leaving.in_hand import in_hand
from apps.rules.errors import RuleError
from tests import makers
from tests.jobs.together import at_once
from tests.makers import MONDAY
from tests.personas import World, client_of, make_world

DAY = MONDAY.date()
TOMORROW = DAY + timedelta(days=1)
PHONE = "0996-4020000"


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture
def newcomer(world: World) -> User:
    return User.objects.create_person("newcomer", "新人", jurisdiction=world.county)


def fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


def hand_over(world: World, person: User, to: User | None, **more: Any) -> list[Membership]:
    """Everything that the person has, tomorrow unless said otherwise."""
    held = in_hand(person)
    told = {"on": TOMORROW, **more}
    actor = told.pop("actor", world.people["sec_admin"])
    return services.hand_over_person(
        actor=actor,
        change=Change(person, to, **told),
        seats=[seat.membership.pk for seat in held.seats],
        posts=[post.pk for post in held.posts],
    )


def nothing_changed(person: User) -> None:
    assert not Entry.objects.changes().filter(action__startswith="organizations.hand").exists()
    assert {m.ends_on for m in person.memberships.all()} == {None}


def units_on(user: User, day: date) -> set[int]:
    with clock.at(clock.start_of(day)):
        return selectors.units_of(fresh(user), "filer")


def test_seats_pass_on_the_day_and_not_before(world: World, stranger: User, newcomer: User) -> None:
    (made,) = hand_over(world, stranger, newcomer)
    traffic = {world.units["traffic"].pk}
    assert (made.user, made.starts_on, made.ends_on) == (newcomer, TOMORROW, None)
    assert (units_on(stranger, DAY), units_on(newcomer, DAY)) == (traffic, set())
    assert (units_on(stranger, TOMORROW), units_on(newcomer, TOMORROW)) == (set(), traffic)
    line = Entry.objects.get(action="organizations.hand_over_person")
    assert line.data["to"] == "newcomer"
    assert line.data["handed"] == ["填报员·县交通运输局"]
    assert newcomer.messages.get().title == "韩旁人的工作交给您"


@pytest.mark.req("B-33")
def test_the_liaison_post_goes_with_the_seat(world: World, stranger: User, newcomer: User) -> None:
    post = services.register_liaison(
        actor=stranger, unit=world.units["traffic"], name="韩旁人", phone=PHONE, user=stranger
    )
    hand_over(world, stranger, newcomer, phone="13800001111")
    post.refresh_from_db()
    new = Liaison.objects.exclude(pk=post.pk).get()
    assert post.ends_on == DAY
    assert (new.user, new.phone, new.starts_on) == (newcomer, "13800001111", TOMORROW)


def test_without_a_phone_the_whole_step_is_undone(
    world: World, stranger: User, newcomer: User
) -> None:
    post = services.register_liaison(
        actor=stranger, unit=world.units["traffic"], name="韩旁人", phone=PHONE, user=stranger
    )
    with pytest.raises(RuleError, match="没有登记电话"):
        hand_over(world, stranger, newcomer)
    post.refresh_from_db()
    assert post.ends_on is None
    assert not newcomer.memberships.exists()
    assert not newcomer.messages.exists()
    nothing_changed(stranger)


def test_deputies_go_on_for_the_successor(
    world: World, stranger: User, newcomer: User, filer: User, sec_admin: User
) -> None:
    seat = Membership.objects.get(user=stranger)
    until = DAY + timedelta(days=20)
    services.appoint_deputy(
        actor=sec_admin, membership=seat, user=filer, starts_on=DAY, ends_on=until
    )
    (made,) = hand_over(world, stranger, newcomer)
    deputy = Membership.objects.get(deputy_for=made)
    assert (deputy.user, deputy.starts_on, deputy.ends_on) == (filer, TOMORROW, until)
    assert world.units["traffic"].pk in units_on(filer, TOMORROW)
    assert world.units["traffic"].pk not in units_on(filer, until + timedelta(days=1))


def test_a_deputy_becomes_the_successor(
    world: World, stranger: User, filer: User, sec_admin: User
) -> None:
    seat = Membership.objects.get(user=stranger)
    services.appoint_deputy(
        actor=sec_admin,
        membership=seat,
        user=filer,
        starts_on=DAY,
        ends_on=DAY + timedelta(days=20),
    )
    (made,) = hand_over(world, stranger, filer)
    assert (made.user, made.deputy_for) == (filer, None)
    assert not made.deputies.exists()


def test_where_the_leaver_stood_in_the_successor_does(
    world: World, stranger: User, filer: User, newcomer: User, sec_admin: User
) -> None:
    lent = Membership.objects.get(user=filer)
    services.appoint_deputy(
        actor=sec_admin,
        membership=lent,
        user=stranger,
        starts_on=DAY,
        ends_on=DAY + timedelta(days=9),
    )
    made = hand_over(world, fresh(stranger), newcomer)
    assert {m.deputy_for_id for m in made} == {None, lent.pk}
    water = world.units["water"].pk
    assert water in units_on(newcomer, TOMORROW)
    assert water not in units_on(stranger, TOMORROW)


def test_a_successor_who_is_there_already_needs_no_second_seat(
    world: World, filer: User, filer2: User
) -> None:
    assert hand_over(world, filer, filer2) == []
    assert filer2.memberships.count() == 1
    assert units_on(filer, TOMORROW) == set()


def test_the_last_filer_leaves_only_to_somebody_or_for_a_reason(
    world: World, stranger: User, filer: User
) -> None:
    with pytest.raises(RuleError, match="只有韩旁人一位填报员") as refusal:
        hand_over(world, stranger, None)
    assert refusal.value.code == "last_filer"
    nothing_changed(stranger)

    assert hand_over(world, stranger, None, reason="单位撤并") == []
    assert units_on(stranger, TOMORROW) == set()
    line = Entry.objects.get(action="organizations.hand_over_person")
    assert line.data["reason"] == "单位撤并"
    assert hand_over(world, filer, None) == []  # filer2 stays


def test_two_who_leave_on_the_same_day_do_not_leave_the_unit_empty(
    world: World, filer: User, filer2: User
) -> None:
    hand_over(world, filer, None)
    with pytest.raises(RuleError, match="只有古丽一位填报员"):
        hand_over(world, filer2, None)


@pytest.mark.trust("B08")
def test_a_successor_gets_no_right_before_the_leaver_would_have_had_it(
    world: World, stranger: User, newcomer: User
) -> None:
    later = DAY + timedelta(days=90)
    stranger.memberships.update(starts_on=later)
    traffic = world.units["traffic"]
    Liaison.objects.create(
        unit=traffic,
        name="韩旁人",
        phone=PHONE,
        user=stranger,
        starts_on=later,
        registered_by=stranger,
        registered_at=MONDAY,
    )
    (made,) = hand_over(world, stranger, newcomer, phone=PHONE)
    assert made.starts_on == later
    assert units_on(newcomer, TOMORROW) == set()
    assert [(p.user, p.starts_on) for p in Liaison.objects.all()] == [(newcomer, later)]


def test_a_successor_whose_own_seat_ends_earlier_goes_on_after_it(
    world: World, filer: User, filer2: User, stranger: User, sec_admin: User
) -> None:
    until = DAY + timedelta(days=5)
    services.appoint_deputy(
        actor=sec_admin,
        membership=Membership.objects.get(user=filer),
        user=stranger,
        starts_on=DAY,
        ends_on=DAY + timedelta(days=9),
    )
    filer2.memberships.update(ends_on=until)
    (made,) = hand_over(world, filer, filer2)
    assert (made.starts_on, made.ends_on) == (until + timedelta(days=1), None)
    water = world.units["water"].pk
    assert all(water in units_on(stranger, TOMORROW + timedelta(days=n)) for n in range(9))


@pytest.mark.parametrize("successor", ["newcomer", None])
def test_what_ends_before_the_day_stays_as_it_is(
    world: World, stranger: User, newcomer: User, successor: str | None
) -> None:
    soon, on = DAY + timedelta(days=2), DAY + timedelta(days=7)
    post = services.register_liaison(
        actor=stranger, unit=world.units["traffic"], name="韩旁人", phone=PHONE, user=stranger,
        ends_on=soon,
    )  # fmt: skip
    seat = Membership.objects.get(user=stranger)
    Membership.objects.create(
        user=stranger,
        role="unit_head",
        jurisdiction=world.county,
        unit=world.units["traffic"],
        starts_on=DAY,
        ends_on=soon,
    )
    to = newcomer if successor else None
    made = hand_over(world, fresh(stranger), to, on=on, reason="单位撤并")
    assert [(m.role, m.starts_on) for m in made] == ([("filer", on)] if to else [])
    seat.refresh_from_db()
    post.refresh_from_db()
    assert (seat.ends_on, post.ends_on) == (on - timedelta(days=1), soon)
    assert stranger.memberships.get(role="unit_head").ends_on == soon
    assert Liaison.objects.count() == 1


def test_a_successor_who_speaks_for_the_unit_already_goes_on(
    world: World, filer: User, filer2: User
) -> None:
    until = DAY + timedelta(days=5)
    posts = [
        services.register_liaison(
            actor=filer,
            unit=world.units["water"],
            name=person.name,
            phone=PHONE,
            user=person,
            ends_on=ends_on,
        )
        for person, ends_on in ((filer, None), (filer2, until))
    ]
    hand_over(world, filer, filer2, phone=PHONE)
    new = Liaison.objects.exclude(pk__in=[post.pk for post in posts]).get()
    assert (new.user, new.starts_on, new.ends_on) == (filer2, until + timedelta(days=1), None)
    posts[1].refresh_from_db()
    assert posts[1].ends_on == until


@pytest.mark.trust("B08")
@pytest.mark.parametrize("actor", ["sys_admin", "plan_admin", "unit_head", "filer2"])
def test_only_the_security_administrator_hands_over(
    world: World, filer: User, newcomer: User, actor: str
) -> None:
    with pytest.raises(PermissionDenied):
        hand_over(world, filer, newcomer, actor=world.people[actor])
    nothing_changed(filer)
    assert not newcomer.memberships.exists()


@pytest.mark.trust("B08")
def test_nobody_gives_to_oneself_and_administrators_do_not_inherit(
    world: World, filer: User, sec_admin: User, audit_admin: User
) -> None:
    with pytest.raises(PermissionDenied):
        hand_over(world, filer, sec_admin)
    with pytest.raises(RuleError, match="互斥"):
        hand_over(world, filer, audit_admin)
    with pytest.raises(RuleError, match="不办交接"):
        hand_over(world, audit_admin, filer)
    with pytest.raises(RuleError, match="另一个人"):
        hand_over(world, filer, filer)
    nothing_changed(filer)


def test_yesterday_is_too_late_and_nothing_is_nothing(
    world: World, filer: User, newcomer: User
) -> None:
    with pytest.raises(RuleError, match="已经过去"):
        hand_over(world, filer, newcomer, on=DAY - timedelta(days=1))
    with pytest.raises(RuleError, match="没有选"):
        hand_over(world, newcomer, filer)
    nothing_changed(filer)


@pytest.mark.trust("B01", "B03")
def test_the_page_counts_what_is_in_hand_and_names_no_project(
    world: World, filer: User, sec_admin: User, sys_admin: User
) -> None:
    plan = makers.make_plan(world)
    for number, name in ((1, "饮水工程"), (2, "灌溉工程")):
        makers.make_project(world, n=number, name=name)
    makers.assign_all(world, plan)
    drafts = [
        row.project for row in plan.assignments.filter(unit__code="201").exclude(project=None)
    ]
    makers.open_target_filing(world, drafts[0])
    makers.submitted(world, makers.open_target_filing(world, drafts[1]))

    page = client_of(sec_admin).get(f"/people/{filer.public_id}/hand-over/").content.decode()
    assert "年初项目绩效目标" in page
    assert "单位未报的1件" in page
    assert "工程" not in page
    desk = in_hand(world.people["section_reviewer"])
    assert [(work.task, work.number) for work in desk.desks] == [("年初项目绩效目标", 1)]
    reading = client_of(sys_admin).get(f"/people/{filer.public_id}/hand-over/").content.decode()
    assert "交接由安全管理员办理" in reading


def test_the_step_is_taken_on_the_page_and_faults_stand_at_their_fields(
    world: World, stranger: User, newcomer: User, sec_admin: User
) -> None:
    path = f"/people/{stranger.public_id}/hand-over/"
    browser = client_of(sec_admin)
    seats = [str(Membership.objects.get(user=stranger).pk)]
    refused = browser.post(path, {"seats": seats})
    assert refused.status_code == 422
    assert "请选接手人" in refused.content.decode()
    nobody = browser.post(path, {"seats": [], "to": str(newcomer.public_id)})
    assert nobody.status_code == 422
    done = browser.post(path, {"seats": seats, "to": str(newcomer.public_id)})
    assert done.headers["Location"] == f"/people/{stranger.public_id}/"
    assert units_on(newcomer, DAY) == {world.units["traffic"].pk}


def test_who_holds_nothing_has_nothing_to_hand_over(
    world: World, newcomer: User, sec_admin: User
) -> None:
    page = client_of(sec_admin).get(f"/people/{newcomer.public_id}/hand-over/").content.decode()
    assert "没有角色" in page
    assert "手里没有事" in page
    assert "办理交接" not in page.partition("<aside")[2].partition("</aside>")[0].replace(
        'aria-label="办理交接"', ""
    )


def test_a_program_hands_everything_over(
    world: World, stranger: User, newcomer: User, sec_admin: User
) -> None:
    browser, path = client_of(sec_admin), f"/api/v1/people/{stranger.public_id}/hand-over/"
    held = browser.get(path).json()
    assert held["seats"][0]["is_last_filer"] is True
    refused = browser.post(path, {}, content_type="application/json")
    assert (refused.status_code, refused.json()["code"]) == (409, "last_filer")
    told = {"to": str(newcomer.public_id), "on": "2024-04-15"}
    made = browser.post(path, told, content_type="application/json")
    assert made.status_code == 200, made.content
    assert made.json()[0]["starts_on"] == "2024-04-15"
    denied = client_of(world.people["sys_admin"]).post(path, told, content_type="application/json")
    assert denied.status_code == 403


def test_of_two_hand_overs_at_once_one_finds_nothing_left(own_database: str) -> None:
    world = make_world()
    leaver, admin = world.people["section_reviewer"], world.people["sec_admin"]
    seats = [leaver.memberships.get().pk]
    heirs = [
        User.objects.create_person(name, name, jurisdiction=world.county) for name in ("a1", "b1")
    ]
    outcomes: list[str] = []

    def work(index: int) -> None:
        change = Change(leaver, heirs[index], clock.today())
        try:
            services.hand_over_person(actor=fresh(admin), change=change, seats=seats, posts=[])
            outcomes.append("done")
        except RuleError as error:
            outcomes.append(error.code)

    at_once(2, work)

    assert sorted(outcomes) == ["done", "nothing"]
    assert Membership.objects.filter(user__in=heirs).count() == 1
