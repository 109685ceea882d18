"""What other rooms and pages read of the targets."""

from apps.filings.models import Filing, Revision, State
from apps.projects.models import Project
from apps.rules.target_form import TargetForm
from apps.targets import content


def current_form(filing: Filing) -> TargetForm:
    """The newest revision's content."""
    return content.form_of(filing.revisions.order_by("-number")[0])


def revision_in_force(project: Project, year: int) -> Revision | None:
    """The approved revision of a project's targets that speaks of a year, or None."""
    filing = (
        Filing.objects.filter(
            kind=content.KIND,
            assignment__project=project,
            assignment__task__evaluated_year=year,
            approved_revision__isnull=False,
        )
        .exclude(state=State.CANCELLED)
        .select_related("approved_revision")
        .order_by("-approved_revision__submitted_at", "-pk")
        .first()
    )
    return filing.approved_revision if filing else None


def form_in_force(project: Project, year: int) -> TargetForm | None:
    """The promise in force for a project and year: goal texts, money in yuan, indicators."""
    revision = revision_in_force(project, year)
    return content.form_of(revision) if revision else None


def last_year_revision(filing: Filing) -> Revision | None:
    """The revision in force of the same project one year before the filing's own year."""
    assignment = filing.assignment
    if assignment.project is None:
        return None
    return revision_in_force(assignment.project, assignment.task.evaluated_year - 1)


def last_year_form(filing: Filing) -> TargetForm | None:
    """The targets in force of the same project one year before the filing's own year."""
    revision = last_year_revision(filing)
    return content.form_of(revision) if revision else None
