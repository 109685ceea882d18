"""Each check finds what it is for, says where and what is expected, and is silent otherwise."""

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.rules.findings import Severity
from apps.rules.target_checks import CODES, check
from apps.rules.target_form import TargetForm, TargetLine
from tests.rules.corpus import cases
from tests.rules.forms import (
    GOAL,
    codes,
    facts,
    form,
    found,
    funds,
    line,
    lines,
    qualitative,
    with_row,
)
from tests.rules.test_target_checks_whole import FOUND as WHOLE

BLOCK, HINT, TIP = Severity.BLOCK, Severity.HINT, Severity.TIP
ROW = "四、第1行 更换老旧水表"


def percent(value: str, **changes: object) -> TargetForm:
    return with_row(name="水质检测达标率", unit="%", value=Decimal(value), **changes)


def test_a_good_form_has_no_finding() -> None:
    assert check(form(), facts()) == []


FOUND = [
    # code, severity, form, where, words of the message
    (
        "unread",
        BLOCK,
        replace(with_row(value=None), unread={"indicator:a.value": "95%"}),
        f"{ROW} 指标值",
        "填“95%”，带了单位“%”。这里只填数，例如1,200。不能用数表示的",
    ),
    (
        "unread",
        BLOCK,
        replace(with_row(weight=None), unread={"indicator:a.weight": "120"}),
        f"{ROW} 权重",
        "填“120”，应为0–100之间的分数，例如8。",
    ),
    (
        "unread",
        BLOCK,
        replace(with_row(value=None), unread={"indicator:a.value": "见附件"}),
        f"{ROW} 指标值",
        "填“见附件”，应为数字，例如1,200。",
    ),
    (
        "unread",
        BLOCK,
        form(unread={"funds.year.carryover": "约60"}),
        "二、年度资金 上年结转",
        "应为数字，例如1,286.00",
    ),
    (
        "unread",
        BLOCK,
        form(first_year=None, unread={"first_year": "去年"}),
        "一、项目期起始年度",
        "2024",
    ),
    ("unread", BLOCK, form(unread={"indicator:gone.value": "高"}), "全表", "“高”"),
    ("head", BLOCK, form(attribute=""), "一、项目属性", "请选新增项目、延续项目、一次性项目"),
    ("head", BLOCK, form(last_year=None), "一、项目期终止年度", "例如2026"),
    ("contact", HINT, form(leader=" "), "一、项目负责人", "请填项目负责人姓名"),
    ("contact", HINT, form(leader_phone="老王"), "一、联系电话", "填“老王”，应为电话号码"),
    ("contact", HINT, form(leader_phone=""), "一、联系电话", "未填"),
    ("attribute", HINT, form(attribute="new"), "一、项目属性", "起始年度却是2023年"),
    ("attribute", HINT, form(first_year=2024), "一、项目属性", "选延续项目，起始年度却是2024年"),
    ("attribute", HINT, form(attribute="one_off"), "一、项目属性", "终止年度却是2025年"),
    ("period", BLOCK, form(first_year=2021, last_year=2023), "一、项目期", "应包含本年度2024年"),
    ("period", BLOCK, form(first_year=2025), "一、项目期", "填2025–2025年"),
    ("period", BLOCK, form(first_year=2026), "一、项目期", "起始晚于终止"),
    ("period_differs", HINT, form(last_year=2026), "一、项目期终止年度", "项目档案为2025年"),
    ("goal_missing", BLOCK, form(year_goal="  "), "三、年度目标", "未填"),
    (
        "goal_missing",
        HINT,
        form(mid_goal="", funds={**form().funds, "mid": {"fiscal": Decimal(20000000)}}),
        "三、中期目标",
        "填了中期资金",
    ),
    ("goal_placeholder", BLOCK, form(year_goal="目标1：……"), "三、年度目标", "模板原文"),
    ("goal_placeholder", BLOCK, form(mid_goal="目标1：\n目标2："), "三、中期目标", "模板原文"),
    (
        "goal_boilerplate",
        BLOCK,
        form(year_goal="按时完成各项工作任务，保障单位正常运转，提高服务质量。"),
        "三、年度目标",
        "没有本项目的内容",
    ),
    ("goal_short", TIP, form(year_goal="更换水表1,900块。"), "三、年度目标", "只有11字"),
    (
        "other_year",
        HINT,
        form(year_goal=GOAL + "2022年12月底前完工。"),
        "三、年度目标",
        "写有2022年",
    ),
    (
        "other_year",
        HINT,
        with_row(name="2023年更换水表"),
        "四、第1行 2023年更换水表 三级指标",
        "2024年度的表",
    ),
    ("other_year", HINT, qualitative("2023年12月底前完工"), f"{ROW} 指标值", "2023年"),
    ("no_lines", BLOCK, form(lines=()), "四、绩效指标", "从指标库选"),
    (
        "required_level",
        BLOCK,
        form(lines=(line("a", weight=Decimal(80)), lines()[2])),
        "四、效益指标",
        "没有效益指标",
    ),
    ("level1", BLOCK, with_row(level1=""), f"{ROW} 一级指标", "请选成本、产出、效益、满意度"),
    ("level1", BLOCK, with_row(level1="决策"), f"{ROW} 一级指标", "填“决策”"),
    (
        "level2",
        BLOCK,
        with_row(level2="社会效益"),
        f"{ROW} 二级指标",
        "产出指标下应为数量、质量、时效、成本",
    ),
    ("level2", BLOCK, with_row(level2=""), f"{ROW} 二级指标", "未选"),
    (
        "cost_twice",
        BLOCK,
        form(
            lines=(
                line("k", level1="成本", level2="经济成本", name="造价"),
                line("a", level2="成本"),
            )
        ),
        "四、第2行 更换老旧水表 二级指标",
        "改到成本指标",
    ),
    ("blank_row", BLOCK, form(lines=(*lines(), TargetLine("z"))), "四、第4行", "填写，或删除"),
    ("name", BLOCK, with_row(name=""), "四、第1行 三级指标", "未填"),
    ("name_placeholder", BLOCK, with_row(name="指标1："), "四、第1行 指标1： 三级指标", "模板原文"),
    (
        "yes_no_name",
        BLOCK,
        with_row(name="是否满意"),
        "四、第1行 是否满意 三级指标",
        "只能答是或否",
    ),
    (
        "duplicate",
        HINT,
        form(lines=(*lines(), line("d"))),
        "四、第4行 更换老旧水表 三级指标",
        "与第1行同名",
    ),
    (
        "execution_twice",
        HINT,
        with_row(name="预算执行率"),
        "四、第1行 预算执行率 三级指标",
        "另有分值",
    ),
    ("operator", BLOCK, with_row(operator=""), f"{ROW} 性质", "未选"),
    ("operator", BLOCK, with_row(operator="约"), f"{ROW} 性质", "填“约”"),
    ("value", BLOCK, with_row(value=None), f"{ROW} 指标值", "未填。请填数字，例如1,200。"),
    (
        "value",
        BLOCK,
        with_row(value=None, unit="%"),
        f"{ROW} 指标值",
        "未填。请填0–100之间的数，例如92。",
    ),
    ("value", BLOCK, with_row(value=None, value_text="较多"), f"{ROW} 指标值", "只有文字“较多”"),
    ("range", BLOCK, with_row(operator="区间"), f"{ROW} 指标值", "例如12–15"),
    (
        "range",
        BLOCK,
        with_row(operator="区间", value=Decimal(15), value_high=Decimal(15)),
        f"{ROW} 指标值",
        "填15–15，下限应小于上限",
    ),
    ("standard", BLOCK, qualitative(" "), f"{ROW} 指标值", "可核对的判定标准"),
    ("vague", HINT, qualitative("显著提升"), f"{ROW} 指标值", "看不出怎样算达到"),
    ("unit", BLOCK, with_row(unit=""), f"{ROW} 度量单位", "请填单位"),
    (
        "direction",
        HINT,
        with_row(direction="反向"),
        f"{ROW} 方向",
        "性质为≥，方向填反向，一般是正向",
    ),
    ("direction", HINT, with_row(operator="≤", direction="正向"), f"{ROW} 方向", "一般是反向"),
    ("direction", BLOCK, with_row(direction="向上"), f"{ROW} 方向", "应为正向或反向"),
    ("percent", BLOCK, percent("100.01"), "四、第1行 水质检测达标率 指标值", "应为0–100之间的数"),
    (
        "percent",
        BLOCK,
        percent("90", operator="区间", value_high=Decimal(110)),
        "四、第1行 水质检测达标率 指标值",
        "填110，单位是%",
    ),
    (
        "percent",
        HINT,
        with_row(name="产量增长率", unit="%", value=Decimal(120)),
        "四、第1行 产量增长率 指标值",
        "可以超过100%",
    ),
    ("negative", HINT, with_row(value=Decimal(-3)), f"{ROW} 指标值", "填−3，为负数"),
    ("zero", HINT, with_row(value=Decimal(0)), f"{ROW} 指标值", "填≥0，必然完成"),
    (
        "satisfaction_unit",
        HINT,
        form(lines=(*lines()[:2], replace(lines()[2], unit="分"))),
        "四、第3行 用水户满意度 度量单位",
        "满意度一般用%",
    ),
    ("money_as_quantity", HINT, with_row(unit="万元"), f"{ROW} 度量单位", "金额不是数量"),
    (
        "cost_above_money",
        HINT,
        with_row(level2="成本", operator="≤", direction="反向", unit="万元", value=Decimal(1421)),
        f"{ROW} 指标值",
        "上限1,421万元，高于资金总额1,420.00万元",
    ),
    ("basis", TIP, with_row(basis=""), "四、绩效指标", "1行没有选值的依据：第1行 更换老旧水表"),
    ("weight", BLOCK, with_row(weight=None), f"{ROW} 权重", "未填。请填大于0的分数"),
    ("weight", BLOCK, with_row(weight=Decimal(0)), f"{ROW} 权重", "填0"),
    (
        "weights_sum",
        BLOCK,
        with_row(weight=Decimal(60)),
        "四、权重合计",
        "合计100分，应为90分：执行率10分留到自评。多10分。",
    ),
    ("weights_sum", BLOCK, with_row(weight=Decimal(48)), "四、权重合计", "还差2分。"),
    (
        "weights_split",
        HINT,
        with_row(weight=Decimal(48)),
        "四、产出指标",
        "产出48分，“不设成本指标”为50分，少2分",
    ),
    ("funds_missing", BLOCK, form(funds={}), "二、年度资金总额", "未填"),
    ("funds_negative", BLOCK, funds("-1"), "二、年度资金 财政拨款", "金额不能为负"),
    (
        "funds_budget",
        BLOCK,
        funds("13799900"),
        "二、年度资金 财政拨款",
        "填1,379.99万元，项目预算1,380.00万元，少0.01万元。",
    ),
    (
        "funds_mid",
        HINT,
        funds("13800000", mid={"fiscal": Decimal(14000000)}),
        "二、中期资金总额",
        "不应小于年度资金",
    ),
    ("funds_investment", HINT, form(), "二、年度资金总额", "项目总投资1,000.00万元"),
]


def known_for(code: str) -> dict[str, object]:
    """What must be known of the project for a check to speak."""
    if code == "funds_missing":
        return {"budget": {}}
    return {"total_investment": Decimal(10000000)} if code == "funds_investment" else {}


@pytest.mark.req("U-09", "Q-32")
@pytest.mark.parametrize(("code", "severity", "whole", "where", "words"), FOUND)
def test_a_check_says_where_and_what(code, severity, whole, where, words) -> None:
    findings = found(whole, code, **known_for(code))

    matching = [each for each in findings if words in each.message]
    assert [(each.severity, each.where) for each in matching] == [(severity, where)]
    assert matching[0].clause
    assert set(codes(check(whole, facts(**known_for(code))))) <= {
        name.removeprefix("targets.") for name in CODES
    }


def test_every_code_is_shown_by_a_case() -> None:
    shown = {case[0] for case in (*FOUND, *WHOLE)}
    shown |= {"too_many", "level_not_used", "handed_down"}
    corpus = {code for case in cases() for code, _ in case.expected}

    assert {f"targets.{code}" for code in shown | corpus} == set(CODES)


def test_every_code_has_title_and_clause() -> None:
    assert all(each.title and each.clause for each in CODES.values())
