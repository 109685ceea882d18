"""A plan's settings of the checks: on and off, heavier and softer, other numbers, and refusals."""

from dataclasses import replace
from decimal import Decimal

import pytest

from apps.rules.errors import RuleError
from apps.rules.findings import Severity
from apps.rules.target_checks import (
    CODES,
    check,
    check_setting,
)
from apps.rules.target_evidence import Evidence, LibraryRow, Setting
from apps.rules.target_form import TargetForm
from apps.rules.waiving import demand_waivable, may_be_waived
from tests.rules.forms import codes, facts, form, found, line, lines, qualitative, with_row

BLOCK, HINT, TIP = Severity.BLOCK, Severity.HINT, Severity.TIP
WISHES = "进一步加强供水管网改造，不断提高水质，改善乡镇居民用水条件。"


def tuned(whole: TargetForm, code: str, **setting: object) -> list[Severity]:
    """How heavy each finding of one check is under a setting of it."""
    tuning = {f"targets.{code}": Setting(**setting)}  # type: ignore[arg-type]
    return [each.severity for each in found(whole, code, tuning=tuning)]


def test_a_check_can_be_switched_off_and_made_to_stop_a_filing() -> None:
    whole = form(year_goal=WISHES)

    assert tuned(whole, "vague_goal") == [HINT]
    assert tuned(whole, "vague_goal", on=False) == []
    assert tuned(whole, "vague_goal", severity=BLOCK) == [BLOCK]
    assert tuned(whole, "vague_goal", severity=TIP) == [TIP]


def test_a_softer_weight_caps_and_the_checks_own_changes_nothing() -> None:
    growth = with_row(name="产量增长率", unit="%", value=Decimal(120))
    share = with_row(name="水质检测达标率", unit="%", value=Decimal(120))

    assert tuned(growth, "percent", severity=BLOCK) == [HINT]
    assert tuned(share, "percent", severity=HINT) == [HINT]
    assert tuned(growth, "percent", severity=TIP) == [TIP]
    assert tuned(growth, "percent", severity=HINT) == [HINT]


def test_what_a_form_cannot_do_without_is_neither_switched_off_nor_softened() -> None:
    whole = form(year_goal="")

    assert tuned(whole, "goal_missing", on=False) == [BLOCK]
    assert tuned(whole, "goal_missing", severity=TIP) == [BLOCK]


@pytest.mark.parametrize(
    ("code", "name", "strict", "loose", "whole"),
    [
        (
            "goal_short",
            "length",
            40,
            20,
            form(year_goal="改造供水管网26公里，更换老旧水表1,900块。"),
        ),
        ("too_many", "most", 5, 20, form(lines=tuple(line(str(n)) for n in range(6)))),
        ("dominant_weight", "rows", 1, 4, form()),
        ("output_kinds", "rows", 1, 4, form()),
        ("no_cost", "rows", 1, 4, form()),
    ],
)
def test_a_plans_number_takes_the_place_of_the_default(code, name, strict, loose, whole) -> None:
    assert tuned(whole, code, parameters={name: Decimal(strict)})
    assert tuned(whole, code, parameters={name: Decimal(loose)}) == []


def test_a_level_the_task_requires_or_does_not_use_is_not_asked_for() -> None:
    rows = (*lines()[:2], line("d", name="改造管网"), line("e", name="新建水厂"))
    whole = form(lines=rows, year_goal="为3个乡镇3.2万群众改造供水管网26公里。")
    weights = facts().weights

    assert {"no_satisfaction", "no_cost"} <= {*codes(check(whole, facts()))}
    for own in (
        replace(weights, required=("产出", "满意度", "成本")),
        replace(weights, levels={**weights.levels, "满意度": None, "成本": None}),
    ):
        asked = codes(check(whole, facts(weights=own)))
        assert not {"no_satisfaction", "no_cost"} & {*asked}


@pytest.mark.parametrize(
    ("code", "setting", "words"),
    [
        ("targets.gone", Setting(), "没有“targets.gone”这项检查"),
        ("targets.weight", Setting(on=False), "必查，不能停用"),
        ("targets.weight", Setting(severity=TIP), "必查"),
        ("targets.basis", Setting(parameters={"rows": Decimal(1)}), "没有参数“rows”"),
        (
            "targets.dominant_weight",
            Setting(parameters={"share": Decimal(5)}),
            "填5，应为20–100%，例如40。",
        ),
    ],
)
def test_a_setting_no_plan_may_make_is_refused(code: str, setting: Setting, words: str) -> None:
    with pytest.raises(RuleError, match=words):
        check_setting(code, setting)


@pytest.mark.parametrize(
    ("code", "title"),
    [
        ("decomposition.money", "转移支付分解"),
        ("decomposition.setting", "转移支付分解"),
        ("adjustment.gate", "绩效目标调整"),
        ("adjustment.reason", "绩效目标调整"),
    ],
)
def test_sums_handed_down_and_grounds_of_an_adjustment_are_never_waived(
    code: str, title: str
) -> None:
    assert not may_be_waived(code)
    with pytest.raises(RuleError, match=f"“{title}”必查，不能豁免.*依据：财预〔2015〕"):
        demand_waivable(code)
    assert may_be_waived("materials.slot")  # what nobody defined


@pytest.mark.parametrize("code", ["targets.unread", "monitoring.number", "monitoring.as_of"])
def test_no_stage_waives_what_its_form_cannot_do_without(code: str) -> None:
    assert not may_be_waived(code)
    with pytest.raises(RuleError, match="必查，不能豁免"):
        demand_waivable(code)
    assert may_be_waived("monitoring.over_budget")


def test_a_setting_within_its_range_passes() -> None:
    check_setting("targets.weight", Setting(on=True, severity=BLOCK))
    check_setting("targets.basis", Setting(on=False, severity=HINT))
    for code, each in CODES.items():
        for parameter in each.parameters:
            assert parameter.low <= parameter.default <= parameter.high
            check_setting(code, Setting(parameters={parameter.name: parameter.low}))


@pytest.mark.req("W-25")
def test_the_library_offers_a_measurable_indicator() -> None:
    known = Evidence(
        library=(
            LibraryRow(name="改造供水管网长度", level1="产出", operator="≥", unit="公里"),
            LibraryRow(name="管网漏损率", level1="产出", operator="≤", unit="%"),
            LibraryRow(name="水表更换情况", level1="产出", operator="定性"),
        )
    )

    (goal,) = found(form(year_goal=WISHES), "vague_goal", evidence=known)
    (standard,) = found(
        form(lines=(replace(qualitative("良好").lines[0], name="管网漏损情况"), *lines()[1:])),
        "vague",
        evidence=known,
    )
    (alone,) = found(form(year_goal=WISHES), "vague_goal")

    assert goal.message.startswith("年度目标没有一个可计量的数，只有“进一步”“不断”“加强”等说法。")
    assert goal.message.endswith("指标库里有“改造供水管网长度”（≥，公里），可选用。")
    assert standard.message.endswith("指标库里有“管网漏损率”（≤，%），可选用。")
    assert "指标库" not in alone.message
