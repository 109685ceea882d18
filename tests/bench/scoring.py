"""Scores with all that their trace is made of against bare arithmetic; a check-up against reading.

The bare side multiplies, divides, caps and rounds the same Decimals and keeps the results in a
list. A score keeps row, rule, points and settings; the words are written when asked, which is
shown beside it without a bound. Every score is kept until the end, as a page of a county keeps it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal

from apps.core import collecting, exact_json
from apps.rules import table_checks
from apps.rules.scoring import NATIONAL, ResultLine, score_line
from apps.rules.target_form import TargetLine
from tests.bench.measuring import Measured, in_turn
from tests.rules.tables import PUBLISHED

SIZES = {"default": 200_000, "full": 1_000_000}
WORDS = 10_000
ROUNDS = {"default": 7, "full": 5}
CENT = Decimal("0.01")


def measure(template: str, size: str) -> Iterator[Measured]:
    """Both ratios; no database is asked."""
    n = SIZES[size]
    lines = [_line(at) for at in range(n)]
    scores = [score_line(line, NATIONAL) for line in lines[:WORDS]]
    works: dict[str, Callable[[], object]] = {
        "scored": _quiet(lambda: [score_line(line, NATIONAL) for line in lines]),
        "bare": _quiet(lambda: _bare(lines)),
        "words": _quiet(lambda: [score.trace for score in scores]),
    }
    taken = in_turn(works, rounds=ROUNDS[size], warm=1)
    name = f"{n:,} scores with rule, inputs and cap"
    yield Measured(
        name, taken["scored"] * 1000, "ms", "bare Decimal arithmetic", taken["bare"] * 1000, 5.0
    )
    yield Measured(f"{WORDS:,} traces in words", taken["words"] * 1000, "ms", "", None, None)
    yield _check_up()


def _quiet(work: Callable[[], object]) -> Callable[[], object]:
    """The collector would walk the growing list again and again, on either side."""

    def run() -> object:
        with collecting.put_off():
            return work()

    return run


def _bare(lines: list[ResultLine]) -> list[Decimal]:
    out = []
    for line in lines:
        weight, value, actual = line.target.weight, line.target.value, line.actual
        assert weight is not None
        assert value is not None
        assert actual is not None
        points = weight * actual / value
        if points > weight:
            points = weight
        out.append(points.quantize(CENT, ROUND_HALF_UP))
    return out


def _check_up() -> Measured:
    """One published table of nine rows: checked, against its JSON read and its cells parsed."""
    text = exact_json.dumps(PUBLISHED["SE19"])
    table = table_checks.read(exact_json.loads(text))
    works: dict[str, Callable[[], object]] = {
        "check": lambda: table_checks.check(table),
        "read": lambda: table_checks.read(exact_json.loads(text)),
    }
    taken = in_turn(works, rounds=200)
    return Measured(
        "check-up of one table",
        taken["check"] * 1000,
        "ms",
        "reading and parsing it",
        taken["read"] * 1000,
        3.0,
    )


def _line(at: int) -> ResultLine:
    target = TargetLine(
        key=str(at),
        level1="产出",
        level2="数量",
        name="养护里程",
        operator=("≥", "≥", "≤", "=")[at % 4],
        value=Decimal(at % 977 + 23),
        unit="公里",
        weight=Decimal(at % 19 + 1),
    )
    return ResultLine(target, Decimal(at % 1013 + 11))
