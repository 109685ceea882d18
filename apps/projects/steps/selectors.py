"""The days on record; other rooms read here."""

from __future__ import annotations

from collections.abc import Iterable

from apps.projects.models import Project, StepDate

Dates = dict[tuple[str, str], StepDate]  # by side and step


def dates_of(project: Project, year: int) -> Dates:
    """The project's days of the year."""
    return dates_of_many([project.pk], year).get(project.pk, {})


def dates_of_many(projects: Iterable[int], year: int) -> dict[int, Dates]:
    """Days by project id, then by side and step; one query."""
    found: dict[int, Dates] = {}
    rows = StepDate.objects.filter(place__project__in=list(projects), place__fiscal_year=year)
    for row in rows.select_related("place", "recorded_by"):
        found.setdefault(row.place.project_id, {})[row.side, row.step] = row
    return found
