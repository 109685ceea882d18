"""Checks of the points of each row against what its own cells come to."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from apps.rules.findings import Finding, Severity
from apps.rules.numbers import plain, quoted, show_value
from apps.rules.table_checks.agreeing import Match, score_match
from apps.rules.table_checks.codes import BLOCK, HINT, report
from apps.rules.table_checks.kinds import aligned, has_mixed_units, is_met, is_percent, operator
from apps.rules.table_checks.printed import LINE_CELLS, PrintedLine, PrintedTable
from apps.rules.table_checks.recount import Recounted, points_of_rate
from apps.rules.table_checks.values import says_done

ZERO, HUNDRED = Decimal(0), Decimal(100)
HALF = Decimal("0.5")
PARTLY = Decimal("0.8")  # 101号: what is reached in part has at most the second band
FEW = 3  # rows from which a pattern is no chance
REVERSE = ("≤", "<")


def columns_swapped(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """Points and scores stand in each other's column."""
    if is_swapped(table):
        weights, scores = _sums(table)
        message = (
            f"分值合计{plain(weights)}、得分合计{plain(scores)}，各行得分都不低于分值，"
            "疑似分值与得分两列对调。"
        )
        yield report(
            "table.columns_swapped",
            BLOCK,
            "rows.weight",
            table,
            plain(weights),
            plain(scores),
            message,
        )


def is_swapped(table: PrintedTable) -> bool:
    """Whether it is the scores that make 100, and none of them below its points."""
    rows = [row for row in table.lines if row.weight is not None and row.score is not None]
    if len(rows) < FEW or any((row.score or ZERO) < (row.weight or ZERO) for row in rows):
        return False
    above = [row for row in rows if (row.score or ZERO) > (row.weight or ZERO)]
    weights, scores = _sums(table)
    return len(above) * 2 > len(rows) and weights < scores == HUNDRED - (
        points_of_rate(table) or ZERO
    )


def _sums(table: PrintedTable) -> tuple[Decimal, Decimal]:
    weights = sum((row.weight for row in table.lines if row.weight is not None), ZERO)
    return weights, sum((row.score for row in table.lines if row.score is not None), ZERO)


def each_score(table: PrintedTable, counted: Recounted) -> Iterator[Finding]:
    """Every score lies within its points and is what the row earned."""
    for line, earned in zip(table.lines, counted.earned, strict=True):
        if line.score is None or line.weight is None or has_mixed_units(line):
            continue
        outside = _outside(table, line)
        if outside is not None:
            yield outside
        elif line.score > line.weight:
            continue  # said of both columns
        elif earned is not None:
            yield from _against_earned(table, line, line.score, earned)
        elif line.leads:
            yield from _of_group(table, line)
        else:
            yield from _of_words(table, line, line.score)


def _outside(table: PrintedTable, line: PrintedLine) -> Finding | None:
    """What is no score at all: below 0, or above its points."""
    score, weight = line.score or ZERO, line.weight or ZERO
    if weight < 0:
        return _negative(table, line, "weight", weight)
    if score < 0:
        return _negative(table, line, "score", score)
    return _above_weight(table, line) if score > weight and not is_swapped(table) else None


def _above_weight(table: PrintedTable, line: PrintedLine) -> Finding:
    score, weight = plain(line.score or ZERO), plain(line.weight or ZERO)
    over = "，完成值超过指标值的部分不加分" if is_met(line) else ""
    message = f"得分{score}超过分值{weight}{over}。最高{weight}分。"
    return _at(table, line, "score", "table.above_weight", BLOCK, score, weight, message)


def _negative(table: PrintedTable, line: PrintedLine, cell: str, points: Decimal) -> Finding:
    message = f"{LINE_CELLS[cell]}{plain(points)}，最低为0。"
    return _at(table, line, cell, "table.negative_score", BLOCK, plain(points), "0", message)


def _against_earned(
    table: PrintedTable, line: PrintedLine, score: Decimal, earned: Decimal
) -> Iterator[Finding]:
    kind = score_match(score, earned)
    is_full_for_less = is_met(line) is False and score == line.weight and earned < score
    if kind is Match.EQUAL and not is_full_for_less:
        return
    if score > earned:
        yield _above(table, line, score, earned, is_rounded=kind is Match.EQUAL)
    else:
        yield from _below(table, line, score, earned, kind)


def _above(
    table: PrintedTable, line: PrintedLine, score: Decimal, earned: Decimal, *, is_rounded: bool
) -> Finding:
    formula, found, due = _formula(line, earned), plain(score), plain(earned)
    if _holds_points(line) and (is_percent(line) or sum(map(_holds_points, table.lines)) > 1):
        message = f"完成值{plain(score)}与得分相同，按此完成值只得{due}分。疑似把得分填在完成值栏。"
        return _at(
            table,
            line,
            "actual",
            "table.points_as_value",
            BLOCK,
            found,
            line.target.text or due,
            message,
        )
    severity = HINT if is_rounded or line.is_inferred else BLOCK
    if operator(line) in REVERSE:
        message = f"反向指标，完成值高于指标值即未达到，得{found}分；应为{due}：{formula}。"
        return _at(table, line, "score", "table.reverse", severity, found, due, message)
    message = f"未达到指标值，得{found}分；应为{due}：{formula}。"
    return _at(table, line, "score", "table.above_earned", severity, found, due, message)


