"""The content of a target form as plain data: of a project, a policy, a whole unit (DOMAIN 1.1).

The browser form, the workbook, the API and the stored rows all become a TargetForm; checks, hash,
diff and documents read nothing else; `shape` says which parts it has. Amounts are yuan; values are
in the indicator's own unit; weights are points. Paths name cells: "funds.year.fiscal", "year_goal",
"indicator:<key>.value", "task:<key>.fiscal", "assets.vehicle.quantity".
"""

from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from apps.rules.target_evidence import Evidence, Tuning
from apps.rules.target_shapes import FOUR, PROJECT, Shape

LEVEL2 = FOUR  # of projects and policies, and of the indicator library
LEVEL1 = tuple(LEVEL2)
OPERATORS = ("≥", "≤", "=", ">", "<", "区间", "定性")
DIRECTIONS = ("正向", "反向")
BASES = ("计划标准", "行业标准", "历史标准", "支出标准", "其他")
SPANS = {"mid": "中期资金", "year": "年度资金"}
SOURCES = {"fiscal": "财政拨款", "carryover": "上年结转", "other": "其他资金"}
ATTRIBUTES = {"new": "新增项目", "continuing": "延续项目", "one_off": "一次性项目"}
TASK_SOURCES = {"fiscal": "财政拨款", "other": "其他资金"}
ASSETS = {"house": "房屋", "vehicle": "车辆", "equipment": "设备", "other": "其他资产"}
ASSET_UNITS = {"house": "平方米", "vehicle": "辆", "equipment": "台（套）", "other": "项"}
ASSET_CELLS = {"quantity": "数量", "amount": "账面价值"}


@dataclass(frozen=True)
class TargetLine:
    """One indicator row; empty text and None mean not filled."""

    key: str
    level1: str = ""
    level2: str = ""
    name: str = ""
    operator: str = ""
    value: Decimal | None = None
    value_high: Decimal | None = None  # upper end of 区间
    value_text: str = ""  # the stated standard of a 定性 row
    unit: str = ""
    direction: str = ""
    weight: Decimal | None = None
    basis: str = ""
    evidence: str = ""
    mid_value: str = ""
    library_id: int | None = None


@dataclass(frozen=True)
class TaskLine:
    """One of the year's main tasks of a unit with its money in yuan; None means not filled."""

    key: str
    name: str = ""
    content: str = ""
    fiscal: Decimal | None = None
    other: Decimal | None = None

    @property
    def total(self) -> Decimal:
        """Both sources together, in yuan."""
        return (self.fiscal or Decimal(0)) + (self.other or Decimal(0))


@dataclass(frozen=True)
class TargetForm:
    """The whole form; `unread` maps a path to text that was typed where a number belongs."""

    attribute: str = ""
    first_year: int | None = None
    last_year: int | None = None
    leader: str = ""
    leader_phone: str = ""
    mid_goal: str = ""
    year_goal: str = ""
    funds: dict[str, dict[str, Decimal]] = field(default_factory=dict)  # span → source → yuan
    lines: tuple[TargetLine, ...] = ()
    duties: str = ""
    grounds: str = ""
    activities: str = ""
    beneficiaries: str = ""
    standards: str = ""
    tasks: tuple[TaskLine, ...] = ()
    # kind → quantity in the kind's unit, amount in yuan
    assets: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)
    shape: Shape = PROJECT

    def of(self, shape: Shape) -> "TargetForm":
        """The form with the parts that the shape has; what belongs to no part of it is dropped."""
        lacks = {part: empty for part, empty in _EMPTY.items() if part not in shape.parts}
        kept = {
            path: text
            for path, text in self.unread.items()
            if path.partition(".")[0].replace("task:", "tasks:").partition(":")[0] not in lacks
        }
        return replace(self, **lacks, unread=kept, shape=shape)


_EMPTY: dict[str, Any] = {  # parts that not every shape has, as they are when nothing is filled
    name: getattr(TargetForm(), name)
    for name in TargetForm.__dataclass_fields__
    if name not in ("lines", "unread", "shape")
}


@dataclass(frozen=True)
class Weights:
    """Points left to the execution rate and points of each first level; None: may not be used."""

    title: str
    execution: Decimal
    levels: dict[str, Decimal | None]  # level1 → points
    required: tuple[str, ...]
    departure_blocks: bool
    clause: str


@dataclass(frozen=True)
class TargetFacts:
    """What the checks need to know beside the form."""

    fiscal_year: int
    project_first_year: int | None
    project_last_year: int | None
    # source → yuan in force for the year, of the project or the whole unit; empty when not known
    budget: dict[str, Decimal]
    weights: Weights
    total_investment: Decimal | None = None
    project_name: str = ""
    evidence: Evidence = field(default_factory=Evidence)
    tuning: Tuning = field(default_factory=dict)  # the plan's own settings of the checks
    # the budget is what an adjustment's head says, and the head is compared with the form elsewhere
    is_adjustment: bool = False
