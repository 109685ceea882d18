"""Names that say the same are found together, others are kept apart."""

import pytest

from apps.rules.similarity import bare_indicator, like_indicator, pairs


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("新打机井数量（2024年）", "新打机井"),
        ("２０２４年度 新打机井 个数", "新打机井"),
        ("培训—人次", "培训人次"),
        ("数量", "数量"),
        ("（）", "（）"),
    ],
)
def test_brackets_years_signs_and_idle_ends_do_not_count(name, bare):
    assert bare_indicator(name) == bare


@pytest.mark.req("W-23")
@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("新建防渗渠道长度", "新建防渗渠道的长度", True),
        ("农村公路养护里程完成", "农村公路养护里程", True),
        ("培训期数", "培训人次", False),
        ("井", "井", True),
        ("井", "渠", False),
    ],
)
def test_like_names_share_most_of_their_pairs(one, other, same):
    held = [(other, frozenset(pairs(other)))]
    assert (like_indicator(one, held) == other) == same
