"""The State Council's yearly notice of days off, read line by line: which days are off, which not.

“一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。” or one day a line:
“2027-01-01 休 元旦”, “2月6日 班”. Everything that can be counted is counted: a weekday that is
another, a number of days that differs, a holiday that is missing is refused with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from apps.rules.errors import RuleError

LONGEST = 20_000  # characters; the notices have about 600
WEEKDAYS = "一二三四五六日"
HOLIDAYS = {  # what every year has → how the notice may call it
    "元旦": ("元旦",),
    "春节": ("春节",),
    "清明": ("清明",),
    "劳动节": ("劳动", "五一"),
    "端午": ("端午",),
    "中秋": ("中秋",),
    "国庆": ("国庆",),
}
DAY = r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:[（(]([^）)]{0,20})[）)])?"
SPAN = re.compile(rf"{DAY}(?:\s?(?:至|到|-|—|–|~)\s?{DAY})?")
ISO = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
LIST_LINE = re.compile(
    r"^(\S{1,20}?)[\s,，、：:]{1,5}(休|班|放假|上班)(?:[\s,，、：:]{1,5}(\S{1,20}))?$"
)
HEAD = re.compile(r"^[一二三四五六七八九十0-9]{0,3}[、.．]?\s*([^：:。；\d]{2,16})[：:]")
COUNT = re.compile(r"共(\d{1,2})天")
ENDS = re.compile(r"[。；;]")


@dataclass(frozen=True)
class DayOff:
    """One day that differs from its weekday, or is a named holiday."""

    on: date
    is_workday: bool
    name: str


def read(text: str, year: int) -> list[DayOff]:
    """The days of one year's notice, in order.

    Raises RuleError that quotes the line which cannot be read or contradicts itself, or names the
    holidays that are missing.
    """
    if len(text) > LONGEST:
        raise _wrong(f"正文{len(text)}字，放假安排最多{LONGEST}字。只粘放假安排这一段。")
    found: dict[date, DayOff] = {}
    for line in text.replace("\x00", " ").splitlines():
        for day in _of_line(" ".join(line.split()), year):
            if found.setdefault(day.on, day) != day and found[day.on].is_workday != day.is_workday:
                raise _wrong(f"{day.on}：又放假又上班，只能一种。", line)
    _demand_whole(found, year)
    return [found[on] for on in sorted(found)]


def _demand_whole(found: dict[date, DayOff], year: int) -> None:
    """Refuse half a year: its other days would be taken for ordinary ones."""
    if not found:
        raise _wrong(
            "没有读到一天放假或上班。照通知原文粘贴，或一行一天，例如：2027-01-01 休 元旦。"
        )
    names = "".join(day.name for day in found.values())
    missing = [name for name, calls in HOLIDAYS.items() if not any(call in names for call in calls)]
    if missing:
        raise _wrong(f"{year}年缺：{'、'.join(missing)}。全年放假安排要一次登记。")


def _of_line(line: str, year: int) -> Iterator[DayOff]:
    """The days of one line; a line without a day says nothing."""
    listed = LIST_LINE.match(line)
    if listed and (on := _single(listed[1], year, line)):
        yield DayOff(on, listed[2] in ("班", "上班"), listed[3] or "")
        return
    head = HEAD.match(line)
    name = head[1].strip() if head else ""
    for clause in ENDS.split(line[head.end() :] if head else line):
        yield from _of_clause(clause, name, year, line)


def _of_clause(clause: str, name: str, year: int, line: str) -> Iterator[DayOff]:
    """“1月1日至3日放假调休，共3天” or “1月4日（周日）、2月14日（周六）上班”."""
    spans = list(SPAN.finditer(clause))
    is_off, is_worked = "放假" in clause or "休息" in clause, "上班" in clause
    if not spans or is_off == is_worked:
        if spans and is_off:
            raise _wrong("一句里又放假又上班，分成两句。", line)
        return
    days = [day for span in spans for day in _days(span, year, line)]
    count = COUNT.search(clause)
    if is_off and count and int(count[1]) != len(days):
        raise _wrong(f"写共{count[1]}天，日期是{len(days)}天。", line)
    if is_off and not name:
        raise _wrong("没有节名。每节一行，例如：一、元旦：1月1日放假。", line)
    yield from (DayOff(day, is_worked, "" if is_worked else name) for day in days)


def _days(span: re.Match[str], year: int, line: str) -> list[date]:
    """Every day from the first to the last of a span."""
    first = _day(span.group(1), span.group(2), span.group(3), year, 0, line)
    _demand_weekday(first, span.group(4), line)
    if span.group(7) is None:
        return [first]
    last = _day(span.group(5), span.group(6), span.group(7), first.year, first.month, line)
    _demand_weekday(last, span.group(8), line)
    length = (last - first).days + 1
    if not 1 < length <= 31:
        raise _wrong(f"{first}至{last}：末日应在首日之后、一个月以内。", line)
    return [first + timedelta(days=n) for n in range(length)]


def _day(
    year: str | None, month: str | None, day: str, usual_year: int, usual_month: int, line: str
) -> date:
    """A day whose year or month may be carried over from what stands before it."""
    if not month and not usual_month:
        raise _wrong(f"“{day}日”没有写月份。", line)
    try:
        on = date(int(year or usual_year), int(month or usual_month), int(day))
    except ValueError:
        raise _wrong(f"没有“{month or usual_month}月{day}日”这一天。", line) from None
    return on


def _single(text: str, year: int, line: str) -> date | None:
    """The day of a list line: 2027-01-01 or 1月1日."""
    if iso := ISO.fullmatch(text):
        return _day(iso[1], iso[2], iso[3], year, 0, line)
    if plain := re.fullmatch(DAY, text):
        return _day(plain[1], plain[2], plain[3], year, 0, line)
    return None


def _demand_weekday(day: date, said: str | None, line: str) -> None:
    """Refuse a weekday that is another: day or year was mistyped."""
    found = re.search(r"(?:周|星期)([一二三四五六日天])", said or "")
    if found and found[1].replace("天", "日") != WEEKDAYS[day.weekday()]:
        raise _wrong(
            f"{day.year}年{day.month}月{day.day}日写周{found[1]}，应为周{WEEKDAYS[day.weekday()]}。",
            line,
        )


def _wrong(text: str, line: str = "") -> RuleError:
    where = f"“{line.strip()[:60]}”：" if line else ""
    return RuleError(f"{where}{text}", code="calendar.notice")
