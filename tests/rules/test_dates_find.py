"""Date expressions are found in long texts: where they stand, and what one lends the next."""

import json
import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from apps.rules import dates
from apps.rules.dates import Found, Kind, script
from apps.rules.dates.vocabulary import WORDS

DATA = Path(__file__).resolve().parents[1] / "data"
PUBLISHED = ["date_phrases.json", "source_date_phrases.json"]


def told_in(name: str) -> list[dict[str, str]]:
    records: list[dict[str, str]] = json.loads((DATA / name).read_text(encoding="utf-8"))["records"]
    return records


def found(text: str, *, year: int = 2024) -> list[Found]:
    return dates.find(text, year=year)


def texts(text: str, *kinds: Kind) -> list[str]:
    return [each.text for each in found(text) if not kinds or each.reading.kind in kinds]


def ends(text: str) -> list[date | None]:
    return [each.reading.end for each in found(text)]


def test_expressions_come_in_order_with_the_span_they_stand_at() -> None:
    text = "开展时间：4月1—15日，各单位上报；　２０２４年３月２０日前，按月监控。"

    each = found(text)

    assert [one.text for one in each] == ["4月1—15日", "２０２４年３月２０日前", "按月"]
    assert [text[one.start : one.end] for one in each] == [one.text for one in each]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("精神（乌中政办发〔2021〕15号）要求", "乌中政办发〔2021〕15号"),
        ("根据新党发［2018］30号文件", "新党发［2018］30号"),
        ("按照内财监〔2019〕1343号执行", "内财监〔2019〕1343号"),
        ("中发〔2018〕34号", "中发〔2018〕34号"),
    ],
)
def test_a_document_number_is_found_whole_and_is_no_date(text: str, expected: str) -> None:
    (one,) = found(text)

    assert (one.text, one.reading.kind) == (expected, Kind.not_a_date)


def test_amounts_and_counts_are_found_as_no_dates() -> None:
    text = "不低于20%，50万元以上，90分，不少于5个，4篇，依据第二十五条"

    assert texts(text) == ["20%", "50万元", "90分", "5个", "4篇", "第二十五条"]
    assert {each.reading.kind for each in found(text)} == {Kind.not_a_date}


def test_the_number_of_a_paragraph_is_no_part_of_the_date() -> None:
    text = "3、5月底前完成自评\n（四）6月底前复核\n五、7月底前反馈\n 8.9月底前公开"

    assert texts(text) == ["5月底前", "6月底前", "7月底前", "9月底前"]


def test_words_that_look_like_dates_are_left_alone() -> None:
    text = (
        "事前评估、前期工作、前置条件、当前、提前、其中、集中、中心、中央、最初、初步、统一时间节点、"
        "党的二十大、二十届二中全会、第三方机构、一票否决、以前年度、项目目前年均、每一次、随机抽取、"
        "同步推进、图3.5所示、版本V2.0、3.20倍、项目65282324T000000000123、电话0991-2345678"
    )

    assert texts(text) == ["3.20倍"]


def test_the_year_of_a_date_holds_to_the_end_of_its_sentence() -> None:
    text = "2023年11月启动，12月复核，次年2月公开。5月归档。"

    assert ends(text) == [
        date(2023, 11, 30),
        date(2023, 12, 31),
        date(2024, 2, 29),
        date(2024, 5, 31),
    ]


def test_a_bare_day_takes_the_month_of_its_sentence() -> None:
    _, second = found("5月10日前报送初稿，20日前报送终稿。")

    assert second.text == "20日前"
    assert (second.reading.kind, second.reading.end) == (Kind.deadline, date(2024, 5, 20))
    assert second.reading.note == "月份承前，按5月读"
    assert texts("5月10日前报送初稿。20日前报送终稿") == ["5月10日前"]


@pytest.mark.req("Y-49")
def test_nodes_serve_the_deadlines_after_them() -> None:
    text = "以2024年5月、8月底为节点，各单位监控。各单位在监控节点次月10日前报财政部门。"

    nodes, due = found(text)

    assert nodes.reading.nodes == (date(2024, 5, 31), date(2024, 8, 31))
    assert due.reading.deadlines == (date(2024, 6, 10), date(2024, 9, 10))
    assert not due.reading.ambiguous


