"""The work of reading a notice grows as its length does; counted in calls, not in seconds."""

from __future__ import annotations

import sys
from types import FrameType

import pytest

from apps.rules import notices
from tests.rules.notice_texts import made, text_of

SENTENCE = "各单位应于3月底前报送绩效自评表，财政局审核不低于20%的项目。"
SPOILERS = [  # each repeated without end must cost no more a character than prose does
    "a", "1", "年", "—", " ", "，", "（", "《", "“", "**", "〔", "、", "各", "科", "报", "对",
    "3月1日", "3月1日，", "次月10日前", "5月、8月底为节点，", "预算批复后", "各部门，", "财政局、",
    "县财政局社保科负责绩效，", "自评表", "1,000", "一是", "涉及范围：", "时间安排：3月。",
    "任务分工：各部门负责自评；", "\n", "\n一、绩效", "\n（一）开展自评", "\n财政局", "将绩效公开",
    "各单位应于3月底前报送绩效自评表，", SENTENCE,
]  # fmt: skip


def calls_of(text: str) -> int:
    """How many functions, ours and the interpreter's, reading the text calls."""
    count = 0

    def tick(frame: FrameType, event: str, arg: object) -> None:
        nonlocal count
        if event in ("call", "c_call"):
            count += 1

    sys.setprofile(tick)
    try:
        notices.read(text, year=2024)
    finally:
        sys.setprofile(None)
    return count


def test_ten_times_the_notice_is_at_most_eleven_times_the_work() -> None:
    text = text_of("yuli-2023-2024")
    calls_of(text)  # what is compiled or cached once is out of the way
    assert calls_of(text * 10) <= 11 * calls_of(text)


@pytest.mark.parametrize("spoiler", SPOILERS)
def test_nothing_repeated_makes_the_work_grow_faster_than_the_text(spoiler: str) -> None:
    def text(length: int) -> str:
        piece = spoiler * max(1, 900 // len(spoiler)) + "绩效。"
        return made("（一）绩效自评", "各部门开展绩效自评。" + piece * (length // 900))

    small, large = calls_of(text(1_800)), calls_of(text(18_000))
    assert large <= 12 * small


@pytest.mark.parametrize("spoiler", ["a", "1", "年", " ", "（", "各", "3月1日", "1,000", "a  "])
def test_a_hundred_thousand_of_one_thing_is_read_or_refused(spoiler: str) -> None:
    text = made("（一）绩效自评", "绩效" + spoiler * (100_000 // len(spoiler)) + "绩效" * 99)
    assert notices.read(text, year=2024).title


def test_two_hundred_pages_are_read_whole() -> None:
    items = [f"{number}.绩效自评。{SENTENCE}" for number in range(1, 100)]
    lists = [
        f"（{mark}）第{place}批\n" + "\n".join(items)
        for place, mark in enumerate("一二三四五六七八九十" * 6)
    ]
    notice = notices.read(made(*lists), year=2024)
    assert sum(len(each) for each in lists) > 160_000
    assert len(notice.tasks) >= 5_900
