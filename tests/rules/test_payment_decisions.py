"""Kinds of decisions about money: which a plan names, what they do, what a cause allows."""

from __future__ import annotations

import pytest

from apps.rules import payment_decisions as rules
from apps.rules.errors import RuleError


@pytest.mark.req("Y-17")
@pytest.mark.parametrize("text", ["暂缓拨付、收回资金、约谈", "暂缓拨付；收回资金；约谈；约谈"])
def test_a_plan_names_its_kinds_and_adds_words_of_its_own(text):
    assert rules.kinds_of(text) == ("暂缓拨付", "收回资金", "约谈")


@pytest.mark.parametrize(
    "text", ["", " 、 ", "恢复拨付", "暂缓拨付、撤销收回", "一二三四五六七八九十一二三"]
)
def test_what_takes_back_is_no_kind_and_some_kind_there_must_be(text):
    with pytest.raises(RuleError, match="处置种类"):
        rules.kinds_of(text)


@pytest.mark.req("Q-20")
@pytest.mark.parametrize(
    ("standing", "state"),
    [
        ([], "正常拨付"),
        (["收回资金", "约谈"], "正常拨付"),
        (["暂缓拨付", "减缓拨付"], "暂缓拨付"),
        (["暂缓拨付", "停止拨付", "调减预算"], "停止拨付"),
    ],
)
def test_a_project_stands_at_the_heaviest_hold(standing, state):
    assert rules.payment_state(standing) == state


@pytest.mark.parametrize(
    ("kind", "back"),
    [("停止拨付", "恢复拨付"), ("减缓拨付", "恢复拨付"), ("收回资金", "撤销收回资金")],
)
def test_each_kind_has_what_takes_it_back(kind, back):
    assert rules.reversal_of(kind) == back


@pytest.mark.parametrize("kind", list(rules.HOLDS))
def test_nobody_is_stopped_for_what_came_from_outside(kind):
    with pytest.raises(RuleError, match="同步调整绩效目标"):
        rules.demand_fits(kind, "客观因素")

    rules.demand_fits(kind, "执行偏离")


@pytest.mark.parametrize(
    ("kind", "cause", "asks"),
    [
        ("调减预算", "客观因素", True),
        ("调整用途", "客观因素", True),
        ("收回资金", "客观因素", False),
        ("调减预算", "执行偏离", False),
    ],
)
def test_money_changed_for_outside_causes_changes_the_targets_too(kind, cause, asks):
    rules.demand_fits(kind, cause)

    assert rules.asks_new_promise(kind, cause) is asks
