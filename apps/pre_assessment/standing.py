"""How a project stands at the gate of a budget year: what is said, what was found before (U-45)."""

from __future__ import annotations

from dataclasses import dataclass

from apps.filings.models import Filing
from apps.organizations.models import User
from apps.pre_assessment import earlier, permissions, selectors
from apps.pre_assessment.content import KINDS
from apps.pre_assessment.models import Conclusion, GateException
from apps.projects import gates as registry
from apps.projects import selectors as projects
from apps.projects.gates import Step
from apps.projects.models import Project, ProjectYear
from apps.rules import gates
from apps.workplans.models import PlanTask


@dataclass(frozen=True)
class Other:
    """Another gate on the page: its name, and how the project stands there."""

    title: str
    passage: gates.Passage
    steps: tuple[Step, ...]
    ask: str


@dataclass(frozen=True)
class GateScreen:
    """The gate page of one project for one person."""

    project: Project
    year: int
    place: ProjectYear | None  # it stands in the budget already
    passage: gates.Passage
    task: PlanTask | None
    filings: list[Filing]  # of this year's plan
    same: list[Conclusion]  # of the project itself, the newest first
    alike: list[Conclusion]  # of projects that are called alike
    exceptions: list[GateException]
    others: list[Other]  # the gates beside this one
    proposable: frozenset[str]  # kinds of exception that this person may propose
    may_request: bool
    may_decide: bool

    @property
    def is_let_in(self) -> bool:
        """Whether no gate is closed."""
        return self.passage.is_open and all(each.passage.is_open for each in self.others)

    @property
    def may_propose(self) -> bool:
        """Whether there is an exception that this person may propose."""
        return bool(self.proposable)

    @property
    def is_in_budget(self) -> bool:
        """Whether the project stands in the year's budget already."""
        return self.place is not None

    @property
    def pending(self) -> GateException | None:
        """The exception that waits for a leader."""
        return next((row for row in self.exceptions if row.decided_at is None), None)


def gate_screen(project: Project, year: int, user: User) -> GateScreen:
    """How the project stands; a bounded number of queries."""
    passage = selectors.passage_of(project, year)
    task = selectors.task_for(project, year)
    filings = _filings(project, {year, task.plan.fiscal_year} if task else {year}, user)
    found = list(selectors.exceptions(user, year).filter(project=project))
    pending = next((row for row in found if row.decided_at is None), None)
    is_named = not project.is_classified
    place = projects.year_of(project, year)
    around = registry.looks(project, place, year, user)
    others = [Other(gate.title, look.passage, look.steps, look.ask) for gate, look in around]
    has_targets = all(each.passage.is_open for each in others)
    closed = selectors.kinds_for(passage.is_open, has_targets)
    seen = Project.objects.visible_to(user)
    same, alike = earlier.same_and_alike(project, seen) if is_named else ([], [])
    return GateScreen(
        project=project,
        year=year,
        place=place,
        passage=passage,
        task=task,
        filings=filings,
        same=same,
        alike=alike,
        exceptions=found,
        others=others,
        proposable=_proposable(project, user, closed, found),
        may_request=is_named
        and task is not None
        and not filings
        and permissions.may_request(user, project),
        may_decide=pending is not None and permissions.may_decide(user, pending),
    )


def _proposable(
    project: Project, user: User, closed: frozenset[str], found: list[GateException]
) -> frozenset[str]:
    """The exceptions that this person may propose: what a closed gate needs, once each."""
    if project.is_classified or not permissions.may_propose(user, project):
        return frozenset()
    return closed - selectors.kinds_proposed(found)


def _filings(project: Project, years: set[int], user: User) -> list[Filing]:
    rows = Filing.objects.visible_to(user).filter(
        kind__in=KINDS, fiscal_year__in=years, assignment__project=project
    )
    return list(rows.select_related("assignment__task", "step").order_by("pk"))
