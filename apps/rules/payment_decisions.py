"""What may be decided about a project's money when something is found wrong (Q-20, Y-17).

Which kinds a place uses, who approves and whether two persons are needed are settings of its plan;
what a kind does to payment, and what a cause allows, is the same everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum

from apps.rules.errors import RuleError
from apps.rules.numbers import quoted

NORMAL = "正常拨付"
RESUME = "恢复拨付"
UNDO = "撤销"
HOLDS = {"减缓拨付": 1, "暂缓拨付": 2, "停止拨付": 3}  # the heavier one is what a project stands at
REPURPOSE, CUT, RECALL = "调整用途", "调减预算", "收回资金"
KINDS = (*HOLDS, REPURPOSE, CUT, RECALL)
NEW_PROMISE = (REPURPOSE, CUT)  # the year's targets follow the money
MOST_WORD = 12
JOINED = re.compile(r"[、，,；;\s]+")


class Cause(StrEnum):
    """Why a project is off (财预〔2019〕136号): the first is nobody's fault at the unit."""

    OUTSIDE = "客观因素"
    DEVIATION = "执行偏离"


def kinds_of(text: str) -> tuple[str, ...]:
    """The kinds that a plan names, joined by 、 or what people write for it; words of its own too.

    恢复拨付 and 撤销 are no kinds: they take a decision back. Raises RuleError for none, for a word
    of more than 12 characters, for one that takes back.
    """
    found = tuple(dict.fromkeys(word for word in JOINED.split(text.strip()) if word))
    wrong = [
        word for word in found if len(word) > MOST_WORD or word == RESUME or word.startswith(UNDO)
    ]
    if wrong or not found:
        raise RuleError(
            f"处置种类：填的是“{quoted(text)}”，应为{'、'.join(KINDS)}中的几种，"
            f"或本地另定的名称（{MOST_WORD}字以内），用顿号分开。",
            code="decision.kinds",
        )
    return found


def reversal_of(kind: str) -> str:
    """What the decision is called that takes one of this kind back."""
    return RESUME if kind in HOLDS else f"{UNDO}{kind}"


def demand_fits(kind: str, cause: str) -> None:
    """A deviation from outside leads to other money and other targets, not to a stop.

    Raises RuleError.
    Source: 财预〔2019〕136号.
    """
    if cause == Cause.OUTSIDE and kind in HOLDS:
        raise RuleError(
            f"原因是客观因素（政策变化、突发事件）的，不{kind}，按程序{'、'.join(NEW_PROMISE)}，"
            "同步调整绩效目标。",
            code="decision.cause",
        )


def asks_new_promise(kind: str, cause: str) -> bool:
    """Whether the unit has to apply for changed targets."""
    return cause == Cause.OUTSIDE and kind in NEW_PROMISE


def payment_state(standing: Iterable[str]) -> str:
    """What the project's payment stands at, by the kinds of the decisions in force."""
    return max((kind for kind in standing if kind in HOLDS), key=HOLDS.__getitem__, default=NORMAL)
