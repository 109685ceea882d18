"""Checks of the indicator rows of a node's filing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from apps.rules.decomposition.parts import is_rate
from apps.rules.findings import Finding
from apps.rules.form_words import show_target
from apps.rules.monitoring import deviations as off
from apps.rules.monitoring.check_codes import At
from apps.rules.monitoring.node_form import BANDS, CAUSES, LIKELIHOODS, ProgressLine
from apps.rules.numbers import show_value
from apps.rules.target_checks.row_at import GROWTH, PERCENT
from apps.rules.target_checks.vocabulary import MAY_EXCEED

HUNDRED = Decimal(100)
LEAP = Decimal(1000)  # a number so many times another one of its unit is in another unit
WAN = "万"


def each_row(at: At) -> Iterator[Finding]:
    """All findings of the rows, in their order."""
    for row in at.form.lines:
        for check in ROW_CHECKS:
            yield from check(at, row)


def chosen(at: At, row: ProgressLine) -> Iterator[Finding]:
    """What is chosen is among what can be chosen."""
    picked = [
        ("likelihood", (row.likelihood,), LIKELIHOODS),
        ("causes", row.causes, CAUSES),
    ]
    if row.is_qualitative:
        picked += [("actual", (row.band,), BANDS), ("forecast", (row.forecast_band,), BANDS)]
    for cell, values, allowed in picked:
        for value in values:
            if value and value not in allowed:
                message = f"填“{value}”，应选{'、'.join(allowed)}。"
                path = f"indicator:{row.key}.{cell}"
                yield at.noted("choice", path, value, "、".join(allowed), message)


def filled(at: At, row: ProgressLine) -> Iterator[Finding]:
    """It is said how far the row has come, how it will end, and how likely that is."""
    path = f"indicator:{row.key}"
    example = "选达成、部分达成或未达成" if row.is_qualitative else "填数，例如12.5"
    if row.is_not_due:
        if not row.remark.strip():
            message = "选了未到考核时点，备注没有写什么时候可以考核。"
            yield at.noted("not_due", f"{path}.remark", "未填", "说明", message)
    elif not row.is_filled and not at.is_unread(f"{path}.actual"):
        message = f"未填。年度指标值{show_target(row.target)}；{example}。"
        yield at.noted("actual_missing", f"{path}.actual", "未填", "执行情况", message)
    has_forecast = row.forecast_band if row.is_qualitative else row.forecast is not None
    if not has_forecast and not at.is_unread(f"{path}.forecast"):
        message = f"全年预计完成情况未填；{example}。"
        yield at.noted("row_forecast_missing", f"{path}.forecast", "未填", "全年预计", message)
    if not row.likelihood:
        message = f"未选。请选{'、'.join(LIKELIHOODS)}。"
        yield at.noted("likelihood_missing", f"{path}.likelihood", "未选", "三选一", message)


def explained(at: At, row: ProgressLine) -> Iterator[Finding]:
    """A row off its target names its cause, the reason, and what will be done about it."""
    facts = at.facts
    if not off.is_off(row, facts.node.elapsed, facts.promise, facts.tolerance):
        return
    path, why = f"indicator:{row.key}", _why(at, row)
    if not row.causes:
        message = f"{why}，要选偏差原因：{'、'.join(CAUSES)}。"
        yield at.noted("cause_missing", f"{path}.causes", "未选", "偏差原因", message)
    if not row.reason.strip():
        message = f"{why}，要写清原因。"
        yield at.noted("reason_missing", f"{path}.reason", "未填", "原因说明", message)
    if not row.measure.strip():
        message = f"{why}，要写拟采取的措施。"
        yield at.noted("measure_missing", f"{path}.measure", "未填", "措施", message)


def rates(at: At, row: ProgressLine) -> Iterator[Finding]:
    """A share of a whole is not above 100 %."""
    name, unit = row.target.name.strip(), row.target.unit.strip()
    if unit not in PERCENT or GROWTH.search(name) or MAY_EXCEED.search(name):
        return
    for cell, value in (("actual", row.actual), ("forecast", row.forecast)):
        if value is not None and value > HUNDRED:
            shown = f"{show_value(value)}%"
            message = f"填{shown}，比率一般不超过100%。请核对是否多写了位数。"
            yield at.noted("percent", f"indicator:{row.key}.{cell}", shown, "100%以内", message)


def cumulative(at: At, row: ProgressLine) -> Iterator[Finding]:
    """What adds up over the year falls neither against the last node nor by the year's end."""
    if not _adds_up(row) or row.actual is None:
        return
    path, shown = f"indicator:{row.key}", _shown(row, row.actual)
    before = _before(at, row)
    if before is not None and row.actual < before:
        least = _shown(row, before)
        message = f"填{shown}，上一节点是{least}；累计数不应减少。"
        yield at.noted("row_falling", f"{path}.actual", shown, f"{least}以上", message)
    if row.forecast is not None and row.forecast < row.actual:
        found = _shown(row, row.forecast)
        message = f"全年预计{found}，已完成{shown}；全年不应少于已完成。"
        yield at.noted("row_forecast_low", f"{path}.forecast", found, f"{shown}以上", message)


