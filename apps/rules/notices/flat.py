"""The text of a notice made plain: lines that belong together joined, marks folded to one form.

Files wrap lines inside a sentence, pad with spaces and carry marks of their own (`**`, `#`, a
bookmark's name). The plain text loses these; `Flat.span` leads back to the characters given.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from itertools import pairwise

from apps.rules.errors import RuleError
from apps.rules.notices.model import Span

MAX_CHARACTERS = 1_000_000  # a notice of 200 pages has about 160,000
CJK = "\u2e80-\u9fff\uf900-\ufaff\u3000-\u303f\uff00-\uffef“”‘’—…〔〕"
FOLDED = {
    **{chr(0xFF10 + digit): str(digit) for digit in range(10)},
    "(": "（",
    ")": "）",
    ":": "：",
    ";": "；",
    "?": "？",
    "!": "！",
    "％": "%",
    "［": "〔",
    "］": "〕",
    "[": "〔",
    "]": "〕",
    "\t": " ",
    "\xa0": " ",
    "\u3000": " ",
    "\ufeff": " ",
    "\u2028": "\n",
    "\x0c": "\n",
    "\x0b": "\n",
    "\r": "\n",
}
HEAD = re.compile(
    r"(?:(?P<part>第[一二三四五六七八九十百]{1,4}(?:部分|章|节|条))"
    r"|(?P<cn>[一二三四五六七八九十]{1,3})[、．.]"
    r"|（(?P<pcn>[一二三四五六七八九十]{1,3})）[、．.]?"
    r"|(?P<num>[1-9][0-9]?) ?[、．.](?![0-9])"
    r"|（(?P<pnum>[1-9][0-9]?)）[、．.]?"
    r"|(?P<circ>[①-⑳])) ?"
)
LABEL = (
    "主要内容|工作内容|任务内容|工作任务|目标任务|主要任务|工作目标|开展时间|实施时间|工作时间|时间安排"
    "|时间要求|时间节点|完成时限|完成时间|工作时限|报送时间|报送时限|办理时限|时限要求|截止时间|时限|注意事项"
    "|工作要求|有关要求|涉及范围|适用范围|实施范围|评价范围|监控范围|自评范围|适用对象|责任单位|责任部门"
    "|责任科室|牵头单位|牵头科室|牵头部门|配合单位|配合科室|责任主体|责任人|任务分工|责任分工|职责分工"
    "|报送材料|报送资料|提交材料|报送内容"
)
LABELLED = re.compile(f"(?:{LABEL})：")
TITLE_END = re.compile(
    r"(?:计划|方案|要点|通知|意见|说明|办法|总结|报告|安排|细则|规定|通告|函)(?:（[^（）]{1,12}）)?$"
)
ALONE = re.compile(
    r"[12][0-9]{3}年[0-9]{1,2}月[0-9]{1,2}日(?:印发)?"
    r"|\S{1,12}〔[12][0-9]{3}〕 ?[0-9]{1,5} ?号|附件.{0,3}[：0-9].*|抄送：.*|.{0,12}主动公开"
)
_BREAKS = re.compile(r"[^\n]+")
_NOISE = re.compile(r"\*\*+|〔bookmark： ?_\w{1,40}〕|(?<! ) +")  # each run of spaces once
_WIDE = re.compile(f"[{CJK}]")
_LEAD = re.compile(r"[ #>]*")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_OFFICE = re.compile(r"[\u4e00-\u9fff]{2,20}(?:局|厅|部|办|室|府|会|处|院|校|心)")
_SENTENCE_END = "。！？；：…"
WRAPPED_FROM = 12  # a shorter line without a full stop is a heading or a name


@dataclass(frozen=True)
class Flat:
    """The plain text, and where each of its pieces stood."""

    text: str
    starts: list[int]  # in the plain text, ascending
    origins: list[int]  # in the text given
    under: Flat | None = None  # the text given is itself one that was made of another

    def span(self, start: int, end: int) -> Span:
        """The characters of the given text behind these of the plain text."""
        return Span(self.origin(start), self.origin(end - 1) + 1)

    def origin(self, place: int) -> int:
        """Where the character stood."""
        piece = bisect_right(self.starts, place) - 1
        found = self.origins[piece] + place - self.starts[piece]
        return self.under.origin(found) if self.under else found


def flatten(text: str) -> Flat:
    """The plain text. Raises RuleError when there is nothing to read or too much."""
    if len(text) > MAX_CHARACTERS:
        raise RuleError(
            f"文字有{len(text)}个字，最多读{MAX_CHARACTERS}个字。请只放通知正文。",
            code="notice.too_long",
        )
    odd = _CONTROL.search(text)
    if odd:
        raise RuleError(
            f"第{odd.start() + 1}个字符是控制字符，不是文字。请从原文件重新复制或另存后再试。",
            code="notice.garbled",
        )
    if not text.strip():
        raise RuleError("没有文字。请贴上或上传通知正文。", code="notice.empty")
    return _joined(_folded(text))


def _folded(text: str) -> str:
    """The same length, one form for each mark; CRLF becomes two line ends, which does no harm."""
    for mark, plain in FOLDED.items():
        if mark in text:
            text = text.replace(mark, plain)
    return text


def _joined(text: str) -> Flat:
    """Lines without padding and marks; a line goes on where the one before it did not end."""
    out: list[str] = []
    starts: list[int] = []
    origins: list[int] = []
    place, last = 0, ""
    for row in _BREAKS.finditer(text):
        begin, pieces = _plain_line(text, row.start(), row.end())
        line = "".join(text[start:end] for start, end in pieces)
        if not line:
            continue
        if last and not _goes_on(last, line):
            starts.append(place)
            origins.append(begin)
            out.append("\n")
            place += 1
            last = ""
        for start, end in pieces:
            starts.append(place)
            origins.append(start)
            place += end - start
        out.append(line)
        last = line if not last else last[:40] + line
    return Flat("".join(out), starts or [0], origins or [0])


def _plain_line(text: str, start: int, end: int) -> tuple[int, list[tuple[int, int]]]:
    """Where the line begins, and its pieces without padding, marks and spaces among characters."""
    lead = _LEAD.match(text, start, end)
    begin = lead.end() if lead else start
    while end > begin and text[end - 1] == " ":
        end -= 1
    if text.find(" ", begin, end) < 0 and text.find("*", begin, end) < 0:
        return begin, [(begin, end)] if end > begin else []
    noise = _NOISE.finditer(text, begin, end)
    cuts = [cut.span() for cut in noise if text[cut.start()] != " " or _is_padding(text, cut)]
    bounds = [(begin, begin), *cuts, (end, end)]
    pieces = ((left[1], right[0]) for left, right in pairwise(bounds))
    return begin, [(start, end) for start, end in pieces if end > start]


def _is_padding(text: str, run: re.Match[str]) -> bool:
    """Spaces beside a Chinese character part nothing; those between two Latin words do."""
    return bool(_WIDE.match(text, run.start() - 1) or _WIDE.match(text, run.end()))


def _goes_on(last: str, line: str) -> bool:
    """Whether `line` continues the sentence in which `last` ends."""
    if last[-1] in _SENTENCE_END or HEAD.match(line) or LABELLED.match(line):
        return False
    if ALONE.fullmatch(line) or ALONE.fullmatch(last) or TITLE_END.search(last):
        return False
    if last[-1] in "，、,（《“" or line[0] in "，。；、）》”":
        return True
    if last[-1].isdigit() and line[0] in "年月日":
        return True
    head = HEAD.match(last)
    if head and len(last) < 36 and "。" not in last:
        return False
    if any(mark in last for mark in "，。；") and not _OFFICE.fullmatch(line):
        return True  # a sentence is under way
    return len(last) >= WRAPPED_FROM and _has_more(line)


def _has_more(line: str) -> bool:
    """A line that ends or joins a sentence; a name or a date alone does neither."""
    return any(mark in line for mark in "，。；、：")
