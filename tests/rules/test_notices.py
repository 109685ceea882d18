"""What a notice asks, and what is wrong with it, on small notices made for the purpose."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

import pytest

from apps.rules import notices
from apps.rules.notices import Certainty, WindowKind
from tests.rules.notice_texts import made, published, read, task_of, text_of


def codes(notice: notices.Notice) -> list[str]:
    return [each.code for each in notice.findings]


# --- windows ----------------------------------------------------------------------------------
def test_a_month_s_end_and_a_later_day_are_node_and_deadline() -> None:
    task = read(
        "（一）绩效监控。各预算单位应于6月底完成整体支出监控，7月10日前报送监控报告。"
    ).tasks[0]
    [window] = task.windows
    assert (window.kind, window.data_until, window.closes) == (
        WindowKind.NODE, date(2024, 6, 30), date(2024, 7, 10)
    )  # fmt: skip
    assert task.attachments[0].name == "监控报告"


@pytest.mark.req("Y-49")
def test_nodes_named_in_one_sentence_serve_the_next() -> None:
    notice = read(
        "（一）绩效监控。各部门单位以5月、8月底为节点开展项目绩效监控。"
        "各部门单位于监控节点次月10日前将监控结果报财政局。"
    )
    later = notice.tasks[1]
    assert [each.closes for each in later.windows] == [date(2024, 6, 10), date(2024, 9, 10)]


@pytest.mark.req("Q-16")
def test_days_after_an_event_wait_for_the_event() -> None:
    task = read("（一）绩效目标。各单位在预算批复后20日内公开绩效目标。").tasks[0]
    [window] = task.windows
    assert (window.kind, window.event, window.offset_days) == (WindowKind.EVENT, "预算批复", 20)
    assert (window.opens, window.closes) == (None, None)


def test_working_days_are_told_from_days() -> None:
    task = read("（一）绩效监控。业务科室应于收到之日起5个工作日内完成监控审核。").tasks[0]
    assert (task.windows[0].offset_days, task.windows[0].working_days) == (5, True)


@pytest.mark.req("U-25")
def test_the_evaluated_year_is_no_window() -> None:
    task = read("（一）绩效自评。3月20日前，各单位完成2023年度绩效自评。").tasks[0]
    assert task.evaluated_year
    assert task.evaluated_year.value == 2023
    assert [each.closes for each in task.windows] == [date(2024, 3, 20)]


@pytest.mark.req("U-02")
def test_a_document_number_is_no_date() -> None:
    task = read(
        "（一）绩效自评。各单位按照《绩效自评办法》（财预〔2020〕10号）开展绩效自评，报财政局。"
    ).tasks[0]
    assert task.windows == ()
    assert "原文没有写日期" in task.notes


@pytest.mark.req("B-40")
def test_what_has_no_date_gets_none_and_is_marked() -> None:
    task = read("（一）绩效自评。各单位应按时报送绩效自评报告。").tasks[0]
    assert not [each for each in task.windows if each.closes]
    assert task.certainty is Certainty.DOUBTFUL


def test_sixty_dates_in_a_sentence_are_cut_and_said() -> None:
    days = "、".join(f"{month}月{day}日" for month in range(1, 13) for day in range(1, 13))
    task = read(f"（一）绩效自评。各单位于{days}报送绩效自评表。").tasks[0]
    assert len(task.windows) == 60
    assert "日期太多，只列前60个" in task.notes


# --- labels, shares, subjects -----------------------------------------------------------------
@pytest.mark.req("U-05", "U-15")
def test_labels_in_brackets_hold_for_their_item() -> None:
    notice = read(
        "（一）开展事前绩效评估（责任单位：各申报部门；牵头科室：绩效评价科；完成时限：9月30日前）",
        "新增项目须开展事前绩效评估，形成评估报告。",
    )
    [task] = notice.tasks
    assert task.title.value == "开展事前绩效评估"
    assert task.responsible
    assert task.responsible.value == "各申报部门"
    assert task.section
    assert task.section.value == "绩效评价科"
    assert task.windows[0].closes == date(2024, 9, 30)


def test_labels_on_lines_hold_for_their_item() -> None:
    [task] = read(
        "（一）绩效自评",
        "主要内容：各单位开展绩效自评。",
        "完成时限：3月20日前。",
        "适用范围：县级预算单位。",
        "责任单位：各预算单位。",
        "报送材料：绩效自评表、绩效自评报告。",
    ).tasks
    assert task.scope
    assert task.scope.value == "县级预算单位"
    assert task.responsible
    assert task.responsible.value == "各预算单位"
    assert [each.name for each in task.attachments] == ["绩效自评表", "绩效自评报告"]


@pytest.mark.req("U-05")
def test_main_and_secondary_follow_the_headings() -> None:
    text = "\n".join(
        (
            "2024年预算绩效管理工作要点",
            "一、年度主要任务",
            "（一）绩效自评。各单位于3月20日前报送绩效自评表。",
            "二、年度次要任务",
            "（一）重点评价。各单位于4月20日前提供绩效评价资料。",
        )
    )
    notice = notices.read(text, year=2024)
    assert [task.category.value.value for task in notice.tasks] == ["main", "secondary"]
    assert {task.category.certainty for task in notice.tasks} == {Certainty.CERTAIN}


@pytest.mark.req("Y-94")
def test_a_sentence_for_two_actors_is_two_tasks() -> None:
    notice = read("（一）加强宣传。绩效科完成宣传稿件不少于4篇，各部门单位不少于2篇。")
    told = [(task.subject.value.value, task.parameters[0].value) for task in notice.tasks]
    assert told == [("section", Decimal(4)), ("unit", Decimal(2))]


@pytest.mark.req("Y-94", "Y-85", "Y-55")
@pytest.mark.parametrize(
    ("words", "value", "unit", "comparison"),
    [
        ("抽取不低于20%的项目", "20", "%", "不低于"),
        ("抽取百分之十以上的项目", "10", "%", "以上"),
        ("选取投资50万元以上的项目", "50", "万元", "以上"),
        ("对得分低于90分的项目", "90", "分", "低于"),
        ("选取不少于5个项目", "5", "个", "不少于"),
        ("对金额1,286.5万元以下的项目", "1286.5", "万元", "以下"),
        ("对连续两次不合格的项目", "2", "次", "连续"),
    ],
)
def test_thresholds_keep_value_unit_comparison_and_place(
    words: str, value: str, unit: str, comparison: str
) -> None:
    text = made(f"（一）绩效评价。各部门于4月20日前{words}开展绩效评价，报财政局。")
    [number] = notices.read(text, year=2024).tasks[0].parameters
    assert (number.value, number.unit, number.comparison) == (Decimal(value), unit, comparison)
    place = number.span
    assert text[place.start : place.end] in words


@pytest.mark.parametrize(
    ("words", "subject"),
    [
        ("各单位报送所有项目支出绩效自评表", "project"),
        ("各单位报送整体支出绩效自评表", "unit"),
        ("各主管部门报送转移支付绩效自评表", "transfer"),
        ("各部门报送重大政策绩效自评表", "policy"),
        ("各旗县区财政局开展绩效自评工作", "jurisdiction"),
        ("县财政局预算科完成绩效自评汇总", "section"),
    ],
)
def test_the_subject_follows_the_words(words: str, subject: str) -> None:
    task = read(f"（一）工作。4月20日前，{words}。").tasks[0]
    assert task.subject.value == subject


@pytest.mark.parametrize(
    ("words", "stage"),
    [
        ("开展事前绩效评估", "pre_assessment"),
        ("填报绩效目标表", "targets"),
        ("完成绩效运行监控", "monitoring"),
        ("完成绩效自评", "self_evaluation"),
        ("完成部门评价", "evaluation"),
        ("完成绩效评价结果应用工作", "result"),
        ("组织绩效管理培训", "materials"),
        ("将绩效目标随部门预算向社会公开", "materials"),
    ],
)
def test_the_stage_follows_the_words(words: str, stage: str) -> None:
    task = read(f"（一）工作。4月20日前，各单位{words}。").tasks[0]
    assert task.stage.value == stage


@pytest.mark.req("U-61")
def test_three_stages_in_one_sentence_are_for_a_person_to_sort() -> None:
    task = read("（一）工作。4月20日前，各单位设置绩效目标、开展绩效监控、实施绩效评价。").tasks[0]
    assert task.stage.certainty is Certainty.DOUBTFUL
    assert task.certainty is Certainty.DOUBTFUL


# --- outline and spans ------------------------------------------------------------------------
def test_lines_wrapped_by_an_editor_are_one_sentence() -> None:
    notice = read("（一）绩效自评。各预算单位应于3月20", "日前报送绩", "效自评表，并对结果负责。")
    [task] = notice.tasks
    assert task.windows[0].closes == date(2024, 3, 20)
    assert "报送绩效自评表" in task.clause


def test_spans_count_the_characters_given_despite_marks_and_spaces() -> None:
    text = made("  ##  **（一）绩效自评。** 各 预算单位 应于 3 月 20 日前 报送 绩效自评表。")
    [task] = notices.read(text, year=2024).tasks
    window = task.windows[0]
    assert text[window.span.start : window.span.end].replace(" ", "") == "3月20日前"
    paper = task.attachments[0].span
    assert text[paper.start : paper.end] == "绩效自评表"


def test_full_width_digits_and_half_width_brackets_read_alike() -> None:
    [task] = read("(一)绩效自评。各单位应于３月２０日前报送自评表;评价结果公开。").tasks[:1]
    assert task.windows[0].closes == date(2024, 3, 20)


def test_the_outline_keeps_levels_and_numbers() -> None:
    notice = read("（一）绩效自评", "1.项目自评。各单位于3月20日前报送绩效自评表。")
    told = [(each.level, each.number, each.title) for each in notice.sections[1:]]
    assert told == [(1, "一、", "主要任务"), (2, "（一）", "绩效自评"), (3, "1.", "项目自评")]
    assert notice.tasks[0].outline == ("主要任务", "绩效自评", "项目自评")


def test_a_notice_without_numbers_is_read_too() -> None:
    text = "关于报送绩效自评的通知\n各部门：\n请各部门于2024年3月20日前报送绩效自评表。"
    [task] = notices.read(text, year=2024).tasks
    assert task.windows[0].closes == date(2024, 3, 20)


def test_a_signature_in_chinese_numerals_dates_the_notice() -> None:
    notice = read("（一）绩效自评。各单位开展绩效自评。", "澜水县财政局", "二〇二四年三月三日")
    assert notice.issued_on
    assert notice.issued_on.value == date(2024, 3, 3)
    assert notice.issuer
    assert notice.issuer.value == "澜水县财政局"


# --- JSON -------------------------------------------------------------------------------------
def test_the_answer_has_the_agreed_keys_and_survives_json() -> None:
    told = json.loads(json.dumps(notices.to_json(published("wulatezhongqi-2024"))))
    assert told["document_number"] == "乌中政办发〔2024〕16号"
    assert told["issued_on"] == "2024-03-19"
    task = told["tasks"][0]
    assert {
        "title", "stage", "category", "responsible", "scope", "windows", "attachments",
        "parameters", "certainty", "span",
    } <= set(task)  # fmt: skip
    assert task["windows"][0]["opens"] == "2024-04-01"
    assert task["certainty"] == "certain"
    text = text_of("wulatezhongqi-2024")
    start, end = task["fields"]["scope"]["span"]
    assert text[start:end] == task["scope"]


# --- the two commonest kinds of notice --------------------------------------------------------
def small(name: str) -> notices.Notice:
    return notices.read(text_of(f"small-{name}"), year=2024)


def closes(task: notices.DraftTask) -> list[date | None]:
    return [each.closes for each in task.windows]


def test_stages_with_their_days_in_brackets_are_tasks() -> None:
    notice = small("self-evaluation")
    assert notice.fiscal_year
    assert notice.fiscal_year.value == 2024  # the title's 2023 is the evaluated year
    assert not notice.findings
    assert closes(task_of(notice, "单位自评阶段")) == [date(2024, 3, 15)]
    second = task_of(notice, "部门审核汇总阶段")
    assert (second.windows[0].opens, closes(second)) == (date(2024, 3, 16), [date(2024, 3, 31)])
    assert second.section
    assert second.section.value == "绩效股"
    third = task_of(notice, "财政抽查阶段")
    assert third.subject.value == "section"
    assert [each.value for each in third.parameters] == [10]
    assert task_of(notice, "项目支出绩效自评").stage.value == "self_evaluation"
    assert task_of(notice, "加强信息公开").windows[0].event == "部门决算"


def test_points_numbered_on_across_headings_are_tasks() -> None:
    notice = small("points")
    assert not notice.findings
    assert notice.title
    assert notice.title.value == "2024年市级预算绩效管理工作要点"
    halves = [task_of(notice, words) for words in ("1—6月绩效监控", "1—9月绩效监控")]
    assert [task.windows[0].data_until for task in halves] == [date(2024, 6, 30), date(2024, 9, 30)]
    assert [closes(task) for task in halves] == [[date(2024, 7, 20)], [date(2024, 10, 20)]]
    led = task_of(notice, "重点监控")
    assert led.responsible
    assert led.responsible.value == "绩效科"
    whole_year = task_of(notice, "严格评估审核")
    assert closes(whole_year) == [date(2024, 12, 31)]
    assert whole_year.subject.value == "section"
