"""On which day a reminder falls, reckoned in working days where the year is announced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from apps.rules.errors import RuleError
from apps.workplans import calendar
from apps.workplans.calendar import DAY, WorkingDays
from apps.workplans.models import ReminderRule

NOT_ANNOUNCED = "节假日还没有公布，按自然日计算。"


@dataclass(frozen=True)
class Offset:
    """So many days after a day (before it when negative), in working days or in days."""

    days: int
    in_working_days: bool

    def reckon(self, anchor: date, known: WorkingDays) -> date:
        """The day that lies so far from the anchor; in plain days where it is not announced."""
        if not self.in_working_days or self.days == 0:
            return anchor + timedelta(days=self.days)
        try:
            return known.add(anchor, self.days)
        except RuleError:
            return anchor + timedelta(days=self.days)

    def anchors(self, on: date) -> list[date]:
        """The days, in order, from which the offset leads to the given day."""
        span = timedelta(days=2 * abs(self.days) + 20)  # longer than any run of holidays
        first, last = (on, on + span) if self.days <= 0 else (on - span, on)
        known = calendar.of_years(first.year - 1, last.year + 1)
        days = (first + DAY * n for n in range((last - first).days + 1))
        return [day for day in days if self.reckon(day, known) == on]


def offset_of(rule: ReminderRule) -> Offset:
    """How far from its day the rule reminds."""
    return Offset(rule.days, rule.in_working_days)


def runs(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days in order as unbroken runs, first and last included: Friday with its weekend is one."""
    found: list[tuple[date, date]] = []
    for day in days:
        if found and found[-1][1] + DAY == day:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def is_announced(*days: date) -> bool:
    """Whether the holidays of all these days' years are announced."""
    years = [day.year for day in days]
    known = calendar.of_years(min(years), max(years))
    return all(known.knows(day) for day in days)


def is_open_day(day: date) -> bool | None:
    """Whether offices are open on the day; None where that is not announced."""
    known = calendar.of_years(day.year, day.year)
    return known.is_working_day(day) if known.knows(day) else None
