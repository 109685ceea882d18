"""What a transfer handed down stands in the project's own targets (Y-43, Y-48)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.rules.findings import Severity
from apps.rules.target_checks import check
from apps.rules.target_evidence import Evidence, HandedRow, Setting
from tests.rules.forms import facts, form, with_row

D = Decimal
SOURCE = "“农村危房改造”（新财社〔2024〕12号）"
METERS = HandedRow(SOURCE, "更换 老旧水表", "≥", "块", D(1200))


def said(whole, *rows: HandedRow, **more):
    """The findings of the check, as severity and message."""
    known = replace(facts(), evidence=Evidence(handed=rows), **more)
    found = [each for each in check(whole, known) if each.code == "targets.handed_down"]
    assert all(each.clause for each in found)
    return [(each.severity, each.where, each.message) for each in found]


@pytest.mark.req("Y-43", "Y-48")
def test_a_form_that_keeps_what_was_handed_down_has_no_finding_and_may_be_finer():
    assert said(form()) == []
    assert said(with_row(unit="块", value=D(1200), operator="≥"), METERS) == []


@pytest.mark.req("Y-43", "Y-48")
@pytest.mark.parametrize(
    ("changes", "severity", "words"),
    [
        ({"name": "换水表"}, Severity.BLOCK, "表里没有这个指标"),
        ({"value": D(1100)}, Severity.BLOCK, "下达≥1,200块，这里填≥1,100块，与下达的不一致"),
        ({"value": D(1300)}, Severity.HINT, "比下达的要求高"),
        ({"operator": "="}, Severity.BLOCK, "性质不同"),
        ({"unit": "个"}, Severity.BLOCK, "单位不同"),
    ],
)
def test_a_row_that_departs_is_named_with_both_values(changes, severity, words):
    whole = with_row(**({"unit": "块", "value": D(1200), "operator": "≥"} | changes))
    ((weight, where, message),) = said(whole, METERS)
    assert weight == severity
    assert message.startswith(SOURCE)
    assert words in message
    assert where


@pytest.mark.parametrize(
    ("operator", "told", "ours", "severity"),
    [
        ("≤", (D(10), None), (D(11), None), Severity.BLOCK),
        ("≤", (D(10), None), (D(9), None), Severity.HINT),
        ("=", (D(10), None), (D(11), None), Severity.BLOCK),
        ("区间", (D(18), D(22)), (D(19), D(21)), Severity.HINT),
        ("区间", (D(18), D(22)), (D(17), D(22)), Severity.BLOCK),
    ],
)
def test_harder_depends_on_the_operator(operator, told, ours, severity):
    row = HandedRow(SOURCE, "更换老旧水表", operator, "块", *told)
    whole = with_row(unit="块", operator=operator, value=ours[0], value_high=ours[1])
    assert [each[0] for each in said(whole, row)] == [severity]


def test_a_qualitative_row_must_be_there_and_a_missing_value_is_said_elsewhere():
    words = HandedRow(SOURCE, "更换老旧水表", "定性")
    assert said(with_row(operator="定性", value=None, value_text="全部更换"), words) == []
    assert said(with_row(unit="块", operator="≥", value=None), METERS) == []


def test_a_plan_may_soften_the_check_to_a_hint():
    tuning = {"targets.handed_down": Setting(severity=Severity.HINT)}
    whole = with_row(unit="块", operator="≥", value=D(1))
    assert [each[0] for each in said(whole, METERS, tuning=tuning)] == [Severity.HINT]
