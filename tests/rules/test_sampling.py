"""Sample checks: the same draw everywhere, no filing likelier than another, exact shares."""

from collections import Counter
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.rules import sampling
from apps.rules.errors import RuleError
from apps.rules.sampling import Design, Member, Method

SEED = "5f2c"
TEN = [Member(f"k{n:02d}") for n in range(10)]


def drawn(population, method, seed=SEED, share=None, count=None):
    design = Design(method, Decimal(share) if share else None, count)
    return sampling.draw(population, design, seed)


@pytest.mark.req("U-11")
def test_a_draw_is_what_the_published_recipe_gives_by_hand():
    # sha256("5f2c||1|0") and so on, the first 16 digits; worked out with sha256sum and bc
    told = [(one.key, one.left, one.index, one.value) for one in drawn(TEN, Method.COUNT, count=3)]
    assert told == BY_HAND


BY_HAND = [
    ("k05", 10, 5, "5a87218b3807f9b5"),
    ("k03", 9, 3, "48ca042071b32f11"),
    ("k07", 8, 5, "6422244eae9f11bd"),
]


@pytest.mark.req("U-11", "U-54")
@given(st.permutations(TEN), st.text(min_size=1, max_size=20), st.integers(1, 10))
def test_a_draw_depends_on_the_seed_alone_and_not_on_the_order_told(told, seed, count):
    first = drawn(TEN, Method.COUNT, seed, count=count)
    assert drawn(told, Method.COUNT, seed, count=count) == first
    keys = [one.key for one in first]
    assert len(set(keys)) == count
    assert set(keys) <= {member.key for member in TEN}
    assert sampling.digest(told) == sampling.digest(TEN)


def test_each_is_drawn_as_often_as_another_in_ten_thousand_draws():
    # 10 cells, 9 degrees of freedom: chi-square stays below 27.88 with probability 0.999
    n_draws, size = 10_000, len(TEN)
    for position in (0, 2):  # of the first drawn and of the third
        times = Counter(
            drawn(TEN, Method.COUNT, f"seed {n}", count=3)[position].key for n in range(n_draws)
        )
        expected = n_draws / size
        chi_square = sum((times[m.key] - expected) ** 2 / expected for m in TEN)
        assert chi_square < 27.88


def test_what_lies_beyond_the_last_whole_multiple_is_thrown_away():
    bound = 2**63 + 1  # nearly half of all numbers lie beyond its one multiple
    tries = [sampling.below(bound, SEED, "", position) for position in range(1, 30)]
    for position, (index, value, n_thrown) in enumerate(tries, 1):
        thrown = [sampling.number(SEED, "", position, n) for n in range(n_thrown)]
        assert all(number >= bound for number in thrown)
        assert index == value == sampling.number(SEED, "", position, n_thrown) < bound
    assert any(n_thrown for _, _, n_thrown in tries)


@given(
    st.dictionaries(st.sampled_from("甲乙丙丁戊"), st.integers(1, 60), min_size=1),
    st.decimals("0.01", "1", places=2),
)
def test_strata_get_their_part_by_the_largest_remainder_and_none_is_left_out(sizes, share):
    population = [Member(f"{name}{n}", name) for name, size in sizes.items() for n in range(size)]
    total = int((len(population) * share).to_integral_value("ROUND_CEILING"))
    quotas = {q.stratum: q for q in sampling.quotas(population, Design(Method.STRATA, share))}
    exact = {name: Decimal(size * total) / len(population) for name, size in sizes.items()}
    assert all(1 <= quota.n <= quota.size for quota in quotas.values())
    raised = sum(quota.n == 1 and exact[name] < 1 for name, quota in quotas.items())
    assert total <= sum(quota.n for quota in quotas.values()) <= total + raised
    assert all(int(exact[n]) <= max(q.n, 1) and q.n <= int(exact[n]) + 1 for n, q in quotas.items())
    made = sampling.draw(population, Design(Method.STRATA, share), SEED)
    assert Counter(one.stratum for one in made) == {n: q.n for n, q in quotas.items()}
    assert [one.position for one in made] == list(range(1, len(made) + 1))


def test_remainders_at_a_tie_go_to_the_stratum_that_comes_first():
    population = [Member(f"{name}{n}", name) for name in "甲乙" for n in range(5)]
    quotas = sampling.quotas(population, Design(Method.STRATA, Decimal("0.3")))
    assert [(q.stratum, q.n) for q in quotas] == [("乙", 2), ("甲", 1)]


@pytest.mark.parametrize(("share", "n"), [("0.1", 1), ("0.11", 2), ("1", 10), ("0.01", 1)])
def test_a_share_rounds_up_because_it_is_a_floor(share, n):
    assert len(drawn(TEN, Method.SHARE, share=share)) == n


def test_key_projects_are_all_checked_and_the_others_drawn():
    population = [Member(f"k{n}", is_key=n in (3, 5)) for n in range(8)]
    made = drawn(population, Method.KEYED, count=2)
    assert [(one.key, one.left) for one in made[:2]] == [("k3", 0), ("k5", 0)]
    assert {one.key for one in made[2:]} & {"k3", "k5"} == set()
    assert len(made) == 4
    assert len(drawn(population, Method.KEYED, count=100)) == 8  # there are no more


@pytest.mark.parametrize(
    ("population", "design", "match"),
    [
        ([], Design(Method.COUNT, count=1), "没有一件"),
        (TEN, Design(Method.COUNT, count=11), "总体只有10件"),
        (TEN, Design(Method.COUNT, count=0), "1以上"),
        (TEN, Design(Method.COUNT), "1以上"),
        (TEN, Design(Method.SHARE), "0%到100%"),
        (TEN, Design(Method.SHARE, Decimal("1.01")), "0%到100%"),
        (TEN, Design(Method.STRATA, Decimal(0)), "0%到100%"),
        ([*TEN, TEN[0]], Design(Method.COUNT, count=1), "重复"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(population, design, match):
    with pytest.raises(RuleError, match=match):
        sampling.draw(population, design, SEED)


def test_nothing_is_drawn_without_a_seed():
    with pytest.raises(RuleError, match="种子"):
        sampling.draw(TEN, Design(Method.COUNT, count=1), "")


@pytest.mark.parametrize(
    ("design", "words"),
    [
        (Design(Method.SHARE, Decimal("0.2")), "按比例（20%）"),
        (Design(Method.COUNT, count=30), "按条数（30件）"),
        (Design(Method.KEYED, count=5), "重点项目全查，另抽5件"),
    ],
)
def test_a_method_is_named_with_its_number(design, words):
    assert sampling.words(design) == words
