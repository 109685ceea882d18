"""Tables of several bureaus' manners, each changed in one place: what is said, and nothing else.

Each case lists all that is said above 建议, so that a false alarm fails as an omission does.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from apps.rules.findings import Severity
from tests.rules.tables import ROWS, changed, checked, clean, said

CASES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("roads", {"r1_score": "11"}, ["above_weight @ indicator:1.score", "total @ total.score"]),
    ("roads", {"r1_score": "8"}, ["below_earned @ indicator:1.score", "total @ total.score"]),
    ("roads", {"r1_score": "8", "r1_deviation": "路面质量复查中"}, ["total @ total.score"]),
    ("roads", {"r6_score": "15"}, ["above_earned @ indicator:6.score", "total @ total.score"]),
    ("roads", {"r6_score": "13"}, ["below_earned @ indicator:6.score", "total @ total.score"]),
    ("roads", {"r6_deviation": ""}, ["reason_missing @ indicator:6.reason"]),
    ("roads", {"r6_score": "14.2"}, ["total @ total.score"]),
    ("roads", {"r6_score": "14"}, ["total @ total.score"]),
    (
        "roads",
        {"r1_weight": "15", "r1_score": "15", "total_score": "103.78"},
        ["template @ rows.weight", "weights_sum @ rows.weight"],
    ),
    (
        "roads",
        {"r1_weight": "5", "r1_score": "5", "total_score": "93.78"},
        ["template @ rows.weight", "weights_sum @ rows.weight"],
    ),
    ("roads", {"total_score": "99.78"}, ["total @ total.score"]),
    ("roads", {"total_score": "98.8"}, []),
    ("roads", {"total_score": ""}, []),
    (
        "roads",
        {"executed": "4634200"},
        ["cost @ indicator:5.actual", "money_sum @ funds.executed", "money_unit @ funds.executed"],
    ),
    (
        "roads",
        {"executed": "-463.42"},
        [
            "cost @ indicator:5.actual",
            "execution @ funds.score",
            "grade_changed @ total.score",
            "money_negative @ funds.executed",
            "money_sum @ funds.executed",
            "rate @ funds.rate",
        ],
    ),
    (
        "roads",
        {"executed": "500.42"},
        [
            "cost @ indicator:5.actual",
            "execution @ funds.score",
            "money_sum @ funds.executed",
            "over_budget @ funds.executed",
            "rate @ funds.rate",
        ],
    ),
    (
        "roads",
        {
            "adjusted": "0",
            "executed": "0",
            "exec_rate_published": "0",
            "exec_score": "0",
            "lines": [],
            "total_score": "89.25",
        },
        ["cost @ indicator:5.actual", "no_budget @ funds.adjusted"],
    ),
    ("roads", {"adjusted": "0"}, ["money_sum @ funds.adjusted"]),
    ("roads", {"exec_rate_published": "89.12"}, ["rate_base @ funds.rate"]),
    ("roads", {"exec_rate_published": "95.25"}, ["rate_cut @ funds.rate"]),
    ("roads", {"exec_rate_published": "95"}, []),
    ("roads", {"exec_rate_published": "98.26"}, ["rate @ funds.rate"]),
    ("roads", {"exec_rate_published": "0.9526"}, []),
    ("roads", {"exec_score": "7", "total_score": "96.25"}, []),
    ("roads", {"exec_score": "10", "total_score": "99.25"}, ["execution @ funds.score"]),
    ("roads", {"exec_score": "10.5", "total_score": "99.75"}, ["above_weight @ funds.score"]),
    ("roads", {"exec_score": "9", "total_score": "98.25"}, ["execution @ funds.score"]),
    ("roads", {"exec_weight": "100", "exec_score": "98.78"}, ["points_of_total @ funds.weight"]),
    ("roads", {"exec_score": "见说明"}, ["unread @ funds.score"]),
    ("roads", {"r3_actual": "见说明"}, ["actual_words @ indicator:3.actual"]),
    ("roads", {"r3_actual": "完成"}, []),
    ("roads", {"r3_actual": ""}, ["actual_missing @ indicator:3.actual"]),
    ("roads", {"r3_target": ""}, ["target_missing @ indicator:3.target"]),
    (
        "roads",
        {"r3_actual": "10"},
        [
            "grade_changed @ total.score",
            "points_as_value @ indicator:3.actual",
            "reason_missing @ indicator:3.reason",
        ],
    ),
    ("roads", {"r3_actual": "1"}, []),
    ("roads", {"r5_actual": "4634200", "r5_unit": "元", "r5_target": "4865000"}, []),
    ("roads", {"r5_actual": "4634200"}, ["money_unit @ indicator:5.actual"]),
    ("roads", {"r5_actual": "486.5"}, ["cost @ indicator:5.actual"]),
    ("roads", {"r5_actual": "463.4"}, []),
    ("roads", {"r5_target": "700"}, ["ceiling @ indicator:5.target"]),
    ("roads", {"r5_op": "≥"}, ["operator @ indicator:5.operator"]),
    (
        "roads",
        {"r5_actual": "500", "r5_score": "10"},
        [
            "cost @ indicator:5.actual",
            "reason_missing @ indicator:5.reason",
            "reverse @ indicator:5.score",
        ],
    ),
    (
        "roads",
        {"r1_actual": "≥320", "r3_actual": "≥95%", "r8_actual": "≥90%"},
        ["copied @ rows.actual"],
    ),
    ("roads", {"r7_actual": "2022年12月建立健全"}, ["year @ indicator:7.actual"]),
    ("roads", {"r7_actual": "未完成"}, ["above_earned @ indicator:7.score"]),
    ("roads", {"r7_score": "12"}, ["below_earned @ indicator:7.score", "total @ total.score"]),
    ("roads", {"r7_score": "12", "r7_deviation": "制度未备案", "total_score": "95.78"}, []),
    (
        "roads",
        {"r2_target": "486.5", "r2_actual": "486.5", "r2_unit": "万元"},
        ["quantity_is_money @ indicator:2.target"],
    ),
    (
        "roads",
        {
            "executed": "280.00",
            "lines": [],
            "exec_rate_published": "57.55",
            "exec_score": "5.76",
            "r6_actual": "12000",
            "r6_score": "15",
            "r6_deviation": "",
            "total_score": "95.76",
            "r5_actual": "280",
        },
        ["unspent @ funds.rate"],
    ),
    (
        "roads",
        {"r1_score": "10", "r1_actual": "100", "total_score": "98.78"},
        ["above_earned @ indicator:1.score", "reason_missing @ indicator:1.reason"],
    ),
    ("roads", {"grade": "良"}, ["grade @ total.grade"]),
    ("roads", {"grade": "优"}, []),
    ("devices", {"r3_actual": "14"}, []),
    (
        "devices",
        {"r3_actual": "10"},
        ["above_earned @ indicator:3.score", "reason_missing @ indicator:3.reason"],
    ),
    (
        "devices",
        {"r3_actual": "10", "r3_score": "12.5", "total_score": "96.99", "r3_deviation": "缺货"},
        [],
    ),
    (
        "devices",
        {"r2_actual": "4"},
        ["reason_missing @ indicator:2.reason", "reverse @ indicator:2.score"],
    ),
    (
        "devices",
        {"r4_actual": "0.98"},
        ["above_earned @ indicator:4.score", "reason_missing @ indicator:4.reason"],
    ),
    ("devices", {"r7_score": "10", "total_score": "99.79"}, ["above_earned @ indicator:7.score"]),
    ("devices", {"r6_unit": "%"}, ["unit @ indicator:6.unit"]),
    (
        "devices",
        {"r1_weight": "", "r1_score": ""},
        ["template @ rows.weight", "weights_sum @ rows.weight"],
    ),
    (
        "devices",
        {"r1_weight": ""},
        [
            "template @ rows.weight",
            "weight_missing @ indicator:1.weight",
            "weights_sum @ rows.weight",
        ],
    ),
    ("devices", {"r1_score": ""}, ["score_missing @ indicator:1.score"]),
    ("mixed", {"r4_actual": "未按时完成"}, ["above_earned @ indicator:4.score"]),
    (
        "mixed",
        {"r1_actual": "4期"},
        ["above_earned @ indicator:1.score", "reason_missing @ indicator:1.reason"],
    ),
    ("mixed", {"r5_actual": "0.165万元"}, []),
    ("mixed", {"executed": "16.5"}, ["money_sum @ funds.executed", "money_unit @ funds.executed"]),
    ("mixed", {"exec_score": "9分"}, ["execution @ funds.score", "total @ total.score"]),
    (
        "mixed",
        {"r3_actual": "94%"},
        ["above_earned @ indicator:3.score", "reason_missing @ indicator:3.reason"],
    ),
    ("relief", {"r2_actual": "900"}, ["above_earned @ indicator:1.score"]),
    (
        "relief",
        {"r5_actual": "1"},
        [
            "grade_changed @ total.score",
            "reason_missing @ indicator:5.reason",
            "reverse @ indicator:5.score",
        ],
    ),
    (
        "relief",
        {"r5_actual": "1", "r5_score": "0", "total_score": "80", "r5_deviation": "一起信访"},
        [],
    ),
    (
        "relief",
        {"r4_actual": "12"},
        ["reason_missing @ indicator:4.reason", "reverse @ indicator:4.score"],
    ),
    (
        "relief",
        {"lines": [{"name": "财政拨款", "adjusted": "1000", "executed": "1250"}]},
        ["money_sum @ funds.adjusted"],
    ),
    (
        "framework",
        {"r3_actual": "95"},
        ["below_earned @ indicator:3.score", "rate_row @ indicator:3.actual"],
    ),
    (
        "framework",
        {"r6_actual": "6"},
        ["above_earned @ indicator:6.score", "reason_missing @ indicator:6.reason"],
    ),
    (
        "framework",
        {"r6_actual": "6", "r6_score": "25", "r6_deviation": "来水偏枯", "total_score": "94.24"},
        [],
    ),
    (
        "framework",
        {"exec_weight": "10", "exec_score": "9.24", "total_score": "108.48"},
        ["rate_twice @ indicator:3.weight", "weights_sum @ rows.weight"],
    ),
    (
        "framework",
        {"executed": "75.5", "adjusted": "75"},
        ["over_budget @ funds.executed", "rate @ funds.rate", "rate_row @ indicator:3.actual"],
    ),
    ("relief", {"total_score": "99.5"}, ["total @ total.score"]),
    ("mixed", {"total_score": "95"}, ["total @ total.score"]),
    (
        "devices",
        {"year": Decimal(2022)},
        ["year @ indicator:5.actual", "year @ indicator:5.target"],
    ),
    ("roads", {"r4_actual": "100%，其中路灯100%"}, []),
    ("roads", {"r1_weight": "12", "r1_score": "12", "r2_weight": "8", "r2_score": "8"}, []),
    ("roads", {"r1_score": "-1"}, ["negative_score @ indicator:1.score", "total @ total.score"]),
    ("devices", {"exec_rate_published": "97.91"}, ["rate_cut @ funds.rate"]),
    ("devices", {"exec_rate_published": "98"}, []),
    (
        "framework",
        {"r7_actual": "78", "r7_score": "9.18", "r7_deviation": "样本偏少", "total_score": "98.42"},
        [],
    ),
    (
        "framework",
        {"r7_actual": "78", "r7_score": "9.17", "r7_deviation": "样本偏少", "total_score": "98.41"},
        ["cut @ indicator:7.score"],
    ),
    (
        "roads",
        {"r1_weight": "328", "r1_score": "10"},
        ["below_earned @ indicator:1.score", "template @ rows.weight", "weights_sum @ rows.weight"],
    ),
    (
        "roads",
        {"r5_actual": "463.42", "r5_score": "9.53", "total_score": "98.31"},
        ["reverse @ indicator:5.score"],
    ),
    ("relief", {"r4_score": "8", "total_score": "98"}, ["reverse @ indicator:4.score"]),
    (
        "roads",
        {"r1_actual": "98%"},
        [
            "above_earned @ indicator:1.score",
            "reason_missing @ indicator:1.reason",
            "unit @ indicator:1.actual",
        ],
    ),
    ("roads", {"total_weight": "110"}, ["weights_sum @ total.weight"]),
    (
        "roads",
        {"r2_l3": "养护农村公路里程", "r2_target": "320", "r2_actual": "328"},
        ["repeated @ indicator:2.name"],
    ),
    ("mixed", {"r1_actual": "已完成6期"}, []),
    ("roads", {"l1_weights_declared": {"预算执行率": "10", "产出指标": "50", "效益": "30分"}}, []),
    ("roads", {"l1_weights_declared": {"产出": "60"}}, ["level_sum @ level:产出"]),
    (
        "roads",
        {"l1_weights_declared": {"产出": "60", "效益": "35"}, "partial": True},
        ["weights_sum @ rows.weight"],
    ),
    ("mixed", {"r3_actual": "达到97.5%（自评）"}, []),
    ("devices", {"r5_actual": "于2023年10月12日完成验收"}, []),
]


@pytest.mark.parametrize("name", ROWS)
def test_a_clean_table_is_silent_and_comes_to_what_it_prints(name: str) -> None:
    record = clean(name)
    result = checked(record)
    assert said(record) == []
    assert result.recounted.total == Decimal(record["total"]["score"])
    assert result.recounted.grade is not None
    assert result.recounted.grade.grade == "优"


@pytest.mark.req("B-41")
@pytest.mark.parametrize(("name", "changes", "expected"), CASES)
def test_a_changed_table_is_told_of_at_its_place_and_of_nothing_else(
    name: str, changes: dict[str, Any], expected: list[str]
) -> None:
    assert said(changed(name, **changes)) == expected


def test_the_corpus_has_many_manners_and_as_many_quiet_tables() -> None:
    assert len(CASES) >= 90
    assert sum(1 for *_, expected in CASES if not expected) >= 15
    codes = {each.partition(" ")[0] for *_, expected in CASES for each in expected}
    assert len(codes) >= 28


def test_every_finding_has_place_words_and_clause() -> None:
    for name, changes, _ in CASES:
        for finding in checked(changed(name, **changes)).findings:
            assert finding.where
            assert finding.message.endswith("。")
            assert finding.clause
            assert finding.severity in Severity
