"""Checks of what stands in the rows beside the points: values, units, words, years, costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from apps.rules.findings import Finding
from apps.rules.numbers import plain, quoted, show_value
from apps.rules.table_checks.agreeing import two_places
from apps.rules.table_checks.codes import BLOCK, HINT, TIP, report
from apps.rules.table_checks.kinds import (
    PERCENT,
    WHOLE_COST,
    aligned,
    has_mixed_units,
    is_cost,
    is_met,
    is_outcome,
    is_percent,
    kind,
    money_scale,
    operator,
)
from apps.rules.table_checks.money import is_mixed
from apps.rules.table_checks.printed import PrintedLine, PrintedTable, Value
from apps.rules.table_checks.recount import Recounted
from apps.rules.table_checks.values import places, says_done
from apps.rules.target_checks.measures import base_name
from apps.rules.target_checks.money import MONEY_UNITS
from apps.rules.target_checks.row_at import GROWTH
from apps.rules.target_checks.texts import other_years
from apps.rules.target_checks.vocabulary import SHARE, UNITS

ZERO, HUNDRED = Decimal(0), Decimal(100)
COPIES = 2  # one row alone may be a slip of the pen
MUCH = Decimal(1_000)  # percent; no rate of a bureau comes here
LOW_RATE = Fraction(80, 100)  # 101号: below, the rate no longer counts as nearly done


def unread(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """Cells of points and money hold numbers."""
    for path, text in table.unread.items():
        message = f"填“{text}”，应为数。"
        yield report("table.unread", HINT, path, table, text, "数", message)


def filled(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """A row that is scored has a target, a result and points."""
    is_weighed = any(line.weight is not None for line in table.lines)
    for line in table.lines:
        if line.score is not None and is_outcome(line):
            yield from _promised(table, line)
        if line.led or not is_weighed or not counted.is_whole:
            continue
        path = f"indicator:{line.number}"
        if line.score is None and line.weight is not None and f"{path}.score" not in table.unread:
            message = f"有分值{plain(line.weight)}，没有得分。"
            yield report("table.score_missing", HINT, f"{path}.score", table, "", "得分", message)
        if line.weight is None and line.score is not None and f"{path}.weight" not in table.unread:
            message = f"有得分{plain(line.score)}，没有分值。"
            yield report("table.weight_missing", HINT, f"{path}.weight", table, "", "分值", message)


def _promised(table: PrintedTable, line: PrintedLine) -> Iterator[Finding]:
    path = f"indicator:{line.number}"
    score = plain(line.score or ZERO)
    if line.target.is_empty:
        # A row of words may say in its name what is to be reached.
        severity = BLOCK if line.unit or line.actual.number is not None else HINT
        message = f"没有年度指标值，得{score}分没有依据。"
        yield report(
            "table.target_missing", severity, f"{path}.target", table, "", "指标值", message
        )
    if line.actual.is_empty:
        severity = BLOCK if line.score and line.target.number is not None else HINT
        message = f"没有实际完成值，得{score}分没有依据。"
        yield report(
            "table.actual_missing", severity, f"{path}.actual", table, "", "完成值", message
        )
    elif line.actual.number is None and line.target.number is not None:
        yield from _in_words(table, line)


def _in_words(table: PrintedTable, line: PrintedLine) -> Iterator[Finding]:
    said = quoted(line.actual.text)
    is_done = says_done(line.actual.text, line.target.text) is not None
    severity = TIP if is_done else HINT
    message = f"完成值“{said}”不是数，指标值为{line.target.text}。请填实际完成的数。"
    path = f"indicator:{line.number}.actual"
    yield report("table.actual_words", severity, path, table, said, "数", message)


def reasons(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """A missed target has its reason beside it; more than "=" asked for is no miss."""
    for line in table.lines if table.has_reasons else ():
        if line.score is None or line.reason or not _is_missed(line) or has_mixed_units(line):
            continue
        due = f"{operator(line)}{_shown(line.target, line)}"
        message = f"完成{_shown(line.actual, line)}，未达到指标值{due}，偏差原因和改进措施未写。"
        path = f"indicator:{line.number}.reason"
        yield report("table.reason_missing", HINT, path, table, "", "偏差原因", message)


def _is_missed(line: PrintedLine) -> bool:
    target, actual = aligned(line)
    is_surplus = target is not None and actual is not None and actual > target
    return is_met(line) is False and not (operator(line) == "=" and is_surplus)


def copied(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """Results are what was measured, not the target with its sign."""
    rows = [line for line in table.lines if _is_copy(line)]
    if len(rows) >= COPIES:
        names = "、".join(f"第{line.number}行" for line in rows[:4])
        more = "等" if len(rows) > 4 else ""
        message = (
            f"{names}{more}{len(rows)}行的完成值连符号一起照抄指标值"
            f"（如“{quoted(rows[0].actual.text)}”）。请填实际完成的数。"
        )
        found = f"{len(rows)}行"
        yield report("table.copied", HINT, "rows.actual", table, found, "实际完成的数", message)


def _is_copy(line: PrintedLine) -> bool:
    actual = line.actual
    is_same = actual.number is not None and actual.number == line.target.number
    return is_same and actual.sign in ("≥", "≤", ">", "<")


def operators(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """Less is better of a cost; with ≥ overspending would be full and saving a loss."""
    for line in table.lines:
        if is_cost(line) and line.operator in ("≥", ">") and not line.is_inferred:
            message = (
                f"成本“{quoted(line.name)}”是反向指标，性质写成{line.operator}，"
                "超支反得满分。应为≤。"
            )
            path = f"indicator:{line.number}.operator"
            yield report("table.operator", HINT, path, table, line.operator, "≤", message)


def units(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """The unit suits the number, and both values are in it."""
    for line in table.lines:
        yield from _percent_unit(table, line)
        yield from _money_unit(table, line)
        target, actual = aligned(line)
        if is_percent(line) and (target, actual) != (line.target.number, line.actual.number):
            message = (
                f"指标值{line.target.text}、完成值{line.actual.text}写法不一，"
                f"按{plain(target or ZERO)}%和{plain(actual or ZERO)}%读。请统一写百分数。"
            )
            path = f"indicator:{line.number}.actual"
            found = line.actual.text
            yield report(
                "table.percent", TIP, path, table, found, f"{plain(actual or ZERO)}%", message
            )


def unlike_units(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """Target and result are both shares, both money, or neither."""
    for line in table.lines:
        target, actual = line.target.unit or line.unit, line.actual.unit
        if not target or not actual or line.is_qualitative:
            continue
        kinds = [(bool(PERCENT.search(unit)), unit in MONEY_UNITS) for unit in (target, actual)]
        if kinds[0] != kinds[1]:
            message = f"指标值的单位是{quoted(target)}，完成值的单位是{quoted(actual)}，不能相比。"
            path = f"indicator:{line.number}.actual"
            yield report("table.unit", HINT, path, table, quoted(actual), quoted(target), message)


def repeated(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """One indicator is scored once."""
    seen: dict[tuple[str, str, str], int] = {}
    for line in table.lines:
        name = "".join(line.name.split())
        first = seen.setdefault((line.level2, name, line.target.text), line.number)
        if first != line.number and line.weight and name != "未填名称":
            message = f"与第{first}行是同一指标，重复计{plain(line.weight)}分。"
            path = f"indicator:{line.number}.name"
            found = quoted(line.name)
            yield report("table.repeated", HINT, path, table, found, "只计一次", message)


def _percent_unit(table: PrintedTable, line: PrintedLine) -> Iterator[Finding]:
    if not PERCENT.search(line.unit):
        return
    name, numbers = base_name(line.name), [line.target.number, line.actual.number]
    high = max((number for number in numbers if number is not None), default=ZERO)
    suits = next((example for end, suit, example in UNITS if _wants(end, suit, name)), "")
    is_share = SHARE.search(name) and high > HUNDRED
    if GROWTH.search(line.name) or high <= HUNDRED or not (suits or is_share or high >= MUCH):
        return
    path = f"indicator:{line.number}.unit"
    found, due = f"{show_value(high)}%", suits or "100%以内"
    message = f"单位是%，数为{show_value(high)}，“{quoted(name)}”不会是{found}。请改单位或数。"
    yield report("table.unit", HINT, path, table, found, due, message)


def _wants(end: re.Pattern[str], suit: re.Pattern[str], name: str) -> bool:
    """Whether names of this end are not counted in percent."""
    return bool(end.search(name)) and not suit.search("%")


def _money_unit(table: PrintedTable, line: PrintedLine) -> Iterator[Finding]:
    """Target and actual of an amount of money lie ten thousand times apart."""
    if has_mixed_units(line):
        found = line.actual.text
        message = f"指标值{line.target.text}、完成值{found}，相差约一万倍，元与万元混用。"
        path = f"indicator:{line.number}.actual"
        yield report("table.money_unit", BLOCK, path, table, found, "同一单位", message)


def years(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """Targets and results are of the table's year."""
    if table.year is None:
        return
    for line in table.lines:
        for cell, value in (("target", line.target), ("actual", line.actual)):
            found = other_years(value.text, table.year)
            if found:
                named = "、".join(found)
                message = f"写有{named}，不在{table.year}年度内。请核对是否沿用了别的年度的内容。"
                path = f"indicator:{line.number}.{cell}"
                yield report("table.year", HINT, path, table, named, f"{table.year}年", message)


