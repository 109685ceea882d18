"""A profile some years on: dates reckoned again by their rules, fixed days kept."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from apps.rules import plan_dates
from apps.workplans.models import RuleSetting, TaskWindow
from apps.workplans.profiles.rows import Profile, SettingRow, TaskRow, WindowRow

DAY = timedelta(days=1)
NOTE = 200  # characters of a note
RECKONED = (TaskWindow.Kind.NODE, TaskWindow.Kind.RECURRING)


def moved(profile: Profile, years: int) -> Profile:
    """The profile of the year that many on; events have no date yet, quoted words stay."""
    plan = profile.plan
    head = {"year": plan.year + years, "title": plan_dates.move_years(plan.title, years)}
    return profile.model_copy(
        update={
            "plan": plan.model_copy(update=head),
            "events": [row.model_copy(update={"happened_on": None}) for row in profile.events],
            "settings": [_setting(row, years) for row in profile.settings],
            "tasks": [_task(row, years) for row in profile.tasks],
        }
    )


def _setting(row: SettingRow, years: int) -> SettingRow:
    """A parameter that is a day moves as windows do; where that is not sure it is open again."""
    day = _day(row)
    if day is None:
        return row
    found = plan_dates.in_year(day, years, at_month_end=plan_dates.says_month_end(row.clause))
    if found.is_sure:
        return row.model_copy(update={"value": found.day.isoformat()})
    note = f"{row.note}原为{day.year}年{day.month}月{day.day}日，是否月末待确认。"
    return row.model_copy(update={"value": None, "note": note[-NOTE:]})


def _day(row: SettingRow) -> date | None:
    if row.value_type != RuleSetting.Type.DAY or row.value is None:
        return None
    try:
        return date.fromisoformat(row.value)
    except ValueError:  # a file may hold what the pages would refuse
        return None


def _task(row: TaskRow, years: int) -> TaskRow:
    update: dict[str, Any] = {
        "title": plan_dates.move_years(row.title, years),
        "evaluated_year": row.evaluated_year + years,
        "windows": [_window(window, years) for window in row.windows],
        "settings": [_setting(setting, years) for setting in row.settings],
    }
    return row.model_copy(update=update)


def _window(row: WindowRow, years: int) -> WindowRow:
    update = moved_days(row, years) | {
        "key": plan_dates.move_key(row.key, years),
        "label": plan_dates.move_years(row.label, years),
    }
    return row.model_copy(update=update)


def moved_days(row: WindowRow, years: int) -> dict[str, date | None]:
    """The window's days that many years on."""
    at_end = plan_dates.says_month_end(row.phrase)
    days: dict[str, date | None] = {
        key: _moved(getattr(row, key), years, at_end)
        for key in ("opens", "closes", "focus_opens", "focus_closes")
    }
    days["data_until"] = _moved(row.data_until, years, True)
    if row.kind == TaskWindow.Kind.EVENT:
        days["opens"] = days["closes"] = None
    if row.data_until and row.opens == row.data_until + DAY and days["data_until"]:
        days["opens"] = days["data_until"] + DAY
    if is_by_rule(row) and days["data_until"]:
        days["closes"] = _by_rule(row, days["data_until"])
    return days


def is_by_rule(row: WindowRow) -> bool:
    """Whether the window's end is the one that its rule gives."""
    return bool(row.closes and row.data_until and row.closes == _by_rule(row, row.data_until))


def _by_rule(row: WindowRow, node: date) -> date | None:
    if row.kind not in RECKONED or row.months_after is None or row.day is None:
        return None
    return plan_dates.after_node(node, row.months_after, row.day)


def is_sure(row: WindowRow, years: int) -> bool:
    """Whether every fixed day of the window exists that many years on and means the same."""
    at_end = plan_dates.says_month_end(row.phrase)
    fixed = [row.focus_opens, row.focus_closes]
    if row.kind != TaskWindow.Kind.EVENT:
        fixed += [row.opens, None if is_by_rule(row) else row.closes]
    return all(plan_dates.in_year(day, years, at_month_end=at_end).is_sure for day in fixed if day)


def _moved(day: date | None, years: int, at_month_end: bool) -> date | None:
    return plan_dates.in_year(day, years, at_month_end=at_month_end).day if day else None
