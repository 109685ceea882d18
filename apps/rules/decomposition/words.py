"""The traces of a decomposition: rule, clause, inputs, formula in words, result (decision 6)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from apps.rules.decomposition.parts import ADDING, CLAUSE, FULL, Share, Upper, Value, Way
from apps.rules.numbers import plain, show_value, show_wan

MOST_TERMS = 6  # that a trace writes out
Serving = Sequence[tuple[Share, Value]]
FORMULAS = {
    Way.SUM: "各接收方的指标值相加",
    Way.MEAN: "∑（指标值×资金）÷∑资金",
    Way.BAND: "∑（完成比例×资金）÷∑资金，再归入三档：100–80%（含），80–60%（含），60–0%",
    Way.EACH: "每个接收方各自满足上级值，取其中最松的",
}


def money_trace(amounts: Sequence[Decimal], handed: Decimal, amount: Decimal) -> dict[str, object]:
    """How the money handed down stands to the transfer's, shown in 万元."""
    ours, theirs = show_wan(handed, exact=True), show_wan(amount, exact=True)
    gap = show_wan(handed - amount, exact=True)
    return {
        "title": "资金合计",
        "formula": "各接收方的资金相加",
        "calculation": f"{_sum([show_wan(each, exact=True) for each in amounts])} = {ours}万元",
        "result": f"合计{ours}万元，上级下达{theirs}万元，差额{gap}万元",
        "rule": "decomposition.money",
        "clause": CLAUSE,
    }


def row_trace(
    upper: Upper, way: Way, serving: Serving, value: Decimal | None, gap: Decimal | None
) -> dict[str, object]:
    """How one upper indicator was combined."""
    aim = FULL if way == Way.BAND else upper.value
    unit = "%" if way == Way.BAND else upper.unit
    result = f"合成{show_value(value)}{unit}，上级{show_value(aim)}{unit}"
    return {
        "title": f"{upper.name} {way}",
        "formula": FORMULAS[way],
        "calculation": f"{_worked(way, serving)} = {show_value(value)}" if serving else "",
        "inputs": [
            {
                "name": share.title,
                "value": f"{show_value(each.value)}{unit}",
                "source": f"资金{show_wan(share.amount, exact=True)}万元",
            }
            for share, each in serving[:MOST_TERMS]
        ],
        "result": result if gap is None else f"{result}，差额{show_value(gap)}{unit}",
        "rule": f"decomposition.{way.name.lower()}",
        "clause": ADDING,
    }


def _worked(way: Way, serving: Serving) -> str:
    values = [plain(each.value) for _, each in serving]
    if way == Way.SUM:
        return _sum(values)
    if way == Way.EACH:
        return f"（{'、'.join(values[:MOST_TERMS])}{_more(values)}）"
    terms = [f"{plain(v.value)}×{show_wan(s.amount, exact=True)}" for s, v in serving]
    weight = sum((share.amount for share, _ in serving), Decimal(0))
    return f"（{_sum(terms)}）÷{show_wan(weight, exact=True)}"


def _sum(terms: Sequence[str]) -> str:
    return f"{' + '.join(terms[:MOST_TERMS]) or '0'}{_more(terms)}"


def _more(terms: Sequence[str]) -> str:
    """Beyond six terms their number stands for the rest."""
    return f" …共{len(terms)}项" if len(terms) > MOST_TERMS else ""
