"""Which revision of a project's targets is in force."""

from apps.filings.models import Filing, Revision, State
from apps.projects.models import Project

KIND = "targets.project"


def revision_in_force(project: Project, year: int) -> Revision | None:
    """The approved revision of a project's targets that speaks of a year, or None."""
    filing = (
        Filing.objects.filter(
            kind=KIND,
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


def last_year_revision(filing: Filing) -> Revision | None:
    """The revision in force of the same project one year before the filing's own year."""
    assignment = filing.assignment
    if assignment.project is None:
        return None
    return revision_in_force(assignment.project, assignment.task.evaluated_year - 1)
