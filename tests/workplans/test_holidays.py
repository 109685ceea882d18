"""The calendar's keeping: who may, what is refused, what the pages and programs show."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.core import arrival, clock
from apps.organizations.models import Jurisdiction, Membership, User
from apps.rules.errors import RuleError
from apps.workplans import calendar, permissions, services
from apps.workplans.models import Holiday, HolidayYear, PlanTask
from apps.workplans.services import holidays
from tests.personas import SINCE, World, client_of
from tests.rules.test_holiday_notice import OF_2026
from tests.workplans.conftest import make_window

SOURCE = "国办发明电〔2025〕7号"


def kept() -> tuple[list[Any], list[Any]]:
    return list(HolidayYear.objects.order_by("pk").values()), list(
        Holiday.objects.order_by("pk").values()
    )


def test_a_year_is_announced_with_its_days(april: datetime, plan_admin: User) -> None:
    told: dict[str, Any] = {"year": 2026, "text": OF_2026, "source": f" {SOURCE} "}
    foreseen = services.announce_year(actor=plan_admin, dry_run=True, **told)
    assert not HolidayYear.objects.exists()

    days = services.announce_year(actor=plan_admin, **told)

    assert days == foreseen
    assert HolidayYear.objects.get().source == SOURCE
    assert not calendar.is_working_day(date(2026, 10, 1))
    assert calendar.is_working_day(date(2026, 10, 10))  # a Saturday
    line = Entry.objects.get(action="workplans.announce_year")
    assert (line.data["year"], line.data["n_days"], line.chain.name) == (2026, len(days), "system")


@pytest.mark.parametrize(
    ("act", "says"),
    [
        (lambda who: services.announce_year(year=1999, text="x", source="x", actor=who), "2000至"),
        (lambda who: services.announce_year(year=2024, text="x", source="x", actor=who), "已登记"),
        (
            lambda who: services.announce_year(year=2026, text="x", source="x", actor=who),
            "没有读到",
        ),
        (
            lambda who: services.announce_year(year=2026, text=OF_2026, source=" ", actor=who),
            "依据：未填",
        ),
        (
            lambda who: services.announce_year(
                year=2026, text=OF_2026, source="文" * 101, actor=who
            ),
            "最多100字",
        ),
        (
            lambda who: services.set_day(
                on=date(2026, 5, 6), is_workday=False, name="", source="x", actor=who
            ),
            "尚未公布",
        ),
        (
            lambda who: services.set_day(
                on=date(2024, 5, 6), is_workday=True, name="", source="x", actor=who
            ),
            "已是上班",
        ),
        (
            lambda who: services.set_day(
                on=date(2024, 5, 6), is_workday=False, name="", source="", actor=who
            ),
            "依据：未填",
        ),
        (
            lambda who: services.reset_day(on=date(2024, 10, 1), source="x", actor=who),
            "没有改过",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(
    april: datetime, plan_admin: User, act: Any, says: str
) -> None:
    holidays.load_package()
    HolidayYear.objects.filter(year=2026).delete()
    Holiday.objects.filter(on__year=2026).delete()
    before = kept()
    with pytest.raises(RuleError, match=says):
        act(plan_admin)
    assert kept() == before


def test_a_day_changed_and_given_back(april: datetime, plan_admin: User) -> None:
    holidays.load_package()
    for on, was in ((date(2024, 5, 6), True), (date(2024, 10, 1), False)):
        services.set_day(
            on=on, is_workday=not was, name=" 古尔邦节 ", source="区政府通知", actor=plan_admin
        )
        calendar.forget()
        assert calendar.is_working_day(on) is not was
        services.reset_day(on=on, source="撤回", actor=plan_admin)
        assert calendar.is_working_day(on) is was
    assert Holiday.objects.get(on=date(2024, 10, 1)).name == "国庆节"
    assert not Holiday.objects.filter(on=date(2024, 5, 6)).exists()


def test_the_package_leaves_an_announced_year_alone(april: datetime, plan_admin: User) -> None:
    services.announce_year(year=2026, text=OF_2026, source=SOURCE, actor=plan_admin)
    before = list(Holiday.objects.filter(on__year=2026).order_by("pk").values())

    assert services.load_years(actor=plan_admin) > 20
    assert services.load_years(actor=plan_admin) == 0

    assert list(Holiday.objects.filter(on__year=2026).order_by("pk").values()) == before
    assert Entry.objects.filter(action="workplans.load_holidays").count() == 1


def test_a_request_reads_what_it_has_just_written(april: datetime, plan_admin: User) -> None:
    holidays.load_package()
    with arrival.of(None, ""):
        assert calendar.is_working_day(date(2024, 5, 6))
        services.set_day(
            on=date(2024, 5, 6), is_workday=False, name="", source="通知", actor=plan_admin
        )
        assert not calendar.is_working_day(date(2024, 5, 6))


@pytest.mark.parametrize("person", ["filer", "performance_reviewer", "sys_admin", "sec_admin"])
def test_only_a_plan_administrator_keeps_the_calendar(
    april: datetime, person: str, request: pytest.FixtureRequest
) -> None:
    actor = request.getfixturevalue(person)
    for act in (
        lambda: services.load_years(actor=actor),
        lambda: services.announce_year(year=2026, text=OF_2026, source=SOURCE, actor=actor),
        lambda: services.reset_day(on=date(2024, 5, 6), source="x", actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            act()
    assert kept() == ([], [])


def test_a_county_leaves_the_calendar_to_the_prefecture_that_works_here(
    april: datetime, world: World, plan_admin: User, leader: User
) -> None:
    assert permissions.may_keep_calendar(plan_admin)
    upper = Jurisdiction.objects.get(code="652800")
    above = Membership.objects.create(
        user=leader, role="plan_admin", jurisdiction=upper, starts_on=SINCE
    )
    assert not permissions.may_keep_calendar(plan_admin)
    leader.forget_memberships()
    assert permissions.may_keep_calendar(leader)
    above.ends_on = date(2024, 1, 1)
    above.save(update_fields=["ends_on"])
    assert permissions.may_keep_calendar(plan_admin)


# --- pages ------------------------------------------------------------------------------------
def test_a_year_shows_its_days_or_that_it_is_not_announced(
    april: datetime, filer: User, unit_task: PlanTask
) -> None:
    holidays.load_package()
    unit_task.roll = "next"
    unit_task.save(update_fields=["roll"])
    make_window(unit_task, "far", date(2027, 1, 1), date(2027, 10, 1))
    page = client_of(filer)

    known, unknown = page.get("/2024/holidays/"), page.get("/2027/holidays/")

    assert "已公布" in known.text
    assert (
        known.text.count("<small>休</small>")
        == Holiday.objects.filter(on__year=2024, is_workday=False).count()
    )
    assert known.text.count("<small>班</small>") == 8
    assert "未公布" in unknown.text
    assert "<small>休</small>" not in unknown.text
    assert 'class="rest' not in unknown.text, "no weekend is guessed"
    assert "1个截止日要看2027年的节假日" in unknown.text
    assert "登记全年" not in unknown.text
    assert page.get("/1999/holidays/").status_code == 404
    assert page.post("/2027/holidays/load/").status_code == 403


def test_the_administrator_pastes_checks_and_stores_a_year(
    april: datetime, plan_admin: User
) -> None:
    page, url = client_of(plan_admin), "/2026/holidays/announce/"
    told = {"year": 2026, "text": OF_2026, "source": SOURCE}
    wrong = page.post(url, {**told, "text": "一、元旦：1月1日放假。"})
    assert wrong.status_code == 422
    assert "2026年缺：春节" in wrong.text
    assert "一、元旦：1月1日放假。" in wrong.text, "nothing typed is lost"

    checked = page.post(url, {**told, "step": "check"})
    assert "2026年10月10日" in checked.text
    assert not HolidayYear.objects.exists()

    assert page.post(url, {**told, "step": "save"}).headers["Location"] == "/2026/holidays/"
    assert "已公布" in page.get("/2026/holidays/").text
    assert page.post(url, {**told, "step": "save"}).status_code == 422


def test_the_administrator_changes_a_day(april: datetime, plan_admin: User) -> None:
    holidays.load_package()
    page, url = client_of(plan_admin), "/2024/holidays/day/"
    told = {"on": "2024-05-06", "works": "off", "name": "古尔邦节", "source": "区政府通知"}
    assert page.post(url, told).status_code == 302
    listed = page.get("/2024/holidays/").text
    assert "另改1天" in listed
    assert "古尔邦节" in listed
    assert page.post(url, {**told, "works": "work"}).status_code == 302
    assert page.post(url, {**told, "works": "reset"}).status_code == 302
    for bad in ({**told, "source": ""}, {**told, "on": "2024-05-06", "works": "work"}):
        assert page.post(url, bad).status_code == 422
    assert page.post("/2024/holidays/load/").status_code == 302


def test_programs_read_and_keep_the_calendar(april: datetime, plan_admin: User) -> None:
    api = client_of(plan_admin)

    def post(route: str, **told: Any) -> Any:
        return api.post(f"/api/v1/holidays/{route}/", told, content_type="application/json")

    empty = api.get("/api/v1/2026/holidays/").json()
    assert empty == {"year": 2026, "is_announced": False, "basis": "", "days": []}
    told = {"year": 2026, "text": OF_2026, "basis": SOURCE}
    assert len(post("years", **told, dry_run=True).json()) == 39
    assert not HolidayYear.objects.exists()
    assert post("years", **told).status_code == 200
    assert post("years", **told).status_code == 409
    day = {"on": "2026-05-06", "is_workday": False, "name": "古尔邦节", "basis": "通知"}
    assert {"on": "2026-05-06", "is_workday": False, "name": "古尔邦节"} in post(
        "days", **day
    ).json()["days"]
    assert len(post("days", **{**day, "is_workday": None}).json()["days"]) == 39
    assert post("load").json()["n_years"] > 20
    assert clock.today() == date(2024, 4, 10)
