"""What the review page and the queue show."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Count, Exists, Subquery, prefetch_related_objects
from django.http import QueryDict

from apps.core import clock
from apps.filings import findings_screen, permissions, scoring, selectors
from apps.filings.findings_screen import FindingLine
from apps.filings.models import (
    Attachment,
    Comment,
    Filing,
    ReturnItem,
    Review,
    ReviewScore,
    Revision,
)
from apps.filings.stages import hooks_for
from apps.organizations.models import User
from apps.rules import grading
from apps.rules.errors import RuleError
from apps.rules.form_diff import FormDiff, Row
from apps.rules.numbers import parse_number, plain
from apps.workplans import calendar
from apps.workplans.models import ReviewStep, ScoreItem, ScoreSheet
from apps.workplans.services.renewing import still_granted

USUAL_DAYS = 5  # working days that a return leaves, as a proposal


@dataclass(frozen=True)
class SheetRow:
    """A criterion with what the reviewer gave; `middles` are the points each grade fills in."""

    item: ScoreItem
    grade: str
    points: str
    choices: tuple[str, ...]
    middles: dict[str, str]


@dataclass(frozen=True)
class Judged:
    """A score sheet with what was given and what follows; `fault` says what cannot be counted."""

    sheet: ScoreSheet | None
    rows: list[SheetRow]
    outcome: scoring.Outcome
    fault: str = ""


@dataclass(frozen=True)
class DiffRow:
    """A line of the comparison with its talk.

    `answered` is the revision whose return named the line, which changed since; `unchanged` the
    revision before this one where its return named the line and it stayed as it was.
    """

    row: Row
    path: str
    threads: list[Comment]
    answered: int | None
    unchanged: int | None


@dataclass(frozen=True)
class ReviewScreen:
    """The review page of one filing for one reviewer."""

    filing: Filing
    revision: Revision
    previous: Revision | None
    compared: str  # what `previous` is: 第1版, or what another filing has in force
    title: str
    diff: FormDiff
    sections: list[tuple[str, str, list[DiffRow]]]
    review: Review | None
    judged: Judged
    opinion: str
    due_on: date | None  # proposed; None while next year's holidays are not announced
    due_text: str
    remaining: int | None
    n_waiting: int
    n_done_today: int
    prev: Filing | None
    next: Filing | None
    may_decide: bool
    attachments: list[Attachment]
    new_files: set[str]
    history: list[Revision]
    sampled: list[ReturnItem]  # what sample checks asked of revisions in force
    threads: list[Comment]
    wanted: list[dict[str, str]]
    severities: list[tuple[str, str]]
    causes: list[tuple[str, str]]  # of a return for which goals and money do not fit
    cause: str  # as chosen when a rule refused
    findings: list[FindingLine]
    may_waive: bool
    is_last_step: bool
    decision: str  # URL name of the page on which the kind is concluded; empty for most
    decision_title: str
    verdict: str  # what the kind concluded so far

    @property
    def has_opinions(self) -> bool:
        """Whether anybody decided about any revision yet."""
        return any(r.decided_at for past in self.history for r in past.reviews.all())

    @property
    def sheet(self) -> ScoreSheet | None:
        """The score sheet of the step."""
        return self.judged.sheet

    @property
    def sheet_rows(self) -> list[SheetRow]:
        """The criteria of the score sheet."""
        return self.judged.rows

    @property
    def outcome(self) -> scoring.Outcome:
        """What follows from the marks."""
        return self.judged.outcome


def build(filing: Filing, user: User, posted: QueryDict | None = None) -> ReviewScreen:
    """The page; `posted` holds what was typed when a rule refused, so that nothing is lost."""
    history = list(selectors.history(filing, user))
    revision = history[0]
    own = _compared_with(filing, history)
    hooks = hooks_for(filing.kind)
    base = None if own else hooks.base(filing)
    previous = base.revision if base else own
    diff = hooks.diff(previous, revision)
    threads = selectors.threads(filing)
    sampled = _sampled(filing, history)
    review = next((r for r in revision.reviews.all() if r.step_id == filing.step_id), None)
    desk = _desk(filing, user)
    files = list(revision.attachments.all())
    known = {_digest(f) for f in own.attachments.all()} if own else set()
    unfit = permissions.taken_part(revision, filing)
    due_on = _proposed_day(filing)
    return ReviewScreen(
        filing=filing,
        revision=revision,
        previous=previous,
        compared=base.words if base else f"{own or ''}",
        title=hooks.title,
        diff=diff,
        sections=_sections(diff, threads, _asked(history[1:], sampled), own),
        review=review,
        judged=judged(filing, review, posted),
        opinion=posted.get("opinion", "") if posted else review.opinion if review else "",
        due_on=due_on,
        due_text=_due_text(review, due_on, posted),
        remaining=_remaining(filing),
        n_waiting=desk.n_waiting,
        n_done_today=desk.n_done_today,
        prev=desk.before,
        next=desk.after,
        may_decide=user.pk not in unfit,
        attachments=files,
        new_files={f.name for f in files if _digest(f) not in known} if own else set(),
        history=history,
        sampled=sampled,
        threads=threads,
        wanted=_wanted(threads, review, unfit, posted, revision),
        severities=ReturnItem.Severity.choices,
        causes=Review.Cause.choices,
        cause=posted.get("cause", "") if posted else "",
        findings=findings_screen.lines_of(revision, selectors.stored_findings(revision)),
        may_waive=permissions.may_waive(user, filing, is_fresh=user.pk not in unfit),
        is_last_step=desk.is_last_step,
        decision=hooks.decision,
        decision_title=hooks.decision_title,
        verdict=hooks.verdict(filing),
    )


def _proposed_day(filing: Filing) -> date | None:
    """The usual working days for a return, but not before the end of an extension that runs."""
    usual = calendar.usual_day(clock.today(), USUAL_DAYS)
    granted = still_granted(filing.assignment, getattr(filing, "granted_at", None))
    return max(usual, clock.last_day(granted)) if usual and granted else usual


def _compared_with(filing: Filing, history: list[Revision]) -> Revision | None:
    """What the newest revision is set against: what a desk last decided on, or what is in force.

    A submission that was withdrawn unread washes nothing away; a change of what is in force that
    was turned down is no longer the measure (its reopening began from what is in force).
    """
    newest, earlier = history[0], history[1:]
    if newest.origin == Revision.Origin.REOPENING and filing.approved_revision_id:
        return next((r for r in earlier if r.pk == filing.approved_revision_id), None)
    read = (r for r in earlier if any(review.decided_at for review in r.reviews.all()))
    return next(read, next((r for r in earlier if r.receipt_number), None))


def _digest(file: Attachment) -> str:
    return f"{file.slot}\t{file.name}\t{file.file.sha256}"


def _remaining(filing: Filing) -> int | None:
    due_at = filing.desk_due_at
    return calendar.working_days_left(clock.now(), due_at) if due_at else None


class _Desk(NamedTuple):
    """Where the filing lies in the person's queue, which is counted up to 500."""

    before: Filing | None
    after: Filing | None
    n_waiting: int
    n_done_today: int
    is_last_step: bool


