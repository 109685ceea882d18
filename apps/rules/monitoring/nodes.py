"""A node of monitoring: the months its columns name, and how much of the year should be done."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from apps.rules.errors import RuleError
from apps.rules.monitoring.words import percent
from apps.rules.numbers import show_wan

MONTHS = 12


@dataclass(frozen=True)
class Node:
    """The day to which the figures run; `after` is that of the node before it, None: none."""

    fiscal_year: int
    ends: date
    after: date | None = None

    def __post_init__(self) -> None:
        """Refuse a day outside the year. Raises RuleError."""
        if self.ends.year != self.fiscal_year:
            raise RuleError(
                f"监控节点：数据截至{self.ends}，应在{self.fiscal_year}年内。",
                code="monitoring.node",
            )

    @property
    def label(self) -> str:
        """1–5月; 1月 in January; a day within a month is said: 1–6月（截至15日）."""
        months = f"1–{self.ends.month}月" if self.ends.month > 1 else "1月"
        return months if self._is_whole else f"{months}（截至{self.ends.day}日）"

    @property
    def columns(self) -> dict[str, str]:
        """The heads of the columns that the node names (DOMAIN 1.4)."""
        return {
            "executed": f"{self.label}执行数",
            "rate": f"{self.label}执行率",
            "actual": f"{self.label}执行情况",
        }

    @property
    def elapsed(self) -> Fraction:
        """The share of the year that is over: months by twelve; of a broken month its days."""
        _, days = monthrange(self.ends.year, self.ends.month)
        return (self.ends.month - 1 + Fraction(self.ends.day, days)) / MONTHS

    @property
    def _is_whole(self) -> bool:
        return self.ends.day == monthrange(self.ends.year, self.ends.month)[1]


class Basis(StrEnum):
    """What execution is measured against."""

    TIME = "时间进度"
    PLAN = "用款计划"


@dataclass(frozen=True)
class Planned:
    """A line of the plan of payments: what should be paid by the day, cumulative, in yuan."""

    day: date
    amount: Decimal


@dataclass(frozen=True)
class Pace:
    """The share that should be done by the node, and where it comes from in words."""

    share: Fraction
    basis: Basis
    formula: str


def pace(
    node: Node, basis: Basis, plan: Sequence[Planned] = (), budget: Decimal | None = None
) -> Pace:
    """How much of the budget should be paid by the node; amounts in yuan.

    By the plan it is what was planned up to the last of its days that is over, of the budget and
    at most all of it. A project without such a plan is measured by time.
    Raises RuleError for a plan that is negative or falls.
    """
    by_time = f"时间进度 = {_months(node)}÷{MONTHS} = {percent(node.elapsed)}"
    if basis == Basis.TIME:
        return Pace(node.elapsed, Basis.TIME, by_time)
    if not plan or not budget:
        return Pace(node.elapsed, Basis.TIME, f"没有登记用款计划，按时间进度：{by_time}")
    planned = planned_by(plan, node.ends)
    of_budget = Fraction(planned) / Fraction(budget)
    shown = f"{show_wan(planned, exact=True)}÷{show_wan(budget, exact=True)}"
    capped = "，最多按100%" if of_budget > 1 else ""
    words = f"计划用款进度 = {shown} = {percent(of_budget)}{capped}"
    return Pace(min(of_budget, Fraction(1)), Basis.PLAN, words)


def planned_by(plan: Sequence[Planned], day: date) -> Decimal:
    """What should be paid by the day, in yuan. Raises RuleError for a plan that falls (Y-30)."""
    reached, found = Decimal(0), Decimal(0)
    for line in sorted(plan, key=lambda each: each.day):
        if line.amount < reached:
            raise RuleError(
                f"用款计划 {line.day}：累计{show_wan(line.amount, exact=True)}万元，"
                f"不应少于前一期的{show_wan(reached, exact=True)}万元。",
                code="monitoring.plan",
            )
        reached = line.amount
        if line.day <= day:
            found = line.amount
    return found


def _months(node: Node) -> str:
    """The months that are over, as the formula writes them: 5, or 5.5 of a broken month."""
    months = node.elapsed * MONTHS
    return str(months.numerator) if months.denominator == 1 else f"{float(months):.2f}"
