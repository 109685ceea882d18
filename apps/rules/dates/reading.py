"""What a date phrase says: the words that the reader and those who use it share."""

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum


class Kind(StrEnum):
    """What sort of thing a phrase is."""

    range = "range"  # from start to end, both included; one of them may be open
    deadline = "deadline"  # done by `end`, that day included; several stand in `deadlines`
    point = "point"  # one day
    nodes = "nodes"  # days on which figures are cut off
    recurring = "recurring"  # comes again; `recurrence` says how often
    event_relative = "event_relative"  # depends on `event`, no calendar date
    fiscal_year = "fiscal_year"  # the year of a budget, an evaluation or final accounts
    as_of = "as_of"  # figures up to `end`
    period = "period"  # figures from start to end
    unspecified = "unspecified"  # a time is meant and not said (定期)
    not_a_date = "not_a_date"  # a document number, an amount, a count, an article
    unparseable = "unparseable"  # no date, or one that cannot be; `note` says why


Period = tuple[date, date]


@dataclass(frozen=True)
class Reading:
    """One phrase as a careful person reads it.

    `ambiguous` asks for a person's confirmation, `note` says in Chinese of what, or why the phrase
    was refused. `alternatives` are other days that the same words may mean. `days` and `months`
    count from `event` (negative: before it), in working days where `working_days` says so.
    `fiscal_year` is the year that is talked about, which need not be that of the window.
    """

    kind: Kind
    start: date | None = None
    end: date | None = None
    recurrence: str | None = None  # yearly, yearly 06-30, quarterly, monthly, weekly, per node, …
    nodes: tuple[date, ...] = ()
    deadlines: tuple[date, ...] = ()
    data_periods: tuple[Period, ...] = ()
    focus_start: date | None = None
    focus_end: date | None = None
    depends_on: str | None = None
    fiscal_year: int | None = None
    event: str | None = None
    days: int | None = None
    months: int | None = None
    working_days: bool = False
    ambiguous: bool = False
    alternatives: tuple[date, ...] = ()
    note: str | None = None


@dataclass(frozen=True)
class Found:
    """A date expression in a longer text: `text` is what stands from `start` to before `end`."""

    start: int
    end: int
    text: str
    reading: Reading


def to_json(phrase: str, reading: Reading) -> dict[str, object]:
    """The reading as plain JSON values: phrase, kind and ambiguous always, the rest where said.

    The year of a fiscal_year reading is said by start and end; `fiscal_year` is told beside a
    window only.
    """
    told: dict[str, object] = {"phrase": phrase}
    for each in fields(reading):
        value = getattr(reading, each.name)
        if value or each.name == "ambiguous":
            told[each.name] = _plain(value)
    if reading.kind is Kind.fiscal_year:
        told.pop("fiscal_year", None)
    return told


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return _plain_all(value)
    return value


def _plain_all(values: Iterable[object]) -> list[object]:
    return [_plain(value) for value in values]
