"""Problems brought about through the services."""

from __future__ import annotations

from typing import Any

from apps.core.uploads import Upload
from apps.organizations.models import User
from apps.rectification import services
from apps.rectification.models import Problem
from apps.rectification.services import Found
from tests.personas import World

PDF = Upload("整改照片.pdf", b"%PDF-1.4\n% fixed", "application/pdf")


def act(world: World, who: str) -> User:
    person = world.people[who]
    person.forget_memberships()
    return person


def found(world: World, unit: str = "water", **told: Any) -> Found:
    """Something wrong at a unit; keyword arguments replace what is said of it."""
    said = {
        "source": "audit",
        "title": "项目资金滞留",
        "text": "120万元滞留超过一年",
        "severity": "major",
        "demands": "限期拨付",
    }
    return Found(unit=world.units[unit], year=2024, **{**said, **told})


def opened(world: World, who: str = "performance_reviewer", **told: Any) -> Problem:
    return services.register_problem(actor=act(world, who), found=found(world, **told))


def proved(world: World, problem: Problem, who: str = "filer") -> Problem:
    """With one file that shows the remedy."""
    services.add_file(problem=problem, actor=act(world, who), upload=PDF)
    problem.refresh_from_db()
    return problem


def answered(world: World, problem: Problem, who: str = "filer", *, proof: bool = True) -> Problem:
    """With the unit's answer, and a file unless it is left out."""
    if proof:
        proved(world, problem, who)
    return services.answer(problem=problem, actor=act(world, who), text="已全部拨付")


def closed(world: World, problem: Problem, who: str = "performance_reviewer") -> Problem:
    answered(world, problem)
    return services.close(problem=problem, actor=act(world, who), opinion="拨付凭证属实")
