"""Relief in batches: many assignments of a task extended, excused, made void or reopened at once.

A batch loops over the single act, a row in a transaction of its own, with a result for each; its
preview asks of every row what the act itself will ask (PRODUCT, pain 12).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Prefetch
from django.urls import reverse

from apps.core import clock
from apps.filings.models import Filing, Reopening, State
from apps.filings.services import exceptional, moves
from apps.jobs import services as jobs
from apps.jobs.models import Job
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import permissions as plan_permissions
from apps.workplans import services as plans
from apps.workplans.models import Assignment, Extension, PlanTask

JOB = "filings.relief"
MOST_ROWS = 500


class Act(StrEnum):
    """What is done to every assignment of a batch."""

    EXTEND = "extend"
    EXEMPT = "exempt"
    CANCEL = "cancel"
    RESTORE = "restore"
    REOPEN = "reopen"


WORDS = {
    Act.EXTEND: "延期",
    Act.EXEMPT: "豁免",
    Act.CANCEL: "撤销",
    Act.RESTORE: "恢复应报",
    Act.REOPEN: "重新开放",
}
DATED = (Act.EXTEND, Act.REOPEN)  # must say until when; an exemption may


@dataclass(frozen=True)
class Relief:
    """One act with its reason and last day, as the administrator decided it."""

    act: Act
    reason: str
    until: date | None


@dataclass(frozen=True)
class Verdict:
    """What becomes of one row: what is done, or why it is not."""

    assignment: str  # public id
    subject: str
    unit: str
    text: str
    is_done: bool


# --- one assignment ---------------------------------------------------------------------------
@transaction.atomic
def cancel_assignment(*, assignment: Assignment, actor: User, reason: str) -> Assignment:
    """Nobody owes the assignment any more; a draft of it is struck out with it.

    Raises PermissionDenied, or RuleError once it was submitted.
    """
    if not plan_permissions.may_exempt(actor, assignment):
        raise PermissionDenied("只有计划管理员可以撤销应报。")
    draft = live_filing(assignment)
    if draft is not None:
        draft = moves.locked(draft)
        demand_unsent(draft)
        exceptional.strike_out(draft, actor, reason)
    return plans.cancel(assignment=assignment, reason=reason, actor=actor)


def live_filing(assignment: Assignment) -> Filing | None:
    """The assignment's filing that is not cancelled; there is at most one."""
    return next((f for f in assignment.filings.all() if f.state != State.CANCELLED), None)


def demand_unsent(filing: Filing) -> None:
    """Refuse to make void what was handed in. Raises RuleError."""
    if filing.state != State.DRAFT:
        raise RuleError(
            f"现在是“{filing.get_state_display()}”，不能撤销应报。已报送过的，先取消填报。",
            code="filings.state",
            state=filing.state,
        )


# --- a batch ----------------------------------------------------------------------------------
def preview(
    *, task: PlanTask, assignments: Iterable[UUID], relief: Relief, actor: User
) -> list[Verdict]:
    """What the batch would do to each of the task's assignments; writes nothing.

    Raises PermissionDenied, or RuleError for none or too many rows, or without reason or day.
    """
    _demand_whole(task, actor, relief)
    return [_judged(row, relief) for row in _chosen(task, assignments)]


@transaction.atomic
def start(*, task: PlanTask, assignments: Iterable[UUID], relief: Relief, actor: User) -> Job:
    """A job does it row by row. Raises as `preview` does."""
    _demand_whole(task, actor, relief)
    rows = _chosen(task, assignments)
    return jobs.leave(
        kind=JOB,
        title=f"批量{WORDS[relief.act]}：{task}（{len(rows)}件）",
        owner=actor,
        params={
            "task": task.pk,
            "act": relief.act.value,
            "reason": plans.reason_of(relief.reason, "理由"),
            "until": str(relief.until or ""),
            "assignments": [str(row.public_id) for row in rows],
            "batch": str(uuid4()),
        },
    )


def run(job: Job) -> dict[str, Any]:
    """Every row done or refused, each by itself; a job taken over goes on where it stopped."""
    told = job.params
    task = PlanTask.objects.select_related("plan__jurisdiction").get(pk=told["task"])
    until = date.fromisoformat(told["until"]) if told["until"] else None
    relief = Relief(Act(told["act"]), told["reason"], until)
    rows = _chosen(task, [UUID(public_id) for public_id in told["assignments"]])
    verdicts = []
    for n_done, row in enumerate(rows, 1):
        verdicts.append(_done(row, relief, job.owner, UUID(told["batch"])))
        jobs.progress(job=job, n_done=n_done, n_total=len(rows))
    n_done = sum(verdict.is_done for verdict in verdicts)
    left = f"，{len(rows) - n_done}件没有办" if n_done < len(rows) else ""
    page = reverse("filings:relief", args=[task.plan.fiscal_year, task.public_id])
    return {
        "message": f"{WORDS[relief.act]}{n_done}件{left}。",
        "url": f"{page}?job={job.public_id}",
        "rows": [asdict(verdict) for verdict in verdicts],
    }