def costs(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """A cost's ceiling can be missed, and the whole cost is what was paid."""
    funds, scale = counted.funds, MONEY_UNITS[table.money_unit]
    budgets = [amount * scale for amount in (funds.initial, funds.adjusted) if amount]
    for line in table.lines:
        own = money_scale(line)
        if own is None or not budgets:
            continue
        target, actual = aligned(line)
        if kind(line) == "数量":
            yield from _money_as_quantity(table, line, own, budgets)
        if not is_cost(line):
            continue
        if target is not None and target * own > max(budgets) * Decimal("1.005"):
            yield _above_budget(table, line, target * own, max(budgets))
        is_known = target is not None and actual is not None and not has_mixed_units(line)
        if is_known and target is not None and actual is not None and funds.executed is not None:
            is_whole = WHOLE_COST.search(line.name) or line.name == table.project
            if is_whole or target * own in budgets:
                yield from _against_paid(table, line, actual * own, funds.executed * scale)


def _above_budget(
    table: PrintedTable, line: PrintedLine, ceiling: Decimal, budget: Decimal
) -> Finding:
    over = two_places(Fraction(ceiling) / Fraction(budget) - 1)
    found = f"{operator(line)}{_shown(line.target, line)}"
    limit = f"{show_value(budget / MONEY_UNITS[table.money_unit])}{table.money_unit}"
    message = f"成本上限{found}，比预算数{limit}高{over}%，不可能突破，起不到约束。请按预算数设定。"
    path = f"indicator:{line.number}.target"
    return report("table.ceiling", HINT, path, table, found, f"{limit}以内", message)


def _against_paid(
    table: PrintedTable, line: PrintedLine, cost: Decimal, paid: Decimal
) -> Iterator[Finding]:
    if cost == paid:
        return
    own = money_scale(line) or Decimal(1)
    shown = paid / own
    found, due = _shown(line.actual, line), f"{show_value(shown)}{line.unit}"
    path = f"indicator:{line.number}.actual"
    unit = Decimal(1).scaleb(-places(line.actual.number or ZERO))
    if shown.quantize(unit, ROUND_HALF_UP) == cost / own:
        message = f"完成值{found}是全年执行数{due}的约数。请填到与执行数一致的位数。"
        yield report("table.cost", TIP, path, table, found, due, message)
        return
    message = f"完成值{found}，全年执行数{due}，两处不一致。请核对实际成本；未付的写明原因。"
    yield report("table.cost", HINT, path, table, found, due, message)


def _money_as_quantity(
    table: PrintedTable, line: PrintedLine, own: Decimal, budgets: list[Decimal]
) -> Iterator[Finding]:
    if line.target.number is not None and line.target.number * own in budgets:
        found = _shown(line.target, line)
        message = f"数量指标{found}正是预算数，花完钱就算完成。数量写做了多少，例如公里、户。"
        path = f"indicator:{line.number}.target"
        yield report("table.quantity_is_money", HINT, path, table, found, "做了多少", message)


def unspent(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """All done with much of the money left wants an explanation."""
    found = counted.rate
    outputs = [is_met(line) for line in table.lines if kind(line) == "数量"]
    known = [met for met in outputs if met is not None]
    has_reason = any(line.reason for line in table.lines)
    if found is None or found >= LOW_RATE or is_mixed(counted):
        return
    if has_reason or not known or not all(known):
        return
    shown = f"{two_places(found)}%"
    message = f"执行率{shown}，数量指标全部完成。请说明结余原因：预算偏高、节约，或尚未支付。"
    yield report("table.unspent", HINT, "funds.rate", table, shown, "说明", message)


def _shown(value: Value, line: PrintedLine) -> str:
    if value.number is None:
        return value.text
    text = show_value(value.number)
    if value.high is not None:
        text += f"–{show_value(value.high)}"
    return f"{text}{value.unit or line.unit}"


CHECKS = (
    unread,
    filled,
    units,
    unlike_units,
    repeated,
    operators,
    costs,
    copied,
    years,
    reasons,
    unspent,
)
