"""What a notice says, field by field, each with the place it was read from.

A span counts characters of the text given to `read`, `text[start:end]`. Nothing here is decided:
what a person must confirm is `doubtful` and carries a note in Chinese that says what to confirm.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Generic, TypeVar

from apps.rules.findings import Severity

T = TypeVar("T")


class Certainty(StrEnum):
    """How sure the reading is: written there, follows from the words, or to be confirmed."""

    CERTAIN = "certain"
    LIKELY = "likely"
    DOUBTFUL = "doubtful"


class Stage(StrEnum):
    """The six stages, and the materials that belong to none; the codes of the plan."""

    PRE_ASSESSMENT = "pre_assessment"
    TARGETS = "targets"
    MONITORING = "monitoring"
    SELF_EVALUATION = "self_evaluation"
    EVALUATION = "evaluation"
    RESULT = "result"
    MATERIALS = "materials"


class Subject(StrEnum):
    """What a task is answered for."""

    UNIT = "unit"
    PROJECT = "project"
    SECTION = "section"
    POLICY = "policy"
    TRANSFER = "transfer"
    JURISDICTION = "jurisdiction"


class Category(StrEnum):
    """主要任务 is done and reported by the unit; 次要任务 helps the finance bureau (U-05)."""

    MAIN = "main"
    SECONDARY = "secondary"


class WindowKind(StrEnum):
    """How a window is given: by dates, by a node, by an event, again and again, or not at all."""

    FIXED = "fixed"
    NODE = "node"
    EVENT = "event"
    RECURRING = "recurring"
    UNSPECIFIED = "unspecified"


@dataclass(frozen=True)
class Span:
    """Characters from `start` up to, not including, `end`."""

    start: int
    end: int


@dataclass(frozen=True)
class Said(Generic[T]):
    """A value with the place it was read from; no span: concluded, not read."""

    value: T
    span: Span | None
    certainty: Certainty = Certainty.CERTAIN
    note: str = ""


@dataclass(frozen=True)
class DraftWindow:
    """When a task can be filed, as far as the notice says it; both days are included."""

    kind: WindowKind
    phrase: str
    span: Span
    opens: date | None = None
    closes: date | None = None
    data_until: date | None = None  # the node: what is reported ends here
    nodes: tuple[date, ...] = ()  # every node of the phrase this window is one of
    event: str = ""  # what must have happened, in the words of the notice
    offset_days: int | None = None  # days after the event
    offset_months: int | None = None
    working_days: bool = False
    recurrence: str = ""
    focus_opens: date | None = None  # 集中期 inside a longer window (U-40)
    focus_closes: date | None = None
    evaluated_year: int | None = None
    certainty: Certainty = Certainty.CERTAIN
    note: str = ""


@dataclass(frozen=True)
class Attachment:
    """A document that the notice names: 表、报告、清单 …"""

    name: str
    span: Span
    certainty: Certainty = Certainty.CERTAIN


@dataclass(frozen=True)
class Parameter:
    """A threshold, count or share: 不低于20%, 50万元以上, 低于90分, 不少于5个."""

    value: Decimal
    unit: str
    comparison: str  # as written: 不低于、不少于、低于、以上 …; empty when none stands there
    words: str  # the part of the sentence around it
    span: Span


@dataclass(frozen=True)
class DraftTask:
    """A duty found in a notice, ready to be looked at by a person."""

    title: Said[str]
    stage: Said[Stage]
    subject: Said[Subject]
    category: Said[Category]
    clause: str
    span: Span  # of the clause
    certainty: Certainty
    outline: tuple[str, ...] = ()  # the headings above it, outermost first
    responsible: Said[str] | None = None
    section: Said[str] | None = None
    scope: Said[str] | None = None
    evaluated_year: Said[int] | None = None
    windows: tuple[DraftWindow, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    reviews: tuple[Said[str], ...] = ()  # who checks it, in the words of the notice
    notes: tuple[str, ...] = ()  # what a person must confirm


@dataclass(frozen=True)
class Section:
    """A heading: 一、 is level 1, （一） 2, 1. 3, （1） 4, ① 5; a part of the document 0."""

    level: int
    number: str
    title: str
    span: Span


@dataclass(frozen=True)
class Basis:
    """A document the notice rests on."""

    title: str
    number: str
    span: Span


@dataclass(frozen=True)
class Leftover:
    """A sentence with a deadline or a duty that became no task, and why."""

    text: str
    reason: str
    span: Span


@dataclass(frozen=True)
class DraftFinding:
    """A contradiction inside the notice; the message names the sentence."""

    code: str
    severity: Severity
    message: str
    span: Span


@dataclass(frozen=True)
class Notice:
    """A notice as read."""

    title: Said[str] | None
    document_number: Said[str] | None
    issued_on: Said[date] | None
    issuer: Said[str] | None
    fiscal_year: Said[int] | None
    addressees: Said[str] | None = None
    basis: tuple[Basis, ...] = ()
    sections: tuple[Section, ...] = ()
    tasks: tuple[DraftTask, ...] = ()
    leftovers: tuple[Leftover, ...] = ()
    findings: tuple[DraftFinding, ...] = ()
    notes: tuple[str, ...] = field(default=())


def weakest(certainties: Sequence[Certainty]) -> Certainty:
    """The least sure of several readings; certain when there is none."""
    order = (Certainty.DOUBTFUL, Certainty.LIKELY)
    return next((each for each in order if each in certainties), Certainty.CERTAIN)
