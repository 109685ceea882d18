"""What is decided about a project's money: proposed, approved or refused, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction

from apps.core import clock
from apps.organizations.models import User
from apps.projects import selectors as projects
from apps.projects.models import Project
from apps.rectification import permissions
from apps.rectification.law import Law, law_of
from apps.rectification.models import PaymentDecision, Problem, State
from apps.rectification.services import moves, telling
from apps.rules import payment_decisions as rules
from apps.rules.errors import RuleError

NOT_YOURS = "资金处置由绩效科、预算科、计划管理员或分管科室提出。"
OF_APPROVERS = "资金处置由{}批准。"
OF_ANOTHER = "这项处置由您提出，按计划规定由另一人批准。"
Stage = PaymentDecision.State


@dataclass(frozen=True)
class Proposed:
    """What is asked for; the amount in yuan."""

    kind: str
    cause: str
    amount: Decimal
    reason: str
    effective_on: date
    lift_when: str = ""


@transaction.atomic
def propose_decision(*, problem: Problem, actor: User, proposed: Proposed) -> PaymentDecision:
    """What should be done about the problem's project waits for who approves, who is told.

    Raises PermissionDenied, or RuleError for a kind that the plan does not know or the cause does
    not allow, an amount beyond the year's budget, a hold that stands already.
    Source: Q-20, Y-17.
    """
    if not permissions.may_propose(actor, problem):
        raise PermissionDenied(NOT_YOURS)
    problem = moves.locked(problem)
    _lock_money(problem)
    law = law_of(problem.jurisdiction, problem.fiscal_year)
    _demand_sound(problem, proposed, law)
    made = _kept(
        PaymentDecision(
            problem=problem,
            project=problem.project,
            fiscal_year=problem.fiscal_year,
            kind=proposed.kind,
            cause=proposed.cause,
            amount=proposed.amount,
            reason=moves.written(proposed.reason, "理由"),
            lift_when=_lifting(proposed),
            clause=law.clause,
            effective_on=proposed.effective_on,
        ),
        actor,
    )
    _note(made, actor, "propose_decision")
    telling.ask_to_decide(made, law.approver)
    return made


@transaction.atomic
def reverse_decision(
    *, decision: PaymentDecision, actor: User, reason: str, effective_on: date
) -> PaymentDecision:
    """A further decision that takes an approved one back waits for who approves.

    Raises PermissionDenied, or RuleError for one that is not in force or is being taken back.
    """
    if not permissions.may_reverse(actor, decision):
        raise PermissionDenied(NOT_YOURS)
    first = _locked(decision)
    law = law_of(first.problem.jurisdiction, first.fiscal_year)
    _demand_reversible(first)
    if effective_on < first.effective_on:
        raise RuleError(
            f"执行日期：填的是{effective_on:%Y-%m-%d}，应不早于原决定的"
            f"{first.effective_on:%Y-%m-%d}。",
            code="decision.day",
        )
    made = _kept(
        PaymentDecision(
            problem=first.problem,
            project=first.project,
            fiscal_year=first.fiscal_year,
            kind=rules.reversal_of(first.kind),
            cause=first.cause,
            amount=first.amount,
            reason=moves.written(reason, "理由"),
            clause=first.clause,
            effective_on=effective_on,
            reverses=first,
        ),
        actor,
    )
    _note(made, actor, "reverse_decision", reverses=str(first.public_id))
    telling.ask_to_decide(made, law.approver)
    return made


@transaction.atomic
def approve_decision(
    *, decision: PaymentDecision, actor: User, opinion: str = ""
) -> PaymentDecision:
    """The decision holds from its day on; the unit and who carries it out are told.

    Raises PermissionDenied for who does not approve, or proposed it where the plan wants two
    persons; RuleError when it is decided already.
    """
    decision = _taken(decision, actor)
    _decide(decision, actor, Stage.APPROVED, opinion.strip())
    _note(decision, actor, "approve_decision", opinion=decision.opinion)
    telling.tell_decided(decision)
    return decision


@transaction.atomic
def refuse_decision(*, decision: PaymentDecision, actor: User, opinion: str) -> PaymentDecision:
    """Nothing is done about the money; who proposed it is told why.

    Raises PermissionDenied or RuleError as `approve_decision`, and RuleError without a reason.
    """
    decision = _taken(decision, actor)
    _decide(decision, actor, Stage.REFUSED, moves.written(opinion, "不批准的理由"))
    _note(decision, actor, "refuse_decision", opinion=decision.opinion)
    telling.tell_refused(decision)
    return decision


def _taken(decision: PaymentDecision, actor: User) -> PaymentDecision:
    """The waiting decision behind its lock. Raises PermissionDenied or RuleError."""
    law = law_of(decision.problem.jurisdiction, decision.fiscal_year)
    if not permissions.may_decide(actor, decision, law.approver):
        raise PermissionDenied(OF_APPROVERS.format(law.approver.label))
    if law.is_two and decision.proposed_by_id == actor.pk:
        raise PermissionDenied(OF_ANOTHER)
    decision = _locked(decision)
    if decision.state != Stage.PROPOSED:
        raise RuleError(
            f"现在是“{decision.get_state_display()}”，不能再批。刷新页面看最新情况。",
            code="decision.state",
            state=decision.state,
        )
    return decision


def _locked(decision: PaymentDecision) -> PaymentDecision:
    """The decision as it stands now, behind the lock of its problem as every act here."""
    moves.locked(decision.problem)
    rows = PaymentDecision.objects.select_related(
        "problem__jurisdiction", "problem__unit", "problem__project", "project", "proposed_by"
    )
    return rows.get(pk=decision.pk)


def _lock_money(problem: Problem) -> None:
    """Nobody else decides on the project meanwhile, be it for another problem."""
    rows = Project.objects.select_for_update(no_key=True).filter(problems=problem)
    rows.order_by("pk").first()


def _demand_sound(problem: Problem, proposed: Proposed, law: Law) -> None:
    if problem.state == State.WITHDRAWN:
        raise RuleError("问题已撤销，不能据以处置资金。", code="decision.withdrawn")
    if proposed.kind not in law.kinds:
        words = "、".join(law.kinds)
        raise RuleError(
            f"处置：“{proposed.kind}”不在本年计划的种类里，应为{words}之一。", code="decision.kind"
        )
    rules.demand_fits(proposed.kind, proposed.cause)
    _demand_amount(problem, proposed.amount)
    opened = problem.opened_at.astimezone(clock.ZONE).date()
    if not opened <= proposed.effective_on <= date(problem.fiscal_year + 1, 12, 31):
        raise RuleError(
            f"执行日期：填的是{proposed.effective_on:%Y-%m-%d}，应在问题下达的{opened:%Y-%m-%d}"
            f"至{problem.fiscal_year + 1}-12-31之间。",
            code="decision.day",
        )
    _demand_new(problem, proposed.kind)


def _demand_amount(problem: Problem, amount: Decimal) -> None:
    assert problem.project is not None  # noqa: S101 (the right was asked of a project)
    budget = projects.standing_of(problem.project, problem.fiscal_year).budget
    if amount <= 0 or (budget and amount > budget):
        most = f"，不超过项目当年预算{budget:.2f}元" if budget else ""
        raise RuleError(f"金额：填的是{amount:.2f}元，应大于0{most}。", code="decision.amount")


def _demand_new(problem: Problem, kind: str) -> None:
    """One proposal of a kind waits at a time, and a hold that stands is not made again."""
    rows = PaymentDecision.objects.filter(project=problem.project, kind=kind)
    rows = rows.filter(fiscal_year=problem.fiscal_year)
    if rows.filter(state=Stage.PROPOSED).exists():
        raise RuleError(f"这个项目的{kind}已提出，待批准。", code="decision.waits")
    taken_back = PaymentDecision.objects.filter(state=Stage.APPROVED, reverses__in=rows)
    held = rows.filter(state=Stage.APPROVED).exclude(pk__in=taken_back.values("reverses"))
    if kind in rules.HOLDS and held.exists():
        raise RuleError(f"这个项目已经{kind}，先恢复再处置。", code="decision.stands")


def _demand_reversible(first: PaymentDecision) -> None:
    if first.state != Stage.APPROVED or first.reverses_id is not None:
        raise RuleError("只有已批准的处置可以恢复或撤销。", code="decision.state")
    if first.reversals.exclude(state=Stage.REFUSED).exists():
        raise RuleError("恢复或撤销已经提出，刷新页面看最新情况。", code="decision.reversed")


def _lifting(proposed: Proposed) -> str:
    """When a hold ends; it must be said (Y-17, 解除条件). Raises RuleError."""
    if proposed.kind in rules.HOLDS:
        return moves.written(proposed.lift_when, "解除条件", 1000)
    return proposed.lift_when.strip()


def _kept(decision: PaymentDecision, actor: User) -> PaymentDecision:
    decision.proposed_by, decision.proposed_at = actor, clock.now()
    decision.save(force_insert=True)
    return decision


def _decide(decision: PaymentDecision, actor: User, state: str, opinion: str) -> None:
    decision.state, decision.opinion = state, opinion
    decision.decided_by, decision.decided_at = actor, clock.now()
    decision.save(update_fields=["state", "opinion", "decided_by", "decided_at"])


def _note(decision: PaymentDecision, actor: User, action: str, **more: str) -> None:
    moves.note(
        decision.problem,
        actor,
        action,
        decision=str(decision.public_id),
        kind=decision.kind,
        amount=str(decision.amount),
        effective_on=str(decision.effective_on),
        **more,
    )
