"""What kind of indicator a printed row is, and what its cells mean together."""

from __future__ import annotations

import re
from decimal import Decimal

from apps.rules.monitoring.deviations import kind_of
from apps.rules.table_checks.measures import times
from apps.rules.table_checks.printed import PrintedLine
from apps.rules.target_checks.money import MONEY_UNITS
from apps.rules.target_checks.row_at import GROWTH
from apps.rules.target_form import TargetLine

PERCENT = re.compile("[%％]|百分")
SAVING = re.compile("节约|节省|降低|下降|减少|压减|控制率")
EXECUTION = re.compile(
    "(?:年度|全年|当年|本年|项目|部门|整体|总体|总)*(?:预算|资金|支出|经费)+执行率(?:[（(].*)?"
)
WHOLE_COST = re.compile("总成本|总投资|总造价|总费用|成本总额|项目成本|资金总额|总额|总支出")
LESS = re.compile(
    "控制率|变动率|调整率|结转|结余率|投诉|事故|死亡|发病率|发生率|差错|超支|能耗|排放|违规|误差|"
    "时限|时长|耗时|响应时间|等待|停机|漏损|损耗|空置率|单价|人均成本"
)
MORE = re.compile("达标|合格|办结|处理|处置|办理|整改|回复|及时|完成|下降|降低|减少|压减|提升|提高")
OUTCOMES = ("产出", "效益", "效果", "满意度", "成本", "履职效能", "社会效应")
HUNDRED = Decimal(100)
ONE = Decimal(1)
HALF = Decimal("0.5")
HIGH = Decimal(50)  # percent; below, a number of one or less is percent already
LEAST_MIX, MOST_MIX = Decimal(5_000), Decimal(20_000)  # times, of 元 beside 万元


def is_less_better(line: PrintedLine) -> bool:
    """Whether a row that prints no sign is kept by staying below its mark."""
    return is_cost(line) or bool(LESS.search(line.name) and not MORE.search(line.name))


def as_target(line: PrintedLine) -> TargetLine:
    """The row's promise as the rules of scoring know it."""
    value, high = aligned(line)[0], line.target.high
    return TargetLine(
        key=str(line.number),
        level1=line.level1,
        level2=line.level2,
        name=line.name,
        operator=operator(line),
        value=value,
        value_high=high,
        value_text=line.target.text if line.is_qualitative else "",
        unit=line.unit,
        weight=line.weight,
    )


def kind(line: PrintedLine) -> str:
    """数量, 质量, 时效, 成本, 效益 or 满意度."""
    level2 = line.level2.removeprefix("产出")
    return kind_of(TargetLine("", line.level1, level2))


def money_scale(line: PrintedLine) -> Decimal | None:
    """Yuan in one of the row's units; None where it is not in money."""
    return MONEY_UNITS.get(line.unit.strip("（）() "))


def is_cost(line: PrintedLine) -> bool:
    """Whether the row limits money spent: less is better whatever sign is printed."""
    is_money = money_scale(line) is not None
    return kind(line) == "成本" and is_money and not SAVING.search(line.name)


def is_percent(line: PrintedLine) -> bool:
    """Whether the row is in percent."""
    return any(PERCENT.search(text) for text in (line.unit, line.target.unit, line.actual.unit))


def is_outcome(line: PrintedLine) -> bool:
    """Whether the row is one of the form's own levels, not of an evaluation's 决策 and 过程."""
    return any(line.level1.startswith(word) for word in OUTCOMES)


def operator(line: PrintedLine) -> str:
    """The operator to score by: a cost that stays below its mark has kept it."""
    return "≤" if is_cost(line) and line.operator in ("≥", "=", ">") else line.operator


def aligned(line: PrintedLine) -> tuple[Decimal | None, Decimal | None]:
    """Target and actual in one unit: 0.96 beside ≥95% is 96%, 900000元 beside 90万元 is 90."""
    target, actual = line.target.number, line.actual.number
    if target is None or actual is None:
        return target, actual
    own, other = MONEY_UNITS.get(line.target.unit or line.unit), MONEY_UNITS.get(line.actual.unit)
    if own is not None and other is not None and own != other:
        return target, actual * other / own
    ratio = times(line.target.unit or line.unit, line.actual.unit or line.unit)
    if ratio != ONE:
        return target, actual * ratio
    return _as_percents(line, target, actual) if is_percent(line) else (target, actual)


def _as_percents(line: PrintedLine, target: Decimal, actual: Decimal) -> tuple[Decimal, Decimal]:
    """Both in percent where one is a share of something high; 1% errors of ≤2% are 1%."""
    if operator(line) in ("≤", "<") or GROWTH.search(line.name):
        return target, actual
    if 0 < actual <= ONE < target and target >= HIGH and actual * HUNDRED >= target * HALF:
        return target, actual * HUNDRED if _bare(line, True) else actual
    if 0 < target <= ONE < actual <= HUNDRED and min(target * HUNDRED, actual) >= HIGH:
        return target * HUNDRED if _bare(line, False) else target, actual
    return target, actual


def has_mixed_units(line: PrintedLine) -> bool:
    """Whether target and result of an amount of money lie about ten thousand times apart."""
    target, actual = aligned(line)
    if money_scale(line) is None or not target or not actual or target < 0 or actual < 0:
        return False
    return LEAST_MIX <= max(target / actual, actual / target) <= MOST_MIX


def is_met(line: PrintedLine) -> bool | None:
    """Whether the row's number keeps its promise; None where there are no two numbers."""
    target, actual = aligned(line)
    if target is None or actual is None or line.is_qualitative:
        return None
    sign, high = operator(line), line.target.high
    if sign in ("≤", "<"):
        return actual <= target
    if sign == "区间":
        return target <= actual <= (high if high is not None else target)
    return actual == target if sign == "=" else actual >= target


def _bare(line: PrintedLine, is_actual: bool) -> bool:
    """Whether the cell has no percent sign of its own, so that its number may be a share."""
    return not PERCENT.search((line.actual if is_actual else line.target).text)
