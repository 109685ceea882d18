"""What is asked before a project stands in a year's budget; an upper room registers the answer.

The stages lie above this room: like the engine's hooks, this is an explicit call upward.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.organizations.models import Jurisdiction, User
from apps.projects.models import Project, ProjectYear
from apps.rules.errors import RuleError
from apps.rules.gates import Passage
from apps.rules.numbers import show_wan


@dataclass(frozen=True)
class Entrant:
    """A project that is about to enter a year's budget; `project` None: not stored yet."""

    project: Project | None
    origin: str
    attribute: str
    is_key: bool
    is_infrastructure: bool
    first_year: int | None


@dataclass(frozen=True)
class Refusal:
    """What a gate says: why not (empty: it may enter), and the most to be budgeted, in yuan."""

    text: str = ""
    limit: Decimal | None = None
    reason: str = ""  # of the limit


@dataclass(frozen=True)
class Step:
    """A filing on the way through a gate: what it is called, where it stands, its page."""

    title: str
    state: str
    url: str


@dataclass(frozen=True)
class Look:
    """How one project stands at a gate, for one person."""

    passage: Passage
    steps: tuple[Step, ...] = ()
    ask: str = ""  # the address that opens what is missing; empty: this person cannot


def _no_look(project: Project, place: ProjectYear | None, year: int, user: User) -> Look | None:
    """A gate whose own page shows it."""
    return None


@dataclass(frozen=True)
class Gate:
    """One gate: `ask` answers for many rows at once, `passage` for a new project of the list."""

    code: str
    title: str
    ask: Callable[[Jurisdiction, int, Sequence[Entrant]], list[Refusal]]
    passage: Callable[[Project, int], Passage]
    look: Callable[[Project, ProjectYear | None, int, User], Look | None] = _no_look


_registered: dict[str, Gate] = {}


def register(gate: Gate) -> None:
    """Ask this gate from now on. Called from a stage's AppConfig.ready(); twice is harmless."""
    _registered[gate.code] = gate


def passage(code: str, project: Project, year: int) -> Passage:
    """How the project stands at one gate as a new project of the first list."""
    return _registered[code].passage(project, year)


def looks(
    project: Project, place: ProjectYear | None, year: int, user: User
) -> list[tuple[Gate, Look]]:
    """The gates that are shown beside the assessment's own, in their order.

    `place` is where the project stands in the year's budget already, if it does.
    """
    found = ((gate, gate.look(project, place, year, user)) for gate in _registered.values())
    return [(gate, look) for gate, look in found if look is not None]


def asked(jurisdiction: Jurisdiction, year: int, entrants: Sequence[Entrant]) -> list[Refusal]:
    """What the gates say of each: all that refuse, in their order, and the smallest limit."""
    found = [Refusal()] * len(entrants)
    for gate in _registered.values() if entrants else ():
        said = gate.ask(jurisdiction, year, entrants)
        found = [_both(before, now) for before, now in zip(found, said, strict=True)]
    return found


def _both(before: Refusal, now: Refusal) -> Refusal:
    """What two gates say together."""
    limits = [each for each in (before, now) if each.limit is not None]
    least = min(limits, key=lambda each: each.limit or Decimal(0), default=now)
    text = "；".join(each.text for each in (before, now) if each.text)
    return Refusal(text, least.limit, least.reason)


def demand(project: Project, year: int, origin: str, attribute: str) -> None:
    """Refuse a project that may not enter. Raises RuleError with why and what to do."""
    (said,) = asked(project.jurisdiction, year, [entrant_of(project, origin, attribute)])
    if said.text:
        raise RuleError(said.text, code="project.gate")


def demand_amount(place: ProjectYear, fiscal: Decimal) -> None:
    """Refuse more fiscal money than a gate let in; in yuan. Raises RuleError."""
    project = place.project
    entrant = entrant_of(project, place.origin, place.attribute)
    (said,) = asked(project.jurisdiction, place.fiscal_year, [entrant])
    if problem := over(said, fiscal):
        raise RuleError(problem, code="project.gate_amount")


def over(said: Refusal, fiscal: Decimal) -> str:
    """What is wrong with an amount of fiscal money, in yuan; empty when nothing is."""
    if said.limit is None or fiscal <= said.limit:
        return ""
    return f"财政拨款{show_wan(fiscal)}万元，最多{show_wan(said.limit)}万元：{said.reason}"


def entrant_of(
    project: Project,
    origin: str = ProjectYear.Origin.INITIAL,
    attribute: str = ProjectYear.Attribute.NEW,
) -> Entrant:
    """A stored project as an entrant."""
    facts = (project.is_key, project.is_infrastructure, project.first_year)
    return Entrant(project, origin, attribute, *facts)


def refusal_of(project: Project, year: int) -> str:
    """Why the project may not enter the year's budget as 新增; empty where it may."""
    return asked(project.jurisdiction, year, [entrant_of(project)])[0].text


def entering(project: Project | None, values: Mapping[str, object]) -> Entrant:
    """A row of a list as an entrant: what the row says, else what is stored."""

    first = values.get("first_year")
    return Entrant(
        project,
        str(values.get("origin") or ProjectYear.Origin.INITIAL),
        str(values.get("attribute") or ""),
        _said(project, values, "is_key"),
        _said(project, values, "is_infrastructure"),
        first if isinstance(first, int) else None,
    )


def _said(project: Project | None, values: Mapping[str, object], key: str) -> bool:
    value = values.get(key)
    return bool(getattr(project, key, False) if value is None else value)
