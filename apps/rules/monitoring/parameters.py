"""What a plan must settle before lights and flags can be judged: every number and every reading.

Neither the law nor the sources give the percentages, so none of them has a default. A plan keeps
the values as texts under these codes (percentages as 10 for 10%); 0 switches a rule off where its
title says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, NoReturn

from apps.rules.errors import RuleError
from apps.rules.numbers import parse_number, plain, quoted

YES, NO = "是", "否"
TIME, PLAN = "时间进度", "用款计划"
INITIAL, CURRENT = "年初预算数", "调整后预算数"
GAP, RATIO, BOTH = "进度差", "进度比", "两者取差"
DEVIATION, DONE = "偏离度", "完成比"
GRADED, RANGE = "分档", "只看是否达到"
WORST, MONEY, PROMISE = "最差一侧", "以资金为准", "以目标为准"
KINDS = ("数量", "效益", "满意度")
UNPRORATED = "不折算"
FIRST, TWICE = "首次黄标、再次红标", "连续两次后定黄红"
BY_PASS, BY_CLOSING, NEVER = "合格即摘标", "销号后摘标", "年度内不摘标"
OFF, LOWER = "摘标", "降为黄标"
JOINED = re.compile(r"[、，,；;\s]+")
HUNDRED = Decimal(100)
MOST = Decimal(1000)  # percent


class Condition(NamedTuple):
    """A parameter is asked only where another has one of these values."""

    code: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Parameter:
    """One setting of a plan; `value_type` is choice, percent, number or text."""

    code: str
    title: str
    value_type: str = "choice"
    choices: tuple[str, ...] = ()
    asked_if: Condition | None = None

    def is_asked(self, values: Mapping[str, str]) -> bool:
        """Whether the other values make it matter."""
        rule = self.asked_if
        return rule is None or values.get(rule.code, "").strip() in rule.values


def _percents(condition: Condition, *named: tuple[str, str]) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(f"monitoring.{code}", title, "percent", asked_if=condition)
        for code, title in named
    )


_BY_GAP = Condition("monitoring.money_measure", (GAP, BOTH))
_BY_RATIO = Condition("monitoring.money_measure", (RATIO, BOTH))
_BY_DEVIATION = Condition("monitoring.promise_measure", (DEVIATION,))
_BY_DONE = Condition("monitoring.promise_measure", (DONE,))
_CLEARING = Condition("monitoring.flag_clear", (BY_PASS, BY_CLOSING))

LIGHTS = (
    Parameter("monitoring.money_budget", "执行率的分母", choices=(INITIAL, CURRENT)),
    Parameter("monitoring.pace", "执行进度的基准", choices=(TIME, PLAN)),
    Parameter("monitoring.money_measure", "资金灯的算法", choices=(GAP, RATIO, BOTH)),
    *_percents(
        _BY_GAP,
        ("gap_green", "进度差不超过多少为绿灯"),
        ("gap_yellow", "进度差不超过多少为黄灯"),
    ),
    *_percents(
        _BY_RATIO,
        ("pace_yellow", "进度比达到多少为黄灯"),
        ("pace_green", "进度比达到多少为绿灯"),
        ("pace_blue", "进度比达到多少为蓝灯（0为不设）"),
    ),
    Parameter("monitoring.zero_month", "从第几月的节点起零执行直接红灯（0为不用）", "number"),
    Parameter("monitoring.promise_measure", "指标灯的算法", choices=(DEVIATION, DONE)),
    *_percents(
        _BY_DEVIATION,
        ("deviation_green", "指标偏离度不超过多少为绿灯"),
        ("deviation_yellow", "指标偏离度不超过多少为黄灯"),
    ),
    *_percents(
        _BY_DONE,
        ("done_yellow", "指标完成比达到多少为黄灯"),
        ("done_green", "指标完成比达到多少为绿灯"),
        ("done_blue", "指标完成比达到多少为蓝灯（0为不设）"),
    ),
    Parameter(
        "monitoring.prorated", f"按时间折算的指标（{'、'.join(KINDS)}，或{UNPRORATED}）", "text"
    ),
    Parameter("monitoring.prorate_rates", "比率指标是否折算", choices=(YES, NO)),
    Parameter("monitoring.fixed_measure", "质量、时效、成本指标的判法", choices=(GRADED, RANGE)),
    Parameter("monitoring.reverse_measure", "反向指标的判法", choices=(GRADED, RANGE)),
    Parameter("monitoring.likelihood", "完成可能性是否计入指标灯", choices=(YES, NO)),
    Parameter("monitoring.combined", "综合灯的合成", choices=(WORST, MONEY, PROMISE)),
)
FLAGS = (
    Parameter("monitoring.flag_rule", "黄标、红标的判定", choices=(FIRST, TWICE)),
    Parameter("monitoring.flag_clear", "摘标的条件", choices=(BY_PASS, BY_CLOSING, NEVER)),
    Parameter(
        "monitoring.flag_red_clear", "红标达到条件后", choices=(OFF, LOWER), asked_if=_CLEARING
    ),
    Parameter("monitoring.flag_overdue", "逾期未销号是否升级红标", choices=(YES, NO)),
    Parameter("monitoring.flag_across_years", "黄标、红标是否跨年连算", choices=(YES, NO)),
)
PARAMETERS = LIGHTS + FLAGS
_BY_CODE = {each.code: each for each in PARAMETERS}


def missing(values: Mapping[str, str], asked: Iterable[Parameter] = PARAMETERS) -> list[Parameter]:
    """Those of the parameters that matter with these values and are not settled yet."""
    return [
        each for each in asked if each.is_asked(values) and not values.get(each.code, "").strip()
    ]


class Settings:
    """A plan's values read as what they are. Raises RuleError for what is missing or unreadable."""

    def __init__(self, values: Mapping[str, str], asked: tuple[Parameter, ...]) -> None:
        lacking = missing(values, asked)
        if lacking:
            titles = "、".join(f"“{each.title}”" for each in lacking)
            raise RuleError(
                f"监控规则{titles}：待本地确认。请计划管理员在计划参数里设定。",
                code="monitoring.unset",
                settings=[each.code for each in lacking],
            )
        self._values = values

    def choice(self, name: str) -> str:
        """One of the parameter's choices."""
        parameter, text = self._found(name)
        if text not in parameter.choices:
            _refuse(parameter, text, "、".join(parameter.choices))
        return text

    def says_yes(self, name: str) -> bool:
        """Whether a question is answered by 是."""
        return self.choice(name) == YES

    def percent(self, name: str) -> Decimal:
        """A percentage as ratio: 10 is 0.1."""
        parameter, text = self._found(name)
        found = self._number(parameter, text)
        if not 0 <= found <= MOST:
            _refuse(parameter, text, f"0–{plain(MOST)}的百分数")
        return found / HUNDRED

    def month(self, name: str) -> int:
        """A month of the year, 0 for none."""
        parameter, text = self._found(name)
        found = self._number(parameter, text)
        if found not in range(13):
            _refuse(parameter, text, "0–12的整数")
        return int(found)

    def kinds(self, name: str) -> frozenset[str]:
        """Kinds of indicators, joined by 、 or what people write for it."""
        parameter, text = self._found(name)
        if text == UNPRORATED:
            return frozenset()
        found = frozenset(JOINED.split(text))
        if not found <= set(KINDS):
            _refuse(parameter, text, f"{'、'.join(KINDS)}中的几类，或{UNPRORATED}")
        return found

    def _found(self, name: str) -> tuple[Parameter, str]:
        parameter = _BY_CODE[f"monitoring.{name}"]
        return parameter, self._values[parameter.code].strip()

    def _number(self, parameter: Parameter, text: str) -> Decimal:
        try:
            return parse_number(text)
        except RuleError:
            _refuse(parameter, text, "数")


def _refuse(parameter: Parameter, text: str, expected: str) -> NoReturn:
    raise RuleError(
        f"监控规则“{parameter.title}”：填“{quoted(text)}”，应为{expected}。",
        code="monitoring.setting",
        settings=[parameter.code],
    )
