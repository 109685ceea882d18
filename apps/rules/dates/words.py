"""A text becomes a row of one-letter words; what stands between them is GAP, unless it is blank."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from apps.rules.dates.script import number_in
from apps.rules.dates.vocabulary import CN, WORDS, WS, Value

GAP = "·"

ALPHABET = "".join(dict.fromkeys("".join(first for _, first, _, _ in WORDS)))
# Where a word may begin; a run of letters or of digits is one step, so that none is split.
STEP = re.compile(f"[A-Za-z_][A-Za-z_0-9]*|[0-9]+|[{re.escape(ALPHABET)}]")
# 5、 before 8月 at the start of a phrase counts; in a text it is the number of a paragraph.
LISTED = re.compile(
    rf"(?:[0-9]+、(?=(?:[0-9]{{1,2}}、){{0,12}}{WS}[0-9]{{1,2}}{WS}[月日])"
    rf"|{CN}+、(?=(?:{CN}{{1,3}}、){{0,12}}{WS}{CN}{{1,3}}{WS}[月日季]))"
)


class Token(NamedTuple):
    """One word: its letter, where it stands, how it is written and what it counts."""

    letter: str
    start: int
    end: int
    text: str
    value: int = 0


def _rows(first: str) -> tuple[re.Pattern[str], list[tuple[str, Value]]]:
    """The rows that may begin with the character, as one pattern with a group for each."""
    rows = [row for row in WORDS if first in row[1]]
    named = (f"(?P<row{index}>{row[2]})" for index, row in enumerate(rows))
    return re.compile("|".join(named), re.MULTILINE), [(row[0], row[3]) for row in rows]


NONE = re.compile(r"(?!)"), list[tuple[str, Value]]()
BY_FIRST = {first: _rows(first) for first in ALPHABET}


def tokens(plain: str, *, is_phrase: bool = False) -> Iterator[Token]:
    """The words of a text that `script.plain` has made, gaps included, blanks left out."""
    done = 0
    if is_phrase and (listed := LISTED.match(plain)):
        done = listed.end()
        yield Token("n", 0, done - 1, plain[: done - 1], number_in(plain[: done - 1]))
        yield Token("、", done - 1, done, "、")
    for token in _known(plain, done):
        yield from _gap(plain, done, token.start)
        yield token
        done = token.end
    yield from _gap(plain, done, len(plain))


def _known(plain: str, place: int) -> Iterator[Token]:
    """The words of the table, and whatever is written in Latin letters."""
    while step := STEP.search(plain, place):
        start, place = step.span()
        pattern, rows = BY_FIRST.get(plain[start], NONE)
        if match := pattern.match(plain, start):
            letter, value = rows[int((match.lastgroup or "row0")[3:])]
            place = match.end()
            yield Token(letter, start, place, match[0], value(match[0]))
        elif plain[start].isascii() and plain[start].isalpha():
            yield Token("w", start, place, step[0])


def _gap(plain: str, start: int, end: int) -> Iterator[Token]:
    text = plain[start:end]
    if text and not text.isspace():
        yield Token(GAP, start, end, text)
