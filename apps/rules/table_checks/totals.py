"""Checks of the sums: points of levels and of the table, total score and grade."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from apps.rules.findings import Finding
from apps.rules.grading import grade_of
from apps.rules.numbers import plain
from apps.rules.scoring.rules import GRADES
from apps.rules.table_checks.codes import BLOCK, HINT, TIP, report
from apps.rules.table_checks.kinds import has_mixed_units, is_met
from apps.rules.table_checks.printed import PrintedTable
from apps.rules.table_checks.recount import (
    Recounted,
    has_total_in_funds,
    points_of_rate,
    weights_of,
)
from apps.rules.table_checks.scores import is_swapped
from apps.rules.table_checks.values import places, round_half_up, says_done
from apps.rules.target_form import LEVEL1, TargetForm, TargetLine
from apps.rules.weights import NATIONAL, choose

ZERO, TEN, HUNDRED = Decimal(0), Decimal(10), Decimal(100)
HALF_CENT = Decimal("0.005")


def weights_sum(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """All points together, those of the rate too, make 100."""
    weights = [line.weight for line in table.lines if line.weight is not None]
    if not weights or is_swapped(table) or has_total_in_funds(table):
        return
    rows, rate, found = sum(weights, ZERO), points_of_rate(table), weights_of(table)
    printed = table.total_weight
    if printed is not None and found == HUNDRED != printed:
        message = f"各行分值合计100分，总分栏的分值印为{plain(printed)}。"
        yield report(
            "table.weights_sum", BLOCK, "total.weight", table, plain(printed), "100", message
        )
    if found == HUNDRED or (found < HUNDRED and not counted.is_whole):
        return
    parts = f"指标{plain(rows)}分"
    if rate is not None:
        parts += f" + 执行率{plain(rate)}分"
    side = "多" if found > HUNDRED else "少"
    gap = plain(abs(found - HUNDRED))
    total = f"，总分栏印{plain(table.total_weight)}分" if table.total_weight is not None else ""
    message = f"{parts} = {plain(found)}分{total}。应为100分，{side}{gap}分。"
    yield report("table.weights_sum", BLOCK, "rows.weight", table, plain(found), "100", message)


def level_sums(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """Points beside a first level are those of its rows, and with the rate's they make 100."""
    found = _by_level(table)
    for level, declared in table.levels.items():
        rows = found.get(level, ZERO)
        if rows == declared or (rows < declared and not counted.is_whole):
            continue
        message = f"{level}印{plain(declared)}分，各行合计{plain(rows)}分。"
        yield report(
            "table.level_sum",
            BLOCK,
            f"level:{level}",
            table,
            plain(rows),
            plain(declared),
            message,
        )
    rate = points_of_rate(table)
    whole = sum(table.levels.values(), rate or ZERO)
    is_told = counted.is_whole or weights_of(table) > HUNDRED
    if table.levels and rate is not None and whole > HUNDRED and not is_told:
        names = " + ".join(f"{level}{plain(points)}" for level, points in table.levels.items())
        message = f"{names} + 执行率{plain(rate)} = {plain(whole)}分，应为100分。"
        yield report("table.weights_sum", BLOCK, "rows.weight", table, plain(whole), "100", message)


