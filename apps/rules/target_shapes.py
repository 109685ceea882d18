"""What a target form is made of, as data: a whole unit, a project and a policy are one form.

Doors, checks, words, comparison and paper ask the form's shape and name no kind of filing. A new
subject is a new Shape here and, in apps.targets, a TargetKind that starts it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

FOUR = {
    "成本": ("经济成本", "社会成本", "生态环境成本"),
    "产出": ("数量", "质量", "时效", "成本"),
    "效益": ("经济效益", "社会效益", "生态效益", "可持续影响"),
    "满意度": ("服务对象满意度",),
}
# 财预〔2015〕88号: what a whole unit produces. 中发〔2018〕34号: six sides of how it works; what
# stands under each is local, so that the second level takes any words.
THREE = {level1: FOUR[level1] for level1 in ("产出", "效益", "满意度")}
SIX: Mapping[str, tuple[str, ...]] = dict.fromkeys(
    ("运行成本", "管理效率", "履职效能", "社会效应", "可持续发展能力", "服务对象满意度"), ()
)
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
    has_tasks: bool = False  # the year's tasks, each with its money
    has_assets: bool = False  # what the unit owns
    required_head: tuple[str, ...] = ()  # texts of the head without which nothing is filed
    levels: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: FOUR)
    required: tuple[str, ...] = ()  # first levels besides those that the weights require
    clause: str = ""  # of `required`
    money_title: str = "项目资金"
    words: Mapping[str, str] = field(default_factory=dict)  # labels that differ from the usual
    weighs: bool = True  # whether the indicators have points

    @property
    def spans(self) -> tuple[str, ...]:
        """The columns of the fund table; none where the form has no such table."""
        return SPANS if self.has_funds else ()

    @property
    def parts(self) -> frozenset[str]:
        """The names of all parts, by which a check says what it is about."""
        levels = (f"level:{level1}" for level1 in self.levels)
        funds = ("funds", *(f"funds.{span}" for span in self.spans)) if self.spans else ()
        tables = {"tasks": self.has_tasks, "assets": self.has_assets}
        held = (name for name, is_held in tables.items() if is_held)
        points = ("weights",) if self.weighs else ()
        return frozenset((*points, *self.head, *self.goals, *funds, *held, *levels))


PROJECT = Shape(
    code="project",
    subject="项目名称",
    head=HEAD,
    goals=GOALS,
)

POLICY = Shape(
    code="policy",
    subject="政策名称",
    head=(
        "grounds",
        "first_year",
        "last_year",
        "beneficiaries",
        "standards",
        "leader",
        "leader_phone",
    ),
    required_head=("grounds", "beneficiaries", "standards"),
    goals=GOALS,
    money_title="政策资金",
    words={
        "grounds": "政策依据",
        "period": "政策期",
        "first_year": "政策期起始年度",
        "last_year": "政策期终止年度",
        "leader": "政策负责人",
    },
)
UNIT = Shape(
    code="unit",
    subject="部门（单位）名称",
    head=("duties", "grounds", "activities"),
    required_head=("duties", "activities"),
    goals=("year_goal",),
    has_funds=False,
    has_tasks=True,
    has_assets=True,
    levels=THREE,
    required=("产出", "效益"),
    clause="财预〔2015〕88号附 部门（单位）整体支出绩效目标申报表",
    money_title="年度主要任务",
    words={"year_goal": "年度总体目标"},
)
UNIT_SIX = replace(
    UNIT, code="unit_six", levels=SIX, required=tuple(SIX), clause="中发〔2018〕34号 六个方面"
)

TRANSFER = Shape(  # 区域绩效目标: its money stands with the transfer
    code="transfer",
    subject="转移支付名称",
    head=(),
    goals=("year_goal",),
    has_funds=False,
    words={"year_goal": "区域绩效目标"},
    weighs=False,
)

SHAPES = {shape.code: shape for shape in (PROJECT, POLICY, UNIT, UNIT_SIX, TRANSFER)}
