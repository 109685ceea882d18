"""Where the checks stop: what they leave alone, what they count once, what the plan decides."""

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.rules.findings import Severity
from apps.rules.target_checks import check
from apps.rules.target_form import TargetLine
from tests.rules.forms import (
    GOAL,
    WEIGHTS,
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

BLOCK, HINT = Severity.BLOCK, Severity.HINT


def test_blocking_findings_come_first() -> None:
    findings = check(replace(with_row(weight=None), leader=""), facts())

    severities = [each.severity for each in findings]
    assert severities == sorted(severities, key=list(Severity).index)
    assert BLOCK in severities


@pytest.mark.parametrize(
    "changes",
    [
        {"operator": "≤", "direction": "反向", "value": Decimal(0)},
        {"operator": "=", "value": Decimal(0)},
        {"operator": "区间", "value": Decimal(12), "value_high": Decimal(15)},
        {"direction": ""},
        {"unit": "个百分点", "value": Decimal(120)},
        {"unit": "‰", "value": Decimal(120)},
        {"unit": "%", "value": Decimal(100)},
        {"level2": "成本", "operator": "≤", "direction": "反向", "unit": "万元"}
        | {"value": Decimal(1420)},
        {"name": "2024年12月底前完工率", "unit": "%", "value": Decimal(100)},
        {"name": "比2023年增加的水表"},
    ],
)
def test_ordinary_rows_raise_no_question(changes) -> None:
    assert check(with_row(**changes), facts()) == []


@pytest.mark.req("U-09")
@pytest.mark.parametrize(
    "standard",
    [
        *("明显改善", "较高", "显著提升", "提高", "效果明显", "符合相关规定", "达标", "好", "认可"),
        *("基本建立", "严格执行相关制度规定", "长期、稳定", "得到有效保障"),
    ],
)
def test_words_of_degree_are_no_standard(standard: str) -> None:
    assert codes(check(qualitative(standard), facts())) == ["vague"]


@pytest.mark.parametrize(
    "standard",
    ["是", "12月底前通过县级验收", "建成并移交3个乡镇水管站", "全年无停水超过24小时的乡镇"],
)
def test_a_standard_one_can_verify_passes(standard: str) -> None:
    assert check(qualitative(standard), facts()) == []


def test_a_question_may_be_answered_by_yes() -> None:
    whole = with_row(name="是否通过验收", operator="定性", value=None, value_text="是", unit="")

    assert found(whole, "yes_no_name") == []


@pytest.mark.parametrize(
    "goal",
    [
        "保障单位32名职工工资按时足额发放，全年无拖欠情况发生。",
        "比2023年多改造供水管网6公里，更换老旧水表1,900块，漏损率降低。",
        "按照2021—2025年规划，改造3个乡镇供水管网26公里，更换水表。",
        "执行2022年印发的管护办法，改造供水管网26公里，更换老旧水表。",
    ],
)
def test_goals_with_content_and_bases_of_comparison_pass(goal: str) -> None:
    assert check(form(year_goal=goal), facts()) == []


def test_a_range_of_years_without_this_one_is_asked_about() -> None:
    (finding,) = found(form(year_goal=GOAL + "执行2016—2020年规划。"), "other_year")

    assert finding.found == "2016—2020年"


@pytest.mark.req("U-09")
def test_a_cell_already_called_unread_is_not_called_empty_too() -> None:
    whole = replace(
        with_row(operator="区间", value=None, value_high=None, weight=None),
        unread={
            "indicator:a.value": "十二",
            "indicator:a.value_high": "十五",
            "indicator:a.weight": "多",
        },
    )

    assert codes(check(whole, facts()), severity=BLOCK) == ["unread"] * 3 + ["weights_sum"]


def test_an_empty_row_is_one_finding() -> None:
    assert codes(check(form(lines=(*lines(), TargetLine("z"))), facts())) == ["blank_row"]


def test_a_form_without_rows_is_not_blamed_for_its_weights() -> None:
    assert codes(check(form(lines=()), facts())) == ["no_lines"]


def test_a_form_without_any_weight_is_told_of_the_sum_alone() -> None:
    bare = tuple(replace(each, weight=None) for each in lines())

    findings = codes(check(form(lines=bare), facts()))

    assert "weights_sum" in findings
    assert "weights_split" not in findings


def test_more_than_twenty_rows_are_too_many() -> None:
    many = tuple(line(str(number), name=f"第{number}村管网长度") for number in range(21))

    assert found(form(lines=many[:20]), "too_many") == []
    (finding,) = found(form(lines=many), "too_many")
    assert (finding.severity, finding.found) == (HINT, "21行")


@pytest.mark.req("Q-32")
def test_a_plan_may_let_a_departure_from_its_split_block() -> None:
    strict = replace(WEIGHTS, departure_blocks=True)
    rows = (line("a", weight=Decimal(60)), replace(lines()[1], weight=Decimal(20)), lines()[2])

    findings = found(form(lines=rows), "weights_split", weights=strict)

    assert [(each.path, each.found, each.expected) for each in findings] == [
        ("level:产出", "60", "50"),
        ("level:效益", "20", "30"),
    ]
    assert {each.severity for each in findings} == {BLOCK}


def test_a_level_without_a_place_in_the_template_is_refused() -> None:
    own = replace(WEIGHTS, levels={**WEIGHTS.levels, "满意度": None}, title="本任务")

    (finding,) = found(form(), "level_not_used", weights=own)

    assert finding.severity == BLOCK
    assert finding.where == "四、满意度指标"
    assert "“本任务”不设满意度指标，可用成本、产出、效益" in finding.message


def test_without_execution_points_the_indicators_share_one_hundred() -> None:
    full = replace(WEIGHTS, execution=Decimal(0), levels={})

    (finding,) = found(form(), "weights_sum", weights=full)

    assert finding.message == "合计90分，应为100分。还差10分。"


def test_money_unknown_so_far_is_not_compared() -> None:
    assert check(funds("99"), facts(budget={})) == []


def test_a_source_the_budget_has_and_the_form_lacks_is_named() -> None:
    known = {"fiscal": Decimal(13800000), "other": Decimal(400000), "carryover": Decimal(600000)}

    (finding,) = found(form(), "funds_budget", budget=known)

    assert finding.path == "funds.year.carryover"
    assert finding.message.startswith("未填，项目预算60.00万元，少60.00万元。")


def test_unread_money_is_not_compared() -> None:
    whole = form(funds={"year": {"fiscal": Decimal(13800000)}}, unread={"funds.year.other": "四十"})

    assert codes(check(whole, facts())) == ["unread"]


def test_findings_can_be_stored_as_text() -> None:
    (finding,) = check(with_row(weight=Decimal(48), basis="计划标准"), facts())[:1]

    assert finding.as_dict()["severity"] == "阻断"
    assert set(finding.as_dict()) >= {"code", "where", "found", "expected", "message", "clause"}


@pytest.mark.parametrize("nothing", ["无", "不涉及", "—", ""])
def test_a_project_of_one_year_may_have_no_mid_term_goal(nothing: str) -> None:
    assert check(form(mid_goal=nothing), facts()) == []


@pytest.mark.trust("C11")
@pytest.mark.parametrize(
    "piece", ["2024 ", " ", "…", "目标", "目标1 ", "x", "比2023年", "的", "1", "2023年至", "是否"]
)
def test_a_very_long_text_does_not_stall_the_checks(piece: str) -> None:
    text = piece * (100_000 // len(piece))

    findings = check(replace(qualitative(text), year_goal=text, leader_phone=text), facts())

    assert all(len(each.message) < 300 for each in findings)
