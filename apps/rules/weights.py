"""How the 100 points are shared between the execution rate and the first levels (DOMAIN 2.2)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from apps.rules.errors import RuleError
from apps.rules.target_form import LEVEL1, TargetForm, TargetLine, Weights
from apps.rules.target_shapes import Shape

HUNDRED = Decimal(100)
ZERO = Decimal(0)


@dataclass(frozen=True)
class WeightCandidate:
    """A template and when it applies; None fits both, a task's own comes before the plan's."""

    weights: Weights
    has_cost: bool | None = None
    has_satisfaction: bool | None = None
    is_task_own: bool = False


@dataclass(frozen=True)
class Departure:
    """A first level whose points differ from the template; `excess` is found minus expected."""

    level1: str
    found: Decimal
    expected: Decimal

    @property
    def excess(self) -> Decimal:
        """Points above the template; negative when below."""
        return self.found - self.expected


def choose(candidates: Iterable[WeightCandidate], form: TargetForm) -> Weights:
    """The template for this form: the task's own before the plan's, the closest fit first.

    When none fits both marks, the one that contradicts the form least is returned, and the check
    of levels says what may not be used. Raises RuleError when the plan has no template at all.
    """
    every = list(candidates)
    own = [candidate for candidate in every if candidate.is_task_own] or every
    if not own:
        raise RuleError(
            "年度计划没有设权重标准。请计划管理员先在规则设置里填写。", code="weights.none"
        )
    return max(own, key=lambda candidate: _fit(candidate, form)).weights


def fitted(weights: Weights, shape: Shape) -> Weights:
    """The weights as they bind a form: of first levels it does not have they say nothing.

    A shape that requires levels of its own does so by its own clause.
    """
    if not shape.required and set(weights.levels) <= set(shape.levels):
        return weights
    kept = {level: points for level, points in weights.levels.items() if level in shape.levels}
    required = shape.required or tuple(each for each in weights.required if each in shape.levels)
    return replace(
        weights,
        title=weights.title if kept else "各一级指标不定分值",
        levels=kept,
        required=required,
        clause=shape.clause or weights.clause,
    )


def points_by_level(
    lines: Iterable[TargetLine], levels: Iterable[str] = LEVEL1
) -> dict[str, Decimal]:
    """Points of each first level, in the order of the form; unknown levels are left out."""
    shares = dict.fromkeys(levels, ZERO)
    for line in lines:
        if line.level1 in shares and line.weight is not None:
            shares[line.level1] += line.weight
    return shares


def total_points(lines: Iterable[TargetLine]) -> Decimal:
    """The sum of all weights that are filled, whatever their level."""
    return sum((line.weight for line in lines if line.weight is not None), ZERO)


def due_points(weights: Weights) -> Decimal:
    """What the indicators may share: 100 less the points left to the execution rate.

    Source: 财预〔2021〕101号.
    """
    return HUNDRED - weights.execution


def departures(form: TargetForm, weights: Weights) -> list[Departure]:
    """First levels whose points are not the template's. A level with 0 or None makes no demand."""
    shares = points_by_level(form.lines, form.shape.levels)
    return [
        Departure(level1, shares[level1], expected)
        for level1 in form.shape.levels
        if (expected := weights.levels.get(level1)) and shares[level1] != expected
    ]


def barred_levels(form: TargetForm, weights: Weights) -> list[str]:
    """First levels the form uses although the template gives them no place."""
    used = {line.level1 for line in form.lines}
    return [
        level1
        for level1 in form.shape.levels
        if level1 in used and level1 in weights.levels and weights.levels[level1] is None
    ]


def _fit(candidate: WeightCandidate, form: TargetForm) -> tuple[int, int]:
    """Contradictions count first, then how much the candidate says that is true of the form."""
    used = {line.level1 for line in form.lines}
    facts = (
        (candidate.has_cost, "成本" in used),
        (candidate.has_satisfaction, "满意度" in used),
    )
    against = sum(1 for said, true in facts if said is not None and said != true)
    agreeing = sum(1 for said, true in facts if said == true)
    return -against, agreeing


def _national(title: str, **levels: int | None) -> Weights:
    return Weights(
        title=title,
        execution=Decimal(10),
        levels={
            name: None if points is None else Decimal(points) for name, points in levels.items()
        },
        required=("产出", "效益"),
        departure_blocks=False,
        clause="财预〔2021〕101号",
    )


NATIONAL = (
    WeightCandidate(
        _national("设成本、满意度指标", 成本=20, 产出=40, 效益=20, 满意度=10), True, True
    ),
    WeightCandidate(
        _national("设成本指标、不设满意度", 成本=20, 产出=40, 效益=30, 满意度=0), True, False
    ),
    WeightCandidate(_national("不设成本指标", 成本=0, 产出=50, 效益=30, 满意度=10), False, True),
    WeightCandidate(
        _national("不设成本、满意度指标", 成本=0, 产出=50, 效益=40, 满意度=0), False, False
    ),
)
