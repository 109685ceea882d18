"""The year so far, from the plan to the promise in force, the same on either database.

Through the pages alone: the plan administrator, two units' clerks, two reviewers. What is asked
of the database itself differs by vendor and is tested elsewhere (row locks on PostgreSQL).
"""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from apps.audit import verifier
from apps.audit.models import Entry
from apps.core import clock
from apps.filings import selectors, services, tasks
from apps.filings.models import Filing, ReturnItem, State
from apps.jobs.models import Event
from apps.notifications.models import Message
from apps.targets import selectors as targets
from apps.workplans.models import Assignment, Plan, PlanTask
from apps.workplans.services import publish
from tests import makers
from tests.flows import pages
from tests.flows.machine import GOOD
from tests.makers import MONDAY, YEAR
from tests.personas import client_of

pytestmark = [pytest.mark.django_db, pytest.mark.req("Y-46", "Y-47", "Q-14", "B-13", "U-06")]


@pytest.fixture
def at(settings, tmp_path):
    """Moves the held clock to a day of April, ten o'clock."""
    settings.MEDIA_ROOT = tmp_path
    held = []

    def go(day: int) -> None:
        while held:
            held.pop().__exit__(None, None, None)
        moment = clock.at(clock.start_of(date(YEAR, 4, day)) + timedelta(hours=10))
        moment.__enter__()
        held.append(moment)

    yield go
    while held:
        held.pop().__exit__(None, None, None)


def stored(filing: Filing) -> Filing:
    return Filing.objects.select_related("step__sheet", "assignment").get(pk=filing.pk)


def begun(world, person: str, assignment: Assignment) -> Filing:
    """The assignment's filing, begun from the work list by its clerk."""
    user = world.people[person]
    user.forget_memberships()
    assert assignment in list(selectors.todo(user, YEAR))
    pages.begin(client_of(user), assignment)
    return Filing.objects.exclude(state=State.CANCELLED).get(assignment=assignment)


def published_plan(world) -> Plan:
    """The plan as a draft is loaded, published by its administrator."""
    plan = makers.make_plan(world)
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.DRAFT, published_at=None)
    makers.make_project(world, n=1)
    makers.make_project(world, unit="water_station", n=2)
    plan.refresh_from_db()
    publish(plan=plan, actor=world.people["plan_admin"])
    return plan


def test_the_year_from_the_plan_to_the_promise_in_force(world, at):
    at(8)
    plan = published_plan(world)
    project = PlanTask.objects.get(plan=plan, code="targets.initial").assignments.order_by("id")
    filing = begun(world, "filer", project[0])
    the_clerk_is_stopped_then_submits(world, filing)
    the_bureau_returns_and_the_clerk_answers(world, filing, at)
    the_bureau_scores_and_approves(world, filing, at)
    the_materials_arrive(world, plan, at)
    the_stations_filing_is_late_and_extended(world, begun_late(world, project[1], at), at)
    a_mistake_is_reopened_and_lapses(world, filing, at)
    the_trail_is_whole(world)


def the_clerk_is_stopped_then_submits(world, filing) -> None:
    clerk = client_of(world.people["filer"])
    heavy = makers.with_line(GOOD, 0, weight=Decimal(40))
    version = pages.autosave(clerk, filing.public_id, 1, heavy).json()["version"]
    stopped = pages.submit(clerk, filing.public_id, version, "first")
    assert stopped.status_code == 409
    assert "应为90分" in stopped.content.decode()
    version = pages.autosave(clerk, filing.public_id, version, GOOD).json()["version"]
    receipt = pages.submit(clerk, filing.public_id, version, "first")
    assert (
        receipt["Location"] == pages.submit(clerk, filing.public_id, version, "first")["Location"]
    )
    assert "一致" in clerk.get(receipt["Location"]).content.decode()
    assert filing.assignment not in list(selectors.todo(world.people["filer"], YEAR))


def the_bureau_returns_and_the_clerk_answers(world, filing, at) -> None:
    at(9)
    reviewer = client_of(world.people["section_reviewer"])
    assert reviewer.get(reverse("filings:queue", args=[YEAR])).context["rows"]
    pages.judge(reviewer, stored(filing), "return", date(YEAR, 4, 11))
    assert stored(filing).state == State.RETURNED
    clerk = client_of(world.people["filer"])
    version = filing.revisions.order_by("-number")[0].version
    assert "退回意见" in pages.submit(clerk, filing.public_id, version, "second").content.decode()
    pages.answer(clerk, ReturnItem.objects.get(), is_resolved=True)
    assert pages.submit(clerk, filing.public_id, version, "second").status_code == 302


