"""The content of a 事前绩效评估报告 as plain data (DOMAIN 1.8).

Page, API, stored rows and documents all speak of an AssessmentForm. Amounts are yuan, points as on
the sheet. Paths name cells: "background", "asked", "basis:<key>.accord",
"dimension:<name>.evidence", "point:<dimension>/<name>".
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

LEVELS = ("国家", "自治区（省）", "州（市）", "县")  # whose decision a basis is
METHODS = (
    "成本效益分析法",
    "比较法",
    "因素分析法",
    "最低成本法",
    "公众评判法",
    "文献法",
    "其他方法",
)
ORGANISED = ("部门自评估", "财政再评估", "第三方独立评估", "专家评审")


@dataclass(frozen=True)
class Question:
    """One text of the report: its column, its heading, whether it must be written, what helps."""

    code: str
    label: str
    is_required: bool
    help: str


@dataclass(frozen=True)
class Chapter:
    """A chapter of the report with its texts, in the order of the outline."""

    title: str
    questions: tuple[Question, ...]


SUBJECT = Chapter(
    "一、评估对象基本情况",
    (
        Question("background", "（一）立项背景", True, "为什么现在要做，解决什么问题。"),
        Question("content", "（二）主要内容", True, "做什么、做多少、在哪里、分几步。"),
        Question("goal", "（三）绩效目标", True, "到什么时候达到什么结果，写出数。"),
        Question(
            "funding", "（四）资金构成", True, "各项支出的数量、单价和测算依据，各来源的金额。"
        ),
    ),
)
WORK = Chapter(
    "二、评估工作开展情况",
    (
        Question("purpose", "（一）目的及对象", True, "评估什么，为谁作决定用。"),
        Question("approach", "（二）思路及方法", True, "用了哪些方法，取了哪些数据。"),
        Question("procedure", "（三）程序", True, "哪天由谁做了哪一步，有哪些人参加。"),
    ),
)
VERDICT = Chapter(
    "三、综合评估情况与结论",
    (Question("overall", "总体结论", True, "应不应该做、花多少、有什么条件。"),),
)
REST = Chapter(
    "四、相关建议和其他说明",
    (
        Question("advice", "相关建议", False, "对方案、金额、目标的修改建议。"),
        Question("other", "其他需要说明的问题", False, ""),
        Question(
            "uptake",
            "以前结果的采纳说明",
            False,
            "同一项目或相同、相似项目以前的结果，哪些意见已经采纳、怎样改的，没有采纳的写理由。",
        ),
    ),
)
CHAPTERS = (SUBJECT, WORK, VERDICT, REST)
QUESTIONS = {question.code: question for chapter in CHAPTERS for question in chapter.questions}
AMOUNTS = {"asked": "申请财政资金", "total": "总投资", "county": "其中：县本级投资"}
BASIS = {
    "level": "级次",
    "document": "文号",
    "title": "文件或会议",
    "clause": "条款",
    "accord": "怎样相符",
}
DIMENSION = {"statement": "评估意见", "evidence": "佐证"}


@dataclass(frozen=True)
class Basis:
    """A decision that the project carries out: whose, which, and how the two agree (Q-08)."""

    key: str
    level: str = ""
    document: str = ""
    title: str = ""
    clause: str = ""
    accord: str = ""


@dataclass(frozen=True)
class Point:
    """One criterion of a dimension: full points, and the points that the unit gives itself."""

    name: str
    full: Decimal
    prompt: str = ""
    points: Decimal | None = None


@dataclass(frozen=True)
class Dimension:
    """One dimension of the sheet in force: criteria, what was found, by which evidence."""

    name: str
    statement: str = ""
    evidence: str = ""
    points: tuple[Point, ...] = ()


@dataclass(frozen=True)
class AssessmentForm:
    """The whole report; `unread` maps a path to text that was typed where a number belongs."""

    budget_year: int | None = None  # the year whose budget is asked for (U-41)
    is_professional: bool = False  # 专业性较强 (Y-37)
    professional_why: str = ""
    organised: str = ""
    helper: str = ""  # the agency that helped to write the report; it may not judge it
    methods: tuple[str, ...] = ()
    texts: dict[str, str] = field(default_factory=dict)  # code of QUESTIONS → text
    amounts: dict[str, Decimal] = field(default_factory=dict)  # code of AMOUNTS → yuan
    bases: tuple[Basis, ...] = ()
    dimensions: tuple[Dimension, ...] = ()
    unread: dict[str, str] = field(default_factory=dict)

    @property
    def points(self) -> Decimal:
        """The points that the unit gave itself, added up."""
        given = (p.points for d in self.dimensions for p in d.points if p.points is not None)
        return sum(given, Decimal(0))


@dataclass(frozen=True)
class AssessmentFacts:
    """What the checks compare the report with."""

    plan_year: int
    first_year: int
    last_year: int | None
    total_investment: Decimal | None  # yuan, as registered for the project
    n_earlier: int = 0  # earlier results of the same project or one that is alike (U-45)
    uptake_clause: str = ""  # by which the plan asks how they were taken up; empty: it does not
