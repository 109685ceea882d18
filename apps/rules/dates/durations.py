"""How long: 20日内, 10个工作日内, 前5日, 一个月内, 半年内."""

from dataclasses import dataclass

from apps.rules.dates.script import number_in


@dataclass(frozen=True)
class Duration:
    """A length in days or months; `hours` is said in words only."""

    days: int | None = None
    months: int | None = None
    working_days: bool = False
    hours: int | None = None


UNITS = (  # as written, and one of it as days or months; the longer word first
    ("工作日", 1, 0),
    ("自然日", 1, 0),
    ("小时", 0, 0),
    ("星期", 7, 0),
    ("季度", 0, 3),
    ("周", 7, 0),
    ("天", 1, 0),
    ("日", 1, 0),
    ("号", 1, 0),
    ("月", 0, 1),
    ("年", 0, 12),
)
HALVES = {"月": Duration(days=15), "年": Duration(months=6), "天": Duration(hours=12)}


def duration(text: str) -> Duration:
    """The length that the words say, without a direction."""
    unit, days, months = next(each for each in UNITS if each[0] in text)
    if text.lstrip().startswith("半"):
        return HALVES.get(unit, Duration())
    count = number_in(text)
    if unit == "小时":
        return Duration(hours=count)
    return Duration(
        days=count * days if days else None,
        months=count * months if months else None,
        working_days=unit == "工作日",
    )
