"""Until when a problem is to be put right; days off move the last day on."""

from __future__ import annotations

from datetime import date, timedelta

from apps.core import clock
from apps.rules.errors import RuleError
from apps.workplans import calendar, offsets
from apps.workplans.models import PlanTask

USUAL = timedelta(days=30)  # 下达后一个月


def last_day(asked: date | None = None) -> date:
    """The day asked for, else a month from today; the next working day where it is a day off.

    A year whose holidays are not announced moves nothing. Raises RuleError for a day gone by.
    """
    today = clock.today()
    day = asked or today + USUAL
    if day < today:
        raise RuleError(
            f"整改截止：填的是{day:%Y-%m-%d}，已经过去，应在{today:%Y-%m-%d}或以后。",
            code="rectification.due",
        )
    return rolled(day)


def rolled(day: date) -> date:
    """The day, or the next working day where it is announced as a day off."""
    if not offsets.is_announced(day):
        return day
    try:
        return calendar.of_years(day.year, day.year + 1).roll(day, PlanTask.Roll.NEXT)
    except RuleError:  # the next working day lies in a year that is not announced
        return day
