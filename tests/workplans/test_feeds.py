"""日历订阅: an address that is shown once, holds little, and ends when its person says so."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from apps.audit.models import Entry
from apps.core import clock
from apps.organizations.models import Membership, Unit, User
from apps.projects.models import Project
from apps.workplans import selectors, services
from apps.workplans.models import Assignment, CalendarFeed, PlanTask
from apps.workplans.views import feeds
from tests import makers
from tests.makers import MONDAY
from tests.personas import World, client_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def unhurried() -> Iterator[None]:
    """Nobody has asked before, and the clock stands."""
    cache.clear()
    with clock.at(MONDAY):
        yield
    cache.clear()


@pytest.fixture
def owed(world: World) -> World:
    plan = makers.make_plan(world)
    makers.make_project(world, n=1, name="饮水安全巩固提升工程")
    makers.assign_all(world, plan)
    return world


def path_of(secret: str) -> str:
    return f"/feeds/{secret}.ics"


def read(secret: str, visitor: Client) -> str:
    answer = visitor.get(path_of(secret))
    assert answer.status_code == 200
    return answer.content.decode().replace("\r\n ", "")


@pytest.mark.trust("A13")
def test_the_address_is_shown_once_and_only_its_hash_is_kept(owed: World, filer: User) -> None:
    browser = client_of(filer)
    shown = browser.post("/account/calendar/").content.decode()
    feed = CalendarFeed.objects.get()

    secret = shown.partition("/feeds/")[2].partition(".ics")[0]
    assert len(secret) == 43
    assert feed.hashed != secret
    assert secret not in browser.get("/account/calendar/").content.decode()
    assert secret not in str(list(Entry.objects.values()))
    assert Entry.objects.get(action="workplans.make_feed").actor_id == filer.pk


@pytest.mark.trust("I02")
def test_a_calendar_without_log_in_holds_dates_and_titles_and_nothing_else(
    owed: World, filer: User, visitor: Client
) -> None:
    text = read(services.make_feed(actor=filer), visitor)

    assert text.count("BEGIN:VEVENT") == 2
    assert "SUMMARY:年初项目绩效目标截止" in text
    assert "DTSTART;VALUE=DATE:20240415" in text
    for word in ("饮水安全", "水利", "尉犁", "艾力", "201"):
        assert word not in text.replace("20240415", "").replace("20240416", "")


def test_what_was_handed_in_leaves_the_calendar_and_what_was_returned_comes_back(
    owed: World, filer: User
) -> None:
    filing = makers.open_target_filing(owed, owed_project())
    assert len(selectors.feed_deadlines(filer, MONDAY)) == 2
    makers.submitted(owed, filing)
    assert [d.title for d in selectors.feed_deadlines(filer, MONDAY)] == ["季度绩效管理材料"]


def owed_project() -> Project:
    return Project.objects.get()


def test_only_what_lies_near_and_is_owed_is_shown(owed: World, filer: User) -> None:
    rows = Assignment.objects.filter(unit=owed.units["water"])
    rows.filter(project=None).update(due_at=MONDAY - timedelta(days=90))
    assert len(selectors.feed_deadlines(filer, MONDAY)) == 1
    rows.exclude(project=None).update(exempt_reason="停建")
    assert selectors.feed_deadlines(filer, MONDAY) == []


@pytest.mark.trust("I03")
@pytest.mark.req("U-35")
def test_nothing_classified_is_in_a_calendar(owed: World, filer: User) -> None:
    Unit.objects.filter(pk=owed.units["water"].pk).update(is_classified=True)
    assert selectors.feed_deadlines(filer, MONDAY) == []


def test_a_section_reads_the_tasks_that_it_leads_and_the_rest_of_the_bureau_the_plan(
    owed: World, performance_reviewer: User, section_reviewer: User, leader: User
) -> None:
    PlanTask.objects.filter(code="quarter.unit").update(section=owed.sections["agriculture"])

    def titles(person: User) -> list[str]:
        return [d.title.partition("　")[0] for d in selectors.feed_deadlines(person, MONDAY)]

    assert titles(performance_reviewer) == ["年初项目绩效目标"]
    assert titles(section_reviewer) == ["季度绩效管理材料"]
    assert set(titles(leader)) == {"年初项目绩效目标", "季度绩效管理材料"}


@pytest.mark.trust("A08", "A13", "B10")
def test_wrong_renewed_revoked_and_closed_addresses_answer_alike(
    owed: World, filer: User, visitor: Client
) -> None:
    old = services.make_feed(actor=filer)
    new = services.make_feed(actor=filer)
    answers = [visitor.get(path_of(secret)) for secret in ("nothing", old)]
    assert visitor.get(path_of(new)).status_code == 200

    client_of(filer).post("/account/calendar/revoke/")
    answers.append(visitor.get(path_of(new)))
    newest = services.make_feed(actor=filer)
    User.objects.filter(pk=filer.pk).update(is_active=False)
    answers.append(visitor.get(path_of(newest)))

    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}


def test_whoever_left_the_unit_reads_an_empty_calendar(
    owed: World, filer: User, visitor: Client
) -> None:
    secret = services.make_feed(actor=filer)
    Membership.objects.filter(user=filer).update(ends_on=MONDAY.date() - timedelta(days=1))
    assert "VEVENT" not in read(secret, visitor)


@pytest.mark.trust("A02")
def test_guessing_is_slowed_down_and_a_greedy_calendar_too(
    owed: World, filer: User, visitor: Client
) -> None:
    secret = services.make_feed(actor=filer)
    for _ in range(feeds.MOST_READ):
        assert visitor.get(path_of(secret)).status_code == 200
    greedy = visitor.get(path_of(secret))
    assert (greedy.status_code, greedy.headers["Retry-After"]) == (429, "600")

    for _ in range(feeds.MOST_WRONG):
        assert visitor.get(path_of("guess")).status_code == 404
    assert visitor.get(path_of("guess")).status_code == 429
    assert visitor.get(path_of("guess"), REMOTE_ADDR="10.1.2.3").status_code == 404


@pytest.mark.trust("A02")
def test_wrong_readings_do_not_shut_out_the_others_of_the_office(
    owed: World, filer: User, visitor: Client
) -> None:
    secret = services.make_feed(actor=filer)
    wrong = [visitor.get(path_of("guess")).status_code for _ in range(feeds.MOST_WRONG + 1)]
    assert (wrong[-2], wrong[-1]) == (404, 429)
    assert visitor.get(path_of(secret)).status_code == 200


def test_the_page_says_when_a_calendar_last_read_it(
    owed: World, filer: User, visitor: Client
) -> None:
    browser = client_of(filer)
    assert "还没有订阅地址" in browser.get("/account/calendar/").content.decode()
    secret = services.make_feed(actor=filer)
    assert "还没有日历读过" in browser.get("/account/calendar/").content.decode()
    read(secret, visitor)
    with clock.at(MONDAY + timedelta(minutes=5)):
        read(secret, visitor)
    assert CalendarFeed.objects.get().last_used_at == MONDAY
    assert "4月8日 09:30" in browser.get("/account/calendar/").content.decode()


def test_revoking_what_is_not_there_changes_nothing(owed: World, filer: User) -> None:
    assert services.revoke_feed(actor=filer) is False
    assert not Entry.objects.filter(action="workplans.revoke_feed").exists()


def test_a_program_makes_and_ends_the_address_too(
    owed: World, filer: User, visitor: Client
) -> None:
    browser = client_of(filer)
    assert browser.get("/api/v1/calendar-feed/").json()["exists"] is False
    made = browser.post("/api/v1/calendar-feed/")
    assert made.status_code == 201
    secret = made.json()["address"].partition("/feeds/")[2].removesuffix(".ics")
    read(secret, visitor)
    told = browser.get("/api/v1/calendar-feed/").json()
    assert datetime.fromisoformat(told["last_used_at"]) == MONDAY
    assert "address" not in told
    assert browser.delete("/api/v1/calendar-feed/").status_code == 204
    assert visitor.get(path_of(secret)).status_code == 404
