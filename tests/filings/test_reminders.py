"""Which rule speaks on which day, to whom, about what; what was settled is not sent."""

from datetime import date, datetime, timedelta

import pytest
from django.db import connection

from apps.core import arrival, clock
from apps.filings import services, tasks
from apps.filings.models import Filing
from apps.filings.services import reminders
from apps.notifications import services as notifications
from apps.notifications.models import Delivery, Message, SweepMark
from apps.organizations.models import Membership, Unit, User
from apps.workplans import offsets
from apps.workplans import services as workplans
from apps.workplans.models import (
    Assignment,
    Holiday,
    HolidayYear,
    Plan,
    PlanTask,
    ReminderRule,
    TaskWindow,
)
from apps.workplans.offsets import Offset
from apps.workplans.selectors import reminders as rules
from tests import makers
from tests.filings import steps
from tests.makers import MONDAY
from tests.personas import World, make_person

DUE = date(2024, 4, 15)  # a Monday; of both tasks
About, Audience = ReminderRule.About, ReminderRule.Audience


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2024-{text}:00+08:00")


@pytest.fixture
def plan(world) -> Plan:
    """The county's plan, whose units all owe the materials; no rule yet."""
    plan = makers.make_plan(world)
    assign_all(world, plan)
    return plan


def assign_all(world: World, plan: Plan) -> None:
    """All owe what the plan asks since its windows opened."""
    makers.assign_all(world, plan)
    Assignment.objects.update(assigned_at=makers.OPENS)


@pytest.fixture
def materials(plan) -> PlanTask:
    return plan.tasks.get(kind="materials")


def rule(plan: Plan, days: int = -1, **more: object) -> ReminderRule:
    return ReminderRule.objects.create(plan=plan, days=days, **more)


def sweep(day: date, hour: int = 8) -> int:
    with clock.at(datetime(day.year, day.month, day.day, hour, tzinfo=clock.ZONE)):
        return services.sweep(on=day)


def told() -> set[tuple[str, str]]:
    """Who has which kind of reminder."""
    rows = Message.objects.filter(kind__startswith="remind.")
    return set(rows.values_list("recipient__username", "kind"))


ALL = {"filer", "filer2", "station_filer", "stranger"}


# --- days -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("days", "in_working_days", "on"),
    [
        (-5, True, date(2024, 4, 8)),
        (-1, True, date(2024, 4, 12)),
        (-1, False, date(2024, 4, 14)),
        (0, True, date(2024, 4, 15)),
        (0, False, date(2024, 4, 15)),
        (1, True, date(2024, 4, 16)),
        (5, True, date(2024, 4, 22)),
        (5, False, date(2024, 4, 20)),
    ],
)
def test_a_rule_speaks_on_its_day_and_on_no_other(plan, days, in_working_days, on):
    rule(plan, days, in_working_days=in_working_days)

    found = [day for n in range(40) if sweep(day := date(2024, 4, 1) + timedelta(days=n)) or False]

    assert found == [on]
    assert {person for person, _ in told()} == ALL


@pytest.mark.parametrize("days", [*range(-12, 0), *range(1, 13)])
def test_every_deadline_of_a_year_is_spoken_of_once_by_each_rule(db, days):
    """A weekend's deadline too: no day is skipped and none is met twice."""
    for year in (2023, 2024, 2025):
        HolidayYear.objects.create(year=year, source="test")
    for n in range(10, 18):
        Holiday.objects.create(on=date(2024, 2, n), is_workday=False, source="test")
    for on in (date(2024, 2, 4), date(2024, 2, 18)):
        Holiday.objects.create(on=on, is_workday=True, source="test")
    offset = Offset(days, in_working_days=True)

    with arrival.of(None, ""):  # as in a request, the days of the years are read once
        spoken = [
            day
            for n in range(460)
            for day in offset.anchors(date(2023, 11, 15) + timedelta(days=n))
        ]

    of_the_year = [day for day in spoken if day.year == 2024]
    assert sorted(of_the_year) == [date(2024, 1, 1) + timedelta(days=n) for n in range(366)]


@pytest.mark.django_db
def test_in_a_year_that_is_not_announced_days_are_plain_days_and_it_is_said(plan):
    HolidayYear.objects.all().delete()
    rule(plan, -2)

    assert sweep(date(2024, 4, 13)) == len(ALL)

    message = Message.objects.filter(kind="remind.due.person").first()
    assert message.title.startswith("还有2天截止")
    assert offsets.NOT_ANNOUNCED in message.body


