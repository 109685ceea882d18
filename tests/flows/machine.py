"""Random histories of filings through HTTP, compared with the model after every step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from hypothesis import event

from apps.audit.models import Entry
from apps.core import clock
from apps.filings import services
from apps.filings.models import Filing, ReturnItem, Revision
from apps.organizations.models import Membership, User
from apps.workplans.models import Assignment
from tests import makers
from tests.flows import model as expected
from tests.flows.model import DENIED, LOGGED_OUT, MISSING, NOTHING, OK, REFUSED, Model, Task
from tests.flows.stored import digest
from tests.personas import SINCE, DeskClient, World, client_of, make_person

REFUSALS = (REFUSED, DENIED)
STATUSES = {
    200: OK,
    302: OK,
    401: LOGGED_OUT,
    403: DENIED,
    404: MISSING,
    409: REFUSED,
    422: REFUSED,
}
GOOD = makers.good_form()
BAD = replace(GOOD, attribute="")
BLOCK, PLACE = "targets.head", "attribute"  # what stops BAD and can be waived, and where


def prepare(world: World) -> dict[str, Assignment]:
    """A project task of the department and one of the station below it, and two double roles."""
    plan = makers.make_plan(world)
    makers.make_project(world, n=1)
    makers.make_project(world, unit="water_station", n=2)
    makers.assign_all(world, plan)
    for who, role, place, other in (
        ("filer_and_reviewer", "filer", "water", "agriculture"),
        ("both_reviewer", "performance_reviewer", "performance", "agriculture"),
    ):
        world.people[who] = make_person(world, who, who, role, place)
        Membership.objects.create(
            user=world.people[who],
            role="section_reviewer",
            section=world.sections[other],
            jurisdiction=world.county,
            starts_on=SINCE,
        )
    names = {"water": expected.WATER, "water_station": expected.STATION}
    found = Assignment.objects.filter(project__isnull=False).select_related("unit")
    return {names[key]: found.get(unit=world.units[key]) for key in names}


@dataclass
class Walk:
    """One history: the world as it is, the model of it, and who does the next thing."""

    world: World
    assignments: dict[str, Assignment]
    started_at: datetime
    ids: dict[int, Any] = field(default_factory=dict)  # id of a modelled filing → public id
    clients: dict[str, DeskClient] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.block = transaction.atomic()
        self.block._from_testcase = True  # type: ignore[attr-defined]  # refusals commit alone
        self.block.__enter__()
        self.model = Model(
            self.started_at,
            {
                unit: Task(unit, makers.OPENS, makers.CLOSES)
                for unit in (expected.WATER, expected.STATION)
            },
        )
        self.before = digest()
        for person in self.world.people.values():
            person.forget_memberships()

    def close(self) -> None:
        """Nothing of this history remains."""
        transaction.set_rollback(True)
        self.block.__exit__(None, None, None)

    # --- doing -------------------------------------------------------------------------------
    def client(self, who: str) -> DeskClient:
        if who not in self.clients:
            self.clients[who] = client_of(self.world.people[who])
        return self.clients[who]

    def do(self, who: str, answer: str, send: Callable[[DeskClient], Any]) -> bool:
        """Send one request; whether it was accepted and changed something, as the model said."""
        n_lines, n_refusals = _trail()
        with clock.at(self.model.now):
            response = send(self.client(who))
        got = _answer(response)
        wanted = OK if answer == NOTHING else answer
        assert got == wanted, f"{who}: {got} instead of {answer}: {_text(response)}"
        lines, refusals = _trail()
        assert lines - n_lines == (answer == OK), "one line for an accepted step, none otherwise"
        assert refusals - n_refusals == (answer in REFUSALS), "one line for a refusal"
        if answer != OK:
            assert digest() == self.before, "what was refused or done before changes nothing"
        return answer == OK

    def public_id(self, unit: str) -> Any:
        filing = self.model.tasks[unit].filing
        return self.ids[id(filing)] if filing else "00000000-0000-4000-8000-000000000000"

    def stored(self, unit: str) -> Filing | None:
        filing = self.model.tasks[unit].filing
        if filing is None:
            return None
        return Filing.objects.select_related("step__sheet").get(public_id=self.ids[id(filing)])

    def assignment(self, unit: str) -> Assignment:
        return self.assignments[unit]

    def item(self, unit: str) -> ReturnItem | None:
        """The newest thing that a return asked for."""
        filing = self.stored(unit)
        return filing.return_items.order_by("-id").first() if filing else None

    def learn(self, unit: str) -> None:
        """Take over what only the real thing can name: public id, receipt, hash."""
        filing = self.model.tasks[unit].filing
        if filing is None:
            raise AssertionError("nothing to learn about")
        if id(filing) not in self.ids:
            live = Filing.objects.exclude(state="cancelled")
            self.ids[id(filing)] = live.get(assignment=self.assignment(unit)).public_id
        newest = filing.newest
        row = Revision.objects.get(filing__public_id=self.ids[id(filing)], number=newest.number)
        newest.receipt, newest.hash = row.receipt_number or "", row.content_hash

    def lapse(self) -> None:
        """What beat does: reopened filings whose day is over are in force again."""
        due = self.model.lapsing()
        before, _ = _trail()
        with clock.at(self.model.now):
            assert services.lapse_reopenings() == len(due)
            assert services.lapse_reopenings() == 0
        assert _trail()[0] - before == len(due)
        for filing in due:
            filing.state = "approved" if filing.approved else "rejected"

    def enable(self, who: str, is_enabled: bool) -> None:
        User.objects.filter(pk=self.world.people[who].pk).update(is_active=is_enabled)
        if is_enabled:
            self.model.disabled.discard(who)
            self.clients.pop(who, None)
        else:
            self.client(who)  # logged in before the account was closed
            self.model.disabled.add(who)

    # --- comparing ---------------------------------------------------------------------------
    def compare(self) -> None:
        """The stored world is the modelled one."""
        self.before = digest()
        for unit, task in self.model.tasks.items():
            stored = Assignment.objects.get(pk=self.assignment(unit).pk)
            assert stored.due_at == task.due_at
            assert stored.filings.count() == len(task.filings())
            for filing in task.filings():
                self._compare_filing(filing)
        self._compare_visible()

    def _compare_filing(self, filing: expected.Filing) -> None:
        event(f"{filing.state}, in force before: {filing.approved is not None}")
        stored = Filing.objects.select_related("step", "approved_revision").get(
            public_id=self.ids[id(filing)]
        )
        step = stored.step.position - 1 if stored.step else None
        approved = stored.approved_revision.number if stored.approved_revision else None
        assert (stored.state, step, approved) == (filing.state, filing.step, filing.approved)
        assert (stored.submitted_at is not None) == filing.was_sent
        assert stored.comments.count() == filing.n_comments
        rows = list(stored.revisions.order_by("number").prefetch_related("reviews__step"))
        assert [row.number for row in rows] == [r.number for r in filing.revisions]
        assert sum(row.is_open for row in rows) <= 1
        for row, revision in zip(rows, filing.revisions, strict=True):
            self._compare_revision(row, revision)

    def _compare_revision(self, row: Revision, revision: expected.Revision) -> None:
        names = {person.pk: who for who, person in self.world.people.items()}
        assert row.version == revision.version
        assert {names[pk] for pk in row.writers} == revision.writers
        assert (row.receipt_number or "", row.content_hash) == (revision.receipt, revision.hash)
        signed = {r.step.position - 1: names[r.reviewer_id] for r in row.reviews.all()}
        assert signed == revision.judges
        if row.is_open:
            return
        assert services.verify_receipt(revision=row).holds, "what was submitted stays as it was"
        decided = list(revision.decided.values())
        assert len(set(decided)) == len(decided)
        assert not set(decided) & {*revision.writers, revision.submitted_by}

    def _compare_visible(self) -> None:
        """What exists for whom; nobody's seats change in a history, so they are read once."""
        every = [filing for task in self.model.tasks.values() for filing in task.filings()]
        for who in expected.PEOPLE:
            with clock.at(self.model.now):
                seen = Filing.objects.visible_to(self.world.people[who]).values_list(
                    "public_id", flat=True
                )
                assert sorted(seen) == sorted(
                    self.ids[id(filing)] for filing in every if filing.exists_for(who)
                ), f"what exists for {who}"

    def move(self, to: datetime) -> None:
        """The clock never runs backwards."""
        self.model.now = max(self.model.now, to)

    def day(self, n: int) -> Any:
        return (self.model.now + timedelta(days=n)).date()


def _trail() -> tuple[int, int]:
    return Entry.objects.changes().count(), Entry.objects.refusals().count()


def _answer(response: Any) -> str:
    if response.status_code == 302 and response["Location"].startswith(
        reverse("organizations:login")
    ):
        return LOGGED_OUT
    return STATUSES.get(response.status_code, str(response.status_code))


def _text(response: Any) -> str:
    return " ".join(response.content.decode(errors="replace").split())[-3000:]
