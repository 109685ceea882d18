"""The same thing scored twice: asked for by name, given blind, without moving the filing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from apps.core import clock
from apps.filings import permissions, scoring
from apps.filings.models import Filing, Review, SecondMark, SecondScore
from apps.filings.selectors import calibration as selectors
from apps.filings.services import moves
from apps.filings.services.reviewing import Mark
from apps.filings.standing import SCORERS
from apps.notifications import services as notifications
from apps.organizations import selectors as people
from apps.organizations.models import User
from apps.rules.errors import RuleError


@transaction.atomic
def ask_second(*, review: Review, scorer: User, actor: User) -> SecondScore:
    """Somebody who had no part in the revision is asked to score it again.

    Raises PermissionDenied, or RuleError for a review without a score, somebody who took part,
    does not review or may not see it, or who was asked before.
    """
    filing = review.revision.filing
    if not permissions.may_calibrate(actor, filing.jurisdiction_id):
        raise PermissionDenied("打分校准由绩效科和局领导办理。")
    if review.decided_at is None or review.score is None:
        raise RuleError("这一件还没有打分，不能再打一次。", code="calibration.unscored")
    _demand_fit(review, filing, scorer)
    try:
        with transaction.atomic():
            second = SecondScore.objects.create(
                review=review, scorer=scorer, asked_by=actor, asked_at=clock.now()
            )
    except IntegrityError as error:
        raise RuleError(f"已经请{scorer}再打分。", code="calibration.twice") from error
    moves.note(filing, actor, "ask_second", scorer=scorer.name, step=str(review.step))
    notifications.notify(
        recipients=[scorer],
        kind="filings.desk_second",
        key=str(second.public_id),
        title=f"请再打一次分：{moves.label(filing)}",
        body="用于校准打分，不影响这一件的办理。打分前不显示第一次的分。",
        url=f"/{filing.fiscal_year}/second-scores/{second.public_id}/",
    )
    return second


def _demand_fit(review: Review, filing: Filing, scorer: User) -> None:
    revision = review.revision
    judges = set(revision.reviews.values_list("reviewer", flat=True))
    if scorer.pk in {*revision.writers, revision.submitted_by_id, *judges}:
        raise RuleError(f"{scorer}填过或审过这一版，请换人再打。", code="calibration.took_part")
    known = {person.pk for person in people.people_in(filing.jurisdiction, *SCORERS)}
    if scorer.pk not in known or not selectors.is_seen_by(filing, scorer):
        raise RuleError(f"{scorer}看不到这一件，请换人再打。", code="calibration.unseen")


@transaction.atomic
def give_second(
    *, second: SecondScore, actor: User, marks: Iterable[Mark], opinion: str = ""
) -> SecondScore:
    """The second score stands, once and for all; the filing stays where it is.

    Raises PermissionDenied for anybody else, or RuleError when it was given, a mark does not fit
    the sheet, or one is missing.
    """
    if not permissions.may_score_again(actor, second):
        raise PermissionDenied("这一次由受请的人打分。")
    second = SecondScore.objects.select_for_update(of=("self",)).get(pk=second.pk)
    if second.scored_at is not None:
        raise RuleError("已经打过分，不再改。", code="calibration.given")
    sheet = second.review.step.sheet
    given = {mark.item_id: scoring.Given(mark.grade, mark.points) for mark in marks}
    items = {item.pk: item for item in sheet.items.all()} if sheet else {}
    given = {pk: one for pk, one in given.items() if pk in items}
    for pk, one in given.items():
        scoring.demand_mark(sheet, items[pk], one)
    outcome = scoring.outcome(sheet, given)
    if outcome.score is None:
        missing = "、".join(outcome.missing)
        raise RuleError(f"评分未完成，还缺：{missing}。", code="calibration.missing")
    SecondMark.objects.bulk_create(
        SecondMark(second=second, item_id=pk, grade=one.grade, points=one.points)
        for pk, one in given.items()
    )
    _keep(second, outcome, opinion)
    filing = second.review.revision.filing
    moves.note(filing, actor, "give_second", score=second.score, grade=second.grade)
    return second


def _keep(second: SecondScore, outcome: scoring.Outcome, opinion: str) -> None:
    fields: dict[str, Any] = {
        "score": outcome.score,
        "grade": outcome.grade,
        "trace": outcome.trace,
        "opinion": opinion.strip(),
        "scored_at": clock.now(),
    }
    for name, value in fields.items():
        setattr(second, name, value)
    second.save(update_fields=list(fields))
