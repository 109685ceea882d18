"""The text of a .docx as a reader sees it, from parts that the guard has looked at before."""

from __future__ import annotations

import re
import zipfile
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from xml.parsers import expat  # the guard has refused every DTD

from apps.core import uploads
from apps.rules.notices.flat import MAX_CHARACTERS

_FIELDS = re.compile(r"\b(?:DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|RD)\b", re.IGNORECASE)
DEEPEST = 8  # a list has nine levels
LONGEST_NUMBER = 30  # characters around the number of a paragraph
CHINESE = "零一二三四五六七八九"
Begin = Callable[[str, dict[str, str]], None]
Said = Callable[[str], None]


class TooLongError(Exception):
    """The document has more text than a notice may have."""


def read(package: zipfile.ZipFile) -> tuple[list[str], str]:
    """The lines of the main part, and a field anywhere that would load or run something.

    Raises TooLongError when there is more text than a notice may have.
    """
    numbering = Numbering()
    for name in ("word/styles.xml", "word/numbering.xml"):
        if name in package.namelist():
            parse(package.read(name), numbering.start, numbering.end)
    body = Body(numbering)
    parse(package.read(uploads.MAIN_PART[".docx"]), body.start, body.end, body.text)
    return body.lines, _live(package)


def _live(package: zipfile.ZipFile) -> str:
    """Fields stand in headers, notes and text boxes too, their code in any number of runs."""
    for name in package.namelist():
        if name.lower().startswith("word/") and name.lower().endswith(".xml"):
            fields = Fields()
            parse(package.read(name), fields.start, fields.end, fields.text)
            found = _FIELDS.search("".join(fields.code))
            if found:
                return found[0].upper()
    return ""


def parse(
    data: bytes,
    start: Begin | None = None,
    end: Said | None = None,
    text: Said | None = None,
) -> None:
    """Run one XML part, which the guard found well formed and without a DTD."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.Parse(data, True)


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _value(attributes: dict[str, str], key: str = "val") -> str:
    return next((value for name, value in attributes.items() if _local(name) == key), "")


class Fields:
    """What the fields of one part say, each parted from the next."""

    def __init__(self) -> None:
        self.code: list[str] = []
        self._is_inside = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        tag = _local(name)
        self._is_inside = tag in ("instrText", "delInstrText")
        if tag == "fldSimple":
            self.code.append(f" {_value(attributes, 'instr')} ")
        elif tag == "fldChar":
            self.code.append(" ")

    def end(self, name: str) -> None:
        """It ends."""
        self._is_inside = False

    def text(self, data: str) -> None:
        """Characters between two elements."""
        if self._is_inside:
            self.code.append(data)


@dataclass
class _Level:
    """How one level of a list is numbered."""

    kind: str = "decimal"
    words: str = ""
    first: int = 1


class Numbering:
    """Automatic numbers: lists by id, and the lists that styles bring with them."""

    def __init__(self) -> None:
        self.levels: dict[str, dict[int, _Level]] = defaultdict(dict)
        self.lists: dict[str, str] = {}
        self.styles: dict[str, tuple[str, int]] = {}
        self._parents: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = defaultdict(dict)
        self._abstract = self._list = self._style = ""
        self._level: _Level | None = None

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element of numbering.xml or styles.xml begins."""
        match _local(name):
            case "abstractNum":
                self._abstract = _value(attributes, "abstractNumId")
            case "lvl" if self._abstract:
                self._begin_level(_whole(_value(attributes, "ilvl")))
            case "numFmt" | "lvlText" | "start" if self._level:
                self._tell(_local(name), _value(attributes))
            case "num":
                self._list = _value(attributes, "numId")
            case "abstractNumId" if self._list:
                self.lists[self._list] = _value(attributes)
            case "style":
                self._style = _value(attributes, "styleId")
            case "basedOn" | "ilvl" | "numId" if self._style:
                self._of_style(_local(name), _value(attributes))

    def end(self, name: str) -> None:
        """It ends."""
        match _local(name):
            case "abstractNum":
                self._abstract = ""
            case "lvl":
                self._level = None
            case "num":
                self._list = ""
            case "style":
                self._style = ""

    def _begin_level(self, depth: int) -> None:
        if depth <= DEEPEST:
            self._level = self.levels[self._abstract].setdefault(depth, _Level())

    def _tell(self, what: str, value: str) -> None:
        assert self._level is not None  # noqa: S101 (the caller has looked)
        if what == "numFmt":
            self._level.kind = value
        elif what == "lvlText":
            self._level.words = value[:LONGEST_NUMBER]
        else:
            self._level.first = _whole(value, 1)

    def _of_style(self, what: str, value: str) -> None:
        number, depth = self.styles.get(self._style, ("", 0))
        if what == "basedOn":
            self._parents[self._style] = value
        elif what == "ilvl":
            self.styles[self._style] = (number, _whole(value))
        else:
            self.styles[self._style] = (value, depth)

    def of_style(self, style: str) -> tuple[str, int]:
        """The list a style brings, from the styles it is based on too."""
        for _ in range(10):
            if self.styles.get(style, ("", 0))[0]:
                return self.styles[style]
            style = self._parents.get(style, "")
        return "", 0

    def next(self, number: str, depth: int) -> str:
        """The next number of a list as it is printed; empty for bullets and unknown lists."""
        abstract = self.lists.get(number, "")
        levels = self.levels.get(abstract, {})
        if depth not in levels:
            return ""
        counts = self._counts[abstract]
        counts[depth] = counts.get(depth, levels[depth].first - 1) + 1
        for deeper in [each for each in counts if each > depth]:
            del counts[deeper]
        if levels[depth].kind in ("bullet", "none"):
            return ""
        words = levels[depth].words
        for each, level in levels.items():
            shown = _printed(counts.get(each, level.first), level.kind)
            words = words.replace(f"%{each + 1}", shown)
        return words


