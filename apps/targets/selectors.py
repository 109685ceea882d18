"""What other rooms and pages read of the targets."""

from apps.filings.models import Filing
from apps.projects.models import Project
from apps.rules.adjustment import AdjustmentHead
from apps.rules.target_form import TargetForm
from apps.rules.target_shapes import Shape
from apps.targets import adjusting, content
from apps.targets.filed import Filed, filed_days
from apps.targets.in_force import chain, last_year_revision, revision_in_force

__all__ = [
    "Filed",
    "chain",
    "current_form",
    "current_head",
    "current_shape",
    "filed_days",
    "form_in_force",
    "last_year_form",
    "last_year_revision",
    "revision_in_force",
]


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


def last_year_form(filing: Filing) -> TargetForm | None:
    """The targets in force of the same project one year before the filing's own year."""
    revision = last_year_revision(filing)
    return content.form_of(revision) if revision else None


def current_head(filing: Filing) -> AdjustmentHead:
    """The newest revision's head, of a filing that adjusts."""
    return adjusting.head_of(filing.revisions.order_by("-number")[0])
