"""Two plans side by side: every difference once, in the words of the pages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from apps.workplans.profiles import Profile
from apps.workplans.services.comparing import Change, compare
from tests.workplans.test_profiles import SMALL


def profile(**plan: Any) -> tuple[dict[str, Any], Profile]:
    data = yaml.safe_load(yaml.safe_dump(SMALL, allow_unicode=True))
    data["plan"] |= plan
    return data, Profile.model_validate(data)


def changed(path: tuple[str | int, ...], value: Any) -> list[tuple[str, str, str, str]]:
    data, old = profile()
    place: Any = data
    for part in path[:-1]:
        place = place[part]
    if isinstance(place, list) and path[-1] == "append":
        place.append(value)
    elif value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return [(c.task, c.where, c.old, c.new) for c in compare(old, Profile.model_validate(data))]


TASK = ("tasks", 0)
ONE = [
    (("plan", "document_number"), "1号", ("", "文号", "", "1号")),
    ((*TASK, "title"), "新名", ("新名", "任务", "季度材料", "新名")),
    ((*TASK, "main"), False, ("季度材料", "主要任务", "是", "否")),
    ((*TASK, "section"), "zw", ("季度材料", "牵头科室", "评价科", "政府债科")),
    ((*TASK, "roll"), "next", ("季度材料", "截止遇非工作日", "照原文日期", "顺延到下一工作日")),
    (
        (*TASK, "windows", 0, "closes"),
        "2024-04-09",
        ("季度材料", "截止（填报期“2024Q1”）", "2024年4月1日", "2024年4月9日"),
    ),
    (
        (*TASK, "scopes", 0, "value"),
        "town",
        ("季度材料", "范围", "单位类型：部门", "单位类型：乡镇"),
    ),
    (
        ("flows", "one", 0, "working_days"),
        7,
        ("季度材料", "办理时限（工作日）（审核步骤“初审”）", "5", "7"),
    ),
    (
        ("flows", "one", 0, "sheet"),
        None,
        ("季度材料", "审核表（审核步骤“初审”）", "初审单", ""),
    ),
    ((*TASK, "slots", 0, "required"), False, ("季度材料", "必传（附件“汇总表”）", "是", "否")),
    ((*TASK, "facts", 0, "unit"), "次", ("季度材料", "单位（填报数“场次”）", "场", "次")),
    ((*TASK, "settings", 0, "value"), 85, ("季度材料", "值（参数“退回线”）", "80", "85")),
    (("settings", 1, "value"), 85, ("", "值（参数“退回线”）", "90", "85")),
    (
        ("sheets", 0, "items", 0, "prompt"),
        "另说",
        ("初审单", "说明（审核要点“合理性”）", "说明", "另说"),
    ),
    (
        ("sheets", 0, "bands", 0, "consequence"),
        "redo",
        ("初审单", "后果（等级“差”）", "不予安排", "修改完善后重报"),
    ),
    (
        ("weights", 0, "on_departure"),
        "block",
        ("", "偏离时（权重“不设成本”）", "提示", "阻断"),
    ),
]


@pytest.mark.parametrize(("path", "value", "expected"), ONE)
def test_one_value_is_one_change(
    path: tuple[str | int, ...], value: Any, expected: tuple[str, str, str, str]
) -> None:
    assert changed(path, value) == [expected]


def test_what_was_added_and_what_is_gone() -> None:
    data, old = profile()
    data["tasks"].append(data["tasks"][0] | {"code": "second", "title": "另一项"})
    new = Profile.model_validate(data)

    (there,) = compare(old, new)
    (back,) = compare(new, old)

    assert (there.task, there.code, there.where, there.old) == ("另一项", "second", "任务", "")
    assert there.new.startswith("新增：标识second，任务另一项，阶段基础工作")
    assert back == Change("另一项", "任务", "另一项", "", "second")


def test_rows_of_a_task_come_and_go() -> None:
    (there,) = changed((*TASK, "slots", "append"), {"code": "b", "title": "明细"})
    assert there == ("季度材料", "附件（明细）", "", "新增：标识b，材料明细")
    (gone,) = changed((*TASK, "slots"), [])
    assert gone == ("季度材料", "附件（汇总表）", "标识table，材料汇总表，必传是", "")


def test_reminders_are_told_whole() -> None:
    (change,) = changed(("reminders",), [{"days": -3}, {"days": 1, "in_working_days": False}])

    assert change[1] == "提醒"
    assert change[3] == "截止前3个工作日，填报人和代办人；截止后1天，填报人和代办人"


def test_the_order_of_tasks_and_steps_is_one_change_each() -> None:
    data, _ = profile()
    data["tasks"].append(data["tasks"][0] | {"code": "second", "title": "另一项"})
    data["flows"]["one"].append(data["flows"]["one"][0] | {"title": "终审"})
    old = Profile.model_validate(data)
    data["tasks"].reverse()
    data["flows"]["one"].reverse()

    found = [(c.task, c.where, c.old, c.new) for c in compare(old, Profile.model_validate(data))]

    assert found == [
        ("另一项", "审核步骤顺序", "初审、终审", "终审、初审"),
        ("季度材料", "审核步骤顺序", "初审、终审", "终审、初审"),
        ("", "任务顺序", "季度材料、另一项", "另一项、季度材料"),
    ]


def test_sections_and_documents_of_the_place_are_only_added_to() -> None:
    data, old = profile()
    data["sections"] = [data["sections"][0] | {"aliases": ["评价办"]}]
    data["tasks"][0]["section"] = "jx"
    data["documents"] = [{"code": "law", "title": "预算法"}]
    new = Profile.model_validate(data)

    found = [(c.where, c.old, c.new) for c in compare(old, new)]

    assert found == [
        ("别名（科室“评价科”）", "评价股", "评价办、评价股"),
        ("依据文件（预算法）", "", "新增：标识law，名称预算法"),
    ]
    assert [c.where for c in compare(new, old)] == ["别名（科室“评价科”）", "科室（政府债科）"]


def test_an_event_not_dated_yet_is_no_difference() -> None:
    data, _ = profile()
    data["events"] = [{"code": "e", "title": "批复", "happened_on": "2024-01-20"}]
    dated = Profile.model_validate(data)
    del data["events"][0]["happened_on"]
    open_ = Profile.model_validate(data)

    assert compare(dated, open_) == []
    assert [c.new for c in compare(open_, dated)] == ["2024年1月20日"]


@pytest.mark.req("U-53")
def test_dates_that_only_moved_with_the_year_are_the_same() -> None:
    data, old = profile()
    data["plan"] = {"year": 2025, "title": "尉犁县2025年度计划"}
    data["tasks"][0]["evaluated_year"] = 2025
    window = data["tasks"][0]["windows"][0]
    window |= {"key": "2025Q1", "opens": "2025-03-18", "closes": "2025-04-01", "note": "已核"}
    new = Profile.model_validate(data)

    assert compare(old, new) == []
    window["closes"] = "2025-04-02"
    (change,) = compare(old, Profile.model_validate(data))
    assert (change.old, change.new) == ("2025年4月1日", "2025年4月2日")


@pytest.mark.parametrize("clause", ["2024年4月15日前报，2023年的", "2025年4月15日前报，2024年的"])
def test_words_that_were_kept_or_moved_with_the_year_are_the_same(clause: str) -> None:
    data, _ = profile()
    data["tasks"][0]["clause"] = "2024年4月15日前报，2023年的"
    old = Profile.model_validate(data)
    data["plan"] = {"year": 2025, "title": "尉犁县2025年度计划"}
    data["tasks"][0] |= {"evaluated_year": 2025, "clause": clause}
    window = data["tasks"][0]["windows"][0]
    window |= {"key": "2025Q1", "opens": "2025-03-18", "closes": "2025-04-01"}

    assert compare(old, Profile.model_validate(data)) == []
    data["tasks"][0]["clause"] = "2025年4月15日前报送"
    (change,) = compare(old, Profile.model_validate(data))
    assert (change.where, change.old) == ("原文", "2024年4月15日前报，2023年的")


def test_a_long_text_is_cut() -> None:
    (change,) = changed((*TASK, "clause"), "长" * 1000)

    assert len(change[3]) == 300


def test_a_change_is_kept_in_plain_words() -> None:
    assert Change("任务", "截止", "a", "b", "code").as_dict() == {
        "task": "任务",
        "where": "截止",
        "old": "a",
        "new": "b",
    }


def test_dates_are_days_of_both_profiles() -> None:
    _, old = profile()

    assert old.tasks[0].windows[0].closes == date(2024, 4, 1)
    assert compare(old, old) == []
