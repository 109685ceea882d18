"""Checks of the money: amounts, the execution rate and its points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from apps.rules.findings import Finding
from apps.rules.numbers import plain, show_value
from apps.rules.scoring import Money, score_execution
from apps.rules.scoring.rules import STEPPED, ScoreRules
from apps.rules.table_checks.agreeing import Match, match, score_match, two_places
from apps.rules.table_checks.codes import BLOCK, HINT, TIP, report
from apps.rules.table_checks.kinds import EXECUTION, aligned, is_percent
from apps.rules.table_checks.printed import MONEY_WORDS, FundRow, PrintedTable
from apps.rules.table_checks.recount import Recounted, has_total_in_funds, is_done, points_of_rate
from apps.rules.table_checks.values import places

ZERO, HALF = Decimal(0), Decimal("0.5")
ONE = Decimal(1)
TEN_THOUSAND = Fraction(10_000)
STEPS = ScoreRules(execution=STEPPED, over_budget=ONE)
MOST_SPLIT = 16  # rows; a table has eight
PARTED = ("其中", "一般公共", "政府性基金", "国有资本", "上年结转", "中央", "省", "市", "县", "区")


def negative(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """No amount is below zero."""
    rows = [("funds", table.funds)]
    rows += [(f"source:{at}", row) for at, row in enumerate(table.sources, start=1)]
    for lead, row in rows:
        for column in MONEY_WORDS:
            amount = row.of(column)
            if amount is not None and amount < 0:
                found = f"{show_value(amount)}{table.money_unit}"
                message = f"填{found}，金额不应为负。调减的请按调减后的数填。"
                yield report(
                    "table.money_negative",
                    BLOCK,
                    f"{lead}.{column}",
                    table,
                    found,
                    "0以上",
                    message,
                )


def sources_add_up(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """The sources come to the total, as far as their decimals go."""
    for column, title in MONEY_WORDS.items():
        total = table.funds.of(column)
        rows = [row for row in table.sources if row.of(column) is not None]
        if total is None or not rows:
            continue
        slack = sum((_half(row.of(column)) for row in rows), _half(total))
        sums = [_sum(rows, column), *_other_sums(rows, column), *_split_sums(rows, column, slack)]
        if any(abs(found - total) <= slack for found in sums):
            continue
        if counted.is_whole is False and sums[0] < total:
            continue  # further sources may stand on the part that is not at hand
        found, due = show_value(total), show_value(sums[0])
        names = "、".join(row.name for row in rows[:3])
        message = f"{title}：总额{found}{table.money_unit}，各行（{names}）合计{due}。请核对。"
        if _is_unit_mixed(Fraction(total), Fraction(sums[0])):
            message = f"{title}：总额{found}，各行合计{due}，相差一万倍，元与万元混用。"
        yield report("table.money_sum", BLOCK, f"funds.{column}", table, found, due, message)


def within_budget(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """What was paid lies within the year's budget; else the rate is capped and the excess told."""
    funds, found = counted.funds, counted.rate
    if not funds.adjusted:
        yield from _without_budget(table, counted)
        return
    if found is None or funds.executed is None or found <= 1:
        if is_mixed(counted):
            yield _mixed(table, funds)
        return
    if is_mixed(counted):
        yield _mixed(table, funds)
    else:
        paid, budget = show_value(funds.executed), show_value(funds.adjusted)
        message = (
            f"执行数{paid}{table.money_unit}大于预算数{budget}{table.money_unit}，"
            f"执行率{two_places(found)}%。超出的{show_value(funds.executed - funds.adjusted)}"
            "没有预算来源；得分最高为分值，请核对预算数或说明来源。"
        )
        yield report(
            "table.over_budget", BLOCK, "funds.executed", table, paid, f"{budget}以内", message
        )


