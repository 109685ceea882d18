"""Which revision of the targets of a project, a policy or a whole unit is in force."""

from apps.filings.models import Filing, Revision, State
from apps.organizations.models import Unit
from apps.projects.models import Project

KIND = "targets.project"
UNIT_KIND = "targets.unit"
POLICY_KIND = "targets.policy"


def revision_in_force(project: Project, year: int) -> Revision | None:
    """The approved revision of a project's or policy's targets that speaks of a year, or None."""
    return _newest(year, kind__in=(KIND, POLICY_KIND), assignment__project=project)


def unit_revision_in_force(unit: Unit, year: int) -> Revision | None:
    """The approved revision of a whole unit's targets that speaks of a year, or None."""
    return _newest(year, kind=UNIT_KIND, unit=unit)


def last_year_revision(filing: Filing) -> Revision | None:
    """The revision in force of the same subject one year before the filing's own year."""
    assignment, year = filing.assignment, filing.assignment.task.evaluated_year - 1
    if assignment.project is not None:
        return revision_in_force(assignment.project, year)
    return unit_revision_in_force(filing.unit, year) if filing.kind == UNIT_KIND else None


def _newest(year: int, **of: object) -> Revision | None:
    rows = Filing.objects.filter(
        assignment__task__evaluated_year=year, approved_revision__isnull=False, **of
    ).exclude(state=State.CANCELLED)
    filing = (
        rows.select_related("approved_revision")
        .order_by("-approved_revision__submitted_at", "-pk")
        .first()
    )
    return filing.approved_revision if filing else None
