"""Words that name a part of the calendar become one: 2024年 3月 底 is one moment.

What is left is a row of shorter words, the moments among them told apart by what they lack.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NamedTuple

from apps.rules.dates.parts import Part, Unit
from apps.rules.dates.words import Token

DATED = "d"  # all but the year is there
BARE_DAY = "b"  # 15日, 中旬, 月底: the month is missing
BARE_NUMBER = "n"  # 7 in 7－9月, 2024年7 in 2024年7－9月
RELATIVE = "r"  # 次月10日: needs a node
YEAR, FISCAL = "Y", "F"  # 2023年 and 2023年度
LONE_YEAR = "N"  # 2024 in 2024—2026年
DOTTED, COMPACT = "i", "K"  # 3.20 and 202403, which may be something else

MOMENT = re.compile(
    r"[YyFG]?M(?:X|E|[Dn]?W?T?)|[YyFG]?[QHP]E?|[YyFG]?A|[YyFG](?:E|Z)|Z|z"
    r"|m(?:DW?T?|E|X)?|[Ii]W?T?|K|X|DW?T?|[YyFG]n(?=[-~、或])|[YyFG]|n|N|h"
)


class Item(NamedTuple):
    """A word of the sentence table: its letter, its tokens and, for a moment, what it names."""

    letter: str
    start: int
    end: int
    text: str
    value: int = 0
    part: Part = Part()


Fold = Callable[[Part, Token], Part]


def _day(part: Part, token: Token) -> Part:
    return replace(part, unit=Unit.day, number=token.value)


def _number(part: Part, token: Token) -> Part:
    """A bare number: the day after a month, or something whose unit is still to come."""
    unit = Unit.day if part.month is not None else Unit.number
    return replace(part, unit=unit, number=token.value)


def _edge(part: Part, token: Token) -> Part:
    edge = token.text.strip()[-1]
    unit = {"年": Unit.year, "月": Unit.month}.get(token.text[0], part.unit)
    return replace(part, unit=unit, edge="底" if edge in "底末终" else edge)


def _year(part: Part, token: Token) -> Part:
    year = token.value + 2000 if token.value < 100 else token.value
    return replace(part, unit=Unit.year, year=year)


def _other_year(part: Part, token: Token) -> Part:
    is_now = token.text[0] in "今去本明"
    return replace(part, unit=Unit.year, shift=token.value, is_now=is_now)


def _split(part: Part, token: Token) -> Part:
    """2024-03-20, 2024.3, 202403, 20240320 and 3.20 by their digits."""
    fields = [int(digits) for digits in re.findall(r"[0-9]+", token.text)]
    if len(fields) == 1:
        fields = [int(token.text[:4]), int(token.text[4:6]), int(token.text[6:] or -1)]
    if token.letter == "i":
        return replace(part, unit=Unit.day, month=fields[0], number=fields[1])
    if len(fields) == 3 and fields[2] >= 0:
        return replace(part, unit=Unit.day, year=fields[0], month=fields[1], number=fields[2])
    return replace(part, unit=Unit.month, year=fields[0], month=fields[1])


def _month(part: Part, token: Token) -> Part:
    """A month, or two neighbours (405 for 四五月份)."""
    if token.value < 100:
        return replace(part, unit=Unit.month, month=token.value)
    first, last = divmod(token.value, 100)
    return replace(part, unit=Unit.month, month=first, last_month=last)


def _next_month(part: Part, token: Token) -> Part:
    months = {"次": 1, "下": 1, "翌": 1, "上": -1, "首": -2}.get(token.text[0], 0)
    return replace(part, unit=Unit.month, months=months)


FOLDS: dict[str, Fold] = {
    "Y": _year,
    "F": _year,
    "y": _other_year,
    "G": _other_year,
    "M": _month,
    "D": _day,
    "n": _number,
    "N": _number,
    "W": lambda part, token: replace(part, weekday=token.value),
    "T": lambda part, token: replace(part, hour=token.text.strip()),
    "X": lambda part, token: replace(part, unit=Unit.third, number=token.value),
    "Q": lambda part, token: replace(part, unit=Unit.quarter, number=token.value),
    "P": lambda part, token: replace(part, unit=Unit.half, number=token.value),
    "H": lambda part, token: replace(part, unit=Unit.half, number=token.value),
    "A": lambda part, token: replace(part, unit=Unit.year),
    "h": lambda part, token: replace(part, unit=Unit.half, number=1),
    "m": _next_month,
    "E": _edge,
    "Z": _edge,
    "z": _edge,
    "I": _split,
    "K": _split,
    "i": _split,
}


def items(tokens: Iterable[Token]) -> list[Item]:
    """The row of words with every moment made one; linear in their number."""
    row = list(tokens)
    letters = "".join(token.letter for token in row)
    made: list[Item] = []
    done = 0
    for match in MOMENT.finditer(letters):
        made += map(_other, row[done : match.start()])
        made.append(_moment(row[match.start() : match.end()]))
        done = match.end()
    return made + [_other(token) for token in row[done:]]


def _other(token: Token) -> Item:
    return Item(*token)


def _moment(row: list[Token]) -> Item:
    part = Part()
    for token in row:
        part = FOLDS[token.letter](part, token)
    text = "".join(token.text for token in row)
    letter = _letter(part, "".join(token.letter for token in row))
    return Item(letter, row[0].start, row[-1].end, text, row[0].value, part)


def _letter(part: Part, letters: str) -> str:
    """What the moment lacks, as a letter for the sentence table."""
    if letters in ("h", "K", LONE_YEAR) or letters[0] == "i":
        return letters[0]
    if letters in ("Y", "y"):
        return YEAR
    if letters in ("F", "G"):
        return FISCAL
    if part.months is not None:
        return RELATIVE
    if part.unit is Unit.number:
        return BARE_NUMBER
    return DATED if part.is_dated else BARE_DAY
