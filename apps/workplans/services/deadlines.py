"""Relief for one assignment: its deadline moved, its duty excused for good or for a time, or void.

Each act has a `demand_…` that refuses without writing, so that a preview asks what the act asks.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.audit import services as audit
from apps.core import clock
from apps.notifications import services as notifications
from apps.organizations import selectors as people
from apps.organizations.models import Role, User
from apps.rules.errors import RuleError
from apps.workplans import permissions
from apps.workplans.models import Assignment, Extension
from apps.workplans.services.opening import unit_chain

REASON_LIMIT = 200
FILLABLE = ("draft", "returned", "cancelled")  # the engine's states, by their name


# --- extension --------------------------------------------------------------------------------
@transaction.atomic
def extend(
    *,
    assignment: Assignment,
    new_due_at: datetime,
    reason: str,
    actor: User,
    batch: UUID | None = None,
) -> Extension:
    """The deadline of this one assignment is moved; everybody else's stays (TRUST G11).

    `new_due_at` is half-open: the midnight after the last day in time. The unit's people are told.
    Raises PermissionDenied or RuleError.
    """
    if not permissions.may_extend(actor, assignment):
        raise PermissionDenied("只有计划管理员可以延期。")
    assignment = _locked(assignment)
    old_due_at = demand_extendable(assignment, new_due_at)
    extension = Extension.objects.create(
        assignment=assignment,
        old_due_at=old_due_at,
        new_due_at=new_due_at,
        reason=reason_of(reason, "延期理由"),
        granted_by=actor,
        granted_at=clock.now(),
        batch=batch,
    )
    assignment.due_at = new_due_at
    assignment.save(update_fields=["due_at"])
    old, new = clock.last_day(old_due_at), clock.last_day(new_due_at)
    told = {"batch": str(batch)} if batch else {}
    _record(
        assignment, actor, "extend", old=str(old), new=str(new), reason=extension.reason, **told
    )
    title = f"{assignment}：截止由{_shown(old_due_at)}延到{_shown(new_due_at)}"
    _tell(assignment, "workplans.extended", f"{assignment.public_id}/{new}", title, reason)
    return extension


def demand_extendable(assignment: Assignment, new_due_at: datetime) -> datetime:
    """The deadline in force; it can only move to a later day that has not passed.

    Raises RuleError, also for what is handed in: no later day would open it.
    """
    demand_owed(assignment)
    _demand_fillable(assignment)
    if assignment.due_at is None:
        raise RuleError(f"{assignment}：没有截止日，不能延期。", code="workplans.no_due")
    least = max(assignment.due_at, clock.now())
    if new_due_at <= least:
        raise RuleError(
            f"新截止日：填{_shown(new_due_at)}，应晚于{_shown(assignment.due_at)}，且不早于今天。",
            code="workplans.extension_not_later",
        )
    return assignment.due_at


def _demand_fillable(assignment: Assignment) -> None:
    """Refuse where a filing lives that its unit cannot change now."""
    if any(filing.state not in FILLABLE for filing in assignment.filings.all()):
        raise RuleError(
            f"{assignment}：已经报送，延期打不开。要改的，退回或重新开放。",
            code="workplans.handed_in",
        )


# --- exemption --------------------------------------------------------------------------------
@transaction.atomic
def exempt(
    *, assignment: Assignment, reason: str, actor: User, until: date | None = None
) -> Assignment:
    """The unit no longer owes this one assignment, for good or to the end of a day.

    Raises PermissionDenied or RuleError.
    """
    if not permissions.may_exempt(actor, assignment):
        raise PermissionDenied("只有计划管理员可以豁免。")
    assignment = _locked(assignment)
    demand_exemptable(assignment, until)
    assignment.exempt_reason = reason_of(reason, "豁免理由")
    assignment.exempt_until = until
    assignment.save(update_fields=["exempt_reason", "exempt_until"])
    told = {"until": str(until)} if until else {}
    _record(assignment, actor, "exempt", reason=assignment.exempt_reason, **told)
    title = f"{assignment}：{f'{_day(until)}前' if until else ''}不用报"
    key = f"{assignment.public_id}/{until}" if until else str(assignment.public_id)
    _tell(assignment, "workplans.exempted", key, title, reason)
    return assignment


def demand_exemptable(assignment: Assignment, until: date | None) -> None:
    """Refuse to excuse what is not owed or under way, or for a time that ends too late.

    Raises RuleError.
    """
    demand_owed(assignment)
    _demand_unbegun(assignment, "豁免")
    if until is None:
        return
    if until < clock.today():
        raise RuleError(f"豁免到：填{_day(until)}，不能早于今天。", code="workplans.exempt_until")
    if assignment.due_at and clock.end_of(until) >= assignment.due_at:
        raise RuleError(
            f"豁免到：填{_day(until)}，应早于截止日{_shown(assignment.due_at)}。"
            "到截止都不用报的，不填这一天。",
            code="workplans.exempt_until",
        )


@transaction.atomic
def unexempt(*, assignment: Assignment, reason: str, actor: User) -> Assignment:
    """The unit owes the assignment again. Raises PermissionDenied or RuleError."""
    if not permissions.may_exempt(actor, assignment):
        raise PermissionDenied("只有计划管理员可以撤销豁免。")
    assignment = _locked(assignment)
    if not assignment.exempt_reason:
        raise RuleError(f"{assignment}：没有豁免，仍要报。", code="workplans.not_exempted")
    was = _owe_again(assignment)
    reason = reason_of(reason, "撤销理由")
    _record(assignment, actor, "unexempt", reason=reason, was=was)
    _tell_again(assignment, "豁免已撤销，要报", reason)
    return assignment


def end_exemptions(*, on: date) -> int:
    """What was excused to a day before this one is owed again; returns how many.

    Beat runs this daily; twice is harmless. Each assignment is its own transaction.
    """
    over = Assignment.objects.filter(exempt_until__lt=on, cancelled_at=None).order_by("pk")
    return sum(_end_exemption(pk, on) for pk in over.values_list("pk", flat=True))


@transaction.atomic
def _end_exemption(pk: int, on: date) -> bool:
    assignment = _locked(Assignment(pk=pk))
    until = assignment.exempt_until
    if until is None or until >= on:
        return False
    was = _owe_again(assignment)
    _record(assignment, None, "exemption_ended", until=str(until), was=was)
    _tell_again(assignment, "豁免到期，要报", f"豁免到{_day(until)}。原豁免理由：{was}")
    return True


def _owe_again(assignment: Assignment) -> str:
    """Take the exemption away; returns its reason."""
    was, assignment.exempt_reason, assignment.exempt_until = assignment.exempt_reason, "", None
    assignment.save(update_fields=["exempt_reason", "exempt_until"])
    return was


def _tell_again(assignment: Assignment, text: str, body: str) -> None:
    due = f"，{_shown(assignment.due_at)}24:00截止" if assignment.due_at else ""
    due += late_words(assignment)
    key = f"{assignment.public_id}/{clock.now().isoformat()}"
    _tell(assignment, "workplans.unexempted", key, f"{assignment}：{text}{due}", body)


def late_words(assignment: Assignment) -> str:
    """What must be said where a duty that comes back is late already."""
    is_late = assignment.due_at is not None and assignment.due_at <= clock.now()
    return "，截止已过" if is_late else ""


# --- cancelling -------------------------------------------------------------------------------
@transaction.atomic
def cancel(*, assignment: Assignment, reason: str, actor: User) -> Assignment:
    """The assignment is void: nobody owes it, and no sweep opens it again.

    Raises PermissionDenied, or RuleError while a filing lives (filings.cancel_assignment strikes
    out a draft along with it).
    """
    if not permissions.may_exempt(actor, assignment):
        raise PermissionDenied("只有计划管理员可以撤销应报。")
    assignment = _locked(assignment)
    demand_cancellable(assignment)
    _demand_unbegun(assignment, "撤销")
    assignment.cancel_reason = reason_of(reason, "撤销理由")
    assignment.cancelled_at = clock.now()
    assignment.save(update_fields=["cancel_reason", "cancelled_at"])
    _record(assignment, actor, "cancel", reason=assignment.cancel_reason)
    key = f"{assignment.public_id}/{assignment.cancelled_at.isoformat()}"
    _tell(assignment, "workplans.cancelled", key, f"{assignment}：已撤销，不用报", reason)
    return assignment


@transaction.atomic
def void_request(*, assignment: Assignment, reason: str, actor: User) -> None:
    """What was asked for is owed no more once its filing is struck out; twice is harmless.

    Whoever struck it out had the right, and told the unit.
    """
    assignment = _locked(assignment)
    if assignment.cancelled_at is None:
        assignment.cancel_reason = " ".join(reason.split())[:REASON_LIMIT]
        assignment.cancelled_at = clock.now()
        assignment.save(update_fields=["cancel_reason", "cancelled_at"])
        _record(assignment, actor, "cancel", reason=assignment.cancel_reason)


def demand_cancellable(assignment: Assignment) -> None:
    """Refuse to make void what is void already. Raises RuleError."""
    if assignment.cancelled_at:
        raise RuleError(
            f"{assignment}：已撤销（{assignment.cancel_reason}）。", code="workplans.cancelled"
        )


@transaction.atomic
def restore(*, assignment: Assignment, reason: str, actor: User) -> Assignment:
    """What was made void is owed again. Raises PermissionDenied or RuleError."""
    if not permissions.may_exempt(actor, assignment):
        raise PermissionDenied("只有计划管理员可以恢复应报。")
    assignment = _locked(assignment)
    if assignment.cancelled_at is None:
        raise RuleError(f"{assignment}：没有撤销，仍要报。", code="workplans.not_cancelled")
    reason = reason_of(reason, "恢复理由")
    was, assignment.cancel_reason, assignment.cancelled_at = assignment.cancel_reason, "", None
    assignment.save(update_fields=["cancel_reason", "cancelled_at"])
    _record(assignment, actor, "restore", reason=reason, old=was)
    _tell_again(assignment, "撤销已取消，要报", reason)
    return assignment


# --- what all of them share -------------------------------------------------------------------
def _locked(assignment: Assignment) -> Assignment:
    rows = Assignment.objects.select_for_update(of=("self",))
    return rows.select_related("task", "unit__jurisdiction", "project", "transfer").get(
        pk=assignment.pk
    )


def demand_owed(assignment: Assignment) -> None:
    """Refuse what is excused or void. Raises RuleError that names the reason."""
    demand_cancellable(assignment)
    if assignment.exempt_reason:
        raise RuleError(
            f"{assignment}：已豁免（{assignment.exempt_reason}），不用报。",
            code="workplans.exempted",
        )


def _demand_unbegun(assignment: Assignment, verb: str) -> None:
    """Refuse while a filing lives; `state` is the engine's, by its name."""
    if assignment.filings.exclude(state="cancelled").exists():
        raise RuleError(
            f"{assignment}：已经开始填报，不能{verb}。不用报的，先在填报里取消。",
            code="workplans.filing_lives",
        )


def reason_of(reason: str, label: str) -> str:
    """The reason without idle blanks. Raises RuleError when it is empty or too long."""
    reason = " ".join(reason.split())
    if not reason:
        raise RuleError(f"{label}：未填。写明原因和依据。", code="workplans.reason_missing")
    if len(reason) > REASON_LIMIT:
        raise RuleError(
            f"{label}：{len(reason)}字，最多{REASON_LIMIT}字。", code="workplans.reason_long"
        )
    return reason


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _shown(moment: datetime) -> str:
    return _day(clock.last_day(moment))


def _record(assignment: Assignment, actor: User | None, verb: str, **data: str) -> None:
    audit.record(
        actor=actor,
        action=f"workplans.{verb}",
        subject=assignment,
        chain=unit_chain(assignment.unit, assignment.unit.jurisdiction.code),
        data=data,
    )


def _tell(assignment: Assignment, kind: str, key: str, title: str, body: str) -> None:
    notifications.notify(
        recipients=people.people_at_unit(assignment.unit, Role.FILER, Role.UNIT_HEAD),
        kind=kind,
        key=key,
        title=title[:120],
        body=body,
        url=f"/{assignment.fiscal_year}/",
    )
