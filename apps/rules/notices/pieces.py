"""A clause that names several actors (社保科负责…，企业科负责…) is cut, one piece for each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from apps.rules.dates import Kind
from apps.rules.notices import words
from apps.rules.notices.clauses import Clause
from apps.rules.notices.source import Line, Source


def by_actor(source: Source, line: Line) -> Iterator[Line]:
    """One line for each actor, and for each of several last days with a deed of its own."""
    begin, who, parts = 0, line.who, line.clause.parts
    for place in range(1, len(parts)):
        if _new_actor(source, line, parts[place]) or _new_day(source, parts, begin, place):
            piece = source.line(_piece(line.clause, begin, place))
            yield piece if piece.who else replace(piece, who=who)
            who = piece.who or who
            begin = place
    rest = source.line(_piece(line.clause, begin, len(parts))) if begin else line
    yield rest if rest.who else replace(rest, who=who)


def _new_actor(source: Source, line: Line, part: tuple[int, int]) -> bool:
    """Whether the part begins with another actor who has a duty or an amount to reach."""
    if line.who is None or line.who.start >= part[0]:
        return False  # the first actor is still to come
    match = words.ACTOR.match(source.flat.text, *part)
    if not match:
        return False
    rest = (source.flat.text, match.end(), part[1])
    return bool(words.DUTY.match(*rest) or words.AMOUNTS.match(*rest))


def _new_day(source: Source, parts: Sequence[tuple[int, int]], begin: int, place: int) -> bool:
    """7月20日前完成…，10月20日前完成…: two deeds with a last day each."""
    start, end = parts[place]
    if not _due_and_done(source, start, end, first=True):
        return False
    return any(_due_and_done(source, *part, first=False) for part in parts[begin:place][-2:])


def _due_and_done(source: Source, start: int, end: int, *, first: bool) -> bool:
    """Whether a part says X日前 and then what is done."""
    found = source.dates.within(start, start + 2 if first else end)
    due = [
        each
        for each in found
        if each.reading.kind is Kind.deadline and each.reading.end and each.text.endswith("前")
    ]
    return bool(due) and bool(words.ACTION.search(source.bare, due[0].end, end))


def _piece(clause: Clause, begin: int, end: int) -> Clause:
    parts = clause.parts[begin:end]
    return replace(clause, start=parts[0][0], end=parts[-1][1], parts=parts)
