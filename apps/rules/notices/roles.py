"""The stretches of an item under their labels (开展时间：…), and its zone by headings."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from apps.rules.notices import words
from apps.rules.notices.clauses import cut
from apps.rules.notices.drafting import Draft
from apps.rules.notices.flat import LABELLED
from apps.rules.notices.model import Leftover, Said
from apps.rules.notices.outline import Block
from apps.rules.notices.source import Line, Source


class Role(StrEnum):
    """What a labelled stretch of an item speaks of."""

    CONTENT = "content"
    TIME = "time"
    CARE = "care"
    SCOPE = "scope"
    WHO = "who"
    SHARE = "share"
    PAPERS = "papers"


_ROLES = (
    (Role.TIME, re.compile("时间|时限")),
    (Role.CARE, re.compile("注意事项|要求")),
    (Role.SCOPE, re.compile("范围|适用对象")),
    (Role.SHARE, re.compile("分工")),
    (Role.WHO, re.compile("责任|牵头|配合")),
    (Role.PAPERS, re.compile("材料|资料|报送内容")),
)
GOAL, GUARD, SHARED, TASK = "goal", "guard", "shared", "task"
_ZONES = (
    (SHARED, words.SHARE_HEADING),
    (TASK, words.TASK_HEADING),
    (GOAL, words.GOAL_HEADING),
    (GUARD, words.GUARD_HEADING),
)


@dataclass(frozen=True)
class Stretch:
    """Part of an item under one label."""

    role: Role
    label: str
    start: int
    end: int


@dataclass
class Item:
    """What came out of one heading and its paragraphs."""

    block: Block
    drafts: list[Draft] = field(default_factory=list)
    leftovers: list[Leftover] = field(default_factory=list)
    early: list[tuple[int, int]] = field(default_factory=list)  # read before the first task

    @property
    def for_units(self) -> list[Draft]:
        """The tasks that units answer."""
        return [made for made in self.drafts if made.is_for_units]


def zone_of(block: Block) -> str:
    """What its nearest telling heading says of the block; tasks where none does."""
    for above in block.above():
        for zone, pattern in _ZONES:
            if pattern.search(above.title):
                return zone
    return TASK if block.level >= 0 or block.is_leaf else GOAL


def stretches(source: Source, block: Block) -> Iterator[Stretch]:
    """The paragraphs, each from label to label; a label in brackets ends with them."""
    text = source.flat.text
    named = block.title_start + len(block.title)
    if text.startswith("（", named) and named < block.title_end:
        yield Stretch(Role.TIME, "", named + 1, text.index("）", named))
    for start, end in block.paragraphs:
        role, name, begin, bracket = Role.CONTENT, "", start, False
        for label in LABELLED.finditer(text, start, end):
            before = text[label.start() - 1] if label.start() > start else "\n"
            if before not in "\n。；（，":
                continue
            if label.start() > begin:
                yield Stretch(role, name, begin, label.start())
            role, name, begin = _role(label[0]), label[0], label.end()
            bracket = bracket or before == "（"
        close = text.find("）", begin, end) if bracket else -1
        yield Stretch(role, name, begin, end if close < 0 else close)
        if close >= 0:
            yield Stretch(Role.CONTENT, "", close + 1, end)


def _role(label: str) -> Role:
    return next((role for role, pattern in _ROLES if pattern.search(label)), Role.CONTENT)


def lines(source: Source, parts: Sequence[Stretch], *roles: Role) -> list[Line]:
    """The clauses under these labels."""
    places = [(each.start, each.end) for each in parts if each.role in roles]
    return [source.line(clause) for clause in cut(source.flat.text, places)]


def said(source: Source, line: Line) -> Said[str]:
    """The clause in its own words."""
    return Said(line.text, source.span(line.start, line.end))
