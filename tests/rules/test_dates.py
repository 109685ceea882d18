"""Date phrases as people write them: what is read, what is marked, what is refused."""

from datetime import date

import pytest

from apps.rules import dates
from apps.rules.dates import Kind, Reading


def told(phrase: str, *, year: int = 2024, nodes: tuple[str, ...] = ()) -> dict[str, object]:
    """The answer without the phrase, the note, and an ambiguous that is false."""
    reading = dates.read(phrase, year=year, nodes=[date.fromisoformat(day) for day in nodes])
    answer = dates.to_json(phrase, reading)
    return {
        key: str(value) if key == "kind" else value
        for key, value in answer.items()
        if key not in ("phrase", "note") and value is not False
    }


def note(phrase: str, *, year: int = 2024) -> str:
    return dates.read(phrase, year=year).note or ""


RANGES = {
    "2024年内": ("2024-01-01", "2024-12-31"),
    "4月1日至15日": ("2024-04-01", "2024-04-15"),
    "3月1日－3月15日": ("2024-03-01", "2024-03-15"),
    "3月1日~15日": ("2024-03-01", "2024-03-15"),
    "7月1日一15日": ("2024-07-01", "2024-07-15"),
    "自2024年1月1日起至2024年12月31日止": ("2024-01-01", "2024-12-31"),
    "从3月到6月": ("2024-03-01", "2024-06-30"),
    "2023年11月至次年2月": ("2023-11-01", "2024-02-29"),
    "11月至翌年2月": ("2024-11-01", "2025-02-28"),
    "2024年12月—2025年2月": ("2024-12-01", "2025-02-28"),
    "12月—2025年2月": ("2024-12-01", "2025-02-28"),
    "去年10月至今年3月": ("2023-10-01", "2024-03-31"),
    "2024 年 3 月": ("2024-03-01", "2024-03-31"),
    "2024年\n3月": ("2024-03-01", "2024-03-31"),
    "20 24年3月": ("2024-03-01", "2024-03-31"),
    "24年3月": ("2024-03-01", "2024-03-31"),
    "二〇二四年三月": ("2024-03-01", "2024-03-31"),
    "二O二四年三月": ("2024-03-01", "2024-03-31"),
    "元月": ("2024-01-01", "2024-01-31"),
    "202403": ("2024-03-01", "2024-03-31"),
    "2024.3": ("2024-03-01", "2024-03-31"),
    "4月上旬": ("2024-04-01", "2024-04-10"),
    "4月中旬": ("2024-04-11", "2024-04-20"),
    "2月下旬": ("2024-02-21", "2024-02-29"),
    "5月上旬至6月中旬": ("2024-05-01", "2024-06-20"),
    "一季度": ("2024-01-01", "2024-03-31"),
    "第 4 季度": ("2024-10-01", "2024-12-31"),
    "二、三季度": ("2024-04-01", "2024-09-30"),
    "四五月份": ("2024-04-01", "2024-05-31"),
    "2024年七八月间": ("2024-07-01", "2024-08-31"),
    "一二月": ("2024-01-01", "2024-02-29"),
    "九十月份": ("2024-09-01", "2024-10-31"),
    "十一二月份": ("2024-11-01", "2024-12-31"),
    "二三季度": ("2024-04-01", "2024-09-30"),
    "一二季度": ("2024-01-01", "2024-06-30"),
    "三四季度": ("2024-07-01", "2024-12-31"),
    "5月上半月": ("2024-05-01", "2024-05-15"),
    "2月下半月": ("2024-02-16", "2024-02-29"),
    "一至三季度": ("2024-01-01", "2024-09-30"),
    "2024年第一季度至第三季度": ("2024-01-01", "2024-09-30"),
    "前三季度": ("2024-01-01", "2024-09-30"),
    "2024年Q3": ("2024-07-01", "2024-09-30"),
    "2024Q1": ("2024-01-01", "2024-03-31"),
    "上半年": ("2024-01-01", "2024-06-30"),
    "2024年下半年": ("2024-07-01", "2024-12-31"),
    "年内": ("2024-01-01", "2024-12-31"),
    "2024年，完成全部任务": ("2024-01-01", "2024-12-31"),
    "2024-2026年": ("2024-01-01", "2026-12-31"),
    "2024年至2026年": ("2024-01-01", "2026-12-31"),
    "4.1-4.15": ("2024-04-01", "2024-04-15"),
    "4.1-15": ("2024-04-01", "2024-04-15"),
    "2024.4.1-2024.4.30": ("2024-04-01", "2024-04-30"),
    "2024/4/1～2024/4/30": ("2024-04-01", "2024-04-30"),
    "20240401—20240430": ("2024-04-01", "2024-04-30"),
}


