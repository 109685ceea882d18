"""How a problem moves: the one table of its states, its lock, its history, its trail."""

from __future__ import annotations

from datetime import date
from typing import Any

from apps.audit import services as audit
from apps.core import clock
from apps.jobs import services as jobs
from apps.organizations.models import User
from apps.rectification.models import UNSETTLED, WITH_UNIT, Problem, State, Step
from apps.rules.errors import RuleError

MOVES: dict[str, tuple[set[str], State | None]] = {  # act: (from, to; None: stays)
    Step.Act.AMEND: ({State.OPEN}, None),
    Step.Act.ANSWER: ({*WITH_UNIT}, State.ANSWERED),
    Step.Act.SEND_BACK: ({State.ANSWERED}, State.RETURNED),
    Step.Act.CLOSE: ({State.ANSWERED}, State.CLOSED),
    Step.Act.EXTEND: ({*WITH_UNIT}, None),
    Step.Act.NAME_OWNER: ({*UNSETTLED}, None),
    Step.Act.REFUSE: ({State.OPEN, State.RETURNED}, State.REFUSED),
    Step.Act.WITHDRAW: ({*UNSETTLED}, State.WITHDRAWN),
}


def locked(problem: Problem) -> Problem:
    """The problem as it stands now; nobody else moves it until the transaction ends."""
    rows = Problem.objects.select_for_update(of=("self",))
    return rows.select_related("unit", "project", "jurisdiction", "owner").get(pk=problem.pk)


def allows(problem: Problem, act: str) -> bool:
    """Whether the present state allows an act."""
    return problem.state in MOVES[act][0]


def demand(problem: Problem, act: str) -> None:
    """Refuse an act that the present state does not allow. Raises RuleError naming both."""
    if not allows(problem, act):
        word = Step.Act(act).label
        raise RuleError(
            f"现在是“{problem.get_state_display()}”，不能{word}。刷新页面看最新情况。",
            code="rectification.state",
            state=problem.state,
        )


def move(problem: Problem, act: str, **fields: Any) -> None:
    """Change the state by the table and write the named columns with it. Raises RuleError."""
    demand(problem, act)
    problem.state = MOVES[act][1] or problem.state
    for name, value in fields.items():
        setattr(problem, name, value)
    problem.save(update_fields=["state", *fields])


def step(
    problem: Problem, act: str, actor: User | None, text: str = "", due_on: date | None = None
) -> Step:
    """One line more in the history."""
    return Step.objects.create(
        problem=problem, act=act, text=text, due_on=due_on, at=clock.now(), by=actor
    )


def note(problem: Problem, actor: User | None, action: str, **data: Any) -> None:
    """One line in the trail about this problem."""
    audit.record(
        actor=actor,
        action=f"rectification.{action}",
        subject=problem,
        chain=f"unit:{problem.jurisdiction.code}/{problem.unit.code}",
        data=data,
        label=f"{problem.subject}　{problem.title}",
    )


def tell_rooms(problem: Problem, what: str, key: str) -> None:
    """Upper rooms may react: rectification.opened, .closed, .refused (decision 13)."""
    jobs.leave_event(
        kind=f"rectification.{what}",
        key=f"{problem.public_id}:{key}",
        payload={"problem": problem.pk},
    )


def written(text: str, what: str, most: int = 2000) -> str:
    """The text without blanks around. Raises RuleError when there is none, or too much."""
    said = text.strip()
    if not said:
        raise RuleError(f"{what}：未写。", code="rectification.text")
    if len(said) > most:
        raise RuleError(f"{what}：{len(said)}字，最多{most}字。", code="rectification.text")
    return said
