"""From a text to its date expressions: words, moments, sentences, and what one lends the next."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from apps.rules.dates import events, script
from apps.rules.dates.moments import Item, items
from apps.rules.dates.parts import Impossible, Incomplete
from apps.rules.dates.reading import Found, Kind, Reading
from apps.rules.dates.scene import Scene, doubted, parts
from apps.rules.dates.sentences import Rule, expressions
from apps.rules.dates.words import tokens

TAIL = 12  # characters behind an expression that may say what it is
SENTENCE_END = re.compile(r"[。；;\n]")
CLAUSE_END = re.compile(r"[，。；;：:\n]")
LAST_YEARS = re.compile(r"自评|评价|决算|总结")  # done in the year after the one they are about
AGENCY = re.compile(r"[^\W0-9和及与按照据以]{1,12}$")  # 内财监 of 内财监〔2019〕1343号
NEAR, FAR = 60, 200  # characters within which a 年度 bears on the next window, the next 截至
WINDOWS = (Kind.range, Kind.deadline, Kind.point, Kind.nodes)
DATED = (*WINDOWS, Kind.as_of, Kind.period)


def find(text: str, *, year: int) -> list[Found]:
    """Every date expression of the text in order, without overlap; linear in its length.

    `year` is the notice's. A date that cannot be is found as unparseable, a document number, a
    count or an article as not_a_date.
    """
    return Reader(year).found(text)


@dataclass
class Reader:
    """Reads expressions in order and remembers what later ones leave out."""

    year: int
    nodes: tuple[date, ...] = ()
    is_phrase: bool = False
    said: Scene = field(default_factory=lambda: Scene(0))
    done: int = 0  # where the expression before this one ended
    fiscal: tuple[int, int] | None = None  # the last 年度 named, and where its words ended

    def found(self, text: str) -> list[Found]:
        """Every expression of the text."""
        plain = script.plain(text)
        self.said = Scene(self.year, nodes=self.nodes, is_phrase=self.is_phrase)
        row = items(tokens(plain, is_phrase=self.is_phrase))
        read = [self._one(plain, text, rule, words) for rule, words in expressions(row)]
        return [each for each in read if each is not None]

    def _one(self, plain: str, text: str, rule: Rule, words: Sequence[Item]) -> Found | None:
        start, end = words[0].start, words[-1].end
        if SENTENCE_END.search(plain, self.done, start):
            self.said = replace(self.said, year=self.year, month=None)
        tail = plain[end : end + TAIL].lstrip()
        is_alone = self.is_phrase and not tail and not plain[:start].strip()
        reading = _built(rule, words, replace(self.said, tail=tail, is_alone=is_alone))
        if reading is None:
            return None
        reading = self._checked(plain, words, reading)
        self._remember(words, reading, end)
        start = max(self.done, _true_start(plain, rule, words))
        self.done = end
        return Found(start, end, text[start:end], reading)

    def _checked(self, plain: str, words: Sequence[Item], reading: Reading) -> Reading:
        """Days without a year of their own beside a 年度 of another one: a person must confirm."""
        day = reading.end or reading.start
        if self.fiscal is None or day is None or reading.kind not in DATED or _has_year(words):
            return reading
        year, place = self.fiscal
        between = plain[place : min(words[0].start, place + FAR)]
        if year == day.year or not _bears(reading.kind, between):
            return reading
        return doubted(reading, f"年份未写，按{day.year}年读；前文写有{year}年度")

    def _remember(self, words: Sequence[Item], reading: Reading, end: int) -> None:
        if reading.kind is Kind.fiscal_year and reading.fiscal_year:
            self.fiscal = reading.fiscal_year, end
        if reading.nodes:
            self.said = replace(self.said, nodes=reading.nodes)
        day = reading.end or reading.start
        if day is not None and reading.kind in WINDOWS:
            year = day.year if _has_year(words) else self.said.year
            self.said = replace(self.said, year=year, month=day.month)


def _built(rule: Rule, words: Sequence[Item], scene: Scene) -> Reading | None:
    """The rule's reading; a date that cannot be is one too, with the reason."""
    try:
        return rule.build(words, scene)
    except Incomplete as lack:
        return Reading(Kind.unspecified, ambiguous=True, note=str(lack))
    except Impossible as refusal:
        return Reading(Kind.unparseable, note=str(refusal))


def _bears(kind: Kind, between: str) -> bool:
    """Whether a 年度 that stands so far in front may be the year of the expression.

    Figures (截至8月) take it from their paragraph. A window takes it from its clause, unless that
    speaks of something done in the year after (2023年度绩效自评工作于5月底前完成).
    """
    if kind in (Kind.as_of, Kind.period):
        return len(between) < FAR and "\n" not in between
    is_late = LAST_YEARS.search(between) is not None
    return len(between) < NEAR and not is_late and CLAUSE_END.search(between) is None


def _has_year(words: Sequence[Item]) -> bool:
    return any(part.year is not None or part.shift is not None for part in parts(words))


def _true_start(plain: str, rule: Rule, words: Sequence[Item]) -> int:
    """Where the expression begins: an event after what leads up to it, a number at its agency."""
    start, end = words[0].start, words[-1].end
    if rule.name == "document" and (agency := AGENCY.search(plain[max(0, start - 12) : start])):
        return start - len(agency[0])
    if rule.name == "event":
        mark = next(word for word in words if word.letter == "事")
        return start + events.lead(plain[start : mark.end])
    return end - len(plain[start:end].lstrip())
