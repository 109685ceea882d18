"""What is wrong with a notice, what is left over, and what is no notice."""

from __future__ import annotations

from datetime import date

import pytest

from apps.rules import notices
from apps.rules.errors import RuleError
from apps.rules.findings import Severity
from apps.rules.notices import Certainty, WindowKind
from tests.rules.notice_texts import FOLDER, made, read, text_of


def codes(notice: notices.Notice) -> list[str]:
    return [each.code for each in notice.findings]


# --- leftovers --------------------------------------------------------------------------------
def test_a_duty_that_became_no_task_is_left_with_its_reason() -> None:
    text = made("（一）绩效自评。各单位于3月20日前报送绩效自评表。", "二、工作要求",
                "（一）加强领导。各部门主要负责人应当对绩效自评真实性负责。")  # fmt: skip
    notice = notices.read(text, year=2024)
    [left] = notice.leftovers
    assert text[left.span.start : left.span.end] == left.text
    assert "负责" in left.text
    assert left.reason


def test_a_goal_with_a_year_is_no_task() -> None:
    text = "\n".join(
        ("预算绩效管理工作方案", "一、总体目标", "到2025年底前，各部门基本建成绩效管理体系。",
         "二、主要任务", "（一）绩效自评。各单位于3月20日前报送绩效自评表。")
    )  # fmt: skip
    notice = notices.read(text, year=2024)
    assert len(notice.tasks) == 1
    assert "2025年底前" in notice.leftovers[0].text


# --- findings ---------------------------------------------------------------------------------
def test_a_window_that_ends_before_it_starts_is_found() -> None:
    notice = read("（一）绩效自评。各单位于2024年5月20日至2024年4月20日报送绩效自评表。")
    assert {"notice.ends_before_start", "notice.bad_date"} & set(codes(notice))
    assert notice.findings[0].severity is Severity.BLOCK


@pytest.mark.req("U-57")
def test_a_review_that_ends_before_filing_closes_is_found() -> None:
    notice = read(
        "（一）绩效自评",
        "时间安排：5月1日至6月30日，各单位报送绩效自评表；5月20日至5月31日，县财政局复核绩效自评表。",
    )
    assert codes(notice) == ["notice.review_before_filing"]
    assert "县财政局复核绩效自评表" in notice.findings[0].message


def test_two_deadlines_for_one_document_are_found() -> None:
    notice = read(
        "（一）绩效自评。各单位于3月20日前报送绩效自评表。",
        "（二）绩效自评报送。各单位应于4月10日前报送绩效自评表。",
    )
    [found] = notice.findings
    assert found.code == "notice.two_deadlines"
    assert "3月20日" in found.message
    assert "4月10日" in found.message


@pytest.mark.req("Y-49")
def test_a_node_in_another_year_is_found() -> None:
    notice = read("（一）绩效监控。各单位以2023年5月底为节点，开展项目绩效监控。")
    assert codes(notice) == ["notice.node_in_other_year"]


def test_a_deadline_before_the_year_is_asked_about() -> None:
    notice = read("（一）绩效自评。各单位于2022年3月20日前报送绩效自评表。")
    assert codes(notice) == ["notice.deadline_in_past"]


def test_a_notice_of_another_year_is_marked() -> None:
    text = text_of("wulatezhongqi-2024")
    found = notices.read(text, year=2025).findings
    assert found[-1].code == "notice.other_year" or "notice.other_year" in {
        each.code for each in found
    }
    [told] = [each for each in found if each.code == "notice.other_year"]
    assert "写的是2024年，现在按2025年读" in told.message


def test_a_day_no_calendar_has_is_found_and_kept_open() -> None:
    notice = read("（一）绩效自评。各单位于2月30日前报送绩效自评表。")
    assert codes(notice) == ["notice.bad_date"]
    assert all(each.closes is None for task in notice.tasks for each in task.windows)


# --- what is no notice ------------------------------------------------------------------------
POEM = "床前明月光，\n疑是地上霜。\n举头望明月，\n低头思故乡。"
RESUME = (
    "个人简历\n姓名：张三\n性别：男\n出生年月：1990年1月\n学历：本科\n工作经历：负责预算绩效管理。"
)
TABLE = "单位\t项目\t绩效目标\n" + "\n".join(f"甲{n}局\t项目{n}\t{n}个" for n in range(9))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "notice.empty"),
        (" \n\t　\n", "notice.empty"),
        (POEM, "notice.other_matter"),
        (RESUME, "notice.resume"),
        (TABLE, "notice.table"),
        ("<html><body>预算绩效管理通知</body></html>", "notice.markup"),
        ('{"title": "绩效"}', "notice.markup"),
        ("预算绩效管理很重要", "notice.no_form"),
        ("关于绩效的通知\x00", "notice.garbled"),
        ("关于绩效\ud800的通知", "notice.garbled"),
        ("绩" * 1_000_001, "notice.too_long"),
    ],
)
def test_a_text_that_is_no_notice_is_named_in_one_sentence(text: str, code: str) -> None:
    with pytest.raises(RuleError) as refused:
        notices.read(text, year=2024)
    assert refused.value.code == code
    assert str(refused.value).endswith("。")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("year", [0, 1999, 2101, -1])
