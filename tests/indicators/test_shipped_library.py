"""What the shipped library promises to hold."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from apps.indicators.library_file import Document, Line
from apps.rules.target_form import LEVEL1, LEVEL2, OPERATORS

EVERY_CATEGORY = [
    (level1, level2) for level1 in LEVEL1 for level2 in LEVEL2[level1] if level2 != "成本"
]
VAGUE = re.compile("^(明显|显著|有效|持续|进一步|不断)?(提升|提高|改善|增强|增加|良好|完善|较好)$")


def lines(shipped: list[Document]) -> list[Line]:
    return [line for document in shipped for line in document.indicators]


@pytest.mark.req("Y-06")
def test_library_has_ten_categories_and_at_least_183_indicators(shipped):
    assert [document.category.position for document in shipped] == list(range(1, 11))
    assert len({document.category.name for document in shipped}) == 10
    assert len(lines(shipped)) >= 183


@pytest.mark.req("Y-06")
def test_every_category_has_indicators_of_every_second_level(shipped):
    for document in shipped:
        held = {(line.level1, line.level2) for line in document.indicators}
        assert not set(EVERY_CATEGORY) - held, document.category.name


@pytest.mark.req("Y-06")
def test_every_line_stands_in_a_legal_place_of_the_three_levels(shipped):
    for line in lines(shipped):
        assert line.level1 in LEVEL1
        assert line.level2 in LEVEL2[line.level1]
        assert line.operator in OPERATORS


@pytest.mark.req("U-09")
def test_quantitative_lines_have_unit_and_direction_and_qualitative_ones_a_checkable_standard(
    shipped,
):
    for line in lines(shipped):
        if line.operator == "定性":
            assert len(line.typical_value) >= 15, line.name
            assert not VAGUE.match(line.typical_value)
            assert not line.unit
        else:
            assert line.unit, line.name
        assert line.direction in ("正向", "反向")


def test_percentages_stay_within_100(shipped):
    for line in lines(shipped):
        if line.unit == "%" and line.typical_value:
            assert 0 <= float(line.typical_value) <= 100, line.name


def test_every_line_says_what_is_counted_how_and_by_which_proof(shipped):
    for line in lines(shipped):
        assert len(line.explanation) >= 10, line.name
        assert line.formula, line.name
        assert line.evidence, line.name
        assert line.keywords, line.name


def test_codes_are_unique_and_names_are_unique_within_a_category(shipped):
    codes = Counter(line.code for line in lines(shipped))
    assert max(codes.values()) == 1
    for document in shipped:
        names = Counter(line.name for line in document.indicators)
        assert max(names.values()) == 1, document.category.name


def test_every_category_has_core_indicators_but_not_only_those(shipped):
    for document in shipped:
        n_core = sum(line.is_core for line in document.indicators)
        assert 3 <= n_core < len(document.indicators) / 2, document.category.name
