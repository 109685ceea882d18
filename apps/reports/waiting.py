"""What waits for somebody: the counters of the rail and of the top bar.

They stand on every page, so the frame takes them along in a query that it asks anyway.
"""

from __future__ import annotations

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery

from apps.core import arrival
from apps.filings import selectors as filings
from apps.notifications import selectors as notifications
from apps.organizations.models import User

MANY = 1000  # the rail counts no further
UNREAD, OWED, QUEUED = "n_unread", "n_owed", "n_queued"


class HowMany(Subquery):
    """How many rows a query has, as a column of another query that does not depend on it."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) counted)"
    output_field = IntegerField()
    empty_result_set_value = 0

    def __init__(self, rows: QuerySet[Any]) -> None:
        super().__init__(rows.values("pk"))


def todo_count(user: User, year: int) -> int:
    """How many things wait for the user in the year, to file, to correct and to review."""
    return _n_known(year) + sum(rows.count() for rows in _lists(user, year).values())


def counted(year: int, n_owed: int) -> None:
    """The work list has counted already what the rail is about to count."""
    arrival.memo()[f"owed {year}"] = n_owed


def counters(user: User, year: int | None) -> dict[str, HowMany]:
    """Columns for a query of the frame: unread messages and, where a year is open, its lists."""
    lists = _lists(user, year) if year else {}
    found = {UNREAD: HowMany(notifications.unread(user))}
    return found | {name: HowMany(rows) for name, rows in lists.items()}


def n_todo(year: int, told: dict[str, int]) -> int:
    """`todo_count` from the columns of `counters` as the query answered them."""
    return told[QUEUED] + told.get(OWED, _n_known(year))


def _n_known(year: int) -> int:
    return int(arrival.memo().get(f"owed {year}", 0))


def _lists(user: User, year: int) -> dict[str, QuerySet[Any]]:
    """The lists whose lengths nobody knows yet, by the name of their counter."""
    lists: dict[str, QuerySet[Any]] = {QUEUED: filings.queue(user, year)[:MANY]}
    if f"owed {year}" not in arrival.memo():
        lists[OWED] = filings.todo(user, year)[:MANY]
    return lists