def _whole(value: str, otherwise: int = 0) -> int:
    return int(value) if value.isdecimal() and len(value) < 6 else otherwise


def _printed(number: int, kind: str) -> str:
    """一, 十二, ③ or 12."""
    if "circle" in kind.lower() and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    if not kind.startswith(("chinese", "japanese", "taiwanese", "ideographTrad")) or number > 99:
        return str(number)
    tens, ones = divmod(number, 10)
    head = ("" if tens < 2 else CHINESE[tens]) + ("十" if tens else "")
    return head + (CHINESE[ones] if ones or not tens else "")


@dataclass
class _Paragraph:
    pieces: list[str] = field(default_factory=list)
    style: str = ""
    number: str = ""
    depth: int = 0


class Body:
    """Walks the main part and keeps what a reader sees, a line for each paragraph or row."""

    SKIPPED = ("Fallback", "moveFrom", "del", "pict")
    MARKS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}

    def __init__(self, numbering: Numbering) -> None:
        self.lines: list[str] = []
        self._numbering = numbering
        self._open: list[_Paragraph] = []
        self._cells: list[list[list[str]]] = []  # a row's cells, each with its paragraphs
        self._n_characters = 0
        self._skipped, self._hidden, self._is_inside = 0, False, False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        tag = _local(name)
        if self._skipped or tag in self.SKIPPED:
            self._skipped += 1
        elif tag in ("p", "tr", "tc"):
            self._begin(tag)
        elif tag == "t":
            self._is_inside = True
        elif tag in ("vanish", "r"):
            self._hidden = tag == "vanish" and _value(attributes) not in ("0", "false")
        elif self._open:
            self._property(tag, attributes)

    def _begin(self, tag: str) -> None:
        if tag == "p":
            self._open.append(_Paragraph())
        elif tag == "tr":
            self._cells.append([])
        elif self._cells:
            self._cells[-1].append([])

    def _property(self, tag: str, attributes: dict[str, str]) -> None:
        paragraph = self._open[-1]
        if tag in self.MARKS and not _value(attributes, "pos"):  # a tab stop is no tab
            self._keep(self.MARKS[tag])
        elif tag == "pStyle":
            paragraph.style = _value(attributes)
        elif tag == "numId":
            paragraph.number = _value(attributes)
        elif tag == "ilvl":
            paragraph.depth = _whole(_value(attributes))

    def text(self, data: str) -> None:
        """Characters between two elements."""
        if self._is_inside and self._open and not self._hidden and not self._skipped:
            self._keep(data)

    def _keep(self, words: str) -> None:
        self._open[-1].pieces.append(words)
        self._count(len(words))

    def _count(self, number: int) -> None:
        """A small file may unpack to more than a worker's memory: reading stops at the limit."""
        self._n_characters += number
        if self._n_characters > MAX_CHARACTERS:
            raise TooLongError

    def end(self, name: str) -> None:
        """An element ends."""
        tag = _local(name)
        if self._skipped:
            self._skipped -= 1
        elif tag == "t":
            self._is_inside = False
        elif tag == "p" and self._open:
            self._close(self._open.pop())
        elif tag == "tr" and self._cells:
            self._say("\t".join(" ".join(cell).strip() for cell in self._cells.pop()))

    def _close(self, paragraph: _Paragraph) -> None:
        """The paragraph with its number goes to its cell or becomes a line."""
        number, depth = paragraph.number, paragraph.depth
        if not number and paragraph.style:
            number, depth = self._numbering.of_style(paragraph.style)
        words = "".join(paragraph.pieces)
        if words.strip() and number not in ("", "0"):
            printed = self._numbering.next(number, depth)
            self._count(len(printed))
            words = printed + words
        self._say(words)

    def _say(self, words: str) -> None:
        self._count(1)
        if self._cells and self._cells[-1]:
            self._cells[-1][-1].append(words)
        else:
            self.lines.append(words)
