"""What an answer says one may do is what would succeed now: each flag against the act itself."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import transaction

from apps.core import clock
from apps.filings import services
from apps.filings.models import Filing
from apps.targets.form_json import form_as
from tests import makers
from tests.api.program import told
from tests.makers import MONDAY

pytestmark = pytest.mark.django_db
PEOPLE = ("filer", "section_reviewer", "performance_reviewer", "plan_admin")
CONTENT = {"filings.waiver"}  # refused for what was said, not for right, state or day


def at_second_desk(world, filing):
    makers.submitted(world, filing)
    with clock.at(MONDAY):
        services.pass_on(filing=filing, actor=world.people["section_reviewer"], opinion="同意")


def begun(world, filing):
    makers.submitted(world, filing)
    with clock.at(MONDAY):
        reviewer = world.people["section_reviewer"]
        services.save_review(filing=filing, actor=reviewer, opinion="还在看", marks=[])


def approved(world, filing):
    at_second_desk(world, filing)
    filing.refresh_from_db()
    judge, marks = world.people["performance_reviewer"], makers.full_marks(filing)
    with clock.at(MONDAY):
        services.pass_on(filing=filing, actor=judge, opinion="规范", marks=marks)


def reopened(world, filing):
    approved(world, filing)
    admin, until = world.people["plan_admin"], MONDAY.date() + timedelta(days=3)
    with clock.at(MONDAY):
        services.reopen(filing=filing, actor=admin, reason="数字填错", until=until)


def returned(world, filing):
    makers.submitted(world, filing)
    wanted, due_on = services.Wanted("year_goal", "写明年份"), MONDAY.date() + timedelta(days=9)
    with clock.at(MONDAY):
        services.send_back(
            filing=filing,
            actor=world.people["section_reviewer"],
            items=[wanted],
            due_on=due_on,
            opinion="",
        )


def cancelled(world, filing):
    with clock.at(MONDAY):
        services.cancel(filing=filing, actor=world.people["plan_admin"], reason="重复")


STATES = {
    "draft": lambda world, filing: makers.saved(world, filing),
    "submitted": makers.submitted,
    "begun": begun,
    "at_second_desk": at_second_desk,
    "returned": returned,
    "approved": approved,
    "reopened": reopened,
    "cancelled": cancelled,
}


@contextmanager
def undone():
    """Whatever is done inside was not done."""
    mark = transaction.savepoint()  # no block: refusals are recorded in one of their own
    yield
    transaction.savepoint_rollback(mark)


def acts(filing):
    """Each flag's act: method, path, body."""
    one = f"2024/filings/{filing.public_id}/"
    version = filing.revisions.order_by("-number")[0].version
    form = {"version": version, "form": form_as(makers.good_form())}
    until = (MONDAY + timedelta(days=60)).date().isoformat()
    return {
        "edit": ("put", f"2024/targets/{filing.public_id}/", form),
        "comment": ("post", f"{one}comments/", {"path": "year_goal", "text": "看"}),
        "withdraw": ("post", f"{one}withdraw/", {"reason": "填错"}),
        "review": ("put", f"2024/reviews/{filing.public_id}/", {"opinion": "看过"}),
        "reopen": ("post", f"{one}reopen/", {"reason": "填错", "until": until}),
        "cancel": ("post", f"{one}cancel/", {"reason": "填错"}),
        "end_reopening": ("post", f"{one}end-reopening/", {"reason": "填错"}),
        "waive": ("post", f"{one}waive/", {"code": "x", "reason": "填错"}),
    }


def succeeds(program, method, path, body):
    with undone():
        answer = program.call(method, path, body)
    assert answer.status_code < 500
    return answer.status_code < 400 or answer.json()["code"] in CONTENT


LATE = MONDAY + timedelta(days=29)
CASES = [(state, MONDAY) for state in STATES]
CASES += [(state, LATE) for state in ("draft", "submitted", "reopened")]


@pytest.mark.parametrize(("state", "now"), CASES)
def test_each_flag_says_whether_the_act_succeeds_now(state, now, program, filing, world):
    STATES[state](world, filing)
    for person in PEOPLE:
        asking = program(person)
        asking.moment = now
        answer = asking.get(f"2024/filings/{filing.public_id}/")
        if answer.status_code == 404:
            continue
        may = told(answer)["may"]
        does = {flag: succeeds(asking, *act) for flag, act in acts(filing).items()}
        assert may == does, person
    assert Filing.objects.count() == 1


def test_the_states_of_the_table_are_the_ones_meant(filing, world):
    for name in ("approved", "reopened"):
        with undone():
            STATES[name](world, filing)
            filing.refresh_from_db()
            assert filing.state == {"approved": "approved", "reopened": "returned"}[name]
