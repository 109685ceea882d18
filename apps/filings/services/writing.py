"""Drafts: opening a filing, saving under an optimistic version, files, answers to a return."""

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import arrival, clock
from apps.core.uploads import Upload
from apps.filings import permissions, selectors
from apps.filings.models import (
    Attachment,
    Filing,
    FindingAnswer,
    ReturnItem,
    Review,
    Revision,
    State,
)
from apps.filings.services import moves
from apps.filings.stages import hooks_for
from apps.jobs import services as jobs
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.findings import Finding, Severity
from apps.rules.return_kinds import Kind, kind_of
from apps.workplans.models import Assignment

MAX_FILES_A_SLOT = 20


@transaction.atomic
def open_filing(*, assignment: Assignment, actor: User) -> Filing:
    """Return the assignment's filing, opened as a draft when there is none yet.

    Raises PermissionDenied for anyone but a filer of the unit, RuleError outside the window.
    """
    if not permissions.may_file(actor, assignment):
        raise PermissionDenied("只有本单位填报员可以填报。")
    assignment = (
        Assignment.objects.select_for_update(of=("self",))
        .select_related("task", "unit", "jurisdiction", "project", "transfer")
        .get(pk=assignment.pk)
    )
    live = assignment.filings.exclude(state=State.CANCELLED).first()
    if live is not None:
        return live
    if assignment.cancelled_at is not None:
        raise RuleError(
            f"{assignment}：已撤销（{assignment.cancel_reason}），不用报。",
            code="filings.cancelled",
        )
    if assignment.exempt_reason:
        raise RuleError(
            f"{assignment}：已豁免（{assignment.exempt_reason}），不用报。", code="filings.exempt"
        )
    demand_window(assignment, None, arrival.received_at())
    filing = Filing.objects.create(
        assignment=assignment,
        kind=assignment.task.kind,
        jurisdiction=assignment.jurisdiction,
        fiscal_year=assignment.fiscal_year,
        unit=assignment.unit,
        created_at=clock.now(),
    )
    open_next(filing, actor, Revision.Origin.FIRST, None)
    moves.note(filing, actor, "open")
    return filing


def open_next(
    filing: Filing,
    actor: User,
    origin: Revision.Origin,
    previous: Revision | None,
    source: Revision | None = None,
) -> Revision:
    """Open the next revision as a copy of the previous one, content and files (decision 1).

    `source` is the revision to copy where that is another: what is in force, for a reopening.
    """
    source = source or previous
    revision = Revision.objects.create(
        filing=filing,
        number=previous.number + 1 if previous else 1,
        origin=origin,
        version=previous.version + 1 if previous else 1,
        writers=previous.writers if previous else [],
        opened_at=clock.now(),
        opened_by=actor,
    )
    hooks_for(filing.kind).begin(revision, source)
    if source is not None:
        for attachment in source.attachments.all():
            attachment.pk = None
            attachment.public_id = Attachment._meta.get_field("public_id").get_default()
            attachment.revision = revision
            attachment.save(force_insert=True)
        _carry_answers(source, revision)
    return revision


def _carry_answers(source: Revision, revision: Revision) -> None:
    """The answers to findings of what was copied, which count while the findings stand."""
    FindingAnswer.objects.bulk_create(
        FindingAnswer(
            revision=revision,
            code=answer.code,
            path=answer.path,
            text=answer.text,
            answered_by_id=answer.answered_by_id,
            answered_at=answer.answered_at,
        )
        for answer in source.answers.all()
    )


def demand_window(assignment: Assignment, filing: Filing | None, moment: datetime) -> None:
    """Refuse outside the half-open window [opens_at, due_at), and for a unit become classified.

    After its end only what the task takes late goes on. Raises RuleError with what to do (U-35).
    """
    if assignment.unit.is_classified:
        raise RuleError("涉密单位不在线填报，请按保密要求线下报送。", code="filings.classified")
    lock = selectors.begin_lock(assignment, moment)
    if filing is not None:
        lock = selectors.lock_of(filing, moment)
    if lock is not None:
        raise RuleError(lock.text, code=f"filings.{lock.kind}")


@transaction.atomic
def writing(*, filing: Filing, actor: User, version: int) -> Revision:
    """Give the open revision to a stage that is about to write its content, one version further.

    Must be called inside the stage's own transaction. Raises PermissionDenied for anyone but a
    filer, RuleError when the filing is not open, the window is closed, or the version is stale
    (code "filings.stale" with who saved it and when): nothing is overwritten (TRUST G01).
    """
    if not permissions.may_file(actor, filing):
        raise PermissionDenied("只有本单位填报员可以填报。")
    filing = moves.locked(filing)
    revision = moves.open_revision(filing)
    moves.demand(filing, "submit")
    demand_window(filing.assignment, filing, arrival.received_at())
    if revision.version != version:
        raise RuleError(
            "这份表在您打开之后又被保存过。两边的值都列在下面，请逐项选一个。",
            code="filings.stale",
            version=revision.version,
            saved_by=str(revision.saved_by or ""),
            saved_at=revision.saved_at.isoformat() if revision.saved_at else "",
        )
    revision.version += 1
    revision.saved_at = clock.now()
    revision.saved_by = actor
    _count_in(revision, actor)
    revision.save(update_fields=["version", "saved_at", "saved_by", "writers"])
    moves.note(filing, actor, "save", revision=revision.number, version=revision.version)
    return revision


