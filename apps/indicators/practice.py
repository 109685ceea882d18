"""What targets make of the library. The room above registers how to ask, in AppConfig.ready()."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from apps.indicators.models import Indicator, Library
from apps.organizations.selectors import Person


@dataclass(frozen=True)
class Promised:
    """One indicator as an approved target form has it; `value` in words with sign and unit."""

    filing: int
    subject: str  # the project's or unit's name
    level1: str
    level2: str
    name: str
    operator: str
    unit: str
    direction: str
    value: str
    evidence: str


@dataclass(frozen=True)
class Practice:
    """How a room that uses the library answers for its use."""

    uses: Callable[[Person, Sequence[Indicator]], Mapping[int, int]]  # filings by indicator id
    promised: Callable[[Library], Iterable[Promised]]  # of the library's owner, up to its year


_registered: list[Practice] = []


def register(practice: Practice) -> None:
    """Make a user of the library known; twice is harmless."""
    if practice not in _registered:
        _registered.append(practice)


def uses(user: Person, rows: Sequence[Indicator]) -> dict[int, int]:
    """How many filings that the person may count use each row, in any edition of its library."""
    found = {row.pk: 0 for row in rows}
    for practice in _registered if rows else ():
        for pk, count in practice.uses(user, rows).items():
            found[pk] += count
    return found


def promised(library: Library) -> Iterable[Promised]:
    """What approved target forms of the library's owner promise, up to its year."""
    for practice in _registered:
        yield from practice.promised(library)
