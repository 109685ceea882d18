"""Score sheets of a review: points, grades, checks and what follows (DOMAIN 1.3, 2.7)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal
from enum import StrEnum

from apps.rules.errors import RuleError
from apps.rules.numbers import CENT, show_points, show_score

ZERO = Decimal(0)
HUNDRED = Decimal(100)
GRADES = ("优", "良", "中", "差")
SHARE_FLOORS = {"优": Decimal(90), "良": Decimal(80), "中": Decimal(60), "差": ZERO}  # percent


class Mode(StrEnum):
    """How a sheet is filled in; the values are those stored with the sheet."""

    POINTS = "points"
    GRADES = "grades"
    CHECKS = "checks"


@dataclass(frozen=True)
class Band:
    """A grade from `floor` (included) up to the next band's floor, and what follows from it."""

    grade: str
    floor: Decimal
    consequence: str = ""
    text: str = ""
    clause: str = ""


BANDS = (
    Band("优", Decimal(90), "pass", "直接进入下一步预算安排", "财预〔2015〕88号"),
    Band("良", Decimal(80), "agree", "与部门协商完善后进入下一步预算安排", "财预〔2015〕88号"),
    Band("中", Decimal(60), "redo", "修改完善后按程序重新报审", "财预〔2015〕88号"),
    Band("差", ZERO, "refuse", "不得进入下一步预算安排", "财预〔2015〕88号"),
)


@dataclass(frozen=True)
class ItemMark:
    """A criterion with its maximum and what the reviewer gave; a mode reads only its own part."""

    name: str
    maximum: Decimal = ZERO
    points: Decimal | None = None
    grade: str = ""
    is_met: bool | None = None


@dataclass(frozen=True)
class Verdict:
    """The outcome of a sheet. `band` is None in checks mode; `unmet` names criteria not met."""

    mode: Mode
    total: Decimal | None
    band: Band | None
    unmet: tuple[str, ...]
    trace: dict[str, object] = field(default_factory=dict)


def share_band(maximum: Decimal, grade: str) -> tuple[Decimal, Decimal]:
    """Lowest and highest points of a grade within a criterion's maximum: 优 of 10 is 9 to 10.

    The upper end belongs to the next better grade, except for 优. Raises RuleError otherwise.
    """
    _known(grade)
    better = GRADES.index(grade) - 1
    upper = HUNDRED if better < 0 else SHARE_FLOORS[GRADES[better]]
    return maximum * SHARE_FLOORS[grade] / HUNDRED, maximum * upper / HUNDRED


def midpoint(maximum: Decimal, grade: str) -> Decimal:
    """The points a page fills in when a grade is chosen: the middle of its band, two places."""
    low, high = share_band(maximum, grade)
    return ((low + high) / 2).quantize(CENT, ROUND_HALF_UP)


def share_grade(points: Decimal, maximum: Decimal) -> str:
    """The grade that points mean within a criterion; bands are closed, so every share has one."""
    if maximum <= 0:
        raise RuleError("满分为0的要点不能评级。", code="grading.maximum")
    return next(
        grade for grade in GRADES if points >= share_band(maximum, grade)[0] or grade == "差"
    )


def off_band(marks: Sequence[ItemMark]) -> list[str]:
    """Criteria whose points lie outside the grade chosen beside them."""
    return [
        mark.name
        for mark in marks
        if mark.grade
        and mark.points is not None
        and mark.maximum > 0
        and share_grade(mark.points, mark.maximum) != mark.grade
    ]


def total(marks: Sequence[ItemMark]) -> Decimal:
    """The sum of the points, two places half up.

    Raises RuleError naming the first criterion without points or outside 0 to its maximum.
    """
    if not marks:
        raise RuleError("评分表没有要点，不能评分。", code="grading.no_items")
    return sum((_points(mark) for mark in marks), ZERO).quantize(CENT, ROUND_HALF_UP)


def grade_of(score: Decimal, bands: Sequence[Band] = BANDS) -> Band:
    """The band a score falls into; a floor belongs to its band (60 is 中, 59.99 is 差).

    Raises RuleError when no band reaches down to the score.
    """
    for band in sorted(bands, key=lambda each: each.floor, reverse=True):
        if score >= band.floor:
            return band
    raise RuleError(
        f"{show_score(score)}分不在任何等级内，请核对等级分数线。", code="grading.no_band"
    )


def overall_by_counts(grades: Sequence[str]) -> str:
    """The overall grade of a sheet that is only graded, by how many criteria reach which grade.

    Of eight criteria: six 优 and no 中 or 差 make 优; six 良 or better and no 差 make 良; six 中 or
    better make 中; otherwise 差. A sheet of another length asks for the same three quarters.

    Raises RuleError when a criterion has no grade.
    Source: 财预〔2015〕88号, 项目支出绩效目标审核表.
    """
    if not grades:
        raise RuleError("评分表没有要点，不能评级。", code="grading.no_items")
    for grade in grades:
        _known(grade)
    need = three_quarters(len(grades))
    n_best, n_good, n_fair, n_poor = (grades.count(grade) for grade in GRADES)
    if n_best >= need and not n_fair and not n_poor:
        return "优"
    if n_best + n_good >= need and not n_poor:
        return "良"
    return "中" if n_best + n_good + n_fair >= need else "差"


