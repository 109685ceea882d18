"""Working days around holidays and 调休, half-open deadlines, years that are not announced."""

from datetime import date, datetime, timedelta

import pytest

from apps.core import clock
from apps.rules.errors import RuleError
from apps.workplans import calendar
from apps.workplans.models import Holiday, HolidayYear
from apps.workplans.services import holidays

pytestmark = pytest.mark.django_db


@pytest.fixture
def announced() -> None:
    holidays.load_package()


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=clock.ZONE)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        ("2024-04-03", True),
        ("2024-04-04", False),  # 清明
        ("2024-04-05", False),  # 清明调休
        ("2024-04-06", False),  # Saturday
        ("2024-04-07", True),  # a Sunday on which people work
        ("2024-10-12", True),  # a Saturday on which people work
        ("2024-10-13", False),
    ],
)
def test_holidays_and_make_up_days_decide_before_the_weekday(
    announced: None, day: str, works: bool
) -> None:
    assert calendar.is_working_day(date.fromisoformat(day)) is works


@pytest.mark.parametrize(
    ("start", "n", "end"),
    [
        ("2024-04-03", 1, "2024-04-07"),
        ("2024-04-03", 2, "2024-04-08"),
        ("2024-04-08", -2, "2024-04-03"),
        ("2024-04-04", 0, "2024-04-07"),
        ("2024-12-31", 1, "2025-01-02"),
    ],
)
def test_the_nth_working_day_skips_days_off(announced: None, start: str, n: int, end: str) -> None:
    found = calendar.add_working_days(date.fromisoformat(start), n)

    assert found == date.fromisoformat(end)


@pytest.mark.parametrize(
    ("now", "last_day", "left"),
    [
        ("2024-04-03 09:00", "2024-04-10", 4),  # 7, 8, 9, 10
        ("2024-04-10 23:59", "2024-04-10", 0),
        ("2024-04-11 00:00", "2024-04-10", -1),
        ("2024-04-06 12:00", "2024-04-05", 0),  # late, but only a day off has passed
        ("2024-12-30 12:00", "2025-01-02", 2),
    ],
)
@pytest.mark.req("Y-49")
def test_countdown_counts_working_days_up_to_the_last_day_in_time(
    announced: None, now: str, last_day: str, left: int
) -> None:
    due_at = clock.end_of(date.fromisoformat(last_day))

    assert calendar.working_days_left(moment(now), due_at) == left


def test_a_year_that_is_not_announced_is_never_guessed(announced: None) -> None:
    last = holidays.package_years()[-1]
    beyond = date(last + 1, 3, 2)

    assert calendar.working_days_left(moment(f"{last}-12-30 08:00"), clock.end_of(beyond)) is None
    with pytest.raises(RuleError, match="尚未公布"):
        calendar.is_working_day(beyond)
    with pytest.raises(RuleError, match="尚未公布"):
        calendar.add_working_days(date(last, 12, 30), 5)
    assert calendar.usual_day(date(last, 12, 30), 5) is None


def test_nothing_is_known_before_the_holidays_are_loaded() -> None:
    assert calendar.working_days_left(moment("2024-04-03 09:00"), moment("2024-04-11")) is None


def test_loading_again_changes_nothing_and_keeps_an_administrators_day() -> None:
    Holiday.objects.create(on=date(2024, 4, 7), is_workday=False, name="县里放假", source="县府办")

    first, again = holidays.load_package(), holidays.load_package()

    assert first[0] == HolidayYear.objects.count() >= 20
    assert again == (0, 0)
    assert not calendar.is_working_day(date(2024, 4, 7))
    assert Holiday.objects.get(on=date(2024, 4, 4)).name == "清明"


@pytest.mark.trust("G10")
def test_a_deadline_includes_its_last_day() -> None:
    closes_at = clock.end_of(date(2024, 6, 10))

    assert closes_at == moment("2024-06-11 00:00")
    assert clock.last_day(closes_at) == date(2024, 6, 10)
    assert clock.last_day(closes_at + timedelta(microseconds=1)) == date(2024, 6, 11)


def test_a_list_of_deadlines_needs_one_query(
    announced: None, django_assert_num_queries: object
) -> None:
    now = moment("2024-04-03 09:00")
    due_ats = [clock.end_of(date(2024, 4, 10) + timedelta(days=i)) for i in range(50)]

    with django_assert_num_queries(1):  # type: ignore[operator]
        book = calendar.around(now, due_ats)
        assert all(book.left(now, due_at) is not None for due_at in due_ats)
