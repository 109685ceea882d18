"""The index of what was filed before: which forms may have been copied, which are of like projects.

The index finds candidates by two-character pieces; what they are is decided by apps.rules alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet, Value

from apps.filings.models import Filing, Revision, State
from apps.rules import similarity, target_checks
from apps.rules.target_form import TargetForm
from apps.targets.models import TargetText

MOST_COPIES = 10  # forms that are compared whole
MOST_PEERS = 50  # projects of which the promises are read
MOST_ROWS = 6  # rows by which a copied table is looked for: the longest say most
MOST_HOLDING = 200  # rows that one run of characters finds
NAME_RUN = 3  # characters of a project's name; a goal is looked for by six
LINE = "\n"
Found = QuerySet[TargetText, tuple[str, int]]


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
class Near(NamedTuple):
    """What a form is compared with: other forms that may be copies, and those of like projects."""

    copies: list[TargetText]
    peers: list[TargetText]


def copies(filing: Filing, wording: Wording) -> list[TargetText]:
    """Forms of other projects of the region, of this year and the last, that share runs of the
    goal or whole rows; those that share most first. Two queries.
    """
    held = _held_most(_runs_of_copies(filing, wording))
    found = _stored([*held["goal"][:MOST_COPIES], *held["rows"][:MOST_COPIES]])
    return list(found.values())


def near(filing: Filing, wording: Wording) -> Near:
    """The copies, and the year's forms of like projects of the region: of one category and called
    alike. The same two queries.
    """
    held = _held_most([*_runs_of_copies(filing, wording), *_runs_of_peers(filing, wording)])
    maybe = [*held["goal"][:MOST_COPIES], *held["rows"][:MOST_COPIES]]
    named = held["name"][:MOST_PEERS]
    found = _stored([*maybe, *named])
    peers = [
        found[pk]
        for pk in named
        if pk in found and similarity.are_like_projects(wording.name, found[pk].name)
    ]
    return Near([found[pk] for pk in dict.fromkeys(maybe) if pk in found], peers)


def _runs_of_copies(filing: Filing, wording: Wording) -> list[Found]:
    rows = _others(filing, 1)
    longest = sorted(set(wording.rows), key=len, reverse=True)[:MOST_ROWS]
    return [
        *(_holding(rows, "goal", run) for run in similarity.probes(wording.goal)),
        *(_holding(rows, "rows", f"{LINE}{row}{LINE}") for row in longest),
    ]


def _runs_of_peers(filing: Filing, wording: Wording) -> list[Found]:
    project = filing.assignment.project
    if project is None:
        return []
    rows = _others(filing, 0).filter(project__category=project.category)
    return [_holding(rows, "name", run) for run in similarity.probes(wording.name, NAME_RUN)]


def held(column: str, run: str) -> Q:
    """The pieces find the rows by the index, the text itself decides on either database."""
    pieces = similarity.pairs(run.strip(LINE))
    return Q(**{f"{column}_pieces__holds": pieces, f"{column}__contains": run})


def _others(filing: Filing, years: int) -> QuerySet[TargetText]:
    """What is kept of the region's other filings and projects, of so many years back."""
    assignment = filing.assignment
    year = assignment.task.evaluated_year
    rows = TargetText.objects.filter(
        jurisdiction=filing.jurisdiction_id, evaluated_year__range=(year - years, year)
    )
    if assignment.project_id is not None:
        return rows.exclude(project=assignment.project_id)
    if assignment.transfer_id is None:  # the unit as a whole, this year's or last year's
        whole = {"project": None, "filing__assignment__transfer": None}
        return rows.exclude(**whole, filing__unit=filing.unit_id)
    return rows.exclude(filing=filing.pk)


def _holding(rows: QuerySet[TargetText], column: str, run: str) -> Found:
    """Those whose text holds the run, as column and key, a bounded number of them.

    What hundreds of forms hold is a phrase of everybody's: any of them will do, for a copy holds
    other runs besides; and the more forms there are, the sooner so many are found.
    """
    found = rows.filter(held(column, run)).values_list(Value(column), "pk")
    # SQLite takes no limit inside a union; it holds one county's rows.
    return (
        found[:MOST_HOLDING] if connection.features.supports_slicing_ordering_in_compound else found
    )


def _held_most(asked: Sequence[Found]) -> dict[str, list[int]]:
    """By column the keys of the rows that hold any run, those that hold most of them first."""
    counts: dict[str, Counter[int]] = {"goal": Counter(), "rows": Counter(), "name": Counter()}
    if asked:
        for column, pk in asked[0].union(*asked[1:], all=True):
            counts[column][pk] += 1
    return {
        column: sorted(count, key=lambda pk: (count[pk], pk), reverse=True)
        for column, count in counts.items()
    }


def _stored(keys: Sequence[int]) -> dict[int, TargetText]:
    """The rows by key, in this order, but for those of cancelled filings."""
    if not keys:
        return {}
    rows = TargetText.objects.select_related("filing", "revision")
    rows = rows.exclude(filing__state=State.CANCELLED)
    found = rows.defer("goal_pieces", "rows_pieces", "name_pieces").in_bulk(set(keys))
    return {pk: found[pk] for pk in dict.fromkeys(keys) if pk in found}
