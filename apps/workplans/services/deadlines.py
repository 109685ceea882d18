"""Moving one assignment's deadline, and excusing one."""

from __future__ import annotations

from datetime import datetime

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
from apps.workplans.services.assigning import unit_chain

REASON_LIMIT = 200


@transaction.atomic
def extend(*, assignment: Assignment, new_due_at: datetime, reason: str, actor: User) -> Extension:
    """The deadline of this one assignment is moved; everybody else's stays (TRUST G11).

    `new_due_at` is half-open: the midnight after the last day in time. The unit's people are told.
    Raises PermissionDenied or RuleError.
    """
    if not permissions.may_extend(actor, assignment):
        raise PermissionDenied("只有计划管理员可以延期。")
    assignment = _locked(assignment)
    old_due_at = _movable(assignment, new_due_at)
    extension = Extension.objects.create(
        assignment=assignment,
        old_due_at=old_due_at,
        new_due_at=new_due_at,
        reason=_reason(reason, "延期理由"),
        granted_by=actor,
        granted_at=clock.now(),
    )
    assignment.due_at = new_due_at
    assignment.save(update_fields=["due_at"])
    old, new = clock.last_day(old_due_at), clock.last_day(new_due_at)
    _record(assignment, actor, "extend", old=str(old), new=str(new), reason=extension.reason)
    title = f"{assignment}：截止由{_shown(old_due_at)}延到{_shown(new_due_at)}"
    _tell(assignment, "workplans.extended", f"{assignment.public_id}/{new}", title, reason)
    return extension


@transaction.atomic
def exempt(*, assignment: Assignment, reason: str, actor: User) -> Assignment:
    """The unit no longer owes this one assignment. Raises PermissionDenied or RuleError."""
    if not permissions.may_exempt(actor, assignment):
        raise PermissionDenied("只有计划管理员可以豁免。")
    assignment = _locked(assignment)
    _check_owed(assignment)
    if assignment.filings.exclude(state="cancelled").exists():  # the engine's rows, by their name
        raise RuleError(
            f"{assignment}：已经开始填报，不能豁免。不用报的，先在填报里取消。",
            code="workplans.filing_lives",
        )
    assignment.exempt_reason = _reason(reason, "豁免理由")
    assignment.save(update_fields=["exempt_reason"])
    _record(assignment, actor, "exempt", reason=assignment.exempt_reason)
    title = f"{assignment}：不用报"
    _tell(assignment, "workplans.exempted", str(assignment.public_id), title, reason)
    return assignment


@transaction.atomic
def unexempt(*, assignment: Assignment, reason: str, actor: User) -> Assignment:
    """The unit owes the assignment again. Raises PermissionDenied or RuleError."""
    if not permissions.may_exempt(actor, assignment):
        raise PermissionDenied("只有计划管理员可以撤销豁免。")
    assignment = _locked(assignment)
    if not assignment.exempt_reason:
        raise RuleError(f"{assignment}：没有豁免，仍要报。", code="workplans.not_exempted")
    was, assignment.exempt_reason = assignment.exempt_reason, ""
    assignment.save(update_fields=["exempt_reason"])
    reason = _reason(reason, "撤销理由")
    _record(assignment, actor, "unexempt", reason=reason, was=was)
    key = f"{assignment.public_id}/{clock.now().isoformat()}"
    _tell(assignment, "workplans.unexempted", key, f"{assignment}：豁免已撤销，要报", reason)
    return assignment


def _locked(assignment: Assignment) -> Assignment:
    rows = Assignment.objects.select_for_update(of=("self",))
    return rows.select_related("task", "unit__jurisdiction", "project").get(pk=assignment.pk)


def _check_owed(assignment: Assignment) -> None:
    if assignment.exempt_reason:
        raise RuleError(
            f"{assignment}：已豁免（{assignment.exempt_reason}），不用报。",
            code="workplans.exempted",
        )


def _movable(assignment: Assignment, new_due_at: datetime) -> datetime:
    """The deadline in force; it can only move to a later day that has not passed."""
    _check_owed(assignment)
    if assignment.due_at is None:
        raise RuleError(f"{assignment}：没有截止日，不能延期。", code="workplans.no_due")
    least = max(assignment.due_at, clock.now())
    if new_due_at <= least:
        raise RuleError(
            f"新截止日：填{_shown(new_due_at)}，应晚于{_shown(assignment.due_at)}，且不早于今天。",
            code="workplans.extension_not_later",
        )
    return assignment.due_at


def _reason(reason: str, label: str) -> str:
    reason = " ".join(reason.split())
    if not reason:
        raise RuleError(f"{label}：未填。写明原因和依据。", code="workplans.reason_missing")
    if len(reason) > REASON_LIMIT:
        raise RuleError(
            f"{label}：{len(reason)}字，最多{REASON_LIMIT}字。", code="workplans.reason_long"
        )
    return reason


def _shown(moment: datetime) -> str:
    day = clock.last_day(moment)
    return f"{day.year}年{day.month}月{day.day}日"


def _record(assignment: Assignment, actor: User, verb: str, **data: str) -> None:
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
