"""Printed tables as bureaus print them: what is common is silent, what is wrong is not hidden."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from apps.core import exact_json
from apps.reports import table_files
from apps.rules.errors import RuleError
from apps.rules.findings import Severity
from apps.rules.table_checks.sheet import record as of_grid
from tests.reports import printed
from tests.rules.tables import changed, checked, clean, said

Case = tuple[str, dict[str, Any], list[str]]
RATE = {"l3": "申报差错率", "op": "≤", "target": "2", "unit": "%", "actual": "1"}


def row(number: int, **cells: Any) -> dict[str, Any]:
    """Cells of one row as `changed` takes them."""
    return {f"r{number}_{key}": value for key, value in cells.items()}


SMALL_PERCENTS: list[Case] = [
    ("roads", row(3, **RATE), []),
    ("roads", row(3, **{**RATE, "l3": "投诉率", "target": "5", "actual": "0.8"}), []),
    (
        "roads",
        row(3, **{**RATE, "target": "1", "actual": "2"}),
        ["reason_missing @ indicator:3.reason", "reverse @ indicator:3.score"],
    ),
    (
        "roads",
        {
            **row(3, l3="产值增长率", target="2", actual="1", score="5", deviation="订单减少"),
            "total_score": "93.78",
        },
        [],
    ),
]
SOURCES = {"initial": "100", "adjusted": "100", "executed": "100"}


def funds(*rows: tuple[str, str], **cells: Any) -> dict[str, Any]:
    """The money of the roads, its rows all with one amount in each column."""
    lines = [{"name": name, **dict.fromkeys(SOURCES, amount)} for name, amount in rows]
    told = {"exec_rate_published": "100", "exec_score": "10", "total_score": "99.25"}
    cost = row(5, target="100", actual="100")
    return {**SOURCES, **told, **cost, "lines": lines, **cells}


MONEY: list[Case] = [
    (
        "roads",
        funds(("财政拨款", "80"), ("一般公共预算", "80"), ("上年结转", "15"), ("其他", "5")),
        [],
    ),
    (
        "roads",
        funds(("财政拨款", "80"), ("其中：中央补助", "50"), ("地方", "30"), ("其他", "20")),
        [],
    ),
    ("roads", funds(("财政拨款", "80"), ("自治区", "80"), ("其他", "20")), []),
    (
        "roads",
        funds(("财政拨款", "80"), ("其中：中央补助", "50"), ("其他", "25")),
        [f"money_sum @ funds.{column}" for column in ("adjusted", "executed", "initial")],
    ),
    (
        "roads",
        {
            **funds(("财政拨款", "100"), executed="90", exec_rate_published="90"),
            **row(5, actual="90"),
            **row(6, actual="12000", score="15", deviation=""),
            "lines": [],
            "total_score": "100",
        },
        [],
    ),
    (
        "roads",
        {"exec_weight": "-10", "exec_score": None, "total_score": ""},
        ["negative_score @ funds.weight"],
    ),
]

UNITS: list[Case] = [
    ("roads", row(1, target="20000", unit="人", actual="2.1万人"), []),
    ("roads", row(1, target="600", unit="米", actual="0.65公里"), []),
    ("roads", row(1, target="5", unit="公顷", actual="50000平方米"), []),
    (
        "roads",
        row(1, target="≥5万亩", unit="", op="", actual="4800亩", deviation="雨季长"),
        ["above_earned @ indicator:1.score", "grade_changed @ total.score"],
    ),
    (
        "roads",
        {"executed": "4634200元", "lines": []},
        [],
    ),
    ("roads", {"unit": "人民币万元"}, []),
]
POINTS: list[Case] = [
    ("roads", {"exec_weight": None}, []),
    (
        "roads",
        {
            **dict.fromkeys(("adjusted", "executed", "exec_rate_published", "exec_score"), "0"),
            "lines": [],
            "total_score": "99.17",
        },
        ["cost @ indicator:5.actual", "no_budget @ funds.adjusted"],
    ),
    ("roads", {**row(2, op="=", actual="180", score="8"), "total_score": "96.78"}, []),
    ("roads", row(2, op="=", actual="180"), []),
    (
        "roads",
        {"r1_weight": "5"},
        ["above_weight @ indicator:1.score", "template @ rows.weight", "weights_sum @ rows.weight"],
    ),
    (
        "roads",
        row(2, target="12", actual="10"),
        ["above_earned @ indicator:2.score", "reason_missing @ indicator:2.reason"],
    ),
    ("roads", {**row(1, score="20"), **row(2, score=None)}, []),
    (
        "roads",
        {
            **row(1, target="3", actual="2", score="6.7", deviation="停工"),
            **row(2, target="3", actual="2", score="6.7", deviation="停工"),
            **row(3, l3="验收", unit="个", target="3", actual="2", score="6.7", deviation="停工"),
            "total_score": "88.78",
        },
        [],
    ),
]
KINDS: list[Case] = [
    ("roads", row(2, l3="污染物排放达标率", op="", target="90", unit="%", actual="95"), []),
    ("roads", row(2, l3="投诉处理件数", op="", target="90", unit="件", actual="120"), []),
    ("roads", row(2, l3="投诉件数", op="", target="90", unit="件", actual="80"), []),
    ("roads", row(2, l3="政府采购预算执行率", target="95", unit="%", actual="98"), []),
    ("roads", row(2, l3="安全事故数", op="≤", target="0", unit="起", actual="无"), []),
    ("roads", row(2, l3="办理时间", op="≤", target="3–5", unit="天", actual="4天"), []),
]

LATE = {"l3": "完工时间", "l2": "时效", "op": "", "unit": ""}
WORDS: list[Case] = [
    (
        "roads",
        row(1, target="≥500m2", unit="", op="", actual="450m2", deviation="征地"),
        ["above_earned @ indicator:1.score"],
    ),
    (
        "roads",
        row(4, **LATE, target="2023年6月底前", actual="2023年11月30日"),
        ["above_earned @ indicator:4.score"],
    ),
    ("roads", row(4, **LATE, target="2023年12月底前", actual="2023年11月30日"), []),
    ("roads", row(4, **LATE, target="2023.12", actual="2023.11"), []),
    (
        "roads",
        row(4, **LATE, target="2023.10前", actual="2023.12"),
        ["above_earned @ indicator:4.score"],
    ),
    (
        "roads",
        {
            **row(7, actual="部分达成预期指标并具有一定效果", score="14.25", deviation="缺人"),
            "total_score": "98.03",
        },
        ["above_earned @ indicator:7.score"],
    ),
    ("roads", row(7, actual="不存在未完成情况"), []),
]


@pytest.mark.req("B-41")
@pytest.mark.parametrize(
    ("name", "changes", "expected"), [*SMALL_PERCENTS, *MONEY, *UNITS, *POINTS, *KINDS, *WORDS]
)
def test_a_manner_is_judged_as_it_is_meant(
    name: str, changes: dict[str, Any], expected: list[str]
) -> None:
    assert said(changed(name, **changes)) == expected


@pytest.mark.parametrize("place", range(1, 8))
def test_a_caption_above_the_head_names_no_column(place: int) -> None:
    rows = printed.rows_of(clean("roads"))
    at = next(at for at, cells in enumerate(rows) if cells[0] == "年度总体目标")
    rows[at] = ["年度总体目标", "预期目标", *[""] * 6]
    rows[at][place] = "实际完成情况"
    record = of_grid(rows)
    assert said(record) == []
    assert checked(record).recounted.total == Decimal("98.78")


def test_a_row_without_a_third_level_goes_by_its_second() -> None:
    rows = printed.rows_of(clean("roads"))
    rows[-2][2] = ""
    record = of_grid(rows)
    assert record["indicators"][-1]["l3"] == "服务对象满意度"
    assert said(record) == []


def test_a_number_beyond_all_measure_is_refused_in_words() -> None:
    with pytest.raises(RuleError, match="太大，读不了"):
        exact_json.loads('{"indicators": [{"actual": 1e99999999999999999999}]}')


def test_what_cannot_be_printed_is_shown_by_a_mark() -> None:
    record = changed("roads", r1_l3="里程\ud800\u202e\0", r1_score="11", r3_actual="见\ud800")
    told = exact_json.dumps(table_files._answer(record, None))
    assert "里程\ufffd\ufffd\ufffd" in told
    assert told.encode()


def test_amounts_of_twenty_digits_are_worked_out() -> None:
    record = changed(
        "roads",
        executed="99999999999999999999",
        **row(5, actual=Decimal("1.00000000000000000001"), unit="亿元", target="5"),
    )
    assert "over_budget @ funds.executed" in said(record)


def test_a_doubtful_sign_leaves_full_points_in_the_recount() -> None:
    record = changed("roads", **row(2, l3="投诉件数", op="", target="90", actual="120"))
    assert "reverse @ indicator:2.score" in said(record)
    assert checked(record).recounted.scores[1] == 10
    assert checked(record).recounted.earned[1] == Decimal("7.50")


def test_a_changed_grade_is_no_graver_than_what_changed_it() -> None:
    cells = row(2, score="0", deviation="验收口径不一")
    record = changed("roads", **cells, total_score="88.78")
    told = {each.code: each.severity for each in checked(record).findings}
    assert told == {
        "table.below_earned": Severity.HINT,
        "table.grade_changed": Severity.HINT,
    }


@pytest.mark.parametrize("code", ["0%", "0.00%", '0.0"约"%'])
def test_a_cell_shown_in_percent_is_read_in_percent(tmp_path: Path, code: str) -> None:
    book = load_workbook(BytesIO(printed.workbook(clean("roads"))))
    cells = [cell for line in book.worksheets[0].iter_rows() for cell in line]
    (rate,) = [cell for cell in cells if cell.value == "93.5%"]
    rate.value, rate.number_format = 0.4, code
    path = tmp_path / "a.xlsx"
    book.save(path)
    told = table_files.answers_of(path)
    assert told["recomputed"]["scores"][-1] == Decimal("4.44")
    assert "table.percent" not in [each["code"] for each in told["findings"]]


def test_a_form_without_a_column_of_reasons_misses_none() -> None:
    record = changed("roads", r6_deviation="")
    assert said(record) == ["reason_missing @ indicator:6.reason"]
    for line in record["indicators"]:
        del line["deviation"]
    assert said(record) == []


def test_a_subtotal_does_not_end_the_table() -> None:
    rows = printed.rows_of(clean("roads"))
    rows.insert(-4, ["合计", "", "", "", "", 50.0, 50.0, ""])
    rows[-1][0] = "自评得分合计"
    assert said(of_grid(rows)) == []


def test_the_rows_of_another_table_below_are_not_of_this_one() -> None:
    rows = printed.rows_of(clean("roads"))
    assert of_grid([*rows, *printed.rows_of(clean("relief"))]) == of_grid(rows)


def test_a_name_that_stands_twice_in_an_object_is_refused() -> None:
    with pytest.raises(RuleError, match="“executed”写了两次"):
        exact_json.loads('{"amounts": {"executed": 1, "adjusted": 2, "executed": 3}}')


def test_a_hidden_column_is_not_read(tmp_path: Path) -> None:
    book = load_workbook(BytesIO(printed.workbook(clean("roads"), shift=1)))
    page = book.worksheets[0]
    at = next(line[0].row for line in page.iter_rows() if line[1].value == "一级指标")
    page.cell(at, 1, "得分")
    for number in range(at + 1, at + 9):
        page.cell(number, 1, 1.0)
    page.column_dimensions["A"].hidden = True
    path = tmp_path / "a.xlsx"
    book.save(path)
    assert table_files.answers_of(path)["recomputed"]["total"] == Decimal("98.78")
    assert not [
        each for each in table_files.answers_of(path)["findings"] if "提示" in each.values()
    ]


def test_grade_and_year_of_a_sheet_are_its_own() -> None:
    rows = [*printed.rows_of(clean("roads")), ["自评等级", "良"]]
    assert said(of_grid(rows)) == ["grade @ total.grade"]
    rows[1] = ["2024年度公开 2023年度自评"]
    assert of_grid(rows)["year"] == 2023