def agrees(at: At, row: ProgressLine) -> Iterator[Finding]:
    """确定能 does not go with a year that is forecast to miss the promise."""
    if row.likelihood == LIKELIHOODS[0] and off.misses_year(row):
        found = row.forecast_band or _shown(row, row.forecast)
        aim = show_target(row.target)
        message = f"选了确定能，全年预计{found}，年度指标值{aim}。两处请改成一致。"
        path = f"indicator:{row.key}.likelihood"
        yield at.noted("contradiction", path, LIKELIHOODS[0], "与全年预计一致", message)


def units(at: At, row: ProgressLine) -> Iterator[Finding]:
    """Money and counts by 万 keep the unit of the promise and of the last node."""
    unit, actual = row.target.unit.strip(), row.actual
    if actual is None or actual <= 0 or not ("元" in unit or unit.startswith(WAN)):
        return
    for title, other in (("上一节点", _before(at, row)), ("年度指标值", row.target.value)):
        if not other or other < 0:
            continue
        is_small = title == "上一节点" and actual * LEAP <= other
        if actual >= other * LEAP or is_small:
            shown, than = _shown(row, actual), _shown(row, other)
            message = f"填{shown}，{title}是{than}，相差千倍以上。请核对单位是不是{unit}。"
            yield at.noted("unit", f"indicator:{row.key}.actual", shown, f"单位{unit}", message)
            return


def copied(at: At) -> Iterator[Finding]:
    """Not everything stands exactly as at the node before."""
    last = at.facts.last
    if last is None or not at.form.lines or at.form.unread:
        return
    now = [(row.key, row.actual, row.band) for row in at.form.lines]
    then = [(row.key, row.actual, row.band) for row in last.lines]
    if now == then and at.form.total.executed == last.total.executed:
        message = "执行数和各条执行情况与上一节点完全相同，请核对是否更新过。"
        yield at.noted("copied", "form", "没有变化", "本节点的数", message)


def _why(at: At, row: ProgressLine) -> str:
    """What makes the row stand off, with the numbers."""
    if row.likelihood in LIKELIHOODS[1:]:
        return f"完成可能性选了{row.likelihood}"
    if off.misses_year(row):
        found = row.forecast_band or _shown(row, row.forecast)
        return f"全年预计{found}，年度指标值{show_target(row.target)}"
    if row.is_qualitative:
        return f"执行情况为{row.band}"
    now = off.due(row.target, at.facts.node.elapsed, at.facts.promise)
    aim = now.words if now else show_target(row.target)
    return f"执行情况{_shown(row, row.actual)}，到本节点应为{aim}{row.target.unit}"


def _adds_up(row: ProgressLine) -> bool:
    """Whether the value is a sum over the year: a quantity that is no rate, more being better."""
    target = row.target
    is_sum = off.kind_of(target) == "数量" and not off.is_reverse(target)
    return is_sum and not is_rate(target.name.strip(), target.unit.strip())


def _before(at: At, row: ProgressLine) -> Decimal | None:
    """The row's value at the last node, where the promise is still in the same unit."""
    found = at.facts.last.line(row.key) if at.facts.last else None
    return found.actual if found and found.target.unit == row.target.unit else None


def _shown(row: ProgressLine, value: Decimal | None) -> str:
    return f"{show_value(value)}{row.target.unit}"


ROW_CHECKS = (chosen, filled, explained, rates, cumulative, agrees, units)
CHECKS = (each_row, copied)
