"""The gate that asks for targets: whom it asks, what it says, what to do."""

from decimal import Decimal

import pytest

from apps.rules.gates import Subject
from apps.rules.target_gate import Promised, Reach, TargetGate, passage, read_gate

ALL = TargetGate(Reach.ALL, "无绩效目标的，不安排预算")
OLD, NEW = Subject(is_new=False), Subject(is_new=True)


@pytest.mark.req("W-03", "W-05", "B-11", "Y-42", "Q-14")
@pytest.mark.parametrize(
    ("promised", "code", "words"),
    [
        (Promised(), "missing", "没有绩效目标。"),
        (Promised(is_draft=True), "draft", "还在填，没有报送"),
        (Promised(is_desk=True), "running", "绩效目标正在审核"),
        (Promised(is_desk=True, n_returns=2), "running", "已退回2次，正在审核"),
        (Promised(is_draft=True, n_returns=2), "returned", "已退回2次，还没有改好再报"),
        (Promised(is_rejected=True, n_returns=1), "rejected", "已退回1次，审核没有通过"),
    ],
)
def test_what_lacks_targets_in_force_is_told_why_and_what_to_do(promised, code, words):
    found = passage(OLD, False, promised, ALL)
    assert (found.is_open, found.code, found.clause) == (False, f"targets_{code}", ALL.clause)
    assert words in found.reason
    assert found.todo


@pytest.mark.req("W-05")
def test_targets_in_force_open_the_gate():
    found = passage(NEW, True, Promised(is_approved=True, n_returns=3), ALL)
    assert (found.is_open, found.limit) == (True, None)


@pytest.mark.req("W-03")
def test_an_exception_opens_it_up_to_its_amount():
    found = passage(NEW, False, Promised(exception="防汛急需", excepted=Decimal(600000)), ALL)
    assert (found.is_open, found.limit) == (True, 600000)
    assert found.as_trace()["limit"] == "60.00万元"
    assert "经批准列入：防汛急需" in found.reason


@pytest.mark.req("B-12")
@pytest.mark.parametrize(
    ("subject", "is_added", "reach", "is_open"),
    [
        (OLD, False, Reach.ALL, False),
        (OLD, False, Reach.ADDED, True),
        (OLD, True, Reach.ADDED, False),
        (NEW, False, Reach.ADDED, False),
        (NEW, True, Reach.NONE, True),
        (NEW, True, None, True),
        (Subject(True, is_classified=True), False, Reach.ALL, True),
    ],
)
def test_the_plan_says_who_is_asked(subject, is_added, reach, is_open):
    assert passage(subject, is_added, Promised(), TargetGate(reach)).is_open is is_open


def test_a_parameter_that_nobody_decided_is_named_and_stops_nobody():
    assert read_gate(None, "") == TargetGate(Reach.NONE)
    for value in ("", "不安排预算"):
        assert read_gate(value, "c") == TargetGate(None, "c")
    assert "待本地确认" in passage(OLD, False, Promised(), read_gate("", "c")).reason
    assert read_gate("全部项目", "c") == TargetGate(Reach.ALL, "c")
