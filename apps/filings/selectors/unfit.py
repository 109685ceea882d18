"""Who may check a drawn filing, and why others may not."""

from __future__ import annotations

from dataclasses import dataclass

from apps.filings.models import Filing, SampleDraw, SampleItem
from apps.filings.selectors.sampling import may_be_checkers
from apps.organizations.models import User

TOOK_PART = "填过、报过或审过这一件"
SEES_NOT = "不在其分管范围"


@dataclass(frozen=True)
class Candidate:
    """A reviewer of the bureau; `reason` says why this one may not check, empty: may."""

    person: User
    reason: str


def took_part(item: SampleItem) -> set[int | None]:
    """Who wrote, submitted or judged the revision at any step."""
    revision = item.revision
    judges = revision.reviews.values_list("reviewer", flat=True)
    return {*revision.writers, revision.submitted_by_id, *judges}


def seen_by(draw: SampleDraw, person: User) -> set[int]:
    """The drawn filings that exist for the person."""
    rows = Filing.objects.visible_to(person).filter(pk__in=draw.items.values("filing"))
    return set(rows.values_list("pk", flat=True))


def candidates(item: SampleItem) -> list[Candidate]:
    """Every reviewer who can be asked, and whether the filing may be theirs to check."""
    return _candidates(item, _seen(item.draw))


def stuck(draw: SampleDraw) -> set[int]:
    """The drawn filings that lie with nobody and that nobody may check, by key."""
    rows = list(draw.items.filter(result="", checker=None).select_related("revision"))
    seen = _seen(draw) if rows else {}
    return {row.pk for row in rows if all(one.reason for one in _candidates(row, seen))}


def _seen(draw: SampleDraw) -> dict[User, set[int]]:
    return {person: seen_by(draw, person) for person in may_be_checkers(draw)}


def _candidates(item: SampleItem, seen: dict[User, set[int]]) -> list[Candidate]:
    busy = took_part(item)
    return [
        Candidate(
            person,
            TOOK_PART if person.pk in busy else "" if item.filing_id in filings else SEES_NOT,
        )
        for person, filings in seen.items()
    ]
