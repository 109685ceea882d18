"""Promises that hold for every input, tried on many."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.rules import grading, project_code
from apps.rules.errors import RuleError
from apps.rules.findings import Severity
from apps.rules.form_diff import canonical, diff, place
from apps.rules.numbers import parse_number, parse_wan, parse_year, plain, show_value, show_wan
from apps.rules.target_checks import CODES, check
from apps.rules.target_evidence import (
    Evidence,
    LibraryRow,
    OtherForm,
    PastValue,
    PeerValues,
    Setting,
)
from apps.rules.target_form import (
    ATTRIBUTES,
    DIRECTIONS,
    LEVEL1,
    LEVEL2,
    OPERATORS,
    SOURCES,
    SPANS,
    TargetFacts,
    TargetForm,
    TargetLine,
    Weights,
)
from apps.rules.weights import NATIONAL, WeightCandidate, choose, due_points, total_points
from tests.rules.forms import facts, form, line

calm = settings(max_examples=150)

values = st.decimals(-(10**14), 10**14, places=4, allow_nan=False)
money = st.decimals(-1000, 10**13, places=2, allow_nan=False)
points = st.decimals(0, 100, places=2, allow_nan=False)
years = st.none() | st.integers(1990, 2100)
texts = st.text(st.characters(), max_size=30) | st.sampled_from(
    [
        "",
        "目标1：……",
        "显著提升",
        "是否满意",
        "2022年12月底前",
        "2016—2030年",
        "预算执行率",
        "%",
        "万元",
        "增长率",
        "改造供水管网，进一步提高水质，有效保障群众用水安全。",
        "投入财政资金980万元改造管网26公里，13月底前完成。",
        "提高服务质量",
        "合格率",
        "受益人数",
        "完工时间",
        "显著改善群众生活",
    ]
)
CHECKUP = [*CODES][[*CODES].index("targets.output_kinds") :]
NEED_EVIDENCE = {
    f"targets.{code}"
    for code in (
        *("unit_cost", "below_last_year", "below_peers", "above_last_year", "above_peers"),
        *("copied_goal", "copied_rows"),
    )
}
keys = st.sampled_from("abcdefgh")


def maybe(strategy):
    return st.none() | strategy


def among(*choices: str):
    return st.sampled_from([*choices, ""]) | texts


rows = st.builds(
    TargetLine,
    key=keys,
    level1=among(*LEVEL1),
    level2=among(*(second for group in LEVEL2.values() for second in group)),
    name=texts,
    operator=among(*OPERATORS),
    value=maybe(values),
    value_high=maybe(values),
    value_text=texts,
    unit=texts | st.sampled_from(["个", "%", "万元", "公里", "月", "天", "年", "人"]),
    direction=among(*DIRECTIONS),
    weight=maybe(points),
    basis=texts,
    evidence=texts,
    mid_value=texts,
)
sources = st.dictionaries(st.sampled_from([*SOURCES]), money)
paths = st.sampled_from(["funds.year.fiscal", "indicator:a.value", "first_year", "gone", ""])
forms = st.builds(
    TargetForm,
    attribute=among(*ATTRIBUTES),
    first_year=years,
    last_year=years,
    leader=texts,
    leader_phone=texts,
    mid_goal=texts,
    year_goal=texts,
    funds=st.dictionaries(st.sampled_from([*SPANS]), sources),
    lines=st.lists(rows, max_size=8, unique_by=lambda row: row.key).map(tuple),
    unread=st.dictionaries(paths, texts, max_size=3),
)
templates = st.builds(
    Weights,
    title=texts,
    execution=points,
    levels=st.dictionaries(st.sampled_from(LEVEL1), maybe(points)),
    required=st.lists(st.sampled_from(LEVEL1), unique=True).map(tuple),
    departure_blocks=st.booleans(),
    clause=st.just("本任务通知"),
)
units = st.sampled_from(["个", "%", "万元", "公里", "月", "天", "年", "‰", "元/户"]) | texts
evidences = st.builds(
    Evidence,
    library=st.lists(
        st.builds(
            LibraryRow,
            name=texts,
            level1=among(*LEVEL1),
            operator=among(*OPERATORS),
            unit=units,
            low=maybe(values),
            high=maybe(values),
        ),
        max_size=2,
    ).map(tuple),
    last_year=st.lists(st.builds(PastValue, texts, units, values), max_size=3).map(tuple),
    peers=st.lists(
        st.builds(PeerValues, texts, units, st.lists(values, max_size=6).map(tuple)), max_size=3
    ).map(tuple),
    others=st.lists(
        st.builds(OtherForm, texts, st.booleans(), texts, st.lists(texts, max_size=4).map(tuple)),
        max_size=2,
    ).map(tuple),
)
tunings = st.dictionaries(
    st.sampled_from([*CODES]),
    st.builds(Setting, on=maybe(st.booleans()), severity=maybe(st.sampled_from(Severity))),
    max_size=5,
)
knowns = st.builds(
    TargetFacts,
    fiscal_year=st.integers(2000, 2099),
    project_first_year=years,
    project_last_year=years,
    budget=sources,
    weights=templates,
    total_investment=maybe(money),
    project_name=texts,
    evidence=evidences,
    tuning=tunings,
)


@calm
@given(values)
def test_a_shown_value_reads_back_as_itself(value: Decimal) -> None:
    assert parse_number(show_value(value), digits=15) == value
    assert parse_number(plain(value), digits=15) == value


@calm
@given(st.decimals(0, 10**13 - 1, places=2, allow_nan=False))
def test_a_shown_amount_reads_back_to_the_cent(yuan: Decimal) -> None:
    assert parse_wan(show_wan(yuan, exact=True)) == yuan


def said(parse, text: str) -> str:
    """The sentence with which a text is refused; a full stop when it is read."""
    try:
        parse(text)
    except RuleError as refused:
        return str(refused)
    return "。"


@calm
@given(st.text(st.characters()))
@pytest.mark.trust("C10")
def test_any_text_is_read_or_refused_with_a_sentence(text: str) -> None:
    for parse in (parse_number, parse_wan, parse_year, project_code.parse):
        sentence = said(parse, text)
        assert sentence.endswith("。")
        sentence.encode()


@calm
@given(forms, knowns)
def test_no_form_makes_the_checks_raise(whole: TargetForm, known: TargetFacts) -> None:
    for each in check(whole, known):
        assert each.code in CODES
        assert each.where
        assert each.message.endswith("。")
        assert each.clause


@calm
@given(forms, knowns)
def test_the_check_up_says_a_thing_once_and_alone_without_evidence(
    whole: TargetForm, known: TargetFacts
) -> None:
    bare = replace(known, evidence=Evidence())
    told = [each for each in check(whole, bare) if each.code in CHECKUP]

    assert len({(each.code, each.path) for each in told}) == len(told)
    assert not {each.code for each in told} & NEED_EVIDENCE


@calm
@given(st.lists(maybe(points), min_size=1, max_size=8), templates)
def test_the_sum_is_blamed_exactly_when_it_differs(weights, template: Weights) -> None:
    rows = tuple(line(str(number), weight=weight) for number, weight in enumerate(weights))
    findings = check(form(lines=rows), facts(weights=template))

    blamed = any(each.code == "targets.weights_sum" for each in findings)
    assert blamed == (total_points(rows) != due_points(template))


@calm
@given(forms)
def test_a_form_does_not_differ_from_itself(whole: TargetForm) -> None:
    assert diff(whole, whole).n_changes == 0


@calm
@given(forms, forms)
def test_a_difference_is_there_from_both_sides(old: TargetForm, new: TargetForm) -> None:
    there, back = diff(old, new), diff(new, old)

    assert there.n_changes == back.n_changes
    if there.n_changes:
        assert canonical(old) != canonical(new)


@calm
@given(forms, st.integers(0, 6))
def test_the_hashed_text_does_not_depend_on_exponents(whole: TargetForm, places: int) -> None:
    def longer(number: Decimal | None) -> Decimal | None:
        return None if number is None else Decimal(format(number, "f") + "0" * places)

    padded = replace(
        whole,
        lines=tuple(
            replace(each, value=longer(each.value), weight=longer(each.weight))
            for each in whole.lines
        ),
    )

    assert canonical(padded) == canonical(whole)


@calm
@given(forms)
def test_every_row_and_cell_of_a_difference_has_a_place(whole: TargetForm) -> None:
    for section in diff(None, whole).sections:
        for row in section.rows:
            path = f"indicator:{row.key}" if section.name == "indicators" else row.key
            assert place(path, whole) == row.place


@calm
@given(forms, st.lists(st.builds(WeightCandidate, templates, maybe(st.booleans())), min_size=1))
def test_some_template_is_always_chosen(whole: TargetForm, candidates) -> None:
    assert choose(candidates, whole) in [each.weights for each in candidates]
    assert choose(NATIONAL, whole).execution == 10


@calm
@given(st.decimals(0, 15, places=2), st.sampled_from(["10", "15", "2.5"]))
def test_each_share_lies_in_the_band_of_its_grade(given_points: Decimal, maximum: str) -> None:
    low, high = grading.share_band(
        Decimal(maximum), grading.share_grade(given_points, Decimal(maximum))
    )

    assert low <= given_points
    assert given_points <= high or given_points > Decimal(maximum)


@calm
@given(st.lists(st.sampled_from(grading.GRADES), min_size=1, max_size=10), st.data())
def test_a_better_mark_never_worsens_the_overall_grade(grades: list[str], data) -> None:
    at = data.draw(st.integers(0, len(grades) - 1))
    better = [*grades]
    better[at] = grading.GRADES[max(0, grading.GRADES.index(grades[at]) - 1)]

    before, after = grading.overall_by_counts(grades), grading.overall_by_counts(better)
    assert grading.GRADES.index(after) <= grading.GRADES.index(before)
