"""Whether targets keep step with the budget: four pairs of dates (B-05, B-14, W-07)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

UNKNOWN_DAY = "未登记"
CLAUSE = "财预〔2015〕88号：谁批复预算，谁批复目标；绩效目标随预算下达"


class Step(StrEnum):
    """What a year's budget goes through, and the targets with it."""

    COMPILED = "compiled"
    REVIEWED = "reviewed"
    APPROVED = "approved"
    PUBLISHED = "published"


WORDS = {
    Step.COMPILED: "申报",
    Step.REVIEWED: "审核",
    Step.APPROVED: "批复",
    Step.PUBLISHED: "公开",
}
ONE_ACT = (Step.APPROVED, Step.PUBLISHED)  # done together: one document, one day


class State(StrEnum):
    """What stands of a pair; the worst first."""

    LATE = "late"
    APART = "apart"
    UNKNOWN = "unknown"
    TOGETHER = "together"


STATES = {
    State.LATE: "晚于预算",
    State.APART: "日期不一致",
    State.UNKNOWN: "未登记",
    State.TOGETHER: "同步",
}
BUDGET_TODO = {
    Step.COMPILED: "由预算科登记预算申报日期，或用模板导入。",
    Step.REVIEWED: "由预算科登记预算审核日期，或用模板导入。",
    Step.APPROVED: "计划管理员在事件日期里填部门预算批复的日期，或由预算科登记本项目的日期。",
    Step.PUBLISHED: "计划管理员在事件日期里填部门预算公开的日期，或由预算科登记本项目的日期。",
}
TARGET_TODO = {
    Step.COMPILED: "由单位报送绩效目标。",
    Step.REVIEWED: "由财政部门审核定稿。",
    Step.APPROVED: "下达绩效目标批复，或登记批复的日期和文号。",
    Step.PUBLISHED: "由单位登记目标公开的日期和网址。",
}


@dataclass(frozen=True)
class Pair:
    """The two days of one step; None: not known. `is_open`: the targets are known to lack it."""

    step: Step
    budget: date | None
    target: date | None
    is_open: bool = False


@dataclass(frozen=True)
class Finding:
    """What stands of a pair, by how many days, what to do, and why."""

    state: State
    days: int  # calendar days by which the targets came after the budget; negative: before
    text: str
    todo: str
    trace: dict[str, object]


def judge(pair: Pair, today: date, clause: str = "") -> Finding:
    """The targets of a step against its budget.

    They may be compiled and reviewed before the budget, not after it; approved and published they
    are with it, on one day. An unknown day is never guessed.
    Source: 财预〔2015〕88号; 中发〔2018〕34号.
    """
    state, days, text, todo = _judged(pair, today)
    trace: dict[str, object] = {
        "title": f"{WORDS[pair.step]}同步",
        "rule": f"synchrony.{pair.step}",
        "formula": "目标日期与预算日期应为同一天"
        if pair.step in ONE_ACT
        else "目标日期不晚于预算日期",
        "inputs": [
            {"name": f"预算{WORDS[pair.step]}", "value": shown(pair.budget)},
            {"name": f"目标{WORDS[pair.step]}", "value": shown(pair.target)},
        ],
        "result": f"{STATES[state]}。{text}",
        "clause": clause or CLAUSE,
    }
    return Finding(state, days, text, todo, trace)


def _judged(pair: Pair, today: date) -> tuple[State, int, str, str]:
    word = WORDS[pair.step]
    if pair.budget is None:
        todo = BUDGET_TODO[pair.step] + ("" if pair.target else TARGET_TODO[pair.step])
        return State.UNKNOWN, 0, f"预算{word}日期未登记。", todo
    if pair.target is None:
        return _without_target(pair, pair.budget, today)
    days = (pair.target - pair.budget).days
    if days > 0:
        return State.LATE, days, f"目标{word}比预算晚{days}天。", ""
    if days < 0 and pair.step in ONE_ACT:
        todo = "核对两边的日期，登记错的更正。"
        return State.APART, days, f"目标{word}比预算早{-days}天，不是同一天。", todo
    return State.TOGETHER, days, f"目标{word}不晚于预算。", ""


def _without_target(pair: Pair, budget: date, today: date) -> tuple[State, int, str, str]:
    """The budget went ahead: late where the targets are known to lag, else not on record."""
    word, todo = WORDS[pair.step], TARGET_TODO[pair.step]
    days = (today - budget).days
    if pair.is_open and days > 0:
        text = f"预算{word}已过{days}天，目标还没有{word}。"
        return State.LATE, days, text, todo
    return State.UNKNOWN, 0, f"目标{word}日期未登记。", todo


def worst(findings: list[Finding]) -> Finding:
    """The finding that matters most: late before apart, unknown, together; the latest first."""
    order = list(State)
    return min(findings, key=lambda found: (order.index(found.state), -abs(found.days)))


def shown(day: date | None) -> str:
    """A day as it is written, or that it is not on record."""
    return UNKNOWN_DAY if day is None else day.isoformat()
