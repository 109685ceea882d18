"""What other rooms and pages read of the targets."""

from apps.filings.models import Filing, Revision
from apps.organizations.models import Unit
from apps.projects.models import Project
from apps.rules.adjustment import AdjustmentHead
from apps.rules.target_form import TargetForm
from apps.rules.target_shapes import Shape
from apps.targets import adjusting, content, in_force
from apps.targets.filed import Filed, filed_days
from apps.targets.in_force import (
    Link,
    last_year_revision,
    revision_in_force,
    unit_revision_in_force,
)
from apps.targets.subjects import Subject

__all__ = [
    "Filed",
    "chain",
    "current_form",
    "current_head",
    "current_shape",
    "filed_days",
    "form_at",
    "form_in_force",
    "last_year_form",
    "last_year_revision",
    "revision_in_force",
    "unit_chain",
    "unit_revision_in_force",
]


def chain(project: Project, year: int) -> list[Link]:
    """All versions of a project's or policy's targets that were or are in force, oldest first."""
    return in_force.chain(Subject(project.unit, project), year)


def unit_chain(unit: Unit, year: int) -> list[Link]:
    """All versions of a whole unit's targets that were or are in force, oldest first."""
    return in_force.chain(Subject(unit), year)


def current_form(filing: Filing) -> TargetForm:
    """The newest revision's content."""
    return content.form_of(filing.revisions.order_by("-number")[0])


def current_shape(filing: Filing) -> Shape:
    """The shape of the filing's form: what the doors read goes into its parts."""
    return content.shape_of(filing.revisions.order_by("-number")[0])


def form_in_force(project: Project, year: int) -> TargetForm | None:
    """The promise in force for a project and year: goal texts, money in yuan, indicators."""
    revision = revision_in_force(project, year)
    return content.form_of(revision) if revision else None


def form_at(revision: Revision) -> TargetForm:
    """What one revision of targets states: goal texts, money in yuan, indicators."""
    return content.form_of(revision)


def last_year_form(filing: Filing) -> TargetForm | None:
    """The targets in force of the same project one year before the filing's own year."""
    revision = last_year_revision(filing)
    return content.form_of(revision) if revision else None


def current_head(filing: Filing) -> AdjustmentHead:
    """The newest revision's head, of a filing that adjusts."""
    return adjusting.head_of(filing.revisions.order_by("-number")[0])
