"""Reviewers side by side: their scores on one sheet, and the same thing scored twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Prefetch, QuerySet

from apps.filings.models import Filing, Review, ReviewScore, SecondMark, SecondScore
from apps.filings.standing import SCORERS, readers_in
from apps.organizations import selectors as people
from apps.organizations.models import Role, User
from apps.rules import calibration
from apps.rules.calibration import Agreement, Spread
from apps.workplans.models import ScoreSheet


@dataclass(frozen=True)
class ReviewerLine:
    """One reviewer on a sheet: own scores, and the lean against others on the same things."""

    name: str
    spread: Spread
    lean: Agreement


@dataclass(frozen=True)
class CriterionGap:
    """How far second scores lie from the first on one criterion, in points."""

    name: str
    agreement: Agreement


@dataclass(frozen=True)
class Pair:
    """The same revision scored twice; the difference is second less first."""

    second: SecondScore
    subject: str
    first: Decimal
    again: Decimal

    @property
    def gap(self) -> Decimal:
        """Second less first."""
        return self.again - self.first


@dataclass(frozen=True)
class Comparison:
    """All that the calibration page shows of one sheet."""

    sheet: ScoreSheet
    whole: Spread
    lines: list[ReviewerLine]
    pairs: list[Pair]
    agreement: Agreement
    criteria: list[CriterionGap]


def _places(user: User) -> set[int]:
    return people.jurisdictions_of(user, Role.PERFORMANCE_REVIEWER, Role.LEADER)


def scored(user: User, year: int) -> QuerySet[Review]:
    """The year's decided reviews with a score, in the jurisdictions that the person compares."""
    return Review.objects.filter(
        decided_at__isnull=False,
        score__isnull=False,
        revision__filing__jurisdiction__in=_places(user),
        revision__filing__fiscal_year=year,
    )


def sheets(user: User, year: int) -> QuerySet[ScoreSheet]:
    """The sheets on which anything was scored."""
    told = scored(user, year).filter(step__sheet=OuterRef("pk"))
    rows = ScoreSheet.objects.filter(Exists(told), plan__jurisdiction__in=_places(user))
    return rows.order_by("title", "pk")


def compared(user: User, year: int, sheet: ScoreSheet) -> Comparison:
    """The reviewers on a sheet; statistics in points of the sheet."""
    rows = scored(user, year).filter(step__sheet=sheet)
    first = list(rows.values_list("reviewer", "reviewer__name", "revision", "score"))
    seconds = list(_seconds(rows))
    lines = _lines(first, seconds)
    pairs = [_pair(second) for second in seconds]
    return Comparison(
        sheet=sheet,
        whole=calibration.spread(score for *_, score in first if score is not None),
        lines=lines,
        pairs=pairs,
        agreement=calibration.agreement([(pair.first, pair.again) for pair in pairs]),
        criteria=_criteria(sheet, seconds),
    )


def _seconds(rows: QuerySet[Review]) -> QuerySet[SecondScore]:
    given = SecondScore.objects.filter(review__in=rows, scored_at__isnull=False)
    return given.select_related(
        "scorer",
        "review__reviewer",
        "review__revision__filing__assignment__project",
        "review__revision__filing__assignment__transfer",
        "review__revision__filing__unit",
    ).prefetch_related(
        Prefetch("marks", SecondMark.objects.select_related("item")),
        Prefetch("review__scores", ReviewScore.objects.select_related("item")),
    )


def _lines(
    first: Sequence[tuple[int, str, int, Decimal | None]], seconds: Iterable[SecondScore]
) -> list[ReviewerLine]:
    """One line a reviewer who decided or scored again, by name."""
    names: dict[int, str] = {}
    own: dict[int, dict[int, Decimal]] = defaultdict(dict)
    decided: dict[int, list[Decimal]] = defaultdict(list)
    for person, name, revision, score in first:
        names[person] = name
        if score is not None:
            own[person][revision] = score
            decided[person].append(score)
    for second in seconds:
        names[second.scorer_id] = second.scorer.name
        own[second.scorer_id][second.review.revision_id] = second.score or Decimal(0)
    found = [
        ReviewerLine(name, calibration.spread(decided[person]), _lean(person, own))
        for person, name in names.items()
    ]
    return sorted(found, key=lambda line: line.name)


