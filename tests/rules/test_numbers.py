"""What is read as a number, and what is refused with a sentence that helps."""

from decimal import Decimal

import pytest

from apps.rules.errors import RuleError
from apps.rules.numbers import (
    parse_number,
    parse_wan,
    parse_year,
    plain,
    quoted,
    show_percent,
    show_points,
    show_score,
    show_value,
    show_wan,
)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1200", "1200"),
        ("1,234.50", "1234.5"),
        ("1，234.50", "1234.5"),
        ("１２．５", "12.5"),
        ("  95 ", "95"),
        ("\u300095\u00a0", "95"),
        ("-3.2", "-3.2"),
        ("−3.2", "-3.2"),
        ("＋7", "7"),
        (".5", "0.5"),
        ("0", "0"),
        ("1.50000000", "1.5"),
        ("12345678901", "12345678901"),
    ],
)
@pytest.mark.req("U-09")
def test_numbers_are_read_as_people_type_them(typed: str, number: str) -> None:
    assert parse_number(typed) == Decimal(number)


@pytest.mark.trust("C10")
@pytest.mark.parametrize(
    "typed",
    [
        *("NaN", "Infinity", "-inf", "1e999", "1e3", "\x00", "1\x002", "\ud800", "٣", "①", "½"),
        *("+", "-", "12,34", "1,2345", "1.2.3", "5.", "12 34", "--1", "见附件", "高", "N/A"),
        "9" * 10000,
    ],
)
def test_anything_but_one_number_is_refused_with_an_example(typed: str) -> None:
    with pytest.raises(RuleError, match="例如") as refused:
        parse_number(typed)

    assert refused.value.code == "numbers.unreadable"
    str(refused.value).encode()  # fit to be sent, whatever was typed


@pytest.mark.parametrize("typed", ["", "   ", "\u3000"])
def test_an_empty_cell_is_called_empty(typed: str) -> None:
    with pytest.raises(RuleError, match=r"^未填。请填数字，例如92。$") as refused:
        parse_number(typed, example="92")

    assert refused.value.code == "numbers.empty"


@pytest.mark.parametrize(
    ("typed", "number", "unit"),
    [
        ("95%", "95", "%"),
        ("95％", "95", "%"),
        ("20万元", "20", "万元"),
        ("1,200 块", "1200", "块"),
        ("75元", "75", "元"),
    ],
)
def test_a_unit_is_neither_swallowed_nor_lost(typed: str, number: str, unit: str) -> None:
    with pytest.raises(RuleError, match="带了单位") as refused:
        parse_number(typed)

    assert refused.value.code == "numbers.unit"
    assert refused.value.data == {"number": Decimal(number), "unit": unit}


def test_an_operator_is_sent_to_its_own_cell() -> None:
    with pytest.raises(RuleError, match=r"带了符号“≥”.*“性质”") as refused:
        parse_number("≥95")

    assert refused.value.data == {"operator": "≥", "rest": "95"}


def test_more_places_or_digits_than_the_cell_holds_are_refused() -> None:
    with pytest.raises(RuleError, match="小数5位，最多4位"):
        parse_number("1.00001")
    with pytest.raises(RuleError, match="整数部分15位，最多11位"):
        parse_number("123456789012345")
    assert parse_number("7.25", places=2, digits=3) == Decimal("7.25")


@pytest.mark.trust("G09")
@pytest.mark.parametrize(
    ("typed", "yuan"),
    [("1,286.00", "12860000.00"), ("0.000001", "0.01"), ("65.6625", "656625.00"), ("0", "0.00")],
)
def test_wan_becomes_yuan_to_the_cent(typed: str, yuan: str) -> None:
    assert str(parse_wan(typed)) == yuan


@pytest.mark.parametrize("typed", ["0.0000001", "20万元", "200000元", "", "-1", "1234567890", "多"])
def test_wan_refuses_fractions_of_a_cent_units_and_negative_amounts(typed: str) -> None:
    with pytest.raises(RuleError):
        parse_wan(typed)


def test_wan_may_be_negative_where_the_caller_allows_it() -> None:
    assert parse_wan("-40", may_be_negative=True) == Decimal(-400000)


@pytest.mark.parametrize("typed", ["2024", "２０２４", "2024年", "2024 年度"])
def test_years_are_read_with_and_without_their_word(typed: str) -> None:
    assert parse_year(typed) == 2024


@pytest.mark.parametrize("typed", ["24", "1999", "2100", "二〇二四", "2024.5", "20245", "NaN"])
def test_years_outside_the_calendar_are_refused(typed: str) -> None:
    with pytest.raises(RuleError, match="应为2000–2099之间的四位年份，例如2024"):
        parse_year(typed)


def test_an_empty_year_is_called_empty() -> None:
    with pytest.raises(RuleError, match="未填"):
        parse_year(" ")


@pytest.mark.parametrize(
    ("number", "shown"),
    [("10.00", "10"), ("1E+1", "10"), ("-0.0", "0"), ("1200", "1200"), ("0.50", "0.5")],
)
def test_equal_numbers_have_one_plain_text(number: str, shown: str) -> None:
    assert plain(Decimal(number)) == shown


def test_numbers_are_shown_as_the_forms_print_them() -> None:
    assert show_wan(Decimal("12860000")) == "1,286.00"
    assert show_wan(Decimal("-400000")) == "−40.00"
    assert show_wan(Decimal("-1")) == "0.00"
    assert show_wan(Decimal("656625"), exact=True) == "65.6625"
    assert show_wan(Decimal("656600"), exact=True) == "65.66"
    assert show_wan(Decimal("656650")) == "65.67"
    assert show_points(Decimal("7.50")) == "7.5"
    assert show_value(Decimal("1200.0000")) == "1,200"
    assert show_value(Decimal("-0.25")) == "−0.25"
    assert show_score(Decimal("87.995")) == "88.00"
    assert show_percent(Decimal("0.8666")) == "86.7%"


@pytest.mark.parametrize("show", [show_wan, show_points, show_value, show_score, show_percent])
def test_a_missing_number_is_a_dash(show) -> None:
    assert show(None) == "—"


def test_a_message_repeats_what_was_typed_in_at_most_thirty_characters() -> None:
    assert quoted("很" * 40) == "很" * 29 + "…"
    assert quoted("a\x00\u202eb") == "a\ufffd\ufffdb"
