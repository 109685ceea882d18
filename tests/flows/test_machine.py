"""Filings under random hands: the stored world is the model's after every step (TRUST 3.3, G05)."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from apps.core import clock
from tests import makers
from tests.flows import machine, pages
from tests.flows.machine import BAD, BLOCK, GOOD, PLACE, Walk
from tests.flows.model import DESK, OK, OPEN, PEOPLE, SAVED, STATION, WATER, Filing, Revision
from tests.soak import IS_SOAK, times

RIGHT = ""  # whoever is meant to do it
UNITS = st.sampled_from([WATER, WATER, STATION])
WHO = st.sampled_from([*[RIGHT] * 12, *PEOPLE])
OFFSETS = st.sampled_from([0, 0, 0, 0, -1, -2, 1])  # from the version that is stored
KEYS = st.sampled_from("abcdefgh")
MOMENTS = st.sampled_from([makers.MONDAY] * 4 + [makers.OPENS - timedelta(microseconds=1)])
AHEAD = st.sampled_from([3, 0, 1, 2, 4, 5, 6, 7])
MICRO = timedelta(microseconds=1)
FILERS = {WATER: "filer", STATION: "station_filer"}
JUDGES = ("section_reviewer", "performance_reviewer")


class Filings(RuleBasedStateMachine):
    """Two units' filings of one task, fourteen people."""

    prepared: tuple[Any, Any]

    @initialize(at=MOMENTS, water=AHEAD, station=AHEAD)
    def start(self, at: Any, water: int, station: int) -> None:
        """Some usual steps ahead, so that histories begin anywhere on the way."""
        self.walk = Walk(*self.prepared, started_at=at)
        self.model = self.walk.model
        self.n_keys = 0
        self.what_comes_next(WATER, water)
        self.walk.compare()
        self.what_comes_next(STATION, station)

    def teardown(self) -> None:
        if hasattr(self, "walk"):
            self.walk.close()

    @invariant()
    def the_stored_world_is_the_modelled_one(self) -> None:
        if hasattr(self, "walk"):
            self.walk.compare()

    # --- the unit ------------------------------------------------------------------------------
    def filer(self, who: str, unit: str) -> str:
        return who or FILERS[unit]

    @rule(unit=UNITS, who=WHO)
    def begin(self, unit: str, who: str) -> None:
        who, task = self.filer(who, unit), self.model.tasks[unit]
        answer = self.model.begin(who, task)
        if self.walk.do(who, answer, lambda c: pages.begin(c, self.walk.assignment(unit))):
            task.filing = Filing(unit, revisions=[Revision(1, 1)])
            self.walk.learn(unit)

    @rule(unit=UNITS, who=WHO, offset=OFFSETS, is_good=st.sampled_from([True, True, False]))
    def save(self, unit: str, who: str, offset: int, is_good: bool) -> None:
        who, task = self.filer(who, unit), self.model.tasks[unit]
        version = max(0, self.version(unit) + offset)
        form = GOOD if is_good else BAD
        answer = self.model.save(who, task, version)
        public_id = self.walk.public_id(unit)
        if self.walk.do(who, answer, lambda c: pages.autosave(c, public_id, version, form)):
            newest = self.filing(unit).newest
            newest.version += 1
            newest.is_good = is_good
            newest.writers.add(who)

    @rule(unit=UNITS, who=WHO, offset=OFFSETS, key=KEYS)
    def submit(self, unit: str, who: str, offset: int, key: str) -> None:
        self.send(unit, self.filer(who, unit), max(0, self.version(unit) + offset), key)

    def send(self, unit: str, who: str, version: int, key: str) -> None:
        task, public_id = self.model.tasks[unit], self.walk.public_id(unit)
        answer = self.model.submit(who, task, version, key)
        if self.walk.do(who, answer, lambda c: pages.submit(c, public_id, version, key)):
            filing = self.filing(unit)
            filing.state, filing.step, filing.was_sent = "submitted", 0, True
            filing.newest.submitted_by = who
            self.walk.learn(unit)
            self.model.keys[who, key] = (id(filing), version, filing.newest.receipt)

    @rule(unit=UNITS, data=st.data())
    def the_same_submission_again(self, unit: str, data: st.DataObject) -> None:
        """A double click, a second tab, a retry: same person, key and version."""
        known = {
            k: v for k, v in self.model.keys.items() if v[0] == id(self.model.tasks[unit].filing)
        }
        if known:
            who, key = data.draw(st.sampled_from(sorted(known)))
            self.send(unit, who, known[who, key][1], key)

    @rule(unit=UNITS, who=WHO)
    def withdraw(self, unit: str, who: str) -> None:
        who, task = self.filer(who, unit), self.model.tasks[unit]
        answer, public_id = self.model.withdraw(who, task), self.walk.public_id(unit)
        if self.walk.do(who, answer, lambda c: pages.withdraw(c, public_id)):
            self.filing(unit).leaves_the_desks("draft")
            self.filing(unit).opens()

    @rule(unit=UNITS, who=WHO)
    def attach(self, unit: str, who: str) -> None:
        who, task = self.filer(who, unit), self.model.tasks[unit]
        answer, public_id = self.model.writing(who, task), self.walk.public_id(unit)
        if self.walk.do(who, answer, lambda c: pages.attach(c, public_id)):
            self.filing(unit).newest.writers.add(who)

    @rule(unit=UNITS, who=WHO, is_resolved=st.booleans())
    def answer(self, unit: str, who: str, is_resolved: bool) -> None:
        item = self.walk.item(unit)
        if item is None:
            return
        who, task = self.filer(who, unit), self.model.tasks[unit]
        expected = self.model.writing(who, task)
        was_open = not (item.answer or item.resolved_at)
        if self.walk.do(who, expected, lambda c: pages.answer(c, item, is_resolved)):
            self.filing(unit).n_wanted -= was_open
            self.filing(unit).newest.writers.add(who)

    @rule(unit=UNITS, who=WHO)
    def comment(self, unit: str, who: str) -> None:
        who, task = self.filer(who, unit), self.model.tasks[unit]
        answer, public_id = self.model.comment(who, task), self.walk.public_id(unit)
        if self.walk.do(who, answer, lambda c: pages.comment(c, public_id)):
            self.filing(unit).n_comments += 1

    # --- the desks -----------------------------------------------------------------------------
    def judge(
        self, unit: str, who: str, decision: str, n_days: int = 3, share: str = "0.95"
    ) -> bool:
        """Press a button of the review page; whether it was accepted."""
        task, stored = self.model.tasks[unit], self.walk.stored(unit)
        step = task.filing.step if task.filing else None
        who = who or JUDGES[step or 0]
        answer = self.model.judging(who, task)
        is_poor = decision == "pass" and step == 1 and share < "0.8"
        due_on = self.walk.day(n_days)
        is_early = n_days < 0 or not task.may_be_due(clock.end_of(due_on))
        if answer == OK and (is_poor or (decision == "return" and is_early)):
            answer = "refused"
        done = self.walk.do(who, answer, lambda c: pages.judge(c, stored, decision, due_on, share))
        if done:
            self.model.judged(self.filing(unit), who, is_decided=decision != "save")
        return done

    @rule(unit=UNITS, who=WHO)
    def save_review(self, unit: str, who: str) -> None:
        self.judge(unit, who, "save")

    @rule(unit=UNITS, who=WHO, share=st.sampled_from(["0.95", "0.95", "0.7"]))
    def pass_on(self, unit: str, who: str, share: str) -> None:
        if self.judge(unit, who, "pass", share=share):
            filing = self.filing(unit)
            if filing.step == 0:
                filing.state, filing.step = "in_review", 1
            else:
                filing.approved = filing.newest.number
                filing.leaves_the_desks("approved")

    @rule(unit=UNITS, who=WHO, n_days=st.sampled_from([0, 2, 3, -1]))
    def send_back(self, unit: str, who: str, n_days: int) -> None:
        if self.judge(unit, who, "return", n_days):
            filing = self.filing(unit)
            filing.leaves_the_desks("returned")
            filing.opens()
            filing.n_wanted += 1
            self.model.tasks[unit].due_at = clock.end_of(self.walk.day(n_days))

    @rule(unit=UNITS, who=WHO)
    def reject(self, unit: str, who: str) -> None:
        if self.judge(unit, who, "reject"):
            filing = self.filing(unit)
            filing.leaves_the_desks("approved" if filing.approved else "rejected")

    # --- the administrator ---------------------------------------------------------------------
    @rule(unit=UNITS, who=WHO, n_days=st.sampled_from([0, 2, -1]))
    def reopen(self, unit: str, who: str, n_days: int) -> None:
        who, task = who or "plan_admin", self.model.tasks[unit]
        is_closed = task.filing is not None and task.filing.state in ("approved", "rejected")
        until, public_id = self.walk.day(n_days), self.walk.public_id(unit)
        answer = self.model.administer(who, task, is_closed and n_days >= 0)
        if self.walk.do(who, answer, lambda c: pages.reopen(c, public_id, until)):
            filing = self.filing(unit)
            filing.leaves_the_desks("returned")
            if not filing.newest.is_open:
                filing.opens(filing.approved)
            filing.is_reopened = True
            task.due_at = clock.end_of(until)

    @rule(unit=UNITS, who=WHO)
    def end_reopening(self, unit: str, who: str) -> None:
        who, filing = who or "plan_admin", self.model.tasks[unit].filing
        is_possible = filing is not None and filing.state in OPEN and filing.is_reopened
        answer = self.model.administer(who, self.model.tasks[unit], is_possible)
        public_id = self.walk.public_id(unit)
        if self.walk.do(who, answer, lambda c: pages.end_reopening(c, public_id)):
            self.filing(unit).state = "approved" if self.filing(unit).approved else "rejected"

    @rule(unit=UNITS, who=st.sampled_from([RIGHT, *PEOPLE]))
    def cancel(self, unit: str, who: str) -> None:
        who, task = who or "plan_admin", self.model.tasks[unit]
        filing = task.filing
        is_possible = filing is not None and filing.state in SAVED and filing.approved is None
        answer, public_id = self.model.administer(who, task, is_possible), self.walk.public_id(unit)
        if self.walk.do(who, answer, lambda c: pages.cancel(c, public_id)):
            filing = self.filing(unit)
            filing.leaves_the_desks("cancelled")
            task.cancelled.append(filing)
            task.filing = None

    @rule(unit=UNITS, who=WHO)
    def waive(self, unit: str, who: str) -> None:
        who, task = who or "plan_admin", self.model.tasks[unit]
        filing = task.filing
        is_possible = (
            filing is not None
            and filing.state in OPEN
            and not filing.newest.is_good
            and filing.newest.version > 1  # a form that was never saved has other faults
            and not filing.is_waived
        )
        answer, public_id = self.model.administer(who, task, is_possible), self.walk.public_id(unit)
        if self.walk.do(who, answer, lambda c: pages.waive(c, public_id, BLOCK, PLACE)):
            self.filing(unit).is_waived = True

    @rule(unit=UNITS, who=WHO, n_days=st.sampled_from([0, 3, -1]))
    def extend(self, unit: str, who: str, n_days: int) -> None:
        who, task = who or "plan_admin", self.model.tasks[unit]
        last_day = (clock.last_day(task.due_at) if n_days else self.model.now.date()) + timedelta(
            days=n_days
        )
        answer = self.model.extend(who, task, clock.end_of(last_day))
        assignment = self.walk.assignment(unit)
        if self.walk.do(who, answer, lambda c: pages.extend(c, assignment, last_day)):
            task.due_at = task.granted = clock.end_of(last_day)

    # --- the world -----------------------------------------------------------------------------
    @rule(unit=UNITS, step=st.sampled_from([-MICRO, timedelta(0), MICRO]))
    def jump_to_the_deadline(self, unit: str, step: timedelta) -> None:
        self.walk.move(self.model.tasks[unit].due_at + step)

    @rule(hours=st.sampled_from([1, 5, 30]))
    def wait(self, hours: int) -> None:
        self.walk.move(self.model.now + timedelta(hours=hours))

    @rule()
    def lapse(self) -> None:
        self.walk.lapse()

    @rule(is_enabled=st.booleans())
    def open_or_close_an_account(self, is_enabled: bool) -> None:
        if is_enabled == ("filer2" in self.model.disabled):
            self.walk.enable("filer2", is_enabled)

    @rule(unit=UNITS, n_steps=st.sampled_from([1, 1, 2, 5]))
    def what_comes_next(self, unit: str, n_steps: int) -> None:
        """The usual next steps, so that histories get far; after the last the invariant looks."""
        for n in range(n_steps):
            if n:
                self.walk.compare()
            self.usual_step(unit)

    def usual_step(self, unit: str) -> None:
        filing = self.model.tasks[unit].filing
        if filing is None:
            self.begin(unit, RIGHT)
        elif filing.state in OPEN and not filing.newest.is_good:
            self.save(unit, RIGHT, 0, True)
        elif filing.state in OPEN and filing.n_wanted:
            self.answer(unit, RIGHT, True)
        elif filing.state in OPEN:
            self.n_keys += 1
            self.send(unit, FILERS[unit], filing.newest.version, f"next-{self.n_keys}")
        elif filing.state in DESK:
            self.pass_on(unit, RIGHT, "0.95")
        else:
            self.reopen(unit, RIGHT, 2)

    def filing(self, unit: str) -> Filing:
        filing = self.model.tasks[unit].filing
        assert filing is not None
        return filing

    def version(self, unit: str) -> int:
        filing = self.model.tasks[unit].filing
        return filing.newest.version if filing else 1


@pytest.mark.soak
@pytest.mark.django_db
@pytest.mark.req("Y-46", "Y-47")
@pytest.mark.trust("B09", "F01", "F08", "G01", "G02", "G05", "G10", "G11")
def test_every_history_of_filings_is_one_that_the_model_allows(world, settings_of_files):
    prepared = machine.prepare(world)

    class Prepared(Filings):
        pass

    Prepared.prepared = (world, prepared)
    run_state_machine_as_test(
        Prepared,
        settings=settings(
            max_examples=times(ci=12, soak=2000),
            stateful_step_count=times(ci=30, soak=60),
            deadline=None,
            database=None,
            derandomize=not IS_SOAK,
            # a shorter history costs minutes: make soak looks for it
            phases=tuple(Phase) if IS_SOAK else (Phase.explicit, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def settings_of_files(settings, tmp_path):
    """Files that are attached go into the test's own folder."""
    settings.MEDIA_ROOT = tmp_path
    return settings