def template(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """Where the rate has the national 10 points, levels are compared with the national split."""
    found = table.levels or (_by_level(table) if counted.is_whole else {})
    if points_of_rate(table) != TEN or not set(found) <= set(LEVEL1) or "产出" not in found:
        return
    rows = tuple(TargetLine(level, level, weight=points) for level, points in found.items())
    split = choose(NATIONAL, TargetForm(lines=rows))
    off = [
        f"{level}{plain(points)}分（标准{plain(split.levels[level] or ZERO)}分）"
        for level, points in found.items()
        if points != (split.levels[level] or ZERO)
    ]
    if off:
        # Points that also fail to make 100 are explained by it; else it is the place's choice.
        severity = HINT if counted.is_whole and weights_of(table) != HUNDRED else TIP
        shown = "、".join(off)
        message = f"{shown}。确需偏离的，按本地规定写明依据。"
        expected = "、".join(
            f"{level}{plain(points or ZERO)}" for level, points in split.levels.items()
        )
        yield report("table.template", severity, "rows.weight", table, shown, expected, message)


def total_adds_up(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """The printed total is the sum of the printed scores, or can at least be reached."""
    printed = table.total_score
    if printed is None or (counted.is_whole and has_total_in_funds(table)):
        return
    scored = [line for line in table.lines if line.score is not None]
    rate_score = table.funds.score if points_of_rate(table) is not None else None
    found = sum((line.score or ZERO for line in scored), rate_score or ZERO)
    open_rows = [line for line in table.lines if line.score is None and not line.led]
    is_read = not any(path.endswith(".score") for path in table.unread)
    is_all = counted.is_whole and is_read and not open_rows and bool(scored)
    slack = _half(printed)
    if is_all:
        if all(abs(printed - each) > slack for each in (found, *_converted(table, counted))):
            count = f"{len(scored)}行指标" + ("和执行率" if rate_score is not None else "")
            parts = " + ".join(
                plain(each) for each in (rate_score, *(line.score for line in scored)) if each
            )
            message = f"{count}得分合计{plain(found)}（{parts}），总分印为{plain(printed)}。"
            shown, due = plain(printed), plain(found)
            severity = TIP if _is_unrounded(table, counted, printed) else BLOCK
            yield report("table.total", severity, "total.score", table, shown, due, message)
        return
    yield from _reachable(table, printed, found, slack)


def _converted(table: PrintedTable, counted: Recounted) -> Iterator[Decimal]:
    """Without a budget the rows are made 100 (DOMAIN 2.5)."""
    weights = sum((line.weight or ZERO for line in table.lines), ZERO)
    points = points_of_rate(table)
    if points and weights > 0 and counted.execution is None and not counted.funds.adjusted:
        yield sum((line.score or ZERO for line in table.lines), ZERO) * (weights + points) / weights


def _is_unrounded(table: PrintedTable, counted: Recounted, printed: Decimal) -> bool:
    """Whether the total is that of the points before each of them was rightly rounded."""
    exact, slack = ZERO, _half(printed)
    pairs = list(zip((line.score for line in table.lines), counted.scores, strict=True))
    if counted.execution is not None:
        pairs.append((table.funds.score, counted.execution))
    for shown, due in pairs:
        if shown is None or due is None or round_half_up(due, places(shown)) != shown:
            return False
        if shown != due and not places(shown):
            return False  # whole points are a way of their own
        exact += due
        slack += HALF_CENT if due != due.to_integral_value() else ZERO
    return abs(printed - exact) <= slack


def _reachable(
    table: PrintedTable, printed: Decimal, found: Decimal, slack: Decimal
) -> Iterator[Finding]:
    """Of a table in parts: at most its rows and all points not seen, at least its rows."""
    seen = sum((line.weight or ZERO for line in table.lines if line.score is not None), ZERO) + (
        points_of_rate(table) or ZERO if table.funds.score is not None else ZERO
    )
    most = found + max((table.total_weight or HUNDRED) - seen, ZERO)
    shown = plain(printed)
    if printed > most + slack:
        message = (
            f"可见各行得分{plain(found)}（分值{plain(seen)}），其余即使得满分，"
            f"总分最多{plain(most)}，印为{shown}。"
        )
        expected = f"{plain(most)}以内"
        yield report("table.total_reach", BLOCK, "total.score", table, shown, expected, message)
    elif printed < found - slack:
        message = f"可见各行得分已有{plain(found)}，总分印为{shown}。"
        expected = f"{plain(found)}以上"
        yield report("table.total", BLOCK, "total.score", table, shown, expected, message)


def total_without_points(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """No row has points, all are reached: what is missing from the total, the rate has cost."""
    printed, rate = table.total_score, points_of_rate(table)
    has_points = any(line.weight is not None or line.score is not None for line in table.lines)
    if printed is None or rate is None or counted.execution is None or has_points:
        return
    reached = [
        is_met(line) if is_met(line) is not None else says_done(line.actual.text, line.target.text)
        for line in table.lines
    ]
    due = (table.total_weight or HUNDRED) - rate + counted.execution
    slack = _half(printed)
    if reached and all(reached) and abs(printed - due) > slack:
        message = (
            f"指标全部完成，执行率得分应为{plain(counted.execution)}，总分应为{plain(due)}，"
            f"印为{plain(printed)}。"
        )
        yield report("table.total", HINT, "total.score", table, plain(printed), plain(due), message)


def grades(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """The grade is that of the total, and the total's errors did not make it."""
    printed = table.total_score
    if printed is None or printed < 0:
        return
    by_printed = grade_of(printed, GRADES).grade
    if table.grade and table.grade != by_printed:
        message = f"总分{plain(printed)}属“{by_printed}”，印为“{table.grade}”。"
        yield report("table.grade", BLOCK, "total.grade", table, table.grade, by_printed, message)
    yield from _grade_changed(table, counted, by_printed)


def _grade_changed(table: PrintedTable, counted: Recounted, by_printed: str) -> Iterator[Finding]:
    """The recount has another grade; not where its total rests on a reading of our own."""
    total, grade = counted.total, counted.grade
    if total is None or grade is None or total > HUNDRED or grade.grade == by_printed:
        return
    is_converted = points_of_rate(table) is not None and counted.execution is None
    if is_converted or has_total_in_funds(table) or any(map(has_mixed_units, table.lines)):
        return
    printed = plain(table.total_score or ZERO)
    found, due = f"{printed} {by_printed}", f"{plain(total)} {grade.grade}"
    message = (
        f"总分印为{printed}（{by_printed}），按各行重算为{plain(total)}（{grade.grade}），"
        "等级因差错而变。"
    )
    yield report("table.grade_changed", BLOCK, "total.score", table, found, due, message)


def _half(total: Decimal) -> Decimal:
    """Half of the last place printed, of two at most: a spreadsheet keeps more than it shows."""
    return Decimal(5).scaleb(-min(places(total), 2) - 1)


def _by_level(table: PrintedTable) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in table.lines:
        if line.weight is not None:
            found[line.level1] += line.weight
    return dict(found)


CHECKS = (
    weights_sum,
    level_sums,
    template,
    total_adds_up,
    total_without_points,
    grades,
)