def the_bureau_scores_and_approves(world, filing, at) -> None:
    at(10)
    pages.judge(client_of(world.people["section_reviewer"]), stored(filing), "pass", MONDAY.date())
    scorer = client_of(world.people["performance_reviewer"])
    fair = pages.judge(scorer, stored(filing), "pass", MONDAY.date(), share="0.7")
    assert "评定为“中”" in fair.content.decode()
    pages.judge(scorer, stored(filing), "pass", MONDAY.date(), share="0.95")
    filing = stored(filing)
    assert (filing.state, filing.approved_revision.number) == (State.APPROVED, 2)
    assert targets.form_in_force(filing.assignment.project, YEAR).lines == GOOD.lines
    assert Event.objects.filter(kind="filings.approved").count() == 1
    told = Message.objects.filter(recipient=world.people["filer"]).values_list("kind", flat=True)
    assert sorted(told) == ["filings.approved", "filings.passed", "filings.returned"]


def begun_late(world, assignment, at) -> Filing:
    at(15)
    return begun(world, "station_filer", assignment)


def the_stations_filing_is_late_and_extended(world, filing, at) -> None:
    at(16)
    clerk = client_of(world.people["station_filer"])
    late = pages.autosave(clerk, filing.public_id, 1, GOOD)
    assert "已截止。2024年4月15日24:00截止" in late.content.decode()
    admin = client_of(world.people["plan_admin"])
    assert pages.extend(admin, filing.assignment, date(YEAR, 4, 18)).status_code == 302
    assert pages.autosave(clerk, filing.public_id, 1, GOOD).status_code == 200
    assert pages.submit(clerk, filing.public_id, 2, "late").status_code == 302
    assert pages.withdraw(clerk, filing.public_id).status_code == 302
    assert pages.submit(clerk, filing.public_id, 3, "again").status_code == 302
    assert pages.cancel(admin, filing.public_id).status_code == 302
    again = begun(world, "station_filer", filing.assignment)
    assert (again.state, again.revisions.get().number) == (State.DRAFT, 1)


def the_materials_arrive(world, plan, at) -> None:
    at(12)
    assignment = Assignment.objects.get(plan=plan, unit=world.units["water"], project__isnull=True)
    filing = begun(world, "filer", assignment)
    clerk = client_of(world.people["filer"])
    page = reverse("filings:materials", args=[YEAR, filing.public_id])
    assert clerk.post(page, {"version": 1, "summary": "四篇稿件", "fact-n": "4"}).status_code == 302
    assert "“汇总表”未上传" in pages.submit(clerk, filing.public_id, 2, "m").content.decode()
    file = SimpleUploadedFile("汇总表.pdf", b"%PDF-1.4\n", "application/pdf")
    attach = reverse("filings:attach", args=[YEAR, filing.public_id])
    clerk.post(attach, {"slot": "summary", "file": file})
    assert pages.submit(clerk, filing.public_id, 2, "m").status_code == 302
    scorer = client_of(world.people["performance_reviewer"])
    pages.judge(scorer, stored(filing), "pass", MONDAY.date())
    assert stored(filing).state == State.APPROVED


def a_mistake_is_reopened_and_lapses(world, filing, at) -> None:
    at(17)
    admin = client_of(world.people["plan_admin"])
    assert pages.reopen(admin, filing.public_id, date(YEAR, 4, 18)).status_code == 302
    assert targets.revision_in_force(filing.assignment.project, YEAR).number == 2
    at(19)
    assert tasks.lapse_reopenings() == 1
    assert stored(filing).state == State.APPROVED


def the_trail_is_whole(world) -> None:
    assert Entry.objects.changes().filter(action="filings.submit").count() == 5
    assert Entry.objects.refusals().exists()
    assert not list(verifier.all_breaks())
    for filing in Filing.objects.all():
        for revision in filing.revisions.filter(submitted_at__isnull=False):
            assert services.verify_receipt(revision=revision).holds
