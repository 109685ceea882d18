"""Choosing between two people's forms, tried on many (TRUST G01)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.rules.form_merge import conflicts, merge
from apps.rules.target_form import OPERATORS, SOURCES, SPANS, TargetForm, TargetLine

pytestmark = pytest.mark.trust("G01")
calm = settings(max_examples=200, derandomize=True)
words = st.sampled_from(["", "甲", "乙"])
numbers = st.none() | st.sampled_from([Decimal(1), Decimal(2)])
KEYS = "abc"
lines = st.builds(
    TargetLine,
    key=st.sampled_from(KEYS),
    level1=words,
    name=words,
    operator=st.sampled_from(OPERATORS),
    value=numbers,
    value_high=numbers,
    value_text=words,
    unit=words,
    weight=numbers,
    evidence=words,
)
funds = st.dictionaries(
    st.sampled_from([*SPANS]), st.dictionaries(st.sampled_from([*SOURCES]), st.just(Decimal(10000)))
)
PLAIN_UNREAD = ("first_year", "funds.year.fiscal")


@st.composite
def forms(draw):
    """A form whose unread cells are cells without a number, as the reader leaves them."""
    rows = draw(st.lists(lines, max_size=3, unique_by=lambda line: line.key))
    form = TargetForm(
        leader=draw(words),
        year_goal=draw(words),
        first_year=draw(st.sampled_from([None, 2023, 2024])),
        funds=draw(funds),
        lines=tuple(rows),
    )
    unread = {
        f"indicator:{row.key}.weight": "约十"
        for row in rows
        if row.weight is None and draw(st.booleans())
    }
    if form.first_year is None and draw(st.booleans()):
        unread["first_year"] = "今年"
    if "fiscal" not in form.funds.get("year", {}) and draw(st.booleans()):
        unread["funds.year.fiscal"] = "若干"
    return replace(form, unread=unread)


def everything(theirs: TargetForm, mine: TargetForm) -> set[str]:
    return {each["path"] for each in conflicts(theirs, mine)}


@calm
@given(forms(), forms())
def test_keeping_all_of_theirs_leaves_nothing_that_differs(theirs, mine):
    assert conflicts(theirs, merge(theirs, mine, everything(theirs, mine))) == []


@calm
@given(forms(), forms())
def test_keeping_nothing_of_theirs_is_my_own_form(theirs, mine):
    assert merge(theirs, mine, set()) == mine


@calm
@given(forms(), forms(), st.data())
def test_what_was_chosen_is_theirs_and_the_rest_stays_mine(theirs, mine, data):
    every = sorted(everything(theirs, mine))
    chosen = set(data.draw(st.lists(st.sampled_from(every), unique=True))) if every else set()
    merged = merge(theirs, mine, chosen)
    assert everything(theirs, merged) == set(every) - chosen


@calm
@given(forms())
def test_equal_forms_have_no_conflict(form):
    assert conflicts(form, form) == []


def test_paths_that_no_form_has_are_harmless():
    mine = TargetForm(leader="甲")
    odd = {"funds", "lines", "unread", "funds.x", "nowhere", "indicator:zz.value", "indicator:"}
    assert merge(TargetForm(leader="乙"), mine, odd) == mine
