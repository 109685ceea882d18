"""What comes after its deadline: refused, or taken and marked where the task says so."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from apps.audit.models import Entry
from apps.core import clock
from apps.filings import selectors, services
from apps.filings.models import Filing, State
from apps.rules.errors import RuleError
from apps.workplans.models import HolidayYear, PlanTask
from apps.workplans.services import extend
from tests import makers
from tests.filings import steps
from tests.makers import CLOSES
from tests.personas import client_of

pytestmark = pytest.mark.django_db
TOO_LATE = CLOSES + timedelta(days=2, hours=9)  # Thursday the 18th; the last day was Monday


@pytest.fixture
def filing(world):
    return makers.target_filing(world)


@pytest.fixture
def lenient(filing):
    PlanTask.objects.filter(pk=filing.assignment.task_id).update(accepts_late=True)
    filing.refresh_from_db()
    return filing


def submit(world, filing, moment=TOO_LATE):
    version = filing.revisions.order_by("-number")[0].version
    with clock.at(moment):
        revision = services.submit(
            filing=filing, actor=world.people["filer"], version=version, key=str(uuid4())
        )
    filing.refresh_from_db()
    return revision


def test_without_leave_the_deadline_closes(world, filing):
    makers.saved(world, filing)
    with pytest.raises(RuleError, match="已截止。2024年4月15日24:00截止"):
        submit(world, filing)
    filing.refresh_from_db()
    assert (filing.state, filing.is_late) == (State.DRAFT, False)


@pytest.mark.trust("G10")
def test_with_leave_it_is_taken_and_marked_with_its_working_days(world, lenient):
    makers.saved(world, lenient)
    revision = submit(world, lenient)
    assert (revision.is_late, revision.n_days_late, revision.due_at) == (True, 3, CLOSES)
    assert lenient.is_late
    assert list(Filing.objects.late()) == [lenient]
    assert Entry.objects.get(action="filings.submit").data["late_days"] == 3


def test_what_comes_in_time_is_not_marked(world, lenient):
    makers.saved(world, lenient)
    revision = submit(world, lenient, CLOSES - timedelta(microseconds=1))
    assert (revision.is_late, revision.n_days_late, revision.due_at) == (False, None, CLOSES)
    assert not lenient.is_late


def test_working_days_of_a_year_not_announced_are_not_guessed(world, lenient):
    makers.saved(world, lenient)
    revision = submit(world, lenient, clock.start_of(date(2025, 1, 6)))
    assert (revision.is_late, revision.n_days_late) == (True, None)


@pytest.mark.trust("G11")
def test_an_extension_decides_what_is_late(world, lenient):
    makers.saved(world, lenient)
    with clock.at(makers.MONDAY):
        granted = clock.end_of(date(2024, 4, 18))
        admin = world.people["plan_admin"]
        extend(assignment=lenient.assignment, new_due_at=granted, reason="汛期", actor=admin)
    lenient.refresh_from_db()
    assert not submit(world, lenient).is_late


def test_the_deadline_of_a_return_is_its_own(world, lenient):
    makers.submitted(world, lenient)
    steps.returned(world, lenient, due_on=date(2024, 4, 17))
    item = lenient.return_items.get()
    with clock.at(makers.MONDAY):
        services.answer_item(
            item=item, actor=world.people["filer"], answer="已改", is_resolved=True
        )
    revision = submit(world, lenient)
    assert (revision.is_late, revision.n_days_late) == (True, 1)
    assert revision.due_at == clock.end_of(date(2024, 4, 17))
    first, second = lenient.revisions.order_by("number")
    assert (first.is_late, second.is_late) == (False, True)


def test_it_can_be_begun_and_written_after_the_deadline(world):
    plan = makers.make_plan(world)
    plan.tasks.update(accepts_late=True)
    makers.assign_all(world, plan)
    assignment = plan.assignments.get(unit=world.units["water"], project=None)
    with clock.at(TOO_LATE):
        filing = services.open_filing(assignment=assignment, actor=world.people["filer"])
        assert selectors.lock_of(filing, TOO_LATE) is None
        assert "可以补报，报送后标为逾期补报" in selectors.late_note(filing, TOO_LATE)
    assert selectors.late_note(filing, makers.MONDAY) == ""


def test_what_was_reopened_lapses_and_is_not_taken_late(world, lenient):
    steps.reopened(world, steps.approved(world, lenient))
    with pytest.raises(RuleError, match="已截止"):
        submit(world, lenient)


def test_a_late_submission_is_not_taken_back(world, lenient):
    makers.saved(world, lenient)
    submit(world, lenient)
    with clock.at(TOO_LATE), pytest.raises(RuleError, match="再提交就算逾期"):
        services.withdraw(filing=lenient, actor=world.people["filer"], reason="改数")


def test_lists_and_pages_say_that_it_came_late(world, lenient):
    makers.saved(world, lenient)
    browser, desk = client_of(world.people["filer"]), client_of(world.people["section_reviewer"])
    at = f"/2024/filings/{lenient.public_id}/"
    with clock.at(TOO_LATE):
        assert "补报：" in browser.get("/2024/").text
        for page in (f"/2024/targets/{lenient.public_id}/", f"{at}confirm/", at):
            assert "这项任务可以补报" in browser.get(page).text
    submit(world, lenient)
    with clock.at(TOO_LATE):
        for page in ("/2024/filings/", at):
            assert "逾期补报" in browser.get(page).text
        assert "晚3个工作日" in browser.get(at).text
        for page in ("/2024/reviews/", f"/2024/reviews/{lenient.public_id}/"):
            assert "逾期补报" in desk.get(page).text
        project = lenient.assignment.project
        assert "逾期补报" in browser.get(f"/2024/projects/{project.public_id}/").text
        number = lenient.revisions.get().receipt_number
        assert "逾期补报" in browser.get(f"/2024/receipts/{number}/").text


@pytest.mark.req("Y-84")
def test_the_form_says_why_the_day_is_another(world, filing):
    PlanTask.objects.filter(pk=filing.assignment.task_id).update(roll="next")
    window = filing.assignment.window
    window.closes_at = clock.end_of(date(2024, 4, 14))  # a Sunday; the Monday after it is in force
    window.save(update_fields=["closes_at"])
    at = f"/2024/targets/{filing.public_id}/"
    with clock.at(makers.MONDAY):
        page = client_of(world.people["filer"])
        assert "截止原定4月14日（周日），顺延到4月15日。" in page.get(at).text
        HolidayYear.objects.all().delete()
        window.closes_at = CLOSES
        window.save(update_fields=["closes_at"])
        assert "节假日未公布，遇非工作日公布后调整" in page.get(at).text
