"""Reads of the engine: locks, work lists, queues, findings from slots and returns."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol

from django.db.models import OuterRef, Prefetch, Q, QuerySet, Subquery

from apps.core import clock
from apps.filings.models import (
    DESK_STATES,
    OPEN_STATES,
    Attachment,
    Comment,
    Filing,
    ReturnItem,
    Review,
    ReviewScore,
    Revision,
    State,
)
from apps.organizations import selectors as people
from apps.organizations.models import Role, User
from apps.rules.findings import Finding, Severity
from apps.workplans.models import Assignment, Extension


@dataclass(frozen=True)
class Lock:
    """Why nothing can be written now, in one of the four texts, and what to do."""

    kind: str  # not_yet, closed, in_review, final
    title: str
    text: str


def _moment(moment: datetime) -> str:
    local = moment.astimezone(clock.ZONE)
    return f"{local.year}年{local.month}月{local.day}日"


class Dated(Protocol):
    """Something that can be filed between two moments."""

    @property
    def opens_at(self) -> datetime | None:
        """The first moment; None while it is not set."""

    @property
    def due_at(self) -> datetime | None:
        """The moment after the last; None while it is not set."""


def window_lock(assignment: Dated, moment: datetime) -> Lock | None:
    """未到填报期 or 已截止 at a moment; None inside the half-open window."""
    if assignment.opens_at is None or assignment.due_at is None:
        missing = "截止时间" if assignment.opens_at else "开放时间"
        return Lock("not_yet", "未到填报期", f"未到填报期。{missing}还没有定，定后会通知。")
    if moment < assignment.opens_at:
        opens = _moment(assignment.opens_at)
        return Lock("not_yet", "未到填报期", f"未到填报期。{opens}开放，开放时会通知。")
    if moment >= assignment.due_at:
        last = _moment(clock.start_of(clock.last_day(assignment.due_at)))
        text = f"已截止。{last}24:00截止，要补报请向财政局计划管理员申请延期。"
        return Lock("closed", "已截止", text)
    return None


def lock_of(filing: Filing, moment: datetime) -> Lock | None:
    """Which of the four locks holds for a filing, or None when it can be written."""
    if filing.state in DESK_STATES:
        sent = _moment(filing.submitted_at) if filing.submitted_at else ""
        text = (
            f"审核中。{sent}报送，{filing.step}正在办。"
            "要改请先申请撤回；已开始审核的请联系科室退回。"
        )
        return Lock("in_review", "审核中", text)
    if filing.state == State.CANCELLED:
        text = "已取消。内容和回执留档；填报期内可以重新填报，过了截止请先申请延期。"
        return Lock("final", "已取消", text)
    if filing.state not in OPEN_STATES:
        text = f"{filing.get_state_display()}。内容已锁定，确需修改请向计划管理员申请重新开放。"
        return Lock("final", filing.get_state_display(), text)
    return _day_lock(filing.assignment, filing, moment)


def _day_lock(assignment: Assignment, filing: Filing | None, moment: datetime) -> Lock | None:
    """As window_lock, but open after the deadline where the task takes what comes late."""
    lock = window_lock(assignment, moment)
    is_taken = lock is not None and lock.kind == "closed" and takes_late(assignment, filing)
    return None if is_taken else lock


def takes_late(assignment: Assignment, filing: Filing | None) -> bool:
    """Whether what comes after the deadline is taken and marked late; what was reopened lapses."""
    if not assignment.task.accepts_late:
        return False
    return filing is None or not (filing.approved_revision_id or filing.reopenings.exists())


def begin_lock(assignment: Assignment, moment: datetime) -> Lock | None:
    """Which lock keeps an assignment from being begun, or None."""
    return _day_lock(assignment, None, moment)


def late_note(filing: Filing, moment: datetime) -> str:
    """What the form says once its deadline has passed but it can still be filed, else empty."""
    assignment = filing.assignment
    lock = window_lock(assignment, moment)
    if filing.state not in OPEN_STATES or lock is None or lock.kind != "closed":
        return ""
    if not takes_late(assignment, filing) or assignment.due_at is None:
        return ""
    last = _moment(clock.start_of(clock.last_day(assignment.due_at)))
    return f"已过截止。{last}24:00截止，这项任务可以补报，报送后标为逾期补报。"


def shown(user: User) -> QuerySet[Filing]:
    """Filings that exist for the person, each with what its page and its API answer show.

    `granted_at` is the end of the latest extension, None where there was none.
    """
    granted = Extension.objects.filter(assignment=OuterRef("assignment")).order_by("-new_due_at")
    rows = Filing.objects.visible_to(user).annotate(
        granted_at=Subquery(granted.values("new_due_at")[:1])
    )
    return rows.select_related(
        "assignment__task__plan",
        "assignment__task__section",
        "assignment__window",
        "assignment__project",
        "assignment__transfer",
        "unit__parent",
        "jurisdiction",
        "step__sheet",
        "desk_section",
        "desk_unit",
        "approved_revision",
    )


# What a list names of the things around its rows; the rest of them stays in the database.
WAITING = {
    "assignment": ("public_id",),
    "assignment__task": ("public_id", "title"),
    "assignment__project": ("public_id", "name", "classified_serial"),
    "assignment__transfer": ("public_id", "name"),
    "unit": ("code", "name"),
    "step": ("title", "role"),
}


def _named(around: dict[str, tuple[str, ...]]) -> list[str]:
    return [f"{thing}__{field}" for thing, fields in around.items() for field in fields]


def todo(user: User, year: int) -> QuerySet[Assignment]:
    """What the person's units still owe in a year, by deadline; nothing on a desk or done."""
    units = people.units_of(user, Role.FILER, Role.UNIT_HEAD)
    # A filing has the unit and year of its assignment: said, they spare a scan of all filings.
    filed = Filing.objects.filter(unit__in=units, fiscal_year=year)
    filed = filed.exclude(state__in=[State.CANCELLED, *OPEN_STATES])
    return (
        Assignment.objects.owed()
        .filter(unit__in=units, fiscal_year=year)
        .exclude(pk__in=filed.values("assignment"))
        .order_by("due_at", "id")
    )


