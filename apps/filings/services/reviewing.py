"""Judging a revision: marks, comments on fields, pass, return with items, rejection."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import clock
from apps.filings import permissions, scoring
from apps.filings.models import (
    Comment,
    Filing,
    ReturnItem,
    Review,
    ReviewScore,
    Revision,
    SampleItem,
)
from apps.filings.services import answering, desks, moves, writing
from apps.filings.stages import hooks_for
from apps.jobs import services as jobs
from apps.organizations import selectors as people
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans.models import GradeBand
from apps.workplans.services import renewing

PASSING = (GradeBand.Consequence.PASS, GradeBand.Consequence.AGREE)


@dataclass(frozen=True)
class Mark:
    """What the reviewer gave one criterion: a grade word and, on a points sheet, points."""

    item_id: int
    grade: str
    points: Decimal | None


@dataclass(frozen=True)
class Wanted:
    """One thing that a return asks to change."""

    path: str
    message: str
    severity: str = ReturnItem.Severity.MUST


@dataclass(frozen=True)
class ReturnDraft:
    """A return in the making: each item with path, place, message, severity, checked; the date."""

    items: list[dict[str, str]]
    due: str


def _taken(
    filing: Filing, actor: User, action: str, seen: int | None
) -> tuple[Filing, Revision, Review]:
    """The locked filing, its revision on the desk, and the actor's open review of it.

    `seen` is the number of the revision that the actor had before the eyes; None asks nothing.
    """
    if not permissions.holds_desk(actor, filing):
        _demand_undecided(filing, actor)
        raise PermissionDenied("这件不在您的办理处。")
    filing = moves.locked(filing)
    moves.demand(filing, action)
    if not permissions.holds_desk(actor, filing):
        raise PermissionDenied("这件已经转到下一处办理。")
    if not permissions.is_fresh_eye(actor, filing):
        raise PermissionDenied("填报、初审、复审须由三个人办理，您已经办过这一版。")
    revision = moves.current(filing)
    _demand_seen(filing, revision, seen)
    review, _ = Review.objects.get_or_create(
        revision=revision,
        step=filing.step,
        defaults={
            "section": filing.desk_section,
            "reviewer": actor,
            "saved_at": clock.now(),
        },
    )
    if review.reviewer_id != actor.pk:  # a colleague began: the one who decides signs
        review.reviewer = actor
        review.save(update_fields=["reviewer"])
    return filing, revision, review


def _demand_seen(filing: Filing, revision: Revision, seen: int | None) -> None:
    """Refuse to judge a revision that came while another lay open. Raises RuleError."""
    if seen is not None and seen != revision.number:
        raise RuleError(
            f"您看的是第{seen}版，{filing.unit}后来又报了第{revision.number}版。"
            "下面已是新内容，看过再办。",
            code="filings.moved_on",
            revision=revision.number,
        )


def _demand_undecided(filing: Filing, actor: User) -> None:
    """Tell a second click from a wrong person. Raises RuleError when the actor decided already."""
    sent = filing.revisions.filter(submitted_at__isnull=False).order_by("-number").first()
    done = sent.reviews.filter(reviewer=actor, decided_at__isnull=False).last() if sent else None
    if done is not None:
        raise RuleError(
            f"您已经办过这件：{done.revision}，{done.get_decision_display()}。",
            code="filings.decided",
        )


@transaction.atomic
def save_review(
    *,
    filing: Filing,
    actor: User,
    opinion: str,
    marks: Iterable[Mark] = (),
    seen: int | None = None,
    draft: ReturnDraft | None = None,
) -> Review:
    """Keep a review in progress: opinion and marks as far as they are given, and a return's draft.

    `seen` is the number of the revision that was read, here and in every decision. Raises
    PermissionDenied, or RuleError when the filing is on no desk, another revision came meanwhile,
    or points exceed their criterion.
    """
    filing, _, review = _taken(filing, actor, "pass_on", seen)
    _keep(review, opinion, marks)
    if draft is not None:
        review.draft_items, review.draft_due = draft.items, draft.due
        review.save(update_fields=["draft_items", "draft_due"])
    moves.note(filing, actor, "review_save", step=str(filing.step))
    return review


def _keep(review: Review, opinion: str, marks: Iterable[Mark]) -> None:
    """Write opinion, marks, and the total with its trace."""
    given = {mark.item_id: mark for mark in marks}
    items = list(review.step.sheet.items.all()) if review.step.sheet else []
    for item in items:
        mark = given.get(item.pk)
        if mark is None:
            continue
        scoring.demand_mark(review.step.sheet, item, scoring.Given(mark.grade, mark.points))
        ReviewScore.objects.update_or_create(
            review=review, item=item, defaults={"grade": mark.grade, "points": mark.points}
        )
    outcome = scoring.outcome_of(review)
    review.opinion = opinion.strip()
    review.score, review.grade, review.trace = outcome.score, outcome.grade, outcome.trace
    review.saved_at = clock.now()
    review.save(update_fields=["opinion", "score", "grade", "trace", "saved_at"])


@transaction.atomic
def pass_on(
    *,
    filing: Filing,
    actor: User,
    opinion: str,
    marks: Iterable[Mark] = (),
    seen: int | None = None,
) -> Filing:
    """Pass the revision to the next desk, or put it in force when this was the last step.

    Raises PermissionDenied, or RuleError when the score sheet is incomplete or its grade does not
    let the filing pass (中 goes back, 差 is refused: 财预〔2015〕88号 25–28).
    """
    filing, _, review = _taken(filing, actor, "pass_on", seen)
    _keep(review, opinion, marks)
    _demand_passing(review)
    return _passed(filing, review, actor)


@transaction.atomic
def pass_unseen(*, filing: Filing, actor: User, remark: str, seen: int) -> Filing:
    """Pass what a sample left out, without marks, as the plan lets it. Raises as `pass_on` does."""
    filing, _, review = _taken(filing, actor, "pass_on", seen)
    _keep(review, remark, ())
    return _passed(filing, review, actor)


def _passed(filing: Filing, review: Review, actor: User) -> Filing:
    """The decision, and the next desk or the revision in force."""
    revision = review.revision
    _decide(review, Review.Decision.PASS)
    desk = desks.next_desk(filing)
    if desk is None:
        hooks_for(filing.kind).demand_decidable(filing, revision, True)
    else:
        moves.move(filing, "pass_on", **desk.columns())
        _note_decision(filing, actor, "pass_on", review)
        desks.tell_desk(filing, actor)
        desks.tell_passed(filing, actor, review)
        return filing
    moves.move(
        filing, "approve", approved_revision=revision, closed_at=clock.now(), **desks.NOWHERE
    )
    answering.settle_approved(revision)
    hooks_for(filing.kind).on_approved(filing, actor)
    _note_decision(filing, actor, "approve", review)
    jobs.leave_event(
        kind="filings.approved",
        key=f"{filing.public_id}:{revision.number}",
        payload={"filing": filing.pk, "revision": revision.pk},
    )
    body = _with_verdict(filing, review.opinion)
    desks.tell_unit(filing, actor, "filings.approved", f"已定稿：{moves.label(filing)}", body)
    return filing


def _with_verdict(filing: Filing, opinion: str) -> str:
    """What the unit reads of a closed filing: the stage's conclusion, then the opinion."""
    verdict = hooks_for(filing.kind).verdict(filing)
    return "\n".join(text for text in (verdict, opinion) if text)