def _desk(filing: Filing, user: User) -> _Desk:
    """The queue with what is asked of the day and the step, in one query."""
    done = Review.objects.filter(
        reviewer=user, decided_at__gte=clock.start_of(clock.today())
    ).order_by()
    later = ReviewStep.objects.filter(
        task=filing.assignment.task_id, position__gt=filing.step.position if filing.step else 0
    )
    if filing.unit.parent_id is None:  # a step that desks.next_desk skips
        later = later.exclude(place=ReviewStep.Place.SUPERVISOR)
    waiting = selectors.queue(user, filing.fiscal_year).select_related(None)
    rows = list(
        waiting.annotate(
            n_done=Subquery(done.values("reviewer").annotate(n=Count("pk")).values("n")),
            has_next=Exists(later),
        ).only("public_id", "fiscal_year")[:500]
    )
    facts = (len(rows), rows[0].n_done or 0, not rows[0].has_next) if rows else (0, 0, False)
    if filing not in rows:
        return _Desk(None, None, *facts)
    at = rows.index(filing)
    after = rows[at + 1] if at + 1 < len(rows) else None
    return _Desk(rows[at - 1] if at else None, after, *facts)


def _sampled(filing: Filing, history: list[Revision]) -> list[ReturnItem]:
    """What sample checks sent back; only what was in force and opened again has any."""
    was_reopened = any(past.origin == Revision.Origin.REOPENING for past in history)
    return list(selectors.sampled_items(filing)) if was_reopened else []


def _asked(earlier: list[Revision], sampled: list[ReturnItem]) -> dict[str, int]:
    """The places that returns of earlier revisions named, each with the newest that did."""
    found = {
        item.path: revision.number
        for revision in reversed(earlier)
        for review in revision.reviews.all()
        for item in review.items.all()
    }
    for item in sampled:
        found[item.path] = max(item.asked_of.number, found.get(item.path, 0))
    return found


def _sections(
    diff: FormDiff, threads: list[Comment], asked: dict[str, int], previous: Revision | None
) -> list[tuple[str, str, list[DiffRow]]]:
    """The form's parts with what they hold, 基本信息 last: it is what changes least."""
    last = previous.number if previous else None
    found = [(s.name, s.title, _rows(s.rows, threads, asked, last)) for s in diff.sections]
    return sorted(found, key=lambda part: part[0] == "head")


