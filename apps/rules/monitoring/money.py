"""The light of the money: execution against the pace of the year (Y-15, Y-16, Y-30)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from apps.rules.monitoring.lights import WORDS, Ceilings, Floors, Light, Lit, worst
from apps.rules.monitoring.nodes import Node, Pace, Planned, pace
from apps.rules.monitoring.parameters import CURRENT, INITIAL
from apps.rules.monitoring.rules import MoneyRule
from apps.rules.monitoring.words import percent, points, trace
from apps.rules.numbers import show_wan

LOCAL = "本地监控规则"
PARTED = "取最差的一项"


@dataclass(frozen=True)
class MoneyState:
    """What is known of the money at a node, in yuan; None: not known."""

    executed: Decimal | None
    initial: Decimal | None = None
    current: Decimal | None = None  # the budget in force
    plan: tuple[Planned, ...] = ()


@dataclass(frozen=True)
class _Measured:
    """Rate and pace with the words that every trace of them begins with."""

    rate: Fraction
    pace: Pace
    inputs: tuple[tuple[str, str], ...]
    clause: str


def execution_rate(executed: Decimal | None, budget: Decimal | None) -> Fraction | None:
    """Paid of budgeted, in yuan, exactly; None where either is not known or nothing budgeted."""
    if executed is None or not budget:
        return None
    return Fraction(executed) / Fraction(budget)


def overall_rate(rows: Iterable[tuple[Decimal, Decimal]]) -> Fraction | None:
    """The rate of many projects: what all paid of what all were given (Y-16, Y-18).

    `rows` are pairs of executed and budget in yuan.
    """
    executed, budget = Decimal(0), Decimal(0)
    for paid, given in rows:
        executed, budget = executed + paid, budget + given
    return execution_rate(executed, budget)


def money_light(state: MoneyState, node: Node, rule: MoneyRule, clause: str = "") -> Lit:
    """The worst light of the rule's measures. Nothing is lit without a budget or an amount paid.

    Raises RuleError for a plan of payments that falls.
    """
    name, budget = _budget(state, rule)
    rate = execution_rate(state.executed, budget)
    inputs = (
        ("累计执行数", f"{show_wan(state.executed, exact=True)}万元"),
        (name, f"{show_wan(budget, exact=True)}万元"),
    )
    clause = clause or LOCAL
    if rate is None:
        lacks = f"没有{name}或{name}为0，不计执行率" if not budget else "没有填执行数"
        result = f"{WORDS[Light.NONE]}：{lacks}"
        return Lit(Light.NONE, trace("money", "资金灯", "", inputs, result, clause))
    found = _Measured(rate, pace(node, rule.basis, state.plan, budget), inputs, clause)
    parts = tuple(_parts(found, node, rule))
    light = worst(part.light for part in parts)
    reasons = "；".join(f"{part.trace['title']}{part.word}" for part in parts)
    why = trace("money", "资金灯", PARTED, inputs, f"{WORDS[light]}：{reasons}", clause)
    return Lit(light, why, parts)


def _budget(state: MoneyState, rule: MoneyRule) -> tuple[str, Decimal | None]:
    """What the rate is of: a project added within the year has no initial budget."""
    if rule.by_initial and (state.initial or not state.current):
        return INITIAL, state.initial
    return CURRENT, state.current


def _parts(found: _Measured, node: Node, rule: MoneyRule) -> Iterator[Lit]:
    if rule.gap is not None:
        yield _by_gap(found, rule.gap)
    if rule.ratio is not None:
        yield _by_ratio(found, rule.ratio)
    if rule.zero_month and node.ends.month >= rule.zero_month and found.rate <= 0:
        formula = f"{rule.zero_month}月及以后的节点，累计执行数为0的亮红灯"
        yield _lit(found, "zero", "零执行", formula, "", Light.RED)


def _by_gap(found: _Measured, scale: Ceilings) -> Lit:
    gap = found.pace.share - found.rate
    formula = f"进度差 = {found.pace.basis} − 执行率；{scale.words}。{found.pace.formula}"
    done = f"{percent(found.pace.share)} − {percent(found.rate)}"
    shown = f"{done} = {points(gap, scale.edges)}个百分点"
    return _lit(found, "gap", "进度差", formula, shown, scale.light(gap))


def _by_ratio(found: _Measured, scale: Floors) -> Lit:
    """Where nothing is due yet, whatever was paid is enough."""
    formula = f"进度比 = 执行率 ÷ {found.pace.basis}；{scale.words}。{found.pace.formula}"
    if not found.pace.share:
        return _lit(found, "ratio", "进度比", formula, "到这个节点还没有计划用款", Light.GREEN)
    ratio = found.rate / found.pace.share
    shown = f"{percent(found.rate)} ÷ {percent(found.pace.share)} = {percent(ratio, scale.edges)}"
    return _lit(found, "ratio", "进度比", formula, shown, scale.light(ratio))


def _lit(
    found: _Measured, rule: str, title: str, formula: str, calculation: str, light: Light
) -> Lit:
    why = trace(rule, title, formula, found.inputs, WORDS[light], found.clause, calculation)
    return Lit(light, why)
