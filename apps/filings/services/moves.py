"""The state machine as one table, the lock, the trail: what every write of the engine shares."""

from typing import Any

from apps.audit import services as audit
from apps.filings.models import DESK_STATES, OPEN_STATES, Filing, Revision, State
from apps.organizations.models import User
from apps.rules.errors import RuleError

MOVES: dict[str, tuple[frozenset[str], State]] = {
    "submit": (frozenset({State.DRAFT, State.RETURNED}), State.SUBMITTED),
    "withdraw": (frozenset({State.SUBMITTED}), State.DRAFT),
    "pass_on": (frozenset(DESK_STATES), State.IN_REVIEW),
    "approve": (frozenset(DESK_STATES), State.APPROVED),
    "send_back": (frozenset(DESK_STATES), State.RETURNED),
    "reject": (frozenset(DESK_STATES), State.REJECTED),
    "turn_down": (frozenset(DESK_STATES), State.APPROVED),  # a change of what is in force
    "reopen": (frozenset({State.APPROVED, State.REJECTED}), State.RETURNED),
    "lapse": (frozenset({State.DRAFT, State.RETURNED}), State.APPROVED),
    "lapse_rejected": (frozenset({State.DRAFT, State.RETURNED}), State.REJECTED),
    "cancel": (
        frozenset({State.DRAFT, State.RETURNED, *DESK_STATES, State.REJECTED}),
        State.CANCELLED,
    ),
}
VERBS = {
    "submit": "提交",
    "withdraw": "撤回",
    "pass_on": "通过",
    "approve": "定稿",
    "send_back": "退回",
    "reject": "作不通过处理",
    "turn_down": "作不通过处理",
    "reopen": "重新开放",
    "lapse": "恢复定稿",
    "lapse_rejected": "恢复不通过",
    "cancel": "取消",
}


def locked(filing: Filing) -> Filing:
    """The filing's row, locked until the transaction ends, with what every move reads."""
    return (
        Filing.objects.select_for_update(of=("self",))
        .select_related(
            "assignment__task",
            "assignment__window",
            "assignment__unit",
            "step",
            "unit",
            "jurisdiction",
        )
        .get(pk=filing.pk)
    )


def allows(filing: Filing, action: str) -> bool:
    """Whether the present state allows an action."""
    return filing.state in MOVES[action][0]


def demand(filing: Filing, action: str) -> None:
    """Refuse an action that the present state does not allow. Raises RuleError naming both."""
    if not allows(filing, action):
        raise RuleError(
            f"现在是“{filing.get_state_display()}”，不能{VERBS[action]}。刷新页面看最新情况。",
            code="filings.state",
            state=filing.state,
        )


def demand_alive(filing: Filing) -> None:
    """Refuse to go on with what is closed. Raises RuleError."""
    if filing.state not in (*OPEN_STATES, *DESK_STATES):
        raise RuleError(
            f"现在是“{filing.get_state_display()}”，不再写意见。确需修改请向计划管理员申请重新开放。",
            code="filings.state",
            state=filing.state,
        )


def move(filing: Filing, action: str, **fields: Any) -> None:
    """Change the state by the table and write the named columns with it. Raises RuleError."""
    demand(filing, action)
    filing.state = MOVES[action][1]
    for name, value in fields.items():
        setattr(filing, name, value)
    filing.save(update_fields=["state", *fields])


def chain(filing: Filing) -> str:
    """The trail's chain of the unit."""
    return f"unit:{filing.jurisdiction.code}/{filing.unit.code}"


def note(filing: Filing, actor: User | None, action: str, **data: Any) -> None:
    """One line in the trail about this filing."""
    audit.record(
        actor=actor,
        action=f"filings.{action}",
        subject=filing,
        chain=chain(filing),
        data=data,
        label=label(filing),
    )


def label(filing: Filing) -> str:
    """The filing in the words of lists and notices: subject and task."""
    assignment = filing.assignment
    return f"{assignment.subject or assignment.unit}　{assignment.task.title}"


def current(filing: Filing) -> Revision:
    """The newest revision."""
    return filing.revisions.order_by("-number")[0]


def open_revision(filing: Filing) -> Revision:
    """The revision that may still change, locked. Raises RuleError when there is none."""
    revision = (
        filing.revisions.select_for_update(of=("self",)).filter(submitted_at__isnull=True).first()
    )
    if revision is None:
        raise RuleError(
            f"现在是“{filing.get_state_display()}”，内容已锁定。要改请先申请撤回或等待退回。",
            code="filings.frozen",
        )
    return revision
