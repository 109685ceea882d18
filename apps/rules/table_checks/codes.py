"""What each check of a printed table is called and where it comes from; how a finding is made."""

from __future__ import annotations

from typing import NamedTuple

from apps.rules.findings import Finding, Severity
from apps.rules.table_checks.printed import PrintedTable, where

FORM = "财预〔2020〕10号附1 项目支出绩效自评表"
SCORING = "财预〔2020〕10号 自评得分"
GUIDE = "财预〔2021〕101号"
HOUSE = "表内勾稽"
BLOCK, HINT, TIP = Severity.BLOCK, Severity.HINT, Severity.TIP


class Check(NamedTuple):
    """One check: its title and the clause it rests on."""

    title: str
    clause: str


CODES = {
    "table.unread": Check("数字格里是文字", FORM),
    "table.money_negative": Check("金额为负", FORM),
    "table.money_sum": Check("资金各行与总额不一致", FORM),
    "table.money_unit": Check("元与万元混用", FORM),
    "table.over_budget": Check("执行数超过预算数", FORM),
    "table.no_budget": Check("预算为0", HOUSE),
    "table.rate": Check("执行率算错", FORM),
    "table.rate_cut": Check("执行率舍去而未四舍五入", FORM),
    "table.rate_base": Check("执行率的分母用了年初预算数", FORM),
    "table.rate_fraction": Check("执行率写成小数", FORM),
    "table.rate_row": Check("执行率指标与资金不一致", HOUSE),
    "table.rate_twice": Check("执行率重复计分", FORM),
    "table.points_of_total": Check("资金行填了全表的分值", FORM),
    "table.execution": Check("执行率得分算错", SCORING),
    "table.execution_steps": Check("执行率按区间计分", GUIDE),
    "table.above_weight": Check("得分超过分值", SCORING),
    "table.negative_score": Check("得分或分值为负", SCORING),
    "table.above_earned": Check("得分高于应得", SCORING),
    "table.reverse": Check("反向指标误判", SCORING),
    "table.below_earned": Check("得分低于应得", SCORING),
    "table.cut": Check("得分舍去而未四舍五入", SCORING),
    "table.points_as_value": Check("完成值栏填了得分", HOUSE),
    "table.columns_swapped": Check("分值与得分两列对调", HOUSE),
    "table.score_missing": Check("没有得分", FORM),
    "table.weight_missing": Check("没有分值", FORM),
    "table.target_missing": Check("没有指标值", FORM),
    "table.actual_missing": Check("没有完成值", FORM),
    "table.actual_words": Check("完成值不是数", FORM),
    "table.reason_missing": Check("未完成而没有原因", FORM),
    "table.operator": Check("成本指标的性质写成≥", GUIDE),
    "table.copied": Check("完成值照抄指标值", HOUSE),
    "table.unit": Check("单位与数不符", HOUSE),
    "table.repeated": Check("同一指标重复计分", HOUSE),
    "table.percent": Check("百分数写法", HOUSE),
    "table.quantity_is_money": Check("把花钱当数量", GUIDE),
    "table.ceiling": Check("成本上限不可能突破", GUIDE),
    "table.cost": Check("成本与执行数不一致", HOUSE),
    "table.unspent": Check("数量完成而资金未用完", HOUSE),
    "table.year": Check("年份不在本年度", FORM),
    "table.weights_sum": Check("分值合计不是100", FORM),
    "table.level_sum": Check("一级指标分值与各行不一致", HOUSE),
    "table.template": Check("分值偏离标准", GUIDE),
    "table.total": Check("总分不等于各项之和", FORM),
    "table.total_reach": Check("总分高于可能得到的分", HOUSE),
    "table.grade": Check("等级与总分不符", SCORING),
    "table.grade_changed": Check("差错改变等级", SCORING),
}


OF_POINTS = frozenset(
    (
        "table.above_earned",
        "table.above_weight",
        "table.actual_missing",
        "table.below_earned",
        "table.columns_swapped",
        "table.cut",
        "table.execution",
        "table.execution_steps",
        "table.negative_score",
        "table.over_budget",
        "table.points_as_value",
        "table.reverse",
        "table.total",
        "table.total_reach",
    )
)  # what can make another total, and so another grade


def report(
    code: str,
    severity: Severity,
    path: str,
    table: PrintedTable,
    found: str,
    expected: str,
    message: str,
) -> Finding:
    """A finding at a cell of the table."""
    return Finding(
        code=code,
        severity=severity,
        path=path,
        where=where(path, table),
        found=found,
        expected=expected,
        message=message,
        clause=CODES[code].clause,
    )
