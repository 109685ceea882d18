"""Both sides of 双监控 and the light that they make together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apps.rules.monitoring import parameters as settled
from apps.rules.monitoring.lights import WORDS, Lit, worst
from apps.rules.monitoring.money import LOCAL, MoneyState, money_light
from apps.rules.monitoring.node_form import ProgressLine
from apps.rules.monitoring.nodes import Node
from apps.rules.monitoring.promise import promise_light
from apps.rules.monitoring.rules import LightRules
from apps.rules.monitoring.words import trace


@dataclass(frozen=True)
class Lights:
    """What is lit at a node; `promise.parts` are the lights of the rows, in their order."""

    money: Lit
    promise: Lit
    combined: Lit


def judge(node: Node, money: MoneyState, rows: Sequence[ProgressLine], rules: LightRules) -> Lights:
    """The lights of one filing, each with its trace. Raises RuleError for a plan that falls."""
    paid = money_light(money, node, rules.money, rules.clause)
    kept = promise_light(rows, node, rules.promise, rules.clause)
    return Lights(paid, kept, combined(paid, kept, rules))


def combined(money: Lit, promise: Lit, rules: LightRules) -> Lit:
    """One light of the two sides, as the plan settled; a side that is not lit does not count."""
    chosen = {settled.MONEY: [money], settled.PROMISE: [promise]}
    light = worst(each.light for each in chosen.get(rules.combined, [money, promise]))
    inputs = (("资金灯", money.word), ("目标灯", promise.word))
    clause = rules.clause or LOCAL
    why = trace("combined", "综合灯", rules.combined, inputs, WORDS[light], clause)
    return Lit(light, why, (money, promise))
