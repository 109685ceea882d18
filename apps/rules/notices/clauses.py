"""Paragraphs cut into clauses (。；and 一是 …二是 …) and clauses into parts (，), in one pass."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

_MARK = re.compile(
    r"[（《“]|[）》”]|[。！？；\n]|，|,(?![0-9]{3})|(?:(?<=[，。；：\n])|\A)[一二三四五六七八九十]是(?!否|指)"
)
_OPENING, _CLOSING = "（《“", "）》”"
LONGEST = 1500  # characters; what has no full stop for longer is no sentence
_EDGE = "，,。；：！？ \n"


@dataclass(frozen=True)
class Clause:
    """A clause in the plain text without its last mark; `item` counts 一是、二是 of a paragraph."""

    start: int
    end: int
    parts: tuple[tuple[int, int], ...]
    item: int
    paragraph: int


def cut(text: str, paragraphs: Sequence[tuple[int, int]]) -> list[Clause]:
    """The clauses of the paragraphs in order; marks inside brackets and quotes do not cut."""
    found: list[Clause] = []
    for number, (start, end) in enumerate(paragraphs):
        found += _of_paragraph(text, start, end, number)
    return found


def _of_paragraph(text: str, start: int, end: int, number: int) -> Iterator[Clause]:
    """Brackets that never close are taken as closed at the end of the paragraph."""
    depth, item, begin, commas = 0, 0, start, [start]
    for mark in _MARK.finditer(text, start, end):
        sign = mark[0]
        if sign in _OPENING:
            depth += 1
        elif sign in _CLOSING:
            depth = max(0, depth - 1)
        elif depth == 0 or sign == "\n":
            if sign in "，,":
                commas.append(mark.end())
                continue
            yield from _clause(text, begin, mark.start(), commas, item, number)
            item += sign.endswith("是")
            begin = mark.end()
            commas = [begin]
            depth = 0
    yield from _clause(text, begin, end, commas, item, number)


def _clause(
    text: str, start: int, end: int, commas: list[int], item: int, number: int
) -> Iterator[Clause]:
    """The clause, if anything is left once its edges are bare."""
    if end - start > LONGEST:
        for begin in range(start, end, LONGEST):
            inside = commas[bisect_right(commas, begin) : bisect_left(commas, begin + LONGEST)]
            stop = min(end, begin + LONGEST)
            yield from _clause(text, begin, stop, [begin, *inside], item, number)
        return
    bounds = [*commas, end + 1]
    parts = tuple(
        part for left, right in pairwise(bounds) if (part := _bare(text, left, min(right - 1, end)))
    )
    if parts:
        yield Clause(parts[0][0], parts[-1][1], parts, item, number)


def _bare(text: str, start: int, end: int) -> tuple[int, int] | None:
    while start < end and text[start] in _EDGE:
        start += 1
    while end > start and text[end - 1] in _EDGE:
        end -= 1
    return (start, end) if start < end else None
