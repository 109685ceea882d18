"""Working days: announced holidays and 调休 on top of the week (decision 8).

A year whose holidays are not announced has no answer: None where a page only shows a countdown,
RuleError where a deadline would have to be computed. Nothing is guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db.models import BooleanField, CharField, DateField, IntegerField, Value

from apps.core import arrival, clock
from apps.rules.errors import RuleError
from apps.workplans.models import Holiday, HolidayYear, PlanTask

DAY = timedelta(days=1)
SATURDAY = 5
WEEKDAYS = "一二三四五六日"


@dataclass(frozen=True)
class WorkingDays:
    """The days of some years, read once; pages with many deadlines load one and ask it often."""

    years: frozenset[int]
    exceptions: dict[date, bool]  # date → whether people work
    names: dict[date, str] = field(default_factory=dict)  # of the exceptions

    def knows(self, day: date) -> bool:
        """Whether the day's year is announced."""
        return day.year in self.years

    def is_working_day(self, day: date) -> bool:
        """Whether offices are open. Raises RuleError in a year that is not announced."""
        if not self.knows(day):
            raise RuleError(
                f"{day.year}年节假日：尚未公布，不能推算工作日。请在节假日表登记后再算，或直接填日期。",
                code="calendar.unannounced",
                year=day.year,
            )
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    def add(self, day: date, n: int) -> date:
        """The n-th working day after the day, which is not counted; before it when n is negative.

        With 0 the day itself or the next working day. Raises RuleError in a year not announced.
        """
        step = -DAY if n < 0 else DAY
        left = abs(n)
        while left:
            day += step
            left -= self.is_working_day(day)
        while not self.is_working_day(day):
            day += step
        return day

    def roll(self, day: date, policy: str) -> date:
        """The day, or the working day next to it where the policy (PlanTask.Roll) says so.

        Raises RuleError in a year not announced, unless the policy keeps every date.
        """
        if policy == PlanTask.Roll.KEEP:
            return day
        step = DAY if policy == PlanTask.Roll.NEXT else -DAY
        while not self.is_working_day(day):
            day += step
        return day

    def day_off(self, day: date) -> str:
        """Why nobody works on the day: 国庆节, 周六."""
        return self.names.get(day) or f"周{WEEKDAYS[day.weekday()]}"

    def left(self, now: datetime, due_at: datetime) -> int | None:
        """Working days from tomorrow to the last day in time; 0 on that day, None if not announced.

        Negative once late: the working days since (0 while only days off have passed).
        """
        today, last = now.astimezone(clock.ZONE).date(), clock.last_day(due_at)
        first, end = sorted((today, last))
        if not all(year in self.years for year in range(first.year, end.year + 1)):
            return None
        days = (first + DAY * i for i in range(1, (end - first).days + 1))
        n = sum(self.is_working_day(day) for day in days)
        return n if today <= last else -n


def of_years(first: int, last: int) -> WorkingDays:
    """A calendar that covers the years from first to last: one query, once a request."""
    kept = arrival.memo()
    low, high, days = kept.get("calendar", (0, -1, None))
    if low <= first and last <= high and isinstance(days, WorkingDays):
        return days
    days = _read(first - 1, last + 1)  # a page's next question is about a neighbouring year
    kept["calendar"] = (first - 1, last + 1, days)
    return days


def _read(first: int, last: int) -> WorkingDays:
    """The announced years and their days; a row is either a day or, without one, a year."""
    days = Holiday.objects.filter(on__gte=date(first, 1, 1), on__lte=date(last, 12, 31))
    years = HolidayYear.objects.filter(year__range=(first, last))
    rows = list(
        days.order_by()
        .values_list("on", "is_workday", Value(0, output_field=IntegerField()), "name")
        .union(
            years.values_list(
                Value(None, output_field=DateField()),
                Value(None, output_field=BooleanField()),
                "year",
                Value("", output_field=CharField()),
            ),
            all=True,
        )
    )
    return WorkingDays(
        frozenset(year for on, _, year, _ in rows if on is None),
        {on: is_workday for on, is_workday, _, _ in rows if on is not None},
        {on: name for on, _, _, name in rows if on is not None and name},
    )


def forget() -> None:
    """The request reads the calendar anew: it has just changed it."""
    arrival.memo().pop("calendar", None)


def is_working_day(day: date) -> bool:
    """Whether offices are open on the day. Raises RuleError in a year that is not announced."""
    return of_years(day.year, day.year).is_working_day(day)


def add_working_days(day: date, n: int) -> date:
    """The n-th working day after the day; see WorkingDays.add."""
    return of_years(day.year - 1, day.year + 1 + abs(n) // 200).add(day, n)


def usual_day(day: date, n: int) -> date | None:
    """The same as a proposal: None where the year is not announced, so that work goes on."""
    try:
        return add_working_days(day, n)
    except RuleError:
        return None


def working_days_left(now: datetime, due_at: datetime) -> int | None:
    """Working days after today up to the last day in time; see WorkingDays.left."""
    return around(now, [due_at]).left(now, due_at)


def around(now: datetime, due_ats: list[datetime]) -> WorkingDays:
    """One calendar that answers `left` for all these deadlines."""
    years = [now.astimezone(clock.ZONE).year, *(clock.last_day(due_at).year for due_at in due_ats)]
    return of_years(min(years), max(years))
