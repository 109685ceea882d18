"""Whose targets are adjusted: a project's, a policy's, or those of a unit as a whole."""

from __future__ import annotations

from dataclasses import dataclass

from apps.filings.models import Filing
from apps.organizations.models import Jurisdiction, Unit
from apps.projects.models import Project
from apps.rules.errors import RuleError


@dataclass(frozen=True)
class Subject:
    """A project or policy with its unit; without one the unit as a whole."""

    unit: Unit
    project: Project | None = None

    def __str__(self) -> str:
        return str(self.project or f"{self.unit}整体")

    @property
    def own(self) -> dict[str, Project | Unit]:
        """How rows of the adjustment name the subject: by its project, else by its unit."""
        return {"project": self.project} if self.project else {"unit": self.unit}

    @property
    def row(self) -> Project | Unit:
        """The row that is locked, and that the trail speaks of."""
        return self.project or self.unit

    @property
    def jurisdiction(self) -> Jurisdiction:
        """The region that it belongs to."""
        return self.row.jurisdiction

    @property
    def is_classified(self) -> bool:
        """Whether nothing about it is done online."""
        return self.row.is_classified

    def locked(self) -> Subject:
        """The same with its row locked, so that two changes of its targets follow each other."""
        if self.project is None:
            return Subject(Unit.objects.select_for_update(of=("self",)).get(pk=self.unit.pk))
        held = Project.objects.select_for_update(of=("self",)).get(pk=self.project.pk)
        return Subject(held.unit, held)

    def page(self, year: int) -> str:
        """Where its adjustments of a year stand."""
        place = "projects" if self.project else "units"
        return f"/{year}/{place}/{self.row.public_id}/adjustment/"


def of_rows(project: Project | None, unit: Unit | None) -> Subject:
    """The subject that a row of the adjustment names; it has exactly one of both."""
    if project is not None:
        return Subject(project.unit, project)
    if unit is None:
        raise LookupError("a row of the adjustment names a project or a unit")
    return Subject(unit)


def of_filing(filing: Filing) -> tuple[Subject, int]:
    """Whose targets, and of which year, a filing speaks of. Raises RuleError for a transfer."""
    assignment = filing.assignment
    if assignment.transfer_id is not None or assignment.subject_jurisdiction_id is not None:
        raise RuleError(
            "只有项目、政策和单位整体的绩效目标可以调整。", code="targets.not_adjustable"
        )
    return Subject(filing.unit, assignment.project), assignment.task.evaluated_year
