"""Date expressions of a clause made into windows; what is open stays open and says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from apps.rules.dates import Found, Kind, Reading
from apps.rules.notices.model import Certainty, DraftWindow, Span, WindowKind, weakest

Spans = Callable[[int, int], Span]
TIMED = (Kind.range, Kind.deadline, Kind.point, Kind.nodes, Kind.recurring)
SOFT = (Kind.event_relative, Kind.unspecified, Kind.unparseable)
MOST = 60  # dates of one sentence or label; more are a calendar of its own
NO_CLOSE = "原文只有节点，没有写报送日期"
NO_DAY = "原文没有写到日"
NO_DATE = "原文没有写日期"


def is_timed(found: Found) -> bool:
    """Whether the expression gives days by which something is due."""
    return found.reading.kind in TIMED


def is_soft(found: Found) -> bool:
    """Whether the expression speaks of a time without giving days."""
    return found.reading.kind in SOFT


def build(clause: Sequence[Found], *, spans: Spans) -> list[DraftWindow]:
    """The windows of one clause."""
    timed = [found for found in clause[:MOST] if is_timed(found)]
    windows: list[DraftWindow] = []
    for found in timed:
        windows += _timed(found, spans)
    windows = _paired(windows)
    windows = _with_events(windows, [found for found in clause[:MOST] if is_soft(found)], spans)
    if max(len(windows), len(clause)) > MOST:
        windows = windows[:MOST] or [_soft(clause[0], spans)]
        note = f"日期太多，只列前{MOST}个"
        windows[-1] = replace(windows[-1], certainty=Certainty.DOUBTFUL, note=note)
    evaluated = _evaluated(clause)
    if evaluated is None:
        return windows
    return [replace(window, evaluated_year=evaluated) for window in windows]


def _evaluated(clause: Sequence[Found]) -> int | None:
    years = [found.reading.fiscal_year for found in clause if found.reading.fiscal_year]
    return years[0] if len(set(years)) == 1 else None


def _timed(found: Found, spans: Spans) -> Iterator[DraftWindow]:
    """One window for a range or a day; one for each node or each time it comes again."""
    reading = found.reading
    base = DraftWindow(
        WindowKind.FIXED,
        found.text,
        spans(found.start, found.end),
        recurrence=reading.recurrence or "",
        focus_opens=reading.focus_start,
        focus_closes=reading.focus_end,
        event=reading.event or "",
        certainty=Certainty.DOUBTFUL if reading.ambiguous else Certainty.CERTAIN,
        note=_note(reading),
    )
    match reading.kind:
        case Kind.nodes:
            yield from _nodes(base, reading)
        case Kind.recurring:
            yield from _recurring(base, reading)
        case Kind.deadline if reading.deadlines or reading.depends_on:
            yield from _dependent(base, reading)
        case Kind.deadline:
            yield replace(base, closes=reading.end)
        case _:
            yield replace(base, opens=reading.start, closes=reading.end)


def _note(reading: Reading) -> str:
    """What to confirm: the reading's own words, and the other days the phrase may mean."""
    if not reading.ambiguous:
        return ""
    others = "、".join(_day(day) for day in reading.alternatives)
    also = f"也可读作{others}" if others and others not in (reading.note or "") else ""
    return "；".join(part for part in (reading.note or "日期写法不明确", also) if part)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _nodes(base: DraftWindow, reading: Reading) -> Iterator[DraftWindow]:
    for day in reading.nodes:
        yield replace(base, kind=WindowKind.NODE, data_until=day, nodes=reading.nodes)


def _dependent(base: DraftWindow, reading: Reading) -> Iterator[DraftWindow]:
    """Deadlines that count from nodes; without nodes one open window."""
    for day in reading.deadlines:
        yield replace(base, kind=WindowKind.NODE, closes=day)
    if not reading.deadlines:
        note = base.note or "没有读到它所说的节点"
        yield replace(base, kind=WindowKind.NODE, certainty=Certainty.DOUBTFUL, note=note)


def _recurring(base: DraftWindow, reading: Reading) -> Iterator[DraftWindow]:
    """Each deadline of the year; a yearly day is a node; 按月 alone has no days yet."""
    base = replace(base, kind=WindowKind.RECURRING)
    periods: list[date | None] = [end for _, end in reading.data_periods]
    periods += [None] * (len(reading.deadlines) - len(periods))
    for day, until in zip(reading.deadlines, periods, strict=False):
        yield replace(base, closes=day, data_until=until)
    if reading.deadlines:
        return
    if reading.start is None and reading.end is None:
        yield replace(base, certainty=Certainty.DOUBTFUL, note=base.note or NO_DAY)
    elif reading.start == reading.end and "节点" in base.phrase:
        yield replace(base, data_until=reading.end)
    else:
        yield replace(base, opens=reading.start, closes=reading.end)


