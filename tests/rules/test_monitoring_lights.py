"""Lights of 双监控: nodes, pace, both sides, every threshold, and what must be settled first."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.rules.errors import RuleError
from apps.rules.monitoring import (
    LIGHTS,
    PARAMETERS,
    Basis,
    Ceilings,
    Floors,
    Light,
    MoneyState,
    Node,
    Planned,
    due,
    execution_rate,
    judge,
    kind_of,
    light_rules,
    missing,
    money_light,
    overall_rate,
    pace,
    promise_light,
    row_light,
    worst,
)
from apps.rules.monitoring.lights import RANK
from apps.rules.monitoring.words import percent
from tests.rules.nodes import (
    ACCIDENTS,
    CEILING,
    FOUR_LIGHTS,
    FOUR_RULES,
    GAP_TABLE,
    LAST_DAYS,
    QUALITY,
    SATISFIED,
    TABLE_RULES,
    WAN,
    WORDED,
    node,
    row,
    target,
)

D = Decimal
RED, YELLOW, GREEN, BLUE, NONE = Light
PLAN = (
    Planned(date(2024, 3, 31), 10 * WAN),
    Planned(date(2024, 8, 31), 80 * WAN),
    Planned(date(2024, 6, 30), 40 * WAN),
)


def paid(executed: str | None, budget: str | None = "100", plan=()) -> MoneyState:
    """Amounts in 万元 of a budget of 100."""
    amounts = (None if each is None else D(each) * WAN for each in (executed, budget))
    spent, given_ = amounts
    return MoneyState(spent, initial=given_, current=given_, plan=tuple(plan))


# --- the node -----------------------------------------------------------------------------------
@pytest.mark.req("U-18", "Y-49", "Q-17", "Q-18")
@pytest.mark.parametrize(
    ("month", "label"), [(1, "1月"), (5, "1–5月"), (6, "1–6月"), (8, "1–8月"), (12, "1–12月")]
)
def test_the_columns_name_the_months_of_the_node(month: int, label: str) -> None:
    found = node(month)

    assert (found.label, found.elapsed) == (label, Fraction(month, 12))
    assert found.columns == {
        "executed": f"{label}执行数",
        "rate": f"{label}执行率",
        "actual": f"{label}执行情况",
    }


def test_a_node_within_a_month_counts_its_days() -> None:
    found = Node(2024, date(2024, 6, 15))

    assert found.label == "1–6月（截至15日）"
    assert found.elapsed == Fraction(55, 120)
    assert "5.50÷12" in pace(found, Basis.TIME).formula


def test_a_node_outside_its_year_is_refused() -> None:
    with pytest.raises(RuleError, match="应在2024年内"):
        Node(2024, date(2025, 1, 31))


@pytest.mark.req("Y-30")
@pytest.mark.parametrize(
    ("month", "share"), [(2, "0"), (3, "0.1"), (5, "0.1"), (6, "0.4"), (8, "0.8"), (12, "0.8")]
)
def test_a_plan_of_payments_stands_for_the_elapsed_months(month: int, share: str) -> None:
    found = pace(node(month), Basis.PLAN, PLAN, 100 * WAN)

    assert (found.basis, found.share) == (Basis.PLAN, Fraction(share))
    assert found.formula.startswith("计划用款进度")


@pytest.mark.req("Y-30")
def test_without_a_plan_of_payments_time_is_the_pace_and_it_is_said() -> None:
    found = pace(node(6), Basis.PLAN, (), 100 * WAN)

    assert (found.basis, found.share) == (Basis.TIME, Fraction(1, 2))
    assert "没有登记用款计划" in found.formula


@pytest.mark.req("Y-30")
def test_more_planned_than_budgeted_is_all_of_it_and_the_reckoning_says_so() -> None:
    found = pace(node(8), Basis.PLAN, PLAN, 50 * WAN)

    assert found.share == 1
    assert found.formula == "计划用款进度 = 80.00÷50.00 = 160%，最多按100%"


@pytest.mark.req("Y-30")
def test_a_plan_that_falls_is_refused() -> None:
    with pytest.raises(RuleError, match=r"2024-08-31：累计1\.00万元，不应少于前一期的40\.00万元"):
        pace(node(6), Basis.PLAN, (*PLAN[::2], Planned(date(2024, 8, 31), WAN)), 100 * WAN)


# --- money --------------------------------------------------------------------------------------
@pytest.mark.req("Y-16", "Y-18")
@pytest.mark.parametrize(
    ("executed", "budget", "shown"), [("1.33", "4.68", "28.42%"), ("4.66", "6.45", "72.25%")]
)
def test_the_published_rates_of_yuli_come_out(executed: str, budget: str, shown: str) -> None:
    half = (D(executed) * WAN * WAN / 2, D(budget) * WAN * WAN / 2)

    assert percent(overall_rate([half, half])) == shown


@pytest.mark.req("Y-16")
def test_the_published_rate_of_a_project_comes_out() -> None:
    assert round(execution_rate(D("87.57") * WAN, 220 * WAN) * 100, 1) == Fraction(398, 10)


@pytest.mark.parametrize(("executed", "budget"), [(None, "100"), ("1", None), ("1", "0")])
def test_without_a_rate_nothing_is_lit(executed, budget) -> None:
    found = money_light(paid(executed, budget), node(6), TABLE_RULES.money)

    assert (found.light, found.word, found.parts) == (NONE, "不亮灯", ())
    assert execution_rate(paid(executed).executed, paid("1", budget).current) is None
    assert found.trace["result"].startswith("不亮灯：没有")


@pytest.mark.req("Y-15", "Y-29")
@pytest.mark.parametrize(
    ("executed", "light"),
    [  # June: pace 50 %
        ("60", GREEN),
        ("40", GREEN),
        ("39.999999", YELLOW),
        ("20.000001", YELLOW),
        ("20", YELLOW),
        ("19.999999", RED),
    ],
)
def test_each_edge_of_the_gap(executed: str, light: Light) -> None:
    rule = replace(TABLE_RULES.money, ratio=None)

    assert money_light(paid(executed), node(6), rule).light == light


@pytest.mark.req("Y-15")
@pytest.mark.parametrize(
    ("executed", "light"),
    [
        ("45", GREEN),
        ("44.999999", YELLOW),
        ("30", YELLOW),
        ("29.999999", RED),
        ("0", RED),
    ],
)
def test_each_edge_of_the_ratio(executed: str, light: Light) -> None:
    rule = replace(TABLE_RULES.money, gap=None, zero_month=0)

    assert money_light(paid(executed), node(6), rule).light == light


@pytest.mark.parametrize(
    ("executed", "light"),
    [("29.99", RED), ("30", YELLOW), ("40", GREEN), ("59.99", GREEN), ("60", BLUE)],
)
def test_four_lights_of_the_money(executed: str, light: Light) -> None:
    assert money_light(paid(executed), node(6), FOUR_RULES.money).light == light


@pytest.mark.req("Y-15")
def test_of_two_measures_the_worse_counts_and_both_are_explained() -> None:
    found = money_light(paid("40"), node(6), TABLE_RULES.money, "本地办法第3条")

    assert [(part.trace["title"], part.light) for part in found.parts] == [
        ("进度差", GREEN),
        ("进度比", YELLOW),
    ]
    assert found.light == YELLOW
    gap, ratio = (part.trace for part in found.parts)
    assert gap["rule"] == "monitoring.gap"
    assert gap["calculation"] == "50% − 40% = 10个百分点"
    assert "不超过10%绿灯，超过10%到30%（含）黄灯，超过30%红灯" in gap["formula"]
    assert "时间进度 = 6÷12 = 50%" in gap["formula"]
    assert ratio["calculation"] == "40% ÷ 50% = 80%"
    assert "60%（含）到90%黄灯，90%（含）以上绿灯" in ratio["formula"]
    assert gap["inputs"] == [
        {"name": "累计执行数", "value": "40.00万元"},
        {"name": "调整后预算数", "value": "100.00万元"},
    ]
    assert found.trace["result"] == "黄灯：进度差绿灯；进度比黄灯"
    assert {part.trace["clause"] for part in (found, *found.parts)} == {"本地办法第3条"}


@pytest.mark.parametrize(
    ("executed", "gap", "light"),
    [
        ("40", "10", GREEN),
        ("39.9983", "10.002", YELLOW),
        ("40.0017", "9.998", GREEN),
        ("39.999999", "10.000001", YELLOW),
        ("19.9999", "30.0001", RED),
        ("38.333333", "11.67", YELLOW),
    ],
)
def test_a_gap_beside_a_threshold_is_not_shown_on_it(executed: str, gap: str, light: Light) -> None:
    rule = replace(TABLE_RULES.money, ratio=None)
    found = money_light(paid(executed), node(6), rule)

    assert found.light == light
    assert str(found.parts[0].trace["calculation"]).endswith(f" = {gap}个百分点")


def test_a_ratio_beside_a_threshold_is_not_shown_on_it() -> None:
    rule = replace(TABLE_RULES.money, gap=None)
    found = money_light(paid("44.999999"), node(6), rule)
    assert str(found.parts[0].trace["calculation"]).endswith(" = 89.999998%")
    done = row_light(row(actual=D("47.9999")), node(6), FOUR_RULES.promise)
    assert (done.light, done.trace["calculation"]) == (YELLOW, "完成比 79.9998%")


@pytest.mark.parametrize(
    ("month", "executed", "light"),
    [(5, "0", YELLOW), (6, "0", RED), (8, "0", RED), (6, "0.000001", YELLOW)],
)
def test_nothing_paid_after_half_a_year_is_red(month: int, executed: str, light: Light) -> None:
    lenient = replace(TABLE_RULES.money, gap=Ceilings(D("0.1"), D("0.99")), ratio=None)

    assert money_light(paid(executed), node(month), lenient).light == light


def test_the_rate_is_of_the_budget_that_the_plan_names() -> None:
    state = MoneyState(executed=40 * WAN, initial=80 * WAN, current=200 * WAN)
    by_initial = replace(TABLE_RULES.money, by_initial=True)

    assert money_light(state, node(6), by_initial).light == GREEN
    assert money_light(state, node(6), TABLE_RULES.money).light == RED
    added = money_light(replace(state, initial=D(0)), node(6), by_initial)
    assert (added.light, added.trace["inputs"][1]["name"]) == (RED, "调整后预算数")
    unknown = money_light(replace(state, initial=None, current=None), node(6), by_initial)
    assert unknown.trace["result"] == "不亮灯：没有年初预算数或年初预算数为0，不计执行率"


@pytest.mark.req("Y-30")
def test_money_is_measured_against_the_plan_of_payments() -> None:
    planned = replace(TABLE_RULES.money, basis=Basis.PLAN)

    assert money_light(paid("10"), node(5), TABLE_RULES.money).light == RED
    assert money_light(paid("10", plan=PLAN), node(5), planned).light == GREEN
    nothing_due = money_light(paid("0", plan=PLAN), node(2), planned)
    assert nothing_due.light == GREEN
    assert nothing_due.parts[1].trace["calculation"] == "到这个节点还没有计划用款"


# --- indicators ---------------------------------------------------------------------------------
@pytest.mark.req("Y-15")
@pytest.mark.parametrize(
    ("month", "actual", "light"),
    [
        (6, "35", RED),
        (6, "35.9999", RED),
        (6, "36", YELLOW),
        (6, "47.9999", YELLOW),
        (6, "48", GREEN),
        (6, "71.9999", GREEN),
        (6, "72", BLUE),
        (8, "60", YELLOW),  # 75 % of 80
    ],
)
def test_the_bands_of_four_lights_with_their_published_vectors(month, actual, light) -> None:
    found = row_light(row(actual=D(actual)), node(month), FOUR_RULES.promise)

    assert found.light == light


@pytest.mark.parametrize(
    ("actual", "light"),
    [
        ("60", GREEN),
        ("54", GREEN),
        ("53.9999", YELLOW),
        ("48", YELLOW),
        ("47.9999", RED),
        ("500", GREEN),
    ],
)
def test_each_edge_of_the_deviation(actual: str, light: Light) -> None:
    assert row_light(row(actual=D(actual)), node(6), TABLE_RULES.promise).light == light


@pytest.mark.parametrize(
    ("promised", "actual", "light"),
    [
        (QUALITY, "95", GREEN),
        (QUALITY, "94.99", RED),
        (CEILING, "50", GREEN),
        (CEILING, "50.01", RED),
        (ACCIDENTS, "12", GREEN),  # the whole year's ceiling, not half of it
        (ACCIDENTS, "13", RED),
        (SATISFIED, "36", GREEN),  # 80 % of half of 90: that practice prorates it
        (target(operator=">", level2="质量"), "120", RED),
        (target(operator="<", level2="时效"), "120", RED),
        (target(operator="<", level2="时效"), "119", GREEN),
    ],
)
def test_what_is_judged_by_range_is_green_or_red(promised, actual: str, light: Light) -> None:
    found = row_light(row(promised, actual=D(actual)), node(6), FOUR_RULES.promise)

    assert found.light == light


@pytest.mark.parametrize(
    ("promised", "actual", "light"),
    [
        (QUALITY, "90", GREEN),  # 5.3 % below the whole year's value
        (QUALITY, "76", YELLOW),
        (QUALITY, "75.9", RED),
        (SATISFIED, "81", GREEN),  # a rate is not prorated
        (ACCIDENTS, "6", GREEN),
        (ACCIDENTS, "6.6", GREEN),
        (ACCIDENTS, "7.2", YELLOW),
        (ACCIDENTS, "7.3", RED),
        (target(operator="≤", value=D(0)), "0", GREEN),
        (target(operator="≤", value=D(0)), "1", RED),
        (target(operator="="), "60", GREEN),
        (target(operator="="), "120", GREEN),
        (target(operator="="), "133", YELLOW),
        (target(operator="="), "40", RED),
        (target(operator="区间", value_high=D(130)), "60", GREEN),
        (target(operator="区间", value_high=D(130)), "143", GREEN),
        (target(operator="区间", value_high=D(130)), "144", YELLOW),
        (target(operator="区间"), "133", YELLOW),  # an upper end not filled is the lower one
        (target(value=D(-4)), "-4", GREEN),  # a negative aim is not prorated
        (target(value=D(-4)), "-5", RED),
    ],
)
def test_deviation_counts_on_the_wrong_side_only(promised, actual: str, light: Light) -> None:
    found = row_light(row(promised, actual=D(actual)), node(6), TABLE_RULES.promise)

    assert found.light == light


@pytest.mark.parametrize(
    ("promised", "actual", "light"),
    [
        (target(operator="="), "40", YELLOW),  # 20 short of 60
        (target(operator="="), "500", RED),  # beyond the aim it does not turn blue
        (target(value=D(0)), "0", GREEN),
        (target(value=D(0)), "-1", RED),
    ],
)
def test_ratio_of_what_cannot_be_overfulfilled(promised, actual: str, light: Light) -> None:
    assert row_light(row(promised, actual=D(actual)), node(6), FOUR_RULES.promise).light == light


@pytest.mark.parametrize(
    ("band", "light"), [("达成", GREEN), ("部分达成", YELLOW), ("未达成", RED), ("", NONE)]
)
def test_a_worded_standard_has_three_bands(band: str, light: Light) -> None:
    filed = row(WORDED, actual=None, band=band)

    assert row_light(filed, node(6), FOUR_RULES.promise).light == light


@pytest.mark.parametrize(
    ("likelihood", "light"),
    [("确定能", GREEN), ("有可能", YELLOW), ("完全不可能", RED), ("", GREEN)],
)
def test_likelihood_counts_where_the_plan_says_so(likelihood: str, light: Light) -> None:
    filed = row(likelihood=likelihood)

    assert row_light(filed, node(6), TABLE_RULES.promise).light == light
    assert row_light(filed, node(6), FOUR_RULES.promise).light == GREEN


@pytest.mark.parametrize("filed", [row(actual=None), row(is_not_due=True), row(target(value=None))])
def test_without_values_a_row_is_not_lit(filed) -> None:
    found = row_light(filed, node(6), FOUR_RULES.promise)

    assert found.light == NONE
    assert found.trace["result"].startswith("不亮灯：")


def test_a_row_explains_what_was_due() -> None:
    found = row_light(row(actual=D(50)), node(8), FOUR_RULES.promise, "本地办法")

    assert found.trace == {
        "title": "改造供水管网",
        "rule": "monitoring.done",
        "formula": "完成比 = 实际 ÷ 应达值；"
        "低于60%红灯，60%（含）到80%黄灯，80%（含）到120%绿灯，120%（含）以上蓝灯",
        "calculation": "完成比 62.5%",
        "inputs": [
            {"name": "年度指标值", "value": "≥120公里"},
            {"name": "执行情况", "value": "50公里"},
            {"name": "应达值", "value": "≥80公里（年度指标值 × 月数÷12）"},
        ],
        "result": "黄灯",
        "clause": "本地办法",
    }


@pytest.mark.parametrize(
    ("promised", "actual", "share"),
    [
        (target(operator="="), "40", "66.67%"),
        (ACCIDENTS, "9", "50%"),
        (target(operator="<"), "90", "50%"),
        (target(operator="区间", value_high=D(130)), "45", "75%"),
        (target(value=D(-4)), "-5", "75%"),
        (target(value=D(0)), "-1", "0%"),
    ],
)
def test_a_ratio_that_is_what_the_deviation_leaves_says_so(promised, actual, share) -> None:
    rule = replace(FOUR_RULES.promise, reverse_by_range=False)
    found = row_light(row(promised, actual=D(actual)), node(6), rule).trace

    assert str(found["formula"]).startswith("完成比 = 1 − 偏离度，最低为0；")
    assert found["calculation"] == f"完成比 {share}"


@pytest.mark.parametrize(
    ("promised", "words"),
    [
        (target(operator=">"), ">60"),
        (ACCIDENTS, "≤6"),
        (target(operator="<"), "<60"),
        (target(operator="=", level2="质量"), "=120"),
        (target(operator="="), "60–120"),
        (target(value=D(100)), "≥50"),
    ],
)
def test_what_is_due_is_said_in_words(promised, words: str) -> None:
    assert due(promised, Fraction(1, 2), TABLE_RULES.promise).words == words


@pytest.mark.parametrize(
    ("level1", "level2", "kind"),
    [
        ("产出", "数量", "数量"),
        ("产出", "成本", "成本"),
        ("成本", "经济成本", "成本"),
        ("效益", "社会效益", "效益"),
        ("满意度", "服务对象满意度", "满意度"),
        ("运行成本", "人均公用经费", "成本"),  # the six sides of a whole unit
        ("履职效能", "窗口服务", "效益"),
        ("服务对象满意度", "", "满意度"),
    ],
)
def test_the_kind_by_which_rules_speak(level1: str, level2: str, kind: str) -> None:
    assert kind_of(target(level1=level1, level2=level2)) == kind


# --- together -----------------------------------------------------------------------------------
@pytest.mark.req("Y-15", "B-15", "Q-17")
@pytest.mark.parametrize(
    ("combined", "executed", "actual", "light"),
    [
        ("最差一侧", "60", "60", GREEN),
        ("最差一侧", "10", "60", RED),
        ("最差一侧", "60", "50", YELLOW),
        ("以资金为准", "60", "10", GREEN),
        ("以目标为准", "10", "60", GREEN),
    ],
)
def test_both_sides_make_one_light(combined, executed, actual, light) -> None:
    rules = light_rules(GAP_TABLE | {"monitoring.combined": combined})
    found = judge(node(6), paid(executed), [row(actual=D(actual)), row(WORDED)], rules)

    assert found.combined.light == light
    assert found.combined.trace["formula"] == combined
    assert found.combined.parts == (found.money, found.promise)
    assert len(found.promise.parts) == 2
    assert found.promise.trace["inputs"][0]["name"] == "1. 改造供水管网"


def test_nothing_lit_on_either_side_is_no_light() -> None:
    found = judge(node(6), paid(None), [], TABLE_RULES)

    assert found.combined.light == NONE
    assert worst([]) == NONE
    assert worst([NONE, BLUE]) == BLUE
    assert worst([GREEN, RED, YELLOW]) == RED


# --- what must be settled -----------------------------------------------------------------------
@pytest.mark.req("Y-15")
def test_what_is_not_settled_is_refused_by_name() -> None:
    with pytest.raises(RuleError, match="“进度差不超过多少为绿灯”：待本地确认") as refused:
        light_rules(GAP_TABLE | {"monitoring.gap_green": " "})

    assert refused.value.code == "monitoring.unset"
    assert refused.value.data["settings"] == ["monitoring.gap_green"]


def test_no_light_has_a_default() -> None:
    with pytest.raises(RuleError) as refused:
        light_rules({})

    always = [each.code for each in LIGHTS if each.asked_if is None]
    assert refused.value.data["settings"] == always
    assert len({each.code for each in PARAMETERS}) == len(PARAMETERS)


def test_only_what_matters_is_asked() -> None:
    assert missing(FOUR_LIGHTS, LIGHTS) == []
    asked = missing(GAP_TABLE | {"monitoring.money_measure": "进度比"} | {
        "monitoring.pace_green": ""
    }, LIGHTS)  # fmt: skip
    assert [each.title for each in asked] == ["进度比达到多少为绿灯"]


@pytest.mark.parametrize(
    ("code", "value", "words"),
    [
        ("pace", "季度", "填“季度”，应为时间进度、用款计划"),
        ("gap_green", "十", "填“十”，应为数"),
        ("gap_green", "-1", "应为0–1000的百分数"),
        ("gap_green", "1001", "应为0–1000的百分数"),
        ("gap_green", "30", "应不小于0且依次提高"),
        ("pace_green", "60", "应大于0且依次提高"),
        ("pace_blue", "90", "蓝灯90%起"),
        ("zero_month", "6.5", "应为0–12的整数"),
        ("zero_month", "13", "应为0–12的整数"),
        ("prorated", "质量", "应为数量、效益、满意度中的几类"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused(code: str, value: str, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        light_rules(GAP_TABLE | {f"monitoring.{code}": value})


def test_a_plan_may_judge_by_the_gap_alone() -> None:
    rules = light_rules(GAP_TABLE | {"monitoring.money_measure": "进度差"})

    assert rules.money.ratio is None
    assert money_light(paid("40"), node(6), rules.money).light == GREEN


@pytest.mark.parametrize("text", ["数量、效益", "数量，效益", "效益; 数量"])
def test_kinds_are_read_however_they_are_joined(text: str) -> None:
    rules = light_rules(GAP_TABLE | {"monitoring.prorated": text})

    assert rules.promise.prorated == {"数量", "效益"}


def test_nothing_is_prorated_where_the_plan_says_so() -> None:
    rules = light_rules(GAP_TABLE | {"monitoring.prorated": "不折算"})

    assert row_light(row(), node(6), rules.promise).light == RED  # 60 of the year's 120


# --- promises that hold for every input ---------------------------------------------------------
amounts = st.decimals(0, 10**9, places=2, allow_nan=False)
months = st.integers(1, 12)
RULES = st.sampled_from([TABLE_RULES, FOUR_RULES])


@given(amounts, amounts, st.decimals(1, 10**9, places=2), months, RULES)
def test_more_execution_never_makes_a_worse_light(one, other, budget, month, rules) -> None:
    less, more = sorted((one, other))
    at = node(month)
    lights = [
        money_light(MoneyState(spent, budget, budget), at, rules.money).light
        for spent in (less, more)
    ]

    assert RANK[lights[1]] >= RANK[lights[0]]


@given(
    st.decimals(-1000, 10**6, places=2),
    st.decimals(-1000, 10**6, places=2),
    st.decimals(-1000, 10**6, places=2),
    st.sampled_from(["≥", ">"]),
    st.sampled_from(["数量", "质量", "社会效益"]),
    months,
    RULES,
)
def test_more_done_never_makes_a_worse_light(
    one, other, aim, operator, level2, month, rules
) -> None:
    less, more = sorted((one, other))
    promised = target(operator=operator, value=aim, level2=level2)
    lights = [
        promise_light([row(promised, actual=done)], node(month), rules.promise).light
        for done in (less, more)
    ]

    assert RANK[lights[1]] >= RANK[lights[0]]


@given(st.fractions(0, 3), st.sampled_from([D("0.6"), D("0.35")]))
def test_scales_leave_no_gap(ratio, yellow) -> None:
    assert Floors(yellow, D("0.8"), D("1.2")).light(ratio) in (RED, YELLOW, GREEN, BLUE)
    assert Ceilings(D(0), yellow).light(ratio) in (RED, YELLOW, GREEN)


@given(months, st.integers(1, 28))
def test_the_elapsed_share_is_between_nothing_and_the_year(month, day) -> None:
    within = Node(2024, date(2024, month, day)).elapsed

    assert 0 < within <= Fraction(month, 12)
    assert node(month).elapsed == Fraction(month, 12)
    assert node(month).ends.day == LAST_DAYS[month - 1]
