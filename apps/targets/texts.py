"""The index of what was filed before: which forms may have been copied, which are of like projects.

The index finds candidates by two-character pieces; what they are is decided by apps.rules alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from apps.filings.models import Filing, Revision, State
from apps.rules import similarity, target_checks
from apps.rules.target_form import TargetForm
from apps.targets.models import TargetText

MOST_COPIES = 10  # forms that are compared whole
MOST_PEERS = 50  # projects of which the promises are read
MOST_ROWS = 6  # rows by which a copied table is looked for: the longest say most
NAME_RUN = 3  # characters of a project's name; a goal is looked for by six
LINE = "\n"


@dataclass(frozen=True)
class Wording:
    """A form's words as they are compared."""

    goal: str
    rows: tuple[str, ...]
    name: str


def wording_of(form: TargetForm, project_name: str) -> Wording:
    """The normal texts of a form."""
    lines = (similarity.normal(target_checks.row_text(line)) for line in form.lines if line.name)
    name = similarity.normal(similarity.bare_project(project_name)) if project_name else ""
    return Wording(similarity.normal(form.year_goal), tuple(filter(None, lines)), name[:120])


def columns(wording: Wording) -> dict[str, str]:
    """The texts with their pieces, as a row of the index keeps them."""
    rows_pieces = {piece for row in wording.rows for piece in similarity.pairs(row)}
    return {
        "goal": wording.goal,
        "goal_pieces": _packed(similarity.pairs(wording.goal)),
        "rows": LINE.join(("", *wording.rows, "")) if wording.rows else "",
        "rows_pieces": _packed(rows_pieces),
        "name": wording.name,
        "name_pieces": _packed(similarity.pairs(wording.name)),
    }


def _packed(pieces: Iterable[str]) -> str:
    return " ".join(sorted(pieces))


def keep(filing: Filing, revision: Revision, form: TargetForm) -> None:
    """The index holds this revision for the filing; in the caller's transaction."""
    project = filing.assignment.project
    wording = wording_of(form, (project.name or "") if project else "")
    TargetText.objects.update_or_create(
        filing=filing,
        defaults={
            "revision": revision,
            "jurisdiction_id": filing.jurisdiction_id,
            "project": project,
            "evaluated_year": filing.assignment.task.evaluated_year,
            **columns(wording),
        },
    )


# --- candidates -------------------------------------------------------------------------------
def copies(filing: Filing, wording: Wording) -> list[TargetText]:
    """Forms of other projects of the region, of this year and the last, that share runs of the
    goal or whole rows; those that share most first. Two queries.
    """
    longest = sorted(set(wording.rows), key=len, reverse=True)[:MOST_ROWS]
    goals = _best(filing, "goal", similarity.probes(wording.goal), 1)
    rows = _best(filing, "rows", [f"{LINE}{row}{LINE}" for row in longest], 1)
    found = (*goals[:MOST_COPIES], *rows[:MOST_COPIES])
    return list({text.pk: text for text in found}.values())


def peers(filing: Filing, wording: Wording) -> list[TargetText]:
    """The year's forms of like projects of the region: of one category and called alike; one
    query.
    """
    project = filing.assignment.project
    if project is None:
        return []
    rows = _best(filing, "name", similarity.probes(wording.name, NAME_RUN), 0)
    return [
        text
        for text in rows.filter(project__category=project.category)[:MOST_PEERS]
        if similarity.are_like_projects(wording.name, text.name)
    ]


def held(column: str, run: str) -> Q:
    """The pieces find the rows by the index, the text itself decides on either database."""
    pieces = similarity.pairs(run.strip(LINE))
    return Q(**{f"{column}_pieces__holds": pieces, f"{column}__contains": run})


def _best(filing: Filing, column: str, runs: Sequence[str], years: int) -> QuerySet[TargetText]:
    """The rows whose text holds any of the runs, those that hold most of them first."""
    if not runs:
        return TargetText.objects.none()
    assignment = filing.assignment
    year = assignment.task.evaluated_year
    one, none = Value(1), Value(0, output_field=IntegerField())
    places = [When(**{f"{column}__contains": run}, then=one) for run in runs]
    n_held = sum((Case(place, default=none) for place in places), start=none)
    rows = (
        TargetText.objects.select_related("filing", "revision")
        .filter(
            reduce(or_, (held(column, run) for run in runs)),
            jurisdiction=filing.jurisdiction_id,
            evaluated_year__range=(year - years, year),
        )
        .exclude(filing__state=State.CANCELLED)
    )
    rows = rows.exclude(filing=filing.pk)
    if assignment.project_id is not None:
        rows = rows.exclude(project=assignment.project_id)
    rows = rows.annotate(n_held=n_held).order_by("-n_held", "-pk")
    return rows.defer("goal_pieces", "rows_pieces", "name_pieces")
