"""Where each check of the check-up begins to speak: the last quiet value and the first loud one."""

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.rules.target_checks import row_text
from apps.rules.target_evidence import Evidence, LibraryRow, OtherForm, PastValue, PeerValues
from apps.rules.target_form import TargetForm
from tests.rules.forms import GOAL, form, found, line, lines, qualitative, with_row


def rate(value: str, **changes: object) -> TargetForm:
    return with_row(name="水质检测达标率", unit="%", value=Decimal(value), **changes)


def timed(value: str, unit: str, **changes: object) -> TargetForm:
    row = {"level2": "时效", "name": "管网改造完成时间", "operator": "≤", "direction": "反向"}
    return with_row(**row, **changes, value=Decimal(value), unit=unit)


def this_year(whole: TargetForm) -> TargetForm:
    return replace(whole, attribute="new", first_year=2024, last_year=2024)


QUIET_AND_LOUD = [
    ("percent_small", rate("1.01"), rate("1")),
    ("percent_small", rate("0.5", operator="≤"), rate("0.5", operator="=")),
    ("whole_numbers", with_row(value=Decimal("1900.00")), with_row(value=Decimal("1900.5"))),
    ("whole_numbers", with_row(unit="吨", value=Decimal("0.5")), with_row(value=Decimal("0.5"))),
    ("unit_number", with_row(unit="1/10万"), with_row(unit="1900块")),
    ("rate_unit", with_row(name="新风换气频率", unit="次"), with_row(name="管网漏损率", unit="次")),
    (
        "unit_contradicts",
        with_row(name="受益人数（户）", unit="万人"),
        with_row(name="受益人数", unit="公里"),
    ),
    ("never_fails", rate("99", operator="≤"), rate("100", operator="≤")),
    (
        "never_fails",
        with_row(name="投资控制率", operator="≤", unit="%", value=Decimal(100)),
        with_row(name="管网漏损率", operator="≤", unit="%", value=Decimal(100)),
    ),
    (
        "quantity_is_money",
        with_row(value=Decimal(1380)),
        with_row(value=Decimal(1380), unit="万元"),
    ),
    (
        "quantity_is_money",
        with_row(value=Decimal(1420)),
        with_row(value=Decimal(1420), name="改造资金支出"),
    ),
    ("too_long", this_year(timed("366", "天")), this_year(timed("367", "天"))),
    ("too_long", timed("367", "天"), this_year(timed("13", "个月"))),
    ("impossible_date", timed("12", "月"), timed("13", "月")),
    ("impossible_date", qualitative("2月29日前移交"), qualitative("2月30日前移交")),
    ("impossible_date", qualitative("24月龄犊牛出栏"), qualitative("0月通水")),
    ("other_year", timed("2024", "年"), timed("2023", "年")),
    ("other_year", timed("20241231", ""), timed("20231231", "")),
    ("other_year", timed("202499", ""), timed("202312", "")),
    (
        "other_year",
        form(year_goal=GOAL + "2024.12.31前完工。"),
        form(year_goal=GOAL + "2023.12.31前完工。"),
    ),
    (
        "other_year",
        form(year_goal=GOAL + "投资2023.56万元。"),
        form(year_goal=GOAL + "2023-11底完工。"),
    ),
    ("vague", qualitative("居民用水条件较上年改善"), qualitative("居民用水条件改善")),
    ("vague", qualitative("逐月公示水质"), qualitative("逐步改善水质")),
    (
        "vague_goal",
        form(year_goal="本年度为三个乡镇改造供水管网，更换全部老旧水表。"),
        form(year_goal="本年度为部分乡镇改造供水管网，更换一些老旧水表。"),
    ),
    (
        "vague_goal",
        form(year_goal="目标1：2024年12月底前改造供水管网26公里并通水。"),
        form(year_goal="目标1：2024年12月底前改造供水管网并且全线通水。"),
    ),
    (
        "vague_name",
        with_row(name="新增有效灌溉面积", unit="亩"),
        with_row(name="有效改善灌溉", unit="亩"),
    ),
    (
        "vague_name",
        rate("90", level2="质量"),
        with_row(name="提高供水质量", unit="%", value=Decimal(90)),
    ),
    (
        "goal_money",
        form(year_goal=GOAL + "投入财政资金1380万元。"),
        form(year_goal=GOAL + "投入财政资金1381万元。"),
    ),
    (
        "goal_money",
        form(year_goal=GOAL + "总投资约0.14亿元。"),
        form(year_goal=GOAL + "总投资0.16亿元。"),
    ),
    (
        "goal_money",
        form(year_goal=GOAL + "上年投入资金900万元。"),
        form(year_goal=GOAL + "投入资金900万元。"),
    ),
    (
        "goal_money",
        form(year_goal=GOAL + "使用中央资金900万元，使用县级资金520万元。"),
        form(year_goal=GOAL + "使用中央资金900万元，使用县级资金1520万元。"),
    ),
    (
        "similar_rows",
        form(lines=(*lines(), line("d", name="更换新式水表"))),
        form(lines=(*lines(), line("d", level2="质量"))),
    ),
    (
        "similar_rows",
        form(lines=(*lines(), line("d", level2="质量", value=Decimal(1)))),
        form(lines=(*lines(), line("d", name="更换的老旧水表"))),
    ),
    ("unrelated", with_row(name="更换旧表", unit="块"), with_row(name="购置图书", unit="册")),
]


