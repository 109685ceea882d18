"""Score sheets: bands and their edges, totals, grades by count, checks, and the trace."""

from decimal import Decimal

import pytest

from apps.rules import grading
from apps.rules.errors import RuleError
from apps.rules.grading import BANDS, Band, ItemMark

FOUR_QUALITIES = (
    ("规范完整性", 10),
    ("明确清晰性", 10),
    ("目标相关性", 15),
    ("指标科学性", 15),
    ("绩效合理性", 15),
    ("资金匹配性", 15),
    ("实现可能性", 10),
    ("条件充分性", 10),
)


def marks(*points: str) -> list[ItemMark]:
    return [
        ItemMark(name, Decimal(maximum), Decimal(given))
        for (name, maximum), given in zip(FOUR_QUALITIES, points, strict=False)
    ]


def graded(grades: str) -> list[ItemMark]:
    return [ItemMark(f"要点{number}", grade=grade) for number, grade in enumerate(grades, 1)]


@pytest.mark.req("Y-46", "Q-14")
@pytest.mark.parametrize(
    ("score", "grade", "consequence"),
    [
        ("0", "差", "refuse"),
        ("59.99", "差", "refuse"),
        ("60", "中", "redo"),
        ("79.99", "中", "redo"),
        ("80", "良", "agree"),
        ("89.99", "良", "agree"),
        ("90", "优", "pass"),
        ("100", "优", "pass"),
    ],
)
def test_a_floor_belongs_to_its_band(score: str, grade: str, consequence: str) -> None:
    band = grading.grade_of(Decimal(score))

    assert (band.grade, band.consequence) == (grade, consequence)


def test_bands_are_data_in_any_order() -> None:
    bands = [Band("合格", Decimal(60)), Band("好", Decimal("92.5"))]

    assert grading.grade_of(Decimal("92.5"), bands).grade == "好"
    assert grading.grade_of(Decimal("92.49"), bands).grade == "合格"
    with pytest.raises(RuleError, match=r"59\.99分不在任何等级内"):
        grading.grade_of(Decimal("59.99"), bands)


@pytest.mark.parametrize(
    ("maximum", "grade", "low", "middle", "high"),
    [
        ("10", "优", "9", "9.5", "10"),
        ("15", "良", "12", "12.75", "13.5"),
        ("10", "中", "6", "7", "8"),
        ("15", "差", "0", "4.5", "9"),
    ],
)
def test_a_grade_is_a_band_of_the_criterions_share(maximum, grade, low, middle, high) -> None:
    points = Decimal(maximum)

    assert grading.share_band(points, grade) == (Decimal(low), Decimal(high))
    assert grading.midpoint(points, grade) == Decimal(middle)
    assert grading.share_grade(Decimal(middle), points) == grade
    assert grading.share_grade(Decimal(low), points) == grade


@pytest.mark.parametrize(("points", "grade"), [("8.99", "良"), ("9", "优"), ("7.995", "中")])
def test_every_share_has_a_grade_without_gaps(points: str, grade: str) -> None:
    assert grading.share_grade(Decimal(points), Decimal(10)) == grade


def test_a_criterion_without_points_has_no_share() -> None:
    with pytest.raises(RuleError, match="满分为0"):
        grading.share_grade(Decimal(0), Decimal(0))


def test_an_unknown_grade_is_refused() -> None:
    with pytest.raises(RuleError, match="等级“良好”不认识"):
        grading.midpoint(Decimal(10), "良好")


def test_points_outside_the_chosen_grade_are_named() -> None:
    given = [
        ItemMark("规范完整性", Decimal(10), Decimal("8.5"), "优"),
        ItemMark("明确清晰性", Decimal(10), Decimal("8.5"), "良"),
        ItemMark("目标相关性", Decimal(10), Decimal("1")),
        ItemMark("指标科学性", Decimal(10), None, "优"),
    ]

    assert grading.off_band(given) == ["规范完整性"]


@pytest.mark.req("Y-46")
def test_points_are_added_to_two_places_half_up() -> None:
    assert grading.total(marks("9.005", "8", "12")) == Decimal("29.01")


@pytest.mark.parametrize("points", ["10.01", "-0.01"])
def test_points_outside_the_maximum_are_refused_by_name(points: str) -> None:
    with pytest.raises(RuleError, match=r"规范完整性：填.*应为0–10分"):
        grading.total(marks(points))


