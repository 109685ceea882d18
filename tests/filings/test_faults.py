"""A fault at any statement of a use case leaves nothing behind, and the retry works (TRUST G06)."""

from datetime import date, timedelta

import pytest
from django.db import connection

from apps.audit.models import Entry
from apps.core import clock
from apps.core.uploads import Upload
from apps.filings import services
from apps.filings.models import Filing, State
from apps.jobs.models import Event
from apps.targets import services as targets
from apps.workplans.models import Assignment
from tests import makers
from tests.faults import FailingAt, Fault, UseCase
from tests.flows.stored import ALL, digest
from tests.makers import MONDAY

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(hours=1)


def fresh(filing: Filing) -> Filing:
    """As a request would read it."""
    return Filing.objects.get(pk=filing.pk)


def open_filing(world) -> UseCase:
    plan = makers.make_plan(world)
    project = makers.make_project(world)
    makers.assign_all(world, plan)
    assignment = Assignment.objects.get(project=project)
    filer = world.people["filer"]
    return lambda: services.open_filing(assignment=assignment, actor=filer)


def save(world) -> UseCase:
    filing, form = makers.target_filing(world), makers.good_form()
    filer = world.people["filer"]
    return lambda: targets.save(filing=fresh(filing), actor=filer, version=1, form=form)


def attach(world) -> UseCase:
    filing, filer = makers.target_filing(world), world.people["filer"]
    upload = Upload("批复.pdf", b"%PDF-1.4\n", "application/pdf")
    return lambda: services.attach(filing=fresh(filing), actor=filer, slot="basis", upload=upload)


def submit(world) -> UseCase:
    filing, filer = makers.target_filing(world), world.people["filer"]
    version = makers.saved(world, filing)
    return lambda: services.submit(filing=fresh(filing), actor=filer, version=version, key="k")


def withdraw(world) -> UseCase:
    filing, filer = makers.target_filing(world), world.people["filer"]
    makers.submitted(world, filing)
    return lambda: services.withdraw(filing=fresh(filing), actor=filer, reason="填错")


def send_back(world) -> UseCase:
    filing, reviewer = makers.target_filing(world), world.people["section_reviewer"]
    makers.submitted(world, filing)
    items = [services.Wanted("year_goal", "写明完成年份")]
    return lambda: services.send_back(
        filing=fresh(filing), actor=reviewer, items=items, due_on=date(2024, 4, 17)
    )


def approve(world) -> UseCase:
    filing, reviewer = makers.target_filing(world), world.people["performance_reviewer"]
    makers.submitted(world, filing)
    with clock.at(MONDAY):
        services.pass_on(filing=filing, actor=world.people["section_reviewer"], opinion="")
    marks = makers.full_marks(fresh(filing))
    return lambda: services.pass_on(
        filing=fresh(filing), actor=reviewer, opinion="同意", marks=marks
    )


CASES = [open_filing, save, attach, submit, withdraw, send_back, approve]
cases = pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)


@pytest.fixture(autouse=True)
def _own_files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.mark.trust("G06")
@cases
def test_a_fault_at_any_statement_changes_nothing_and_the_retry_succeeds(world, case):
    use_case = case(world)
    before, n_lines = digest(ALL), Entry.objects.count()
    number = 0
    with clock.at(LATER):
        while True:
            number += 1
            fault = FailingAt(number)
            try:
                with connection.execute_wrapper(fault):
                    use_case()
            except Fault:
                assert digest(ALL) == before, f"after a fault at statement {number}"
            else:
                break
    assert number > 10, "the loop went through the whole use case"
    assert Entry.objects.count() == n_lines + 1


@pytest.mark.trust("F06")
@cases
def test_without_its_audit_line_nothing_is_written(world, case):
    use_case = case(world)
    before = digest(ALL)
    fault = FailingAt(1, 'INSERT INTO "audit_entry"')
    with clock.at(LATER), pytest.raises(Fault), connection.execute_wrapper(fault):
        use_case()
    assert digest(ALL) == before


@pytest.mark.trust("H01")
def test_a_refused_approval_leaves_no_event_and_an_accepted_one_exactly_one(world):
    use_case = approve(world)
    approvals = Event.objects.filter(kind="filings.approved")
    fault = FailingAt(1, 'INTO "jobs_event"')
    with clock.at(LATER):
        with pytest.raises(Fault), connection.execute_wrapper(fault):
            use_case()
        assert not approvals.exists()
        assert use_case().state == State.APPROVED
    assert approvals.count() == 1
