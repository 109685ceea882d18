"""The gate to the budget and the prompt for a third party."""

from __future__ import annotations

from decimal import Decimal

import pytest

from apps.rules.gates import (
    Gate,
    Standing,
    Subject,
    Verdict,
    limit_problem,
    passage,
    reassessment,
)

WAN = Decimal(10000)
NEW = Subject(is_new=True)
YULI = Gate(frozenset({"未评估", "部分支持", "不支持"}), "条款")


@pytest.mark.req("Y-36", "U-41", "Q-14")
@pytest.mark.parametrize(
    ("subject", "standing", "gate", "is_open", "code"),
    [
        (NEW, Standing(), Gate(), True, "not_asked"),
        (NEW, Standing(), YULI, False, "missing"),
        (Subject(True, is_infrastructure=True), Standing(), YULI, False, "missing"),
        (NEW, Standing(is_running=True), YULI, False, "running"),
        (Subject(False), Standing(), YULI, True, "not_asked"),
        (Subject(True, is_classified=True), Standing(), YULI, True, "not_asked"),
        (NEW, Standing(Verdict.SUPPORT, WAN), YULI, True, "supported"),
        (NEW, Standing(Verdict.PARTLY, WAN), YULI, False, "verdict"),
        (NEW, Standing(Verdict.REFUSE), YULI, False, "verdict"),
        (NEW, Standing(Verdict.PARTLY), Gate(frozenset({"未评估", "不支持"})), True, "supported"),
        (NEW, Standing(), Gate(frozenset({"不支持"})), True, "not_asked"),
        (NEW, Standing(Verdict.REFUSE, exception="救灾"), YULI, True, "excepted"),
    ],
)
def test_the_gate(subject, standing, gate, is_open, code) -> None:
    found = passage(subject, standing, gate)

    assert (found.is_open, found.code, found.clause) == (is_open, code, gate.clause)
    trace = found.as_trace()
    assert trace["rule"] == f"gates.{code}"
    assert trace["formula"] == found.reason != ""
    assert trace["result"] == ("可以列入预算" if is_open else "不能列入预算")
    assert bool(found.todo) == (not is_open)


@pytest.mark.req("Y-37")
@pytest.mark.parametrize(
    ("county", "floor", "professional", "is_due"),
    [
        (50 * WAN, 50 * WAN, False, True),  # 以上 includes the number itself
        (50 * WAN - Decimal("0.01"), 50 * WAN, False, False),
        (None, 50 * WAN, False, False),
        (90 * WAN, None, False, False),
        (None, None, True, True),
    ],
)
def test_when_a_third_party_is_proposed(county, floor, professional, is_due) -> None:
    prompt = reassessment(county, floor, professional)
    assert prompt.is_due is is_due
    assert (prompt.reason == "不涉及再评估。") is not is_due


@pytest.mark.parametrize(
    ("supported", "verdict", "is_wrong"),
    [
        (80, Verdict.SUPPORT, False),
        (79, Verdict.SUPPORT, True),
        (79, Verdict.PARTLY, False),
        (80, Verdict.PARTLY, True),
        (0, Verdict.PARTLY, True),
        (0, Verdict.REFUSE, False),
        (1, Verdict.REFUSE, True),
        (-1, Verdict.SUPPORT, True),
    ],
)
def test_an_amount_fits_its_verdict(supported, verdict, is_wrong) -> None:
    assert bool(limit_problem(supported * WAN, 80 * WAN, verdict)) is is_wrong
