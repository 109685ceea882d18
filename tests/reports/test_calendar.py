"""计划日历: a month of deadlines with the days off as announced, and nothing guessed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from apps.core import clock
from apps.organizations.models import Membership, User
from apps.reports.months import month
from apps.workplans.models import Assignment, Holiday, HolidayYear, Plan, PlanTask, TaskWindow
from tests import makers
from tests.makers import MONDAY
from tests.personas import World, client_of

pytestmark = pytest.mark.django_db
APRIL = date(2024, 4, 1)


@pytest.fixture(autouse=True)
def monday() -> Iterator[None]:
    with clock.at(MONDAY):
        yield


@pytest.fixture
def owed(world: World) -> Plan:
    plan = makers.make_plan(world)
    makers.make_project(world, n=1)
    makers.make_project(world, n=2)
    makers.assign_all(world, plan)
    return plan


def day(found: month.Month, on: date) -> month.Day:
    return next(cell for week in found.weeks for cell in week if cell.on == on)


def page(user: User, query: str = "", year: int = 2024) -> str:
    answer = client_of(user).get(f"/{year}/calendar/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_month_is_whole_weeks_from_monday(world: World, owed: Plan, filer: User) -> None:
    found = month.month_of(filer, 2024, APRIL, "mine", owed)
    assert [week[0].on.weekday() for week in found.weeks] == [0] * 5
    assert found.weeks[0][0].on == APRIL
    assert found.weeks[-1][-1].on == date(2024, 5, 5)
    assert len(found.days) == 30
    assert (found.earlier, found.later) == (date(2024, 3, 1), date(2024, 5, 1))
    assert [cell.on for cell in found.days if cell.is_today] == [MONDAY.date()]


def test_deadlines_stand_on_their_last_day_in_time(world: World, owed: Plan, filer: User) -> None:
    found = month.month_of(filer, 2024, APRIL, "mine", owed)
    entries = day(found, date(2024, 4, 15)).entries
    assert [(e.title, e.n_owed, e.n_open, e.state) for e in entries] == [
        ("年初项目绩效目标", 2, 2, "open"),
        ("季度绩效管理材料", 1, 1, "open"),
    ]
    assert found.n_entries == 2


def test_what_was_handed_in_is_marked_and_what_is_late_too(
    world: World, owed: Plan, filer: User
) -> None:
    first, second = Assignment.objects.exclude(project=None).filter(unit__code="201")
    makers.submitted(world, makers.open_target_filing(world, first.project))
    found = month.month_of(filer, 2024, APRIL, "mine", owed)
    assert (day(found, date(2024, 4, 15)).entries[0].n_open) == 1
    Assignment.objects.filter(pk=second.pk).update(due_at=MONDAY - timedelta(days=3))
    text = page(filer)
    assert "逾期1件" in text
    assert "已报" in text


@pytest.mark.req("Y-84")
def test_days_off_are_shaded_and_named(world: World, owed: Plan, filer: User) -> None:
    Holiday.objects.filter(on=date(2024, 4, 4)).update(name="清明节")
    Holiday.objects.create(on=date(2024, 4, 7), is_workday=True, source="国办发明电〔2023〕7号")
    found = month.month_of(filer, 2024, APRIL, "mine", owed)
    assert (day(found, date(2024, 4, 4)).is_working, day(found, date(2024, 4, 4)).word) == (
        False,
        "清明节",
    )
    assert day(found, date(2024, 4, 7)).word == "班"
    assert not day(found, date(2024, 4, 6)).is_working
    text = page(filer)
    assert "清明节" in text
    assert "上班" in text
    assert "is-off" in text


@pytest.mark.req("Y-84")
def test_a_year_that_is_not_announced_says_so_and_shades_nothing(
    world: World, owed: Plan, filer: User
) -> None:
    HolidayYear.objects.all().delete()
    text = page(filer)
    assert "2024年节假日：未公布" in text
    assert "is-off" not in text
    HolidayYear.objects.create(year=2024, source="test")
    assert "未公布" not in page(filer)
    assert "2025年节假日：未公布" in page(filer, "?month=2024-12")  # its last week


def test_the_whole_plan_shows_windows_and_the_bureau_sees_it_at_once(
    world: World, owed: Plan, filer: User, leader: User
) -> None:
    later = TaskWindow.objects.create(
        task=PlanTask.objects.get(code="quarter.unit"),
        key="2024Q2",
        label="二季度",
        opens_at=clock.start_of(date(2024, 6, 1)),
        closes_at=clock.end_of(date(2024, 6, 30)),
    )
    assert "二季度" not in page(filer, "?month=2024-06")
    assert "二季度" in page(filer, "?month=2024-06&of=plan")
    bureau = page(leader, "?month=2024-06")
    assert "二季度" in bureau
    assert f'href="/2024/plan/{later.task.public_id}/"' in bureau
    assert "本单位</a>" not in bureau


@pytest.mark.req("Y-84")
def test_a_window_stands_where_it_is_rolled_to(world: World, owed: Plan, leader: User) -> None:
    task = PlanTask.objects.get(code="quarter.unit")
    task.roll = PlanTask.Roll.NEXT
    task.save(update_fields=["roll"])
    task.windows.update(closes_at=clock.end_of(date(2024, 4, 4)))
    found = month.month_of(leader, 2024, APRIL, "plan", owed)
    assert not day(found, date(2024, 4, 4)).entries
    assert [e.title for e in day(found, date(2024, 4, 5)).entries] == ["季度绩效管理材料"]


def test_months_are_chosen_by_name_and_nonsense_means_the_present_one(
    world: World, owed: Plan, filer: User
) -> None:
    assert month.chosen_month("2024-02", 2024) == date(2024, 2, 1)
    assert month.chosen_month("", 2024) == APRIL
    assert month.chosen_month("4月", 2024) == APRIL
    assert month.chosen_month("", 2023) == date(2023, 1, 1)
    assert month.chosen_month("1850-01", 2024) == date(2000, 1, 1)
    edge = month.month_of(filer, 2024, date(2000, 1, 1), "mine", owed)
    assert edge.earlier is None
    last = month.month_of(filer, 2024, month.chosen_month("9999-01", 2024), "mine", owed)
    assert last.later is None
    assert "month=2024-03" in page(filer)
    assert "month=2024-05" in page(filer)


def test_a_year_without_a_plan_is_an_empty_sheet_that_says_so(world: World, filer: User) -> None:
    assert "2022年度还没有发布计划" in page(filer, year=2022)


def test_strangers_see_their_own_deadlines_alone(
    world: World, owed: Plan, foreign_filer: User
) -> None:
    assert "绩效目标" not in page(foreign_filer)
    assert "绩效目标" not in page(foreign_filer, "?of=plan&region=652823")


def test_a_program_reads_the_month_too(world: World, owed: Plan, filer: User) -> None:
    browser = client_of(filer)
    told = browser.get("/api/v1/2024/calendar/?month=2024-04").json()
    by_day = {row["on"]: row for row in told["days"]}
    assert len(by_day) == 30
    assert by_day["2024-04-15"]["entries"][0]["n_open"] == 2
    assert by_day["2024-04-04"]["is_working"] is False
    HolidayYear.objects.all().delete()
    told = browser.get("/api/v1/2024/calendar/").json()
    assert told["unannounced"] == [2024]
    assert told["days"][3]["is_working"] is None
    assert browser.get("/api/v1/2024/calendar/?of=all").status_code == 400


def test_a_program_sees_the_side_and_the_region_that_the_page_shows(
    world: World, owed: Plan, leader: User
) -> None:
    entries = [
        entry["title"]
        for row in client_of(leader).get("/api/v1/2024/calendar/?month=2024-04").json()["days"]
        for entry in row["entries"]
    ]
    assert "年初项目绩效目标" in entries
    assert client_of(leader).get("/api/v1/2024/calendar/?of=").status_code == 400


def test_a_program_chooses_the_region(world: World, owed: Plan, leader: User) -> None:
    Membership.objects.create(
        user=leader, role="leader", jurisdiction=world.sibling, starts_on=MONDAY.date()
    )
    Plan.objects.create(
        jurisdiction=world.sibling, fiscal_year=2024, state=owed.state, published_at=MONDAY
    )
    browser = client_of(leader)

    def n_entries(query: str) -> int:
        path = f"/api/v1/2024/calendar/?month=2024-04&of=plan{query}"
        return sum(len(row["entries"]) for row in browser.get(path).json()["days"])

    assert n_entries("") == 0  # the other region comes first by code
    assert n_entries("&region=652823") > 0
