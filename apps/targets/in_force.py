"""Which revision of the targets of a project, a policy or a whole unit is in force.

An approved adjustment supersedes what it adjusts (Y-45).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from apps.filings.models import Filing, Revision, State
from apps.organizations.models import Unit
from apps.projects.models import Project
from apps.rules.errors import RuleError
from apps.targets.models import Adjustment
from apps.targets.subjects import Subject

KIND = "targets.project"
UNIT_KIND = "targets.unit"
POLICY_KIND = "targets.policy"
ADJUSTMENT = "targets.adjustment"
OF_PROJECTS = (KIND, POLICY_KIND, ADJUSTMENT)
OF_UNITS = (UNIT_KIND, ADJUSTMENT)


def standing(rows: QuerySet[Filing]) -> QuerySet[Filing]:
    """Those of the filings whose approved revision is in force: nothing took its place."""
    later = Adjustment.objects.filter(base=OuterRef("approved_revision"), made__isnull=False)
    found = rows.filter(~Exists(later), approved_revision__isnull=False)
    return found.exclude(state=State.CANCELLED)


def revision_in_force(project: Project, year: int) -> Revision | None:
    """The approved revision of a project's or policy's targets that speaks of a year, or None."""
    return _newest(year, **_of_project(project))


def unit_revision_in_force(unit: Unit, year: int) -> Revision | None:
    """The approved revision of a whole unit's targets that speaks of a year, or None."""
    return _newest(year, **_of_unit(unit))


def subject_revision(subject: Subject, year: int) -> Revision | None:
    """The approved revision of whatever may be adjusted, or None."""
    return _newest(year, **_of(subject))


def _of(subject: Subject) -> dict[str, object]:
    return _of_project(subject.project) if subject.project else _of_unit(subject.unit)


def _of_project(project: Project) -> dict[str, object]:
    return {"kind__in": OF_PROJECTS, "assignment__project": project}


def _of_unit(unit: Unit) -> dict[str, object]:
    return {"kind__in": OF_UNITS, "unit": unit, "assignment__project": None}


def last_year_revision(filing: Filing) -> Revision | None:
    """The revision in force of the same subject one year before the filing's own year."""
    assignment, year = filing.assignment, filing.assignment.task.evaluated_year - 1
    if assignment.project is not None:
        return revision_in_force(assignment.project, year)
    return unit_revision_in_force(filing.unit, year) if filing.kind in OF_UNITS else None


def _newest(year: int, **of: object) -> Revision | None:
    rows = standing(Filing.objects.filter(assignment__task__evaluated_year=year, **of))
    filing = (
        rows.select_related("approved_revision")
        .order_by("-approved_revision__submitted_at", "-pk")
        .first()
    )
    return filing.approved_revision if filing else None


# --- the chain of versions ------------------------------------------------------------------
@dataclass(frozen=True)
class Link:
    """An approved version of a subject's targets; `is_in_force` for the last of its chain."""

    filing: Filing
    revision: Revision
    adjustment: Adjustment | None  # which it is, if it is one
    superseded_by: Adjustment | None

    @property
    def is_in_force(self) -> bool:
        """Whether nothing took its place."""
        return self.superseded_by is None

    @property
    def title(self) -> str:
        """年初项目绩效目标 or 第1次调整."""
        return str(self.adjustment or self.filing.assignment.task)


def chain(subject: Subject, year: int) -> list[Link]:
    """All versions that were or are in force, oldest first; two queries."""
    filings = list(_approved(subject, year))
    made = Adjustment.objects.filter(**subject.own, year=year, made__isnull=False)
    rows = list(made.select_related("filing", "made"))
    by_base = {row.base_id: row for row in rows}
    by_made = {row.made_id: row for row in rows}
    return [
        Link(filing, revision, by_made.get(revision.pk), by_base.get(revision.pk))
        for filing, revision in _with_revision(filings)
    ]


def _approved(subject: Subject, year: int) -> QuerySet[Filing]:
    """The subject's filings that have an approved revision speaking of the year, oldest first."""
    rows = Filing.objects.filter(
        assignment__task__evaluated_year=year, approved_revision__isnull=False, **_of(subject)
    )
    rows = rows.exclude(state=State.CANCELLED)
    around = ("approved_revision", "assignment__task")
    return rows.select_related(*around).order_by("approved_revision__submitted_at", "pk")


def _with_revision(filings: Iterable[Filing]) -> Iterable[tuple[Filing, Revision]]:
    for filing in filings:
        if filing.approved_revision is not None:
            yield filing, filing.approved_revision


def successor(filing: Filing) -> Filing | None:
    """The adjustment that took the place of the filing's approved revision, or None."""
    if filing.approved_revision_id is None:
        return None
    rows = Adjustment.objects.filter(base=filing.approved_revision_id, made__isnull=False)
    found = rows.select_related("filing__assignment__task").first()
    return found.filing if found else None


def demand_unadjusted(filing: Filing) -> None:
    """Refuse to open a target again that was or is being adjusted. Raises RuleError."""
    rows = Adjustment.objects.filter(base=filing.approved_revision_id, is_dropped=False)
    found = rows.first() if filing.approved_revision_id else None
    if found is not None and found.made_id:
        raise RuleError(
            f"已被{found}取代。要再改的，从现行目标另行申请调整。", code="targets.superseded"
        )
    if found is not None:
        raise RuleError(f"{found}正在办，办完或取消以后再重新开放。", code="targets.adjusting")
