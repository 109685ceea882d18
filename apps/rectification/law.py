"""What the year's plan says about decisions on payment: kinds, who approves, two persons or one."""

from __future__ import annotations

from dataclasses import dataclass

from apps.organizations.models import Jurisdiction, Role
from apps.rules import payment_decisions as rules
from apps.rules.errors import RuleError
from apps.workplans import selectors as plans

KINDS, APPROVER, TWO = "decisions.kinds", "decisions.approver", "decisions.two_persons"
APPROVERS = {
    "预算科": Role.BUDGET_OFFICER,
    "局领导": Role.LEADER,
    "绩效科": Role.PERFORMANCE_REVIEWER,
}
YES, NO = "是", "否"


@dataclass(frozen=True)
class Law:
    """The settings as read; `clause` is where the kinds come from."""

    kinds: tuple[str, ...]
    approver: Role
    is_two: bool
    clause: str


def law_of(jurisdiction: Jurisdiction, year: int) -> Law:
    """The settings of the year. Raises RuleError naming what the plan has not settled."""
    plan = plans.current_plan(jurisdiction, year)
    if plan is None:
        raise RuleError(f"{year}年度没有已发布的计划，不能办理资金处置。", code="decision.no_plan")
    kinds = plans.setting(plan, KINDS)
    return Law(
        kinds=rules.kinds_of(kinds.value),
        approver=APPROVERS[_chosen(plans.setting(plan, APPROVER).value, tuple(APPROVERS))],
        is_two=_chosen(plans.setting(plan, TWO).value, (YES, NO)) == YES,
        clause=kinds.clause,
    )


def _chosen(text: str, choices: tuple[str, ...]) -> str:
    said = text.strip()
    if said not in choices:
        raise RuleError(
            f"计划参数：填的是“{said}”，应为{'、'.join(choices)}之一。", code="decision.setting"
        )
    return said
