"""The headings of a notice and the paragraphs under them: parts, 一、（一）1.（1）①."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from apps.rules.notices.flat import ALONE, HEAD, LABELLED, TITLE_END

STYLES = {"part": 0, "cn": 1, "pcn": 2, "num": 3, "pnum": 4, "circ": 5}
DIGITS = {mark: number for number, mark in enumerate("一二三四五六七八九", 1)}
TITLE_MAX = 40
NAMED_MAX = 12
_LINE = re.compile(r"[^\n]+")
_STOP = re.compile(r"[，。；：！？]")
_DATED = re.compile(r"（[^（）]*[0-9](?:月|日|年)[^（）]*）$")  # 自评阶段（2月20日—3月15日）
REPORT = re.compile(r"(?:说明|总结|情况|报告)(?:（[^（）]*）)?$")
NEXT_STEPS = re.compile(r"下一步|下步|今后|工作打算|努力方向|明年")


@dataclass
class Block:
    """A heading with the paragraphs right under it, as places in the plain text."""

    level: int
    number: int
    start: int
    title: str
    title_start: int
    title_end: int
    mark: str = ""  # the number as written
    path: tuple[Block, ...] = ()  # the headings above, outermost first
    paragraphs: list[tuple[int, int]] = field(default_factory=list)
    is_leaf: bool = True
    is_titled: bool = True  # False: the item is all text, its first words stand for a title
    slipped: bool = False  # its number is written in the style of another level

    @property
    def outline(self) -> tuple[str, ...]:
        """The headings above it and its own."""
        return (*(block.title for block in self.path if block.title), self.title)

    def above(self) -> Iterator[Block]:
        """Itself and the headings above it, innermost first."""
        yield self
        yield from reversed(self.path)


@dataclass
class Part:
    """A document inside the text: its title and blocks; the first block holds what comes before."""

    title: str
    start: int
    end: int
    blocks: list[Block] = field(default_factory=list)

    @property
    def is_report(self) -> bool:
        """Whether the title says that it tells of a year gone by."""
        return bool(REPORT.search(self.title))


@dataclass
class _Builder:
    text: str
    parts: list[Part]
    stack: list[Block] = field(default_factory=list)
    counted: int = 0  # the last 1. 2. 3. of the part; some count on across headings

    def title(self, start: int, end: int) -> None:
        """A document begins."""
        self.parts.append(Part(self.text[start:end], start, end))
        self.stack, self.counted = [], 0
        self._open(Block(-1, 0, start, "", start, start))

    def heading(self, block: Block, end: int) -> None:
        """A heading begins; what the line holds beyond its title is its first paragraph."""
        block.slipped = self._is_slipped(block)
        if block.level == STYLES["num"]:
            self.counted = block.number
        if block.slipped:
            block.level = STYLES["cn"]
        while self.stack and self.stack[-1].level >= block.level:
            self.stack.pop()
        for above in self.stack:
            above.is_leaf = False
        block.path = tuple(above for above in self.stack if above.level >= 0)
        self._open(block)
        if block.title_end < end:
            block.paragraphs.append((block.title_end, end))

    def paragraph(self, start: int, end: int) -> None:
        """Text under the heading that stands open."""
        if not self.parts:
            self.parts.append(Part("", 0, 0))
            self._open(Block(-1, 0, start, "", start, start))
        self.stack[-1].paragraphs.append((start, end))

    def _open(self, block: Block) -> None:
        if not self.parts:
            self.parts.append(Part("", 0, 0))
        self.parts[-1].blocks.append(block)
        self.stack.append(block)

    def _is_slipped(self, block: Block) -> bool:
        """3、 after 一、 and 二、, with no 2、 before it: a top heading in the wrong style."""
        if block.level != STYLES["num"] or block.number in (1, self.counted + 1):
            return False
        if any(above.level == block.level for above in self.stack):
            return False
        tops = [above for above in self.stack if above.level == STYLES["cn"]]
        return bool(tops) and tops[-1].number == block.number - 1


def read_outline(text: str) -> list[Part]:
    """The documents in the plain text with their headings; at least one."""
    builder = _Builder(text, [])
    lines = [(row.start(), row.end()) for row in _LINE.finditer(text)]
    for place, (start, end) in enumerate(lines):
        head = HEAD.match(text, start, end)
        if _is_title(text, start, end, builder, head):
            builder.title(start, end)
        elif head and head.lastgroup:
            builder.heading(_block(text, head, end), end)
        elif _is_named(text, lines, place, builder):
            builder.heading(Block(2, 0, start, text[start:end], start, end), end)
        else:
            builder.paragraph(start, end)
    for block in (block for part in builder.parts for block in part.blocks):
        if block.is_leaf and not block.paragraphs and block.level >= 0:
            block.paragraphs.append((block.title_start, block.title_end))
    return builder.parts


def _is_title(
    text: str, start: int, end: int, builder: _Builder, head: re.Match[str] | None
) -> bool:
    """A line that names a document; inside a document only one that starts another."""
    if head and head.lastgroup != "part":
        return False
    line = text[start:end]
    if len(line) > 2 * TITLE_MAX or _STOP.search(line) or not TITLE_END.search(line):
        return False
    if ALONE.fullmatch(line) or line.startswith(("关于印发《", "附件")):
        return False
    return not builder.parts or _restarts(text, end) or not _has_headings(builder.parts[-1])


def _restarts(text: str, end: int) -> bool:
    """Whether the numbering starts again at 一、 within the next few lines."""
    return "\n一、" in text[end : end + 1500]


def _has_headings(part: Part) -> bool:
    return any(block.level >= 0 for block in part.blocks)


def _block(text: str, head: re.Match[str], end: int) -> Block:
    """A numbered line: its title, and where its text goes on."""
    style = str(head.lastgroup)
    begin, stop = head.end(), text.find("。", head.end(), end)
    label = LABELLED.search(text, begin, end)
    if label and text[label.start() - 1] == "（":  # 开展自评（责任单位：…）
        stop = label.start() - 2
    title_end = end if stop < 0 else stop + 1
    title = text[begin:title_end].rstrip("。：")
    is_title = len(title) <= TITLE_MAX and not ("，" in title and title_end < end)
    if not is_title:
        cut = _STOP.search(title)
        title = title[: cut.start() if cut else TITLE_MAX][:TITLE_MAX]
        title_end = begin
    elif stop < 0 and text[end - 1] in "；！？":
        title_end = begin
    title = _DATED.sub("", title) if is_title else title
    number = _number(head[style])
    mark = head[0].strip()
    block = Block(STYLES[style], number, head.start(), title, begin, title_end, mark)
    block.is_titled = is_title
    return block


def _number(mark: str) -> int:
    """The number in 三, 十二, 12, ③ or 第三部分; 0 for anything else."""
    if mark.isascii() and mark.isdigit():
        return int(mark)
    if "①" <= mark <= "⑳":
        return ord(mark) - ord("①") + 1
    digits = [char for char in mark if char in DIGITS or char == "十"]
    tens, ten, ones = "".join(digits).rpartition("十")
    return (DIGITS.get(tens, 1) * 10 if ten else 0) + DIGITS.get(ones, 0)


def _is_named(text: str, lines: list[tuple[int, int]], place: int, builder: _Builder) -> bool:
    """A short line without a number over numbered items: 财政部门, 各部门单位."""
    start, end = lines[place]
    if end - start > NAMED_MAX or place + 1 == len(lines) or not builder.stack:
        return False
    line = text[start:end]
    if builder.stack[0].level < 0 and len(builder.stack) == 1:
        return False
    if _STOP.search(line) or LABELLED.match(line) or ALONE.fullmatch(line):
        return False
    following = HEAD.match(text, *lines[place + 1])
    return bool(following) and following is not None and following.lastgroup == "num"