def _demand_passing(review: Review) -> None:
    """Refuse to pass on an incomplete sheet or with a grade whose consequence is not passing."""
    if review.step.sheet is None:
        return
    outcome = scoring.outcome_of(review)
    if outcome.missing:
        raise RuleError(
            f"评分未完成，还缺：{'、'.join(outcome.missing)}。", code="filings.unscored"
        )
    if outcome.consequence not in PASSING:
        raise RuleError(
            f"评定为“{outcome.grade}”：{outcome.text} 请退回或作不通过处理。",
            code="filings.grade_refuses",
        )


def _decide(review: Review, decision: Review.Decision) -> None:
    review.decision = decision
    review.decided_at = clock.now()
    review.save(update_fields=["decision", "decided_at"])


def _note_decision(filing: Filing, actor: User, action: str, review: Review) -> None:
    why = {"cause": review.get_cause_display()} if review.cause else {}
    moves.note(
        filing,
        actor,
        action,
        **why,
        revision=review.revision.number,
        step=review.step.title,
        score=review.score,
        grade=review.grade,
        opinion=review.opinion,
    )


@transaction.atomic
def send_back(
    *,
    filing: Filing,
    actor: User,
    items: Iterable[Wanted],
    due_on: date,
    opinion: str = "",
    marks: Iterable[Mark] = (),
    seen: int | None = None,
    cause: str = "",
) -> Filing:
    """Return the revision with items and a new deadline (that day included); opens the next one.

    `cause` names goals and money that do not fit (W-06). Raises PermissionDenied, or RuleError
    without items, for an unknown place or cause, or a past deadline.
    """
    filing, revision, review = _taken(filing, actor, "send_back", seen)
    wanted = list(items)
    if not wanted:
        raise RuleError(
            "没有勾选退回意见。请至少写一条，指明哪一处、改成什么。", code="filings.no_items"
        )
    if due_on < clock.today():
        raise RuleError(
            f"重报截止写的是{due_on:%Y-%m-%d}，不能早于今天{clock.today():%Y-%m-%d}。",
            code="filings.due_past",
        )
    if cause not in ("", *Review.Cause.values):
        raise RuleError(
            "退回原因只分“调整项目内容”和“重新测算资金”，别的不选。", code="filings.cause"
        )
    _keep(review, opinion, marks)
    kept = [keep_item(filing, revision, want, review=review) for want in wanted]
    review.new_due_at = clock.end_of(due_on)
    review.save(update_fields=["new_due_at"])
    _decide(review, Review.Decision.RETURN)
    review.cause = cause
    review.save(update_fields=["cause"])
    writing.open_next(filing, actor, Revision.Origin.RETURN, revision)
    renewing.renew_due(assignment=filing.assignment, due_at=review.new_due_at)
    moves.move(filing, "send_back", **desks.NOWHERE)
    _note_decision(filing, actor, "send_back", review)
    desks.tell_unit(
        filing,
        actor,
        "filings.returned",
        f"退回{len(wanted)}处：{moves.label(filing)}",
        f"{due_on.year}年{due_on.month}月{due_on.day}日24:00前重报。"
        + (f"退回原因：{review.get_cause_display()}。" if cause else "")
        + itemised(kept),
    )
    return filing


