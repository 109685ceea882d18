"""A form has the parts of its shape: words, comparison, hash and checks know no other."""

from dataclasses import replace

import pytest

from apps.rules import form_diff, target_checks, weights
from apps.rules.errors import RuleError
from apps.rules.form_words import place
from apps.rules.target_form import TargetForm
from apps.rules.target_shapes import PROJECT, SHAPES
from tests.rules.forms import facts
from tests.rules.forms import form as project_form

BARE = replace(
    PROJECT,
    code="bare",
    head=("leader",),
    goals=("year_goal",),
    has_funds=False,
    levels={"产出": ("数量", "质量"), "服务对象满意度": ()},
    required=("服务对象满意度",),
    clause="本地规定",
    words={"leader": "填报联系人"},
)


def bare(**changes):
    return replace(project_form(), shape=BARE, funds={}, **changes)


def codes(form, given=None):
    given = given or facts()
    given = replace(given, weights=weights.fitted(given.weights, form.shape))
    return {finding.code for finding in target_checks.check(form, given)}


def test_every_check_names_parts_that_some_form_has():
    known = set().union(*(shape.parts for shape in SHAPES.values()))
    named = {part for check in target_checks.CODES.values() for part in check.parts}
    assert named <= known


def test_what_a_shape_lacks_is_not_checked():
    empty = TargetForm(shape=BARE)
    ours, whole = codes(empty), codes(TargetForm())
    assert {"targets.head", "targets.funds_budget"} <= whole
    assert not {"targets.head", "targets.funds_budget"} & ours
    assert {"targets.goal_missing", "targets.contact", "targets.no_lines"} <= ours


def test_a_shape_has_its_own_catalogue_and_required_levels():
    line = replace(project_form().lines[0], level1="服务对象满意度", level2="随便写")
    found = codes(bare(lines=(line,)))
    assert "targets.level1" not in found
    assert "targets.level2" not in found  # a first level without second ones takes any words
    assert "targets.required_level" not in found
    assert "targets.level1" in codes(bare(lines=(replace(line, level1="成本"),)))
    assert "targets.required_level" in codes(bare(lines=(replace(line, level1="产出"),)))


def test_words_follow_the_shape():
    assert place("leader", bare()) == "一、填报联系人"
    for path in ("attribute", "mid_goal", "funds.year", "level:成本"):
        with pytest.raises(RuleError, match="没有"):
            place(path, bare())


def test_comparison_and_hash_leave_out_what_a_shape_lacks():
    with_mid = bare(mid_goal="五年建成")
    assert form_diff.diff(bare(), with_mid).n_changes == 0
    assert form_diff.canonical(bare()) == form_diff.canonical(with_mid)
    assert form_diff.canonical(bare()) != form_diff.canonical(replace(bare(), shape=PROJECT))


def test_weights_bind_only_levels_that_the_form_has():
    six = weights.fitted(facts().weights, SHAPES["unit_six"])
    assert (six.levels, six.required) == ({}, tuple(SHAPES["unit_six"].levels))
    assert six.title == "各一级指标不定分值"
    assert six.execution == facts().weights.execution
    three = weights.fitted(facts().weights, SHAPES["unit"])
    assert list(three.levels) == ["产出", "效益", "满意度"]
    assert weights.fitted(facts().weights, PROJECT) == facts().weights
