"""A review's sheet handed to the rule book: total, grade, consequence, trace."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from apps.filings.models import Review
from apps.rules import grading
from apps.rules.errors import RuleError
from apps.workplans.models import GradeBand, ScoreItem, ScoreSheet

MET, UNMET = "合格", "不合格"


@dataclass(frozen=True)
class Given:
    """What one criterion was given, stored or still on the page."""

    grade: str = ""
    points: Decimal | None = None


@dataclass(frozen=True)
class Outcome:
    """What a sheet says so far. Points out of 100; `missing` names criteria without a mark.

    `so_far` adds up the points given while some are missing; `off_band` names criteria whose points
    do not lie within the grade beside them.
    """

    score: Decimal | None = None
    so_far: Decimal | None = None
    grade: str = ""
    consequence: str = ""
    text: str = ""
    missing: tuple[str, ...] = ()
    off_band: tuple[str, ...] = ()
    trace: dict[str, object] = field(default_factory=dict)


def outcome_of(review: Review) -> Outcome:
    """Total and grade of a review by its step's sheet; an empty outcome where there is no sheet."""
    given = {s.item_id: Given(s.grade, s.points) for s in review.scores.all()}
    return outcome(review.step.sheet, given)


def outcome(sheet: ScoreSheet | None, given: Mapping[int, Given]) -> Outcome:
    """The same for marks by criterion, whether they are stored or not.

    Raises RuleError for points beyond their criterion.
    """
    if sheet is None:
        return Outcome()
    items = list(sheet.items.all())
    missing = tuple(i.name for i in items if not _is_marked(sheet, given.get(i.pk)))
    marks = [_mark(i, given[i.pk]) for i in items if i.name not in missing]
    off_band = tuple(grading.off_band(marks)) if sheet.mode == ScoreSheet.Mode.POINTS else ()
    if missing:
        so_far = grading.total(marks) if marks and sheet.mode == ScoreSheet.Mode.POINTS else None
        return Outcome(so_far=so_far, missing=missing, off_band=off_band)
    verdict = grading.judge(sheet.mode, marks, _bands(sheet), sheet.clause)
    if verdict.mode == grading.Mode.CHECKS:
        return _checked(verdict)
    band = verdict.band
    return Outcome(
        score=verdict.total,
        so_far=verdict.total,
        grade=band.grade if band else "",
        consequence=band.consequence if band else "",
        text=band.text if band else "",
        off_band=off_band,
        trace=verdict.trace,
    )


def words(sheet: ScoreSheet | None) -> tuple[str, ...]:
    """The words by which a sheet's criteria are graded."""
    is_checks = sheet is not None and sheet.mode == ScoreSheet.Mode.CHECKS
    return (MET, UNMET) if is_checks else grading.GRADES


def demand_mark(sheet: ScoreSheet | None, item: ScoreItem, given: Given) -> None:
    """Refuse a mark that the sheet does not have. Raises RuleError naming the criterion."""
    if given.grade not in ("", *words(sheet)):
        raise RuleError(f"{item.name}：没有“{given.grade}”这一级。", code="filings.grade")
    if given.points is not None and not 0 <= given.points <= item.points:
        raise RuleError(
            f"{item.name}：给了{given.points}分，应在0–{item.points.normalize():f}分之间。",
            code="filings.points",
        )


def _checked(verdict: grading.Verdict) -> Outcome:
    """A sheet of yes-or-no checks: one that is not met sends the filing back (U-13, Y-47)."""
    if not verdict.unmet:
        return Outcome(grade=MET, consequence=GradeBand.Consequence.PASS, trace=verdict.trace)
    text = f"{'、'.join(verdict.unmet)}不合格，应退回修改。"
    return Outcome(
        grade=UNMET, consequence=GradeBand.Consequence.REDO, text=text, trace=verdict.trace
    )


def _is_marked(sheet: ScoreSheet, score: Given | None) -> bool:
    if score is None:
        return False
    return score.points is not None if sheet.mode == ScoreSheet.Mode.POINTS else bool(score.grade)


def _mark(item: ScoreItem, score: Given) -> grading.ItemMark:
    is_met = {MET: True, UNMET: False}.get(score.grade)
    grade = "" if is_met is not None else score.grade
    return grading.ItemMark(item.name, item.points, score.points, grade, is_met)


def _bands(sheet: ScoreSheet) -> list[grading.Band]:
    return [
        grading.Band(b.grade, b.floor, b.consequence, b.text, b.clause) for b in sheet.bands.all()
    ]