def test_a_year_out_of_range_is_refused(year: int) -> None:
    with pytest.raises(RuleError, match="应在2000到2100之间"):
        notices.read(made("（一）绩效自评。各单位开展绩效自评。"), year=year)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("nasty-*.txt")), ids=lambda path: path.stem)
def test_a_nasty_notice_is_read_without_inventing_a_date(path: object) -> None:
    text = (FOLDER / str(path)).read_text(encoding="utf-8")
    notice = notices.read(text, year=2024)
    assert notice.tasks
    for task in notice.tasks:
        assert 0 <= task.span.start < task.span.end <= len(text)
        for window in task.windows:
            assert window.closes is None or window.closes.year in (2023, 2024, 2025)


# --- more of the same, at the edges -----------------------------------------------------------
def test_a_node_reported_before_it_is_over_is_found() -> None:
    notice = read("（一）绩效监控。各单位以5月底为节点开展项目绩效监控，于4月10日前报送监控表。")
    assert codes(notice) == ["notice.ends_before_start"]
    assert "截止2024年4月10日早于开始2024年5月31日" in notice.findings[0].message


def test_two_last_days_in_one_sentence_are_asked_about() -> None:
    notice = read("（一）绩效自评。各单位于3月20日前、4月10日前报送自评表。")
    assert codes(notice) == ["notice.two_deadlines"]
    assert "2024年3月20日、2024年4月10日" in notice.findings[0].message


def test_a_deadline_that_counts_from_no_node_stays_open() -> None:
    [task] = read("（一）绩效监控。各单位于监控节点次月10日前报送项目监控表。").tasks
    assert [each.closes for each in task.windows] == [None]
    assert task.certainty is Certainty.DOUBTFUL


@pytest.mark.req("U-48")
def test_what_comes_every_year_keeps_its_recurrence() -> None:
    [task] = read("（一）绩效监控。各单位于每年7月至9月开展项目绩效监控。").tasks
    [window] = task.windows
    assert window.kind is WindowKind.RECURRING
    assert window.recurrence
    assert (window.opens, window.closes) == (date(2024, 7, 1), date(2024, 9, 30))


def test_a_time_label_may_hold_dates_with_and_without_a_deed() -> None:
    notice = read(
        "（一）绩效自评",
        "开展时间：3月1日至3月20日，各单位报送绩效自评表；4月底前。",
        "主要内容：预算批复后20日内，各单位公开绩效目标。财政局对绩效自评表进行审核。",
    )
    first, second = notice.tasks
    assert [each.closes for each in first.windows] == [date(2024, 3, 20), date(2024, 4, 30)]
    assert first.reviews[0].value == "财政局对绩效自评表进行审核"
    assert second.windows[0].offset_days == 20


def test_a_labelled_item_of_the_bureau_alone_is_a_task_of_a_section() -> None:
    [task] = read(
        "（一）绩效抽查", "主要内容：绩效科抽查绩效自评表。", "完成时限：6月20日前。", "涉及范围："
    ).tasks
    assert task.windows[0].closes == date(2024, 6, 20)
    assert task.scope is None


def test_a_title_on_two_lines_is_one_title() -> None:
    text = "关于做好2024年\n预算绩效管理工作的通知\n一、主要任务\n（一）绩效自评。各单位开展自评。"
    notice = notices.read(text, year=2024)
    assert notice.title
    assert notice.title.value == "关于做好2024年预算绩效管理工作的通知"
    assert text[notice.title.span.start :].startswith("关于做好") if notice.title.span else False


def test_a_notice_printed_soon_after_its_signature_has_the_day_of_signing() -> None:
    notice = read("（一）绩效自评。各单位开展自评。", "澜水县财政局", "2024年3月3日",
                  "澜水县财政局办公室", "2024年3月5日印发")  # fmt: skip
    assert notice.issued_on
    assert (notice.issued_on.value, notice.issued_on.note) == (date(2024, 3, 3), "")


def test_a_text_without_title_has_none_and_its_year_from_the_number() -> None:
    text = "某财绩〔2024〕3号\n一、主要任务\n（一）绩效自评；\n各单位于3月20日前报送绩效自评表。"
    notice = notices.read(text, year=2024)
    assert notice.title is None
    assert notice.fiscal_year
    assert notice.fiscal_year.certainty is Certainty.LIKELY


def test_a_notice_that_asks_nothing_says_that_nothing_was_read() -> None:
    text = "关于预算绩效管理的通知\n一、总体要求\n（一）指导思想。全面实施预算绩效管理。"
    notice = notices.read(text, year=2024)
    assert notice.tasks == ()
    assert "没有读出任务" in notice.notes[0]


def test_a_short_line_over_numbered_duties_is_a_heading() -> None:
    notice = read("（一）绩效自评。各单位于3月20日前报送绩效自评表。", "二、职责分工", "财政部门",
                  "1、审核绩效自评表。", "各部门单位", "1、报送绩效自评表。")  # fmt: skip
    titles = [each.title for each in notice.sections]
    assert "财政部门" in titles
    assert "各部门单位" in titles
    assert len(notice.tasks) == 1


def test_a_threshold_survives_json_as_text() -> None:
    told = notices.to_json(read("（一）绩效自评。4月20日前，绩效科抽查不低于20.5%的自评表。"))
    tasks = told["tasks"]
    assert isinstance(tasks, list)
    assert tasks[0]["parameters"][0]["value"] == "20.5"
