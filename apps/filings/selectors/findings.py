"""Findings of the engine itself: missing materials, open returns, what was waived."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.db.models import Prefetch, QuerySet

from apps.filings.models import Filing, ReturnItem, Revision
from apps.rules.findings import Finding, Severity


def slot_findings(revision: Revision) -> list[Finding]:
    """Required materials that are missing (U-06)."""
    held = {attachment.slot for attachment in revision.attachments.all()}
    slots = revision.filing.assignment.task.slots.all()
    return [
        Finding(
            code="filings.slot_missing",
            severity=Severity.BLOCK,
            path=f"slot.{slot.code}",
            where=f"佐证材料 {slot.title}",
            found="未上传",
            expected="至少一个文件",
            message=f"“{slot.title}”未上传。请上传pdf、图片或Office文件。",
            clause=revision.filing.assignment.task.title,
        )
        for slot in slots
        if slot.is_required and slot.code not in held
    ]


def return_items() -> "Prefetch[str]":
    """All return items of filings with the step that asked, to be read along in one query."""
    return Prefetch(
        "return_items",
        ReturnItem.objects.select_related("review__step", "review__section", "sample__draw"),
    )


def sampled_items(filing: Filing) -> QuerySet[ReturnItem]:
    """What sample checks sent back of the filing once it was in force, oldest first."""
    rows = ReturnItem.objects.filter(filing=filing, sample__isnull=False)
    return rows.select_related("sample__draw", "sample__revision").order_by("pk")


def open_items(filing: Filing | int) -> QuerySet[ReturnItem]:
    """Return items without a change; those with an answer alone stay listed for the reviewer."""
    rows = ReturnItem.objects.filter(filing=filing, resolved_at__isnull=True)
    return rows.select_related("review__step", "sample__draw")


def return_findings(revision: Revision) -> list[Finding]:
    """Return items that are neither changed nor answered: 阻断 where the return said 必须改."""
    return [
        Finding(
            code="filings.return_open",
            severity=Severity.BLOCK if item.severity == ReturnItem.Severity.MUST else Severity.HINT,
            path=item.path,
            where=item.place,
            found="退回意见未处理",
            expected="标为已改，或写明不改的理由",
            message=f"退回意见“{item.message}”未处理。改好后标为已改，不改请写理由。",
            clause=item.asked_by,
        )
        for item in revision.filing.return_items.all()
        if item.resolved_at is None and not item.answer
    ]


def stored_findings(revision: Revision) -> list[Finding]:
    """What the check said at the submission, as the revision keeps it."""
    return findings_from(revision.findings)


def findings_from(told: Iterable[Mapping[str, str]]) -> list[Finding]:
    """Findings out of their stored form."""
    return [
        Finding(
            code=each["code"],
            severity=Severity(each["severity"]),
            path=each["path"],
            where=each["where"],
            found=each["found"],
            expected=each["expected"],
            message=each["message"],
            clause=each["clause"],
        )
        for each in told
    ]


def with_waivers(filing: Filing, findings: list[Finding]) -> list[Finding]:
    """The findings with waived ones lowered to 提示 that names the reason."""
    if not any(finding.severity == Severity.BLOCK for finding in findings):
        return findings
    waivers = {(w.code, w.path): w for w in filing.waivers.select_related("granted_by")}
    lowered = []
    for finding in findings:
        waiver = waivers.get((finding.code, finding.path)) or waivers.get((finding.code, ""))
        if waiver is not None and finding.severity == Severity.BLOCK:
            text = f"{finding.message}（已由{waiver.granted_by}豁免：{waiver.reason}）"
            finding = replace(finding, severity=Severity.HINT, message=text)
        lowered.append(finding)
    return lowered