@pytest.mark.req("U-18")
@pytest.mark.parametrize("phrase", RANGES)
def test_a_range_has_both_its_days(phrase: str) -> None:
    start, end = RANGES[phrase]

    assert told(phrase) == {"kind": "range", "start": start, "end": end}


@pytest.mark.parametrize("dash", "—―–－‐‑−-~～〜至到")
def test_any_dash_makes_a_range(dash: str) -> None:
    assert told(f"7{dash}9月") == {"kind": "range", "start": "2024-07-01", "end": "2024-09-30"}


DEADLINES = {
    "２０２４年３月２０日前": "2024-03-20",
    "2024年3月20日之前": "2024-03-20",
    "3月20日以前": "2024-03-20",
    "3月20前": "2024-03-20",
    "3.20前": "2024-03-20",
    "3.20日前": "2024-03-20",
    "2024.3.20前": "2024-03-20",
    "2024-03-20前": "2024-03-20",
    "2024年3⽉20⽇前": "2024-03-20",  # the radicals of copied PDF text
    "十一月底前": "2024-11-30",
    "元月15日前": "2024-01-15",
    "二月末前": "2024-02-29",
    "年底前": "2024-12-31",
    "2024年年底前": "2024-12-31",
    "二季度末前": "2024-06-30",
    "次年3月底前": "2025-03-31",
    "当年12月底前": "2024-12-31",
    "不迟于4月20日": "2024-04-20",
    "最迟应于4月20日": "2024-04-20",
    "4月20日截止": "2024-04-20",
    "报名截止时间为4月20日": "2024-04-20",
    "到2025年": "2025-12-31",
    "6月底完成": "2024-06-30",
    "4月20日（星期六）前": "2024-04-20",
    "1.2024年3月底前完成": "2024-03-31",
    "（二）3月底前完成": "2024-03-31",
    "三、4月底前完成": "2024-04-30",
    "2024年4月30日前（含当日）": "2024-04-30",
}


@pytest.mark.parametrize("phrase", DEADLINES)
def test_a_deadline_includes_its_day(phrase: str) -> None:
    assert told(phrase) == {"kind": "deadline", "end": DEADLINES[phrase]}


POINTS = {
    "五月二十日": "2024-05-20",
    "二〇二四年三月十九日": "2024-03-19",
    "20240320": "2024-03-20",
    "2024-03-20": "2024-03-20",
    "2024/3/20": "2024-03-20",
    "2024.3.20": "2024-03-20",
    "3月20号": "2024-03-20",
    "2024年2月29日": "2024-02-29",
    "第三季度末": "2024-09-30",
    "年末": "2024-12-31",
}


@pytest.mark.parametrize("phrase", POINTS)
def test_a_day_is_a_point(phrase: str) -> None:
    day = POINTS[phrase]

    assert told(phrase) == {"kind": "point", "start": day, "end": day}


