"""Upper indicators against what was handed down (DOMAIN 1.9, 汇总规则)."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.rules.decomposition import (
    Contribution,
    Money,
    Share,
    Upper,
    Value,
    Way,
    band_of,
    contributions,
    decompose,
    way_of,
)
from apps.rules.findings import Severity

D = Decimal
HOUSES = Upper("houses", "改造危房", "≥", D(300), unit="户", level2="数量")
QUALITY = Upper("quality", "验收合格率", "≥", D(95), unit="%", level2="质量")
TERM = Upper("term", "完工期限", "≤", D(10), unit="个月", level2="时效")
HEAT = Upper("heat", "室温", "区间", D(18), D(22), "℃")
ORDER = Upper("order", "档案管理规范", "定性")
COST = Upper("cost", "补助标准", "=", D(35000), unit="元/户", level2="经济成本")
UPPERS = (HOUSES, QUALITY, TERM, HEAT, ORDER, COST)


def share(key: str, amount: int, **values: str) -> Share:
    """A recipient; a value is "95", or "18-22" for an interval."""
    parts = {name: text.split("-") for name, text in values.items()}
    told = {name: Value(*map(D, ends)) for name, ends in parts.items()}
    return Share(key, key, f"{key}乡", D(amount), told)


def even(*shares: Share):
    return decompose(UPPERS, shares, sum((each.amount for each in shares), D(0)))


GOOD = (
    share("a", 6_000_000, houses="200", quality="95", term="10", heat="18-22", order="100",
          cost="35000"),
    share("b", 3_000_000, houses="100", quality="95", term="9", heat="19-21", order="80",
          cost="35000"),
)  # fmt: skip


@pytest.mark.parametrize(
    ("upper", "way"),
    [
        (HOUSES, Way.SUM),
        (QUALITY, Way.MEAN),
        (COST, Way.MEAN),
        (TERM, Way.EACH),
        (HEAT, Way.EACH),
        (ORDER, Way.BAND),
        (Upper("x", "巡查频率", "≥", D(4), unit="次"), Way.SUM),  # 频率 is no rate
        (Upper("x", "资金到位率", "=", D(1)), Way.MEAN),
    ],
)
def test_the_way_of_adding_follows_from_operator_unit_and_name(upper, way):
    assert way_of(upper) == way


@pytest.mark.req("Y-43")
def test_a_decomposition_that_adds_up_has_no_block_and_says_how_each_was_added():
    found = even(*GOOD)
    assert found.adds_up
    assert found.gap == 0
    assert [row.gap for row in found.rows] == [D(0)] * len(UPPERS)
    rows = {row.upper.key: row for row in found.rows}
    assert rows["houses"].trace["calculation"] == "200 + 100 = 300"
    assert rows["quality"].trace["calculation"] == "（95×600.00 + 95×300.00）÷900.00 = 95"
    assert (rows["order"].value, rows["order"].band) == (D("93.3333"), "达成")
    assert all(row.trace["rule"] and row.trace["clause"] for row in found.rows)


def messages(found) -> list[tuple[str, str, str]]:
    return [(each.code, each.severity, each.message) for each in found.findings]


@pytest.mark.req("Y-43")
@pytest.mark.parametrize(
    ("key", "text", "code", "severity", "words"),
    [
        ("houses", "99", "sum", "阻断", "“改造危房”直接累加得≥299户，上级≥300户，少1户。"),
        ("houses", "101", "sum", "阻断", "多1户"),
        ("quality", "94", "rate", "阻断", "按资金加权得≥94.6667%，上级≥95%，少0.3333%"),
        ("quality", "98", "rate", "提示", "比上级要求高"),
        ("term", "11", "each", "阻断", "最松的一个是≤11个月，上级≤10个月，多1个月"),
        ("heat", "17-21", "each", "阻断", "最松的一个是17–22℃，上级18–22℃，少1℃"),
        ("heat", "18-23", "each", "阻断", "多1℃"),
        ("cost", "36500", "rate", "阻断", "多500元/户"),
        ("order", "30", "band", "阻断", "归入“部分达成”"),
        ("order", "101", "cell", "阻断", "应在0至100之间"),
        ("heat", "20-19", "cell", "阻断", "上限小于下限"),
    ],
)
def test_one_cell_that_departs_is_found_with_place_and_gap(key, text, code, severity, words):
    changed = replace(GOOD[1], values=GOOD[1].values | share("b", 0, **{key: text}).values)
    (finding,) = even(GOOD[0], changed).findings
    assert (finding.code, finding.severity) == (f"decomposition.{code}", severity)
    assert words in finding.message
    assert finding.clause


@pytest.mark.req("Y-43")
@pytest.mark.parametrize(
    ("amount", "money", "codes"),
    [
        (9_000_000, Money.EQUAL, []),
        (9_000_001, Money.EQUAL, ["decomposition.money"]),
        (8_999_999, Money.EQUAL, ["decomposition.money"]),
        (9_000_001, Money.WITHIN, []),
        (8_999_999, Money.WITHIN, ["decomposition.money"]),
    ],
)
def test_the_money_equals_the_transfer_or_stays_within_it_as_told(amount, money, codes):
    found = decompose(UPPERS, GOOD, D(amount), money)
    assert [each.code for each in found.findings] == codes
    assert found.gap == 9_000_000 - amount


def test_nothing_handed_down_an_indicator_left_out_and_a_doubled_recipient_are_found():
    assert [each.code for each in decompose(UPPERS, (), D(1)).findings] == ["decomposition.empty"]
    bare = tuple(replace(each, values={"houses": each.values["houses"]}) for each in GOOD)
    codes = {each.code for each in even(*bare).findings}
    assert codes == {"decomposition.unserved"}
    twice = even(GOOD[0], replace(GOOD[1], who="a"))
    assert [each.code for each in twice.findings] == ["decomposition.doubled"]
    assert not twice.adds_up


def test_a_rate_without_money_to_weigh_with_is_refused_not_divided_by_zero():
    poor = tuple(replace(each, amount=D(0)) for each in GOOD)
    found = even(*poor)
    assert {each.code for each in found.findings} == {"decomposition.no_funds"}
    assert next(row for row in found.rows if row.upper == QUALITY).gap is None


def test_an_upper_indicator_without_value_is_left_to_the_forms_own_checks():
    blank = replace(HOUSES, value=None)
    found = decompose([blank], GOOD, D(9_000_000))
    assert (found.rows[0].gap, found.findings) == (None, [])


@pytest.mark.parametrize(
    ("percent", "band"),
    [("100", "达成"), ("80", "达成"), ("79.99", "部分达成"), ("60", "部分达成"),
     ("59.99", "未达成"), ("0", "未达成"), ("-1", "未达成")],
)  # fmt: skip
def test_bands_include_their_lower_end(percent, band):
    assert band_of(D(percent)) == band


# --- properties -------------------------------------------------------------------------------
amounts = st.integers(1, 10**9)
values = st.decimals(0, 10**6, places=4, allow_nan=False, allow_infinity=False)
rows = st.lists(st.tuples(amounts, values), min_size=1, max_size=12)


def summed(pairs, upper: Upper) -> tuple[Upper, list[Share]]:
    """Shares of the pairs, and the upper indicator built to be their sum."""
    shares = [
        Share(str(n), str(n), str(n), D(amount), {upper.key: Value(value)})
        for n, (amount, value) in enumerate(pairs)
    ]
    return replace(upper, value=sum((value for _, value in pairs), D(0))), shares


@pytest.mark.req("Y-43")
@given(rows)
def test_a_sum_that_is_built_to_add_up_is_accepted_and_any_change_is_found(pairs):
    upper, shares = summed(pairs, HOUSES)
    whole = sum((each.amount for each in shares), D(0))
    assert decompose([upper], shares, whole).findings == []
    for n, one in enumerate(shares):
        more = replace(one, values={upper.key: Value(one.values[upper.key].value + D("0.0001"))})
        found = decompose([upper], [*shares[:n], more, *shares[n + 1 :]], whole)
        assert [each.code for each in found.findings] == ["decomposition.sum"]
        assert found.rows[0].gap == D("0.0001")
        richer = replace(one, amount=one.amount + D("0.01"))
        found = decompose([upper], [*shares[:n], richer, *shares[n + 1 :]], whole)
        assert [each.code for each in found.findings] == ["decomposition.money"]
        assert found.gap == D("0.01")


@pytest.mark.req("Y-43")
@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_the_shares_does_not_matter(pairs, random):
    for upper in (HOUSES, QUALITY, TERM, ORDER, COST):
        _, shares = summed(pairs, upper)
        mixed = random.sample(shares, len(shares))
        one, other = decompose([upper], shares, D(7)), decompose([upper], mixed, D(7))
        assert one.rows[0].value == other.rows[0].value
        assert one.rows[0].gap == other.rows[0].gap
        assert {each.code for each in one.findings} == {each.code for each in other.findings}


@given(rows)
def test_weighing_is_exact_to_the_last_place(pairs):
    _, shares = summed(pairs, QUALITY)
    found = decompose([QUALITY], shares, D(0)).rows[0].value
    weight = sum(amount for amount, _ in pairs)
    exact = sum((amount * Fraction(value) for amount, value in pairs), Fraction(0)) / weight
    assert abs(Fraction(found) - exact) <= Fraction(1, 20000)


@given(st.lists(amounts, min_size=1, max_size=12), values)
def test_equal_rates_weigh_to_themselves_whatever_the_money(money, value):
    upper, shares = summed([(amount, value) for amount in money], replace(QUALITY, operator="="))
    upper = replace(upper, value=value)
    found = decompose([upper], shares, D(sum(money)))
    assert (found.rows[0].gap, found.findings) == (D(0), [])


@given(rows)
def test_severity_of_a_term_is_that_of_its_loosest_share(pairs):
    _, shares = summed(pairs, TERM)
    found = decompose([TERM], shares, sum((each.amount for each in shares), D(0)))
    loosest = max(value for _, value in pairs)
    blocks = [each for each in found.findings if each.severity == Severity.BLOCK]
    assert bool(blocks) == (loosest > TERM.value)


@pytest.mark.req("Y-43")
def test_what_each_share_brings_adds_up_to_the_combined_value():
    """A sum by its values, a rate by value and money; a term is kept by each for itself."""
    assert contributions(HOUSES, GOOD) == {
        "a": Contribution(D("200.0000"), D("0.6667")),
        "b": Contribution(D("100.0000"), D("0.3333")),
    }
    rates = contributions(QUALITY, GOOD)
    assert rates["a"] == Contribution(D("63.3333"), D("0.6667"))
    assert sum(each.number for each in rates.values()) == D("95.0000")
    assert contributions(TERM, GOOD)["a"] == Contribution()
    assert contributions(HOUSES, [share("a", 0, quality="95")]) == {}
    assert contributions(QUALITY, [share("a", 0, quality="95")])["a"] == Contribution()
    assert contributions(HOUSES, [share("a", 1, houses="0")])["a"] == Contribution(D("0.0000"))
