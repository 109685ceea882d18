"""The edges of a day: its last millisecond, the wait before the door, zones, years (G10–G12)."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import connection, models

from apps.core import arrival, clock
from apps.core.templatetags.shown import cndate, cnlast, cnmoment
from apps.filings import selectors, services
from apps.filings.models import Filing, State
from apps.rules.errors import RuleError
from apps.workplans.models import Assignment
from tests import makers
from tests.makers import CLOSES
from tests.personas import World, client_of

pytestmark = pytest.mark.django_db
MILLI = timedelta(milliseconds=1)
SECOND = timedelta(seconds=1)
NEW_YEAR = clock.end_of(date(2024, 12, 31))


@pytest.fixture
def filing(world: World) -> Filing:
    filing = makers.target_filing(world)
    makers.saved(world, filing)
    return filing


@pytest.fixture(params=["UTC", "America/New_York", "Asia/Shanghai"])
def machine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The zone that the machine under us is set to."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    if before is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = before
    time.tzset()


def post(world: World, filing: Filing, now: datetime, start: datetime | None) -> int:
    """The status of a submission over HTTP that is handled now and came to the door at start."""
    stamp = {"X-Request-Start": f"t={start.timestamp():.6f}"} if start else {}
    browser = client_of(world.people["filer"])
    with clock.at(now):
        answer = browser.post(
            f"/api/v1/2024/filings/{filing.public_id}/submit/",
            {"version": filing.revisions.get().version},
            content_type="application/json",
            headers={"Idempotency-Key": str(uuid4()), **stamp},
        )
    filing.refresh_from_db()
    return int(answer.status_code)


@pytest.mark.trust("G10")
@pytest.mark.req("Y-46")
@pytest.mark.parametrize(
    ("now", "start", "trusted", "status"),
    [
        (CLOSES - MILLI, None, 0, 200),  # 23:59:59.999
        (CLOSES, None, 0, 409),  # 00:00:00.000
        (CLOSES + 5 * SECOND, CLOSES - MILLI, 10, 200),  # it waited before the door
        (CLOSES + 5 * SECOND, CLOSES, 10, 409),
        (CLOSES + 5 * SECOND, CLOSES - MILLI, 0, 409),  # nobody is believed
        (CLOSES + 11 * SECOND, CLOSES - MILLI, 10, 409),  # longer than anybody waits
        (CLOSES - SECOND, CLOSES + 3600 * SECOND, 10, 200),  # a stamp of the future
    ],
)
def test_what_counts_is_when_it_arrived(
    world: World, filing: Filing, settings, now, start, trusted, status
) -> None:
    settings.TRUST_REQUEST_START = trusted
    assert post(world, filing, now, start) == status
    assert filing.state == (State.SUBMITTED if status == 200 else State.DRAFT)
    if status == 200 and start and start < now:
        assert abs(filing.submitted_at - start) < MILLI


@pytest.mark.trust("G10")
def test_a_submission_under_way_at_midnight_is_not_lapsed_under_it(
    world: World, filing: Filing
) -> None:
    with clock.at(CLOSES + SECOND), arrival.of(CLOSES - MILLI, ""):
        version = filing.revisions.get().version
        services.submit(filing=filing, actor=world.people["filer"], version=version, key="k")
    filing.refresh_from_db()
    assert filing.submitted_at == CLOSES - MILLI
    assert not filing.is_late


@pytest.mark.trust("G12")
def test_the_machines_zone_changes_nothing(world: World, filing: Filing, machine: str) -> None:
    last, assignment = CLOSES - timedelta(microseconds=1), filing.assignment
    for moment in (last, last.astimezone(UTC)):
        assert selectors.window_lock(assignment, moment) is None
        assert cndate(moment) == "2024年4月15日"
    for moment in (CLOSES, CLOSES.astimezone(UTC)):
        assert selectors.window_lock(assignment, moment).kind == "closed"
        assert (cndate(moment), cnlast(moment)) == ("2024年4月16日", "4月15日")
    assert "00:00" in cnmoment(CLOSES.astimezone(UTC))
    with clock.at(last.astimezone(UTC)):
        assert clock.today() == date(2024, 4, 15)


@pytest.mark.trust("G12")
def test_the_years_end_is_shanghais(world: World, filing: Filing, machine: str) -> None:
    Assignment.objects.filter(pk=filing.assignment_id).update(due_at=NEW_YEAR)
    filing.refresh_from_db()
    version = filing.revisions.get().version
    with clock.at(datetime(2024, 12, 31, 15, 59, 59, 999000, tzinfo=UTC)):
        revision = services.submit(
            filing=filing, actor=world.people["filer"], version=version, key="k"
        )
    assert "-20241231-" in revision.receipt_number
    assert filing.fiscal_year == 2024
    with clock.at(datetime(2024, 12, 31, 16, 0, tzinfo=UTC)):
        assert clock.today() == date(2025, 1, 1)
        with pytest.raises(RuleError, match="已截止。2024年12月31日24:00截止"):
            services.open_filing(assignment=_unopened(world, filing), actor=world.people["filer"])


def _unopened(world: World, filing: Filing) -> Assignment:
    owed = filing.assignment.plan.assignments.get(unit=world.units["water"], project=None)
    owed.due_at = NEW_YEAR
    owed.save(update_fields=["due_at"])
    return owed


@pytest.mark.trust("G12")
def test_a_day_of_summer_time_ends_when_the_next_begins() -> None:
    """From 1986 to 1991 Shanghai's days in April and September had 23 and 25 hours."""
    day, lengths = date(1985, 12, 30), set()
    while day < date(1992, 1, 3):
        start, end = clock.start_of(day), clock.end_of(day)
        lengths.add(end.astimezone(UTC) - start.astimezone(UTC))
        assert end == clock.start_of(day + timedelta(days=1))
        assert clock.last_day(end) == clock.last_day(end.astimezone(UTC)) == day
        day += timedelta(days=1)
    assert lengths == {timedelta(hours=hours) for hours in (23, 24, 25)}


@pytest.mark.trust("G12")
def test_moments_are_stored_with_their_zone() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite keeps moments as text in UTC")
    fields = [
        (model._meta.db_table, field.column)
        for room in ("filings", "workplans", "targets", "notifications", "jobs", "audit")
        for model in apps.get_app_config(room).get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.DateTimeField)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE data_type = 'timestamp with time zone'"
        )
        kept = set(cursor.fetchall())
    assert set(fields) <= kept
    assert len(fields) > 30
