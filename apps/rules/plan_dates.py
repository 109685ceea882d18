"""Dates of a plan that follow from a rule: after a node, period by period, a year later."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {"monthly": 1, "quarterly": 3, "half": 6, "yearly": 12}
SERIES = {"monthly": "按月", "quarterly": "按季度", "half": "按半年", "yearly": "按年"}
DIGITS = "一二三四五六七八九十"
YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?=年)")
KEY = re.compile(r"(20[0-9]{2})(.*)", re.DOTALL)
MONTH_END_WORDS = ("底", "末")


@dataclass(frozen=True)
class Occurrence:
    """One period of a series: its key, its name, and the day to which its figures run."""

    key: str
    label: str
    ends: date


def month_end(year: int, month: int) -> date:
    """The last day of a month; months beyond 12 run on into the next year."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, monthrange(year, month)[1])


def is_month_end(day: date) -> bool:
    """Whether the next day is a first."""
    return (day + timedelta(days=1)).day == 1


def after_node(node: date, months: int, day: int) -> date:
    """“节点次月10日前”: the day of the month that many months after the node's; 31 is its end."""
    last = month_end(node.year, node.month + months)
    return last.replace(day=min(day, last.day))


def occurrences(series: str, year: int) -> list[Occurrence]:
    """The periods of the year that a series repeats in."""
    length = MONTHS[series]
    return [
        Occurrence(_key(series, year, n), _label(series, n), month_end(year, n * length))
        for n in range(1, 12 // length + 1)
    ]


def _key(series: str, year: int, n: int) -> str:
    marks = {"monthly": f"-{n:02}", "quarterly": f"Q{n}", "half": f"H{n}", "yearly": ""}
    return f"{year}{marks[series]}"


def _label(series: str, n: int) -> str:
    if series == "monthly":
        return f"{n}月"
    if series == "quarterly":
        return f"{DIGITS[n - 1]}季度"
    return "上下"[n - 1] + "半年" if series == "half" else "全年"


@dataclass(frozen=True)
class Moved:
    """A day some years on; `is_sure` where no calendar can make it another."""

    day: date
    is_sure: bool


def in_year(day: date, years: int, *, at_month_end: bool = False) -> Moved:
    """The same month and day that many years on.

    A day said to be the month's end stays it. 29 February without its day, and a last of February
    that is none in a leap year, are not sure.
    """
    last = month_end(day.year + years, day.month)
    if at_month_end and is_month_end(day):
        return Moved(last, True)
    moved = last.replace(day=min(day.day, last.day))
    return Moved(moved, not (day.month == 2 and is_month_end(day) and day.day != last.day))


def says_month_end(phrase: str) -> bool:
    """Whether the words of the notice name an end of a month: 8月底前."""
    return any(word in phrase for word in MONTH_END_WORDS)


def move_years(text: str, years: int) -> str:
    """The text with every year that it names (2024年度) moved on."""
    return YEAR.sub(lambda match: str(int(match[0]) + years), text)


def move_key(key: str, years: int) -> str:
    """A window's key with its year moved on: 2024-05 becomes 2025-05."""
    match = KEY.fullmatch(key)
    return f"{int(match[1]) + years}{match[2]}" if match else key
