"""What other rooms and pages read of monitoring: lights in force, verdicts, flags by replay."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import F, QuerySet

from apps.filings.models import Filing, State
from apps.monitoring.content import KINDS
from apps.monitoring.models import NodeLights, NodeVerdict
from apps.organizations.models import Jurisdiction, Unit, User
from apps.projects.models import Project
from apps.rules import monitoring as rules
from apps.rules.errors import RuleError
from apps.rules.monitoring import Event, Flag, FlagRules, Kind, Step
from apps.workplans import selectors as plans
from apps.workplans.models import RuleSetting

CODES = tuple(each.code for each in rules.FLAGS)


@dataclass(frozen=True)
class Standing:
    """The flag that a project carries in a year, and how it came to it.

    `lacking` says why nobody knows: the year's plan has not settled the rules of the flags.
    """

    flag: Flag = Flag.NONE
    steps: Sequence[Step] = field(default_factory=tuple)
    lacking: str = ""


def filed(user: User, year: int) -> QuerySet[Filing]:
    """The year's filings of nodes that exist for the person, the newest first."""
    rows = Filing.objects.visible_to(user).filter(kind__in=KINDS, fiscal_year=year)
    around = ("assignment__project", "assignment__task", "assignment__window", "unit", "step")
    return rows.select_related(*around).order_by("-created_at", "-pk")


def verdicts() -> QuerySet[NodeVerdict]:
    """The verdicts that count: those on which a filing was closed."""
    rows = NodeVerdict.objects.filter(filing__approved_revision=F("revision"))
    return rows.exclude(filing__state=State.CANCELLED)


def lights() -> QuerySet[NodeLights]:
    """The lights that count: those of approved revisions."""
    rows = NodeLights.objects.filter(revision__filing__approved_revision=F("revision"))
    return rows.exclude(revision__filing__state=State.CANCELLED)


def events_of(projects: Iterable[int]) -> dict[int, list[Event]]:
    """What happened to each project so far, in the order of time; one query."""
    found: defaultdict[int, list[Event]] = defaultdict(list)
    rows = verdicts().filter(project__in=list(projects)).order_by("node_on", "pk")
    columns = ("project", "verdict", "node_on", "fiscal_year")
    for project, verdict, on, year in rows.values_list(*columns):
        found[project].append(_event(verdict, on, year))
    return dict(found)


def flag_rules_of(jurisdiction: Jurisdiction, year: int) -> FlagRules:
    """The rules of the flags that the year's plan settled. Raises RuleError while it has not."""
    plan = plans.current_plan(jurisdiction, year)
    rows = RuleSetting.objects.filter(plan=plan, task=None, code__in=CODES, is_filled=True)
    return rules.flag_rules(dict(rows.values_list("code", "value")) if plan else {})


def standing_of(project: Project, year: int) -> Standing:
    """The flag that the project carries in the year, replayed from what happened to it."""
    events = events_of([project.pk]).get(project.pk, [])
    return _standing(events, project.jurisdiction, year)


def standing_of_unit(unit: Unit, year: int) -> Standing:
    """The same of a unit as a whole."""
    rows = verdicts().filter(project=None, filing__unit=unit).order_by("node_on", "pk")
    columns = rows.values_list("verdict", "node_on", "fiscal_year")
    return _standing([_event(*row) for row in columns], unit.jurisdiction, year)


def _standing(events: Iterable[Event], jurisdiction: Jurisdiction, year: int) -> Standing:
    """What the year's rules make of the events so far."""
    known = [event for event in events if event.year <= year]
    try:
        law = flag_rules_of(jurisdiction, year)
        return Standing(rules.standing(known, law, year), rules.replay(known, law))
    except RuleError as error:
        return Standing(lacking=str(error))


def _event(verdict: str, on: date, year: int) -> Event:
    return Event(Kind(verdict), f"{on.year}年{on.month}月监控", year)
