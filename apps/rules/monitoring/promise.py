"""The lights of the indicators: each row, and the promise as a whole (DOMAIN 4.1, 4.3)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction

from apps.rules.form_words import show_target
from apps.rules.monitoring import deviations as off
from apps.rules.monitoring.deviations import FIXED, Due
from apps.rules.monitoring.lights import WORDS, Ceilings, Floors, Light, Lit, worst
from apps.rules.monitoring.money import LOCAL, PARTED
from apps.rules.monitoring.node_form import BANDS, LIKELIHOODS, ProgressLine
from apps.rules.monitoring.nodes import Node
from apps.rules.monitoring.rules import PromiseRule
from apps.rules.monitoring.words import percent, trace
from apps.rules.numbers import MISSING, show_value

THREE = (Light.GREEN, Light.YELLOW, Light.RED)
BY_BAND = dict(zip(BANDS, THREE, strict=True))
BY_LIKELIHOOD = dict(zip(LIKELIHOODS, THREE, strict=True))
BAND_WORDS = "达成绿灯，部分达成并有一定效果黄灯，未达成红灯"
LIKELIHOOD_WORDS = "确定能绿灯，有可能黄灯，完全不可能红灯"
DIVIDED = "完成比 = 实际 ÷ 应达值"
LEFT_OVER = (
    "完成比 = 1 − 偏离度，最低为0；"
    "偏离度 = |应达值 − 实际| ÷ |应达值|，达到的为0，应达值为0而没有达到的为100%"
)


def row_light(row: ProgressLine, node: Node, rule: PromiseRule, clause: str = "") -> Lit:
    """The light of one indicator: its value, and the likelihood where the rule counts it."""
    clause = clause or LOCAL
    parts = [_of_value(row, node, rule, clause)]
    if rule.counts_likelihood and row.likelihood in BY_LIKELIHOOD:
        parts.append(_of_likelihood(row, clause))
    if len(parts) == 1:
        return parts[0]
    return _of_parts("row", row.target.name, parts, clause)


def promise_light(
    rows: Iterable[ProgressLine], node: Node, rule: PromiseRule, clause: str = ""
) -> Lit:
    """The worst light of all indicators; `parts` are theirs, in their order."""
    parts = [row_light(row, node, rule, clause) for row in rows]
    return _of_parts("promise", "目标灯", parts, clause or LOCAL)


def _of_parts(code: str, title: str, parts: list[Lit], clause: str) -> Lit:
    light = worst(part.light for part in parts)
    inputs = ((f"{n}. {part.trace['title']}", part.word) for n, part in enumerate(parts, start=1))
    return Lit(light, trace(code, title, PARTED, inputs, WORDS[light], clause), tuple(parts))


def _of_value(row: ProgressLine, node: Node, rule: PromiseRule, clause: str) -> Lit:
    if row.is_qualitative and row.band in BY_BAND:
        inputs = (("年度指标值", show_target(row.target)), ("执行情况", row.band))
        light = BY_BAND[row.band]
        why = trace("band", row.target.name, BAND_WORDS, inputs, WORDS[light], clause)
        return Lit(light, why)
    due = off.due(row.target, node.elapsed, rule)
    if row.is_not_due or row.actual is None or due is None:
        reason = "未到考核时点" if row.is_not_due else "没有执行情况或指标值"
        result = f"{WORDS[Light.NONE]}：{reason}"
        return Lit(Light.NONE, trace("row", row.target.name, "", _inputs(row), result, clause))
    if _by_range(row, rule):
        return _of_range(row, row.actual, clause)
    if isinstance(rule.scale, Ceilings):
        return _of_deviation(row, row.actual, due, rule.scale, clause)
    return _of_ratio(row, row.actual, due, rule.scale, clause)


def _by_range(row: ProgressLine, rule: PromiseRule) -> bool:
    if off.kind_of(row.target) in FIXED:
        return rule.fixed_by_range
    return rule.reverse_by_range and off.is_reverse(row.target)


def _of_range(row: ProgressLine, actual: Decimal, clause: str) -> Lit:
    """Green when the value keeps the whole year's promise, else red; never prorated."""
    year = off.due(row.target)
    light = Light.GREEN if year is not None and off.is_met(year, actual) else Light.RED
    formula = "不按时间折算：在年度指标值范围内绿灯，超出红灯"
    why = trace("range", row.target.name, formula, _inputs(row), WORDS[light], clause)
    return Lit(light, why)


def _of_deviation(
    row: ProgressLine, actual: Decimal, due: Due, scale: Ceilings, clause: str
) -> Lit:
    found = off.deviation(due, actual)
    formula = f"偏离度 = |应达值 − 实际| ÷ 应达值，达到的为0；{scale.words}"
    return _of_scale(row, due, "deviation", formula, found, scale, clause)


def _of_ratio(row: ProgressLine, actual: Decimal, due: Due, scale: Floors, clause: str) -> Lit:
    found = off.done(due, actual)
    formula = f"{DIVIDED if off.is_proportional(due) else LEFT_OVER}；{scale.words}"
    return _of_scale(row, due, "done", formula, found, scale, clause)


def _of_scale(
    row: ProgressLine,
    due: Due,
    code: str,
    formula: str,
    found: Fraction,
    scale: Ceilings | Floors,
    clause: str,
) -> Lit:
    how = "年度指标值 × 月数÷12" if due.is_prorated else "年度指标值，不折算"
    inputs = (*_inputs(row), ("应达值", f"{due.words}{row.target.unit}（{how}）"))
    name = "偏离度" if code == "deviation" else "完成比"
    shown, light = f"{name} {percent(found, scale.edges)}", scale.light(found)
    return Lit(light, trace(code, row.target.name, formula, inputs, WORDS[light], clause, shown))


def _of_likelihood(row: ProgressLine, clause: str) -> Lit:
    light = BY_LIKELIHOOD[row.likelihood]
    inputs = (("完成目标可能性", row.likelihood),)
    why = trace("likelihood", "完成目标可能性", LIKELIHOOD_WORDS, inputs, WORDS[light], clause)
    return Lit(light, why)


def _inputs(row: ProgressLine) -> Iterator[tuple[str, str]]:
    yield "年度指标值", show_target(row.target)
    shown = f"{show_value(row.actual)}{row.target.unit}" if row.actual is not None else MISSING
    yield "执行情况", row.band or shown