def _holds_points(line: PrintedLine) -> bool:
    """Whether the result is the score; of one count alone that is chance."""
    return line.score is not None and line.score == line.actual.number != line.target.number


def _below(
    table: PrintedTable, line: PrintedLine, score: Decimal, earned: Decimal, kind: Match
) -> Iterator[Finding]:
    formula, found, due = _formula(line, earned), plain(score), plain(earned)
    if kind is Match.CUT and earned - score < HALF:
        message = f"得{found}分，应为{due}：{formula}。小数舍去了，应四舍五入，保留2位小数。"
        yield _at(table, line, "score", "table.cut", HINT, found, due, message)
        return
    if _is_taken_as_positive(line, score):
        message = (
            f"反向指标，完成值不高于指标值即为达到，得{found}分是按正向算的；应为{due}：{formula}。"
        )
        yield _at(table, line, "score", "table.reverse", BLOCK, found, due, message)
        return
    if line.reason and is_met(line) and _is_over(line):
        return  # a surplus that is explained may cost points
    why = "，扣分原因未写" if not line.reason else "，与所写原因对应的扣分请写明算法"
    met_words = "已达到指标值，" if is_met(line) is not False else ""
    message = f"{met_words}得{found}分，应为{due}：{formula}{why}。"
    severity = HINT if line.reason or line.is_inferred else BLOCK
    yield _at(table, line, "score", "table.below_earned", severity, found, due, message)


def _is_taken_as_positive(line: PrintedLine, score: Decimal) -> bool:
    """Whether a cost that was kept lost points as if more had been better."""
    target, actual = aligned(line)
    if operator(line) not in REVERSE or not is_met(line) or not target or not actual:
        return False
    return score_match(score, (line.weight or ZERO) * actual / target) is Match.EQUAL


def _is_over(line: PrintedLine) -> bool:
    target, actual = aligned(line)
    return target is not None and actual is not None and actual > target


def _of_group(table: PrintedTable, line: PrintedLine) -> Iterator[Finding]:
    """Rows under one cell of points have full points only when all of them are reached."""
    rows = [line, *table.lines[line.number : line.number + line.leads]]
    missed = [row for row in rows if is_met(row) is False]
    if missed and line.score == line.weight:
        names = "、".join(quoted(row.name) for row in missed[:3])
        found, due = plain(line.score or ZERO), f"低于{plain(line.weight or ZERO)}"
        message = (
            f"{len(rows)}项指标合用{plain(line.weight or ZERO)}分，其中{names}未达到，仍得满分。"
        )
        yield _at(table, line, "score", "table.above_earned", HINT, found, due, message)


def _of_words(table: PrintedTable, line: PrintedLine, score: Decimal) -> Iterator[Finding]:
    """A row judged by words: reached and still marked down, or missed and full."""
    done = says_done(line.actual.text, line.target.text)
    weight, said = line.weight or ZERO, quoted(line.actual.text)
    if done is True and score < weight and not line.reason:
        message = f"完成情况“{said}”与目标一致，得{plain(score)}分，扣分原因未写。请写明或给满分。"
        yield _at(
            table,
            line,
            "score",
            "table.below_earned",
            HINT,
            plain(score),
            plain(weight),
            message,
        )
    elif done is False and weight and score > weight * PARTLY:
        message = (
            f"完成情况“{said}”，得{plain(score)}分（分值{plain(weight)}）。"
            f"未达到的应按档扣分，最高{plain(weight * PARTLY)}分。"
        )
        expected = f"{plain(weight * PARTLY)}以内"
        yield _at(table, line, "score", "table.above_earned", HINT, plain(score), expected, message)


def _formula(line: PrintedLine, earned: Decimal) -> str:
    target, actual = aligned(line)
    weight = plain(line.weight or ZERO)
    if target is None or actual is None or is_met(line):
        return f"达到指标值得分值{weight}"
    if operator(line) in REVERSE:
        return f"{weight} × {show_value(target)} ÷ {show_value(actual)} = {plain(earned)}"
    if operator(line) == "区间":
        return f"区间外按最近端点的比例，{plain(earned)}"
    return f"{weight} × {show_value(actual)} ÷ {show_value(target)} = {plain(earned)}"


def _at(
    table: PrintedTable,
    line: PrintedLine,
    cell: str,
    code: str,
    severity: Severity,
    found: str,
    expected: str,
    message: str,
) -> Finding:
    path = f"indicator:{line.number}.{cell}"
    return report(code, severity, path, table, found, expected, message)


CHECKS = (columns_swapped, each_score)