def test_a_deadline_at_noon_says_its_hour(plan):
    Assignment.objects.update(due_at=at("04-15T12:00"))
    rule(plan, 0)

    sweep(DUE)

    body = Message.objects.filter(kind="remind.due.person").first().body
    assert body == "2024年4月15日12:00截止。还没有填。"


def test_a_tasks_own_rules_replace_the_plans_of_the_same_matter(plan, materials):
    rule(plan, -1)
    rule(plan, 3, about=About.DESK, audience=Audience.DESK)
    rule(plan, -2, task=materials)

    held = {
        (reminder.about, reminder.offset.days, task.code)
        for reminder in rules.reminders_of(plan)
        for task in reminder.tasks
    }

    assert held == {
        ("due", -1, "targets.initial"),
        ("due", -2, "quarter.unit"),
        ("desk", 3, "targets.initial"),
        ("desk", 3, "quarter.unit"),
    }


def test_only_plans_in_force_remind(plan):
    rule(plan)
    Plan.objects.update(state=Plan.State.DRAFT)
    assert sweep(date(2024, 4, 12)) == 0

    Plan.objects.update(state=Plan.State.CLOSED)
    assert sweep(date(2024, 4, 12)) == 0


# --- who ------------------------------------------------------------------------------------
def test_who_filed_is_exempt_or_cancelled_or_cannot_file_yet_is_not_reminded(world, plan):
    rule(plan)
    units = {key: Assignment.objects.get(unit=world.units[key]) for key in ("water", "traffic")}
    with clock.at(MONDAY):
        workplans.exempt(
            assignment=units["traffic"], reason="没有这项", actor=world.people["plan_admin"]
        )
    Filing.objects.create(
        assignment=units["water"],
        kind="materials",
        jurisdiction=world.county,
        fiscal_year=2024,
        unit=world.units["water"],
        state="approved",
        created_at=MONDAY,
    )
    station = Assignment.objects.filter(unit=world.units["water_station"])
    station.update(opens_at=at("04-13T00:00"))

    assert sweep(date(2024, 4, 12)) == 0

    station.update(opens_at=at("04-10T00:00"), cancel_reason="重复", cancelled_at=MONDAY)
    assert sweep(date(2024, 4, 12)) == 0
    station.update(cancel_reason="", cancelled_at=None)
    Filing.objects.update(state="cancelled")
    assert sweep(date(2024, 4, 12)) == 3


def test_a_draft_is_reminded_that_it_was_not_submitted(world, plan):
    rule(plan)
    with clock.at(MONDAY):
        filing = services.open_filing(
            assignment=Assignment.objects.get(unit=world.units["water"]),
            actor=world.people["filer"],
        )

    sweep(date(2024, 4, 12))

    message = Message.objects.get(recipient=world.people["filer"], kind="remind.due.person")
    assert "已存草稿，还没有提交" in message.body
    assert message.url == f"/2024/filings/{filing.public_id}/"


@pytest.mark.parametrize(
    ("accepts_late", "words"), [(False, "申请延期"), (True, "可以补报，记为逾期补报")]
)
def test_after_the_deadline_it_says_what_can_still_be_done(plan, materials, accepts_late, words):
    PlanTask.objects.update(accepts_late=accepts_late)
    rule(plan, 1)

    sweep(date(2024, 4, 16))

    assert words in Message.objects.filter(kind="remind.due.person").first().body


def test_each_day_and_audience_has_one_notice_however_often_the_sweep_runs(plan):
    rule(plan, -1)
    rule(plan, -3, in_working_days=False)  # the same Friday
    rule(plan, -1, audience=Audience.HEAD)

    assert sweep(date(2024, 4, 12)) == len(ALL) + 1
    assert sweep(date(2024, 4, 12), hour=16) == 0

    assert ("unit_head", "remind.due.head") in told()
    assert Message.objects.count() == len(ALL) + 1


def test_who_stands_in_from_today_is_told_too(world, plan):
    rule(plan)
    sweep(date(2024, 4, 12))
    seat = Membership.objects.get(user=world.people["stranger"])
    Membership.objects.create(
        user=world.people["expert"],
        role=seat.role,
        jurisdiction=world.county,
        unit=seat.unit,
        deputy_for=seat,
        starts_on=date(2024, 4, 12),
        ends_on=date(2024, 4, 20),
    )

    assert sweep(date(2024, 4, 12)) == 1
    assert ("expert", "remind.due.person") in told()