@pytest.mark.parametrize(("code", "quiet", "loud"), QUIET_AND_LOUD)
def test_a_check_is_quiet_up_to_its_edge(code: str, quiet: TargetForm, loud: TargetForm) -> None:
    assert found(quiet, code) == []
    assert len(found(loud, code)) == 1


def reached(value: str, unit: str = "块", name: str = "更换老旧水表") -> Evidence:
    return Evidence(last_year=(PastValue(name, unit, Decimal(value)),))


@pytest.mark.req("Y-29")
@pytest.mark.parametrize(
    ("code", "whole", "quiet", "loud"),
    [
        ("below_last_year", form(), reached("2111"), reached("2112")),
        ("below_last_year", form(), reached("0.2111", "万块"), reached("0.2112", "万块")),
        ("below_last_year", form(), reached("9999", "只"), reached("9999")),
        ("below_last_year", form(), reached("9999", name="更换新水表"), reached("9999")),
        (
            "below_last_year",
            rate("90"),
            reached("94.9", "%", "水质检测达标率"),
            reached("95", "%", "水质检测达标率"),
        ),
        (
            "below_last_year",
            timed("11", "天"),
            reached("10", "天", "管网改造完成时间"),
            reached("9", "天", "管网改造完成时间"),
        ),
        ("above_last_year", form(), reached("950"), reached("949")),
        (
            "above_last_year",
            timed("5", "天"),
            reached("10", "天", "管网改造完成时间"),
            reached("11", "天", "管网改造完成时间"),
        ),
        ("above_last_year", form(), reached("0"), reached("1")),
    ],
)
def test_last_year_is_a_measure_with_a_margin(code, whole, quiet, loud) -> None:
    assert found(whole, code, evidence=quiet) == []
    (finding,) = found(whole, code, evidence=loud)
    assert finding.path == "indicator:a.value"


def test_the_easier_end_of_a_range_is_compared_and_the_message_names_both_values() -> None:
    whole = timed("5", "天", value_high=Decimal(20))
    ranged = replace(whole, lines=(replace(whole.lines[0], operator="区间"), *whole.lines[1:]))

    (finding,) = found(ranged, "below_last_year", evidence=reached("10", "天", "管网改造完成时间"))

    assert finding.message == "填20天，上年已完成10天，高100%。确需放宽请写明原因。"
    (lower,) = found(form(), "below_last_year", evidence=reached("3000"))
    assert lower.message == "填1,900块，上年已完成3,000块，低36.7%。确需下调请写明原因。"


