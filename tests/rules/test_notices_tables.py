"""A table of tasks in a notice: each row a task, each field where its cell stands."""

from __future__ import annotations

from datetime import date

import pytest

from apps.rules import notices
from apps.rules.notices.model import Certainty, DraftTask, Span, Stage

BEFORE = (
    "关于印发2024年预算绩效管理工作要点的通知\n各部门：\n现将有关事项通知如下。\n一、重点任务\n"
)
AFTER = "二、工作要求\n各部门要高度重视预算绩效管理，压实责任。\n"
HEAD = "序号\t工作任务\t责任单位\t完成时限\n"
ROWS = (
    "1\t绩效目标填报\t各部门\t3月15日前\n"
    "2\t绩效自评\t各部门、各乡镇\t4月1日至4月20日\n"
    "3\t绩效评价结果应用\t绩效科\t长期坚持\n"
)


def tasks(table: str) -> tuple[str, list[DraftTask]]:
    text = BEFORE + table + AFTER
    return text, list(notices.read(text, year=2024).tasks)


def at(text: str, span: Span | None) -> str:
    assert span is not None
    return text[span.start : span.end]


def test_each_row_is_a_task_with_its_fields_where_they_stand() -> None:
    text, found = tasks(HEAD + ROWS)

    assert [task.title.value for task in found] == ["绩效目标填报", "绩效自评", "绩效评价结果应用"]
    assert [at(text, task.title.span) for task in found] == [task.title.value for task in found]
    first, second, third = found
    assert (first.stage.value, second.stage.value) == (Stage.TARGETS, Stage.SELF_EVALUATION)
    assert first.responsible is not None
    assert at(text, first.responsible.span) == first.responsible.value == "各部门"
    assert (first.windows[0].closes, at(text, first.windows[0].span)) == (
        date(2024, 3, 15),
        "3月15日前",
    )
    assert (second.windows[0].opens, second.windows[0].closes) == (
        date(2024, 4, 1),
        date(2024, 4, 20),
    )
    assert first.certainty is Certainty.CERTAIN
    assert third.section is not None
    assert third.section.value == "绩效科"
    assert (third.certainty, third.windows) == (Certainty.DOUBTFUL, ())


@pytest.mark.parametrize(
    "head",
    [
        "编号\t重点任务\t责任科室\t完成时间\n",
        "序号\t任务名称\t牵头单位\t时间安排\n",
        "序号\t工作内容\t责 任 单 位\t报送时间\n",
        " 序号 \t 事项 \t 责任部门 \t 时间节点 \n",
    ],
)
def test_the_columns_are_known_by_like_words(head: str) -> None:
    _, found = tasks(head + ROWS)

    assert [task.title.value for task in found] == ["绩效目标填报", "绩效自评", "绩效评价结果应用"]
    assert [bool(task.responsible) for task in found] == [True] * 3


def test_columns_may_be_missing_and_content_and_papers_may_stand_there() -> None:
    _, found = tasks("工作任务\t时限\n绩效自评\t4月20日前\n")
    assert [(task.title.value, task.windows[0].closes) for task in found] == [
        ("绩效自评", date(2024, 4, 20))
    ]

    text, found = tasks(
        "工作任务\t主要内容\t报送材料\t责任单位\t时间\n"
        "绩效自评\t各部门开展项目绩效自评。\t《项目支出绩效自评表》\t各部门\t4月20日前\n"
    )
    (task,) = found
    assert task.clause == "各部门开展项目绩效自评"
    assert at(text, task.span) == task.clause
    (paper,) = task.attachments
    assert "项目支出绩效自评表" in (paper.name, at(text, paper.span).strip("《》"))


def test_what_stands_behind_the_table_is_read_as_before() -> None:
    text = BEFORE + HEAD + ROWS + "二、监控\n各部门于9月10日前报送绩效监控报告。\n"

    last = notices.read(text, year=2024).tasks[-1]

    assert last.windows[0].closes == date(2024, 9, 10)
    assert at(text, last.span) == "各部门于9月10日前报送绩效监控报告"


@pytest.mark.parametrize(
    "table",
    [
        "单位\t项目\t金额\n水利局\t绩效目标填报\t3月15日前\n",
        "序号\t工作任务\n1\t绩效目标填报\n",
    ],
)
def test_a_table_of_something_else_becomes_no_row_of_tasks(table: str) -> None:
    _, found = tasks(table)

    assert "绩效目标填报" not in [task.title.value for task in found]


def test_a_merged_row_ends_no_table_and_a_row_without_a_task_is_none() -> None:
    merged = "备注：以上为上半年\t\n" + "4\t\t各部门\t5月底前\n"
    _, found = tasks(HEAD + merged + ROWS)

    titles = [task.title.value for task in found]
    assert titles[-3:] == ["绩效目标填报", "绩效自评", "绩效评价结果应用"]


def test_a_notice_that_is_a_table_of_tasks_is_one_all_the_same() -> None:
    text = "2024年预算绩效管理工作要点\r\n" + (HEAD + ROWS).replace("\n", "\r\n")

    found = notices.read(text, year=2024)

    assert len(found.tasks) == 3
    assert all(task.span.end <= len(text) for task in found.tasks)
