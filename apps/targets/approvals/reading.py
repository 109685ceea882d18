"""What is to be approved for a unit, what was, and what the papers say of a project."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256

from django.db.models import Count, QuerySet

from apps.filings.models import Filing, Revision
from apps.organizations.models import Jurisdiction, Unit
from apps.projects import selectors as projects
from apps.projects.models import FundLine, Project
from apps.rules.target_form import TargetForm
from apps.targets import content
from apps.targets import selectors as targets
from apps.targets.in_force import OF_PROJECTS, standing
from apps.targets.models import Approval, ApprovalRow


@dataclass(frozen=True)
class Line:
    """A project with its targets in force and its budget, in yuan; None: no money on record."""

    project: Project
    revision: Revision
    form: TargetForm
    fiscal: Decimal | None
    total: Decimal | None
    is_change: bool  # an earlier version stands in a document in force


@dataclass(frozen=True)
class Draft:
    """What a document of the unit would approve now, and which projects it leaves out."""

    unit: Unit
    year: int
    lines: list[Line]
    left_out: list[Project]  # in the year's budget, without targets in force
    replaces: Approval | None

    @property
    def total(self) -> Decimal:
        """The budget of the projects whose money is on record, in yuan."""
        return sum((line.total for line in self.lines if line.total is not None), Decimal(0))

    @property
    def fiscal(self) -> Decimal:
        """The fiscal money of them, in yuan."""
        return sum((line.fiscal for line in self.lines if line.fiscal is not None), Decimal(0))

    @property
    def digest(self) -> str:
        """A value that changes when a project, a version or an amount does."""
        told = [
            [
                line.project.code,
                line.revision.content_hash,
                line.revision.pk,
                str(line.total),
                str(line.fiscal),
            ]
            for line in self.lines
        ]
        return sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class Waiting:
    """A unit with projects whose targets are in force, and as they stand in no document yet."""

    unit: Unit
    n_projects: int  # in the year's budget
    n_settled: int  # with targets in force
    n_waiting: int


def draft_of(unit: Unit, year: int, replaces: Approval | None = None) -> Draft:
    """The projects of the unit that no document in force covers as they stand.

    With `replaces` its projects are on the list again.
    """
    listed = _in_budget(unit, year)
    covered = _covered(unit, year, replaces)
    money = projects.money_of_many([project.pk for project in listed], year)
    lines, left_out = [], []
    for project in listed:
        revision = targets.revision_in_force(project, year)
        if revision is None:
            left_out.append(project)
        elif covered.get(project.pk) != revision.pk:
            is_change = project.pk in covered
            lines.append(line_of(project, revision, money.get(project.pk, {}), is_change))
    return Draft(unit, year, lines, left_out, replaces)


def line_of(
    project: Project,
    revision: Revision,
    money: dict[str, Decimal],
    is_change: bool = False,
) -> Line:
    """The project with the content of its targets in force."""
    form = content.form_of(revision)
    fiscal = money.get(FundLine.Source.FISCAL, Decimal(0)) if money else None
    total = sum(money.values(), Decimal(0)) if money else None
    return Line(project, revision, form, fiscal, total, is_change)


def _in_budget(unit: Unit, year: int) -> list[Project]:
    rows = Project.objects.filter(unit=unit, years__fiscal_year=year, is_classified=False)
    return list(rows.select_related("unit").order_by("code"))


def _covered(unit: Unit, year: int, replaces: Approval | None) -> dict[int, int]:
    """The version of each project that a document in force approves, but for one."""
    documents = Approval.objects.in_force().filter(unit=unit, fiscal_year=year)
    if replaces is not None:
        documents = documents.exclude(pk=replaces.pk)
    return _versions(documents)


def _versions(documents: QuerySet[Approval]) -> dict[int, int]:
    """The version of each project that the newest of the documents approves."""
    rows = ApprovalRow.objects.filter(approval__in=documents).order_by("approval__pk")
    return dict(rows.values_list("project", "revision"))


def dated_elsewhere(unit: Unit, year: int, replaces: Approval | None) -> set[int]:
    """Projects whose 批复 another document in force has dated already."""
    return set(_covered(unit, year, replaces))


# --- the year's list ------------------------------------------------------------------------
def waiting(jurisdiction: Jurisdiction, year: int) -> list[Waiting]:
    """Units of the jurisdiction that have something to approve; four queries."""
    found = _per_unit(Project.objects.filter(jurisdiction=jurisdiction, is_classified=False), year)
    settled = _settled(jurisdiction, year)
    documents = Approval.objects.in_force().filter(jurisdiction=jurisdiction, fiscal_year=year)
    done = _versions(documents).items()
    units = Unit.objects.filter(pk__in=settled).order_by("code")
    lines = [
        Waiting(unit, found.get(unit.pk, 0), len(versions), len(versions.items() - done))
        for unit, versions in ((unit, settled[unit.pk]) for unit in units)
    ]
    return [line for line in lines if line.n_waiting]


def _per_unit(rows: QuerySet[Project], year: int) -> dict[int, int]:
    listed = rows.filter(years__fiscal_year=year).order_by()
    return dict(listed.values("unit").annotate(n=Count("pk")).values_list("unit", "n"))


def _settled(jurisdiction: Jurisdiction, year: int) -> dict[int, dict[int, int]]:
    """Projects of the year with the version of their targets in force, by unit."""
    filings = Filing.objects.filter(
        kind__in=OF_PROJECTS,
        jurisdiction=jurisdiction,
        assignment__task__evaluated_year=year,
        assignment__project__years__fiscal_year=year,
        assignment__project__is_classified=False,
    )
    place = ("assignment__project__unit", "assignment__project", "approved_revision")
    oldest_first = standing(filings).order_by("approved_revision__submitted_at", "pk")
    found: dict[int, dict[int, int]] = {}
    for unit, project, revision in oldest_first.values_list(*place):
        if unit is not None and project is not None and revision is not None:
            found.setdefault(unit, {})[project] = revision
    return found


# --- the congress ---------------------------------------------------------------------------
def book_lines(listed: Iterable[Project], year: int) -> tuple[list[Line], list[Project]]:
    """The projects with targets in force, and those without, in the order given."""
    found = list(listed)
    money = projects.money_of_many([project.pk for project in found], year)
    lines, missing = [], []
    for project in found:
        revision = targets.revision_in_force(project, year)
        if revision is None:
            missing.append(project)
        else:
            lines.append(line_of(project, revision, money.get(project.pk, {})))
    return lines, missing
