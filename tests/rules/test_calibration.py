"""How reviewers differ: the figures of a reckoning by hand."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.rules import calibration
from apps.rules.calibration import Agreement, Spread

SCORES = st.lists(st.decimals(0, 100, places=2), min_size=2, max_size=40)


def d(*texts):
    return [Decimal(text) for text in texts]


def test_a_spread_is_reckoned_with_one_less_than_its_number():
    assert calibration.spread(d("80", "90", "85", "95")) == Spread(
        4, Decimal("87.50"), Decimal("87.50"), Decimal("6.45"), Decimal(80), Decimal(95)
    )


@pytest.mark.parametrize(
    ("scores", "n", "median", "deviation"),
    [([], 0, None, None), (d("88"), 1, Decimal(88), None), (d("1", "5", "3"), 3, Decimal(3), 2)],
)
def test_too_few_scores_say_nothing_of_a_spread(scores, n, median, deviation):
    said = calibration.spread(scores)
    assert (said.n, said.median, said.deviation) == (n, median, deviation)


@given(SCORES, st.decimals(-50, 50, places=2))
def test_moving_all_scores_moves_the_mean_and_not_the_spread(scores, by):
    was, now = calibration.spread(scores), calibration.spread([score + by for score in scores])
    assert abs(now.deviation - was.deviation) <= Decimal("0.01")
    assert abs((now.mean - was.mean) - by) <= Decimal("0.01")
    assert was.lowest <= was.median <= was.highest


def test_a_lean_counts_only_what_others_scored_too():
    own = {1: Decimal(90), 2: Decimal(80), 3: Decimal(10)}
    others = {1: d("80", "90"), 2: d("81"), 4: d("50")}
    assert calibration.lean(own, others) == Agreement(2, Decimal(2), Decimal(3), 2)


def test_agreement_counts_what_lies_within_the_tolerance_itself_included():
    pairs = [(Decimal(90), Decimal(85)), (Decimal(90), Decimal("84.99"))]
    said = calibration.agreement(pairs)
    assert (said.n, said.n_within) == (2, 1)
    assert calibration.agreement([]) == Agreement(0, None, None, 0)
