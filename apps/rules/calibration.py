"""How far reviewers who fill in the same sheet differ: plain statistics, in points of the sheet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from apps.rules.numbers import CENT

ZERO = Decimal(0)


@dataclass(frozen=True)
class Spread:
    """What a list of scores says, each to two places; None where too few scores say it."""

    n: int
    mean: Decimal | None
    median: Decimal | None
    deviation: Decimal | None  # of a sample, n − 1
    lowest: Decimal | None
    highest: Decimal | None


@dataclass(frozen=True)
class Agreement:
    """Two scorers of the same things: how many, the mean difference (second less first), its size.

    `n_within` counts those whose totals lie no farther apart than the tolerance.
    """

    n: int
    mean: Decimal | None
    size: Decimal | None
    n_within: int


def spread(scores: Iterable[Decimal]) -> Spread:
    """Number, mean, median, standard deviation and range."""
    found = sorted(scores)
    if not found:
        return Spread(0, None, None, None, None, None)
    return Spread(
        n=len(found),
        mean=_rounded(_mean(found)),
        median=_rounded(_median(found)),
        deviation=_deviation(found),
        lowest=found[0],
        highest=found[-1],
    )


def lean(own: Mapping[int, Decimal], others: Mapping[int, Sequence[Decimal]]) -> Agreement:
    """How a scorer leans against the others' mean on the same things, by their keys.

    The difference is own less theirs: above zero is more generous.
    """
    shared = [key for key in own if others.get(key)]
    return agreement([(_mean(others[key]), own[key]) for key in shared])


def agreement(
    pairs: Sequence[tuple[Decimal, Decimal]], tolerance: Decimal = Decimal(5)
) -> Agreement:
    """Pairs of a first and a second score; the tolerance is in points, included."""
    gaps = [second - first for first, second in pairs]
    if not gaps:
        return Agreement(0, None, None, 0)
    sizes = [abs(gap) for gap in gaps]
    n_within = sum(size <= tolerance for size in sizes)
    return Agreement(len(gaps), _rounded(_mean(gaps)), _rounded(_mean(sizes)), n_within)


def _mean(scores: Sequence[Decimal]) -> Decimal:
    return sum(scores, ZERO) / len(scores)


def _median(ranked: Sequence[Decimal]) -> Decimal:
    middle = len(ranked) // 2
    if len(ranked) % 2:
        return ranked[middle]
    return (ranked[middle - 1] + ranked[middle]) / 2


def _deviation(scores: Sequence[Decimal]) -> Decimal | None:
    if len(scores) < 2:
        return None
    mean = _mean(scores)
    squares = sum(((score - mean) ** 2 for score in scores), ZERO)
    return _rounded((squares / (len(scores) - 1)).sqrt())


def _rounded(number: Decimal) -> Decimal:
    return number.quantize(CENT, ROUND_HALF_UP)
