"""When mail may go out: quiet hours, working days, the day's one mail, and what a person said."""

from datetime import date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from apps.core import clock
from apps.notifications import services, timing
from apps.notifications.models import Delivery, Message, Preference, Timetable
from apps.notifications.timing import FREE, Habit
from apps.notifications.topics import Topic, topic_of
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans.models import Holiday, HolidayYear
from tests.personas import client_of

WISH = {
    "muted": [],
    "pace": "",
    "days": "",
    "digest_at": None,
    "quiet_from": None,
    "quiet_until": None,
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2024-{text}:00+08:00")


@pytest.fixture
def year(db) -> None:
    """2024 with Labour day: 1 to 5 May off, Sunday 28 April worked."""
    HolidayYear.objects.create(year=2024, source="test")
    for n in (1, 2, 3):
        Holiday.objects.create(on=date(2024, 5, n), is_workday=False, source="test")
    Holiday.objects.create(on=date(2024, 4, 28), is_workday=True, source="test")


def habit(**more: object) -> Habit:
    values = {
        "quiet_from": time(20),
        "quiet_until": time(8),
        "working_days_only": True,
        "digest_at": time(8, 30),
    }
    return Habit(**{**values, **more})


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("04-10T08:00", "04-10T08:00"),
        ("04-10T19:59", "04-10T19:59"),
        ("04-10T20:00", "04-11T08:00"),
        ("04-10T07:59", "04-10T08:00"),
        ("04-12T20:00", "04-15T08:00"),  # Friday evening
        ("04-13T12:00", "04-15T08:00"),  # Saturday
        ("04-28T12:00", "04-28T12:00"),  # a worked Sunday
        ("04-30T21:00", "05-06T08:00"),  # the eve of five days off
    ],
)
def test_mail_goes_out_in_office_hours_of_working_days(year, moment, expected):
    assert timing.next_moment(habit(), at(moment), Topic.DUE) == at(expected)


@pytest.mark.parametrize(
    ("moment", "topic", "expected"),
    [
        ("04-10T08:30", Topic.DESK, "04-10T08:30"),
        ("04-10T08:31", Topic.DESK, "04-11T08:30"),
        ("04-12T09:00", Topic.DUE, "04-15T08:30"),
        ("04-30T09:00", Topic.RESULT, "05-06T08:30"),
        ("04-10T10:00", Topic.RETURN, "04-10T10:00"),  # urgent ones do not wait
        ("04-10T10:00", Topic.CHANGE, "04-10T10:00"),
        ("04-10T22:00", Topic.RETURN, "04-11T08:00"),  # but nobody is woken
    ],
)
def test_a_digest_is_one_mail_each_working_day(year, moment, topic, expected):
    assert timing.next_moment(habit(is_digest=True), at(moment), topic) == at(expected)


@pytest.mark.parametrize(
    ("quiet_from", "quiet_until", "moment", "expected"),
    [
        (time(12), time(14), "04-10T13:00", "04-10T14:00"),
        (time(12), time(14), "04-10T14:00", "04-10T14:00"),
        (time(12), time(14), "04-10T23:00", "04-10T23:00"),
        (time(8), time(8), "04-10T03:00", "04-10T03:00"),
        (time(0), time(6), "04-10T00:00", "04-10T06:00"),
    ],
)
def test_quiet_hours_may_lie_within_a_day_or_be_none(
    year, quiet_from, quiet_until, moment, expected
):
    mine = habit(quiet_from=quiet_from, quiet_until=quiet_until)
    assert timing.next_moment(mine, at(moment), Topic.DUE) == at(expected)


@pytest.mark.django_db
def test_a_year_that_is_not_announced_holds_nothing_back():
    saturday = at("04-13T12:00")

    assert timing.next_moment(habit(), saturday, Topic.DUE) == saturday


@pytest.mark.trust("G12")
def test_the_hours_are_those_of_shanghai_wherever_the_server_stands(year):
    utc = datetime.fromisoformat("2024-04-10T13:00:00+00:00")  # 21:00 in Shanghai

    assert timing.next_moment(habit(), utc, Topic.DUE) == at("04-11T08:00")


# --- whose habit ----------------------------------------------------------------------------
def habit_of(person: User) -> Habit:
    return timing.readers_of([person.pk])[person.pk].habit


def test_reviewers_read_a_days_notices_in_one_mail_and_filers_do_not(world):
    readers = {"section_reviewer", "other_section_reviewer", "rural_reviewer", "debt_reviewer"}
    readers |= {"performance_reviewer", "foreign_reviewer"}

    digests = {name for name, person in world.people.items() if habit_of(person).is_digest}

    assert digests == readers


def test_a_region_sets_its_hours_and_a_person_the_own(world, filer):
    Timetable.objects.create(jurisdiction=world.county, quiet_from=time(18), quiet_until=time(9))
    assert (habit_of(filer).quiet_from, habit_of(filer).quiet_until) == (time(18), time(9))

    wish = {**WISH, "quiet_from": time(0), "quiet_until": time(0), "days": "all"}
    services.save_preference(actor=filer, **wish)

    mine = habit_of(filer)
    assert (mine.quiet_from, mine.quiet_until, mine.working_days_only) == (time(0), time(0), False)
    assert habit_of(world.people["filer2"]).quiet_from == time(18)


