"""What each check is called, where it comes from, and whether it may be waived for one filing."""

from decimal import Decimal
from typing import NamedTuple

from apps.rules.errors import RuleError
from apps.rules.findings import Finding, Severity
from apps.rules.form_words import place
from apps.rules.target_form import TargetFacts, TargetForm
from apps.rules.target_shapes import Shape


class Parameter(NamedTuple):
    """A number by which a check judges and that a plan may set within a range."""

    name: str
    label: str
    unit: str
    default: Decimal
    low: Decimal
    high: Decimal


class Check(NamedTuple):
    """The definition of one check: for the choice of a waiver and for a plan's settings.

    `severity` is the heaviest that the check itself gives. What may not be waived may not be
    switched off or softened either. `parts` are parts of a Shape: the check is made of forms that
    have one of them; without any it is made of every form.
    """

    title: str
    clause: str
    may_be_waived: bool
    severity: Severity
    parameters: tuple[Parameter, ...] = ()
    on: bool = True
    parts: tuple[str, ...] = ()

    def is_made_of(self, shape: Shape) -> bool:
        """Whether forms of the shape are checked."""
        return not self.parts or not shape.parts.isdisjoint(self.parts)


FORM = "财预〔2015〕88号附 项目支出绩效目标申报表"
UNIT_FORM = "财预〔2015〕88号附 部门（单位）整体支出绩效目标申报表"
UNIT_AMOUNT = f"{UNIT_FORM} 任务预算合计等于部门预算"
UNIT_ASSETS = "部门整体绩效目标 综合考虑职能职责、业务活动、资产状况"
TARGETS = "财预〔2015〕88号 细化量化、合理可行"
EVALUATION = "财预〔2020〕10号"
GUIDE = "财预〔2021〕101号"
AMOUNT = "财预〔2015〕88号 相应匹配"
HANDED = "财预〔2015〕163号 专项转移支付绩效目标分解下达"
ADJUSTED = "财预〔2015〕88号 绩效目标一般不予调整，确需调整的按程序报批"
REVIEW = "财预〔2015〕88号附 项目支出绩效目标审核表"
COMPLETE = f"{REVIEW} 规范完整性"
CLEAR = f"{REVIEW} 明确清晰性"
RELATED = f"{REVIEW} 目标相关性"
SOUND = f"{REVIEW} 指标科学性"
REASONABLE = f"{REVIEW} 绩效合理性"
MATCHED = f"{REVIEW} 资金匹配性"

BLOCK, HINT, TIP = Severity.BLOCK, Severity.HINT, Severity.TIP
# Parts of a form that several checks are about.
PERIOD, FUNDS, COST = ("first_year", "last_year"), ("funds",), ("level:成本",)
TASKS = ("tasks",)
ABOUT_UNIT = ("duties", "activities")
ABOUT_POLICY = ("grounds", "beneficiaries", "standards")


def number(name: str, label: str, unit: str, *numbers: int) -> tuple[Parameter]:
    """One parameter with its default, least and greatest value."""
    default, low, high = map(Decimal, numbers)
    return (Parameter(name, label, unit, default, low, high),)


ROWS = number("rows", "指标达到几行起检查", "行", 4, 1, 20)
ALIKE = number("similarity", "相似度达到", "%", 85, 50, 100)
SPREAD = number("tolerance", "超出常用范围多少起提示", "%", 20, 0, 500)
PEERS = number("peers", "同类项目至少", "个", 5, 2, 100)
POINTS = number("points", "百分率相差多少个百分点起提示", "个百分点", 5, 1, 50)

WEIGHTS = ("weights",)

