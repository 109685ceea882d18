"""What each check is called, where it comes from, and whether it may be waived for one filing."""

from typing import NamedTuple

from apps.rules.errors import RuleError
from apps.rules.findings import Finding, Severity
from apps.rules.form_words import place
from apps.rules.target_form import TargetForm


class Check(NamedTuple):
    """One line for the choice of a waiver."""

    title: str
    clause: str
    may_be_waived: bool


FORM = "财预〔2015〕88号附 项目支出绩效目标申报表"
TARGETS = "财预〔2015〕88号 细化量化、合理可行"
EVALUATION = "财预〔2020〕10号"
GUIDE = "财预〔2021〕101号"
AMOUNT = "财预〔2015〕88号 相应匹配"

CODES: dict[str, Check] = {
    "targets.unread": Check("数字格里是文字", FORM, False),
    "targets.head": Check("基本信息未填", FORM, True),
    "targets.contact": Check("没有负责人或联系电话", FORM, True),
    "targets.attribute": Check("项目属性与项目期不一致", FORM, True),
    "targets.period": Check("项目期不含本年度", FORM, True),
    "targets.period_differs": Check("项目期与项目档案不一致", FORM, True),
    "targets.goal_missing": Check("总体目标未填", FORM, False),
    "targets.goal_placeholder": Check("总体目标还是模板原文", FORM, True),
    "targets.goal_boilerplate": Check("年度目标只有套话", TARGETS, True),
    "targets.goal_short": Check("年度目标过短", TARGETS, True),
    "targets.other_year": Check("文字里写的是别的年度", TARGETS, True),
    "targets.no_lines": Check("没有绩效指标", FORM, False),
    "targets.too_many": Check("绩效指标过多", TARGETS, True),
    "targets.required_level": Check("缺必设的一级指标", GUIDE, True),
    "targets.level1": Check("一级指标不对", FORM, False),
    "targets.level2": Check("二级指标不对", FORM, False),
    "targets.cost_twice": Check("成本指标设在两处", GUIDE, True),
    "targets.level_not_used": Check("本任务不设这一级指标", EVALUATION, True),
    "targets.blank_row": Check("空行", FORM, False),
    "targets.name": Check("三级指标名称未填", FORM, False),
    "targets.name_placeholder": Check("三级指标还是模板原文", FORM, True),
    "targets.yes_no_name": Check("名称是“是否”，指标值是数", TARGETS, True),
    "targets.duplicate": Check("指标重复", TARGETS, True),
    "targets.execution_twice": Check("预算执行率另设为指标", EVALUATION, True),
    "targets.operator": Check("性质未选", FORM, False),
    "targets.value": Check("定量指标没有数值", TARGETS, False),
    "targets.range": Check("区间两端不对", TARGETS, False),
    "targets.standard": Check("定性指标没有判定标准", TARGETS, False),
    "targets.vague": Check("定性标准无法核对", TARGETS, True),
    "targets.unit": Check("定量指标没有单位", TARGETS, False),
    "targets.direction": Check("方向与性质不一致", TARGETS, True),
    "targets.percent": Check("百分数超过100", TARGETS, True),
    "targets.negative": Check("指标值为负", TARGETS, True),
    "targets.zero": Check("指标值为0，必然完成", TARGETS, True),
    "targets.satisfaction_unit": Check("满意度不是百分数", TARGETS, True),
    "targets.money_as_quantity": Check("金额当作数量指标", TARGETS, True),
    "targets.cost_above_money": Check("成本上限高于资金总额", TARGETS, True),
    "targets.basis": Check("没有写值的依据", TARGETS, True),
    "targets.weight": Check("权重未填或为0", EVALUATION, False),
    "targets.weights_sum": Check("权重合计没有给执行率留分", f"{EVALUATION}；{GUIDE}", False),
    "targets.weights_split": Check("一级指标权重偏离标准", GUIDE, True),
    "targets.funds_missing": Check("年度资金未填", FORM, True),
    "targets.funds_negative": Check("资金为负", FORM, False),
    "targets.funds_budget": Check("年度资金与项目预算不一致", AMOUNT, True),
    "targets.funds_mid": Check("中期资金小于年度资金", FORM, True),
    "targets.funds_investment": Check("资金超过项目总投资", AMOUNT, True),
}


class Said(NamedTuple):
    """The words of one finding: what stands there, what may stand there, and the sentence."""

    found: str
    expected: str
    message: str


def report(
    code: str, severity: Severity, path: str, form: TargetForm, said: Said, clause: str = ""
) -> Finding:
    """A finding of this check at a cell of the form; `clause` replaces the check's own."""
    return Finding(
        code=code,
        severity=severity,
        path=path,
        where=_where(path, form),
        found=said.found,
        expected=said.expected,
        message=said.message,
        clause=clause or CODES[code].clause,
    )


def _where(path: str, form: TargetForm) -> str:
    """The place in words; text kept from a cell that is gone belongs to the whole form."""
    try:
        return place(path, form)
    except RuleError:
        return place("form", form)
