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
_AFTER = re.compile(r"(?:之?前|起|内|期间)?[，,、]?(?:由|请)?")


_LOOSE = ("年初", "年中", "年末", "年底", "上年", "当年")
_OF_BUDGET = re.compile("批复|设定|设置|确定|下达|安排|申报|编制|部门预算|预算|追加")
MOST_ACTORS = 6
_TITLES = re.compile(r"《[^《》\n]{1,80}》|（[^（）\n]{5,120}）")


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
    bare: str  # without the names of other documents
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
        # What stands in 《》 and （…） says nothing of what the sentence itself asks for.
        self.bare = _TITLES.sub(lambda title: "·" * len(title[0]), text)
        found = words.CUE.finditer(self.bare)
        cues = (Cue(match.start(), match.end(), match[0]) for match in found)
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
            and not (each.text in _LOOSE and _OF_BUDGET.match(self.flat.text, each.end))
        ]
        return Line(
            clause,
            self.text(clause.start, clause.end),
            self.bare[clause.start : clause.end],
            self._who(clause),
            found,
            self.cues.within(clause.start, clause.end),
        )

    def _who(self, clause: Clause) -> Who | None:
        """The first part of the clause that begins with an actor, be it behind a date."""
        for start, end in clause.parts:
            for place in self._beginnings(start, end):
                match = words.ACTOR.match(self.flat.text, place, end)
                if match:
                    return self._actor(match, end)
        return None

    def _actor(self, match: re.Match[str], end: int) -> Who:
        """The actor with those joined by 、; the first says of what kind it is."""
        kind = words.actor_kind(match["who"], county=self.county)
        start, stop = match.span("who")
        for _ in range(MOST_ACTORS):
            following = self.flat.text.startswith("、", stop)
            more = words.ACTOR.match(self.flat.text, stop + 1, end) if following else None
            if not more:
                break
            stop = more.end("who")
        return Who(start, stop, self.text(start, stop), kind)

    def _beginnings(self, start: int, end: int) -> Iterator[int]:
        """Where the subject of a part may stand: at its start, and after a date in it."""
        lead = _LEAD.match(self.flat.text, start, end)
        yield start
        if lead and lead.end() > start:
            yield lead.end()
        for each in self.dates.within(start, end):
            if each.reading.kind is not Kind.not_a_date and each.end < end:
                after = _AFTER.match(self.flat.text, each.end, end)
                yield after.end() if after else each.end