CODES: dict[str, Check] = {
    "targets.unread": Check("数字格里是文字", FORM, False, BLOCK),
    "targets.head": Check(
        "基本信息未填", FORM, True, BLOCK, parts=("attribute", "first_year", "last_year")
    ),
    "targets.head_text": Check(
        "职责、依据等文字未填", UNIT_FORM, True, BLOCK, parts=(*ABOUT_UNIT, *ABOUT_POLICY)
    ),
    "targets.contact": Check("没有负责人或联系电话", FORM, True, HINT, parts=("leader",)),
    "targets.attribute": Check("项目属性与项目期不一致", FORM, True, HINT, parts=("attribute",)),
    "targets.period": Check("项目期不含本年度", FORM, True, BLOCK, parts=PERIOD),
    "targets.period_differs": Check("项目期与项目档案不一致", FORM, True, HINT, parts=PERIOD),
    "targets.goal_missing": Check("总体目标未填", FORM, False, BLOCK),
    "targets.goal_placeholder": Check("总体目标还是模板原文", FORM, True, BLOCK),
    "targets.goal_boilerplate": Check("年度目标只有套话", TARGETS, True, BLOCK),
    "targets.goal_short": Check(
        "年度目标过短", TARGETS, True, TIP, number("length", "少于多少字起提示", "字", 20, 5, 200)
    ),
    "targets.other_year": Check("文字里写的是别的年度", TARGETS, True, HINT),
    "targets.no_lines": Check("没有绩效指标", FORM, False, BLOCK),
    "targets.too_many": Check(
        "绩效指标过多", TARGETS, True, HINT, number("most", "最多", "行", 20, 5, 100)
    ),
    "targets.required_level": Check("缺必设的一级指标", GUIDE, True, BLOCK, parts=WEIGHTS),
    "targets.level1": Check("一级指标不对", FORM, False, BLOCK),
    "targets.level2": Check("二级指标不对", FORM, False, BLOCK),
    "targets.cost_twice": Check("成本指标设在两处", GUIDE, True, BLOCK, parts=COST),
    "targets.level_not_used": Check("本任务不设这一级指标", EVALUATION, True, BLOCK, parts=WEIGHTS),
    "targets.blank_row": Check("空行", FORM, False, BLOCK),
    "targets.name": Check("三级指标名称未填", FORM, False, BLOCK),
    "targets.name_placeholder": Check("三级指标还是模板原文", FORM, True, BLOCK),
    "targets.yes_no_name": Check("名称是“是否”，指标值是数", TARGETS, True, BLOCK),
    "targets.duplicate": Check("指标重复", TARGETS, True, HINT),
    # A whole unit's management is also judged by how it executes its budget.
    "targets.execution_twice": Check("预算执行率另设为指标", EVALUATION, True, HINT, parts=FUNDS),
    "targets.operator": Check("性质未选", FORM, False, BLOCK),
    "targets.value": Check("定量指标没有数值", TARGETS, False, BLOCK),
    "targets.range": Check("区间两端不对", TARGETS, False, BLOCK),
    "targets.standard": Check("定性指标没有判定标准", TARGETS, False, BLOCK),
    "targets.vague": Check("定性标准无法核对", TARGETS, True, HINT),
    "targets.unit": Check("定量指标没有单位", TARGETS, False, BLOCK),
    "targets.direction": Check("方向与性质不一致", TARGETS, True, BLOCK),
    "targets.percent": Check("百分数超过100", TARGETS, True, BLOCK),
    "targets.negative": Check("指标值为负", TARGETS, True, HINT),
    "targets.zero": Check("指标值为0，必然完成", TARGETS, True, HINT),
    "targets.satisfaction_unit": Check("满意度不是百分数", TARGETS, True, HINT),
    "targets.money_as_quantity": Check("金额当作数量指标", TARGETS, True, HINT),
    "targets.cost_above_money": Check("成本上限高于资金总额", TARGETS, True, HINT, parts=FUNDS),
    "targets.basis": Check("没有写值的依据", TARGETS, True, TIP),
    "targets.weight": Check("权重未填或为0", EVALUATION, False, BLOCK, parts=WEIGHTS),
    "targets.weights_sum": Check(
        "权重合计没有给执行率留分",
        f"{EVALUATION}；{GUIDE}",
        False,
        BLOCK,
        parts=WEIGHTS,
    ),
    "targets.weights_split": Check("一级指标权重偏离标准", GUIDE, True, HINT, parts=WEIGHTS),
    "targets.tasks_missing": Check("年度主要任务未填", UNIT_FORM, False, BLOCK, parts=TASKS),
    "targets.task_cells": Check("任务没有名称、内容或预算", UNIT_FORM, False, BLOCK, parts=TASKS),
    "targets.task_repeated": Check("任务名称重复", UNIT_FORM, True, HINT, parts=TASKS),
    "targets.task_goal": Check("任务内容没有可计量的数", UNIT_FORM, True, TIP, parts=TASKS),
    "targets.tasks_budget": Check(
        "任务预算合计与部门预算不一致", UNIT_AMOUNT, True, BLOCK, parts=TASKS
    ),
    "targets.budget_unknown": Check("没有登记部门预算", UNIT_AMOUNT, True, HINT, parts=TASKS),
    "targets.assets_missing": Check("资产状况未填", UNIT_ASSETS, True, HINT, parts=("assets",)),
    "targets.asset_pair": Check(
        "资产只有数量或只有价值", UNIT_ASSETS, True, TIP, parts=("assets",)
    ),
    "targets.funds_missing": Check("年度资金未填", FORM, True, BLOCK, parts=FUNDS),
    "targets.funds_negative": Check("资金为负", FORM, False, BLOCK, parts=FUNDS),
    "targets.funds_budget": Check("年度资金与项目预算不一致", AMOUNT, True, BLOCK, parts=FUNDS),
    "targets.funds_mid": Check("中期资金小于年度资金", FORM, True, HINT, parts=("funds.mid",)),
    "targets.funds_investment": Check("资金超过项目总投资", AMOUNT, True, HINT, parts=FUNDS),
    "targets.output_kinds": Check(
        "产出缺数量、质量或时效", COMPLETE, True, TIP, ROWS, parts=("level:产出",)
    ),
    "targets.no_satisfaction": Check(
        "有服务对象而没有满意度指标", COMPLETE, True, TIP, ROWS, parts=("level:满意度",)
    ),
    "targets.no_cost": Check("工程和购置没有成本指标", GUIDE, True, TIP, ROWS, parts=COST),
    "targets.qualitative_share": Check(
        "定性指标过多",
        TARGETS,
        True,
        HINT,
        (*ROWS, *number("share", "定性指标最多占", "%", 40, 0, 100)),
    ),
    "targets.dominant_weight": Check(
        "权重集中在一个指标",
        SOUND,
        True,
        HINT,
        (*ROWS, *number("share", "一个指标最多占全部权重的", "%", 40, 20, 100)),
        parts=WEIGHTS,
    ),
    "targets.vague_goal": Check("目标没有可计量的数", CLEAR, True, HINT),
    "targets.vague_name": Check("名称是愿望，看不出量什么", SOUND, True, HINT),
    "targets.unrelated": Check("指标与目标无关", RELATED, True, TIP),
    "targets.goal_money": Check("文字里的金额与资金表不一致", AMOUNT, True, HINT, parts=FUNDS),
    "targets.impossible_date": Check("不存在的月份或日期", FORM, True, HINT),
    "targets.too_long": Check("时限长过本年度", CLEAR, True, HINT),
    "targets.percent_small": Check("百分数疑似写成小数", TARGETS, True, HINT),
    "targets.whole_numbers": Check("按个计的指标有小数", TARGETS, True, HINT),
    "targets.unit_number": Check("单位里写了数", TARGETS, True, HINT),
    "targets.rate_unit": Check("比率的单位不是百分数", TARGETS, True, HINT),
    "targets.unit_contradicts": Check("单位与名称不符", TARGETS, True, HINT),
    "targets.never_fails": Check("上限不可能突破", REASONABLE, True, HINT),
    "targets.quantity_is_money": Check("数量等于资金额", SOUND, True, HINT),
    "targets.similar_rows": Check("两行指标实为一项", SOUND, True, HINT, ALIKE),
    "targets.copied_goal": Check(
        "目标文字与别处雷同",
        CLEAR,
        True,
        HINT,
        (*ALIKE, *number("length", "多少字以上才比较", "字", 20, 5, 500)),
    ),
    "targets.copied_rows": Check(
        "指标与别处雷同",
        SOUND,
        True,
        HINT,
        (*ROWS, *number("share", "相同的行达到", "%", 80, 50, 100)),
    ),
    "targets.unit_cost": Check("单位成本超出常用范围", MATCHED, True, HINT, SPREAD),
    "targets.below_last_year": Check(
        "低于上年完成值",
        REASONABLE,
        True,
        HINT,
        (*number("share", "低于上年多少起提示", "%", 10, 0, 100), *POINTS),
    ),
    "targets.below_peers": Check(
        "低于同类项目中位数",
        REASONABLE,
        True,
        TIP,
        (*number("share", "低于中位数多少起提示", "%", 30, 0, 100), *POINTS, *PEERS),
    ),
    "targets.above_last_year": Check(
        "远高于上年完成值",
        REASONABLE,
        True,
        TIP,
        number("share", "高于上年多少起提示", "%", 100, 10, 1000),
    ),
    "targets.above_peers": Check(
        "远高于同类项目中位数",
        REASONABLE,
        True,
        TIP,
        (*number("share", "高于中位数多少起提示", "%", 200, 10, 1000), *PEERS),
    ),
    "targets.handed_down": Check("与转移支付下达的目标不一致", HANDED, True, BLOCK),
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


def noted(code: str, path: str, form: TargetForm, said: Said) -> Finding:
    """A finding with the severity of its definition."""
    return report(code, CODES[code].severity, path, form, said)


def limit(facts: TargetFacts, code: str, name: str) -> Decimal:
    """The number a check judges by: the plan's own, else the default."""
    setting = facts.tuning.get(code)
    if setting is not None and name in setting.parameters:
        return setting.parameters[name]
    return next(each.default for each in CODES[code].parameters if each.name == name)


def _where(path: str, form: TargetForm) -> str:
    """The place in words; text kept from a cell that is gone belongs to the whole form."""
    try:
        return place(path, form)
    except RuleError:
        return place("form", form)