def _paired(windows: list[DraftWindow]) -> list[DraftWindow]:
    """Nodes and the deadlines that count from them become one window each, in order."""
    nodes = [window for window in windows if window.data_until and not window.closes]
    dues = [window for window in windows if window.kind is WindowKind.NODE and window.closes]
    if nodes and len(nodes) == len(dues):
        rest = [window for window in windows if window not in nodes and window not in dues]
        return [*(_pair(node, due) for node, due in zip(nodes, dues, strict=True)), *rest]
    if len(windows) == 2 and not nodes and (pair := _reported(*windows)):
        return [pair]
    if len(nodes) == 1 and len(windows) == 2:
        return [_pair(nodes[0], window) for window in windows if window is not nodes[0]]
    return [_awaiting(window) if window in nodes else window for window in windows]


def _reported(until: DraftWindow, due: DraftWindow) -> DraftWindow | None:
    """6月底完成…，7月10日前报送: the month's end is what is reported on, the later day is due."""
    ends, closes = until.closes, due.closes
    if not ends or not closes or due.opens or not follows(ends, closes):
        return None
    if (ends + timedelta(days=1)).day != 1:
        return None
    pair = _pair(replace(until, data_until=ends, opens=None), due)
    return replace(pair, certainty=weakest([pair.certainty, Certainty.LIKELY]))


def _pair(node: DraftWindow, due: DraftWindow) -> DraftWindow:
    """The window of a node: it opens when the node has passed, and closes when it is due."""
    first, last = sorted((node, due), key=lambda window: window.span.start)
    doubtful = Certainty.DOUBTFUL in (node.certainty, due.certainty)
    return replace(
        node,
        kind=WindowKind.NODE,
        closes=due.closes,
        phrase=f"{first.phrase}……{last.phrase}",
        span=Span(first.span.start, last.span.end),
        certainty=Certainty.DOUBTFUL if doubtful else Certainty.CERTAIN,
        note="；".join(dict.fromkeys(note for note in (node.note, due.note) if note)),
    )


def _awaiting(window: DraftWindow) -> DraftWindow:
    note = "；".join(part for part in (window.note, NO_CLOSE) if part)
    return replace(window, certainty=Certainty.DOUBTFUL, note=note)


def _with_events(
    windows: list[DraftWindow], soft: Sequence[Found], spans: Spans
) -> list[DraftWindow]:
    """An event before dates is their condition; alone, or with days of its own, it is a window."""
    events = [found for found in soft if found.reading.kind is Kind.event_relative]
    bare = [found for found in events if not _has_offset(found.reading)]
    if windows and bare:
        words = bare[0].reading.event or bare[0].text
        windows = [replace(window, event=window.event or words) for window in windows]
        events = [found for found in events if found not in bare]
    others = [found for found in soft if found.reading.kind is not Kind.event_relative]
    if windows or events:
        others = [found for found in others if found.reading.kind is Kind.unparseable]
    alone = (*events[: 1 if not windows else None], *others)
    return windows + [_soft(found, spans) for found in alone]


def conditioned(window: DraftWindow, event: str) -> DraftWindow:
    """The window with the event that must have happened before it opens."""
    return replace(window, event=event)


def _has_offset(reading: Reading) -> bool:
    return reading.days is not None or reading.months is not None


def _soft(found: Found, spans: Spans) -> DraftWindow:
    """An event to be dated later, or a time that was meant and not said."""
    reading = found.reading
    is_event = reading.kind is Kind.event_relative
    if is_event:
        note = _note(reading)
    elif reading.kind is Kind.unparseable:
        note = f"“{found.text}”不能读成日期：{reading.note or '没有这一天'}"
    else:
        note = reading.note or f"“{found.text}”没有写明日期"
    return DraftWindow(
        WindowKind.EVENT if is_event else WindowKind.UNSPECIFIED,
        found.text,
        spans(found.start, found.end),
        event=reading.event or "",
        offset_days=reading.days,
        offset_months=reading.months,
        working_days=reading.working_days,
        certainty=Certainty.DOUBTFUL if note else Certainty.LIKELY,
        note=note,
    )


def follows(node: date, due: date) -> bool:
    """Whether a deadline comes soon enough after a month's end to be the report on it."""
    return node < due <= node + timedelta(days=62)