def _demand_whole(task: PlanTask, actor: User, relief: Relief) -> None:
    if not plan_permissions.may_publish(actor, task.plan):
        raise PermissionDenied("只有计划管理员可以批量办理。")
    if relief.until is None and relief.act in DATED:
        raise RuleError(f"{WORDS[relief.act]}到：未填。写最后一天。", code="filings.until")
    plans.reason_of(relief.reason, "理由")


def _chosen(task: PlanTask, assignments: Iterable[UUID]) -> list[Assignment]:
    """The task's assignments of these public ids, with what acts and verdicts read."""
    wanted = set(assignments)
    if not wanted:
        raise RuleError("没有选中一件。先勾选要办的。", code="filings.none_chosen")
    if len(wanted) > MOST_ROWS:
        raise RuleError(f"选了{len(wanted)}件，一次最多办{MOST_ROWS}件。", code="filings.too_many")
    rows = task.assignments.filter(public_id__in=wanted)
    rows = rows.select_related(
        "task", "window", "unit__jurisdiction", "project", "transfer", "jurisdiction"
    )
    filings = Filing.objects.select_related("approved_revision")
    return list(rows.prefetch_related(Prefetch("filings", filings)).order_by("unit__code", "pk"))


def _judged(row: Assignment, relief: Relief) -> Verdict:
    try:
        text = _demanded(row, relief)
    except RuleError as error:
        return _verdict(row, str(error), is_done=False)
    return _verdict(row, text, is_done=True)


def _done(row: Assignment, relief: Relief, actor: User, batch: UUID) -> Verdict:
    """The act on one row, in a transaction of its own."""
    if _was_done(row, relief, actor, batch):
        return _verdict(row, f"已{WORDS[relief.act]}。", is_done=True)
    try:
        text = _demanded(row, relief)
        _act(row, relief, actor, batch)
    except RuleError as error:
        return _verdict(row, str(error), is_done=False)
    return _verdict(row, text, is_done=True)


def _verdict(row: Assignment, text: str, *, is_done: bool) -> Verdict:
    label = row.window.label
    subject = f"{row.subject or row.unit}{label and f'　{label}'}"
    return Verdict(str(row.public_id), subject, str(row.unit), text, is_done)


def _demanded(row: Assignment, relief: Relief) -> str:
    """What the act will do to the row, in words. Raises RuleError when it would refuse."""
    filing, until = live_filing(row), relief.until
    if relief.act == Act.EXTEND and until is not None:
        old = plans.demand_extendable(row, clock.end_of(until))
        return f"截止由{clock.last_day(old):%Y-%m-%d}延到{until:%Y-%m-%d}。"
    if relief.act == Act.REOPEN and until is not None:
        if filing is None:
            raise RuleError("还没有填报，不用重新开放。", code="filings.state")
        exceptional.demand_reopenable(filing, until)
        return f"重新开放到{until:%Y-%m-%d}。"
    if relief.act == Act.EXEMPT:
        plans.demand_exemptable(row, until)
        return f"到{until:%Y-%m-%d}为止不用报，之后要报。" if until else "不用报。"
    if relief.act == Act.RESTORE:
        return _restorable(row)
    plans.demand_cancellable(row)
    if filing is None:
        return "撤销应报。"
    demand_unsent(filing)
    return "撤销应报，草稿一并取消。"


def _restorable(row: Assignment) -> str:
    if row.cancelled_at:
        return f"撤销取消，要报{plans.late_words(row)}。"
    if row.exempt_reason:
        return f"豁免取消，要报{plans.late_words(row)}。"
    raise RuleError("没有豁免或撤销，仍要报。", code="workplans.not_exempted")


def _act(row: Assignment, relief: Relief, actor: User, batch: UUID) -> None:
    filing, until, reason = live_filing(row), relief.until, relief.reason
    if relief.act == Act.EXTEND and until is not None:
        end = clock.end_of(until)
        plans.extend(assignment=row, new_due_at=end, reason=reason, actor=actor, batch=batch)
    elif relief.act == Act.REOPEN and filing is not None and until is not None:
        exceptional.reopen(filing=filing, reason=reason, until=until, actor=actor)
    elif relief.act == Act.RESTORE:
        back = plans.restore if row.cancelled_at else plans.unexempt
        back(assignment=row, reason=reason, actor=actor)
    elif relief.act == Act.EXEMPT:
        plans.exempt(assignment=row, reason=reason, until=until, actor=actor)
    else:
        cancel_assignment(assignment=row, reason=reason, actor=actor)


def _was_done(row: Assignment, relief: Relief, actor: User, batch: UUID) -> bool:
    """Whether a worker that died had done this row already."""
    if relief.act == Act.EXTEND:
        return Extension.objects.filter(assignment=row, batch=batch).exists()
    if relief.act == Act.EXEMPT:
        return (row.exempt_reason, row.exempt_until) == (relief.reason, relief.until)
    if relief.act == Act.CANCEL:
        return row.cancel_reason == relief.reason
    if relief.act == Act.RESTORE:
        return False  # a second time it says that the row is owed
    opened = Reopening.objects.filter(
        filing__assignment=row, filing__state=State.RETURNED, opened_by=actor, reason=relief.reason
    )
    return any(clock.last_day(reopening.expires_at) == relief.until for reopening in opened)