def hooks_place(revision: Revision, path: str) -> str:
    """The field in the form's words. Raises RuleError for a path the form does not have."""
    return hooks_for(revision.filing.kind).place(revision, path)


def itemised(items: Iterable[ReturnItem]) -> str:
    """The items of a return as its notice lists them, each on a line of its own."""
    return "".join(
        f"\n{n}. {item.place}：{item.message}（{item.get_severity_display()}）"
        for n, item in enumerate(items, 1)
    )


def keep_item(
    filing: Filing,
    revision: Revision,
    want: Wanted,
    *,
    review: Review | None = None,
    sample: SampleItem | None = None,
) -> ReturnItem:
    """One item of a return, asked by a review or by a sample check. Raises RuleError."""
    message = want.message.strip()
    if not message:
        raise RuleError(
            "退回意见未写要求。请写明改成什么，例如：改为可核对的数值。", code="filings.item"
        )
    if want.severity not in ReturnItem.Severity.values:
        raise RuleError("退回意见只分“必须改”和“建议改”。", code="filings.item")
    return ReturnItem.objects.create(
        review=review,
        sample=sample,
        filing=filing,
        path=want.path,
        place=hooks_place(revision, want.path),
        message=message,
        severity=want.severity,
    )


@transaction.atomic
def reject(
    *,
    filing: Filing,
    actor: User,
    opinion: str,
    marks: Iterable[Mark] = (),
    seen: int | None = None,
) -> Filing:
    """Refuse the filing for good (不予安排, Q-14, Y-42), or a change of what stays in force.

    Raises PermissionDenied, or RuleError for a state or without a reason.
    """
    filing, revision, review = _taken(filing, actor, "reject", seen)
    if not opinion.strip():
        raise RuleError("不通过的理由未填。理由会通知单位并留档。", code="filings.reason")
    _keep(review, opinion, marks)
    if desks.next_desk(filing) is None:
        hooks_for(filing.kind).demand_decidable(filing, revision, False)
    _decide(review, Review.Decision.REJECT)
    in_force = filing.approved_revision
    verb = "turn_down" if in_force else "reject"
    moves.move(filing, verb, closed_at=clock.now(), **desks.NOWHERE)
    if in_force is None:
        hooks_for(filing.kind).on_dropped(filing, actor)
    _note_decision(filing, actor, verb, review)
    said = _with_verdict(filing, opinion)
    body = f"{said}\n原定稿的{in_force}继续有效。" if in_force else said
    desks.tell_unit(filing, actor, "filings.rejected", f"不通过：{moves.label(filing)}", body)
    return filing


@transaction.atomic
def comment(
    *, filing: Filing, actor: User, path: str, text: str, parent: Comment | None = None
) -> Comment:
    """Remark on one field of the newest revision, or reply in a thread.

    Raises PermissionDenied, or RuleError once the filing is closed, for an empty text, or a path
    that the form does not have.
    """
    if not permissions.may_comment(actor, filing):
        raise PermissionDenied("只有本单位和正在办理的科室可以写意见。")
    filing = moves.locked(filing)
    moves.demand_alive(filing)
    text = text.strip()
    if not text:
        raise RuleError("意见未写内容。", code="filings.comment")
    if parent is not None and parent.filing_id != filing.pk:
        raise RuleError("回复的不是这份表的意见。", code="filings.comment")
    revision = moves.current(filing)
    remark = Comment.objects.create(
        filing=filing,
        revision=revision,
        parent=parent.parent or parent if parent else None,
        path=parent.path if parent else path,
        place=parent.place if parent else hooks_place(revision, path),
        author=actor,
        author_label=people.office_label(actor),
        text=text,
        created_at=clock.now(),
    )
    moves.note(filing, actor, "comment", place=remark.place, text=text)
    return remark


@transaction.atomic
def resolve_comment(*, remark: Comment, actor: User, is_resolved: bool) -> Comment:
    """Mark a thread as settled, or open it again. Raises as `comment` does."""
    filing = moves.locked(remark.filing)
    if not permissions.may_comment(actor, filing):
        raise PermissionDenied("只有本单位和正在办理的科室可以办结意见。")
    moves.demand_alive(filing)
    remark.resolved_at = clock.now() if is_resolved else None
    remark.resolved_by = actor if is_resolved else None
    remark.save(update_fields=["resolved_at", "resolved_by"])
    moves.note(filing, actor, "resolve_comment", place=remark.place, resolved=is_resolved)
    return remark
