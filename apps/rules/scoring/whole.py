"""A whole self-evaluation: the one function by which screens, exports, PDF and API score it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from apps.rules.grading import Band, grade_of
from apps.rules.monitoring.words import percent
from apps.rules.numbers import CENT, plain, show_points, show_score
from apps.rules.scoring import words
from apps.rules.scoring.execution import NO_BUDGET, rate, score_execution
from apps.rules.scoring.indicators import EXCLUDED, score_line
from apps.rules.scoring.lines import ResultLine, ResultTable
from apps.rules.scoring.rules import NATIONAL, SHARED, ZERO, Ceiling, ScoreRules
from apps.rules.scoring.score import Score, Trace


@dataclass(frozen=True)
class TableScore:
    """The scores of a table; `raw_` is before any ceiling, grades are None while rows are missing.

    `scores` follow the rows of the table; `missing` counts those that should be scored and cannot.
    """

    execution: Score | None
    scores: tuple[Score, ...]
    raw_total: Decimal
    total: Decimal
    raw_grade: Band | None
    grade: Band | None
    cap_reason: str
    missing: int
    trace: Trace = field(default_factory=dict)


def score_table(table: ResultTable, rules: ScoreRules = NATIONAL) -> TableScore:
    """Every score of the table, the total and the grade, each with its trace.

    Points of rows that do not apply are shared out as the rules say; a missing budget leaves the
    points of the rate to the indicators. Raises RuleError (待本地确认) for an unsettled number.
    Source: 财预〔2020〕10号; 财预〔2021〕101号.
    """
    execution = score_execution(table.money, rules) if table.money else None
    lines = _shared(table.lines) if rules.excluded == SHARED else table.lines
    scores = tuple(score_line(line, rules) for line in lines)
    every = (*scores, *((execution,) if execution else ()))
    earned = sum((each.points for each in every if each.points is not None), ZERO)
    applying, full = _weights(every, rules)
    raw = earned
    if applying and applying != full:
        raw = (earned * full / applying).quantize(CENT, ROUND_HALF_UP)
    ceiling = _ceiling(table, rules)
    total = (min(raw, ceiling.most) if ceiling else raw).quantize(CENT)
    missing = sum(1 for each in every if not each.is_scored and not _is_left_out(each))
    is_whole = bool(every) and not missing
    return TableScore(
        execution=execution,
        scores=scores,
        raw_total=raw,
        total=total,
        raw_grade=grade_of(raw, rules.grades) if is_whole else None,
        grade=grade_of(total, rules.grades) if is_whole else None,
        cap_reason=_reason(ceiling) if ceiling and total < raw else "",
        missing=missing,
        trace=_trace(every, (earned, applying, full), ceiling, total, rules),
    )


def _is_left_out(score: Score) -> bool:
    return score.rule in (EXCLUDED, NO_BUDGET)


def _weights(scores: Sequence[Score], rules: ScoreRules) -> tuple[Decimal, Decimal]:
    """Points that apply, and all points; rows shared out already have given theirs away."""
    applying = full = ZERO
    for score in scores:
        weight = score.weight or ZERO
        full += weight
        if not _is_left_out(score):
            applying += weight
    return applying, full


def _ceiling(table: ResultTable, rules: ScoreRules) -> Ceiling | None:
    """The lowest ceiling that the execution rate calls for; on its edge a rate is not below."""
    found = rate(table.money) if table.money else None
    if found is None:
        return None
    called = (each for each in rules.ceilings if found < Fraction(each.below))
    return min(called, key=lambda each: each.most, default=None)


def _reason(ceiling: Ceiling) -> str:
    return f"执行率低于{percent(ceiling.below)}，总分最高{show_points(ceiling.most)}分"


def _trace(
    scores: Iterable[Score],
    sums: tuple[Decimal, Decimal, Decimal],
    ceiling: Ceiling | None,
    total: Decimal,
    rules: ScoreRules,
) -> Trace:
    earned, applying, full = sums
    parts = [plain(each.points) for each in scores if each.points is not None]
    formula = "总分 = 各项得分之和，保留2位小数"
    calculation = " + ".join(parts) or "0"
    if applying and applying != full:
        formula += "；不适用的不计，按适用分值折算"
        calculation = f"({calculation}) × {plain(full)} ÷ {plain(applying)}"
    inputs = [("各项得分之和", show_score(earned)), ("适用分值", show_points(applying))]
    cap = _reason(ceiling) if ceiling else ""
    result = f"{show_score(total)}分"
    return words.trace("total", "总分", inputs, result, rules, calculation, cap, formula)


# --- 同级分摊 ----------------------------------------------------------------------------------
def _shared(lines: tuple[ResultLine, ...]) -> tuple[ResultLine, ...]:
    """The rows with the points of those that do not apply given to their neighbours.

    Within a first level, in proportion to the neighbours' own points, two places, the rest to the
    last; a level of which nothing applies keeps its points for the conversion.
    """
    out = list(lines)
    for level1 in dict.fromkeys(line.target.level1 for line in lines):
        places = [at for at, line in enumerate(lines) if line.target.level1 == level1]
        apply = [at for at in places if not lines[at].excluded and lines[at].target.weight]
        whole = _sum(lines[at] for at in places)
        due = _sum(lines[at] for at in apply)
        if apply and due != whole:
            _share(out, places, apply, whole, due)
    return tuple(out)


def _share(
    out: list[ResultLine], places: list[int], apply: list[int], whole: Decimal, due: Decimal
) -> None:
    left = whole
    for at in places:
        out[at] = _weighing(out[at], ZERO) if at not in apply else out[at]
    for at in apply:
        weight = out[at].target.weight or ZERO
        share = (weight * whole / due).quantize(CENT, ROUND_HALF_UP) if at != apply[-1] else left
        out[at] = _weighing(out[at], share)
        left -= share


def _sum(lines: Iterable[ResultLine]) -> Decimal:
    return sum((line.target.weight or ZERO for line in lines), ZERO)


def _weighing(line: ResultLine, weight: Decimal) -> ResultLine:
    return replace(line, target=replace(line.target, weight=weight))
