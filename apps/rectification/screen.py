"""What the page of one problem shows."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch

from apps.core import clock
from apps.organizations.models import User
from apps.rectification import permissions
from apps.rectification.models import PaymentDecision, Problem, Proof, State, Step
from apps.rectification.services import moves
from apps.workplans import calendar

Act = Step.Act

TO_ANSWER = "先上传整改佐证，再写措施和结果，答复后由财政复核。"
TO_RECHECK = "佐证够的销号，不够的退回补改。"


@dataclass(frozen=True)
class ProblemScreen:
    """A problem with its history, its files, and what the person may do now."""

    problem: Problem
    steps: list[Step]
    findings: list[Proof]
    remedies: list[Proof]
    remaining: int | None  # working days; None where the year is not announced
    acts: frozenset[str]
    may_add_file: bool
    may_print: bool
    decisions: list[PaymentDecision]  # about the project's money, on this problem
    may_propose: bool

    @property
    def removable(self) -> list[int]:
        """Ids of files that belong to no answer yet."""
        return [proof.pk for proof in self.remedies if proof.step_id is None]

    @property
    def next(self) -> str:
        """What comes next, and by whom."""
        if self.problem.is_with_unit:
            return TO_ANSWER if Act.ANSWER in self.acts else "等责任单位整改。"
        if self.problem.state == State.ANSWERED:
            return TO_RECHECK if Act.CLOSE in self.acts else "单位已答复，等财政复核。"
        return f"{self.problem.get_state_display()}，不再办理。"


def build(problem: Problem, user: User) -> ProblemScreen:
    """The page for one person."""
    files = Proof.objects.select_related("file", "added_by")
    steps = problem.steps.select_related("by").prefetch_related(Prefetch("proofs", files))
    proofs = list(files.filter(problem=problem))
    rechecks = permissions.may_recheck(user, problem)
    return ProblemScreen(
        problem=problem,
        steps=list(steps),
        findings=[proof for proof in proofs if proof.side == Proof.Side.FINDING],
        remedies=[proof for proof in proofs if proof.side == Proof.Side.REMEDY],
        remaining=calendar.working_days_left(clock.now(), clock.end_of(problem.due_on)),
        acts=acts_of(problem, user),
        may_add_file=_may_add(problem, user),
        may_print=rechecks,
        decisions=list(PaymentDecision.objects.visible_to(user).filter(problem=problem)),
        may_propose=problem.state != State.WITHDRAWN and permissions.may_propose(user, problem),
    )


def acts_of(problem: Problem, user: User) -> frozenset[str]:
    """What the person may do with the problem as it stands; its content is still read."""
    answers = permissions.may_answer(user, problem)
    rechecks = permissions.may_recheck(user, problem)
    rights = {
        Act.ANSWER: answers,
        Act.CLOSE: rechecks and not permissions.took_part(user, problem),
        Act.SEND_BACK: rechecks,
        Act.EXTEND: rechecks,
        Act.REFUSE: rechecks,
        Act.WITHDRAW: rechecks and permissions.may_withdraw(user, problem),
        Act.NAME_OWNER: answers or rechecks,
    }
    return frozenset(str(a) for a, may in rights.items() if may and moves.allows(problem, a))


def _may_add(problem: Problem, user: User) -> bool:
    if permissions.may_answer(user, problem):
        return moves.allows(problem, Act.ANSWER)
    is_alive = problem.state not in (State.CLOSED, State.WITHDRAWN)
    return is_alive and permissions.may_recheck(user, problem)
