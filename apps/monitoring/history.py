"""What happened to a project or unit over the nodes: verdicts, and what became of the problems."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from apps.core import clock
from apps.monitoring.models import NodeVerdict
from apps.rectification.course import Course
from apps.rules import monitoring as rules
from apps.rules.monitoring import Event, Flag, FlagRules, Kind


def events(
    verdicts: Sequence[NodeVerdict],
    cases: Mapping[str, Course],
    law: FlagRules,
    returned: Collection[int] = (),
) -> list[Event]:
    """The events that the rules count, in their order; `cases` are problems by the filing's id.

    `returned` are the filings whose return by the first desk counts as 不合格 (Y-111).

    Verdicts stand in the order of their nodes, so that a corrected one keeps its place. What became
    of a problem comes after the verdict that it follows from, and after those given before it.
    """
    dated = [
        ((n, 0, _since(said)), _verdict(said, said.filing_id in returned))
        for n, said in enumerate(verdicts)
    ]
    failed = [event.kind == Kind.FAILED for _, event in dated]
    found = [cases.get(str(said.filing.public_id)) for said in verdicts]
    for n, case in enumerate(found):
        others = [one for m, one in enumerate(found) if m != n and failed[m] and one]
        for kind, at in _became(case, others) if case and failed[n] else ():
            before = [m for m, said in enumerate(verdicts) if m > n and _since(said) <= at]
            place = (max([n, *before]), 1, at)
            dated.append((place, Event(kind, _day(at), verdicts[n].fiscal_year)))
    return _counted([event for _, event in sorted(dated, key=lambda each: each[0])], law)


def _since(said: NodeVerdict) -> datetime:
    return said.held_since or said.decided_at


def label_of(said: NodeVerdict) -> str:
    """What the event of a verdict is called; one that a return counts for says more."""
    return f"{said.node_on.year}年{said.node_on.month}月监控"


def _verdict(said: NodeVerdict, is_returned: bool) -> Event:
    label = label_of(said)
    if is_returned and said.verdict == Kind.PASSED:
        return Event(Kind.FAILED, f"{label}（初审退回）", said.fiscal_year)
    return Event(Kind(said.verdict), label, said.fiscal_year)


def _became(case: Course, others: Iterable[Course]) -> Iterator[tuple[Kind, datetime]]:
    """Whether a last day of the unit's went by, and whether the problem was closed.

    A closing counts where no other failure's problem is still open.
    """
    if case.missed_at is not None:
        yield Kind.OVERDUE, case.missed_at
    at = case.closed_at
    if at is not None and not any(other.is_open(at) for other in others):
        yield Kind.CLOSED, at


def _day(at: datetime) -> str:
    day = at.astimezone(clock.ZONE)
    return f"{day.year}年{day.month}月{day.day}日"


def _counted(events: list[Event], law: FlagRules) -> list[Event]:
    """Without what the rules do not ask, or what finds no flag to move."""
    kept: list[Event] = []
    for event in events:
        if event.kind in (Kind.PASSED, Kind.FAILED) or _moves(kept, event, law):
            kept.append(event)
    return kept


def _moves(kept: list[Event], event: Event, law: FlagRules) -> bool:
    """Whether what became of a problem may move the flag that stands."""
    is_asked = law.overdue_is_red if event.kind == Kind.OVERDUE else law.cleared_by == Kind.CLOSED
    return is_asked and rules.standing(kept, law, event.year) != Flag.NONE
