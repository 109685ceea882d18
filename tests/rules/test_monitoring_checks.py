"""What the checks find in a node's filing, and that a good one passes."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.rules.errors import RuleError
from apps.rules.monitoring import (
    CAUSES,
    CODES,
    FUNDS,
    LIKELIHOODS,
    MoneyLine,
    NodeForm,
    check,
    is_off,
    place,
)
from apps.rules.monitoring.check_codes import BLOCK, HINT
from tests.rules.nodes import (
    ACCIDENTS,
    FOUR_RULES,
    QUALITY,
    SATISFIED,
    TABLE_RULES,
    WAN,
    WORDED,
    facts,
    form,
    found,
    money,
    node,
    row,
    said,
    target,
)

D = Decimal
EXPLAINED = {
    "causes": ("经费保障", "其他"),
    "reason": "管材到货晚",
    "measure": "7月起两班施工",
    "remark": "",
}
ABOVE = target(operator=">", level2="质量")
LAST = form(
    row(actual=D(50)),
    as_of=date(2024, 5, 31),
    money=(
        money("total", 400, 1000, 1000),
        money("fiscal", 350, 800, 800),
        money("other", 50, 200, 200),
    ),
)
OWED = ["cause_missing:causes", "reason_missing:reason", "measure_missing:measure"]


def paid(*amounts: tuple[str, int | None, int | None]) -> NodeForm:
    """Lines of 1,000 in all, 800 and 200; executed and forecast in 万元."""
    budget = {"total": 1000, "fiscal": 800, "other": 200}
    return form(money=tuple(money(key, *rest, budget[key]) for key, *rest in amounts))


def total(executed: int | None, forecast: int | None = 1000) -> NodeForm:
    return paid(("total", executed, forecast))


@pytest.mark.req("Y-15", "Y-49")
def test_a_good_filing_has_no_finding() -> None:
    assert found(form(), last=LAST, recorded=500 * WAN) == []
    late = row(actual=D(40), likelihood="有可能", forecast=D(110), **EXPLAINED)
    assert found(form(late, row(WORDED, actual=None, band="达成", forecast_band="达成"))) == []


@pytest.mark.req("Y-49")
@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (None, ["as_of"]),
        (date(2024, 7, 1), ["as_of"]),
        (date(2024, 6, 30), []),
        (date(2024, 6, 29), ["as_of_early"]),
        (date(2024, 6, 1), ["as_of_early"]),
        (date(2024, 5, 31), ["as_of"]),
        (date(2023, 6, 30), ["as_of"]),
    ],
)
def test_the_figures_run_to_the_node(day: date | None, expected: list[str]) -> None:
    assert found(form(as_of=day)) == [(code, "as_of") for code in expected]


def test_before_the_first_node_any_day_of_the_year_is_within_it() -> None:
    assert found(form(as_of=date(2024, 1, 1)), node=node(6)) == [("as_of_early", "as_of")]
    assert [each[0] for each in found(form(as_of=date(2023, 12, 31)), node=node(6))] == ["as_of"]


@pytest.mark.parametrize(
    ("executed", "forecast", "expected"),
    [
        (1000, 1000, []),
        (1001, 1001, [("over_budget", "executed"), ("forecast_over", "forecast")]),
        (500, 499, [("forecast_low", "forecast")]),
        (500, 500, []),
        (0, 0, []),
        (-1, 1000, [("money_negative", "executed")]),
        (None, 1000, [("money_missing", "executed")]),
        (500, None, [("money_missing", "forecast")]),
        (99_999, 99_999, [("over_budget", "executed"), ("forecast_over", "forecast")]),
        (
            100_000,
            1000,
            [("over_budget", "executed"), ("forecast_low", "forecast"), ("unit", "executed")],
        ),
    ],
)
def test_the_money_of_the_project(executed, forecast, expected) -> None:
    assert found(total(executed, forecast)) == [
        (code, f"money.total.{cell}") for code, cell in expected
    ]


def test_the_money_is_said_with_what_is_allowed() -> None:
    over = said(paid(("total", 1080, 1080), ("fiscal", 880, 880), ("other", 200, 200)))[0]

    assert (over.severity, over.where) == (BLOCK, "项目资金 年度资金总额 1–6月执行数")
    assert over.message == "填1,080.00万元，预算1,000.00万元，多80.00万元。预算调整过的先登记调整。"
    assert (over.found, over.expected) == ("1,080.00", "1,000.00以内")
    assert over.clause == CODES[over.code].clause


def test_one_fund_beyond_its_budget_is_only_asked() -> None:
    moved = paid(("total", 1000, 1000), ("fiscal", 780, 780), ("other", 220, 220))

    assert [(each.code, each.severity) for each in said(moved)] == [
        ("monitoring.over_fund", HINT),
        ("monitoring.forecast_over", HINT),
    ]


@pytest.mark.parametrize(
    ("fiscal", "other", "expected"),
    [(400, 100, []), (400, 101, ["money_sum"]), (400, None, ["money_missing"])],
)
def test_the_whole_is_the_sum_of_its_funds(fiscal, other, expected) -> None:
    filed = paid(("total", 500, 1000), ("fiscal", fiscal, 800), ("other", other, 200))

    assert [code for code, _ in found(filed)] == expected


def test_funds_without_a_whole_are_not_added() -> None:
    assert found(paid(("fiscal", 400, 800))) == []


def test_without_a_known_budget_nothing_is_beyond_it() -> None:
    added = form(money=(MoneyLine("total", D(0), 5 * WAN, 9 * WAN),))

    assert found(added, budget={}) == []
    assert [code for code, _ in found(added, budget={"total": D(0)})] == [
        "over_budget",
        "forecast_over",
    ]


def test_a_form_without_money_is_not_filled() -> None:
    assert found(form(money=())) == [("money_missing", "form")]


@pytest.mark.parametrize(("executed", "expected"), [(400, []), (399, ["falling"]), (401, [])])
def test_cumulative_execution_does_not_fall(executed: int, expected: list[str]) -> None:
    assert [code for code, _ in found(total(executed), last=LAST)] == expected


def test_what_was_paid_is_held_against_the_record() -> None:
    assert found(form(), recorded=500 * WAN) == []
    finding = said(form(), recorded=D("4999999.99"))[0]

    assert (finding.code, finding.severity) == ("monitoring.recorded", HINT)
    assert "差0.000001万元" in finding.message


@pytest.mark.parametrize(
    ("executed", "budget", "last", "words"),
    [
        ("284000", "1000", None, "是预算1,000.00万元的284倍，像是按元填的"),
        ("99999", "1000", None, ""),
        ("10000001", "1000", None, ""),  # not even in 元
        ("0.05", "1000", None, "不到预算1,000.00万元的万分之一，像是单位填混了"),
        ("0.11", "1000", None, ""),
        ("0.0009", "1000", None, ""),  # too little to be half a thousand
        ("400000", None, "40", "约为上一节点40.00万元的1万倍，像是按元填的"),
        ("40000", None, "400", ""),
        ("0.04", None, "400", "约为上一节点400.00万元的万分之一，像是单位填混了"),
        ("50", None, "400", ""),
        ("0.2", "2000", "1000", "不到预算2,000.00万元的万分之一"),
        ("0.21", "2000", "1000", "约为上一节点1,000.00万元的万分之一"),
        ("3000", "2000", "1000", ""),
        ("0", "1000", "400", ""),
    ],
)
def test_yuan_in_a_cell_of_ten_thousands_is_noticed(executed, budget, last, words) -> None:
    amount = D(executed) * WAN
    filed = form(money=(MoneyLine("total", None, amount, amount),))
    before = last and form(money=(MoneyLine("total", None, D(last) * WAN, None),))
    known = {"total": D(budget) * WAN} if budget else {}
    messages = [
        each.message
        for each in said(filed, budget=known, last=before or None)
        if each.code == "monitoring.unit" and each.path.endswith("executed")
    ]

    assert len(messages) == bool(words)
    assert all(words in each for each in messages)


# --- rows ---------------------------------------------------------------------------------------
@pytest.mark.req("Y-15", "Q-19")
@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"actual": None}, ["actual_missing:actual"]),
        ({"forecast": None}, ["row_forecast_missing:forecast"]),
        ({"likelihood": ""}, ["likelihood_missing:likelihood"]),
        ({"likelihood": "也许"}, ["choice:likelihood"]),
        ({"causes": ("天气",)}, ["choice:causes"]),
        ({"actual": D(54)}, []),  # within the tolerance of a tenth of 60
        ({"actual": D("53.99")}, OWED),
        ({"actual": D(30), **EXPLAINED}, []),
        ({"actual": D(30), **EXPLAINED, "measure": " "}, ["measure_missing:measure"]),
        ({"actual": D(30), **EXPLAINED, "causes": ()}, ["cause_missing:causes"]),
        ({"likelihood": "有可能", **EXPLAINED}, []),
        ({"likelihood": "有可能"}, OWED),
        ({"likelihood": "完全不可能", **EXPLAINED, "reason": ""}, ["reason_missing:reason"]),
        ({"forecast": D(110), **EXPLAINED}, ["contradiction:likelihood"]),
        ({"forecast": D(59), "likelihood": "有可能", **EXPLAINED}, ["row_forecast_low:forecast"]),
        ({"is_not_due": True, "actual": None, "remark": "8月验收"}, []),
        ({"is_not_due": True, "actual": None}, ["not_due:remark"]),
    ],
)
def test_a_row_says_how_far_it_is_and_why(changes, expected) -> None:
    assert found(form(row(**changes))) == [
        (code, f"indicator:a.{cell}") for code, cell in (each.split(":") for each in expected)
    ]


def test_what_is_off_is_said_with_its_numbers() -> None:
    late, doubtful, short, poor = (
        said(form(each))[0].message
        for each in (
            row(actual=D(40)),
            row(likelihood="有可能"),
            row(forecast=D(110), likelihood=""),
            row(WORDED, actual=None, band="部分达成", forecast_band="达成"),
        )
    )

    assert late == "执行情况40公里，到本节点应为≥60公里，要选偏差原因：" + "、".join(CAUSES) + "。"
    assert doubtful.startswith("完成可能性选了有可能，")
    assert short == "未选。请选" + "、".join(LIKELIHOODS) + "。"
    assert poor.startswith("执行情况为部分达成，")
    assert said(form(row(actual=D(40))))[0].where == "绩效指标 第1行 改造供水管网 偏差原因"


@pytest.mark.parametrize(
    ("band", "forecast", "expected"),
    [
        ("", "达成", ["actual_missing"]),
        ("达成", "", ["row_forecast_missing"]),
        ("大体达成", "达成", ["choice"]),
        ("达成", "未达成", ["cause_missing", "reason_missing", "measure_missing", "contradiction"]),
    ],
)
def test_a_worded_row_is_chosen(band, forecast, expected) -> None:
    filed = row(WORDED, actual=None, band=band, forecast=None, forecast_band=forecast)

    assert [code for code, _ in found(form(filed))] == expected


@pytest.mark.parametrize(
    ("filed", "promise", "tolerance", "is_expected"),
    [
        (row(actual=D(54)), TABLE_RULES.promise, D("0.1"), False),
        (row(actual=D(54)), TABLE_RULES.promise, None, True),
        (row(actual=D(60)), TABLE_RULES.promise, None, False),
        (row(actual=D(1)), None, None, False),  # nobody knows what is due by now
        (row(actual=D(1), forecast=D(119)), None, D(1), True),  # but the year is known
        (row(actual=None), TABLE_RULES.promise, None, False),
        (row(actual=D(1), is_not_due=True), TABLE_RULES.promise, None, False),
        (row(target(value=None)), TABLE_RULES.promise, None, False),
        (row(WORDED, band="部分达成"), TABLE_RULES.promise, None, True),
        (row(WORDED, band="部分达成"), None, None, False),
        (row(WORDED, band="部分达成", forecast_band="未达成"), None, None, True),
        (row(ABOVE, actual=D(120), forecast=D(121)), TABLE_RULES.promise, None, True),
        (row(ACCIDENTS, actual=D(7), forecast=D(12)), TABLE_RULES.promise, None, True),
        (row(ACCIDENTS, actual=D(7), forecast=D(12)), TABLE_RULES.promise, D("0.2"), False),
        (row(SATISFIED, actual=D(50), forecast=D(90)), FOUR_RULES.promise, None, False),
    ],
)
def test_which_rows_owe_a_reason(filed, promise, tolerance, is_expected) -> None:
    assert is_off(filed, Fraction(1, 2), promise, tolerance) is is_expected


@pytest.mark.parametrize(
    ("promised", "value", "expected"),
    [
        (QUALITY, "100", []),
        (QUALITY, "100.01", ["percent"]),
        (replace(QUALITY, name="产值增长率"), "130", []),
        (replace(QUALITY, name="预算控制率"), "105", []),
        (replace(QUALITY, unit="分"), "130", []),
    ],
)
def test_a_rate_above_its_whole_is_asked(promised, value: str, expected: list[str]) -> None:
    filed = row(promised, actual=D(value), forecast=D(95))

    assert [code for code, _ in found(form(filed))] == expected


@pytest.mark.parametrize(
    ("promised", "before", "actual", "expected"),
    [
        (target(), "70", "70", []),
        (target(), "70", "69.9", ["row_falling"]),
        (QUALITY, "99", "96", []),  # a rate may fall
        (ACCIDENTS, "6", "5", []),  # and so may what should be small
    ],
)
def test_cumulative_values_do_not_fall(promised, before, actual, expected) -> None:
    last = replace(LAST, lines=(row(promised, actual=D(before)),))
    filed = row(promised, actual=D(actual), forecast=promised.value)

    assert [code for code, _ in found(form(filed), last=last)] == expected


def test_a_row_whose_unit_was_adjusted_is_not_compared() -> None:
    last = replace(LAST, lines=(row(target(unit="米"), actual=D(50_000)),))

    assert found(form(), last=last) == []


MONEY_ROW = target(name="带动增收", value=D(300), unit="万元", level1="效益", level2="经济效益")


@pytest.mark.parametrize(
    ("promised", "actual", "last", "expected"),
    [
        (MONEY_ROW, "299999", None, []),
        (MONEY_ROW, "300000", None, ["unit"]),
        (MONEY_ROW, "150", "140", []),
        (MONEY_ROW, "150000", "150", ["unit"]),
        (MONEY_ROW, "149999", "150", []),
        (MONEY_ROW, "0.2", "200", ["unit"]),
        (target(unit="万人次"), "120000", None, ["unit"]),
        (target(), "120000", None, []),  # 公里 is no unit of money
        (replace(MONEY_ROW, value=None), "150", None, []),
    ],
)
def test_a_row_that_changed_its_unit_is_asked(promised, actual, last, expected) -> None:
    before = last and replace(LAST, lines=(row(promised, actual=D(last)),))
    filed = row(promised, actual=D(actual), forecast=D(10**6), **EXPLAINED)
    codes = [code for code, _ in found(form(filed), last=before or None)]

    assert [code for code in codes if code == "unit"] == expected


def test_the_same_figures_again_are_asked() -> None:
    assert found(form(), last=form(as_of=date(2024, 5, 31))) == [("copied", "form")]
    assert found(form(row(actual=D(61))), last=form()) == []
    assert found(total(501), last=form()) == []


def test_what_was_typed_wrongly_is_reported_once_and_where() -> None:
    typed = {
        "money.total.executed": "约40%",
        "indicator:a.actual": "六十",
        "money.gone.executed": "x",
    }
    filed = replace(total(None), lines=(row(actual=None),), unread=typed)

    assert [(each.code, each.where, each.severity) for each in said(filed)] == [
        ("monitoring.number", "项目资金 年度资金总额 1–6月执行数", BLOCK),
        ("monitoring.number", "绩效指标 第1行 改造供水管网 1–6月执行情况", BLOCK),
        ("monitoring.number", "全表", BLOCK),
    ]


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("form", "全表"),
        ("as_of", "数据截至日"),
        ("money.fiscal.forecast", "项目资金 本年一般公共预算拨款 全年预计执行数"),
        ("money.other", "项目资金 其他资金"),
        ("indicator:a.likelihood", "绩效指标 第1行 改造供水管网 完成目标可能性"),
    ],
)
def test_cells_have_the_words_of_the_form(path: str, words: str) -> None:
    assert place(path, form(), node(6)) == words


@pytest.mark.parametrize("path", ["money.gone.executed", "indicator:b.actual", "funds.year"])
def test_a_cell_that_is_not_there_has_no_words(path: str) -> None:
    with pytest.raises(RuleError, match="没有“"):
        place(path, form(), node(6))


@pytest.mark.req("Y-15")
def test_a_published_table_is_stopped_where_it_was_left_empty() -> None:
    """A table of 2019: 220 budgeted, 87.57 paid by June, no forecast, rows without a value."""
    filed = NodeForm(
        as_of=date(2024, 6, 30),
        money=(MoneyLine("total", 220 * WAN, D("87.57") * WAN, None),),
        lines=(row(actual=None, forecast=None),),
    )

    assert found(filed, budget={}) == [
        ("money_missing", "money.total.forecast"),
        ("actual_missing", "indicator:a.actual"),
        ("row_forecast_missing", "indicator:a.forecast"),
    ]


def test_every_check_is_shown_by_a_test_of_this_file() -> None:
    text = Path(__file__).read_text(encoding="utf-8")

    assert [code for code in CODES if code.removeprefix("monitoring.") not in text] == []
    assert all(check.clause and check.title for check in CODES.values())
    assert {check.severity for check in CODES.values()} == {BLOCK, HINT}


# --- promises that hold for every input ---------------------------------------------------------
cells = st.none() | st.decimals(-1000, 10**12, places=2, allow_nan=False)
words = st.sampled_from(["", " ", "其他", "达成", "有可能", "确定能", "x"])
promises = st.builds(
    target,
    operator=st.sampled_from(["≥", "≤", "=", ">", "<", "区间", "定性", ""]),
    value=cells,
    value_high=cells,
    unit=st.sampled_from(["", "%", "万元", "公里"]),
    level2=st.sampled_from(["数量", "质量", "成本", ""]),
)
rows = st.builds(
    row,
    promises,
    actual=cells,
    forecast=cells,
    band=words,
    forecast_band=words,
    likelihood=words,
    causes=st.tuples(words),
    is_not_due=st.booleans(),
)
lines = st.builds(MoneyLine, st.sampled_from(list(FUNDS)), cells, cells, cells)
forms = st.builds(
    NodeForm,
    st.none() | st.dates(date(2022, 1, 1), date(2026, 1, 1)),
    st.tuples(lines, lines),
    st.tuples(rows),
    st.dictionaries(st.sampled_from(["as_of", "money.total.executed", "gone"]), st.text()),
)


@settings(max_examples=150)
@given(forms, st.none() | forms, st.booleans())
def test_no_filing_breaks_the_checks(filed: NodeForm, last: NodeForm | None, is_bare: bool) -> None:
    known = facts(last=last, **({"budget": {}, "promise": None} if is_bare else {}))

    for finding in check(filed, known):
        assert finding.code in CODES
        assert finding.where
        assert finding.message.endswith("。")
        assert finding.clause
