"""Dates that follow from a rule, and a year later."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.rules import plan_dates


@pytest.mark.req("Y-49")
@pytest.mark.parametrize(
    ("node", "months", "day", "expected"),
    [
        (date(2024, 5, 31), 1, 10, date(2024, 6, 10)),
        (date(2024, 12, 31), 1, 1, date(2025, 1, 1)),
        (date(2024, 1, 31), 1, 31, date(2024, 2, 29)),
        (date(2023, 1, 31), 1, 31, date(2023, 2, 28)),
        (date(2024, 1, 31), 1, 30, date(2024, 2, 29)),
        (date(2024, 6, 30), 0, 31, date(2024, 6, 30)),
        (date(2024, 11, 30), 14, 31, date(2026, 1, 31)),
    ],
)
def test_the_day_after_a_node(node: date, months: int, day: int, expected: date) -> None:
    assert plan_dates.after_node(node, months, day) == expected


@pytest.mark.parametrize("series", list(plan_dates.SERIES))
@given(year=st.integers(2000, 2100))
def test_periods_cover_the_year_without_a_gap(series: str, year: int) -> None:
    found = plan_dates.occurrences(series, year)

    ends = [each.ends for each in found]
    assert ends == sorted(set(ends))
    assert ends[-1] == date(year, 12, 31)
    assert all(plan_dates.is_month_end(end) for end in ends)
    assert len({each.key for each in found}) == len(found) == 12 // plan_dates.MONTHS[series]
    assert all(each.key.startswith(str(year)) for each in found)


def test_periods_have_names() -> None:
    names = {s: [each.label for each in plan_dates.occurrences(s, 2024)] for s in plan_dates.SERIES}

    assert names["quarterly"] == ["一季度", "二季度", "三季度", "四季度"]
    assert names["half"] == ["上半年", "下半年"]
    assert names["yearly"] == ["全年"]
    assert names["monthly"][11] == "12月"


@pytest.mark.parametrize(
    ("day", "years", "at_end", "expected", "is_sure"),
    [
        (date(2024, 4, 20), 1, False, date(2025, 4, 20), True),
        (date(2024, 2, 29), 1, False, date(2025, 2, 28), False),
        (date(2024, 2, 29), 1, True, date(2025, 2, 28), True),
        (date(2024, 2, 29), 4, False, date(2028, 2, 29), True),
        (date(2023, 2, 28), 1, False, date(2024, 2, 28), False),
        (date(2023, 2, 28), 1, True, date(2024, 2, 29), True),
        (date(2024, 8, 31), 1, True, date(2025, 8, 31), True),
        (date(2025, 4, 30), -1, True, date(2024, 4, 30), True),
    ],
)
def test_a_day_a_year_later(
    day: date, years: int, at_end: bool, expected: date, is_sure: bool
) -> None:
    moved = plan_dates.in_year(day, years, at_month_end=at_end)

    assert (moved.day, moved.is_sure) == (expected, is_sure)


@given(st.dates(date(2000, 1, 1), date(2090, 12, 31)), st.integers(1, 9))
def test_a_sure_day_comes_back(day: date, years: int) -> None:
    there = plan_dates.in_year(day, years)
    back = plan_dates.in_year(there.day, -years)

    assert not there.is_sure or back.day == day


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024年度自评", "2025年度自评"),
        ("2023年、2024年", "2024年、2025年"),
        ("财预〔2020〕10号", "财预〔2020〕10号"),
        ("12024年", "12024年"),
    ],
)
def test_years_in_words_move_and_document_numbers_do_not(text: str, expected: str) -> None:
    assert plan_dates.move_years(text, 1) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [("2024", "2025"), ("2024-05", "2025-05"), ("2024Q1", "2025Q1"), ("spring", "spring")],
)
def test_a_windows_key_moves_with_its_year(key: str, expected: str) -> None:
    assert plan_dates.move_key(key, 1) == expected