RECURRING: dict[str, dict[str, object]] = {
    "2025年每年3月底前": {"recurrence": "yearly 03-31", "end": "2025-03-31"},
    "2024年各季度末": {
        "recurrence": "quarterly",
        "nodes": ["2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"],
    },
    "每周五": {"recurrence": "weekly"},
    "每半年": {"recurrence": "half-yearly"},
    "按季度": {"recurrence": "quarterly"},
    "每两个月": {"recurrence": "every 2 months"},
    "每年3月底前": {"recurrence": "yearly 03-31", "end": "2024-03-31"},
    "每年3—5月": {"recurrence": "yearly", "start": "2024-03-01", "end": "2024-05-31"},
    "每年6月30日、12月31日前": {"recurrence": "yearly", "deadlines": ["2024-06-30", "2024-12-31"]},
    "每年6月、12月底": {"recurrence": "yearly", "nodes": ["2024-06-30", "2024-12-31"]},
    "每年底前": {"recurrence": "yearly 12-31", "end": "2024-12-31"},
    "每月1—10日": {"recurrence": "monthly"},
    "每月10日前": {
        "recurrence": "monthly",
        "deadlines": [f"2024-{month:02}-10" for month in range(1, 13)],
    },
    "每季度末": {
        "recurrence": "quarterly",
        "nodes": ["2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"],
    },
    "每季度末月20日前": {
        "recurrence": "quarterly",
        "deadlines": ["2024-03-20", "2024-06-20", "2024-09-20", "2024-12-20"],
    },
    "每季度结束后10日内": {
        "recurrence": "quarterly",
        "deadlines": ["2024-04-10", "2024-07-10", "2024-10-10", "2025-01-10"],
        "days": 10,
    },
    "每半年结束后1个月内": {
        "recurrence": "half-yearly",
        "deadlines": ["2024-07-31", "2025-01-31"],
        "months": 1,
    },
    "每季度终了后15个工作日内": {"recurrence": "quarterly", "days": 15, "working_days": True},
}


@pytest.mark.req("Y-84")
@pytest.mark.parametrize("phrase", RECURRING)
def test_what_comes_again_says_how_often_and_when_in_the_year(phrase: str) -> None:
    assert told(phrase) == {"kind": "recurring"} | RECURRING[phrase]


def test_a_31st_is_the_last_day_of_a_shorter_month() -> None:
    deadlines = dates.read("每月31日前", year=2023).deadlines

    assert [day.day for day in deadlines] == [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]


EVENTS: dict[str, dict[str, object]] = {
    "本通知自印发之日起施行": {"event": "印发"},
    "即日起施行": {"event": "发文"},
    "会议前5日": {"event": "会议", "days": -5},
    "接到通知后24小时内": {"event": "接到通知"},
    "年度终了后20日内": {"event": "年度终了", "days": 20},
    "预算批复后20日内": {"event": "预算批复", "days": 20},
    "预算批复后的20日内": {"event": "预算批复", "days": 20},
    "自收到通知之日起10个工作日内": {"event": "收到通知", "days": 10, "working_days": True},
    "收到通知后，10个工作日内": {"event": "收到通知", "days": 10, "working_days": True},
    "会议召开前5个工作日": {"event": "会议召开", "days": -5, "working_days": True},
    "会议召开前5日": {"event": "会议召开", "days": -5},
    "批复后一个月内": {"event": "批复", "months": 1},
    "批复后半年内": {"event": "批复", "months": 6},
    "决算批复后两周内": {"event": "决算批复", "days": 14},
    "验收合格后": {"event": "验收合格"},
    "春节前": {"event": "春节"},
    "随部门决算一同公开": {"event": "部门决算"},
    "2023年绩效自评结束后": {"event": "2023年自评结束"},
}


@pytest.mark.parametrize("phrase", EVENTS)
def test_what_hangs_on_an_event_names_it_and_invents_no_day(phrase: str) -> None:
    assert told(phrase) == {"kind": "event_relative"} | EVENTS[phrase]


