"""The words behind 为什么: each rule's formula and clause, and the numbers put into it.

A calculation is written with the numbers as they were used, so that whoever works it out again,
rounds half up to two places and keeps to the cap arrives at the result.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import NamedTuple

from apps.rules.form_words import show_target
from apps.rules.monitoring.words import percent
from apps.rules.numbers import MISSING, plain, quoted, show_points, show_score, show_value
from apps.rules.scoring.lines import Money, ResultLine
from apps.rules.scoring.rules import CORE, HOUSE, ONE, SELF, ZERO, ScoreRules

Trace = dict[str, object]
NOTHING = "不计分"


class Told(NamedTuple):
    """A rule in words, its clause, and whether it follows the plan's settings."""

    formula: str
    clause: str
    is_local: bool = False


RULES = {
    "positive": Told("得分 = 分值 × 完成值 ÷ 指标值；达到指标值得满分", SELF),
    "reverse": Told("反向指标：不高于指标值得满分；高于的，得分 = 分值 × 指标值 ÷ 完成值", SELF),
    "equal": Told("得分 = 分值 ×（1 − |完成值 − 指标值| ÷ 指标值），最低0分", HOUSE),
    "interval": Told("在区间内得满分；区间外，得分 = 分值 × 与最近端点的比例", HOUSE),
    "all_or_none": Told("直接赋分：达到得满分，未达到不得分（指标值为0的按此计）", CORE),
    "pass_mark": Told("完成比例低于及格门槛的不得分", CORE, True),
    "satisfaction": Told("满意度未达到指标值，按所在区间给分", CORE, True),
    "over": Told("完成值高于指标值过多，超出部分按比例调减分值", SELF, True),
    "band": Told("得分 = 分值 × 所在档内的系数", SELF),
    "excluded": Told("不适用的指标不计分，分值由适用指标折算", SELF, True),
    "off_band": Told("系数应在所选的档内", SELF),
    "unscored": Told("分值、指标值或完成值未填，不能计分", SELF),
    "execution": Told("得分 = 分值 × 全年执行数 ÷ 全年预算数，不超过分值", SELF),
    "execution_steps": Told("执行率按区间给分", CORE),
    "no_budget": Told("全年预算数为0，不计执行率，分值由指标折算", HOUSE),
    "execution_unknown": Told("全年预算数、执行数或分值未填，不能计分", SELF),
}


def trace(
    rule: str,
    title: str,
    inputs: list[tuple[str, str]],
    result: str,
    rules: ScoreRules,
    calculation: str = "",
    cap: str = "",
    formula: str = "",
) -> Trace:
    """What 为什么 shows, ready to store; all of it text."""
    told = RULES.get(rule, Told("", SELF, True))
    clause = rules.clause if told.is_local and rules.clause else told.clause
    return {
        "title": title,
        "rule": f"scoring.{rule}",
        "version": rules.version,
        "formula": formula or told.formula,
        "calculation": calculation,
        "inputs": [{"name": name, "value": value} for name, value in inputs],
        "cap": cap,
        "result": result,
        "clause": clause,
    }


def of_line(
    line: ResultLine, rule: str, points: Decimal | None, weight: Decimal | None, rules: ScoreRules
) -> Trace:
    """The trace of an indicator's score."""
    inputs = [
        ("年度指标值", show_target(line.target)),
        ("实际完成值", _done(line)),
        ("分值", show_points(weight)),
    ]
    title = line.target.name
    if points is None or weight is None:
        reason = f"：{quoted(line.excluded)}" if line.excluded else ""
        return trace(rule, title, inputs, f"{NOTHING}{reason}", rules)
    is_whole = rule == "all_or_none" and points > 0
    share = "1" if is_whole else _SHARES.get(rule, _nothing)(line, rules)
    calculation = f"{plain(weight)} × {share}"
    # Every share but the proportional one stays within the weight by itself.
    is_over = rule == "positive" and _exceeds(line)
    cap = f"不超过分值{show_points(weight)}分" if is_over else ""
    result = f"{show_score(points)}分"
    formula = f"{RULES[rule].formula}{_local(rule, line, rules)}"
    return trace(rule, title, inputs, result, rules, calculation, cap, formula)


