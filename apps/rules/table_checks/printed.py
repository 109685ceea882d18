"""A printed self-evaluation table as plain data: what stands in its cells, nothing worked out.

Money is in the table's own unit, rates are percent, numbers keep the places they were printed
with. None: nothing stands there. Paths name cells: "funds.rate", "indicator:3.score".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

MONEY_WORDS = {"initial": "年初预算数", "adjusted": "全年预算数", "executed": "全年执行数"}
FUND_CELLS = {**MONEY_WORDS, "weight": "分值", "rate": "执行率", "score": "得分"}
LINE_CELLS = {
    "name": "三级指标",
    "operator": "指标性质",
    "target": "年度指标值",
    "unit": "度量单位",
    "actual": "实际完成值",
    "weight": "分值",
    "score": "得分",
    "reason": "偏差原因分析",
}


@dataclass(frozen=True, slots=True)
class Value:
    """What stands in a cell of values: ≥95% is the number 95 with sign and unit; `text` as printed.

    `high` is the upper end of 18–22.
    """

    text: str = ""
    number: Decimal | None = None
    sign: str = ""
    unit: str = ""
    high: Decimal | None = None

    @property
    def is_empty(self) -> bool:
        """Whether the cell is blank, or crossed out."""
        return not self.text


@dataclass(frozen=True, slots=True)
class FundRow:
    """One row of the money: the total, or a source."""

    name: str = "年度资金总额"
    initial: Decimal | None = None
    adjusted: Decimal | None = None
    executed: Decimal | None = None
    weight: Decimal | None = None
    rate: Decimal | None = None  # percent
    score: Decimal | None = None

    def of(self, column: str) -> Decimal | None:
        """The amount in a column of MONEY_WORDS."""
        amounts = {"initial": self.initial, "adjusted": self.adjusted, "executed": self.executed}
        return amounts[column]

    def having(self, column: str, amount: Decimal) -> FundRow:
        """The row with another amount in a column of MONEY_WORDS."""
        return FundRow(
            self.name,
            amount if column == "initial" else self.initial,
            amount if column == "adjusted" else self.adjusted,
            amount if column == "executed" else self.executed,
            self.weight,
            self.rate,
            self.score,
        )


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """One indicator row. `operator` is one of OPERATORS; `is_inferred`: the table does not say it.

    `leads` counts the rows below that stand under this row's points; `led`: this is one of them.
    """

    number: int  # from 1
    level1: str = ""
    level2: str = ""
    name: str = ""
    operator: str = ""
    is_inferred: bool = False
    target: Value = field(default_factory=Value)
    actual: Value = field(default_factory=Value)
    unit: str = ""
    weight: Decimal | None = None
    score: Decimal | None = None
    reason: str = ""
    leads: int = 0
    led: bool = False

    @property
    def is_qualitative(self) -> bool:
        """Whether there is no number to measure against."""
        return self.operator == "定性"


@dataclass(frozen=True)
class PrintedTable:
    """The whole table. `is_partial`: rows of it were not to be had; None: nobody says."""

    project: str = ""
    year: int | None = None
    unit: str = ""
    money_unit: str = "万元"
    funds: FundRow = field(default_factory=FundRow)
    sources: tuple[FundRow, ...] = ()
    levels: dict[str, Decimal] = field(default_factory=dict)  # points printed beside first levels
    lines: tuple[PrintedLine, ...] = ()
    total_weight: Decimal | None = None
    total_score: Decimal | None = None
    grade: str = ""
    has_reasons: bool = True  # a form may have no column for them
    is_partial: bool | None = None
    unread: dict[str, str] = field(default_factory=dict)  # path → text where a number belongs


def where(path: str, table: PrintedTable) -> str:
    """The place in words: 绩效指标 第3行“养护里程” 得分."""
    lead, _, cell = path.partition(".")
    if lead == "funds":
        title = "项目资金"
        return f"{title} {table.funds.name} {FUND_CELLS[cell]}" if cell else title
    if lead.startswith("source:"):
        row = table.sources[int(lead.partition(":")[2]) - 1]
        return f"项目资金 {row.name} {FUND_CELLS[cell]}"
    if lead == "total":
        return {"score": "总分 得分", "weight": "总分 分值", "grade": "总分 等级"}[cell]
    if lead.startswith("level:"):
        return f"绩效指标 {lead.partition(':')[2]}指标 分值"
    if lead.startswith("indicator:"):
        line = table.lines[int(lead.partition(":")[2]) - 1]
        return f"绩效指标 第{line.number}行“{line.name}” {LINE_CELLS[cell]}"
    words = {"weight": "分值合计", "actual": "实际完成值", "score": "得分", "target": "年度指标值"}
    return f"绩效指标 {words[cell]}" if cell else "绩效指标"
