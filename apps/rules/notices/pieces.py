"""A clause that names several actors (社保科负责…，企业科负责…) is cut, one piece for each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from apps.rules.notices import words
from apps.rules.notices.clauses import Clause
from apps.rules.notices.source import Line, Source


def by_actor(source: Source, line: Line) -> Iterator[Line]:
    """One line for each section in 社保科负责…，企业科负责…"""
    begin, parts = 0, line.clause.parts
    for place in range(1, len(parts)):
        if line.who is None or line.who.start >= parts[place][0]:
            continue  # the first actor is still to come
        match = words.ACTOR.match(source.flat.text, *parts[place])
        rest = (source.flat.text, match.end(), parts[place][1]) if match else None
        if rest and (words.DUTY.match(*rest) or words.AMOUNTS.match(*rest)):
            yield source.line(_piece(line.clause, begin, place))
            begin = place
    yield source.line(_piece(line.clause, begin, len(parts))) if begin else line


def _piece(clause: Clause, begin: int, end: int) -> Clause:
    parts = clause.parts[begin:end]
    return replace(clause, start=parts[0][0], end=parts[-1][1], parts=parts)
