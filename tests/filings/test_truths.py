"""What became untrue between a notice and its mail is not sent; nor is it to who left the seat."""

from collections.abc import Callable
from datetime import date, datetime

import pytest

from apps.core import clock
from apps.filings import services
from apps.filings.services import opening
from apps.notifications import services as notifications
from apps.notifications.models import Delivery, Message, SweepMark
from apps.organizations.models import Membership, User
from apps.workplans.models import Assignment, Plan, ReminderRule
from tests import makers
from tests.filings import steps
from tests.personas import World, make_person

About, Audience = ReminderRule.About, ReminderRule.Audience


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2024-{text}:00+08:00")


@pytest.fixture
def plan(world) -> Plan:
    """The county's plan, whose units all owe the materials since long ago; all have a mailbox."""
    plan = makers.make_plan(world)
    owe_all(world, plan)
    for person in User.objects.all():
        person.email = f"{person.username}@example.cn"
        person.save(update_fields=["email"])
    return plan


def owe_all(world: World, plan: Plan) -> None:
    makers.assign_all(world, plan)
    Assignment.objects.update(assigned_at=makers.OPENS)


def leave(username: str) -> None:
    Membership.objects.filter(user__username=username).update(ends_on=date(2024, 4, 8))


def sent(kind: str, moment: str) -> set[str]:
    """Deliver at the moment; who got mail of the kind. The others' must be dropped, not failed."""
    with clock.at(at(moment)):
        while notifications.deliver_one():
            pass
    rows = Delivery.objects.filter(message__kind=kind)
    assert set(rows.values_list("state", flat=True)) <= {"sent", "dropped"}
    return set(rows.filter(state="sent").values_list("message__recipient__username", flat=True))


def remind(plan: Plan, moment: str, **rule: object) -> None:
    ReminderRule.objects.create(plan=plan, **rule)
    with clock.at(at(moment)):
        services.sweep(on=at(moment).date())


# --- seats ----------------------------------------------------------------------------------
@pytest.mark.trust("B13")
def test_who_left_the_unit_meanwhile_gets_no_reminder(plan, post):
    remind(plan, "04-12T07:00", days=-1)
    leave("filer2")
    leave("stranger")

    assert sent("remind.due.person", "04-12T09:00") == {"filer", "station_filer"}


@pytest.mark.trust("B13")
def test_who_left_the_lead_section_meanwhile_gets_no_list_of_the_silent(world, plan, post):
    make_person(world, "second", "二科员", "performance_reviewer", "performance")
    User.objects.filter(username="second").update(email="second@example.cn")
    remind(plan, "04-18T07:00", days=3, audience=Audience.SECTION)
    leave("performance_reviewer")

    assert sent("remind.due.section", "04-18T09:00") == {"second"}


def test_a_list_of_the_silent_on_which_nobody_is_left_is_not_sent(plan, post):
    remind(plan, "04-18T07:00", days=3, audience=Audience.SECTION)
    Assignment.objects.update(exempt_reason="停办")

    assert sent("remind.due.section", "04-18T09:00") == set()


@pytest.mark.trust("B13")
def test_who_left_the_unit_meanwhile_is_not_told_what_opened_for_it(plan, post):
    Assignment.objects.update(opens_at=at("04-09T00:00"))
    with clock.at(at("04-09T07:00")):
        services.sweep(on=at("04-09T07:00").date())
    leave("filer2")
    stays = set(Message.objects.values_list("recipient__username", flat=True)) - {"filer2"}

    assert sent("workplans.opened", "04-09T09:00") == stays


def test_what_opened_and_was_excused_meanwhile_is_not_told(world, plan, post):
    Assignment.objects.update(opens_at=at("04-09T00:00"))
    with clock.at(at("04-09T07:00")):
        services.sweep(on=at("04-09T07:00").date())
    Assignment.objects.filter(unit=world.units["water"]).update(exempt_reason="停办")

    told = sent("workplans.opened", "04-09T09:00")

    assert told
    assert not told & {"filer", "filer2", "unit_head"}


@pytest.mark.trust("B13")
def test_a_head_who_left_meanwhile_gets_no_reminder(plan, post):
    remind(plan, "04-12T07:00", days=-1, audience=Audience.HEAD)
    leave("unit_head")

    assert sent("remind.due.head", "04-12T09:00") == set()


