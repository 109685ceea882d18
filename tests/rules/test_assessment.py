"""What is found in a report before it is handed in, where it is, and what changed."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from apps.rules import assessment_words
from apps.rules.assessment_checks import check
from apps.rules.assessment_form import (
    QUESTIONS,
    AssessmentFacts,
    AssessmentForm,
    Basis,
    Dimension,
    Point,
)
from apps.rules.errors import RuleError

WAN = Decimal(10000)
TEXT = "县里三处老灌区没有计量设施，水量靠估，年损失约四十万方。"
FACTS = AssessmentFacts(2024, 2024, 2026, 80 * WAN)
BASIS = Basis("k1", "县", "尉政办〔2024〕3号", "灌区改造方案", "第二条", "列入本年改造")
NEED = Dimension(
    "立项必要性", "有必要", "可研报告", (Point("明确相关性", Decimal(10), "", Decimal(8)),)
)
GOOD = AssessmentForm(
    budget_year=2024,
    organised="部门自评估",
    methods=("比较法",),
    texts=dict.fromkeys(QUESTIONS, TEXT),
    amounts=dict.fromkeys(("asked", "total", "county"), 80 * WAN),
    bases=(BASIS,),
    dimensions=(NEED,),
)


def amounts(**wan: int) -> dict[str, Decimal]:
    return GOOD.amounts | {code: n * WAN for code, n in wan.items()}


def point(points: Decimal | None) -> tuple[Dimension, ...]:
    return (replace(NEED, points=(replace(NEED.points[0], points=points),)),)


def test_a_good_report_has_no_finding() -> None:
    assert check(GOOD, FACTS) == []


@pytest.mark.req("Q-07", "Q-08", "U-41")
@pytest.mark.parametrize(
    ("change", "code", "path", "severity"),
    [
        ({"budget_year": None}, "year", "budget_year", "阻断"),
        ({"budget_year": 2026}, "year", "budget_year", "阻断"),
        ({"texts": GOOD.texts | {"goal": " "}}, "text", "goal", "阻断"),
        ({"texts": GOOD.texts | {"goal": "建好。"}}, "thin", "goal", "提示"),
        ({"amounts": amounts(asked=0)}, "amount", "asked", "阻断"),
        ({"amounts": amounts(asked=90)}, "parts", "asked", "阻断"),
        ({"amounts": amounts(county=81)}, "parts", "county", "阻断"),
        ({"amounts": amounts(total=85)}, "investment", "total", "提示"),
        ({"bases": ()}, "basis", "bases", "阻断"),
        ({"bases": (replace(BASIS, level=""),)}, "basis", "basis:k1.level", "阻断"),
        ({"bases": (replace(BASIS, title="", document=""),)}, "basis", "basis:k1.title", "阻断"),
        ({"bases": (replace(BASIS, accord=""),)}, "basis", "basis:k1.accord", "阻断"),
        ({"methods": ()}, "methods", "methods", "阻断"),
        ({"organised": ""}, "organised", "organised", "阻断"),
        ({"is_professional": True}, "professional", "professional_why", "阻断"),
        (
            {"dimensions": (replace(NEED, statement=""),)},
            "dimension",
            "dimension:立项必要性.statement",
            "阻断",
        ),
        (
            {"dimensions": (replace(NEED, evidence=""),)},
            "evidence",
            "dimension:立项必要性.evidence",
            "提示",
        ),
        ({"dimensions": point(None)}, "points", "point:立项必要性/明确相关性", "阻断"),
        ({"dimensions": point(Decimal(11))}, "points", "point:立项必要性/明确相关性", "阻断"),
        ({"dimensions": point(Decimal(10))}, "full_marks", "overall", "建议"),
    ],
)
def test_one_fault_is_one_finding(
    change: dict[str, Any], code: str, path: str, severity: str
) -> None:
    (found,) = check(replace(GOOD, **change), FACTS)

    assert (found.code, found.path, found.severity) == (f"assessment.{code}", path, severity)
    assert "" not in (found.where, found.message, found.clause)


def test_a_missing_amount_is_named_and_what_is_no_number_is_shown_as_typed() -> None:
    form = replace(GOOD, amounts={"total": 80 * WAN}, unread={"asked": "八十"})

    found = {row.path: row for row in check(form, FACTS)}

    assert found["asked"].code == "assessment.number"
    assert found["asked"].found == "八十"
    assert found["county"].message == "其中：县本级投资未填；没有的填0。"


def test_a_year_that_is_no_number_and_points_that_are_none_are_said_once() -> None:
    unread = {"budget_year": "明年", "point:立项必要性/明确相关性": "满分"}
    form = replace(GOOD, budget_year=None, dimensions=point(None), unread=unread)

    assert [row.code for row in check(form, FACTS)] == ["assessment.number"] * 2


def test_a_year_beyond_the_projects_years() -> None:
    facts = AssessmentFacts(2024, 2021, 2023, None)
    (found,) = check(GOOD, facts)
    assert (found.path, found.expected) == ("budget_year", "2021–2023")


def test_next_years_budget_may_be_asked_for() -> None:
    assert check(replace(GOOD, budget_year=2025), FACTS) == []
    assert check(GOOD, replace(FACTS, last_year=None, total_investment=None)) == []


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("asked", "申请财政资金"),
        ("goal", "（三）绩效目标"),
        ("bases", "政策依据"),
        ("basis:k1.accord", "政策依据第1行 怎样相符"),
        ("dimension:立项必要性.evidence", "立项必要性 佐证"),
        ("point:立项必要性/明确相关性", "立项必要性 明确相关性"),
    ],
)
def test_places_in_the_words_of_the_report(path: str, where: str) -> None:
    assert assessment_words.place(path, GOOD) == where


def test_a_place_that_the_report_does_not_have() -> None:
    with pytest.raises(RuleError, match="报告里没有这一处"):
        assessment_words.place("basis:k9.accord", GOOD)


def test_one_text_for_one_content() -> None:
    said = assessment_words.canonical(GOOD)
    assert said == assessment_words.canonical(replace(GOOD))
    assert said != assessment_words.canonical(replace(GOOD, amounts=amounts(asked=79)))
    assert json.loads(said)["amounts"]["asked"] == "800000"


def test_what_changed() -> None:
    new = replace(
        GOOD,
        texts=GOOD.texts | {"advice": ""},
        amounts=amounts(asked=60),
        bases=(),
        dimensions=point(Decimal(9)),
    )

    diff = assessment_words.diff(GOOD, new)

    kinds = {row.key: row.kind for section in diff.sections for row in section.rows}
    assert kinds["asked"] == "changed"
    assert kinds["advice"] == "removed"
    assert kinds["basis:k1.accord"] == "removed"
    assert kinds["point:立项必要性/明确相关性"] == "changed"
    assert kinds["goal"] == "same"
    first = assessment_words.diff(None, GOOD)
    assert {row.kind for section in first.sections for row in section.rows} == {"added", "same"}
