"""The only clock: one zone, half-open days, and a date that training may move."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from apps.core import clock


@pytest.fixture
def business_date(settings):
    """Move the date; the offset is computed once a process, so forget it before and after."""

    def move(day: date | None) -> None:
        settings.BUSINESS_DATE = day
        clock._offset.cache_clear()

    yield move
    clock._offset.cache_clear()


@pytest.mark.django_db
def test_now_is_the_database_time_in_shanghai():
    before = datetime.now(tz=UTC)
    now = clock.now()
    assert now.utcoffset() == timedelta(hours=8)
    assert abs(now - before) < timedelta(minutes=1)


@pytest.mark.django_db
def test_now_runs_on_within_a_transaction():
    assert clock.now() < clock.now()


@pytest.mark.django_db
def test_business_date_moves_the_date_and_leaves_the_time_of_day(business_date):
    business_date(date(2024, 4, 10))
    real = datetime.now(tz=clock.ZONE)
    now = clock.now()
    days_on = clock.now().date() - date(2024, 4, 10)
    assert days_on <= timedelta(days=1)  # a test at midnight may see the next day
    assert abs((now - real) % timedelta(days=1)) < timedelta(minutes=1)


def test_at_holds_the_clock_and_lets_go():
    moment = datetime(2024, 3, 1, 0, 0, tzinfo=UTC)
    with clock.at(moment):
        assert clock.now() == moment
        assert clock.today() == date(2024, 3, 1)
        with clock.at(moment + timedelta(days=1)):
            assert clock.today() == date(2024, 3, 2)
        assert clock.now() == moment


@pytest.mark.django_db
def test_a_page_that_only_reads_asks_the_clock_once(django_assert_num_queries):
    before = clock.now()
    is_remote = connection.vendor == "postgresql"
    with clock.one_moment(), django_assert_num_queries(1 if is_remote else 0):
        first = clock.now()
        assert clock.now() == first > before
        with clock.at(before):
            assert clock.now() == before
    assert clock.now() > first


def test_today_turns_at_midnight_in_shanghai():
    midnight = datetime(2024, 3, 1, 16, 0, tzinfo=UTC)
    with clock.at(midnight - timedelta(microseconds=1)):
        assert clock.today() == date(2024, 3, 1)
    with clock.at(midnight):
        assert clock.today() == date(2024, 3, 2)


@pytest.mark.trust("G10")
def test_a_day_is_half_open_and_named_by_its_last_day():
    day = date(2024, 12, 31)
    assert clock.end_of(day) == clock.start_of(date(2025, 1, 1))
    assert clock.last_day(clock.end_of(day)) == day
    assert clock.end_of(day) - clock.start_of(day) == timedelta(days=1)
