"""The unit's answers to findings, and the record of what the check said at each submission."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import arrival, clock
from apps.filings import permissions
from apps.filings.models import Filing, FindingAnswer, FindingRecord, Revision
from apps.filings.services import moves, writing
from apps.filings.stages import hooks_for
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.finding_counts import led_to_change
from apps.rules.findings import Finding, Severity
from apps.workplans import selectors as plans

LONGEST = 500
Key = tuple[str, str]  # code and path


@transaction.atomic
def answer_finding(
    *, filing: Filing, actor: User, code: str, path: str, text: str
) -> FindingAnswer | None:
    """Keep the unit's word on one finding of the open revision; an empty text takes it away.

    Raises PermissionDenied for anyone but a filer, RuleError for a lock, a finding that does not
    stand or blocks, or more than 500 characters.
    """
    if not permissions.may_file(actor, filing):
        raise PermissionDenied("只有本单位填报员可以答复检查意见。")
    filing = moves.locked(filing)
    revision = moves.open_revision(filing)
    moves.demand(filing, "submit")
    writing.demand_window(filing.assignment, filing, arrival.received_at())
    text = text.strip()
    if len(text) > LONGEST:
        raise RuleError(f"答复：{len(text)}字，最多{LONGEST}字。", code="filings.answer")
    _demand_answerable(revision, code, path)
    writing.sign(revision, actor)
    held = revision.answers.filter(code=code, path=path)
    if not text:
        held.delete()
        moves.note(filing, actor, "answer_finding", code=code, path=path, answer="")
        return None
    kept, _ = FindingAnswer.objects.update_or_create(
        revision=revision,
        code=code,
        path=path,
        defaults={"text": text, "answered_by": actor, "answered_at": clock.now()},
    )
    moves.note(filing, actor, "answer_finding", code=code, path=path, answer=text)
    return kept


def _demand_answerable(revision: Revision, code: str, path: str) -> None:
    """Refuse an answer to what the check does not say, or says as 阻断. Raises RuleError."""
    found = writing.findings_of(revision=revision)
    meant = [finding for finding in found if (finding.code, finding.path) == (code, path)]
    if not meant:
        raise RuleError("这一条检查意见已经没有了，不用答复。", code="filings.no_finding")
    if all(finding.severity == Severity.BLOCK for finding in meant):
        raise RuleError(
            f"{meant[0].where}：阻断的要改好，答复不能代替。", code="filings.finding_blocks"
        )


def demand_answered(revision: Revision, findings: Iterable[Finding]) -> None:
    """Refuse while a finding that the plan wants answered has none. Raises RuleError naming it."""
    codes = plans.must_answer(revision.filing.assignment.task.plan_id)
    asked = [each for each in findings if each.code in codes and each.severity != Severity.BLOCK]
    if not asked:
        return
    settled = set(revision.answers.values_list("code", "path"))
    waived = set(revision.filing.waivers.values_list("code", "path"))
    open_ones = [each for each in asked if not _is_settled(each, settled, waived)]
    if open_ones:
        raise RuleError(
            f"还有{len(open_ones)}条检查意见须答复，写了答复才能提交。"
            f"第一条：{open_ones[0].where}，{open_ones[0].message}",
            code="filings.unanswered",
            findings=[finding.as_dict() for finding in open_ones],
        )


def _is_settled(finding: Finding, answered: set[Key], waived: set[Key]) -> bool:
    key = (finding.code, finding.path)
    return key in answered or key in waived or (finding.code, "") in waived


def record(filing: Filing, revision: Revision, findings: Iterable[Finding]) -> None:
    """What the check said at the submission is counted; answers to what it no longer says go.

    What it said of earlier revisions is settled by what is different now.
    """
    spoken = {(each.code, each.path): each.severity for each in findings}
    stray = [
        pk
        for pk, *key in revision.answers.values_list("pk", "code", "path")
        if tuple(key) not in spoken
    ]
    if stray:
        FindingAnswer.objects.filter(pk__in=stray).delete()
    FindingRecord.objects.bulk_create(
        FindingRecord(revision=revision, code=code, path=path, severity=severity.value)
        for (code, path), severity in spoken.items()
    )
    if revision.number > 1:
        _settle_earlier(filing, revision)


def _settle_earlier(filing: Filing, revision: Revision) -> None:
    """Every open record of earlier revisions led to a change of its place, or did not."""
    rows = FindingRecord.objects.filter(
        revision__filing=filing, revision__number__lt=revision.number, led_to_change=None
    )
    waiting = list(rows.select_related("revision"))
    if not waiting:
        return
    hooks = hooks_for(filing.kind)
    compared = {old: hooks.diff(old, revision) for old in {row.revision for row in waiting}}
    changed = [row.pk for row in waiting if led_to_change(compared[row.revision], row.path)]
    FindingRecord.objects.filter(pk__in=changed).update(led_to_change=True)
    rows.update(led_to_change=False)


def settle_approved(revision: Revision) -> None:
    """What the check said of a revision that is approved as it stands led to no change."""
    revision.records.filter(led_to_change=None).update(led_to_change=False)
