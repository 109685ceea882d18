"""Parts of the calendar as phrases name them, and the days they stand for.

A part may lack what the words around it give: in 4月1—15日 the left one has no unit, the right one
no month. `joined` and `aligned` fill such gaps, `span` gives the days.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

FIRST_YEAR, LAST_YEAR = 1900, 2199
DAY = timedelta(days=1)


class Impossible(Exception):
    """A date that no calendar has; the text says why, in Chinese."""


class Incomplete(Impossible):
    """A date that lacks what no one can add; the text says what, in Chinese."""


class Unit(Enum):
    """How long a part is."""

    number = 0  # 7 in 7－9月: its unit stands further on
    day = 1
    third = 10  # 上旬, 中旬, 下旬
    month = 30
    quarter = 90
    half = 180
    year = 365


@dataclass(frozen=True)
class Part:
    """A day, a month, a year … as named. `edge` is 初, 中 or 底, `shift` counts years (次年: 1)."""

    unit: Unit = Unit.number
    number: int = 0  # the day, third, quarter, half (see HALVES) or bare number
    month: int | None = None
    last_month: int | None = None  # 5 in 四五月份
    year: int | None = None
    shift: int | None = None
    is_now: bool = False  # 今年, 去年: counted from the notice, not from the date before
    edge: str = ""
    months: int | None = None  # months after a node or the month before (次月: 1)
    weekday: int | None = None
    hour: str = ""  # 18时, as written

    @property
    def is_dated(self) -> bool:
        """Whether nothing but the year may be missing."""
        if self.unit in (Unit.day, Unit.third, Unit.month):
            return self.month is not None
        return self.unit is not Unit.number

    @property
    def is_exact(self) -> bool:
        """Whether “X前” leaves no doubt about the last day."""
        return self.unit is Unit.day or self.edge == "底"


class Span(NamedTuple):
    """Days from start to end, both included; `doubt` is what a person must confirm."""

    start: date
    end: date
    doubt: str = ""


THIRDS = {1: (1, 10), 2: (11, 20), 3: (21, 31), 4: (1, 15), 5: (16, 31)}  # 旬, 上半月, 下半月
HALVES = {1: (1, 6), 2: (7, 12), 3: (1, 9), 4: (4, 9)}  # 上半年, 下半年, 前三季度, 二三季度
EDGES = {"初": 1, "中": 2}  # of a month: its first or second third


def year_of(part: Part, base: int) -> int:
    """The part's year; `base` is the year of the notice or of the date before it."""
    year = part.year if part.year is not None else base + (part.shift or 0)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Impossible(f"年份{year}不在{FIRST_YEAR}—{LAST_YEAR}之间")
    return year


def span(part: Part, base: int) -> Span:
    """The days of a dated part. Raises Impossible for a day that does not exist."""
    year = year_of(part, base)
    if part.unit is Unit.day:
        day = on_day(year, part.month or 0, part.number)
        return Span(day, day, _weekday_doubt(part, day))
    first, last = _months(part)
    whole = Span(on_day(year, first, 1), month_end(year, last))
    if part.unit is Unit.third:
        return _within_month(whole, part.number)
    return _edge(part, whole) if part.edge else whole


def _months(part: Part) -> tuple[int, int]:
    """The first and last month of the part."""
    if part.unit is Unit.year:
        return 1, 12
    if part.unit is Unit.half:
        return HALVES[part.number]
    if part.unit is Unit.quarter:
        if not 1 <= part.number <= 4:
            raise Impossible(f"没有第{part.number}季度")
        return part.number * 3 - 2, part.number * 3
    month = part.month or 0
    return month, part.last_month or month


def on_day(year: int, month: int, day: int) -> date:
    """The day. Raises Impossible with the reason."""
    if not 1 <= month <= 12:
        raise Impossible("写了两个月份，没有写是哪一个" if month < 0 else f"没有{month}月")
    if not 1 <= day <= month_end(year, month).day:
        raise Impossible(f"{year}年{month}月没有{day}日")
    return date(year, month, day)