def _without_budget(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    funds = counted.funds
    if funds.adjusted is None:
        return
    if funds.executed:
        paid = show_value(funds.executed)
        message = f"预算数为0，执行数{paid}{table.money_unit}。没有预算不应有支出，请核对预算数。"
        yield report("table.no_budget", BLOCK, "funds.adjusted", table, "0", "大于0", message)
    elif points_of_rate(table):
        message = "预算数为0，不计执行率；执行率的分值由指标得分折算为百分制。"
        yield report("table.no_budget", HINT, "funds.adjusted", table, "0", "不计", message)


def _mixed(table: PrintedTable, funds: FundRow) -> Finding:
    paid, budget = show_value(funds.executed), show_value(funds.adjusted)
    message = (
        f"预算数{budget}、执行数{paid}，相差约一万倍，元与万元混用。请统一为{table.money_unit}。"
    )
    return report("table.money_unit", BLOCK, "funds.executed", table, paid, "同一单位", message)


def rate_is_right(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """The printed rate is what was paid of the year's adjusted budget."""
    exact = counted.rate
    if exact is None or is_mixed(counted):
        return
    rows = [("funds", table.funds, exact)]
    rows += [
        (f"source:{at}", row, Fraction(row.executed) / Fraction(row.adjusted))
        for at, row in enumerate(table.sources, start=1)
        if row.executed is not None and row.adjusted
    ]
    for lead, row, due in rows:
        if row.rate is not None:
            yield from _rate(table, f"{lead}.rate", row, due)


def _rate(table: PrintedTable, path: str, row: FundRow, exact: Fraction) -> Iterator[Finding]:
    printed = row.rate if row.rate is not None else ZERO
    percent, most = exact * 100, 4
    if 0 < printed <= 2 and percent > 5 and not (path == "funds.rate" and exact < Fraction(1, 50)):
        printed, most = _as_percent(printed), 4
        if match(printed, percent, most) is Match.EQUAL and places(row.rate or ZERO) > 1:
            found, due = plain(row.rate or ZERO), f"{two_places(exact)}%"
            message = f"执行率写成小数{found}，即{due}。请写百分数。"
            yield report("table.rate_fraction", TIP, path, table, found, due, message)
            return
    kind = match(printed, percent, most)
    if kind is Match.EQUAL or (percent > 100 and printed == 100):
        return
    found, due = f"{plain(printed)}%", f"{two_places(exact)}%"
    if kind is Match.CUT and percent - Fraction(printed) < 1:
        message = f"执行率{due}，印为{found}：小数舍去了，应四舍五入，保留2位小数。"
        yield report("table.rate_cut", HINT, path, table, found, due, message)
        return
    if row.initial and row.executed is not None:
        by_initial = Fraction(row.executed) / Fraction(row.initial) * 100
        if match(printed, by_initial, most) is Match.EQUAL:
            message = f"印为{found}，分母用了年初预算数；按全年预算数为{due}。"
            yield report("table.rate_base", BLOCK, path, table, found, due, message)
            return
    message = f"印为{found}，按全年执行数÷全年预算数为{due}。请改正。"
    yield report("table.rate", BLOCK, path, table, found, due, message)


def _as_percent(share: Decimal) -> Decimal:
    """0.835 as 83.5, with the decimals that the share had."""
    return share.scaleb(2) if places(share) > 1 else (share * 100).quantize(ONE)


def points_are_the_rates(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """The row of the money has the points of the rate, not those of the whole table."""
    if not has_total_in_funds(table):
        return
    found = f"分值{plain(table.funds.weight or ZERO)}"
    if table.funds.score is not None:
        found += f"、得分{plain(table.funds.score)}"
    message = (
        f"资金行填了{found}，是全表的分值和得分。这里填执行率的分值（国家标准10分）和执行率得分。"
    )
    yield report("table.points_of_total", BLOCK, "funds.weight", table, found, "10", message)


def weight_is_positive(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """The rate cannot have points below zero."""
    if table.funds.weight is not None and table.funds.weight < 0:
        found = plain(table.funds.weight)
        message = f"执行率的分值{found}，最低为0。"
        yield report("table.negative_score", BLOCK, "funds.weight", table, found, "0", message)


def execution_score(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """The points of the rate follow from it, by one of the two methods."""
    weight, printed, due = points_of_rate(table), table.funds.score, counted.execution
    if weight is None or printed is None:
        return
    if printed < 0 or printed > weight:
        code = "table.negative_score" if printed < 0 else "table.above_weight"
        message = f"执行率得分{plain(printed)}，应在0到分值{plain(weight)}之间。"
        expected = f"0–{plain(weight)}"
        yield report(code, BLOCK, "funds.score", table, plain(printed), expected, message)
        return
    if due is None or is_mixed(counted):
        return
    kind = score_match(printed, due)
    if kind is Match.EQUAL and due < printed == weight:
        message = (
            f"执行率不到100%而得满分{plain(printed)}，应为{plain(due)}。得分保留2位小数，不凑整。"
        )
        found = plain(printed)
        yield report("table.execution", HINT, "funds.score", table, found, plain(due), message)
    elif kind is not Match.EQUAL and not _follows_rate(table, counted, printed, weight):
        yield from _wrong_points(table, counted, printed, due, kind)


def _follows_rate(
    table: PrintedTable, counted: Recounted, printed: Decimal, weight: Decimal
) -> bool:
    """Whether the points follow from the rate as it was rightly rounded."""
    shown, exact = table.funds.rate, counted.rate
    if shown is None or exact is None or match(shown, exact * 100) is not Match.EQUAL:
        return False
    return abs(weight * shown / 100 - printed) < Decimal("0.006") and places(shown) > 0


def _wrong_points(
    table: PrintedTable, counted: Recounted, printed: Decimal, due: Decimal, kind: Match
) -> Iterator[Finding]:
    funds = counted.funds
    weight = points_of_rate(table) or ZERO
    is_finished = bool(table.lines) and all(is_done(line) or line.led for line in table.lines)
    money = Money(funds.adjusted, funds.executed, weight)
    ways = (money, replace(money, is_finished=is_finished))
    stepped = [score_execution(way, STEPS).points for way in ways]
    found, expected = plain(printed), plain(due)
    shares = f"{show_value(funds.executed)} ÷ {show_value(funds.adjusted)}"
    formula = f"{plain(weight)} × {shares} = {expected}"
    if printed in stepped:
        message = f"得分{found}是按区间计的；按比例为{expected}（{formula}）。请写明所用方法。"
        yield report("table.execution_steps", TIP, "funds.score", table, found, expected, message)
        return
    is_cut = kind is Match.CUT
    severity = HINT if is_cut and abs(printed - due) < HALF else BLOCK
    how = "小数舍去了，应四舍五入" if is_cut else "请改正"
    message = f"得分{found}，应为{expected}：{formula}。{how}。"
    yield report("table.execution", severity, "funds.score", table, found, expected, message)


def rate_rows(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """A row that measures execution says what the money says, and it is not scored twice."""
    for line in table.lines:
        if not EXECUTION.fullmatch(line.name):
            continue
        if points_of_rate(table) and line.weight:
            message = (
                f"资金行已计执行率{plain(points_of_rate(table) or ZERO)}分，"
                f"这一行又计{plain(line.weight)}分。执行率只计一次。"
            )
            path = f"indicator:{line.number}.weight"
            yield report("table.rate_twice", HINT, path, table, plain(line.weight), "不计", message)
        actual = aligned(line)[1]
        if actual is None or counted.rate is None or not is_percent(line):
            continue
        percent = min(counted.rate, Fraction(1)) * 100
        if (
            match(actual, percent) is Match.EQUAL
            or match(actual, counted.rate * 100) is Match.EQUAL
        ):
            continue
        found, due = f"{plain(actual)}%", f"{two_places(counted.rate)}%"
        message = f"完成值{found}，资金算出的执行率为{due}。两处应一致。"
        path = f"indicator:{line.number}.actual"
        yield report("table.rate_row", BLOCK, path, table, found, due, message)


def _sum(rows: list[FundRow], column: str) -> Decimal:
    return sum((row.of(column) or ZERO for row in rows), ZERO)


def _other_sums(rows: list[FundRow], column: str) -> Iterator[Decimal]:
    """Sums without the rows that only part another row, and of such a row alone."""
    whole = [row for row in rows if not row.name.startswith(PARTED)]
    parts = [row for row in rows if row.name.startswith(PARTED)]
    if whole and parts:
        yield _sum(whole, column)
        yield _sum(parts, column)


def _split_sums(rows: list[FundRow], column: str, slack: Decimal) -> set[Decimal]:
    """Sums of the top rows, where rows after one that come to it may be its parts."""
    amounts = [row.of(column) or ZERO for row in rows[:MOST_SPLIT]]
    sums: list[set[Decimal]] = [{ZERO}]  # of the rows from each place on, last first
    for at in range(len(amounts) - 1, -1, -1):
        found: set[Decimal] = set()
        for end in range(at + 1, len(amounts) + 1):
            parts = amounts[at + 1 : end]
            if not parts or abs(sum(parts) - amounts[at]) <= slack:
                found |= {amounts[at] + rest for rest in sums[len(amounts) - end]}
        sums.append(found)
    return sums[-1] if len(rows) <= MOST_SPLIT else set()


def _half(number: Decimal | None) -> Decimal:
    """Half of the last place that a number was printed with."""
    return Decimal(5).scaleb(-places(number) - 1) if number is not None else ZERO


def is_mixed(counted: Recounted) -> bool:
    """Whether budget and payments stand in different units."""
    return bool(counted.rate) and _is_unit_mixed(counted.rate or Fraction(0), Fraction(1))


def _is_unit_mixed(one: Fraction, other: Fraction) -> bool:
    """Whether one amount is about ten thousand times the other."""
    if not one or not other:
        return False
    times = max(abs(one / other), abs(other / one))
    return TEN_THOUSAND / 2 <= times <= TEN_THOUSAND * 2


CHECKS = (
    negative,
    sources_add_up,
    within_budget,
    rate_is_right,
    points_are_the_rates,
    weight_is_positive,
    execution_score,
    rate_rows,
)