DOUBTS: dict[str, dict[str, object]] = {
    "每季度初": {
        "kind": "recurring",
        "recurrence": "quarterly",
        "nodes": ["2024-01-10", "2024-04-10", "2024-07-10", "2024-10-10"],
    },
    "每月上旬": {
        "kind": "recurring",
        "recurrence": "monthly",
        "nodes": [f"2024-{month:02}-10" for month in range(1, 13)],
    },
    "每年6月前": {"kind": "recurring", "recurrence": "yearly", "end": "2024-06-30"},
    "每月最后一个工作日前": {"kind": "recurring", "recurrence": "monthly"},
    "提前5个工作日": {"kind": "event_relative", "days": -5, "working_days": True},
    "24小时内报告": {"kind": "event_relative"},
    "4月20日起10日内": {"kind": "range", "start": "2024-04-20", "days": 10},
    "2023年、2024年": {"kind": "fiscal_year", "start": "2023-01-01", "end": "2024-12-31"},
    "2023、2024年": {"kind": "fiscal_year", "start": "2023-01-01", "end": "2024-12-31"},
    "5月至9月开展2022年自评、2023年自评": {
        "kind": "range",
        "start": "2024-05-01",
        "end": "2024-09-30",
    },
    "截止4月20日": {"kind": "as_of", "end": "2024-04-20"},
    "当月": {"kind": "unspecified"},
    "第二季度中": {"kind": "range", "start": "2024-05-11", "end": "2024-05-20"},
    "6月、9月前": {"kind": "deadline", "deadlines": ["2024-06-30", "2024-09-30"]},
    "4月20日前，7月20日前上报": {"kind": "deadline", "end": "2024-04-20"},
    "年初": {"kind": "range", "start": "2024-01-01", "end": "2024-03-31"},
    "年中": {"kind": "range", "start": "2024-06-01", "end": "2024-07-31"},
    "4月初": {"kind": "range", "start": "2024-04-01", "end": "2024-04-10"},
    "4月中": {"kind": "range", "start": "2024-04-11", "end": "2024-04-20"},
    "5月左右": {"kind": "range", "start": "2024-05-01", "end": "2024-05-31"},
    "3.20": {"kind": "point", "start": "2024-03-20", "end": "2024-03-20"},
    "月底前": {"kind": "unspecified"},
    "15日前": {"kind": "unspecified"},
    "1-15日": {"kind": "unspecified"},
    "本月底前": {"kind": "deadline"},
    "20日内": {"kind": "event_relative", "days": 20},
    "3个工作日后": {"kind": "event_relative", "days": 3, "working_days": True},
    "每季度10日前": {"kind": "recurring", "recurrence": "quarterly"},
    "每周10日前": {"kind": "recurring", "recurrence": "weekly"},
    "3、4月": {"kind": "nodes", "nodes": ["2024-03-31", "2024-04-30"]},
    "3月底或4月底": {"kind": "nodes", "nodes": ["2024-03-31", "2024-04-30"]},
    "8月、5月底为节点": {"kind": "nodes", "nodes": ["2024-08-31", "2024-05-31"]},
    "4月20日（星期五）前": {"kind": "deadline", "end": "2024-04-20"},
    "4月15日上报，6月20日反馈": {"kind": "point", "start": "2024-04-15", "end": "2024-04-15"},
    "4月20日后": {"kind": "range", "start": "2024-04-21", "alternatives": ["2024-04-20"]},
    "6月前": {
        "kind": "deadline",
        "end": "2024-06-30",
        "alternatives": ["2024-06-01", "2024-05-31"],
    },
    "4月中旬前": {
        "kind": "deadline",
        "end": "2024-04-20",
        "alternatives": ["2024-04-11", "2024-04-10"],
    },
    "2024年全年，主要集中在11月至次年1月": {
        "kind": "range",
        "start": "2024-01-01",
        "end": "2024-12-31",
        "focus_start": "2024-11-01",
        "focus_end": "2025-01-31",
    },
    "5月至9月开展2022年度和2023年度自评": {
        "kind": "range",
        "start": "2024-05-01",
        "end": "2024-09-30",
    },
}


@pytest.mark.parametrize("phrase", DOUBTS)
def test_what_a_careful_reader_would_ask_about_is_marked_with_the_question(phrase: str) -> None:
    assert told(phrase) == DOUBTS[phrase] | {"ambiguous": True}
    assert note(phrase)