@pytest.mark.trust("B13")
@pytest.mark.parametrize(("has_left", "told"), [(False, {"section_reviewer"}), (True, set())])
def test_who_left_the_desk_meanwhile_gets_no_reminder_of_it(world, plan, post, has_left, told):
    makers.submitted(world, makers.target_filing(world))
    remind(plan, "04-09T07:00", days=1, about=About.DESK, audience=Audience.DESK)
    if has_left:
        leave("section_reviewer")

    assert sent("remind.desk.desk", "04-09T09:00") == told


# --- deadlines ------------------------------------------------------------------------------
@pytest.mark.parametrize("about", [About.DUE, About.RETURNED])
def test_a_reminder_with_a_deadline_that_was_moved_is_not_sent(world, plan, post, about):
    """However it was moved: by a change of the plan or of the calendar no extension is left."""
    if about == About.RETURNED:
        steps.returned(world, makers.submitted(world, makers.target_filing(world)))
        remind(plan, "04-10T07:00", days=2, about=about)
    else:
        remind(plan, "04-12T07:00", days=-1)
    Assignment.objects.filter(unit=world.units["water"]).update(due_at=at("04-21T00:00"))

    told = sent(f"remind.{about}.person", "04-12T09:00")

    assert not told & {"filer", "filer2"}
    assert bool(told) == (about == About.DUE)


def test_what_says_today_is_not_sent_once_the_deadline_has_passed(plan, post):
    remind(plan, "04-15T07:00", days=0)

    assert sent("remind.due.person", "04-16T00:00") == set()


def test_what_is_overdue_is_still_sent(plan, post):
    remind(plan, "04-16T07:00", days=1)

    assert "filer" in sent("remind.due.person", "04-16T09:00")


# --- what was done --------------------------------------------------------------------------
@pytest.mark.parametrize(("is_saved", "told"), [(False, {"filer", "filer2"}), (True, set())])
def test_who_began_to_mend_a_return_is_not_reminded_of_it(world, plan, post, is_saved, told):
    filing = steps.returned(world, makers.submitted(world, makers.target_filing(world)))
    remind(plan, "04-10T07:00", days=2, about=About.RETURNED)
    if is_saved:
        makers.saved(world, filing)
        filing.revisions.filter(saved_at__isnull=False).update(saved_at=at("04-10T08:00"))

    assert sent("remind.returned.person", "04-10T09:00") == told


def nothing(world: World, filing: object) -> None:
    """It still lies there."""


def passed(world: World, filing: object) -> None:
    steps.decide(world, filing, "section_reviewer", "pass_on")


def left(world: World, filing: object) -> None:
    leave("section_reviewer")


@pytest.mark.trust("B13")
@pytest.mark.parametrize(
    ("change", "told"),
    [(nothing, {"section_reviewer"}), (passed, {"performance_reviewer"}), (left, set())],
)
def test_the_desks_mail_of_the_day_does_not_list_what_is_done(
    world, plan, post, change: Callable[[World, object], None], told
):
    filing = makers.submitted(world, makers.target_filing(world))
    assert Message.objects.filter(kind="filings.arrived").exists()
    change(world, filing)

    assert sent("filings.arrived", "04-10T09:00") == told


# --- one plan's error -----------------------------------------------------------------------
def test_one_plans_error_does_not_keep_the_others_from_reminding(world, plan, monkeypatch):
    ReminderRule.objects.create(plan=plan, days=-1)
    broken = Plan.objects.create(  # its turn comes first
        pk=-1, jurisdiction=world.sibling, fiscal_year=2024, title="坏", state="published"
    )
    rows = opening.rows

    def fail_for_one(plan: Plan, day: date, on: date) -> object:
        if plan == broken:
            raise LookupError
        return rows(plan, day, on)

    monkeypatch.setattr(opening, "rows", fail_for_one)

    with clock.at(at("04-12T09:00")), pytest.raises(LookupError):
        services.send_reminders()

    assert Message.objects.filter(kind="remind.due.person").count() == 4
    assert [mark.name for mark in SweepMark.objects.all()] == [f"reminders:{plan.pk}"]
