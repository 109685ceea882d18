"""Many hands on one filing at the same moment, with real commits (TRUST G01, G02, G07)."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from decimal import Decimal
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, models

from apps.audit.models import Entry
from apps.core import clock
from apps.filings import services
from apps.filings.models import Filing, Review, Revision, State, SubmitKey
from apps.filings.selectors.sampling import Scope
from apps.filings.services import sampling
from apps.notifications.models import Message
from apps.rules.errors import RuleError
from apps.rules.sampling import Design, Method
from apps.targets import selectors
from apps.targets import services as targets
from apps.workplans.models import Assignment, Plan
from tests import makers
from tests.jobs.together import at_once
from tests.makers import MONDAY
from tests.personas import World, make_person, make_world

REFUSALS = (RuleError, PermissionDenied)


@pytest.fixture(scope="module")
def town(module_database) -> World:
    """The world, committed; each test takes a project of its own."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite lets one writer in at a time: there is no row to race for")
    world = make_world()
    world.people["second"] = make_person(world, "second", "李二", "section_reviewer", "agriculture")
    makers.make_plan(world)
    return world


def tried(work: Callable[[], Any]) -> Any:
    """What the work answered, or the refusal."""
    with clock.at(MONDAY):
        try:
            return work()
        except REFUSALS as refusal:
            return refusal


def saving(world: World, filing: Filing) -> Callable[[int], Any]:
    """Each thread saves another value over the same version."""

    def work(index: int) -> Any:
        form = makers.with_line(makers.good_form(), 0, value=Decimal(2000 + index))
        filer = world.people[("filer", "filer2")[index % 2]]
        return tried(lambda: targets.save(filing=filing, actor=filer, version=2, form=form))

    return work


def succeeded(answers: list[Any]) -> list[int]:
    return [index for index, answer in enumerate(answers) if not isinstance(answer, REFUSALS)]


@pytest.mark.trust("G01", "G14")
def test_of_many_saves_of_one_version_one_wins_and_the_others_are_told(town):
    filing = makers.target_filing(town, n=1)
    makers.saved(town, filing)
    answers = at_once(8, saving(town, filing))
    (winner,) = succeeded(answers)
    assert {a.code for a in answers if isinstance(a, RuleError)} == {"filings.stale"}
    assert filing.revisions.get().version == 3
    assert selectors.current_form(filing).lines[0].value == Decimal(2000 + winner)


class Meeting:
    """Both threads wait for each other before they write; alone for two seconds at most."""

    def __init__(self) -> None:
        self.gate = Barrier(2)

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.startswith('UPDATE "filings_revision"'):
            with suppress(BrokenBarrierError):  # the other one waits for the row lock
                self.gate.wait(2)
        return execute(sql, params, many, context)


def race(world: World, filing: Filing) -> list[int]:
    """Who succeeded of two that reach their first write together."""
    work, meeting = saving(world, filing), Meeting()

    def met(index: int) -> Any:
        with connection.execute_wrapper(meeting):
            return work(index)

    return succeeded(at_once(2, met))


@pytest.mark.trust("G01", "G07")
def test_two_saves_that_meet_before_writing_lose_nothing(town):
    filing = makers.target_filing(town, n=2)
    makers.saved(town, filing)
    assert len(race(town, filing)) == 1


@pytest.mark.trust("G07")
def test_without_the_row_lock_the_same_race_loses_a_save(town, monkeypatch):
    """The control: the race above is real, the lock is what decides it."""
    filing = makers.target_filing(town, n=3)
    makers.saved(town, filing)
    locking = models.QuerySet.select_for_update

    def unlocked(rows: Any, *args: Any, **kwargs: Any) -> Any:
        is_ours = rows.model in (Filing, Revision)
        return rows.all() if is_ours else locking(rows, *args, **kwargs)

    monkeypatch.setattr(models.QuerySet, "select_for_update", unlocked)
    assert len(race(town, filing)) == 2