def of_money(money: Money, rule: str, points: Decimal | None, rules: ScoreRules) -> Trace:
    """The trace of the execution rate's score."""
    inputs = [
        ("全年执行数", show_value(money.executed)),
        ("全年预算数", show_value(money.budget)),
        ("分值", show_points(money.points)),
    ]
    title = "预算执行率"
    if points is None or money.points is None or not money.budget or money.executed is None:
        return trace(rule, title, inputs, NOTHING, rules)
    result = f"{show_score(points)}分"
    if rule == "execution_steps":
        earned = points / money.points if money.points else ZERO
        calculation = f"{plain(money.points)} × {plain(earned)}"
        words = _execution_steps(rules)
        return trace(rule, title, inputs, result, rules, calculation, "", words)
    calculation = f"{plain(money.points)} × {plain(money.executed)} ÷ {plain(money.budget)}"
    is_over = money.executed > money.budget
    cap = f"不超过分值{show_points(money.points)}分" if is_over else ""
    return trace(rule, title, inputs, result, rules, calculation, cap)


def _done(line: ResultLine) -> str:
    if line.is_qualitative:
        share = percent(line.share) if line.share is not None else MISSING
        return f"{line.band or MISSING} {share}"
    unit = line.target.unit if line.actual is not None else ""
    return f"{show_value(line.actual)}{unit}"


def _exceeds(line: ResultLine) -> bool:
    value = line.target.value
    return line.actual is not None and value is not None and line.actual > value


def _local(rule: str, line: ResultLine, rules: ScoreRules) -> str:
    """The plan's own numbers behind a rule."""
    if rule == "band":
        return "；" + "、".join(band.words for band in rules.share_bands)
    if rule == "pass_mark":
        return f"；门槛{percent(rules.pass_mark)}"
    if rule == "satisfaction":
        steps = (f"{percent(step.floor)}起{percent(step.share)}" for step in rules.satisfaction)
        return "；" + "、".join(steps)
    if rule == "over" and (found := rules.lowering):
        return (
            f"；超过指标值{percent(found.threshold)}以上的部分，每超1%减{plain(found.rate)}%，"
            f"最多减到{percent(found.floor)}"
        )
    return ""


def _execution_steps(rules: ScoreRules) -> str:
    steps = (
        f"{percent(step.floor)}（含）起得{percent(step.share)}" for step in rules.execution_steps
    )
    return "执行率达到100%或完成且在预算内得满分；" + "、".join(steps) + "；再低不得分"


# --- the share of the points, as it was worked out ---------------------------------------------
def _ratio(line: ResultLine, rules: ScoreRules) -> str:
    actual, value = line.actual or ZERO, line.target.value or ONE
    return f"{_signed(actual)} ÷ {_signed(value)}"


def _reverse(line: ResultLine, rules: ScoreRules) -> str:
    actual, value = line.actual or ZERO, line.target.value or ONE
    return "1" if actual <= value else f"{plain(value)} ÷ {plain(actual)}"


def _equal(line: ResultLine, rules: ScoreRules) -> str:
    actual, value = line.actual or ZERO, line.target.value or ONE
    return f"(1 − |{_signed(actual)} − {plain(value)}| ÷ {plain(value)})"


def _interval(line: ResultLine, rules: ScoreRules) -> str:
    actual = line.actual or ZERO
    low, high = line.target.value or ZERO, line.target.value_high or ZERO
    if actual < low:
        return f"{_signed(actual)} ÷ {plain(low)}"
    return "1" if actual <= high else f"{plain(high)} ÷ {plain(actual)}"


def _nothing(line: ResultLine, rules: ScoreRules) -> str:
    return "0"


def _band(line: ResultLine, rules: ScoreRules) -> str:
    return plain(line.share or ZERO)


def _satisfaction(line: ResultLine, rules: ScoreRules) -> str:
    value, actual = line.target.value or ZERO, line.actual or ZERO
    return plain(rules.satisfaction_share(line.target.unit, value, actual))


def _over(line: ResultLine, rules: ScoreRules) -> str:
    actual, value, found = line.actual or ZERO, line.target.value or ONE, rules.lowering
    if found is None or actual <= value * (ONE + found.threshold):
        return "1"
    some, whole = found.share(actual, value)
    if some == found.floor * value:
        return plain(found.floor)
    excess = f"({plain(actual)} ÷ {plain(value)} − 1 − {plain(found.threshold)})"
    return f"(1 − {excess} × {plain(found.rate)})" if whole else "1"


_SHARES: dict[str, Callable[[ResultLine, ScoreRules], str]] = {
    "positive": _ratio,
    "reverse": _reverse,
    "equal": _equal,
    "interval": _interval,
    "band": _band,
    "satisfaction": _satisfaction,
    "over": _over,
}


def _signed(number: Decimal) -> str:
    text = plain(number)
    return f"({text})" if text.startswith("-") else text
