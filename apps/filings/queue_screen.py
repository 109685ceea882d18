"""What waits on a person's desks, as the queue and the home page list it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from apps.core import clock
from apps.filings.models import Filing
from apps.projects import selectors as projects
from apps.workplans import calendar


class Waiting(NamedTuple):
    """A filing on a desk, as the database answers it.

    Plain columns: fifty rows as objects of five models cost a fifth of the page.
    """

    pk: int
    public_id: UUID
    is_late: bool
    desk_due_at: datetime | None
    submitted_at: datetime | None
    unit: str
    step: str | None
    task: str
    project: str | None
    serial: int | None  # of a classified project
    transfer: str | None
    is_added: bool  # the project joined the budget within the year

    @property
    def subject(self) -> str:
        """The project or transfer, or the unit itself."""
        if self.project or self.transfer:
            return self.project or self.transfer or ""
        return f"涉密项目{self.serial}" if self.serial else self.unit


WAITING = (
    "pk",
    "public_id",
    "is_late",
    "desk_due_at",
    "submitted_at",
    "unit__name",
    "step__title",
    "assignment__task__title",
    "assignment__project__name",
    "assignment__project__classified_serial",
    "assignment__transfer__name",
    "is_added",
)


@dataclass(frozen=True)
class QueueRow:
    """A filing on the desk with the working days left."""

    filing: Waiting
    remaining: int | None


def queue_rows(keys: Iterable[int]) -> list[QueueRow]:
    """The rows of the filings with these keys, in the order of the keys.

    By key alone: asked with the desk's conditions again, the database reads the whole desk, since
    it guesses that few filings lie there.
    """
    wanted = list(keys)
    added = projects.added_in("assignment__task__evaluated_year", "assignment__project")
    rows = Filing.objects.filter(pk__in=wanted).annotate(is_added=added).order_by()
    by_key = {row[0]: Waiting(*row) for row in rows.values_list(*WAITING)} if wanted else {}
    found = [by_key[key] for key in wanted if key in by_key]  # one may have gone in between
    left = days_left([row.desk_due_at for row in found])
    return [QueueRow(row, days) for row, days in zip(found, left, strict=True)]


def days_left(dues: list[datetime | None]) -> list[int | None]:
    """Working days until each moment by one calendar for all; None where none is set."""
    now = clock.now()
    days = calendar.around(now, [due for due in dues if due])
    return [days.left(now, due) if due else None for due in dues]
