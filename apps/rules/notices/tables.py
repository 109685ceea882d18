"""A table of tasks spelled out: each row a numbered heading with its cells under labels.

A table is known by its head, a row that names the task and who does it or until when. What a row
says is then read like any labelled item; every character of a cell keeps its place in the text
given. Rows without a task, and tables of anything else, stay as they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from apps.rules.notices.flat import LABELLED, Flat

NUMBER, TITLE, CONTENT, WHO, TIME, SCOPE, PAPERS = range(7)
MOST_NUMBER = 99  # the reader knows headings up to it
_WORDS = (  # what a column holds, by its head; the first that fits
    (NUMBER, re.compile(r"序号|编号|序|№|No\.?", re.IGNORECASE)),
    (TIME, re.compile(r".{0,6}(?:时间|时限|期限|日期|时间节点|进度安排)(?:要求|安排)?")),
    (SCOPE, re.compile(r".{0,4}范围|适用对象")),
    (PAPERS, re.compile(r"(?:报送|提交|上报)(?:材料|资料|内容)|工作成果|成果形式")),
    (WHO, re.compile(r"(?:责任|牵头|配合|承办|实施|主办|落实)(?:单位|部门|科室|主体|人)?")),
    (TITLE, re.compile(r"(?:工作|重点|主要|目标)?任务(?:名称|事项)?|(?:工作|任务|重点)?事项")),
    (TITLE, re.compile(r"(?:工作|任务)名称|工作")),
    (CONTENT, re.compile(r"(?:主要|工作|任务|具体)?(?:内容|要求|措施|举措)")),
)
_LABELS = {
    CONTENT: "工作内容",
    WHO: "责任单位",
    TIME: "完成时限",
    SCOPE: "涉及范围",
    PAPERS: "报送材料",
}
_ORDER = (CONTENT, PAPERS, SCOPE, WHO, TIME)
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_CELLS = re.compile(r"[^\t\r\n]+")
_ENDS = "。！？；"
_DIGITS = re.compile(r"[1-9][0-9]?")

Cell = tuple[int, int]


def spelled_out(text: str) -> Flat | None:
    """The text with its tables of tasks as labelled items; None where it has none."""
    if "\t" not in text:
        return None
    writer = _Writer(text)
    head: list[tuple[int, str]] = []
    for line in _LINES.finditer(text):
        cells = list(_cells(text, *line.span()))
        if found := _head(text, cells):
            head = found
        elif head and _is_row(text, head, cells):
            writer.row(head, cells)
        else:
            head = head if cells or not line[0].strip() else []  # a merged row ends no table
            writer.copy(*line.span())
    return writer.made() if writer.n_rows else None


def _cells(text: str, start: int, end: int) -> Iterator[Cell]:
    """The cells of a line, also the empty ones, without the blanks around them."""
    stop = start + len(text[start:end].rstrip("\r\n"))
    for cell in text[start:stop].split("\t") if "\t" in text[start:stop] else ():
        lead = len(cell) - len(cell.lstrip())
        yield start + lead, start + max(lead, len(cell.rstrip()))
        start += len(cell) + 1


def _head(text: str, cells: Sequence[Cell]) -> list[tuple[int, str]]:
    """What the columns hold with their heads, where the row is the head of a table of tasks."""
    words = ["".join(text[start:end].split()) for start, end in cells]
    kinds = [next((kind for kind, known in _WORDS if known.fullmatch(word)), -1) for word in words]
    if TITLE not in kinds and CONTENT in kinds:
        kinds[kinds.index(CONTENT)] = TITLE  # 工作内容 alone names the task
    if TITLE not in kinds or not {WHO, TIME} & set(kinds):
        return []
    return list(zip(kinds, words, strict=True))


def _is_row(text: str, head: Sequence[tuple[int, str]], cells: Sequence[Cell]) -> bool:
    """Whether the line has a task where the head says so."""
    if len(cells) != len(head):
        return False
    start, end = cells[[kind for kind, _ in head].index(TITLE)]
    return end > start


class _Writer:
    """The new text piece by piece, each with its place in the text given."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._out: list[str] = []
        self._starts: list[int] = []
        self._origins: list[int] = []
        self._place = 0
        self.n_rows = 0

    def copy(self, start: int, end: int) -> None:
        """These characters, as they are."""
        self._add(self._text[start:end], start)

    def row(self, head: Sequence[tuple[int, str]], cells: Sequence[Cell]) -> None:
        """A row as a heading, and its cells under their labels."""
        held = {kind: (word, cell) for (kind, word), cell in zip(head, cells, strict=True)}
        start, end = held[TITLE][1]
        self._say(f"\n{self._number(held)}．", start)
        self.copy(start, end)
        for kind in _ORDER:
            word, (start, end) = held.get(kind, ("", (0, 0)))
            if end > start:
                label = word if LABELLED.fullmatch(f"{word}：") else _LABELS[kind]
                self._say(f"\n{label}：", start)
                self.copy(start, end)
        self._say("\n" if self._out[-1][-1] in _ENDS else "。\n", cells[-1][1] - 1)
        self.n_rows += 1

    def made(self) -> Flat:
        """The text made."""
        return Flat("".join(self._out), self._starts, self._origins)

    def _number(self, held: dict[int, tuple[str, Cell]]) -> str:
        """The row's own number, else the next."""
        start, end = held.get(NUMBER, ("", (0, 0)))[1]
        own = self._text[start:end]
        return own if _DIGITS.fullmatch(own) else str(self.n_rows % MOST_NUMBER + 1)

    def _say(self, words: str, place: int) -> None:
        """Words of ours, at a place of the text given."""
        for char in words:
            self._add(char, place)

    def _add(self, words: str, origin: int) -> None:
        if words:
            self._out.append(words)
            self._starts.append(self._place)
            self._origins.append(origin)
            self._place += len(words)
