"""What an export of the payment system seems to say, from its words and sums."""

from datetime import date
from decimal import Decimal

import pytest

from apps.rules import payment_export as export

HEAD = [
    "预算单位编码",
    "项目编码",
    "项目名称",
    "资金性质",
    "支付凭证号",
    "支付日期",
    "支付金额（元）",
]


@pytest.mark.req("Y-15")
def test_the_head_is_found_below_a_title_with_its_columns_unit_and_day():
    rows = [["集中支付明细表"], ["截至2024年5月31日", "", "单位：万元"], [], HEAD, ["201", 1]]
    found = export.read(rows)
    assert found.head == 3
    assert found.columns == {
        "voucher": "支付凭证号",
        "code": "项目编码",
        "name": "项目名称",
        "as_of": "支付日期",
        "amount": "支付金额（元）",
        "fund": "资金性质",
    }
    assert (found.is_single, found.unit, found.as_of) == (True, "yuan", date(2024, 5, 31))


@pytest.mark.parametrize(
    ("head", "unit", "is_single"),
    [
        (["项目代码", "累计支付数"], "", False),
        (["项目名称", "1-5月 累计执行（万元）"], "wan", False),
        (["项 目 编 码", "支付令号", "金额(元)"], "yuan", True),
        (["项目编码", "支付令号", "支付金额", "累计支付"], "", False),
    ],
)
def test_kind_and_unit_are_read_from_the_heads_own_words(head, unit, is_single):
    found = export.read([head])
    assert (found.unit, found.is_single, found.head) == (unit, is_single, 0)


@pytest.mark.parametrize("rows", [[], [["只有标题"]], [["项目编码"], [1, 2]], [[None, 3.5]]])
def test_without_two_known_columns_there_is_no_head(rows):
    assert export.read(rows).head == -1


def test_a_day_that_is_none_is_passed_over():
    found = export.read([["2024年2月30日、2024-13-01、2024.3.31"], ["项目编码", "金额"]])
    assert found.as_of == date(2024, 3, 31)


@pytest.mark.parametrize(
    ("total", "budget", "unit"),
    [
        ("150", "1000000", "wan"),  # 150 of 100 万元 is as far as it goes
        ("150.01", "1000000", "yuan"),
        ("1500000", "1000000", "yuan"),
        ("1500000.01", "1000000", ""),
        ("0", "1000000", ""),
        ("-5", "1000000", ""),
        ("5", "0", ""),
    ],
)
def test_the_unit_is_what_makes_the_sum_fit_the_budgets(total, budget, unit):
    assert export.likely_unit(Decimal(total), Decimal(budget)) == unit


@pytest.mark.parametrize(
    ("row", "kind"),
    [
        (["合 计", "", 5], "total"),
        (["", "总计：", 5], "total"),
        (["县水利局小计", 5], "subtotal"),
        (["本页合计", 5], "subtotal"),
        (["审计局合计算", 5], ""),
        (["1", "2", "3", "4", "合计"], ""),
        ([5, None], ""),
    ],
)
def test_total_rows_are_told_from_data(row, kind):
    assert export.total_kind(row) == kind


@pytest.mark.parametrize(
    ("text", "fund"),
    [
        ("一般公共预算资金", "fiscal"),
        ("政府性基金 结转", "carryover"),
        ("财政专户管理资金", "other"),
        ("非财政拨款", "other"),
        ("非同级财政拨款收入", "other"),
        ("单位资金", "other"),
        ("地方政府专项债券", "fiscal"),
        ("112", None),
        ("", None),
    ],
)
def test_the_source_is_read_from_its_words(text, fund):
    assert export.fund_of(text) == fund