def _count_in(revision: Revision, actor: User) -> bool:
    """Count the person among the writers; whether that is new. The caller writes the column."""
    if actor.pk in revision.writers:
        return False
    revision.writers = [*revision.writers, actor.pk]
    return True


def sign(revision: Revision, actor: User) -> None:
    """Count who brings a file or an answer among the writers: none of them may review it."""
    if _count_in(revision, actor):
        revision.save(update_fields=["writers"])


def findings_of(*, revision: Revision, own: list[Finding] | None = None) -> list[Finding]:
    """What the stage's checks, the slots and the open return items say, waived ones as 提示.

    `own` are the stage's findings where the caller has them already.
    """
    filing = revision.filing
    found = [
        *(hooks_for(filing.kind).check(revision) if own is None else own),
        *selectors.slot_findings(revision),
        *selectors.return_findings(revision),
        *_unreckoned(revision),
    ]
    return selectors.with_waivers(filing, found)


def _unreckoned(revision: Revision) -> list[Finding]:
    """提示 where the last return asked to reckon the money anew and no amount changed (W-06)."""
    asked = [item for item in revision.filing.return_items.all() if item.review]
    last = max(asked, key=lambda item: item.pk, default=None)
    if last is None or last.review is None or last.review.cause != Review.Cause.MONEY:
        return []
    sections = hooks_for(revision.filing.kind).diff(last.review.revision, revision).sections
    rows = (row for section in sections for row in section.rows if row.n_changes)
    if any(kind_of(row.path) == Kind.MONEY for row in rows):
        return []
    return [
        Finding(
            code="filings.money_same",
            severity=Severity.HINT,
            path=last.path,
            where="资金",
            found="与退回的一版相同",
            expected="重新测算，或在退回意见里答复为什么不变",
            message="退回时要求重新测算资金，各项金额都没有变。测算后不变的，在退回意见里写明理由。",
            clause=last.asked_by,
        )
    ]


@transaction.atomic
def attach(*, filing: Filing, actor: User, slot: str, upload: Upload) -> Attachment:
    """Put a guarded file into a named slot of the open revision.

    Raises PermissionDenied, or RuleError for an unknown slot, a full one, a lock.
    """
    if not permissions.may_file(actor, filing):
        raise PermissionDenied("只有本单位填报员可以上传材料。")
    filing = moves.locked(filing)
    revision = moves.open_revision(filing)
    moves.demand(filing, "submit")
    demand_window(filing.assignment, filing, arrival.received_at())
    if not filing.assignment.task.slots.filter(code=slot).exists():
        raise RuleError("没有这一项材料，请从页面所列材料中选一项上传。", code="filings.slot")
    if revision.attachments.filter(slot=slot).count() >= MAX_FILES_A_SLOT:
        raise RuleError(
            f"这一项已有{MAX_FILES_A_SLOT}个文件。请先删去不用的。", code="filings.slot_full"
        )
    sign(revision, actor)
    stored = jobs.keep_file(
        content=upload.content,
        name=upload.name,
        content_type=upload.content_type,
        owner=actor,
    )
    attachment = Attachment.objects.create(
        revision=revision,
        slot=slot,
        file=stored,
        name=upload.name,
        added_by=actor,
        added_at=clock.now(),
    )
    moves.note(filing, actor, "attach", slot=slot, name=upload.name, sha256=stored.sha256)
    return attachment


@transaction.atomic
def detach(*, attachment: Attachment, actor: User) -> None:
    """Take a file out of the open revision; earlier revisions keep theirs."""
    filing = moves.locked(attachment.revision.filing)
    if not permissions.may_file(actor, filing):
        raise PermissionDenied("只有本单位填报员可以删去材料。")
    revision = moves.open_revision(filing)
    moves.demand(filing, "submit")
    demand_window(filing.assignment, filing, arrival.received_at())
    if attachment.revision_id != revision.pk:
        raise RuleError("这个文件属于已提交的版次，不能删去。", code="filings.frozen")
    if not revision.attachments.filter(pk=attachment.pk).exists():  # a second click
        raise RuleError("这个文件已经删去，请刷新页面。", code="filings.gone")
    sign(revision, actor)
    attachment.delete()
    moves.note(filing, actor, "detach", slot=attachment.slot, name=attachment.name)


@transaction.atomic
def answer_item(*, item: ReturnItem, actor: User, answer: str, is_resolved: bool) -> ReturnItem:
    """Say what became of one return item: changed, or why not (an answer is then required)."""
    filing = moves.locked(item.filing)
    if not permissions.may_file(actor, filing):
        raise PermissionDenied("只有本单位填报员可以答复退回意见。")
    revision = moves.open_revision(filing)
    moves.demand(filing, "submit")
    demand_window(filing.assignment, filing, arrival.received_at())
    sign(revision, actor)
    item.answer = answer.strip()
    item.resolved_at = clock.now() if is_resolved else None
    item.resolved_by = actor if is_resolved else None
    item.resolved_in = revision if is_resolved else None
    item.save(update_fields=["answer", "resolved_at", "resolved_by", "resolved_in"])
    moves.note(filing, actor, "answer", place=item.place, answer=item.answer, resolved=is_resolved)
    return item
