"""Steps that many tests of the engine take, and the promise of every refusal."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from apps.core import clock
from apps.filings import services
from apps.filings.models import Filing
from apps.rules.errors import RuleError
from tests import makers
from tests.flows.stored import ALL, digest
from tests.makers import MONDAY
from tests.personas import World

LATER = MONDAY + timedelta(hours=1)


@contextmanager
def refused(match: str, error: type[Exception] = RuleError) -> Iterator[Any]:
    """The block is refused with these words, and nothing at all has changed."""
    before = digest(ALL)
    with clock.at(LATER), pytest.raises(error, match=match) as caught:
        yield caught
    assert digest(ALL) == before


def denied(match: str) -> Any:
    return refused(match, PermissionDenied)


def decide(world: World, filing: Filing, person: str, verb: str, **more: Any) -> Any:
    """One decision on the filing as it is now, an hour after it came."""
    filing.refresh_from_db()
    actor = world.people[person]
    actor.forget_memberships()
    with clock.at(LATER):
        return getattr(services, verb)(filing=filing, actor=actor, **{"opinion": "", **more})


def returned(world: World, filing: Filing, *paths: str, due_on: date = date(2024, 4, 17)) -> Filing:
    """The submitted filing, returned by the business section with one item a path."""
    items = [services.Wanted(path, f"改{path}") for path in paths or ("year_goal",)]
    decide(world, filing, "section_reviewer", "send_back", items=items, due_on=due_on)
    filing.refresh_from_db()
    return filing


def at_second_desk(world: World, filing: Filing) -> Filing:
    """A submitted filing, passed by the business section."""
    makers.submitted(world, filing)
    decide(world, filing, "section_reviewer", "pass_on")
    filing.refresh_from_db()
    return filing


def approved(world: World, filing: Filing) -> Filing:
    """A filing in force."""
    at_second_desk(world, filing)
    marks = makers.full_marks(filing)
    decide(world, filing, "performance_reviewer", "pass_on", marks=marks)
    filing.refresh_from_db()
    return filing


def reopened(world: World, filing: Filing, until: date = date(2024, 4, 10)) -> Filing:
    """A closed filing, opened again by the plan administrator."""
    with clock.at(LATER):
        services.reopen(
            filing=filing, actor=world.people["plan_admin"], reason="单位写错", until=until
        )
    filing.refresh_from_db()
    return filing


def materials_filing(world: World, unit: str = "water") -> Filing:
    """The unit's filing of the materials task, open as a draft."""
    plan = makers.make_plan(world)
    makers.assign_all(world, plan)
    assignment = plan.assignments.get(unit=world.units[unit], project=None)
    with clock.at(MONDAY):
        return services.open_filing(assignment=assignment, actor=world.people["filer"])