def test_a_missing_mark_is_refused_by_name() -> None:
    with pytest.raises(RuleError, match="目标相关性：未评分。请填0–15之间的分数"):
        grading.total([*marks("9", "9"), ItemMark("目标相关性", Decimal(15))])


@pytest.mark.req("Y-46")
def test_a_key_project_is_judged_by_points_and_says_why() -> None:
    points = ("9.5", "9", "13.5", "13", "12.5", "13", "8.5", "9")

    verdict = grading.judge("points", marks(*points), clause="财预〔2015〕88号附")

    assert verdict.total == Decimal("88.00")
    assert verdict.band == BANDS[1]
    assert verdict.unmet == ()
    assert verdict.trace["result"] == "88.00分，良"
    assert verdict.trace["clause"] == "财预〔2015〕88号附"
    assert verdict.trace["formula"] == "8项得分相加，保留2位小数；良：80分（含）以上"
    assert verdict.trace["inputs"][2] == {
        "name": "目标相关性",
        "points": "13.5",
        "maximum": "15",
        "grade": "",
    }


@pytest.mark.req("W-04")
def test_a_sheet_of_five_points_is_judged_like_one_of_eight() -> None:
    names = ("内容相关性", "指标科学性", "规范完整性", "绩效合理性", "预算匹配性")
    given = [ItemMark(name, Decimal(20), Decimal("17.5")) for name in names]

    verdict = grading.judge("points", given, clause="审核五点")

    assert verdict.total == Decimal("87.50")
    assert verdict.trace["result"] == "87.50分，良"


@pytest.mark.parametrize(
    ("grades", "overall"),
    [
        ("优优优优优优优优", "优"),
        ("优优优优优优良良", "优"),
        ("优优优优优优良中", "良"),
        ("优优优优优良良良", "良"),
        ("优优优良良良中中", "良"),
        ("优优优优优优优差", "中"),
        ("优优优良良中中中", "中"),
        ("中中中中中中中中", "中"),
        ("优优优优优优差差", "中"),
        ("优优优优优差差差", "差"),
        ("差差差差差差差差", "差"),
        ("优优优优良", "优"),
        ("优优优良中", "良"),
        ("优优良中中", "中"),
        ("优优优差差", "差"),
    ],
)
def test_a_general_project_is_graded_by_counts(grades: str, overall: str) -> None:
    verdict = grading.judge("grades", graded(grades))

    assert verdict.band is not None
    assert verdict.band.grade == overall
    assert verdict.total is None
    assert str(verdict.trace["result"]).endswith(f"，{overall}")


def test_a_sheet_of_grades_needs_each_grade_and_a_band_for_the_outcome() -> None:
    with pytest.raises(RuleError, match="要点3：未评级"):
        grading.judge("grades", [*graded("优优"), ItemMark("要点3")])
    with pytest.raises(RuleError, match="没有“中”这一档"):
        grading.judge("grades", graded("中中中"), [Band("优", Decimal(90))])
    with pytest.raises(RuleError, match="不认识"):
        grading.overall_by_counts(["优", ""])


@pytest.mark.req("U-13", "Y-47")
@pytest.mark.parametrize(
    ("answers", "unmet", "result"),
    [
        ((True, True, True), (), "全部合格"),
        ((True, False, True), ("准确",), "不合格：准确"),
        ((False, True, False), ("真实", "客观"), "不合格：真实、客观"),
    ],
)
def test_a_sheet_of_checks_passes_only_when_all_are_met(answers, unmet, result: str) -> None:
    given = [
        ItemMark(name, is_met=answer)
        for name, answer in zip(("真实", "准确", "客观"), answers, strict=True)
    ]

    verdict = grading.judge("checks", given, clause="要点")

    assert verdict.unmet == unmet
    assert verdict.band is None
    assert verdict.trace["result"] == result


def test_an_unanswered_check_is_refused_by_name() -> None:
    with pytest.raises(RuleError, match="准确：未选。请选合格或不合格"):
        grading.judge("checks", [ItemMark("真实", is_met=True), ItemMark("准确")])


@pytest.mark.parametrize("mode", ["points", "grades", "checks"])
def test_a_sheet_without_criteria_decides_nothing(mode: str) -> None:
    with pytest.raises(RuleError, match="没有要点"):
        grading.judge(mode, [])


def test_grades_cannot_be_counted_without_criteria() -> None:
    with pytest.raises(RuleError, match="没有要点"):
        grading.overall_by_counts([])