def peers(*values: int, unit: str = "块") -> Evidence:
    return Evidence(peers=(PeerValues("更换老旧水表", unit, tuple(map(Decimal, values))),))


@pytest.mark.parametrize(
    ("code", "quiet", "loud"),
    [
        ("below_peers", peers(2714, 2714, 2714, 2714, 2714), peers(2715, 2715, 2715, 2715, 2715)),
        ("below_peers", peers(9000, 9000, 9000, 9000), peers(9000, 9000, 9000, 9000, 9000)),
        ("above_peers", peers(634, 634, 634, 634, 634), peers(633, 633, 633, 633, 633)),
    ],
)
def test_like_projects_are_a_measure_when_there_are_enough(code, quiet, loud) -> None:
    assert found(form(), code, evidence=quiet) == []
    (finding,) = found(form(), code, evidence=loud)
    assert "5个同类项目的中位数为" in finding.message


def priced(**bounds: int) -> Evidence:
    usual = {end: Decimal(value) for end, value in bounds.items()}
    return Evidence(library=(LibraryRow("每公里造价", unit="万元/公里", id=7, **usual),))


@pytest.mark.req("U-60")
@pytest.mark.parametrize(
    ("quiet", "loud", "words"),
    [
        (priced(high=25), priced(high=24), "一般为24以内万元/公里，偏高"),
        (priced(low=37), priced(low=38), "一般为38以上万元/公里，偏低"),
        (priced(low=20, high=26), priced(low=10, high=20), "一般为10–20万元/公里，偏高"),
        (priced(), priced(high=1), "偏高"),
    ],
)
def test_a_unit_cost_is_judged_by_the_librarys_range(quiet, loud, words) -> None:
    cost = {"level1": "成本", "level2": "经济成本", "operator": "≤", "unit": "万元/公里"}
    own = with_row(**cost, name="每公里造价", value=Decimal(30))
    picked = with_row(**cost, name="改造单价", value=Decimal(30), library_id=7)

    for whole in (own, picked):
        assert found(whole, "unit_cost", evidence=quiet) == []
        (finding,) = found(whole, "unit_cost", evidence=loud)
        assert words in finding.message


def copied(goal: str, title: str = "甲县供水项目", **told: object) -> Evidence:
    return Evidence(others=(OtherForm(title, year_goal=goal, **told),))  # type: ignore[arg-type]


def test_the_text_that_a_goal_repeats_is_shown() -> None:
    theirs = GOAL.replace("26公里", "28公里")

    (finding,) = found(form(), "copied_goal", evidence=copied(theirs))

    assert "甲县供水项目的年度目标" in finding.message
    assert theirs[:40] in finding.message
    assert (
        found(form(), "copied_goal", evidence=copied("维修校舍8,200平方米，更换门窗420樘。")) == []
    )
    assert found(form(), "copied_goal", evidence=copied(theirs, is_last_year=True)) == []
    assert len(found(form(), "copied_goal", evidence=copied(GOAL, is_last_year=True))) == 1


def test_rows_copied_from_elsewhere_are_counted() -> None:
    rows = tuple(line(str(n), name=f"第{n}村管网长度", value=Decimal(n)) for n in range(1, 11))
    whole = form(lines=rows)
    told = tuple(map(row_text, rows))

    assert found(whole, "copied_rows", evidence=copied("", rows=told[:7])) == []
    (finding,) = found(whole, "copied_rows", evidence=copied("", rows=told[:8]))
    assert finding.found == "8行相同"
    assert "第1村管网长度 ≥1块" in finding.message
    assert found(whole, "copied_rows", evidence=copied("", rows=told[:9], is_last_year=True)) == []
    assert found(whole, "copied_rows", evidence=copied("", rows=told, is_last_year=True))