def month_end(year: int, month: int) -> date:
    """The last day of the month, which must be 1–12."""
    return date(year + month // 12, month % 12 + 1, 1) - DAY


def after_months(day: date, months: int) -> tuple[int, int]:
    """Year and month so many months after the day's own."""
    years, month = divmod(day.month - 1 + months, 12)
    return day.year + years, month + 1


def _within_month(month: Span, third: int) -> Span:
    first, last = THIRDS[third]
    return Span(month.start.replace(day=first), month.start.replace(day=min(last, month.end.day)))


def _edge(part: Part, whole: Span) -> Span:
    if part.edge == "底":
        return Span(whole.end, whole.end)
    if part.unit is Unit.year:
        first, last = (1, 3) if part.edge == "初" else (6, 7)
        year = whole.start.year
        near = Span(date(year, first, 1), month_end(year, last))
    else:
        near = _within_month(_edge_month(part, whole), EDGES[part.edge])
    return near._replace(doubt=f"“{part.edge}”没有确日，按{shown(near.start, near.end)}读")


def _edge_month(part: Part, whole: Span) -> Span:
    """The month that 初 or 中 of a month, quarter or half lies in."""
    year, month = whole.start.year, whole.start.month
    if part.edge == "中" and part.unit is not Unit.month:
        month = (month + whole.end.month) // 2
    return Span(date(year, month, 1), month_end(year, month))


def _weekday_doubt(part: Part, day: date) -> str:
    if part.weekday is None or part.weekday == day.weekday():
        return ""
    return f"{shown(day, day)}是星期{'一二三四五六日'[day.weekday()]}，与所写星期不符"


def joined(left: Part, right: Part, base: int) -> tuple[Part, Part]:
    """Both ends of a range, each with what the other one says for it: unit, month and year."""
    if right.unit is Unit.number:
        right = _as(right, left)
    if right.month is None and right.unit in (Unit.day, Unit.third, Unit.month):
        right = replace(right, month=left.month)
    if left.unit is Unit.number:
        left = _as(left, right)
    if left.month is None and left.unit in (Unit.day, Unit.third):
        left = replace(left, month=right.month)
    if left.year is None and left.shift is None and right.year is not None:
        left = replace(left, year=min(base, right.year))
    left = replace(left, year=year_of(left, base), shift=None)
    if right.year is None:
        near = base if right.is_now else left.year or base
        right = replace(right, year=year_of(right, near), shift=None)
    return left, right


def _as(bare: Part, other: Part) -> Part:
    """The bare number in the unit of the other: 7 beside 9月 is 7月, 1 beside 15日 is the 1st."""
    if other.unit is Unit.month:
        return replace(bare, unit=Unit.month, month=bare.number, number=0)
    if other.unit is Unit.year:
        return replace(bare, unit=Unit.year, year=bare.number, number=0)
    if other.unit in (Unit.third, Unit.half):
        raise Impossible(f"“{bare.number}”没有写单位")
    return replace(bare, unit=other.unit, month=bare.month or other.month)


def aligned(parts: Sequence[Part]) -> list[Part]:
    """A list of parts, each with what is said once for all of them (2024年5月、8月底)."""
    last = parts[-1]
    whole: list[Part] = []
    for part in parts:
        before = whole[-1] if whole else part
        if part.unit is Unit.number:
            part = _as(part, last)
        if part.month is None and part.unit in (Unit.day, Unit.third):
            part = replace(part, month=before.month)
        if part.year is None and part.shift is None:
            part = replace(part, year=before.year, shift=before.shift)
        if not part.edge and part.unit is last.unit:
            part = replace(part, edge=last.edge)
        whole.append(part)
    return whole


def shown(start: date, end: date) -> str:
    """Days in a note: 2024年4月1日 or 2024年4月1日—4月10日."""
    first = f"{start.year}年{start.month}月{start.day}日"
    if start == end:
        return first
    year = f"{end.year}年" if end.year != start.year else ""
    return f"{first}—{year}{end.month}月{end.day}日"
