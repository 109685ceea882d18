"""A month of simulated days: who is reminded of what, on which day, and not one notice more.

A county's quarterly materials are due on 15 April 2024. Every morning at eight the sweep runs and
the mail goes to a real server; in between people file, return, extend, excuse and stand in.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as site

from apps.core import clock
from apps.core.uploads import Upload
from apps.filings import services as filings
from apps.filings.models import Filing
from apps.notifications import tasks
from apps.notifications.models import Delivery, Message
from apps.organizations import services as organizations
from apps.organizations.models import Membership, User
from apps.workplans import services as workplans
from apps.workplans.models import Assignment, Holiday, ReminderRule
from apps.workplans.profiles.rows import usual_reminders
from tests import makers
from tests.notifications.servers import HANG, Post
from tests.personas import World, make_person, make_world

FIRST, LAST = date(2024, 4, 8), date(2024, 5, 10)
PDF = b"%PDF-1.4\n% "
# Every reminder of the month: the day, who, the matter and to whom by the rule, the words. Each
# line is one message; each row of the inbox must stand here, and each line in an inbox.
EXPECTED = """
04-08 filer            due.person      还有5个工作日截止：县水利局
04-08 filer2           due.person      还有5个工作日截止：县水利局
04-08 station_filer    due.person      还有5个工作日截止：县水利管理站
04-08 stranger         due.person      还有5个工作日截止：县交通运输局
04-08 town_filer       due.person      还有5个工作日截止：尉犁镇
04-08 company_filer    due.person      还有5个工作日截止：县城投公司
04-11 station_filer    due.person      还有2个工作日截止：县水利管理站
04-11 town_filer       due.person      还有2个工作日截止：尉犁镇
04-11 company_filer    due.person      还有2个工作日截止：县城投公司
04-11 company_deputy   due.person      还有2个工作日截止：县城投公司
04-12 station_filer    due.person      还有1个工作日截止：县水利管理站
04-12 company_filer    due.person      还有1个工作日截止：县城投公司
04-12 company_deputy   due.person      还有1个工作日截止：县城投公司
04-12 performance_reviewer desk.desk   待审3个工作日：县水利局
04-16 station_filer    due.person      逾期1个工作日：县水利管理站
04-16 company_filer    due.person      逾期1个工作日：县城投公司
04-17 company_head     due.head        本单位逾期2个工作日没报：县城投公司
04-17 filer            due.person      还有2个工作日截止：县水利局
04-17 filer2           due.person      还有2个工作日截止：县水利局
04-17 filer            returned.person 退回2个工作日还没改：县水利局
04-17 filer2           returned.person 退回2个工作日还没改：县水利局
04-18 filer            due.person      还有1个工作日截止：县水利局
04-18 filer2           due.person      还有1个工作日截止：县水利局
04-18 performance_reviewer due.section 2个单位还没报：季度绩效管理材料
04-25 stranger         due.person      还有5个工作日截止：县交通运输局
04-29 stranger         due.person      还有2个工作日截止：县交通运输局
04-30 stranger         due.person      还有1个工作日截止：县交通运输局
"""
MORE_PEOPLE = {  # username: (name, role, unit)
    "town_filer": ("镇填报", "filer", "town"),
    "town_head": ("镇长", "unit_head", "town"),
    "company_filer": ("城投填报", "filer", "company"),
    "company_head": ("城投经理", "unit_head", "company"),
    "company_deputy": ("城投代办", "expert", None),
}


@dataclass
class Month:
    """The county in April, and the steps that its people take."""

    world: World

    def owed(self, unit: str) -> Assignment:
        return Assignment.objects.get(unit=self.world.units[unit], task__kind="materials")

    def actor(self, name: str) -> User:
        return User.objects.get(username=name)

    def filing(self, unit: str) -> Filing:
        return Filing.objects.get(assignment=self.owed(unit))

    def submit(self, unit: str, person: str) -> None:
        filing = Filing.objects.filter(assignment=self.owed(unit)).first()
        actor = self.actor(person)
        if filing is None:
            filing = filings.open_filing(assignment=self.owed(unit), actor=actor)
            upload = Upload("汇总.pdf", PDF + unit.encode(), "application/pdf")
            filings.attach(filing=filing, actor=actor, slot="summary", upload=upload)
        version = filing.revisions.order_by("-number")[0].version
        filings.save_materials(
            filing=filing, actor=actor, version=version, summary="已报", facts={"n": "3"}
        )
        for item in filing.return_items.all():
            filings.answer_item(item=item, actor=actor, answer="已写明", is_resolved=True)
        version = filing.revisions.order_by("-number")[0].version
        filings.submit(filing=filing, actor=actor, version=version, key=f"{unit}{version}")

    def send_back(self, unit: str) -> None:
        filings.send_back(
            filing=self.filing(unit),
            actor=self.actor("performance_reviewer"),
            items=[filings.Wanted("summary", "写明场次")],
            due_on=date(2024, 4, 19),
        )

    def approve(self, unit: str) -> None:
        reviewer = self.actor("performance_reviewer")
        filings.pass_on(filing=self.filing(unit), actor=reviewer, opinion="同意")

    def extend(self, unit: str, last_day: date) -> None:
        workplans.extend(
            assignment=self.owed(unit),
            new_due_at=clock.end_of(last_day),
            reason="发大水",
            actor=self.actor("plan_admin"),
        )

    def exempt(self, unit: str) -> None:
        admin = self.actor("plan_admin")
        workplans.exempt(assignment=self.owed(unit), reason="本季没有这类工作", actor=admin)

    def lend(self) -> None:
        organizations.appoint_deputy(
            actor=self.actor("company_filer"),
            membership=Membership.objects.get(user__username="company_filer"),
            user=self.actor("company_deputy"),
            starts_on=date(2024, 4, 11),
            ends_on=date(2024, 4, 12),
        )


EVENTS: dict[str, Callable[[Month], Any]] = {  # the moment: what somebody does
    "04-09 10:00": lambda month: month.submit("water", "filer"),
    "04-10 09:30": lambda month: month.extend("traffic", date(2024, 5, 6)),
    "04-10 11:00": lambda month: month.lend(),
    "04-11 12:00": lambda month: month.exempt("town"),
    "04-15 15:00": lambda month: month.send_back("water"),
    "04-18 10:00": lambda month: month.submit("water", "filer2"),
    "04-19 09:00": lambda month: month.approve("water"),
    "05-06 16:00": lambda month: month.submit("traffic", "stranger"),
    "05-07 09:00": lambda month: month.approve("traffic"),
}


MAIL = ("08:00", "08:10", "08:40", "12:30", "19:59")  # when the worker delivers


def moment(text: str) -> datetime:
    return datetime.fromisoformat(f"2024-{text.replace(' ', 'T')}:00+08:00")


@pytest.fixture
def month(own_database, post, settings, tmp_path) -> Month:
    """The county on the eve, its plan with the usual rules, everybody with a mailbox."""
    settings.MEDIA_ROOT = tmp_path / "files"
    world = make_world()
    for username, (name, role, unit) in MORE_PEOPLE.items():
        world.people[username] = make_person(world, username, name, role, unit)
    plan = makers.make_plan(world)
    for n in (1, 2, 3):
        Holiday.objects.create(on=date(2024, 5, n), is_workday=False, source="test")
    Holiday.objects.create(on=date(2024, 4, 28), is_workday=True, source="test")
    for row in usual_reminders():
        ReminderRule.objects.create(plan=plan, **row.model_dump())
    makers.assign_all(world, plan)
    Assignment.objects.update(assigned_at=makers.OPENS)  # told of long ago
    for person in User.objects.all():
        person.email = f"{person.username}@example.cn"
        person.save(update_fields=["email"])
    return Month(world)


def live(month: Month, deliver: Callable[[str], None]) -> None:
    """Every day: the sweep at eight, mail at its hours, and what people do at theirs."""
    day = FIRST
    while day <= LAST:
        stamp = f"{day:%m-%d}"
        with clock.at(moment(f"{stamp} 08:00")):
            filings.sweep(on=day)
            filings.sweep(on=day)  # a second run adds nothing
        moments = {f"{stamp} {hour}": deliver for hour in MAIL}
        acts = {at: act for at, act in EVENTS.items() if at.startswith(stamp)}
        for at in sorted({*moments, *acts}):
            with clock.at(moment(at)):
                acts[at](month) if at in acts else deliver(at)
        day += timedelta(days=1)


def table() -> list[tuple[str, str, str, str]]:
    rows = [line.split(maxsplit=3) for line in EXPECTED.strip().splitlines()]
    return sorted((day, who, kind, words) for day, who, kind, words in rows)


def reminded() -> list[tuple[str, str, str, str]]:
    """What stands in the inboxes, in the shape of the table."""
    rows = Message.objects.filter(kind__startswith="remind.").select_related("recipient")
    return sorted(
        (
            f"{row.created_at.astimezone(clock.ZONE):%m-%d}",
            row.recipient.username,
            row.kind.removeprefix("remind."),
            row.title.partition(" ")[0],
        )
        for row in rows
    )


@pytest.mark.trust("H02", "H04")
@pytest.mark.req("Y-96")
def test_each_person_gets_exactly_the_expected_notices_by_page_and_by_mail(
    month, post, own_database, settings
):
    port = settings.EMAIL_PORT

    def deliver(at: str) -> None:
        if at == "04-12 08:00":
            kill_a_worker(post, own_database, port, at)
        settings.EMAIL_PORT = 1 if at == "04-11 08:00" else port  # the mail server is down
        if not at.startswith("04-16"):  # no worker on this day
            tasks.deliver_notices()

    live(month, deliver)

    assert reminded() == table()
    deliveries = Delivery.objects.filter(message__kind__startswith="remind.")
    assert deliveries.count() == len(table())
    lost = deliveries.get(state="unknown").message  # in the killed worker's hands, and only this
    assert (lost.recipient.username, lost.created_at) == ("station_filer", moment("04-12 08:00"))
    assert set(deliveries.exclude(message=lost).values_list("state", flat=True)) == {"sent"}
    rows = Message.objects.filter(kind__startswith="remind.").exclude(pk=lost.pk)
    wanted = Counter(
        (f"{row.recipient.username}@example.cn", row.title)
        for row in rows.select_related("recipient")
    )
    told: Counter[tuple[str, str]] = Counter()
    for letter in post.received:
        told.update((letter["To"], line) for line in letter.get_content().splitlines())
    assert {line: told[line] for line in wanted} == wanted
    assert told[f"{lost.recipient.username}@example.cn", lost.title] == 0


def kill_a_worker(post: Post, database: str, port: int, at: str) -> None:
    """A worker claims a person's mail, hands it over, and is killed before it has the answer."""
    post.answers, post.n_tried = [HANG], 0
    environment = {
        **os.environ,
        "DATABASE_URL": database,
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(port),
    }
    command = [sys.executable, "-m", "tests.notifications.worker", moment(at).isoformat()]
    process = subprocess.Popen(command, env=environment, cwd=site.BASE_DIR)
    try:
        assert post.held.wait(60), "the worker sent nothing"
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    finally:
        process.kill()


@pytest.mark.trust("H05")
def test_days_on_which_nothing_ran_are_made_up_and_only_for_who_still_owes(month):
    """The machine stood still from Thursday the 11th to Friday; on Monday it catches up."""

    def send(at: str) -> int:
        with clock.at(moment(at)):
            return filings.send_reminders()

    assert send("04-08 07:59") == 0  # the county's quiet hours
    assert send("04-08 08:00") == 6
    assert send("04-08 08:30") == 0
    assert send("04-10 09:00") == 0
    with clock.at(moment("04-12 15:00")):
        month.exempt("town")

    assert send("04-15 09:00") == 5  # not one for each day that was missed

    late = Message.objects.filter(created_at=moment("04-15 09:00"))
    assert set(late.values_list("recipient__username", flat=True)) == {
        "filer",
        "filer2",
        "station_filer",
        "stranger",
        "company_filer",
    }
    assert {title.partition("：")[0] for title in late.values_list("title", flat=True)} == {
        "今天截止"
    }