@pytest.mark.trust("G02", "G03")
def test_twenty_parallel_submissions_with_one_key_bring_one_receipt(town):
    filing = makers.target_filing(town, n=4)
    version = makers.saved(town, filing)
    n_lines, n_messages = Entry.objects.count(), Message.objects.count()

    def work(index: int) -> Any:
        filer = town.people["filer"]
        return tried(
            lambda: services.submit(filing=filing, actor=filer, version=version, key="one")
        )

    answers = at_once(20, work)
    assert len({answer.receipt_number for answer in answers}) == 1
    assert Entry.objects.count() == n_lines + 1
    assert Message.objects.count() == n_messages + 2, "each of the section's two reviewers once"
    assert SubmitKey.objects.filter(revision__filing=filing).count() == 1


@pytest.mark.trust("G02")
def test_parallel_openings_of_one_assignment_bring_one_filing(town):
    project = makers.make_project(town, n=5)
    makers.assign_all(town, Plan.objects.get(jurisdiction=town.county))
    assignment = Assignment.objects.get(project=project)

    def work(index: int) -> Any:
        filer = town.people[("filer", "filer2")[index % 2]]
        return tried(lambda: services.open_filing(assignment=assignment, actor=filer))

    assert len({filing.pk for filing in at_once(8, work)}) == 1


@pytest.mark.trust("B09", "G05")
def test_of_two_reviewers_who_decide_at_once_one_decides_and_the_other_is_told(town):
    filing = makers.target_filing(town, n=6)
    makers.submitted(town, filing)
    wanted = [services.Wanted("year_goal", "写明完成年份")]

    def work(index: int) -> Any:
        actor = town.people[("section_reviewer", "second")[index]]
        found = Filing.objects.get(pk=filing.pk)
        if index:
            return tried(lambda: services.pass_on(filing=found, actor=actor, opinion="同意"))
        return tried(
            lambda: services.send_back(
                filing=found, actor=actor, items=wanted, due_on=date(2024, 4, 17)
            )
        )

    answers = at_once(2, work)
    (winner,) = succeeded(answers)
    assert str(answers[1 - winner]), "the other one reads why"
    review = Review.objects.get(revision__filing=filing)
    assert review.reviewer == town.people[("section_reviewer", "second")[winner]]
    filing.refresh_from_db()
    assert filing.state == (State.IN_REVIEW if winner else State.RETURNED)


@pytest.mark.trust("G05")
def test_a_withdrawal_and_a_first_review_at_once_end_in_one_of_the_two(town):
    filing = makers.target_filing(town, n=7)
    makers.submitted(town, filing)

    def work(index: int) -> Any:
        found = Filing.objects.get(pk=filing.pk)
        if index:
            filer = town.people["filer"]
            return tried(lambda: services.withdraw(filing=found, actor=filer, reason="填错"))
        reviewer = town.people["section_reviewer"]
        return tried(lambda: services.save_review(filing=found, actor=reviewer, opinion="在看"))

    (winner,) = succeeded(at_once(2, work))
    filing.refresh_from_db()
    assert filing.state == (State.DRAFT if winner else State.SUBMITTED)
    assert Review.objects.filter(revision__filing=filing).exists() == (not winner)


@pytest.mark.trust("G07")
@pytest.mark.req("U-11")
def test_of_two_who_draw_a_sample_at_once_one_draws(town):
    filing = makers.submitted(town, makers.target_filing(town, n=91))
    with clock.at(MONDAY):
        draw = sampling.prepare_sample(
            task=filing.assignment.task,
            title="抽审",
            design=Design(Method.COUNT, count=1),
            scope=Scope(),
            actor=town.people["performance_reviewer"],
        )
    actors = [town.people[key] for key in ("plan_admin", "leader")]
    answers = at_once(2, lambda n: tried(lambda: sampling.draw_sample(draw=draw, actor=actors[n])))
    assert len(succeeded(answers)) == 1
    assert {a.code for a in answers if isinstance(a, RuleError)} == {"sampling.state"}
    assert draw.items.count() == 1
