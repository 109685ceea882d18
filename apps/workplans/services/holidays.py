"""The announced holidays, stored from the calendar package."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import chinese_calendar
from chinese_calendar import constants
from django.db import transaction

from apps.workplans.models import Holiday, HolidayYear

PACKAGE = "国务院办公厅节假日安排（chinesecalendar）"
NAMES = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}


@lru_cache(maxsize=1)
def package_days() -> dict[date, tuple[bool, str]]:
    """What the package knows: announced date → whether people work, and the holiday's name."""
    free = {day: (False, str(name)) for day, name in constants.holidays.items()}
    worked = {day: (True, str(name)) for day, name in constants.workdays.items()}
    return free | worked


def package_years() -> list[int]:
    """The years the calendar package knows."""
    return sorted({day.year for day in package_days()})


@transaction.atomic
def load_package() -> tuple[int, int]:
    """Every year that the package knows is stored; returns how many years and dates are new.

    A date that an administrator has entered stays as it is.
    """
    known_years = set(HolidayYear.objects.values_list("year", flat=True))
    known_days = set(Holiday.objects.values_list("on", flat=True))
    years = [HolidayYear(year=y, source=PACKAGE) for y in package_years() if y not in known_years]
    days = [
        Holiday(on=day, is_workday=works, name=NAMES.get(name, name), source=PACKAGE)
        for day, (works, name) in sorted(package_days().items())
        if day not in known_days
    ]
    HolidayYear.objects.bulk_create(years)
    Holiday.objects.bulk_create(days)
    return len(years), len(days)