def test_the_lead_section_has_one_list_of_the_silent(world, plan, materials):
    rule(plan, 3, audience=Audience.SECTION)
    make_person(world, "second", "二科员", "performance_reviewer", "performance")

    assert sweep(date(2024, 4, 18)) == 2

    message = Message.objects.get(recipient=world.people["performance_reviewer"])
    assert message.title == "5个单位还没报：季度绩效管理材料"
    names = "县水利局、县水利管理站、县交通运输局、尉犁镇、县城投公司"
    assert message.body == f"2024年4月15日24:00截止。逾期3个工作日。\n{names}"
    assert message.url == f"/2024/plan/{materials.public_id}/"


def test_a_task_without_section_is_the_performance_sections_else_the_planners(world, plan):
    PlanTask.objects.update(section=None)
    rule(plan, 3, audience=Audience.SECTION)
    sweep(date(2024, 4, 18))
    assert told() == {("performance_reviewer", "remind.due.section")}

    User.objects.filter(username="performance_reviewer").update(is_active=False)
    Message.objects.all().delete()
    sweep(date(2024, 4, 18))
    assert told() == {("plan_admin", "remind.due.section")}


def test_a_long_list_names_the_first_and_counts_all(world, plan, materials):
    rule(plan, 3, audience=Audience.SECTION)
    makers_of = Unit.objects.bulk_create(
        Unit(jurisdiction=world.county, code=str(500 + n), name=f"第{n}局", kind="department")
        for n in range(250)
    )
    window = materials.windows.get()
    Assignment.objects.bulk_create(
        Assignment(
            plan=plan,
            task=materials,
            window=window,
            jurisdiction=world.county,
            fiscal_year=2024,
            unit=unit,
            opens_at=window.opens_at,
            due_at=window.closes_at,
            assigned_at=window.opens_at,
        )
        for unit in makers_of
    )

    sweep(date(2024, 4, 18))

    body = Message.objects.get().body
    assert body.endswith("等255个单位")
    assert body.count("、") == 199


# --- desks and returns ----------------------------------------------------------------------
def test_a_desk_is_reminded_of_what_waits_on_it_since_it_came_there(world, plan):
    rule(plan, 2, about=About.DESK, audience=Audience.DESK)
    rule(plan, 3, about=About.DESK, audience=Audience.SECTION)
    filing = steps.at_second_desk(world, makers.target_filing(world))  # 8 April, both steps
    Assignment.objects.update(assigned_at=makers.OPENS)

    assert sweep(date(2024, 4, 9)) == 0
    sweep(date(2024, 4, 10))
    assert told() == {("performance_reviewer", "remind.desk.desk")}
    message = Message.objects.get(kind="remind.desk.desk")
    assert message.title.startswith("待审2个工作日：")
    assert message.url == f"/2024/reviews/{filing.public_id}/"
    sweep(date(2024, 4, 11))
    assert ("performance_reviewer", "remind.desk.section") in told()

    steps.decide(world, filing, "performance_reviewer", "pass_on", marks=makers.full_marks(filing))
    Message.objects.all().delete()
    assert sweep(date(2024, 4, 10)) == 0


def test_whoever_took_part_is_not_asked_to_review(world, plan):
    rule(plan, 1, about=About.DESK, audience=Audience.DESK)
    steps.at_second_desk(world, makers.target_filing(world))
    Membership.objects.create(
        user=world.people["section_reviewer"],
        role="performance_reviewer",
        jurisdiction=world.county,
        section=world.sections["performance"],
        starts_on=date(2024, 1, 1),
    )

    sweep(date(2024, 4, 9))

    assert told() == {("performance_reviewer", "remind.desk.desk")}


def test_a_return_is_asked_for_until_somebody_touches_it(world, plan):
    rule(plan, 2, about=About.RETURNED)
    rule(plan, 2, about=About.RETURNED, audience=Audience.HEAD)
    filing = steps.returned(world, makers.submitted(world, makers.target_filing(world)))

    sweep(date(2024, 4, 10))

    assert told() == {
        ("filer", "remind.returned.person"),
        ("filer2", "remind.returned.person"),
        ("unit_head", "remind.returned.head"),
    }
    message = Message.objects.filter(kind="remind.returned.person").first()
    assert message.title.startswith("退回2个工作日还没改：")
    assert message.body == "重报2024年4月17日24:00截止。"
    Message.objects.all().delete()
    makers.saved(world, filing)
    assert sweep(date(2024, 4, 10)) == 0


