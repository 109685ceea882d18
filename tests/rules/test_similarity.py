"""How alike texts are: what counts, what does not, and the same answer from an index's counts."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.rules.similarity import dice, normal, pairs, pieces, probes, similarity


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("更换 水表１，９００块。", "更换水表1900块"),
        ("管网12.5公里", "管网12.5公里"),
        ("合格率 ≥ 95％", "合格率95%"),
        ("2024.12.31前", "2024.12.31前"),
        ("ＣＴ设备（64排）", "ct设备64排"),
        ("", ""),
        ("……", ""),
    ],
)
def test_width_space_and_marks_do_not_count_numbers_do(text: str, plain: str) -> None:
    assert normal(text) == plain


def test_pieces_are_two_characters_each_once_in_order() -> None:
    assert pieces("公路养护、公路") == ["公路", "路养", "养护", "护公"]
    assert pieces("路") == ["路"]
    assert pieces(" ") == []


@pytest.mark.parametrize(
    ("left", "right", "alike"),
    [
        ("工程验收合格率", "工程，验收 合格率。", "1"),
        ("工程验收合格率", "苗木成活数", "0"),
        ("工程验收", "工程验收率", "0.857"),
        ("养护65公里", "养护68公里", "0.6"),
        ("", "", "0"),
    ],
)
def test_likeness_is_the_share_of_common_pieces(left: str, right: str, alike: str) -> None:
    assert round(similarity(left, right), 3) == Decimal(alike)


@given(st.text(), st.text())
def test_likeness_is_the_same_both_ways_and_as_an_index_counts_it(left: str, right: str) -> None:
    ours, theirs = pieces(left), pieces(right)
    alike = similarity(left, right)

    assert 0 <= alike <= 1
    assert alike == similarity(right, left)
    assert alike == dice(len({*ours} & {*theirs}), len(ours), len(theirs))
    assert similarity(left, left) == (1 if ours else 0)


def test_probes_are_runs_spread_over_the_text() -> None:
    text = "新建乡镇卫生院业务用房购置彩超等设备门诊接诊能力提高"
    runs = probes(text)
    assert len(runs) == 8
    assert runs[0] == text[:6]
    assert runs[-1] == text[-6:]
    assert all(set(pairs(run)) <= set(pairs(text)) for run in runs)
    assert probes("路面") == ["路面"]
    assert probes("乡镇卫生院改造"[:7], 6) == ["乡镇卫生院改", "镇卫生院改造"]
    assert probes("") == []


@given(st.text(alphabet="路桥渠井站", min_size=30, max_size=60), st.integers(0, 24))
def test_a_copy_with_one_changed_character_is_still_found(text: str, at: int) -> None:
    copy = text[:at] + "某" + text[at + 1 :]
    assert any(run in copy for run in probes(text))