def _lean(person: int, own: dict[int, dict[int, Decimal]]) -> Agreement:
    others: dict[int, list[Decimal]] = defaultdict(list)
    for other, scores in own.items():
        if other != person:
            for revision, score in scores.items():
                others[revision].append(score)
    return calibration.lean(own[person], others)


def _pair(second: SecondScore) -> Pair:
    filing = second.review.revision.filing
    subject = str(filing.assignment.subject or filing.unit)
    return Pair(second, subject, second.review.score or Decimal(0), second.score or Decimal(0))


def _criteria(sheet: ScoreSheet, seconds: Sequence[SecondScore]) -> list[CriterionGap]:
    """The criteria in the sheet's order with what both scorers gave."""
    gaps: dict[int, list[tuple[Decimal, Decimal]]] = defaultdict(list)
    for second in seconds:
        before = {mark.item_id: mark.points for mark in second.review.scores.all()}
        for mark in second.marks.all():
            was = before.get(mark.item_id)
            if was is not None and mark.points is not None:
                gaps[mark.item_id].append((was, mark.points))
    return [
        CriterionGap(item.name, calibration.agreement(gaps[item.pk], Decimal(1)))
        for item in sheet.items.all()
    ]


# --- second scores ----------------------------------------------------------------------------
def to_score_again(user: User, year: int) -> QuerySet[SecondScore]:
    """What the person was asked to score and has not, the oldest first."""
    rows = SecondScore.objects.filter(
        scorer=user,
        scored_at__isnull=True,
        review__revision__filing__fiscal_year=year,
        review__revision__filing__jurisdiction__in=readers_in(user),
    )
    return _whole(rows).order_by("asked_at", "pk")


def second_scores(user: User) -> QuerySet[SecondScore]:
    """Second scores that exist for the person, with what their page shows."""
    return _whole(SecondScore.objects.visible_to(user))


def _whole(rows: QuerySet[SecondScore]) -> QuerySet[SecondScore]:
    return rows.select_related(
        "scorer",
        "asked_by",
        "review__reviewer",
        "review__step__sheet",
        "review__revision__filing__assignment__project",
        "review__revision__filing__assignment__transfer",
        "review__revision__filing__assignment__task",
        "review__revision__filing__unit",
    )


def may_be_asked(user: User, year: int, sheet: ScoreSheet | None) -> QuerySet[Review]:
    """Scored reviews (on the sheet, if one is named) not scored again yet, the newest first."""
    again = SecondScore.objects.filter(review=OuterRef("pk"))
    rows = scored(user, year).filter(~Exists(again))
    if sheet is not None:
        rows = rows.filter(step__sheet=sheet)
    return rows.select_related(
        "reviewer",
        "revision__filing__assignment__project",
        "revision__filing__assignment__transfer",
        "revision__filing__unit",
    ).order_by("-decided_at", "-pk")


def scorers_in(user: User) -> list[User]:
    """Who may be asked: the bureau's people who read filings."""
    found: dict[int, User] = {}
    for held in people.memberships(user):
        if held.jurisdiction_id in _places(user):
            found |= {p.pk: p for p in people.people_in(held.jurisdiction, *SCORERS)}
    return sorted(found.values(), key=lambda person: (person.name, person.pk))


def is_seen_by(filing: Filing, person: User) -> bool:
    """Whether the filing exists for the person."""
    return Filing.objects.visible_to(person).filter(pk=filing.pk).exists()


def may_compare(user: User) -> bool:
    """Whether the person compares reviewers in any jurisdiction."""
    return bool(_places(user))


@dataclass(frozen=True)
class MarkLine:
    """One criterion as both scorers saw it."""

    name: str
    maximum: Decimal
    first: Decimal | None
    again: Decimal | None


def marks_of(second: SecondScore) -> list[MarkLine]:
    """The criteria side by side once the second score is given; nothing before."""
    sheet = second.review.step.sheet
    if second.scored_at is None or sheet is None:
        return []
    first = dict(second.review.scores.values_list("item", "points"))
    again = dict(second.marks.values_list("item", "points"))
    return [
        MarkLine(item.name, item.points, first.get(item.pk), again.get(item.pk))
        for item in sheet.items.all()
    ]
