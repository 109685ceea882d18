"""Earlier results: conclusions in force, of the same project and of those called alike (U-45)."""

from __future__ import annotations

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from apps.filings.models import Filing, Revision, State
from apps.pre_assessment.models import Conclusion, Likeness, Verdict
from apps.projects.models import Project, ProjectQuerySet
from apps.rules import similarity
from apps.workplans.models import RuleSetting

MOST_EARLIER = 10  # alike projects that are shown
MOST_READ = 2_000  # conclusions of a region whose names are compared, the newest
UPTAKE = "pre_assessment.uptake"  # the plan's parameter; its value says that it is required
REQUIRED = "必填"


def in_force() -> QuerySet[Conclusion]:
    """Conclusions on which their filing was closed: approved on that revision, or refused.

    A change that was turned down leaves the conclusion in force that stood before it.
    """
    later = Revision.objects.filter(
        filing=OuterRef("filing"),
        number__gt=OuterRef("revision__number"),
        submitted_at__isnull=False,
    )
    approved = Q(filing__state=State.APPROVED, filing__approved_revision=F("revision"))
    refused = Q(filing__state=State.REJECTED, verdict=Verdict.REFUSE) & ~Q(Exists(later))
    return Conclusion.objects.filter(approved & ~Q(verdict=Verdict.REFUSE) | refused)


def same_and_alike(
    project: Project, among: ProjectQuerySet, but: Filing | None = None
) -> tuple[list[Conclusion], list[Conclusion]]:
    """Of the project itself, and of those among the others whose names are alike; newest first.

    `but` is left out: the report whose predecessors are asked for.
    """
    rows = in_force().select_related("project__unit", "filing").order_by("-decided_at")
    rows = rows.exclude(filing=but) if but else rows
    seen = among.filter(jurisdiction=project.jurisdiction_id, is_classified=False)
    others = rows.filter(project__in=seen).exclude(project=project)
    alike = [row for row in others[:MOST_READ] if _is_alike(project, row.project)]
    return list(rows.filter(project=project)), alike[:MOST_EARLIER]


def _is_alike(project: Project, other: Project | None) -> bool:
    return other is not None and similarity.are_like_projects(project.name or "", other.name or "")


def n_to_take_up(filing: Filing) -> int:
    """How many earlier results the report answers for.

    Those of the project itself, of the unit's own projects that are called alike, and what finance
    found the same or similar, but nothing that finance found different.
    """
    project = filing.assignment.project
    if project is None or project.is_classified:
        return 0
    same, alike = same_and_alike(project, Project.objects.filter(unit=project.unit_id), filing)
    judged = dict(filing.likenesses.values_list("earlier", "word"))
    different = {key for key, word in judged.items() if word == Likeness.Word.DIFFERENT}
    return len(({row.pk for row in (*same, *alike)} | judged.keys()) - different)


def uptake_clause(filing: Filing) -> str:
    """The clause by which the plan requires a 采纳说明; empty where it does not."""
    rows = RuleSetting.objects.filter(plan=filing.assignment.plan_id, code=UPTAKE, is_filled=True)
    row = rows.filter(task=None, value=REQUIRED).first()
    return (row.clause or REQUIRED) if row else ""
