"""The second gate to the budget: no money without targets in force (W-03, W-05, B-11, Y-42)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from apps.rules.gates import Passage, Subject


class Reach(StrEnum):
    """Which projects a plan lets in only with targets in force."""

    ALL = "全部项目"
    ADDED = "新增和年中追加项目"
    NONE = "不设门槛"


@dataclass(frozen=True)
class TargetGate:
    """What the plan says; `reach` None: it has the parameter, and nobody has decided it."""

    reach: Reach | None = Reach.NONE
    clause: str = ""


@dataclass(frozen=True)
class Promised:
    """What is known of a project's targets for a year."""

    is_approved: bool = False
    is_rejected: bool = False
    is_desk: bool = False  # a form lies on a desk
    is_draft: bool = False  # a form is being written, or being mended
    n_returns: int = 0
    exception: str = ""  # the reason of a confirmed exception
    excepted: Decimal | None = None  # the amount that it lets in, in yuan


def passage(subject: Subject, is_added: bool, promised: Promised, gate: TargetGate) -> Passage:
    """Whether the project may enter the budget with the targets that it has.

    `is_added`: it enters in the course of the year.
    Source: 中发〔2018〕34号; 财预〔2015〕88号.
    """
    return replace(_passage(subject, is_added, promised, gate.reach), clause=gate.clause)


def _passage(subject: Subject, is_added: bool, promised: Promised, reach: Reach | None) -> Passage:
    if reason := _unasked(subject, is_added, reach):
        return Passage(True, "targets_not_asked", reason)
    if promised.is_approved:
        return Passage(True, "targets_approved", "绩效目标已经审核定稿。")
    if promised.exception:
        said = f"没有定稿的绩效目标，经批准列入：{promised.exception}"
        return Passage(True, "targets_excepted", said, limit=promised.excepted)
    code, reason, todo = _lacking(promised)
    return Passage(False, f"targets_{code}", reason, todo)


def _unasked(subject: Subject, is_added: bool, reach: Reach | None) -> str:
    """Why the gate does not ask for targets; empty where it does."""
    if reach is None:
        return "是否要有定稿目标才能列入预算，参数待本地确认，现在不核。"
    if reach == Reach.NONE:
        return "本年度计划不以定稿目标为列入预算的前提。"
    if subject.is_classified:
        return "涉密项目线下办理。"
    if reach == Reach.ADDED and not (subject.is_new or is_added):
        return "不是新增或年中追加的项目，不以定稿目标为前提。"
    return ""


def _lacking(promised: Promised) -> tuple[str, str, str]:
    """Code, why not, and what to do."""
    returned = f"已退回{promised.n_returns}次，" if promised.n_returns else ""
    if promised.is_desk:
        return "running", f"绩效目标{returned}正在审核，还没有定稿。", "等财政审核通过。"
    if promised.is_draft and promised.n_returns:
        todo = "由单位按退回意见改好再报；拒不调整的，不安排预算。"
        return "returned", f"绩效目标{returned}还没有改好再报。", todo
    if promised.is_draft:
        return "draft", "绩效目标还在填，没有报送。", "由单位填好报送，财政审核通过后再列入。"
    if promised.is_rejected:
        todo = "请计划管理员重新开放这份目标，改好重报并审核通过后再列入。"
        return "rejected", f"绩效目标{returned}审核没有通过。", todo
    return "missing", "没有绩效目标。", "由单位申请填报绩效目标，财政审核通过后再列入。"


def read_gate(value: str | None, clause: str) -> TargetGate:
    """The gate as a plan's parameter says it; None: the plan has none.

    An empty value is not decided yet, and neither is one of another wording.
    """
    if value is None:
        return TargetGate()
    known = {reach.value: reach for reach in Reach}
    return TargetGate(known.get(value), clause)
