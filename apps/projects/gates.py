"""What is asked before a project stands in a year's budget; an upper room registers the answer.

The stages lie above this room: like the engine's hooks, this is an explicit call upward.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.organizations.models import Jurisdiction
from apps.projects.models import Project, ProjectYear
from apps.rules.errors import RuleError


@dataclass(frozen=True)
class Entrant:
    """A project that is about to enter a year's budget; `project` None: not stored yet."""

    project: Project | None
    origin: str
    attribute: str
    is_key: bool
    is_infrastructure: bool


# Why each entrant may not enter, in their order; empty text: it may.
Gate = Callable[[Jurisdiction, int, Sequence[Entrant]], list[str]]
_registered: list[Gate] = []


def register(gate: Gate) -> None:
    """Ask this gate from now on. Called from a stage's AppConfig.ready(); twice is harmless."""
    if gate not in _registered:
        _registered.append(gate)


def refusals(jurisdiction: Jurisdiction, year: int, entrants: Sequence[Entrant]) -> list[str]:
    """Why each may not enter the budget, in their order; the first gate that refuses says."""
    found = [""] * len(entrants)
    for gate in _registered:
        said = gate(jurisdiction, year, entrants)
        found = [before or now for before, now in zip(found, said, strict=True)]
    return found


def demand(project: Project, year: int, origin: str, attribute: str) -> None:
    """Refuse a project that may not enter. Raises RuleError with why and what to do."""
    entrant = Entrant(project, origin, attribute, project.is_key, project.is_infrastructure)
    (refusal,) = refusals(project.jurisdiction, year, [entrant])
    if refusal:
        raise RuleError(refusal, code="project.gate")


def entering(project: Project | None, values: dict[str, object]) -> Entrant:
    """A row of a list as an entrant: what the row says, else what is stored."""

    def said(key: str) -> bool:
        value = values.get(key)
        return bool(getattr(project, key, False) if value is None else value)

    return Entrant(
        project,
        str(values.get("origin") or ProjectYear.Origin.INITIAL),
        str(values.get("attribute") or ""),
        said("is_key"),
        said("is_infrastructure"),
    )
