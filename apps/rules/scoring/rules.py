"""By which rules a table is scored, all of it data: a plan's own settings or what the law says.

What the national documents fix stands here with its clause. A percentage that they leave to the
place has no default: a rule that needs one refuses until the plan has settled it (RuleError
待本地确认), so that nothing is scored by a number that a program brought along.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import NoReturn

from apps.rules.errors import RuleError
from apps.rules.grading import Band
from apps.rules.monitoring.words import percent

SELF = "财预〔2020〕10号"
CORE = "财预〔2021〕101号"
HOUSE = "本系统约定，国家办法未规定，可由年度计划另定"

RATIO, STEPPED = "比例法", "区间法"
TWO_SIDED, UP_TO = "两侧按偏差扣", "达到即满分"
CONVERTED, SHARED = "折算百分制", "同级分摊"
NEVER, FOUND_LOW, ALWAYS = "只封顶", "认定指标值偏低的调减", "超过即调减"
ZERO, ONE, HUNDRED = Decimal(0), Decimal(1), Decimal(100)


@dataclass(frozen=True, slots=True)
class Step:
    """From `floor` (a ratio, included) up to the next step's floor, this share of the points."""

    floor: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class ShareBand:
    """One of the levels of a 定性 row: the coefficient lies between both ends, included.

    The upper end belongs to the next better band, except for the best.
    """

    name: str
    low: Decimal
    high: Decimal

    def holds(self, share: Decimal) -> bool:
        """Whether the coefficient may be given with this band."""
        return self.low <= share <= self.high and (share < self.high or self.high == ONE)

    @property
    def words(self) -> str:
        """达成100%–80%（含）."""
        return f"{self.name}{percent(self.high)}–{percent(self.low)}（含）"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """With an execution rate below `below` (a ratio) the total is at most `most` points."""

    below: Decimal
    most: Decimal


@dataclass(frozen=True, slots=True)
class Lowering:
    """How far over a target costs points: each point of excess above `threshold` costs `rate`.

    All are ratios; `floor` is the least share of the points that stays.
    """

    threshold: Decimal
    rate: Decimal
    floor: Decimal

    def share(self, actual: Decimal, value: Decimal) -> tuple[Decimal, Decimal]:
        """What stays of the points, as numerator and denominator, when actual is over value > 0."""
        excess = actual - value - self.threshold * value
        if excess <= ZERO:
            return ONE, ONE
        return max(value - excess * self.rate, self.floor * value), value


EXECUTION_STEPS = (Step(Decimal("0.8"), Decimal("0.7")), Step(Decimal("0.6"), Decimal("0.5")))
SHARE_BANDS = (
    ShareBand("达成", Decimal("0.8"), ONE),
    ShareBand("部分达成", Decimal("0.6"), Decimal("0.8")),
    ShareBand("未达成", ZERO, Decimal("0.6")),
)
GRADES = (
    Band("优", Decimal(90), clause=SELF),
    Band("良", Decimal(80), clause=SELF),
    Band("中", Decimal(60), clause=SELF),
    Band("差", ZERO, clause=SELF),
)


@dataclass(frozen=True)
class ScoreRules:
    """Every parameter of scoring. What is None is 待本地确认 and refused when it is needed.

    `satisfaction` steps replace the proportion below a satisfaction target. `pass_mark`: a row
    completed to less than this share earns nothing; 0: no such rule. `over_budget`: the share of
    the points at a rate above 100% under 区间法, which the national steps leave open.
    """

    execution: str = RATIO
    execution_steps: tuple[Step, ...] = EXECUTION_STEPS
    over_budget: Decimal | None = None
    share_bands: tuple[ShareBand, ...] = SHARE_BANDS
    satisfaction: tuple[Step, ...] = ()
    equal: str = TWO_SIDED
    over: str = FOUND_LOW
    lowering: Lowering | None = None
    pass_mark: Decimal = ZERO
    excluded: str = CONVERTED
    ceilings: tuple[Ceiling, ...] = ()
    grades: tuple[Band, ...] = GRADES
    clause: str = ""  # of the plan's own settings
    version: str = "国家办法"  # which edition of the rules: of the plan, or this one

    def band(self, name: str) -> ShareBand | None:
        """The level of that name."""
        return next((each for each in self.share_bands if each.name == name), None)

    def satisfaction_share(self, unit: str, promised: Decimal, actual: Decimal) -> Decimal:
        """The share of the step that a satisfaction stands on; below all of them nothing.

        The value is in percent or points, or a ratio where the promise is at most 1 without a unit.
        """
        whole = HUNDRED if unit.strip() in ("%", "％", "分") or promised > ONE else ONE
        return next(
            (step.share for step in self.satisfaction if actual >= step.floor * whole), ZERO
        )

    def lowering_or_refuse(self) -> Lowering:
        """The numbers of the lowering. Raises RuleError where the plan has not settled them."""
        if self.lowering is None:
            unsettled("超额多少起调减、怎样调减")
        return self.lowering


def unsettled(what: str) -> NoReturn:
    """Refuse to go on without a number that only the place can give. Raises RuleError."""
    raise RuleError(
        f"计分规则“{what}”：待本地确认。国家办法没有规定，请计划管理员在计划参数里设定。",
        code="scoring.unset",
        setting=what,
    )


NATIONAL = ScoreRules()
