"""What a target form is made of, as data: a whole unit, a project and a policy are one form.

Doors, checks, words, comparison and paper ask the form's shape and name no kind of filing. A new
subject is a new Shape here and, in apps.targets, a TargetKind that starts it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

FOUR = {
    "成本": ("经济成本", "社会成本", "生态环境成本"),
    "产出": ("数量", "质量", "时效", "成本"),
    "效益": ("经济效益", "社会效益", "生态效益", "可持续影响"),
    "满意度": ("服务对象满意度",),
}
HEAD = ("attribute", "first_year", "last_year", "leader", "leader_phone")
GOALS = ("mid_goal", "year_goal")
SPANS = ("mid", "year")


@dataclass(frozen=True)
class Shape:
    """The parts of a form. A part that is left out exists at no door and is never checked.

    `levels` maps first to second levels; a first level without second ones takes any text there.
    """

    code: str  # stored with the form
    subject: str  # what the form calls its subject: 项目名称
    head: tuple[str, ...]  # fields of TargetForm in the head, in their order
    goals: tuple[str, ...]  # of mid_goal and year_goal
    has_funds: bool = True  # the table of money by source, mid-term and year
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: FOUR)
    required: tuple[str, ...] = ()  # first levels besides those that the weights require
    clause: str = ""  # of `required`
    money_title: str = "项目资金"
    words: Mapping[str, str] = field(default_factory=dict)  # labels that differ from the usual

    @property
    def spans(self) -> tuple[str, ...]:
        """The columns of the fund table; none where the form has no such table."""
        return SPANS if self.has_funds else ()

    @property
    def parts(self) -> frozenset[str]:
        """The names of all parts, by which a check says what it is about."""
        levels = (f"level:{level1}" for level1 in self.levels)
        funds = ("funds", *(f"funds.{span}" for span in self.spans)) if self.spans else ()
        return frozenset((*self.head, *self.goals, *funds, *levels))


PROJECT = Shape(
    code="project",
    subject="项目名称",
    head=HEAD,
    goals=GOALS,
)

SHAPES = {shape.code: shape for shape in (PROJECT,)}
