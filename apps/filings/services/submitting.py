"""Submission with a receipt, its verification, and withdrawal before anyone took the first step."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import arrival, clock
from apps.filings import permissions, selectors
from apps.filings.models import Filing, Revision, SubmitKey
from apps.filings.services import answering, desks, moves, writing
from apps.filings.stages import hooks_for
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.findings import Finding, Severity, ranked
from apps.workplans import calendar


@transaction.atomic
def submit(
    *, filing: Filing, actor: User, version: int, key: str, seen: str | None = None
) -> Revision:
    """Freeze the open revision, give it a receipt and put it on the first desk.

    `key` makes a repeated request harmless: the same person, key and version get the same receipt,
    with nothing done again (TRUST G02, G03, finding 3). `seen` is the content hash of what the
    person had before the eyes, files included; None asks nothing. Raises PermissionDenied, or
    RuleError for a state, a closed window, a stale version or content, a key used for something
    else, findings that block (code "filings.blocked", data findings) or wait for an answer.
    """
    if not permissions.may_file(actor, filing):
        raise PermissionDenied("只有本单位填报员可以提交。")
    filing = moves.locked(filing)
    body_hash = _digest(f"{filing.public_id}:{version}")
    earlier = SubmitKey.objects.filter(user=actor, key=key).select_related("revision").first()
    if earlier is not None:
        return _same_receipt(earlier, body_hash)
    moves.demand(filing, "submit")
    revision = moves.open_revision(filing)
    received_at = arrival.received_at()
    writing.demand_window(filing.assignment, filing, received_at)
    digest = content_hash(revision)
    if revision.version != version or seen not in (None, digest):
        raise RuleError(
            "这份表或它的材料在您打开之后又改过，请先看过最新内容再提交。",
            code="filings.stale",
            version=revision.version,
        )
    findings = writing.findings_of(revision=revision)
    _demand_clean(findings)
    answering.demand_answered(revision, findings)
    revision.content_hash = digest
    _freeze(filing, revision, actor, received_at, findings)
    kept, _ = SubmitKey.objects.get_or_create(
        user=actor,
        key=key,
        defaults={"body_hash": body_hash, "revision": revision, "created_at": clock.now()},
    )
    return _same_receipt(kept, body_hash)  # refuses a key that another filing used meanwhile


def _same_receipt(earlier: SubmitKey, body_hash: str) -> Revision:
    """The receipt that the key already brought. Raises RuleError for another submission's key."""
    if earlier.body_hash != body_hash:
        raise RuleError(
            "这次提交的标识已经用在别的提交上。请刷新页面再提交。", code="filings.key_reused"
        )
    return earlier.revision


def _demand_clean(findings: list[Finding]) -> None:
    """Refuse while a finding blocks. Raises RuleError that counts and carries them."""
    blocking = [finding for finding in findings if finding.severity == Severity.BLOCK]
    if blocking:
        raise RuleError(
            f"还有{len(blocking)}处阻断，改好后才能提交。第一处：{blocking[0].where}，{blocking[0].message}",
            code="filings.blocked",
            findings=[finding.as_dict() for finding in ranked(findings)],
        )


def _freeze(
    filing: Filing, revision: Revision, actor: User, received_at: datetime, findings: list[Finding]
) -> None:
    """Write the receipt of the hashed content and move the filing to its first desk."""
    revision.submitted_at = received_at
    revision.submitted_by = actor
    _mark_late(filing, revision, received_at)
    revision.receipt_number = receipt_number(filing, revision, received_at)
    revision.findings = [finding.as_dict() for finding in ranked(findings)]
    revision.save(
        update_fields=[
            "submitted_at",
            "submitted_by",
            "content_hash",
            "receipt_number",
            "findings",
            "due_at",
            "is_late",
            "n_days_late",
        ]
    )
    answering.record(filing, revision, findings)
    desk = desks.first_desk(filing)
    is_late = filing.is_late or revision.is_late
    moves.move(filing, "submit", submitted_at=received_at, is_late=is_late, **desk.columns())
    late = {"late_days": revision.n_days_late} if revision.is_late else {}
    moves.note(
        filing,
        actor,
        "submit",
        revision=revision.number,
        receipt=revision.receipt_number,
        content_hash=revision.content_hash,
        **late,
    )
    hooks_for(filing.kind).on_submitted(filing, actor)
    desks.tell_desk(filing, actor)


def _mark_late(filing: Filing, revision: Revision, received_at: datetime) -> None:
    """Keep the deadline in force, and how many working days the submission came after it."""
    due_at = filing.assignment.due_at
    revision.due_at = due_at
    if due_at is not None and received_at >= due_at:
        left = calendar.working_days_left(received_at, due_at)
        revision.is_late = True
        revision.n_days_late = None if left is None else -left


def receipt_number(filing: Filing, revision: Revision, received_at: datetime) -> str:
    """Region, day and the revision's own number: unique without a counter to wait for."""
    day = received_at.astimezone(clock.ZONE).strftime("%Y%m%d")
    return f"{filing.jurisdiction.code}-{day}-{revision.pk:07d}"


def content_hash(revision: Revision) -> str:
    """SHA-256 over the canonical content and the files' digests: anyone can compute it again."""
    files = selectors.file_digests(revision)
    return _digest("\n".join([hooks_for(revision.filing.kind).canonical(revision), *files]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass(frozen=True)
class ReceiptCheck:
    """Whether what is stored today still has the content hash of the receipt (TRUST F08)."""

    revision: Revision
    computed: str

    @property
    def holds(self) -> bool:
        """Whether nothing was changed since."""
        return self.computed == self.revision.content_hash


def verify_receipt(*, revision: Revision) -> ReceiptCheck:
    """Compute the content hash of a submitted revision again."""
    return ReceiptCheck(revision=revision, computed=content_hash(revision))


def demand_withdrawable(filing: Filing) -> None:
    """Refuse a withdrawal that comes too late. Raises RuleError that says for what."""
    moves.demand(filing, "withdraw")
    if moves.current(filing).reviews.exists():
        raise RuleError("审核已经开始，不能撤回。请联系审核科室退回。", code="filings.taken")
    if selectors.window_lock(filing.assignment, arrival.received_at()) is not None:
        again = "再提交就算逾期" if filing.assignment.task.accepts_late else "不能再提交"
        raise RuleError(
            f"已过截止，撤回后{again}。要改请联系审核科室退回，或先申请延期。",
            code="filings.closed",
        )


@transaction.atomic
def withdraw(*, filing: Filing, actor: User, reason: str) -> Filing:
    """Take a submission back before anyone took the first step; the next revision is opened.

    Raises PermissionDenied, or RuleError once a reviewer has begun, after the deadline (it
    could not be submitted again), or without a reason.
    """
    if not permissions.may_withdraw(actor, filing):
        raise PermissionDenied("只有本单位填报员可以撤回。")
    filing = moves.locked(filing)
    demand_withdrawable(filing)
    if not reason.strip():
        raise RuleError(
            "撤回理由未填。请写明为什么撤回，例如：资金来源填错。", code="filings.reason"
        )
    revision = moves.current(filing)
    at_desk = desks.desk_people(filing)
    writing.open_next(filing, actor, Revision.Origin.WITHDRAWAL, revision)
    moves.move(filing, "withdraw", **desks.NOWHERE)
    moves.note(filing, actor, "withdraw", revision=revision.number, reason=reason.strip())
    desks.tell_gone(filing, actor, at_desk, "withdrawn", reason.strip())
    return filing
