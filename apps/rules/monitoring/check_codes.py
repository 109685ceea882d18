"""What each check of a node's filing is called, where it comes from, and how heavy it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from apps.rules.errors import RuleError
from apps.rules.findings import Finding, Severity
from apps.rules.monitoring.node_form import NodeForm, place
from apps.rules.monitoring.nodes import Node
from apps.rules.monitoring.rules import PromiseRule
from apps.rules.monitoring.words import TABLE
from apps.rules.target_checks.codes import Check

BLOCK, HINT = Severity.BLOCK, Severity.HINT
PAID = "财预〔2019〕136号 预算执行情况：资金拨付、实际支出、结转"
CAUSED = f"{TABLE} 偏差原因分析、完成目标可能性、备注"
NODES = "绩效监控节点"

CODES = {
    "monitoring.number": Check("不是数", TABLE, False, BLOCK),
    "monitoring.as_of": Check("数据截至日", NODES, False, BLOCK),
    "monitoring.as_of_early": Check("数据没有到节点", NODES, True, HINT),
    "monitoring.money_missing": Check("金额未填", TABLE, False, BLOCK),
    "monitoring.money_negative": Check("金额为负", PAID, False, BLOCK),
    "monitoring.money_sum": Check("各项相加与总额不等", TABLE, True, BLOCK),
    "monitoring.over_budget": Check("执行数超出预算", PAID, True, BLOCK),
    "monitoring.over_fund": Check("一项资金的执行数超出预算", PAID, True, HINT),
    "monitoring.falling": Check("累计执行数减少", PAID, True, BLOCK),
    "monitoring.recorded": Check("执行数与登记的不一致", PAID, True, HINT),
    "monitoring.forecast_low": Check("全年预计少于已执行", TABLE, True, BLOCK),
    "monitoring.forecast_over": Check("全年预计超出预算", PAID, True, HINT),
    "monitoring.unit": Check("元和万元填混", TABLE, True, HINT),
    "monitoring.actual_missing": Check("执行情况未填", TABLE, False, BLOCK),
    "monitoring.row_forecast_missing": Check("全年预计未填", TABLE, False, BLOCK),
    "monitoring.choice": Check("不在可选项里", TABLE, False, BLOCK),
    "monitoring.likelihood_missing": Check("完成可能性未选", CAUSED, False, BLOCK),
    "monitoring.cause_missing": Check("偏差原因未选", CAUSED, True, BLOCK),
    "monitoring.reason_missing": Check("原因未写", CAUSED, True, BLOCK),
    "monitoring.measure_missing": Check("措施未写", CAUSED, True, BLOCK),
    "monitoring.not_due": Check("未到考核时点没有说明", TABLE, True, BLOCK),
    "monitoring.percent": Check("比率超过100%", TABLE, True, HINT),
    "monitoring.row_falling": Check("累计完成数减少", TABLE, True, HINT),
    "monitoring.row_forecast_low": Check("全年预计少于已完成", TABLE, True, HINT),
    "monitoring.contradiction": Check("可能性与全年预计矛盾", CAUSED, True, HINT),
    "monitoring.copied": Check("与上一节点完全相同", TABLE, True, HINT),
}


@dataclass(frozen=True)
class NodeFacts:
    """What the checks need to know beside the form; amounts in yuan, empty where not known."""

    node: Node
    budget: Mapping[str, Decimal] = field(default_factory=dict)  # key of the fund → in force
    recorded: Decimal | None = None  # paid up to the node, as finance has it on record
    last: NodeForm | None = None  # the filing of the node before it
    promise: PromiseRule | None = None  # None: the plan has not settled what is due by now
    tolerance: Decimal | None = None  # deviation (a ratio) up to which no reason is asked


@dataclass(frozen=True)
class At:
    """The form with what is known; makes findings at its cells."""

    form: NodeForm
    facts: NodeFacts

    def noted(self, code: str, path: str, found: str, expected: str, message: str) -> Finding:
        """A finding with title, weight and clause of its definition."""
        code = f"monitoring.{code}"
        check = CODES[code]
        said = (found, expected, message)
        return Finding(code, check.severity, path, self._where(path), *said, check.clause)

    def is_unread(self, path: str) -> bool:
        """Whether the cell holds text that was not a number, which is reported already."""
        return path in self.form.unread

    def _where(self, path: str) -> str:
        """The place in words; text kept from a cell that is gone belongs to the whole form."""
        try:
            return place(path, self.form, self.facts.node)
        except RuleError:
            return place("form", self.form, self.facts.node)
