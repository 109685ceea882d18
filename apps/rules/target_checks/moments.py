"""Checks of dates and time limits: does the day exist, does it lie in the year."""

import calendar
import re
from collections.abc import Iterator
from decimal import Decimal

from apps.rules.findings import Finding
from apps.rules.numbers import narrow, quoted, show_value
from apps.rules.target_checks.codes import Said, noted
from apps.rules.target_checks.row_at import RowAt
from apps.rules.target_form import TargetFacts, TargetForm

MONTH = re.compile(r"(?<![\d.〔\[])(\d{1,2})\s{0,2}月(?![龄嫂])(?:\s{0,2}(\d{1,2})\s{0,2}[日号])?")
MONTH_UNITS = ("月", "月份", "月底", "月底前", "月前", "月末")
YEAR_UNITS = ("年", "年度", "年底", "年底前")
TIME_NAME = re.compile("时间|时限|期限|工期|时长|周期|及时性|按期|按时")
YEAR_LONG = {"天": 366, "日": 366, "日历天": 366, "工作日": 262, "周": 53, "个月": 12, "季度": 4}
FIRST, LAST = 1990, 2099


def impossible_dates(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """Months are 1–12 and days those of the month, in texts and in time limits."""
    for path, text in _texts(form):
        wrong = next(
            (match for match in MONTH.finditer(narrow(text)) if not _is_day(match, facts)), None
        )
        if wrong:
            found = quoted(wrong[0])
            said = Said(found, "存在的日期", f"写有“{found}”，没有这一天。请改正月份或日期。")
            yield noted("targets.impossible_date", path, form, said)
    for row in _time_rows(form, facts):
        value, unit = row.line.value, row.line.unit.strip()
        if value is None or _year_of(row) is not None:
            continue
        if unit in MONTH_UNITS and not 1 <= value <= 12:
            found = f"{show_value(value)}{unit}"
            said = Said(
                found,
                "1–12",
                f"填{found}，月份应为1–12。表示时长的，单位写“个月”。",
            )
            yield noted("targets.impossible_date", row.path("value"), form, said)


def times_outside_year(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """A time limit given as a year, a month or a day lies in the year filed for."""
    for row in _time_rows(form, facts):
        year = _year_of(row)
        if year is not None and year != facts.fiscal_year:
            found = f"{quoted(format(row.line.value, 'f'))}{quoted(row.line.unit)}"
            said = Said(
                found,
                f"{facts.fiscal_year}年",
                f"填{found}，不在{facts.fiscal_year}年度内。请核对是否沿用了别的年度的数。",
            )
            yield noted("targets.other_year", row.path("value"), form, said)


def longer_than_year(form: TargetForm, facts: TargetFacts) -> Iterator[Finding]:
    """A project of this year alone has no time limit longer than the year."""
    if not form.first_year == form.last_year == facts.fiscal_year:
        return
    for row in _time_rows(form, facts):
        most = YEAR_LONG.get(row.line.unit.strip())
        value = row.line.value
        if most is not None and value is not None and value > most:
            found = f"{show_value(value)}{row.line.unit.strip()}"
            said = Said(
                found,
                f"{most}{row.line.unit.strip()}以内",
                f"填{found}，超过一年，项目期只有{facts.fiscal_year}年。请核对数、单位或项目期。",
            )
            yield noted("targets.too_long", row.path("value"), form, said)


def _texts(form: TargetForm) -> Iterator[tuple[str, str]]:
    yield "mid_goal", form.mid_goal
    yield "year_goal", form.year_goal
    for line in form.lines:
        yield f"indicator:{line.key}.name", line.name
        if line.operator == "定性":
            yield f"indicator:{line.key}.value", line.value_text


def _time_rows(form: TargetForm, facts: TargetFacts) -> Iterator[RowAt]:
    for line in form.lines:
        row = RowAt(form, line, facts)
        is_time = line.level2 == "时效" or TIME_NAME.search(line.name)
        if is_time and row.is_quantitative and line.value is not None:
            yield row


def _is_day(match: re.Match[str], facts: TargetFacts) -> bool:
    month = int(match[1])
    if not 1 <= month <= 12:
        return False
    days = calendar.monthrange(facts.fiscal_year, month)[1]
    return match[2] is None or 1 <= int(match[2]) <= days


def _year_of(row: RowAt) -> int | None:
    """The year that a number in a time limit means: 2023年, 202312, 20231231; else None."""
    value = row.line.value
    if value is None or value != value.to_integral_value() or not FIRST <= value < Decimal(10**8):
        return None
    digits = str(int(value))
    if len(digits) == 4 and row.line.unit.strip() not in YEAR_UNITS:
        return None
    is_date = len(digits) == 4 or (len(digits) in (6, 8) and 1 <= int(digits[4:6]) <= 12)
    year = int(digits[:4])
    return year if is_date and FIRST <= year <= LAST else None


CHECKS = (impossible_dates, times_outside_year, longer_than_year)
