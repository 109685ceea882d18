"""The only clock: database time plus an offset, Asia/Shanghai.

BUSINESS_DATE (training and demo only) moves the date at start while the time of day runs on.
`at()` is for load_demo and tests alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection

ZONE = ZoneInfo("Asia/Shanghai")
_fixed: ContextVar[datetime | None] = ContextVar("fixed_moment", default=None)
_page: ContextVar[list[datetime] | None] = ContextVar("page_moment", default=None)


def _database_time() -> datetime:
    """The server's own time; web machines whose clocks differ still agree on a deadline."""
    if connection.vendor == "sqlite":  # the database is this process
        return datetime.now(tz=ZONE)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        row = cursor.fetchone()
    moment: datetime = row[0]
    return moment.astimezone(ZONE)


@cache
def _offset() -> timedelta:
    """Days between BUSINESS_DATE and the real date at start; zero in production."""
    business_date: date | None = settings.BUSINESS_DATE
    if business_date is None:
        return timedelta(0)
    return timedelta(days=(business_date - datetime.now(tz=ZONE).date()).days)


def now() -> datetime:
    """The present moment, aware, Asia/Shanghai."""
    fixed, page = _fixed.get(), _page.get()
    if fixed is not None:
        return fixed
    if page:
        return page[0]
    moment = _database_time() + _offset()
    if page is not None:
        page.append(moment)
    return moment


def today() -> date:
    """The present date in Asia/Shanghai."""
    return now().date()


def start_of(day: date) -> datetime:
    """Midnight at which the day begins."""
    return datetime.combine(day, time.min, tzinfo=ZONE)


def end_of(day: date) -> datetime:
    """The half-open end of a day, that is the next midnight: "X日前" includes X."""
    return start_of(day + timedelta(days=1))


def last_day(closes_at: datetime) -> date:
    """The last date on which something that closes at this half-open moment is still in time."""
    return (closes_at.astimezone(ZONE) - timedelta(microseconds=1)).date()


@contextmanager
def one_moment() -> Iterator[None]:
    """Within, the clock is read at most once: a page that only reads shows one moment.

    Saves a page as many round trips as it has countdowns, locks and rights to compute.
    """
    token = _page.set([])
    try:
        yield
    finally:
        _page.reset(token)


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Hold the clock at one moment. For load_demo and tests only; a lint says so."""
    token = _fixed.set(moment.astimezone(ZONE))
    try:
        yield
    finally:
        _fixed.reset(token)