def test_a_paragraph_number_before_a_year_is_no_year() -> None:
    assert texts("附表5、2024年预算") == ["2024年"]


def test_the_month_after_a_month_is_marked() -> None:
    _, due = found("各单位5月开展监控，次月10日前上报")

    assert due.reading.end == date(2024, 6, 10)
    assert due.reading.note == "“次月”从5月算起"
    assert due.reading.ambiguous


def test_the_evaluated_year_is_not_the_window() -> None:
    window, year = found("5－7月开展2023年度绩效自评工作")

    assert (window.reading.start, window.reading.end) == (date(2024, 5, 1), date(2024, 7, 31))
    assert (year.reading.kind, year.reading.fiscal_year) == (Kind.fiscal_year, 2023)


def test_figures_without_a_year_after_another_year_are_marked() -> None:
    text = "2023年度对项目支出5月监控，进行通报。截至8月，监控结果显示"

    _, window, figures = found(text)

    assert window.reading.note == "年份未写，按2024年读；前文写有2023年度"
    assert figures.reading.note == "年份未写，按2024年读；前文写有2023年度"
    assert window.reading.ambiguous
    assert figures.reading.ambiguous
    assert not any(each.reading.ambiguous for each in found(text, year=2023))


def test_an_impossible_date_is_found_with_the_reason() -> None:
    (one,) = found("请于2024年2月30日前报送")

    assert (one.text, one.reading.kind) == ("2024年2月30日前", Kind.unparseable)
    assert one.reading.note == "2024年2月没有30日"


def test_an_event_is_found_without_what_leads_up_to_it() -> None:
    text = "各部门单位负责在年度部门预算批复后，设置目标；评审通过后20日内公开"

    assert texts(text) == ["年度部门预算批复后", "评审通过后20日内"]
    assert [each.reading.event for each in found(text)] == ["部门预算批复", "评审通过"]


def test_adjectives_made_of_events_are_no_time() -> None:
    assert texts("审核后的绩效目标、调整后的绩效目标、批复前的草案") == []


def test_a_code_of_six_digits_is_marked() -> None:
    (one,) = found("批次202403已归档")

    assert (one.reading.kind, one.reading.ambiguous) == (Kind.range, True)
    assert one.reading.note == "“202403”也可能是编号"


def calls(work: Callable[[], object]) -> int:
    """How many calls of functions, built-in ones included, the work makes."""
    counted = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal counted
        counted += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return counted


ODD = [
    "a",
    "1",
    "年",
    "—",
    "、",
    "一",
    "(",
    " ",
    "\n",
    "5月",
    "5、",
    "按",
    "后",
    "批复后",
    "2024年甲",
]


@pytest.mark.trust("C11")
@pytest.mark.parametrize("unit", ODD)
def test_ten_times_the_text_is_ten_times_the_work(unit: str) -> None:
    short, long = (unit * (length // len(unit)) for length in (1_000, 10_000))

    few, many = calls(lambda: found(short)), calls(lambda: found(long))

    assert many <= 10.5 * few + 200


@pytest.mark.trust("C11")
@pytest.mark.parametrize("unit", ["a", "1", "年", "—"])
def test_a_hundred_thousand_odd_characters_are_read_and_refused(unit: str) -> None:
    text = unit * 100_000

    assert found(text) == []
    assert dates.read(text, year=2024).note == "共100000字，最长2000字"


@pytest.mark.trust("C11")
def test_no_word_of_the_table_repeats_without_bound() -> None:
    """Together with one try at each place this is what makes the reading linear."""
    for letter, _, pattern, _ in WORDS:
        bare = re.sub(r"\\.|\[[^\]]*\]", "x", pattern)
        assert not set("*+") & set(bare), letter


def test_every_word_is_tried_wherever_it_fits() -> None:
    """A row whose first characters were incomplete would never be seen where it begins."""
    rows = [(first, re.compile(pattern, re.MULTILINE)) for _, first, pattern, _ in WORDS]
    phrases = [each["phrase"] for name in PUBLISHED for each in told_in(name)]
    text = script.plain("\n".join(phrases))

    for place, char in enumerate(text):
        hidden = [
            row.pattern for first, row in rows if char not in first and row.match(text, place)
        ]
        assert hidden == [], text[place : place + 20]