def sent(user: User, year: int) -> QuerySet[Filing]:
    """What the person's units have submitted in a year; the newest submission first."""
    units = people.units_of(user)
    return (
        Filing.objects.filter(unit__in=units, fiscal_year=year, submitted_at__isnull=False)
        .select_related(
            "assignment__task", "assignment__project", "assignment__transfer", "unit", "step"
        )
        .order_by("-submitted_at", "-id")
    )


def queue(user: User, year: int) -> QuerySet[Filing]:
    """Filings that lie on the person's desks in a year, the most urgent first."""
    desks = Q()
    for role in (Role.SECTION_REVIEWER, Role.PERFORMANCE_REVIEWER, Role.BUDGET_OFFICER):
        sections = people.sections_of(user, role)
        if sections:
            desks |= Q(desk_section__in=sections, step__role=role)
    for role in (Role.UNIT_HEAD, Role.SUPERVISOR):
        units = people.units_of(user, role)
        if units:
            desks |= Q(desk_unit__in=units, step__role=role)
    if not desks:
        return Filing.objects.none()
    return (
        Filing.objects.on_a_desk()
        .filter(desks, fiscal_year=year)
        .select_related(
            "assignment__task", "assignment__project", "assignment__transfer", "unit", "step"
        )
        .only(*(field.attname for field in Filing._meta.concrete_fields), *_named(WAITING))
        .order_by("desk_due_at", "id")
    )


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
        "return_items", ReturnItem.objects.select_related("review__step", "review__section")
    )


def open_items(filing: Filing | int) -> QuerySet[ReturnItem]:
    """Return items without a change; those with an answer alone stay listed for the reviewer."""
    rows = ReturnItem.objects.filter(filing=filing, resolved_at__isnull=True)
    return rows.select_related("review__step")


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
            clause=str(item.review.step),
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


def file_digests(revision: Revision) -> list[str]:
    """One line a file: slot, name, digest; part of what the receipt vouches for."""
    rows = revision.attachments.values_list("slot", "name", "file__sha256")
    return [f"{slot}\t{name}\t{digest}" for slot, name, digest in sorted(rows)]


def history(filing: Filing, user: User) -> QuerySet[Revision]:
    """The revisions that exist for the person, newest first, with reviews, marks and items."""
    reviews = Review.objects.select_related("step", "reviewer", "section").prefetch_related(
        "items", Prefetch("scores", ReviewScore.objects.select_related("item"))
    )
    return (
        filing.revisions.visible_to(user)
        .order_by("-number")
        .select_related("submitted_by", "saved_by")
        .prefetch_related(Prefetch("reviews", reviews), _with_files())
    )


def _with_files() -> "Prefetch[str]":
    """The attachments of revisions with their stored files, in one query."""
    return Prefetch("attachments", Attachment.objects.select_related("file"))


def newest(filing: Filing, user: User) -> Revision:
    """What a page shows of a filing that the person sees: its newest revision that exists for them.

    Of an approved filing the revision in force: a reopening that lapsed may have left later ones.
    """
    rows = filing.revisions.visible_to(user).select_related("submitted_by", "saved_by")
    rows = rows.prefetch_related(_with_files())
    if filing.state == State.APPROVED and filing.approved_revision_id:
        rows = rows.filter(pk=filing.approved_revision_id)
    return rows.order_by("-number")[0]


def began_from(filing: Filing, revision: Revision) -> Revision | None:
    """The revision that this one was copied from: what is in force, for a reopening."""
    if revision.origin == Revision.Origin.REOPENING and filing.approved_revision is not None:
        return filing.approved_revision
    return filing.revisions.filter(number=revision.number - 1).first()


def first_shown(filing: Filing, revisions: list[Revision]) -> Revision:
    """The same among revisions at hand, the newest first."""
    in_force = filing.approved_revision_id if filing.state == State.APPROVED else None
    return next((r for r in revisions if r.pk == in_force), revisions[0])


def threads(filing: Filing, user: User | None = None) -> list[Comment]:
    """The first remark of each thread with its replies, oldest first; one query.

    For a user only what is said on revisions that exist for them: not on an unsubmitted one.
    """
    rows = filing.comments.select_related("revision", "author")
    if user is not None:
        rows = rows.filter(revision__in=filing.revisions.visible_to(user))
    remarks = list(rows)
    answers: dict[int, list[Comment]] = defaultdict(list)
    for remark in remarks:
        if remark.parent_id:
            answers[remark.parent_id].append(remark)
    found = [remark for remark in remarks if remark.parent_id is None]
    for remark in found:
        remark.answers = answers[remark.pk]
    return found


def threads_by_path(filing: Filing) -> dict[str, list[Comment]]:
    """The threads by the field that they are about."""
    grouped: dict[str, list[Comment]] = defaultdict(list)
    for remark in threads(filing):
        grouped[remark.path].append(remark)
    return dict(grouped)


def attachments(revision: Revision) -> QuerySet[Attachment]:
    """The revision's files with their stored file, by slot."""
    return revision.attachments.select_related("file").order_by("slot", "id")
