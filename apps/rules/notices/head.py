"""Title, number, date, issuer and year of a notice: what stands before and after its items."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from apps.rules.dates import Kind
from apps.rules.notices.flat import TITLE_END
from apps.rules.notices.model import Certainty, Said
from apps.rules.notices.outline import Part
from apps.rules.notices.source import Source

FAR_APART = 60  # days between signing and printing that nobody plans
_LINE = re.compile(r"[^\n]+")
_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}〔(?P<year>(?:19|20)[0-9]{2})〕 ?[0-9]{1,5} ?号")
_SENT_OUT = re.compile(r"(?:现将|印发|转发)《(?P<title>[^《》\n]{4,80})》")
_YEAR = re.compile(r"(?<![0-9])(?P<year>(?:19|20)[0-9]{2})(?:年|—|-)")
_LOOKS_BACK = re.compile(r"自评|评价|决算|考核")
_OFFICE = re.compile(
    r"[\u4e00-\u9fff（）]{2,28}(?:政府|办公室|办公厅|财政局|财政厅|财政部|委员会|领导小组|局|厅|部|会|院|校)"
)
_ADDRESSED = re.compile(r"[^，。；《》\n]{2,80}(?:：)")
_TO_UNITS = re.compile(r"部门|单位|人民政府|[局镇乡县区旗]")
_COLOPHON = re.compile(
    r"关于印发《|现将《|附件|抄送|信息公开选项|主动公开|依申请公开|此页无正文|联系人"
)


@dataclass(frozen=True)
class Head:
    """What a notice says of itself."""

    title: Said[str] | None
    document_number: Said[str] | None
    issued_on: Said[date] | None
    issuer: Said[str] | None
    fiscal_year: Said[int] | None
    addressees: Said[str] | None


def is_county(text: str) -> bool:
    """Whether the text speaks of a county's bureau more than of a city's."""
    return text.count("县财政") + text.count("旗财政") > text.count("市财政")


def read_head(source: Source, parts: Sequence[Part]) -> Head:
    """What the notice says of itself; what it does not say is None."""
    lines = [(row.start(), row.end()) for row in _LINE.finditer(source.flat.text)]
    title = _title(source, parts, lines)
    number = _number(source, lines)
    issued, place = _issued(source, lines)
    return Head(
        title,
        number,
        issued,
        _issuer(source, lines, place),
        _fiscal_year(source, title, number, issued),
        _addressees(source, lines),
    )


def _title(
    source: Source, parts: Sequence[Part], lines: Sequence[tuple[int, int]]
) -> Said[str] | None:
    """What 现将《…》印发 names; else the plan's own line; else the report's."""
    text = source.flat.text
    sent = _SENT_OUT.search(text)
    if sent and TITLE_END.search(sent["title"]):
        return Said(sent["title"], source.span(*sent.span("title")))
    named = [part for part in parts if part.title]
    plans = [part for part in named if not part.is_report]
    for part in (*plans, *named):
        start = _title_start(text, part, lines)
        words = text[start : part.end].replace("\n", "")
        return Said(words, source.span(start, part.end))
    return None


def _title_start(text: str, part: Part, lines: Sequence[tuple[int, int]]) -> int:
    """A title on two lines begins with 关于 on the first."""
    for start, end in lines:
        if end + 1 == part.start and text.startswith("关于", start):
            return start
    return part.start


def _number(source: Source, lines: Sequence[tuple[int, int]]) -> Said[str] | None:
    """The number that stands on a line of its own; those in sentences are other documents'."""
    for start, end in lines:
        match = _NUMBER.fullmatch(source.flat.text, start, end)
        if match:
            return Said(match[0].replace(" ", ""), source.span(start, end))
    return None


def _issued(
    source: Source, lines: Sequence[tuple[int, int]]
) -> tuple[Said[date] | None, int | None]:
    """The day under the signature, and its line; far from the day of printing it is doubtful."""
    signed: list[tuple[Said[date], int]] = []
    printed: list[tuple[Said[date], int]] = []
    for place, (start, end) in enumerate(lines):
        day = _lone_day(source, start, end)
        if day:
            kind = printed if source.text(start, end).endswith("印发") else signed
            kind.append((day, place))
    if signed and printed:
        return _two_days(signed[-1], printed[-1])
    days = signed or printed
    return days[-1] if days else (None, None)


def _lone_day(source: Source, start: int, end: int) -> Said[date] | None:
    """The day on a line that holds nothing else."""
    if end - start > 20:
        return None
    found = source.dates.within(start, end)
    if len(found) != 1 or found[0].reading.kind is not Kind.point or not found[0].reading.end:
        return None
    rest = source.text(start, found[0].start) + source.text(found[0].end, end)
    if rest.strip("（） ") not in ("", "印发"):
        return None
    return Said(found[0].reading.end, source.span(found[0].start, found[0].end))


def _two_days(
    signed: tuple[Said[date], int], printed: tuple[Said[date], int]
) -> tuple[Said[date], int]:
    """The day signed; when printing came long after it, the day printed, to be confirmed."""
    apart = (printed[0].value - signed[0].value).days
    if 0 <= apart <= FAR_APART:
        return signed
    days = f"落款{signed[0].value:%Y-%m-%d}，印发{printed[0].value:%Y-%m-%d}"
    note = f"{days}，相差{abs(apart)}天，要定用哪一个"
    return Said(printed[0].value, printed[0].span, Certainty.DOUBTFUL, note), signed[1]


def _issuer(
    source: Source, lines: Sequence[tuple[int, int]], signed: int | None
) -> Said[str] | None:
    """The office on the line above the signature's day."""
    if not signed:
        return None
    start, end = lines[signed - 1]
    if not _OFFICE.fullmatch(source.flat.text, start, end):
        return None
    return Said(source.text(start, end), source.span(start, end))


def _addressees(source: Source, lines: Sequence[tuple[int, int]]) -> Said[str] | None:
    """The line of those it is sent to, which ends with a colon."""
    for start, end in lines:
        text = source.text(start, end)
        if _ADDRESSED.fullmatch(text) and _TO_UNITS.search(text) and not text[0].isdigit():
            return Said(text[:-1], source.span(start, end - 1))
    return None


def _fiscal_year(
    source: Source,
    title: Said[str] | None,
    number: Said[str] | None,
    issued: Said[date] | None,
) -> Said[int] | None:
    """The year of the title; else of the number, else of the day."""
    match = _YEAR.search(title.value) if title else None
    if title and match:
        named = int(match["year"])
        if issued and issued.value.year == named + 1 and _LOOKS_BACK.search(title.value):
            return Said(named + 1, issued.span, Certainty.LIKELY)  # 2023年度自评, asked in 2024
        return Said(named, title.span)
    numbered = _NUMBER.search(number.value) if number else None
    if number and numbered:
        return Said(int(numbered["year"]), number.span, Certainty.LIKELY)
    if issued:
        return Said(issued.value.year, issued.span, Certainty.LIKELY)
    return None


def is_colophon(text: str) -> bool:
    """Whether a paragraph belongs to the notice's frame and gives nobody a duty."""
    short = len(text) < 30 and not any(mark in text for mark in "，。；")
    return bool(
        _COLOPHON.match(text)
        or _NUMBER.fullmatch(text)
        or (short and _OFFICE.fullmatch(text))
        or (_ADDRESSED.fullmatch(text) and _TO_UNITS.search(text) and len(text) < 80)
    )