def test_a_list_has_a_day_for_each() -> None:
    assert told("2024年5月10日、8月10日前") == {
        "kind": "deadline",
        "deadlines": ["2024-05-10", "2024-08-10"],
    }
    assert told("按规定格式定期整理，3月5日、8日前") == {
        "kind": "deadline",
        "deadlines": ["2024-03-05", "2024-03-08"],
    }
    assert told("3、6、9、12月底为节点") == {
        "kind": "nodes",
        "nodes": ["2024-03-31", "2024-06-30", "2024-09-30", "2024-12-31"],
    }


@pytest.mark.req("Y-49")
def test_the_month_after_a_node_needs_the_nodes() -> None:
    phrase = "在监控节点次月10日前"

    assert told(phrase, nodes=("2024-05-31", "2024-12-31")) == {
        "kind": "deadline",
        "recurrence": "per node",
        "deadlines": ["2024-06-10", "2025-01-10"],
        "depends_on": "nodes 2024-05-31 and 2024-12-31",
    }
    assert told(phrase) == {
        "kind": "deadline",
        "recurrence": "per node",
        "depends_on": "nodes",
        "ambiguous": True,
    }
    assert note(phrase) == "没有写节点，算不出日期"


@pytest.mark.req("Y-49")
def test_nodes_and_the_deadline_after_them_stand_in_one_sentence() -> None:
    assert told("以5月、8月底为节点，在监控节点次月10日前报县财政部门") == {
        "kind": "nodes",
        "nodes": ["2024-05-31", "2024-08-31"],
        "deadlines": ["2024-06-10", "2024-09-10"],
        "depends_on": "nodes 2024-05-31 and 2024-08-31",
    }


def test_a_window_tells_the_figures_the_year_and_the_event_beside_it() -> None:
    assert told("7月15日前报送1—6月监控数据")["data_periods"] == [["2024-01-01", "2024-06-30"]]
    assert told("7月10日前报送截至6月底的数据")["data_periods"] == [["2024-01-01", "2024-06-30"]]
    assert told("7月15日前报1—3月、1—6月数据")["data_periods"] == [
        ["2024-01-01", "2024-03-31"],
        ["2024-01-01", "2024-06-30"],
    ]
    assert told("2023年度绩效自评工作于5月底前完成")["fiscal_year"] == 2023
    assert told("预算批复后20日内，最迟5月10日")["days"] == 20
    assert told("1—5月、1—8月") == {
        "kind": "period",
        "data_periods": [["2024-01-01", "2024-05-31"], ["2024-01-01", "2024-08-31"]],
    }


IMPOSSIBLE = {
    "第五季度": "没有第5季度",
    "每月32日前": "2024年1月没有32日",
    "2月30日": "2024年2月没有30日",
    "2023年2月29日": "2023年2月没有29日",
    "4月31日前": "2024年4月没有31日",
    "13月": "没有13月",
    "2024年0月": "没有0月",
    "202413": "没有13月",
    "2024-02-30": "2024年2月没有30日",
    "4月1日—4月31日": "2024年4月没有31日",
    "3024年5月1日": "年份3024不在1900—2199之间",
    "99999年": "年份99999不在1900—2199之间",
    "11月—2月": "起止颠倒：2024年11月1日晚于2024年2月29日；跨年的止日应写“次年”",
    "2024年5月1日至2023年6月1日": ("起止颠倒：2024年5月1日晚于2023年6月1日；跨年的止日应写“次年”"),
    "5—上旬": "“5”没有写单位",
    "": "空行",
    " \t": "空行",
    "你好": "没有找到日期",
    "abc 2024": "没有找到日期",
    "3月\x0020日": "含有控制字符",
    "3月\ud80020日": "含有控制字符",
    "4月1日" * 1000: "共4000字，最长2000字",
}


@pytest.mark.parametrize("phrase", IMPOSSIBLE)
def test_what_cannot_be_is_refused_with_the_reason(phrase: str) -> None:
    assert dates.read(phrase, year=2024) == Reading(Kind.unparseable, note=IMPOSSIBLE[phrase])


