"""What the page of one decision shows."""

from __future__ import annotations

from dataclasses import dataclass

from apps.organizations.models import User
from apps.rectification import permissions
from apps.rectification.law import law_of
from apps.rectification.models import PaymentDecision
from apps.rules.errors import RuleError

Stage = PaymentDecision.State
APPROVE, REFUSE, REVERSE = "approve", "refuse", "reverse"


@dataclass(frozen=True)
class DecisionScreen:
    """A decision, what takes it back, and what the person may do now."""

    decision: PaymentDecision
    reversal: PaymentDecision | None  # proposed or approved, as far as the person sees it
    acts: frozenset[str]
    waits_for: str  # who approves; why nobody can

    @property
    def next(self) -> str:
        """What comes next, and by whom."""
        if self.decision.state == Stage.PROPOSED:
            return "批准后立即通知单位和预算科。" if self.acts else self.waits_for
        if self.decision.state == Stage.REFUSED:
            return "不批准，不执行。"
        if self.reversal is None:
            return "按执行日期执行；达到解除条件的，由提出科室办理恢复。"
        told = "已" if self.reversal.state == Stage.APPROVED else "已提出"
        return f"{told}{self.reversal.kind}。"


def build(decision: PaymentDecision, user: User) -> DecisionScreen:
    """The page for one person."""
    rows = PaymentDecision.objects.visible_to(user).filter(reverses=decision)
    acts, waits_for = _deciding(decision, user)
    reversal = rows.exclude(state=Stage.REFUSED).first()
    return DecisionScreen(decision, reversal, acts | _reversing(decision, user), waits_for)


def acts_of(decision: PaymentDecision, user: User) -> frozenset[str]:
    """What the person may do with the decision as it stands; its content is still read."""
    return _deciding(decision, user)[0] | _reversing(decision, user)


def _deciding(decision: PaymentDecision, user: User) -> tuple[frozenset[str], str]:
    """Whether the person approves or refuses it; else who does, or what the plan lacks."""
    nothing: frozenset[str] = frozenset()
    if decision.state != Stage.PROPOSED:
        return nothing, ""
    try:
        law = law_of(decision.problem.jurisdiction, decision.fiscal_year)
    except RuleError as error:
        return nothing, str(error)
    is_own = law.is_two and decision.proposed_by_id == user.pk
    if is_own or not permissions.may_decide(user, decision, law.approver):
        return nothing, f"待{law.approver.label}批准。"
    return frozenset({APPROVE, REFUSE}), ""


def _reversing(decision: PaymentDecision, user: User) -> frozenset[str]:
    is_first = decision.state == Stage.APPROVED and decision.reverses_id is None
    if not is_first or not permissions.may_reverse(user, decision):
        return frozenset()
    taken = decision.reversals.exclude(state=Stage.REFUSED).exists()
    return frozenset() if taken else frozenset({REVERSE})