def _rows(
    rows: tuple[Row, ...],
    threads: list[Comment],
    asked: dict[str, int],
    last: int | None,
) -> list[DiffRow]:
    found = []
    for row in rows:
        path = row.path
        talk = [t for t in threads if _is_within(t.path, path)]
        named = max((n for place, n in asked.items() if _is_within(place, path)), default=None)
        answered = named if row.kind != "same" else None
        unchanged = named if row.kind == "same" and named == last else None
        if talk or any(cell.old or cell.new for cell in row.cells):
            found.append(DiffRow(row, path, talk, answered, unchanged))
    return found


def _is_within(place: str, path: str) -> bool:
    """Whether a place is the row itself or one of its cells."""
    return place == path or place.startswith(f"{path}.")


def judged(filing: Filing, review: Review | None, posted: QueryDict | None) -> Judged:
    """The step's sheet with the marks stored or posted, and what follows; nothing is stored."""
    return judged_on(filing.step.sheet if filing.step else None, review, posted)


def judged_on(sheet: ScoreSheet | None, review: Review | None, posted: QueryDict | None) -> Judged:
    """The same on a sheet that is named."""
    if sheet is not None:
        prefetch_related_objects([sheet], "items", "bands")
    rows = _sheet_rows(sheet, review, posted)
    try:
        given = {row.item.pk: scoring.Given(row.grade, _points(row)) for row in rows}
        return Judged(sheet, rows, scoring.outcome(sheet, given))
    except RuleError as error:
        return Judged(sheet, rows, scoring.Outcome(), str(error))


def _points(row: SheetRow) -> Decimal | None:
    """The points as typed. Raises RuleError, naming the criterion, for no number."""
    try:
        return parse_number(row.points, places=2, digits=3) if row.points.strip() else None
    except RuleError as error:
        raise RuleError(f"{row.item.name}：{error}", code=error.code) from error


def _sheet_rows(
    sheet: ScoreSheet | None, review: Review | None, posted: QueryDict | None
) -> list[SheetRow]:
    if sheet is None:
        return []
    given = {score.item_id: score for score in review.scores.all()} if review else {}
    return [_sheet_row(sheet, item, given.get(item.pk), posted) for item in sheet.items.all()]


def _sheet_row(
    sheet: ScoreSheet, item: ScoreItem, score: ReviewScore | None, posted: QueryDict | None
) -> SheetRow:
    grade = score.grade if score else ""
    points = plain(score.points) if score and score.points is not None else ""
    if posted is not None:
        grade = posted.get(f"grade-{item.pk}", grade)
        points = posted.get(f"points-{item.pk}", points)
    choices = scoring.words(sheet)
    has_points = sheet.mode == ScoreSheet.Mode.POINTS
    middles = {g: plain(grading.midpoint(item.points, g)) for g in choices} if has_points else {}
    return SheetRow(item, grade, points, choices, middles)


def _due_text(review: Review | None, proposed: date | None, posted: QueryDict | None) -> str:
    """The return's date as typed, as kept, or as proposed."""
    if posted is not None:
        return posted.get("due_on", "")
    return (review.draft_due if review else "") or str(proposed or "")


def _wanted(
    threads: list[Comment],
    review: Review | None,
    others: set[int | None],
    posted: QueryDict | None,
    revision: Revision,
) -> list[dict[str, str]]:
    """Return items to tick: as posted; as kept, with the remarks made since.

    A remark counts while it is open, unless the unit or an earlier desk made it.
    """
    if posted is not None:
        numbers = [n for n in posted.getlist("known") if n.isdigit()]
        return [_posted_item(posted, n) for n in numbers]
    kept = {(item["path"], item["message"]): item for item in review.draft_items} if review else {}
    remarks = [
        t
        for t in threads
        if t.resolved_at is None and t.revision_id == revision.pk and t.author_id not in others
    ]
    return [kept.get((t.path, t.text[:500]), _item_of(t)) for t in remarks]


def _item_of(remark: Comment) -> dict[str, str]:
    return {
        "path": remark.path,
        "place": remark.place,
        "message": remark.text[:500],
        "severity": ReturnItem.Severity.MUST.value,
        "checked": "true",
    }


def _posted_item(posted: QueryDict, number: str) -> dict[str, str]:
    return {
        "path": posted.get(f"item-{number}-path", ""),
        "place": posted.get(f"item-{number}-place", ""),
        "message": posted.get(f"item-{number}-message", ""),
        "severity": posted.get(f"item-{number}-severity", ReturnItem.Severity.MUST.value),
        "checked": "true" if number in posted.getlist("item") else "",
    }
