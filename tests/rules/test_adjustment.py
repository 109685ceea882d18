"""What an adjustment must say, and when one may be asked for (Y-45); no database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from apps.rules import adjustment, form_diff
from apps.rules.adjustment import AdjustmentFacts, AdjustmentHead, MoneyChange, Node
from apps.rules.errors import RuleError
from tests.rules.forms import form

WAN = Decimal(10000)
REASONS = ("项目预算调整", "外部条件发生巨大变化、项目无法正常实施")
FISCAL = MoneyChange("fiscal", "county", 1380 * WAN, 1200 * WAN)
OTHER = MoneyChange("other", "county", 40 * WAN, 40 * WAN)
HEAD = AdjustmentHead(
    REASONS[0], "县级预算调整，压减水表更换。", "尉财预〔2024〕12号", (FISCAL, OTHER)
)
FACTS = AdjustmentFacts(
    reasons=REASONS,
    clause="原则上不得调整",
    n_changes=2,
    form_year={"fiscal": 1200 * WAN, "other": 40 * WAN},
    budget={"fiscal.county": 1380 * WAN, "other.county": 40 * WAN},
)


def codes(head: AdjustmentHead = HEAD, **facts: Any) -> list[str]:
    found = adjustment.check(head, replace(FACTS, **facts))
    assert all(finding.clause == "原则上不得调整" for finding in found)
    return [finding.code.removeprefix("adjustment.") for finding in found]


def test_a_whole_head_has_no_finding() -> None:
    assert codes() == []


@pytest.mark.req("Y-45")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": ""}, "reason"),
        ({"reason": "领导要求"}, "reason"),
        ({"explanation": "预算调整"}, "explanation"),
        ({"basis": ""}, "basis"),
        ({"money": (replace(FISCAL, after=1300 * WAN), OTHER)}, "money"),
        (
            {"unread": {FISCAL.path: "一千二"}, "money": (replace(FISCAL, after=None), OTHER)},
            "number",
        ),
    ],
)
def test_one_fault_is_one_finding(changes: dict[str, Any], code: str) -> None:
    assert codes(replace(HEAD, **changes)) == [code]


@pytest.mark.req("Y-45")
@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"superseded": "“第1次调整”（第1版）"}, "superseded"),
        ({"gate": "财政拨款1,200.00万元，最多1,000.00万元"}, "gate"),
        ({"budget": {"fiscal.county": 1300 * WAN, "other.county": 40 * WAN}}, "money_moved"),
        ({"form_year": {"fiscal": 1200 * WAN}}, "money"),
    ],
)
def test_what_stands_against_it_beside_the_head(facts: dict[str, Any], code: str) -> None:
    assert codes(**facts) == [code]


def test_nothing_changed_blocks_and_a_budget_reason_without_money_asks() -> None:
    same = replace(HEAD, money=(replace(FISCAL, after=FISCAL.before), OTHER))
    year = {"fiscal": 1380 * WAN, "other": 40 * WAN}
    assert codes(same, n_changes=0, form_year=year) == ["unchanged", "no_money"]
    assert codes(same, form_year=year) == ["no_money"]


NODES = [
    Node(
        "5月节点",
        "2024年6月1日至6月10日",
        datetime(2024, 6, 1, tzinfo=UTC),
        datetime(2024, 6, 11, tzinfo=UTC),
    ),
    Node(
        "8月节点",
        "2024年9月1日至9月10日",
        datetime(2024, 9, 1, tzinfo=UTC),
        datetime(2024, 9, 11, tzinfo=UTC),
    ),
]


@pytest.mark.req("Y-45")
@pytest.mark.parametrize(
    ("moment", "node", "words"),
    [
        (datetime(2024, 5, 31, 23, 59, tzinfo=UTC), None, "下一次是5月节点"),
        (datetime(2024, 6, 1, tzinfo=UTC), 0, "5月节点（2024年6月1日至6月10日）可以申请调整"),
        (datetime(2024, 6, 11, tzinfo=UTC), None, "下一次是8月节点"),
        (datetime(2024, 9, 10, 23, 59, tzinfo=UTC), 1, "8月节点"),
        (datetime(2024, 9, 11, tzinfo=UTC), None, "没有以后的节点"),
    ],
)
def test_a_node_is_half_open(moment: datetime, node: int | None, words: str) -> None:
    found = adjustment.season(NODES, moment)
    assert (found.node, found.is_open) == (node, node is not None)
    assert words in found.text


def test_every_cell_has_a_place_and_no_other() -> None:
    assert adjustment.place("adjustment.reason", HEAD) == "调整事项 调整原因"
    assert adjustment.place(FISCAL.path, HEAD) == "调整事项 财政拨款（县本级）"
    with pytest.raises(RuleError, match="没有"):
        adjustment.place("adjustment.money.fiscal.central", HEAD)


def test_money_is_shown_before_and_after_and_texts_as_they_came() -> None:
    kinds = {row.key: row.kind for row in adjustment.section(HEAD).rows}
    assert kinds["adjustment.reason"] == "added"
    assert (kinds[FISCAL.path], kinds[OTHER.path]) == ("changed", "same")
    second = replace(HEAD, basis="另一文件")
    assert [r.key for r in adjustment.section(second, HEAD).rows if r.n_changes] == [
        "adjustment.basis",
        FISCAL.path,
    ]


def test_differences_name_cells_rows_and_moves() -> None:
    old = form()
    first, second, third = old.lines
    new = replace(old, lines=(second, replace(first, value=Decimal(1500))), year_goal="改")
    found = [
        (each.old, each.new)
        for part in form_diff.diff(old, new).sections
        for each in adjustment.differences(part)
    ]
    assert (old.year_goal, "改") in found
    assert ("≥1,900块", "≥1,500块") in found
    assert any(third.name in before and after == "没有" for before, after in found)
    assert any(before.endswith("行") and after.endswith("行") for before, after in found)


def test_the_heads_text_is_the_same_for_the_same_content() -> None:
    assert adjustment.canonical(HEAD) == adjustment.canonical(
        replace(HEAD, money=(replace(FISCAL, after=Decimal("12000000.00")), OTHER))
    )
    assert adjustment.canonical(HEAD) != adjustment.canonical(replace(HEAD, basis=""))


def test_each_conflicting_cell_is_chosen() -> None:
    mine = replace(HEAD, basis="另一文件", money=(replace(FISCAL, after=1100 * WAN), OTHER))
    assert [row["path"] for row in adjustment.conflicts(HEAD, mine)] == [
        "adjustment.basis",
        FISCAL.path,
    ]
    kept = adjustment.merged(HEAD, mine, {FISCAL.path})
    assert (kept.basis, kept.money) == ("另一文件", HEAD.money)
