"""Single facts found anywhere in the plain text: thresholds, named documents, the basis."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Generic, Protocol, TypeVar

LOOK_BACK = 30  # characters before a number or a document's last word


class Placed(Protocol):
    """Anything that stands at a place in the plain text."""

    @property
    def start(self) -> int: ...

    @property
    def end(self) -> int: ...


P = TypeVar("P", bound=Placed)


class Index(Generic[P]):
    """Facts in the order of the text, asked for by place without walking over the others."""

    def __init__(self, facts: Iterable[P]) -> None:
        self.facts: Sequence[P] = list(facts)
        self._starts = [fact.start for fact in self.facts]

    def within(self, start: int, end: int) -> Sequence[P]:
        """Those that begin from `start` up to `end`."""
        return self.facts[bisect_left(self._starts, start) : bisect_left(self._starts, end)]


@dataclass(frozen=True)
class Number:
    """A threshold, share, amount or count with what compares it."""

    start: int
    end: int
    value: Decimal
    unit: str
    comparison: str


@dataclass(frozen=True)
class Paper:
    """A document named by what it is: 自评表, 评价报告, 台账."""

    start: int
    end: int
    name: str
    written: bool  # a verb before it says that somebody makes or sends it


@dataclass(frozen=True)
class Cited:
    """《…》 with the number behind it."""

    start: int
    end: int
    title: str
    number: str


_NUMBER = re.compile(
    r"(?<![0-9.〕〔第])(?P<value>[0-9]{1,3}(?:,[0-9]{3}){1,4}|[0-9]{1,9})(?P<rest>\.[0-9]{1,4})? ?"
    r"(?P<unit>%|个百分点|亿元|万元|元|分(?![别解管析级类工行领配单区项局])|个(?!百分点|月|工作日)"
    r"|篇|家|次|场|项|件|条|人次|人|名|倍|类|份)"
    r"(?:，?含[^，。；]{0,4})?(?P<after>及?以上|及?以下|以内|左右)?"
    r"|百分之(?P<words>[一二三四五六七八九十]{1,3})(?P<later>及?以上|及?以下)?"
    r"|连续(?P<times>[两二三])次"
)
_COMPARES = re.compile(
    r"不低于|不少于|不高于|不超过|不得低于|不得少于|不得超过|低于|高于|超过|少于|达到|至少|大于|小于|≥|≤"
)
_BROKEN = "，。；：（）\n"
_DIGITS = {mark: number for number, mark in enumerate("一二三四五六七八九", 1)} | {"两": 2}
_PAPER_END = re.compile(
    r"(?<!一)报告(?!制度|如下|工作|会)|(?<![代外发])表(?![现示明达扬述彰率决面态格演])|清单|台账|台帐|材料|资料|名单"
    r"|意见书|意见单"
)
_PAPER_EDGE = re.compile(
    r"[，,。；、：《》\n]|（(?!单位）)|(?<!（单位)）|填报|填写|撰写|形成|出具|上报|报送|提交|编制|建立健全|建立|汇总(?!表|材料|情况)"
    r"|收集(?:整理)?|完成|抽审|复核|初审(?!意见)的?|审核(?!打分|意见)|(?<!共)同(?!步)|整理|准备|印发|提供|涉及|将|对|与|和|及|即|随|按|的|由|把|未"
    r"|[0-9]{4}年度?|所有|报"
)
_WRITTEN = re.compile(r"(?:填报|填写|撰写|形成|出具|上报|报送|提交|编制|建立|汇总|收集|提供|准备)")
_CITED = re.compile(
    r"《(?P<title>[^《》]{3,80})》"
    r"(?:（(?P<number>[^（）《》]{2,14}〔[12][0-9]{3}〕[0-9]{1,5}号)）)?"
)
_A_PAPER_OF_RULES = re.compile(
    r"通知|意见|办法|方案|指引|规范|体系|法|条例|细则|规定|安排|制度|要点|计划"
)


def numbers(text: str, taken: Index[Placed]) -> list[Number]:
    """Every number with a unit that is not part of a date (`taken`)."""
    return [
        _number(text, match)
        for match in _NUMBER.finditer(text)
        if not _overlaps(taken, match.start(), match.end())
    ]


def _overlaps(taken: Index[Placed], start: int, end: int) -> bool:
    return any(fact.end > start for fact in taken.within(start - 40, end))


def _number(text: str, match: re.Match[str]) -> Number:
    if match["times"]:
        return Number(match.start(), match.end(), Decimal(_DIGITS[match["times"]]), "次", "连续")
    if match["words"]:
        tens, ten, ones = match["words"].rpartition("十")
        value = (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)
        after = match["later"] or _comparison(text, match.start())
        return Number(match.start(), match.end(), Decimal(value), "%", after)
    plain = Decimal(match["value"].replace(",", "") + (match["rest"] or ""))
    comparison = match["after"] or _comparison(text, match.start())
    return Number(match.start(), match.end(), plain, match["unit"], comparison)


def _comparison(text: str, start: int) -> str:
    """The last comparing word before the number in the same part of the sentence."""
    before = text[max(0, start - LOOK_BACK) : start]
    edge = max(before.rfind(mark) for mark in _BROKEN)
    words = _COMPARES.findall(before, edge + 1)
    return str(words[-1]) if words else ""


def papers(text: str) -> list[Paper]:
    """Every document named by its last word, back to the last mark or verb before it."""
    found = []
    for end in _PAPER_END.finditer(text):
        low = max(0, end.start() - LOOK_BACK)
        start, written = low, False
        for edge in _PAPER_EDGE.finditer(text, low, end.end()):
            if edge.end() > end.start():
                break
            start, written = edge.end(), bool(_WRITTEN.match(edge[0]))
        name = text[start : end.end()]
        if len(name) > len(end[0]) and len(name) >= 3:
            found.append(Paper(start, end.end(), name, written))
    return found


def cited(text: str) -> list[Cited]:
    """Every document in 《》 that rules something, with its number, in the order of the text."""
    return [
        Cited(match.start(), match.end(), match["title"], match["number"] or "")
        for match in _CITED.finditer(text)
        if _A_PAPER_OF_RULES.search(match["title"])
    ]
