"""What the shipped library promises to hold, row by row."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from itertools import combinations

import pytest

from apps.indicators.library_file import Document, Line
from apps.rules.similarity import pairs
from apps.rules.target_form import LEVEL1, LEVEL2, OPERATORS

MUST = {"数量", "质量", "时效", "服务对象满意度"}
ALIKE = 0.72  # of two explanations' pairs of characters; beyond, one was written after the other
VAGUE = re.compile(
    "良好|较好|显著|明显|有效提升|不断|持续提升|进一步|大力|切实|有力|等等|若干|一定程度|相关工作|尽量"
)
UNITS = (  # what the end of a name says of its unit
    (r"(率|比例|占比|比重|满意度|覆盖率)$", r"%|‰|1/10万|人/万台"),
    (r"人次$", r"人次"),
    (r"户次$", r"户次"),
    (r"人数$", r"人"),
    (r"户数$", r"户"),
    (r"(时限|时间|时长)$", r"个工作日|天|小时|分钟|月|分钟/户"),
    (r"面积$", r".*(亩|平方米|平方公里)(/人)?"),
    (r"(长度|里程)$", r".*(公里|米)"),
    (r"(件数|起数|次数|座数|个数|条数)$", r"[^%‰]+"),
    (r"(金额|收入|节约额|到位资金)$", r".*元"),
)


def lines(shipped: list[Document]) -> list[Line]:
    return [line for document in shipped for line in document.indicators]


@pytest.mark.req("Y-06", "Y-07", "Y-41")
def test_the_edition_2023_holds_what_the_county_counted(shipped):
    counted = defaultdict(list)
    for document in shipped:
        counted[document.category.kind].append(len(document.indicators))

    assert {document.library.fiscal_year for document in shipped} == {2023}
    assert (len(counted["common"]), sum(counted["common"])) == (10, 183)
    assert (len(counted["industry"]), sum(counted["industry"])) == (18, 538)
    assert [document.category.position for document in shipped] == list(range(1, 29))
    assert len({document.category.name for document in shipped}) == 28


@pytest.mark.req("Y-06", "Y-07")
def test_every_category_covers_output_benefit_cost_and_satisfaction(shipped):
    for document in shipped:
        name = document.category.name
        assert {line.level2 for line in document.indicators} >= MUST, name
        assert set(LEVEL1) == {line.level1 for line in document.indicators}, name


@pytest.mark.req("Y-06")
def test_every_line_stands_in_a_legal_place_of_the_three_levels(shipped):
    for line in lines(shipped):
        assert line.level1 in LEVEL1
        assert line.level2 in LEVEL2[line.level1]
        assert line.operator in OPERATORS


@pytest.mark.req("W-21")
def test_every_line_has_its_use_of_money_and_a_category_has_several(shipped):
    for document in shipped:
        uses = {(line.subclass, line.purpose) for line in document.indicators}
        assert all(subclass and purpose for subclass, purpose in uses), document.category.name
        assert len(uses) >= 3, document.category.name


@pytest.mark.req("U-09")
def test_quantitative_lines_have_unit_and_direction_and_qualitative_ones_a_checkable_standard(
    shipped,
):
    for line in lines(shipped):
        if line.operator == "定性":
            assert len(line.typical_value) >= 15, line.name
            assert not VAGUE.search(line.typical_value)
            assert not line.unit
        else:
            assert line.unit, line.name
        assert line.direction in ("正向", "反向")


def test_the_unit_does_not_contradict_the_name(shipped):
    wrong = [
        f"{line.code} {line.name}：{line.unit}"
        for line in lines(shipped)
        for name, unit in UNITS
        if line.unit and re.search(name, line.name) and not re.fullmatch(unit, line.unit)
    ]
    assert wrong == []


def test_ranges_are_possible_and_hold_the_usual_value(shipped):
    for line in lines(shipped):
        if line.unit == "%" and line.typical_value:
            assert 0 <= float(line.typical_value) <= 100, line.name
        if line.low is None or line.high is None:
            assert line.low is line.high, line.name
            continue
        assert line.low < line.high, line.name
        assert line.unit != "%" or line.high <= 100, line.name
        if line.typical_value:
            assert float(line.low) <= float(line.typical_value) <= float(line.high), line.name


def test_every_line_says_what_is_counted_how_from_where_and_by_which_proof(shipped):
    for line in lines(shipped):
        assert len(line.explanation) >= 10, line.name
        for part in (line.formula, line.data_source, line.evidence, line.keywords):
            assert len(part) >= 2, line.name
        assert line.explanation != line.formula, line.name


def test_no_line_hides_behind_vague_words(shipped):
    wrong = [
        f"{line.code} {found[0]}"
        for line in lines(shipped)
        if (found := VAGUE.search(f"{line.name}{line.explanation}{line.formula}"))
    ]
    assert wrong == []


def test_codes_and_names_are_unique_in_the_whole_edition(shipped):
    for what in ("code", "name"):
        counted = Counter(getattr(line, what) for line in lines(shipped))
        assert [text for text, count in counted.items() if count > 1] == []


def test_no_explanation_was_written_after_another(shipped):
    told = [(line.code, frozenset(pairs(line.explanation))) for line in lines(shipped)]
    alike = [
        (one, other)
        for (one, first), (other, second) in combinations(told, 2)
        if 2 * len(first & second) >= ALIKE * (len(first) + len(second))
    ]
    assert alike == []


def test_every_category_has_core_indicators_but_not_only_those(shipped):
    for document in shipped:
        n_core = sum(line.is_core for line in document.indicators)
        assert 3 <= n_core < len(document.indicators) / 2, document.category.name
