"""The content of a node's filing as plain data (DOMAIN 1.4): money lines and indicator rows.

The page, the workbook, the API and the stored rows all become a NodeForm; lights and checks read
nothing else. Amounts are yuan, cumulative from January; values are in the indicator's own unit.
Paths name cells: "as_of", "money.<key>.executed", "indicator:<key>.actual".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from apps.rules.errors import RuleError
from apps.rules.form_words import line_title
from apps.rules.monitoring.nodes import Node
from apps.rules.numbers import quoted
from apps.rules.target_form import TargetLine

CAUSES = ("经费保障", "制度保障", "人员保障", "硬件条件保障", "其他")
LIKELIHOODS = ("确定能", "有可能", "完全不可能")
BANDS = ("达成", "部分达成", "未达成")  # of a 定性 row, best first
TOTAL = "total"
FUNDS = {TOTAL: "年度资金总额", "fiscal": "本年一般公共预算拨款", "other": "其他资金"}
MONEY_CELLS = {"initial": "年初预算数", "executed": "执行数", "forecast": "全年预计执行数"}
LINE_CELLS = {
    "actual": "执行情况",
    "forecast": "全年预计完成情况",
    "causes": "偏差原因",
    "reason": "原因说明",
    "likelihood": "完成目标可能性",
    "measure": "拟采取措施",
    "remark": "备注",
}


@dataclass(frozen=True)
class MoneyLine:
    """One row of the fund table, in yuan; None: not filled."""

    key: str  # of FUNDS
    initial: Decimal | None = None
    executed: Decimal | None = None
    forecast: Decimal | None = None


@dataclass(frozen=True)
class ProgressLine:
    """One promised indicator with what became of it; empty text and None mean not filled.

    Of a 定性 row `band` and `forecast_band` stand for the numbers. `is_not_due`: nothing can be
    measured yet (a works inspection in May); `remark` says why.
    """

    target: TargetLine
    actual: Decimal | None = None
    band: str = ""
    forecast: Decimal | None = None
    forecast_band: str = ""
    causes: tuple[str, ...] = ()
    likelihood: str = ""
    reason: str = ""
    measure: str = ""
    remark: str = ""
    is_not_due: bool = False

    @property
    def key(self) -> str:
        """The key of the promised row."""
        return self.target.key

    @property
    def is_qualitative(self) -> bool:
        """Whether completion is chosen, not measured."""
        return self.target.operator == "定性"

    @property
    def is_filled(self) -> bool:
        """Whether it is said how far the row has come."""
        return bool(self.band) if self.is_qualitative else self.actual is not None


@dataclass(frozen=True)
class NodeForm:
    """The whole filing; `unread` maps a path to text that was typed where a number belongs."""

    as_of: date | None = None
    money: tuple[MoneyLine, ...] = ()
    lines: tuple[ProgressLine, ...] = ()
    unread: Mapping[str, str] = field(default_factory=dict)

    @property
    def total(self) -> MoneyLine:
        """The row of all funds; an empty one where the form has none."""
        return self.fund(TOTAL) or MoneyLine(TOTAL)

    def fund(self, key: str) -> MoneyLine | None:
        """A row of the fund table."""
        return next((row for row in self.money if row.key == key), None)

    def line(self, key: str) -> ProgressLine | None:
        """An indicator row."""
        return next((row for row in self.lines if row.key == key), None)


def place(path: str, form: NodeForm, node: Node) -> str:
    """The cell a path names, in the form's words: 项目资金 年度资金总额 1–5月执行数.

    Raises RuleError when the form has no such cell.
    """
    found = _fixed(path) or _money_place(path, form, node) or _line_place(path, form, node)
    if not found:
        raise RuleError(f"表里没有“{quoted(path)}”这一格。", code="form.unknown_path")
    return found


def _fixed(path: str) -> str:
    return {"form": "全表", "as_of": "数据截至日"}.get(path, "")


def _money_place(path: str, form: NodeForm, node: Node) -> str:
    lead, _, rest = path.partition(".")
    key, _, cell = rest.partition(".")
    if lead != "money" or key not in FUNDS or not form.fund(key):
        return ""
    return f"项目资金 {FUNDS[key]} {_head(MONEY_CELLS, cell, node)}".rstrip()


def _line_place(path: str, form: NodeForm, node: Node) -> str:
    lead, _, rest = path.partition(":")
    key, _, cell = rest.partition(".")
    for position, row in enumerate(form.lines, start=1):
        if lead == "indicator" and row.key == key:
            title = line_title(position, row.target)
            return f"绩效指标 {title} {_head(LINE_CELLS, cell, node)}".rstrip()
    return ""


def _head(cells: Mapping[str, str], cell: str, node: Node) -> str:
    """The head of a column; those of the node carry its months."""
    return node.columns.get(cell) or cells.get(cell, "")
