"""A plan's settings of scoring: defaults have a clause, local numbers are asked for by name."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.rules.errors import RuleError
from apps.rules.scoring import NATIONAL, PARAMETERS, Ceiling, Lowering, Step, missing, score_rules

OVER = {
    "scoring.over": "超过即调减",
    "scoring.over_threshold": "30",
    "scoring.over_rate": "1",
    "scoring.over_floor": "60",
}


def test_a_plan_that_settles_nothing_has_the_national_rules() -> None:
    assert score_rules({}) == NATIONAL
    assert missing({}) == []


@pytest.mark.req("B-41")
def test_every_default_names_its_clause_and_what_has_none_has_no_default() -> None:
    for parameter in PARAMETERS:
        assert bool(parameter.clause) == (parameter.default is not None), parameter.code


@pytest.mark.parametrize(
    ("values", "titles"),
    [
        ({"scoring.satisfaction": "按区间"}, ["满意度各区间得分"]),
        (
            {"scoring.over": "超过即调减"},
            ["超过指标值多少起调减", "每多超1%减百分之几", "最多减到百分之几"],
        ),
    ],
)
def test_what_only_the_place_can_say_is_asked_by_name(
    values: dict[str, str], titles: list[str]
) -> None:
    assert [each.title for each in missing(values)] == titles
    with pytest.raises(RuleError, match="待本地确认") as refused:
        score_rules(values)
    assert all(title in str(refused.value) for title in titles)


def test_a_plans_values_become_rules() -> None:
    rules = score_rules(
        {
            **OVER,
            "scoring.execution": "区间法",
            "scoring.execution_steps": "90=80，70=50",
            "scoring.over_budget": "0",
            "scoring.share_bands": "达成=80、部分达成=50、未达成=0",
            "scoring.satisfaction": "按区间",
            "scoring.satisfaction_steps": "90=100、80=80、60=50",
            "scoring.equal": "达到即满分",
            "scoring.pass_mark": "60",
            "scoring.excluded": "同级分摊",
            "scoring.ceilings": "90=89、80=79、70=69、60=59",
            "scoring.grades": "优秀=95、好=90、良好=80、一般=60、差=0",
        },
        clause="某市办法",
        version="第3版",
    )
    assert rules.execution_steps == (
        Step(Decimal("0.9"), Decimal("0.8")),
        Step(Decimal("0.7"), Decimal("0.5")),
    )
    assert rules.lowering == Lowering(Decimal("0.3"), Decimal(1), Decimal("0.6"))
    assert [band.low for band in rules.share_bands] == [Decimal("0.8"), Decimal("0.5"), 0]
    assert rules.ceilings[-1] == Ceiling(Decimal("0.6"), Decimal(59))
    assert [band.grade for band in rules.grades] == ["优秀", "好", "良好", "一般", "差"]
    assert {band.clause for band in rules.grades} == {"某市办法"}
    assert (rules.over_budget, rules.version) == (0, "第3版")


def test_grades_that_nobody_changed_keep_the_national_clause() -> None:
    assert score_rules({}, clause="某市办法").grades == NATIONAL.grades
    assert score_rules({}, clause="某市办法") == replace(NATIONAL, clause="某市办法")


@pytest.mark.parametrize(
    ("code", "text", "expected"),
    [
        ("execution", "乘法", "比例法、区间法"),
        ("execution_steps", "60=50、80=70", "从高到低"),
        ("execution_steps", "80=170", "得分在0–100%之间"),
        ("execution_steps", "八十=70", "应为数"),
        ("execution_steps", "80", "应为80=70、60=50"),
        ("share_bands", "达成=80、未达成=10", "最低一档从0起"),
        ("share_bands", "=80", "达成=80"),
        ("pass_mark", "-1", "0–1000的百分数"),
        ("ceilings", "90=89、80=95", "从高到低"),
        ("ceilings", "、", "从高到低"),
        ("grades", "优=90、良=80", "最低一等从0起"),
        ("grades", "优=190、差=0", "0–100之间"),
        ("over_floor", "160", "0–100的百分数"),
    ],
)
def test_a_setting_that_cannot_be_read_is_refused_with_what_is_expected(
    code: str, text: str, expected: str
) -> None:
    values = OVER | {f"scoring.{code}": text}
    with pytest.raises(RuleError, match=expected) as refused:
        score_rules(values)
    assert refused.value.data["settings"] == [f"scoring.{code}"]