@pytest.mark.django_db
def test_an_account_of_no_region_has_no_quiet_hours():
    assert habit_of(User.objects.create_person("ali", "艾力")) == FREE


def tell(person: User, kind: str, key: str = "1") -> Delivery | None:
    with clock.at(at("04-10T09:00")):
        services.notify(recipients=[person], kind=kind, key=key, title=kind)
    return Delivery.objects.filter(message__kind=kind, message__key=key).first()


def test_mail_that_is_not_wanted_stays_on_the_page(world, filer, settings):
    settings.EMAIL_HOST = "mail.example.cn"
    User.objects.filter(pk=filer.pk).update(email="ali@example.cn")
    services.save_preference(actor=filer, **{**WISH, "muted": ["due"]})

    assert tell(filer, "remind.due.person") is None
    assert tell(filer, "filings.returned") is not None
    assert Message.objects.filter(recipient=filer).count() == 2


def test_who_asks_for_it_gets_each_at_once_or_all_in_one(world, year, settings):
    settings.EMAIL_HOST = "mail.example.cn"
    filer, reviewer = world.people["filer"], world.people["section_reviewer"]
    for person in (filer, reviewer):
        User.objects.filter(pk=person.pk).update(email="a@example.cn")
    services.save_preference(actor=filer, **{**WISH, "pace": "daily", "digest_at": time(16)})
    services.save_preference(actor=reviewer, **{**WISH, "pace": "direct"})

    assert tell(filer, "filings.approved").deliver_after == at("04-10T16:00")
    assert tell(reviewer, "filings.arrived").deliver_after == at("04-10T09:00")


def test_a_digest_arrives_as_one_mail_at_its_time(world, year, post):
    reviewer = world.people["section_reviewer"]
    User.objects.filter(pk=reviewer.pk).update(email="li@example.cn")
    for number in range(60):
        tell(reviewer, "filings.desk_withdrawn", str(number))
    tell(reviewer, "filings.rejected")

    with clock.at(at("04-10T20:00") - timedelta(minutes=1)):
        while services.deliver_one():
            pass
    assert [letter["Subject"] for letter in post.received] == ["filings.rejected"]
    with clock.at(at("04-11T08:30")):
        while services.deliver_one():
            pass

    assert post.received[1]["Subject"] == "预算绩效管理：60条消息"
    assert len(post.received) == 2


# --- saying it ------------------------------------------------------------------------------
def test_a_wish_is_kept_and_stands_in_the_trail(filer):
    page = client_of(filer)

    answer = page.post(
        "/messages/settings/",
        {"topics": ["return", "due"], "pace": "daily", "digest_at": "16:00", "days": "working"},
    )

    assert answer.status_code == 302
    said = Preference.objects.get(user=filer)
    assert said.muted == ["desk", "result", "change", "other"]
    assert (said.pace, said.digest_at, said.days, said.quiet_from) == (
        "daily",
        time(16),
        "working",
        None,
    )
    body = page.get("/messages/settings/").content.decode()
    assert "每个工作日16:00汇总成一封" in body


def test_quiet_hours_have_two_ends(filer):
    page = client_of(filer)

    answer = page.post("/messages/settings/", {"topics": ["due"], "quiet_from": "20:00"})

    assert answer.status_code == 422
    assert "只填了一头" in answer.content.decode()
    assert not Preference.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        Preference.objects.create(user=filer, quiet_from=time(8))


def test_a_topic_that_is_none_is_refused(filer):
    with pytest.raises(RuleError, match="没有“spam”这类消息"):
        services.save_preference(actor=filer, **{**WISH, "muted": ["spam"]})

    assert not Preference.objects.exists()


def test_a_program_reads_and_says_the_same(filer):
    client = client_of(filer)
    url = "/api/v1/messages/settings/"
    assert client.get(url).json()["pace"] == ""

    told = client.put(
        url, {"muted": ["due"], "quiet_from": "21:00", "quiet_until": "07:30"}, "application/json"
    )

    assert told.status_code == 200
    assert client.get(url).json() == {
        "muted": ["due"],
        "pace": "",
        "days": "",
        "digest_at": None,
        "quiet_from": "21:00",
        "quiet_until": "07:30",
    }
    refused = client.put(url, {"muted": ["spam"]}, "application/json")
    assert refused.status_code == 400


@pytest.mark.parametrize(
    ("kind", "topic"),
    [
        ("filings.returned", Topic.RETURN),
        ("filings.arrived", Topic.DESK),
        ("filings.desk_withdrawn", Topic.DESK),
        ("remind.desk.desk", Topic.DESK),
        ("remind.due.person", Topic.DUE),
        ("filings.approved", Topic.RESULT),
        ("workplans.extended", Topic.CHANGE),
        ("notifications.test", Topic.OTHER),
    ],
)
def test_each_kind_has_its_topic(kind, topic):
    assert topic_of(kind) == topic