# --- what no longer holds -------------------------------------------------------------------
def mailed(post) -> list[str]:
    with clock.at(at("04-12T09:00")):
        while notifications.deliver_one():
            pass
    return [str(letter["To"]) for letter in post.received]


@pytest.fixture
def waiting(world, plan, post) -> None:
    """Reminders of the 12th, left at eight; their mail goes out later."""
    rule(plan)
    User.objects.filter(username__in=ALL).update(email="a@example.cn")
    with clock.at(at("04-12T07:00")):  # quiet until eight
        services.sweep(on=date(2024, 4, 12))


@pytest.mark.trust("B13")
def test_who_has_filed_meanwhile_gets_no_mail(world, waiting, post):
    Filing.objects.create(
        assignment=Assignment.objects.get(unit=world.units["water"]),
        kind="materials",
        jurisdiction=world.county,
        fiscal_year=2024,
        unit=world.units["water"],
        state="approved",
        created_at=MONDAY,
    )

    assert len(mailed(post)) == 2

    dropped = Delivery.objects.filter(state="dropped").values_list(
        "message__recipient__username", flat=True
    )
    assert set(dropped) == {"filer", "filer2"}


def test_who_was_excused_or_got_more_time_meanwhile_gets_no_mail(world, waiting, post):
    admin = world.people["plan_admin"]
    with clock.at(at("04-12T07:30")):
        workplans.exempt(
            assignment=Assignment.objects.get(unit=world.units["water"]), reason="免", actor=admin
        )
        workplans.extend(
            assignment=Assignment.objects.get(unit=world.units["traffic"]),
            new_due_at=clock.end_of(date(2024, 4, 30)),
            reason="大水",
            actor=admin,
        )

    mailed(post)

    sent = Delivery.objects.filter(message__kind="remind.due.person", state="sent")
    assert [d.message.recipient.username for d in sent] == ["station_filer"]


def test_a_desk_that_was_cleared_meanwhile_gets_no_mail(world, plan, post):
    rule(plan, 1, about=About.DESK, audience=Audience.DESK)
    User.objects.filter(username="section_reviewer").update(email="li@example.cn")
    filing = makers.submitted(world, makers.target_filing(world))
    with clock.at(at("04-09T07:00")):
        services.sweep(on=date(2024, 4, 9))
    with clock.at(at("04-09T07:30")):
        services.pass_on(filing=filing, actor=world.people["section_reviewer"], opinion="")

    mailed(post)

    assert Delivery.objects.get(message__kind="remind.desk.desk").state == "dropped"


# --- openings -------------------------------------------------------------------------------
def test_units_are_told_once_of_all_that_opened_today(world, plan, materials):
    TaskWindow.objects.filter(task=materials).update(opens_at=at("04-09T00:00"))
    Assignment.objects.update(opens_at=at("04-09T00:00"))

    assert sweep(date(2024, 4, 8)) == 0
    assert sweep(date(2024, 4, 9)) == len(ALL) + 1
    assert sweep(date(2024, 4, 9)) == 0
    assert sweep(date(2024, 4, 10)) == 0

    message = Message.objects.get(recipient=world.people["unit_head"])
    assert message.title == "今天起可以填：季度绩效管理材料"
    assert message.kind == "workplans.opened"


def test_on_its_first_day_a_plan_tells_of_all_that_is_open(world, plan):
    makers.make_project(world)
    assign_all(world, plan)

    sweep(makers.OPENS.date())

    message = Message.objects.get(recipient=world.people["filer"])
    assert message.title == "今天起可以填2项任务"
    assert "年初项目绩效目标、季度绩效管理材料" in message.body


def openings(person: User) -> list[str]:
    rows = Message.objects.filter(recipient=person, kind="workplans.opened")
    return list(rows.order_by("pk").values_list("title", flat=True))


def test_what_opened_while_all_stood_still_is_told_of_each_day(world, plan, materials):
    makers.make_project(world)
    assign_all(world, plan)
    water = Assignment.objects.filter(unit=world.units["water"])
    water.filter(task=materials).update(opens_at=at("04-13T00:00"))
    water.exclude(task=materials).update(opens_at=at("04-14T00:00"))
    notifications.mark_done(name=f"reminders:{plan.pk}", on=date(2024, 4, 12))

    for hour in ("08:00", "12:00"):
        with clock.at(at(f"04-15T{hour}")):
            services.send_reminders()

    assert openings(world.people["filer"]) == [
        "4月13日起可以填：季度绩效管理材料",
        "4月14日起可以填：年初项目绩效目标",
    ]


