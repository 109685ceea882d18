"""Two local sets of rules for monitoring, and plain makers of nodes and filings.

Neither set is law: the one is the table of intervals that many places use, the other a province's
practice of four lights. Both are what a plan would settle, as texts.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from apps.rules.findings import Finding
from apps.rules.monitoring import (
    FUNDS,
    MoneyLine,
    Node,
    NodeFacts,
    NodeForm,
    ProgressLine,
    check,
    light_rules,
)
from apps.rules.target_form import TargetLine

WAN = Decimal(10000)
GAP_TABLE = {
    "monitoring.money_budget": "调整后预算数",
    "monitoring.pace": "时间进度",
    "monitoring.money_measure": "两者取差",
    "monitoring.gap_green": "10",
    "monitoring.gap_yellow": "30",
    "monitoring.pace_yellow": "60",
    "monitoring.pace_green": "90",
    "monitoring.pace_blue": "0",
    "monitoring.zero_month": "6",
    "monitoring.promise_measure": "偏离度",
    "monitoring.deviation_green": "10",
    "monitoring.deviation_yellow": "20",
    "monitoring.prorated": "数量、效益",
    "monitoring.prorate_rates": "否",
    "monitoring.fixed_measure": "分档",
    "monitoring.reverse_measure": "分档",
    "monitoring.likelihood": "是",
    "monitoring.combined": "最差一侧",
}
FOUR_LIGHTS = GAP_TABLE | {
    "monitoring.money_measure": "进度比",
    "monitoring.gap_green": "",
    "monitoring.gap_yellow": "",
    "monitoring.pace_yellow": "60",
    "monitoring.pace_green": "80",
    "monitoring.pace_blue": "120",
    "monitoring.zero_month": "0",
    "monitoring.promise_measure": "完成比",
    "monitoring.deviation_green": "",
    "monitoring.deviation_yellow": "",
    "monitoring.done_yellow": "60",
    "monitoring.done_green": "80",
    "monitoring.done_blue": "120",
    "monitoring.prorated": "数量、效益、满意度",
    "monitoring.prorate_rates": "是",
    "monitoring.fixed_measure": "只看是否达到",
    "monitoring.reverse_measure": "只看是否达到",
    "monitoring.likelihood": "否",
}
TABLE_RULES = light_rules(GAP_TABLE)
FOUR_RULES = light_rules(FOUR_LIGHTS)
LAST_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def node(month: int, after: int = 0) -> Node:
    """The end of a month of 2024; `after` is the month of the node before it."""
    before = date(2024, after, LAST_DAYS[after - 1]) if after else None
    return Node(2024, date(2024, month, LAST_DAYS[month - 1]), before)


def target(**changes: Any) -> TargetLine:
    """改造供水管网 ≥120公里, a quantity."""
    row = TargetLine(
        key="a",
        level1="产出",
        level2="数量",
        name="改造供水管网",
        operator="≥",
        value=Decimal(120),
        unit="公里",
        direction="正向",
    )
    return replace(row, **changes)


QUALITY = target(level2="质量", name="验收合格率", value=Decimal(95), unit="%")
SATISFIED = target(
    level1="满意度", level2="服务对象满意度", name="用水户满意度", value=Decimal(90), unit="%"
)
ACCIDENTS = target(name="爆管次数", operator="≤", value=Decimal(12), unit="次", direction="反向")
CEILING = target(level2="成本", name="管网单价", operator="≤", value=Decimal(50), unit="万元/公里")
WORDED = target(name="建立管护制度", operator="定性", value=None, value_text="出台办法", unit="")


def row(promised: TargetLine | None = None, **changes: Any) -> ProgressLine:
    """A row that stands well: 60 of 120公里 done by June, all of it by December."""
    usual = ProgressLine(
        target=promised or target(),
        actual=Decimal(60),
        forecast=Decimal(120),
        likelihood="确定能",
    )
    return replace(usual, **changes)


def money(key: str, executed: int | None, forecast: int | None, initial: int = 0) -> MoneyLine:
    """A line of the fund table, typed in 万元."""
    typed = (None if each is None else each * WAN for each in (initial or None, executed, forecast))
    return MoneyLine(key, *typed)


def form(*rows: ProgressLine, **changes: Any) -> NodeForm:
    """A filing of June without a finding."""
    usual = NodeForm(
        as_of=date(2024, 6, 30),
        money=tuple(
            money(key, *amounts)
            for key, amounts in zip(
                FUNDS, ((500, 1000, 1000), (400, 800, 800), (100, 200, 200)), strict=True
            )
        ),
        lines=rows or (row(),),
    )
    return replace(usual, **changes)


def facts(**changes: Any) -> NodeFacts:
    """June after May; the budget in force is that of the form."""
    usual = NodeFacts(
        node=node(6, after=5),
        budget={"total": 1000 * WAN, "fiscal": 800 * WAN, "other": 200 * WAN},
        promise=TABLE_RULES.promise,
        tolerance=Decimal("0.1"),
    )
    return replace(usual, **changes)


def found(filed: NodeForm, **changes: Any) -> list[tuple[str, str]]:
    """What the checks say: code without its lead, and path."""
    return [(each.code.removeprefix("monitoring."), each.path) for each in said(filed, **changes)]


def said(filed: NodeForm, **changes: Any) -> list[Finding]:
    """The findings on a filing."""
    return check(filed, facts(**changes))
