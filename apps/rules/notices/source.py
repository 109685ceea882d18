"""The notice as material: its plain text with every fact in it found once, asked for by place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.rules import dates
from apps.rules.dates import Found, Kind
from apps.rules.notices import facts, words
from apps.rules.notices.clauses import Clause
from apps.rules.notices.flat import Flat
from apps.rules.notices.model import Span, Stage
from apps.rules.notices.words import Actor

_LEAD = re.compile(
    r"(?:[一二三四五六七八九十]是)?(?:在|于|自|从|以|由|请|并由|同时|其中|应于|须于|要在|各自)?"
)
_AFTER = re.compile(r"(?:之?前|起|内|期间)?[，、]?(?:由|请)?")


@dataclass(frozen=True)
class Cue:
    """A word that speaks of a stage."""

    start: int
    end: int
    word: str

    @property
    def stage(self) -> Stage:
        """The stage it speaks of."""
        return words.STRONG.get(self.word) or words.WEAK[self.word]

    @property
    def is_strong(self) -> bool:
        """Whether it settles the stage of its clause."""
        return self.word in words.STRONG


@dataclass(frozen=True)
class Who:
    """The subject of a clause."""

    start: int
    end: int
    text: str
    kind: Actor


@dataclass(frozen=True)
class Line:
    """A clause with what was found in it."""

    clause: Clause
    text: str
    who: Who | None
    dates: Sequence[Found]
    cues: Sequence[Cue]

    @property
    def start(self) -> int:
        """Where the clause begins in the plain text."""
        return self.clause.start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.clause.end


class Source:
    """Facts by place. Every search runs over the whole text once."""

    def __init__(self, flat: Flat, *, year: int, county: bool) -> None:
        self.flat, self.year, self.county = flat, year, county
        text = flat.text
        self.dates = facts.Index(dates.find(text, year=year))
        days = (found for found in self.dates.facts if found.reading.kind is not Kind.not_a_date)
        self.numbers = facts.Index(facts.numbers(text, facts.Index(days)))
        self.papers = facts.Index(facts.papers(text))
        cues = (Cue(match.start(), match.end(), match[0]) for match in words.CUE.finditer(text))
        self.cues = facts.Index(cues)

    def text(self, start: int, end: int) -> str:
        """The plain text between two places."""
        return self.flat.text[start:end]

    def span(self, start: int, end: int) -> Span:
        """The characters given, behind two places of the plain text."""
        return self.flat.span(start, end)

    def line(self, clause: Clause) -> Line:
        """The clause with its subject, dates and cues."""
        found = [
            each
            for each in self.dates.within(clause.start, clause.end)
            if each.reading.kind is not Kind.not_a_date
        ]
        return Line(
            clause,
            self.text(clause.start, clause.end),
            self._who(clause, found),
            found,
            self.cues.within(clause.start, clause.end),
        )

    def _who(self, clause: Clause, found: Sequence[Found]) -> Who | None:
        """The first part of the clause that begins with an actor, be it behind a date."""
        for start, end in clause.parts:
            for place in self._beginnings(start, end, found):
                match = words.ACTOR.match(self.flat.text, place, end)
                if match:
                    kind = words.actor_kind(match["who"], county=self.county)
                    return Who(match.start("who"), match.end("who"), match["who"], kind)
        return None

    def _beginnings(self, start: int, end: int, found: Sequence[Found]) -> Iterator[int]:
        """Where the subject of a part may stand: at its start, and after a date in it."""
        lead = _LEAD.match(self.flat.text, start, end)
        yield start
        if lead and lead.end() > start:
            yield lead.end()
        for each in found:
            if start <= each.start < end and each.end < end:
                after = _AFTER.match(self.flat.text, each.end, end)
                yield after.end() if after else each.end
