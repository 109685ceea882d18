"""What is known beside a target form and its project, and how a plan tunes the checks.

All of it is handed to the checks by the caller; a check without its evidence says nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from apps.rules.findings import Severity


@dataclass(frozen=True)
class LibraryRow:
    """An indicator of the library; `low` and `high` bound its usual value in its own unit."""

    name: str
    level1: str = ""
    level2: str = ""
    operator: str = ""
    unit: str = ""
    id: int | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class PastValue:
    """What the same project reached a year before on one indicator, in the indicator's unit."""

    name: str
    unit: str
    value: Decimal


@dataclass(frozen=True)
class PeerValues:
    """What like projects promise for one indicator this year, in the indicator's unit."""

    name: str
    unit: str
    values: tuple[Decimal, ...]


@dataclass(frozen=True)
class OtherForm:
    """A form that may have been copied; `title` says whose, `rows` are `row_text` of each row."""

    title: str
    is_last_year: bool = False  # the same project's own form of the year before
    year_goal: str = ""
    rows: tuple[str, ...] = ()
    is_open: bool = True  # whether whoever reads the finding may read this form's words


@dataclass(frozen=True)
class HandedRow:
    """What a transfer handed down to the project for one indicator; of 定性 no value."""

    source: str  # the transfer and its document
    name: str
    operator: str
    unit: str = ""
    value: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class Evidence:
    """What a check may compare the form with; empty where nothing is known."""

    library: tuple[LibraryRow, ...] = ()
    last_year: tuple[PastValue, ...] = ()
    peers: tuple[PeerValues, ...] = ()
    others: tuple[OtherForm, ...] = ()
    handed: tuple[HandedRow, ...] = ()


@dataclass(frozen=True)
class Setting:
    """How a plan tunes one check; what is left out stays as the check has it."""

    on: bool | None = None
    severity: Severity | None = None
    parameters: Mapping[str, Decimal] = field(default_factory=dict)
    must_answer: bool = False  # a finding that does not block is answered before submission


Tuning = Mapping[str, Setting]  # code of the check → its setting