@pytest.mark.parametrize(
    "phrase",
    [
        "20%",
        "２０％",
        "百分之二十",
        "50万元",
        "4.68亿元",
        "1,286.00万元",
        "90分",
        "5个",
        "321 个项目",
        "4篇/2篇",
        "第二十五条",
        "第七部分",
        "财预〔2020〕10号",
        "财预[2020]10号",
        "（2018）30号",
        "2024年第3号公告",
        "3个月",
        "年初预算",
        "年中追加",
    ],
)
def test_numbers_that_are_no_dates_are_not_taken_for_dates(phrase: str) -> None:
    assert told(phrase) == {"kind": "not_a_date"}
    assert note(phrase)


@pytest.mark.parametrize(
    ("phrase", "year"),
    [
        ("上年度", 2023),
        ("本年度", 2024),
        ("下一年度", 2025),
        ("2023年预算", 2023),
        ("2021 年度", 2021),
    ],
)
def test_a_year_talked_about_is_not_a_window(phrase: str, year: int) -> None:
    reading = dates.read(phrase, year=2024)

    assert (reading.kind, reading.fiscal_year) == (Kind.fiscal_year, year)
    assert (reading.start, reading.end) == (date(year, 1, 1), date(year, 12, 31))


@pytest.mark.parametrize("phrase", ["定期", "适时组织", "按规定时间", "截至目前", "尽快完成"])
def test_a_time_that_is_not_said_stays_unsaid(phrase: str) -> None:
    assert told(phrase) == {"kind": "unspecified"}


def test_the_hour_is_kept_in_the_note() -> None:
    assert told("4月20日18时前") == {"kind": "deadline", "end": "2024-04-20"}
    assert note("4月20日18时前") == "原文写到18时"
    assert note("5月20日18:00前") == "原文写到18:00"


def test_open_ends_stay_open() -> None:
    assert told("4月20日起") == {"kind": "range", "start": "2024-04-20"}
    assert told("即日起至12月31日") == {"kind": "range", "end": "2024-12-31"}


@pytest.mark.parametrize("phrase", ["按旬报送", "每旬", "逐旬", "各旬"])
def test_ten_days_are_a_rhythm(phrase: str) -> None:
    assert told(phrase) == {"kind": "recurring", "recurrence": "every 10 days"}


def test_the_ends_of_ten_days_are_the_10th_the_20th_and_the_months_end() -> None:
    answer = told("每旬末")
    assert answer["nodes"][:6] == [
        "2024-01-10", "2024-01-20", "2024-01-31", "2024-02-10", "2024-02-20", "2024-02-29",
    ]  # fmt: skip
    assert len(told("每旬底前")["deadlines"]) == len(answer["nodes"]) == 36
    assert told("每旬结束后3日内")["deadlines"][:3] == ["2024-01-13", "2024-01-23", "2024-02-03"]


def test_two_months_named_side_by_side_have_one_end_each_but_not_one_together() -> None:
    for phrase in ("四五月底", "一二月底", "十一二月底前", "一二月初"):
        assert told(phrase) == {"kind": "unparseable"}
        assert note(phrase) == "写了两个月份，没有写是哪一个"
    answer = told("五六月份前")
    assert (answer["kind"], answer["end"], answer["ambiguous"]) == ("deadline", "2024-06-30", True)


@pytest.mark.parametrize(
    ("phrase", "kind"), [("6月份前", "deadline"), ("6月份起", "range"), ("6月份后", "range")]
)
def test_what_stands_behind_a_month_counts_with_and_without_its_measure_word(
    phrase: str, kind: str
) -> None:
    assert told(phrase) == told(phrase.replace("份", ""))
    assert told(phrase)["kind"] == kind


def test_every_year_takes_two_months_side_by_side() -> None:
    assert told("每年四五月份") == {
        "kind": "recurring",
        "recurrence": "yearly",
        "start": "2024-04-01",
        "end": "2024-05-31",
    }
