"""Promises about dates that hold for every input, tried on many."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.rules import dates
from apps.rules.dates import Kind
from apps.rules.dates.vocabulary import WORDS

calm = settings(max_examples=200)

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
TENS = ("", "十", "二十", "三十")
ONES = "〇一二三四五六七八九"


def chinese(number: int) -> str:
    return TENS[number // 10] + (ONES[number % 10] if number % 10 else "")


def chinese_day(day: date) -> str:
    year = "".join(ONES[int(digit)] for digit in str(day.year))
    return f"{year}年{chinese(day.month)}月{chinese(day.day)}日"


def plain_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def later(start: date, end: date) -> str:
    """The end of a range with no more of its year than is needed."""
    words = {0: "", 1: "次年"}
    return words.get(end.year - start.year, f"{end.year}年") + f"{end.month}月{end.day}日"


def shortest(start: date, end: date) -> str:
    if (start.year, start.month) == (end.year, end.month):
        return f"{start.month}月{start.day}—{end.day}日"
    return f"{start.month}月{start.day}日—{later(start, end)}"


STYLES = {
    "both years": lambda start, end: f"{plain_day(start)}—{plain_day(end)}",
    "from to": lambda start, end: f"自{plain_day(start)}起至{plain_day(end)}止",
    "hyphen": lambda start, end: f"{plain_day(start)}-{plain_day(end)}",
    "wave": lambda start, end: f"{plain_day(start)}～{plain_day(end)}",
    "full width": lambda start, end: f"{plain_day(start)}－{plain_day(end)}".translate(FULL_WIDTH),
    "zeros": lambda start, end: f"{start:%Y年%m月%d日}至{end:%Y年%m月%d日}",
    "blanks": lambda start, end: f"{start:%Y 年 %m 月 %d 日} — {end:%Y 年 %m 月 %d 日}",
    "号": lambda start, end: plain_day(start).replace("日", "号") + "到" + plain_day(end),
    "iso": lambda start, end: f"{start.isoformat()}至{end.isoformat()}",
    "dots": lambda start, end: f"{start:%Y.%m.%d}-{end:%Y.%m.%d}",
    "slashes": lambda start, end: f"{start:%Y/%m/%d}～{end:%Y/%m/%d}",
    "compact": lambda start, end: f"{start:%Y%m%d}—{end:%Y%m%d}",
    "Chinese": lambda start, end: f"{chinese_day(start)}至{chinese_day(end)}",
    "next year": lambda start, end: f"{plain_day(start)}至{later(start, end)}",
    "shortest": shortest,
}
AROUND = ["{}", "各单位于{}上报绩效目标表", "（一）开展时间：{}。", "2.{}，财政局抽审", "　{}\n"]

days = st.dates(date(2000, 1, 1), date(2097, 12, 31))
lengths = st.integers(1, 700).map(lambda count: timedelta(days=count))


@pytest.mark.req("U-18")
@pytest.mark.parametrize("style", STYLES)
@given(start=days, length=lengths, around=st.sampled_from(AROUND))
@calm
def test_a_range_written_in_any_style_is_read_back(
    style: str, start: date, length: timedelta, around: str
) -> None:
    end = start + length
    phrase = around.format(STYLES[style](start, end))

    reading = dates.read(phrase, year=start.year)

    assert (reading.kind, reading.start, reading.end) == (Kind.range, start, end), phrase
    assert not reading.ambiguous


MONTH_STYLES = ["{0}—{1}月", "{0}月－{1}月", "{0}月至{1}月底", "{0}－{1}月份"]


@given(first=st.integers(1, 11), length=st.integers(1, 11), style=st.sampled_from(MONTH_STYLES))
@calm
def test_a_range_of_months_runs_from_the_first_to_the_last_day(
    first: int, length: int, style: str
) -> None:
    last = min(first + length, 12)

    reading = dates.read(style.format(first, last), year=2024)

    assert (reading.kind, reading.start) == (Kind.range, date(2024, first, 1))
    assert reading.end == date(2024 + last // 12, last % 12 + 1, 1) - timedelta(days=1)


@given(day=days, said=st.sampled_from(["前", "之前", "以前", "截止"]))
@calm
def test_a_deadline_is_the_day_itself(day: date, said: str) -> None:
    reading = dates.read(plain_day(day) + said, year=2024)

    assert (reading.kind, reading.end) == (Kind.deadline, day)


PIECES = st.sampled_from(
    [
        *("".join(first for _, first, _, _ in WORDS)),
        *(
            "上旬",
            "季度",
            "半年",
            "每月",
            "每季度",
            "结束",
            "次月",
            "次年",
            "年度",
            "为节点",
            "5月",
        ),
        *("31", "30日", "2024年", "202403", "3.20", "二〇二四年", "元月", "〔2021〕15号", "批复后"),
        *["\x00", "\u3000", "\n\n", "\ud800", "🗓", "ٲ", "٣月", "²", "①"],
    ]
)
scribbles = st.lists(PIECES, max_size=12).map("".join) | st.text(max_size=40)


@pytest.mark.trust("C11")
@given(text=scribbles)
@settings(max_examples=1500)
def test_no_text_breaks_the_reader_and_every_span_is_true(text: str) -> None:
    done = 0
    for each in dates.find(text, year=2024):
        assert done <= each.start < each.end
        assert each.text == text[each.start : each.end]
        done = each.end

    reading = dates.read(text, year=2024)
    assert reading.note or not reading.ambiguous
    assert reading.note or reading.kind is not Kind.unparseable
    if reading.start and reading.end:
        assert reading.start <= reading.end