def test_what_is_assigned_after_the_last_sweep_of_a_day_is_told_once(world, plan):
    """A plan published in the evening, or a project confirmed in the middle of a window."""
    sweep(date(2024, 4, 9))
    makers.make_project(world)
    assign_all(world, plan)
    targets = Assignment.objects.filter(project__isnull=False)
    targets.update(assigned_at=at("04-09T23:50"))

    sweep(date(2024, 4, 10))
    sweep(date(2024, 4, 10), hour=9)
    sweep(date(2024, 4, 11))

    assert openings(world.people["filer"]) == ["4月9日起可以填：年初项目绩效目标"]


def test_what_is_assigned_after_the_morning_is_told_the_same_day(world, plan, materials):
    makers.make_project(world)
    assign_all(world, plan)
    water = Assignment.objects.filter(unit=world.units["water"])
    water.filter(task=materials).update(assigned_at=at("04-09T07:00"))
    sweep(date(2024, 4, 9))
    water.exclude(task=materials).update(assigned_at=at("04-09T15:00"))

    sweep(date(2024, 4, 9), hour=16)

    assert openings(world.people["filer"])[1:] == ["今天起可以填2项任务"]


def test_a_window_without_a_first_day_is_told_of_when_it_is_assigned(world, plan, materials):
    TaskWindow.objects.filter(task=materials).update(opens_at=None)
    Assignment.objects.update(opens_at=at("04-09T10:00"), assigned_at=at("04-09T10:00"))

    assert sweep(date(2024, 4, 9), hour=11) == len(ALL) + 1


def test_what_was_excused_or_closed_since_is_not_told_of_again(world, plan, materials):
    makers.make_project(world)
    assign_all(world, plan)
    Assignment.objects.update(assigned_at=at("04-09T07:00"))
    sweep(date(2024, 4, 9))
    n_told = Message.objects.count()
    water = Assignment.objects.filter(unit=world.units["water"])
    water.filter(task=materials).update(exempt_reason="免")
    Assignment.objects.exclude(unit=world.units["water"]).update(due_at=at("04-10T00:00"))

    assert sweep(date(2024, 4, 10)) == 0

    assert Message.objects.count() == n_told
    Message.objects.all().delete()
    sweep(date(2024, 4, 10))
    assert openings(world.people["filer"]) == ["4月9日起可以填：年初项目绩效目标"]
    assert openings(world.people["stranger"]) == []


# --- beat -----------------------------------------------------------------------------------
@pytest.mark.trust("H02")
def test_beat_waits_for_the_regions_morning_and_twice_is_harmless(plan):
    rule(plan)
    with clock.at(at("04-12T07:59")):
        assert tasks.send_reminders() == 0
    assert not SweepMark.objects.exists()
    with clock.at(at("04-12T08:00")):
        assert tasks.send_reminders() == len(ALL)
        assert tasks.send_reminders() == 0
    assert SweepMark.objects.get().done_on == date(2024, 4, 12)


@pytest.mark.django_db
@pytest.mark.parametrize(("n_since", "n_days"), [(0, 1), (1, 1), (3, 3), (300, 6)])
def test_a_standstill_is_made_up_for_but_no_more_than_five_days(n_since, n_days):
    on = date(2024, 4, 20)
    notifications.mark_done(name="x", on=on - timedelta(days=n_since))

    days = notifications.days_to_do(name="x", on=on)

    assert days == [on - timedelta(days=n) for n in range(n_days - 1, -1, -1)]


@pytest.mark.skipif(connection.vendor != "postgresql", reason="the plan of PostgreSQL")
def test_the_sweep_touches_only_what_is_due(world, plan, materials):
    """Thousands are owed, few are due: the query reads the index of what is due."""
    rule(plan)
    window = materials.windows.get()
    units = Unit.objects.bulk_create(
        Unit(jurisdiction=world.county, code=f"{500000 + n}", name=f"第{n}局", kind="department")
        for n in range(8000)
    )
    Assignment.objects.bulk_create(
        Assignment(
            plan=plan,
            task=materials,
            window=window,
            jurisdiction=world.county,
            fiscal_year=2024,
            unit=unit,
            opens_at=window.opens_at,
            due_at=window.closes_at + timedelta(days=30 + n % 200),
            assigned_at=window.opens_at,
        )
        for n, unit in enumerate(units)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE workplans_assignment")
    (reminder,) = rules.reminders_of(plan)

    explained = reminders.owing(reminder, date(2024, 4, 12)).explain()

    assert "workplans_due" in explained
    assert "Seq Scan on workplans_assignment" not in explained
