"""Working days as they are announced, and what follows when the calendar changes.

A change leaves an event with the ends of windows that it moves; `rolled.move_ends` brings them to
the assignments and tells the units (ADR 8). It holds every plan, so that nobody dates windows or
opens assignments by half of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import date
from functools import lru_cache

import chinese_calendar
from chinese_calendar import constants
from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.organizations.models import User
from apps.rules import holiday_notice
from apps.rules.errors import RuleError
from apps.rules.holiday_notice import DayOff
from apps.workplans import calendar, permissions
from apps.workplans.models import Holiday, HolidayYear
from apps.workplans.services import rolled
from apps.workplans.services.holding import hold_calendar

PACKAGE = "国务院办公厅节假日安排（chinesecalendar）"
NAMES = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
SOURCE_LIMIT, NAME_LIMIT = 100, 40
FIRST_YEAR, LAST_YEAR = 2000, 2099


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

    A year or date that an administrator has entered stays as it is.
    """
    known_years = set(HolidayYear.objects.values_list("year", flat=True))
    known_days = set(Holiday.objects.values_list("on", flat=True))
    years = [HolidayYear(year=y, source=PACKAGE) for y in package_years() if y not in known_years]
    days = [_packaged(day) for day in sorted(package_days()) if day not in known_days]
    own = set(HolidayYear.objects.exclude(source=PACKAGE).values_list("year", flat=True))
    days = [day for day in days if day.on.year not in own]
    with _moving_ends({row.year for row in years} | {day.on.year for day in days}):
        HolidayYear.objects.bulk_create(years)
        Holiday.objects.bulk_create(days)
    return len(years), len(days)


@transaction.atomic
def load_years(*, actor: User) -> int:
    """The years of the calendar package are stored; how many are new. Raises PermissionDenied."""
    _demand_right(actor)
    n_years, n_days = load_package()
    if n_years or n_days:
        _record(actor, "load_holidays", n_years=n_years, n_days=n_days)
    return n_years


@transaction.atomic
def announce_year(
    *, year: int, text: str, source: str, actor: User, dry_run: bool = False
) -> list[DayOff]:
    """The year is announced with the days that the notice's text gives; returns them.

    A dry run checks and returns them without writing. Raises PermissionDenied, or RuleError for a
    year that is announced already, an unreadable or incomplete text, or no source.
    """
    _demand_right(actor)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise RuleError(
            f"年度：填{year}，应在{FIRST_YEAR}至{LAST_YEAR}之间。", code="calendar.year"
        )
    _demand_unknown(year)
    days = holiday_notice.read(text, year)
    source = _said(source, "依据", SOURCE_LIMIT)
    if dry_run:
        return days
    with _moving_ends({year, *(day.on.year for day in days)}):
        HolidayYear.objects.create(year=year, source=source)
        known = set(
            Holiday.objects.filter(on__in=[d.on for d in days]).values_list("on", flat=True)
        )
        Holiday.objects.bulk_create(
            Holiday(on=d.on, is_workday=d.is_workday, name=d.name[:NAME_LIMIT], source=source)
            for d in days
            if d.on not in known
        )
    _record(actor, "announce_year", year=year, n_days=len(days), basis=source)
    return days


@transaction.atomic
def set_day(*, on: date, is_workday: bool, name: str, source: str, actor: User) -> Holiday:
    """Offices are open or closed on the day, against what was announced; with the document.

    Raises PermissionDenied, or RuleError in a year not announced, without a source, or when the day
    is so already.
    """
    _demand_right(actor)
    _demand_known(on.year)
    source = _said(source, "依据", SOURCE_LIMIT)
    days = calendar.of_years(on.year, on.year)
    if days.is_working_day(on) == is_workday:
        raise RuleError(
            f"{_shown(on)}：已是{'上班' if is_workday else '放假'}，不用改。", code="calendar.same"
        )
    with _moving_ends({on.year}):
        day, _ = Holiday.objects.update_or_create(
            on=on,
            defaults={
                "is_workday": is_workday,
                "name": " ".join(name.split())[:NAME_LIMIT],
                "source": source,
            },
        )
    _record(actor, "set_day", on=str(on), is_workday=is_workday, basis=source)
    return day


@transaction.atomic
def reset_day(*, on: date, source: str, actor: User) -> None:
    """The day is again what the calendar package says, or what its weekday is.

    Raises PermissionDenied, or RuleError where nobody changed it, or without a reason.
    """
    _demand_right(actor)
    day = Holiday.objects.select_for_update().filter(on=on).first()
    if day is None or not is_own(day, _source_of(on.year)):
        raise RuleError(f"{_shown(on)}：没有改过，不用恢复。", code="calendar.same")
    source = _said(source, "理由", SOURCE_LIMIT)
    with _moving_ends({on.year}):
        day.delete()
        if on in package_days() and _source_of(on.year) == PACKAGE:
            _packaged(on).save()
    _record(actor, "reset_day", on=str(on), old=day.source, reason=source)


def is_own(day: Holiday, year_source: str) -> bool:
    """Whether an administrator set the day beside what was announced for its year."""
    return day.source not in (PACKAGE, year_source)


def _packaged(on: date) -> Holiday:
    works, name = package_days()[on]
    return Holiday(on=on, is_workday=works, name=NAMES.get(name, name), source=PACKAGE)


def _source_of(year: int) -> str:
    found: str | None = (
        HolidayYear.objects.filter(year=year).values_list("source", flat=True).first()
    )
    return found or ""


@contextmanager
def _moving_ends(years: Collection[int]) -> Iterator[None]:
    """What the block changes in these years reaches the windows that end in them."""
    if not years:
        yield
        return
    hold_calendar()
    list(HolidayYear.objects.select_for_update().order_by("year"))  # one change at a time
    before, counted = rolled.ends(years), rolled.counted_ends(years)
    yield
    calendar.forget()
    rolled.count_again(counted)
    rolled.leave_moves(before, rolled.ends(years))


def _demand_right(actor: User) -> None:
    if not permissions.may_keep_calendar(actor):
        raise PermissionDenied("只有本系统最上一级的计划管理员可以改节假日。")


def _demand_unknown(year: int) -> None:
    if HolidayYear.objects.filter(year=year).exists():
        raise RuleError(
            f"{year}年：已登记（{_source_of(year)}）。个别日子有变，改那一天。",
            code="calendar.known",
        )


def _demand_known(year: int) -> None:
    if not HolidayYear.objects.filter(year=year).exists():
        raise RuleError(
            f"{year}年：尚未公布。先登记全年放假安排，再改个别日子。",
            code="calendar.unannounced",
            year=year,
        )


def _said(text: str, label: str, limit: int) -> str:
    text = " ".join(text.split())
    if not text:
        raise RuleError(
            f"{label}：未填。写文件名或文号，例如国办发明电〔2026〕1号。", code="calendar.source"
        )
    if len(text) > limit:
        raise RuleError(f"{label}：{len(text)}字，最多{limit}字。", code="calendar.source")
    return text


def _shown(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _record(actor: User, verb: str, **data: object) -> None:
    """The calendar holds for all regions of this installation: its acts stand in the system's."""
    audit.record(
        actor=actor,
        action=f"workplans.{verb}",
        subject=None,
        chain="system",
        data=dict(data),
        label="节假日",
    )