def three_quarters(n_items: int) -> int:
    """How many of the criteria must reach a grade: six of eight, four of five."""
    return int((Decimal(n_items) * 3 / 4).to_integral_value(ROUND_CEILING))


def unmet(marks: Sequence[ItemMark]) -> tuple[str, ...]:
    """Criteria not met on a sheet of checks; none means the sheet passes.

    Raises RuleError naming the first criterion without an answer.
    """
    for mark in marks:
        if mark.is_met is None:
            raise RuleError(f"{mark.name}：未选。请选合格或不合格。", code="grading.undecided")
    return tuple(mark.name for mark in marks if not mark.is_met)


def judge(
    mode: str, marks: Sequence[ItemMark], bands: Sequence[Band] = BANDS, clause: str = ""
) -> Verdict:
    """The outcome of a filled sheet with its trace. Raises RuleError naming what is missing."""
    if mode == Mode.POINTS:
        return _judge_points(marks, bands, clause)
    if mode == Mode.GRADES:
        return _judge_grades(marks, bands, clause)
    return _judge_checks(marks, clause)


def trace(
    formula: str, inputs: list[dict[str, str]], result: str, clause: str
) -> dict[str, object]:
    """What 为什么 shows: formula in words, inputs, result and clause; all text, ready to store."""
    return {"formula": formula, "inputs": inputs, "result": result, "clause": clause}


def _judge_points(marks: Sequence[ItemMark], bands: Sequence[Band], clause: str) -> Verdict:
    score = total(marks)
    band = grade_of(score, bands)
    inputs = [
        {
            "name": mark.name,
            "points": show_points(mark.points),
            "maximum": show_points(mark.maximum),
            "grade": mark.grade,
        }
        for mark in marks
    ]
    formula = (
        f"{len(marks)}项得分相加，保留2位小数；{band.grade}：{show_points(band.floor)}分（含）以上"
    )
    result = f"{show_score(score)}分，{band.grade}"
    why = trace(formula, inputs, result, clause or band.clause)
    return Verdict(Mode.POINTS, score, band, (), why)


def _judge_grades(marks: Sequence[ItemMark], bands: Sequence[Band], clause: str) -> Verdict:
    for mark in marks:
        if mark.grade not in GRADES:
            raise RuleError(f"{mark.name}：未评级。请选优、良、中或差。", code="grading.undecided")
    grade = overall_by_counts([mark.grade for mark in marks])
    band = next((each for each in bands if each.grade == grade), None)
    if band is None:
        raise RuleError(f"评分表没有“{grade}”这一档，请核对等级设置。", code="grading.no_band")
    n, need = len(marks), three_quarters(len(marks))
    formula = (
        f"{n}项中{need}项以上为优且其余无中、差→优；{need}项以上为良及以上且其余无差→良；"
        f"{need}项以上为中及以上→中；其余→差"
    )
    inputs = [{"name": mark.name, "grade": mark.grade} for mark in marks]
    counts = "、".join(
        f"{name}{count}项"
        for name in GRADES
        if (count := sum(1 for mark in marks if mark.grade == name))
    )
    return Verdict(
        Mode.GRADES, None, band, (), trace(formula, inputs, f"{counts}，{grade}", clause)
    )


def _judge_checks(marks: Sequence[ItemMark], clause: str) -> Verdict:
    if not marks:
        raise RuleError("审核表没有要点，不能审核。", code="grading.no_items")
    failed = unmet(marks)
    inputs = [{"name": mark.name, "is_met": "合格" if mark.is_met else "不合格"} for mark in marks]
    result = "不合格：" + "、".join(failed) if failed else "全部合格"
    formula = "逐项判合格或不合格，任一项不合格即退回"
    return Verdict(Mode.CHECKS, None, None, failed, trace(formula, inputs, result, clause))


def _points(mark: ItemMark) -> Decimal:
    if mark.points is None:
        raise RuleError(
            f"{mark.name}：未评分。请填0–{show_points(mark.maximum)}之间的分数。",
            code="grading.undecided",
        )
    if not ZERO <= mark.points <= mark.maximum:
        raise RuleError(
            f"{mark.name}：填{show_points(mark.points)}分，应为0–{show_points(mark.maximum)}分。",
            code="grading.range",
        )
    return mark.points


def _known(grade: str) -> None:
    if grade not in GRADES:
        raise RuleError(f"等级“{grade}”不认识，应为优、良、中或差。", code="grading.grade")
