"""The printed table scored again, by the same arithmetic as our own forms."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from apps.rules.grading import Band, grade_of
from apps.rules.numbers import CENT
from apps.rules.scoring import (
    NATIONAL,
    Money,
    ResultLine,
    ScoreRules,
    rate,
    score_execution,
    score_line,
)
from apps.rules.scoring.rules import UP_TO
from apps.rules.table_checks.agreeing import Match, score_match
from apps.rules.table_checks.kinds import aligned, as_target, is_met
from apps.rules.table_checks.printed import MONEY_WORDS, FundRow, PrintedLine, PrintedTable
from apps.rules.table_checks.values import says_done

ZERO, HUNDRED = Decimal(0), Decimal(100)


@dataclass(frozen=True)
class Recounted:
    """What the table's own cells come to; None where they do not say enough.

    `rate` is exact, as a ratio; `scores` follow the rows, None for what cannot be worked out.
    `earned` are the scores that follow from numbers alone; words are taken as printed.
    """

    funds: FundRow
    rate: Fraction | None
    execution: Decimal | None
    scores: tuple[Decimal | None, ...]
    earned: tuple[Decimal | None, ...]
    total: Decimal | None
    grade: Band | None
    is_whole: bool


def recount(table: PrintedTable, rules: ScoreRules = NATIONAL) -> Recounted:
    """Everything in the table that follows from something else in it."""
    funds = money_of(table)
    money = Money(funds.adjusted, funds.executed, points_of_rate(table))
    execution = score_execution(money, rules)
    earned = tuple(earned_by(line, table, rules) for line in table.lines)
    scores = tuple(
        points if points is not None and not _is_doubtful(line) else _as_printed(line)
        for points, line in zip(earned, table.lines, strict=True)
    )
    is_all_there = is_whole(table)
    is_sum = is_all_there and (table.funds.weight or ZERO) >= 0
    total = _total(table, money, execution.points, scores) if is_sum else None
    return Recounted(
        funds=funds,
        rate=rate(money),
        execution=execution.points,
        scores=scores,
        earned=earned,
        total=total,
        grade=grade_of(total, rules.grades) if total is not None else None,
        is_whole=is_all_there,
    )


def money_of(table: PrintedTable) -> FundRow:
    """The total row; where it is blank or 0 and the sources are not, their sum."""
    funds = table.funds
    for column in MONEY_WORDS:
        amounts = [row.of(column) for row in table.sources]
        given = [amount for amount in amounts if amount is not None]
        if not funds.of(column) and given and sum(given):
            funds = funds.having(column, sum(given, ZERO))
    if funds.adjusted is None and funds.initial is not None:
        funds = replace(funds, adjusted=funds.initial)  # a form with one column of the budget
    return funds


def points_of_rate(table: PrintedTable) -> Decimal | None:
    """The points of the execution rate; the table's own total in their place says nothing."""
    weight = table.funds.weight
    return None if weight is None or weight < 0 or has_total_in_funds(table) else weight


def has_total_in_funds(table: PrintedTable) -> bool:
    """Whether the points of the whole table stand in the row of the money."""
    weight = table.funds.weight
    return weight is not None and weight >= HUNDRED


def earned_by(line: PrintedLine, table: PrintedTable, rules: ScoreRules) -> Decimal | None:
    """The points that the row's cells come to; None for words that a number cannot be put to."""
    if line.weight is None or line.weight < 0 or line.led:
        return None
    if line.leads:
        group = [line, *table.lines[line.number : line.number + line.leads]]
        return line.weight if all(is_done(each) for each in group) else None
    if line.is_qualitative:
        return None
    if line.actual.number is None:
        return line.weight if says_done(line.actual.text, line.target.text) else None
    result = ResultLine(as_target(line), aligned(line)[1])
    # A surplus beside "=" may cost points or none, as the place has settled; the score tells.
    strict = score_line(result, rules).points
    score = line.score
    if None not in (score, strict) and score_match(score or ZERO, strict or ZERO) is Match.EQUAL:
        return strict
    return score_line(result, replace(rules, equal=UP_TO)).points


def is_done(line: PrintedLine) -> bool:
    """Whether the row's numbers, or else its words, say that it was reached."""
    met = is_met(line)
    return bool(says_done(line.actual.text, line.target.text) if met is None else met)


def _is_doubtful(line: PrintedLine) -> bool:
    """Whether only our guess of the sign speaks against full points."""
    return line.is_inferred and line.operator == "≤" and line.score == line.weight


def _as_printed(line: PrintedLine) -> Decimal | None:
    """Points that only a person can give, held within the weight."""
    if line.score is None or line.weight is None or line.weight < 0 or line.led:
        return None
    return min(max(line.score, ZERO), line.weight)


def is_whole(table: PrintedTable) -> bool:
    """Whether all of the table is at hand, so that what does not add up is an error.

    Where nobody says: a table of 100 points, or one that reaches satisfaction and ends in a total.
    """
    if table.is_partial is not None:
        return not table.is_partial
    if weights_of(table) >= HUNDRED and table.lines:
        return True
    reaches = any("满意" in line.level1 or "满意" in line.level2 for line in table.lines)
    return reaches and table.total_score is not None


def weights_of(table: PrintedTable) -> Decimal:
    """All points printed: of the rate and of the rows."""
    rows = sum((line.weight for line in table.lines if line.weight is not None), ZERO)
    return rows + (points_of_rate(table) or ZERO)


def _total(
    table: PrintedTable,
    money: Money,
    execution: Decimal | None,
    scores: tuple[Decimal | None, ...],
) -> Decimal | None:
    """The sum, where every row that carries points has a score; of 100 without a budget too."""
    open_rows = [
        line
        for line, score in zip(table.lines, scores, strict=True)
        if score is None and not line.led
    ]
    if open_rows or not scores:
        return None
    rows = sum((score for score in scores if score is not None), ZERO)
    if money.points is None or execution is not None:
        return rows + (execution or ZERO)
    weights = sum((line.weight for line in table.lines if line.weight is not None), ZERO)
    if money.budget or not weights:
        return None  # what was paid is not known
    return (rows * (weights + money.points) / weights).quantize(CENT, ROUND_HALF_UP)
