"""A target filing on a table, and people with tokens."""

from collections.abc import Callable

import pytest

from apps.filings.models import Filing
from apps.workplans.models import Assignment
from tests import makers
from tests.api.program import Program
from tests.personas import World


@pytest.fixture
def program(world: World) -> Callable[..., Program]:
    """A program per person's short name, made once."""
    made: dict[tuple[str, bool], Program] = {}

    def of(person: str, *, may_write: bool = True) -> Program:
        key = (person, may_write)
        if key not in made:
            made[key] = Program(world.people[person], may_write=may_write)
        return made[key]

    return of


@pytest.fixture
def filing(world: World) -> Filing:
    """An open target filing of 水利局."""
    return makers.target_filing(world)


@pytest.fixture
def owed(filing: Filing) -> Assignment:
    """The materials that 水利局 owes."""
    return Assignment.objects.get(unit=filing.unit, task__kind="materials")
