"""A review's sheet handed to the rule book: total, grade, consequence, trace."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from apps.filings.models import Review
from apps.rules import grading
from apps.workplans.models import ScoreSheet


@dataclass(frozen=True)
class Outcome:
    """What a sheet says so far; `missing` names criteria without a mark."""

    score: Decimal | None = None
    grade: str = ""
    consequence: str = ""
    text: str = ""
    missing: tuple[str, ...] = ()
    trace: dict[str, Any] | None = None


def outcome_of(review: Review) -> Outcome:
    """Total and grade of a review by its step's sheet; an empty outcome where there is no sheet."""
    sheet = review.step.sheet
    if sheet is None:
        return Outcome(trace={})
    result = grading.judge(
        mode=sheet.mode,
        criteria=[grading.Criterion(i.pk, i.name, i.points) for i in sheet.items.all()],
        marks={s.item_id: grading.ItemMark(s.grade, s.points) for s in review.scores.all()},
        bands=_bands(sheet),
        clause=sheet.clause,
    )
    return Outcome(
        score=result.score,
        grade=result.grade,
        consequence=result.consequence,
        text=result.text,
        missing=result.missing,
        trace=result.trace,
    )


def _bands(sheet: ScoreSheet) -> list[grading.Band]:
    return [
        grading.Band(b.grade, b.floor, b.consequence, b.text, b.clause) for b in sheet.bands.all()
    ]
