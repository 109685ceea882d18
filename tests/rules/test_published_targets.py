"""Real published tables filed as targets: what the checks stop, and what then passes."""

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.rules.findings import Severity
from apps.rules.target_checks import check
from apps.rules.target_form import TargetForm, Weights
from apps.rules.weights import NATIONAL, WeightCandidate, choose
from tests.rules.forms import PUBLISHED, codes, published, published_facts

NEGOTIATED = Weights(
    title="执行率20分的自评表",
    execution=Decimal(20),
    levels={"成本": None, "产出": Decimal(40), "效益": None, "满意度": Decimal(40)},
    required=("产出", "满意度"),
    departure_blocks=True,
    clause="本任务通知",
)


def blocks(record_id: str, whole: TargetForm, own: Weights | None = None) -> list[str]:
    candidates = [WeightCandidate(own, is_task_own=True)] if own else NATIONAL
    known = published_facts(record_id, weights=choose(candidates, whole))
    return codes(check(whole, known), severity=Severity.BLOCK)


def reweighted(whole: TargetForm, *weights: int) -> TargetForm:
    pairs = zip(whole.lines, weights, strict=True)
    return replace(
        whole, lines=tuple(replace(line, weight=Decimal(weight)) for line, weight in pairs)
    )


@pytest.mark.req("U-09")
def test_se11_is_stopped_for_weights_that_fill_all_hundred_points() -> None:
    whole = published("SE11")
    findings = check(whole, published_facts("SE11", weights=choose(NATIONAL, whole)))

    (blocking,) = [each for each in findings if each.severity == Severity.BLOCK]
    assert blocking.code == "targets.weights_sum"
    assert blocking.where == "四、权重合计"
    assert blocking.message == "合计100分，应为90分：执行率10分留到自评。多10分。"
    assert blocking.clause == "财预〔2021〕101号"
    assert codes(findings, severity=Severity.HINT) == ["vague", "weights_split", "weights_split"]


def test_se11_passes_once_its_weights_are_those_of_the_note_under_it() -> None:
    corrected = reweighted(published("SE11"), 8, 8, 10, 8, 8, 8, 15, 15, 10)

    findings = check(corrected, published_facts("SE11", weights=choose(NATIONAL, corrected)))

    assert codes(findings) == ["vague"]


def test_se14_is_stopped_for_questions_with_percentages_and_passes_when_they_are_rates() -> None:
    whole = published("SE14")
    names = {
        "资金是否全部纳入医保统筹": "资金纳入医保统筹率",
        "资金是否全部及时纳入": "资金及时纳入率",
        "是否解决建档立卡人员看病难贵问题": "建档立卡人员住院费用报销比例",
        "是否满意": "参保人员满意度",
    }
    renamed = tuple(replace(line, name=names.get(line.name, line.name)) for line in whole.lines)

    assert blocks("SE14", whole) == ["yes_no_name"] * 4
    assert blocks("SE14", replace(whole, lines=renamed)) == []


def test_se10_passes_only_under_a_task_whose_sheet_says_so() -> None:
    whole = published("SE10")

    assert blocks("SE10", whole) == ["required_level", "weights_sum"]
    assert blocks("SE10", whole, NEGOTIATED) == []


def test_a_departure_from_the_tasks_own_sheet_blocks_where_it_says_so() -> None:
    shifted = reweighted(published("SE10"), 25, 10, 10, 35)

    assert blocks("SE10", shifted, NEGOTIATED) == ["weights_split", "weights_split"]


@pytest.mark.parametrize(
    ("record_id", "code"),
    [
        ("SE12", "percent"),
        ("SE12", "weights_sum"),
        ("SE17", "level1"),
        ("SE24", "weight"),
        ("SE26", "level1"),
        ("SE29", "weight"),
    ],
)
def test_contradictions_of_other_tables_are_stopped(record_id: str, code: str) -> None:
    assert code in blocks(record_id, published(record_id))


@pytest.mark.parametrize(
    ("record_id", "code"),
    [("SE01", "vague"), ("SE03", "execution_twice"), ("SE29", "cost_above_money")],
)
def test_weak_promises_of_other_tables_are_asked_about(record_id: str, code: str) -> None:
    findings = check(published(record_id), published_facts(record_id))

    assert code in codes(findings, severity=Severity.HINT)


@pytest.mark.parametrize("record_id", ["SE10", "SE12", "SE14", "SE19", "SE24"])
def test_tables_without_words_of_degree_are_not_called_vague(record_id: str) -> None:
    assert "vague" not in codes(check(published(record_id), published_facts(record_id)))


@pytest.mark.parametrize("record_id", PUBLISHED)
def test_every_published_table_is_checked_without_error(record_id: str) -> None:
    findings = check(published(record_id), published_facts(record_id))

    assert all(each.where and each.message and each.clause for each in findings)
