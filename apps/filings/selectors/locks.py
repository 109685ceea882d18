"""Why nothing can be written now, and until when something still can."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from apps.core import clock
from apps.filings.models import DESK_STATES, OPEN_STATES, Filing, State
from apps.workplans.models import Assignment


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
