"""What happened to a project or unit over the nodes: verdicts, and what became of the problems."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from apps.core import clock
from apps.monitoring.models import NodeVerdict
from apps.rectification.models import Problem
from apps.rules import monitoring as rules
from apps.rules.monitoring import Event, Flag, FlagRules, Kind


def events(
    verdicts: Sequence[NodeVerdict],
    cases: Mapping[str, Problem],
    law: FlagRules,
    returned: Collection[int] = (),
) -> list[Event]:
    """The events that the rules count, in their order; `cases` are problems by the filing's id.

    `returned` are the filings whose return by the first desk counts as 不合格 (Y-111).

    Verdicts stand in the order of their nodes, so that a corrected one keeps its place. What became
    of a problem comes after the verdict that it follows from, and after those given before it.
    """
    dated = [
        ((n, 0, said.decided_at), _verdict(said, said.filing_id in returned))
        for n, said in enumerate(verdicts)
    ]
    for n, said in enumerate(verdicts):
        case = cases.get(str(said.filing.public_id))
        if case is None:
            continue
        for kind, at in _became(case):
            before = [m for m in range(n, len(verdicts)) if verdicts[m].decided_at <= at]
            place = (max([n, *before]), 1, at)
            dated.append((place, Event(kind, _day(at), said.fiscal_year)))
    return _counted([event for _, event in sorted(dated, key=lambda each: each[0])], law)


def label_of(said: NodeVerdict) -> str:
    """What the event of a verdict is called; one that a return counts for says more."""
    return f"{said.node_on.year}年{said.node_on.month}月监控"


def _verdict(said: NodeVerdict, is_returned: bool) -> Event:
    label = label_of(said)
    if is_returned and said.verdict == Kind.PASSED:
        return Event(Kind.FAILED, f"{label}（初审退回）", said.fiscal_year)
    return Event(Kind(said.verdict), label, said.fiscal_year)


def _became(case: Problem) -> Iterator[tuple[Kind, datetime]]:
    """Whether the problem was closed, and whether its last day went by before."""
    end = clock.end_of(case.due_on)
    if end <= (case.closed_at or clock.now()):
        yield Kind.OVERDUE, end
    if case.closed_at is not None:
        yield Kind.CLOSED, case.closed_at


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
