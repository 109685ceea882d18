"""A profile file: what it may say, how its errors read, loading it again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command
from pydantic import ValidationError

from apps.audit.models import Entry
from apps.core import clock
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Section, SectionRoute, User
from apps.rules.errors import RuleError
from apps.workplans import profile_files, services
from apps.workplans.models import Plan, PlanTask, RuleSetting, ScoreSheet
from apps.workplans.profiles import ItemRow, Row, SheetRow, SlotRow, WindowRow
from tests.personas import World

SMALL: dict[str, Any] = {
    "profile": 1,
    "jurisdiction": {
        "code": "652823",
        "name": "尉犁县",
        "level": "county",
        "parents": [{"code": "652800", "name": "巴音郭楞蒙古自治州", "level": "prefecture"}],
    },
    "fund_tags": [{"code": "bond", "name": "政府专项债"}],
    "sections": [
        {"code": "jx", "name": "评价科", "kind": "performance", "aliases": ["评价股"]},
        {"code": "zw", "name": "政府债科", "kind": "business", "fund_tags": ["bond"]},
    ],
    "plan": {"year": 2024, "title": "尉犁县2024年度计划"},
    "sheets": [
        {
            "code": "first",
            "title": "初审单",
            "clause": "原文",
            "mode": "points",
            "items": [{"group": "初审", "name": "合理性", "prompt": "说明", "points": 100}],
            "bands": [{"grade": "差", "floor": 0, "consequence": "refuse", "text": "不予安排"}],
        }
    ],
    "flows": {
        "one": [
            {
                "title": "初审",
                "place": "routed",
                "role": "section_reviewer",
                "sheet": "first",
                "working_days": 5,
            }
        ]
    },
    "weights": [
        {
            "title": "不设成本",
            "execution": 10,
            "output": 50,
            "benefit": 40,
            "clause": "财预〔2020〕10号",
        }
    ],
    "settings": [
        {"code": "share", "title": "抽取比例", "clause": "按一定比例", "note": "要定比例。"},
        {"code": "floor", "title": "退回线", "value": 90, "unit": "分", "clause": "低于90分"},
    ],
    "tasks": [
        {
            "code": "quarter",
            "title": "季度材料",
            "stage": "materials",
            "kind": "materials",
            "subject": "unit",
            "level": "unit",
            "evaluated_year": 2024,
            "responsible": "各部门单位",
            "section": "jx",
            "clause": "每季度结束次月1日前",
            "requirements": ["Y-84"],
            "windows": [{"key": "2024Q1", "opens": "2024-03-18", "closes": "2024-04-01"}],
            "scopes": [{"field": "unit_kind", "value": "department"}],
            "flow": "one",
            "slots": [{"code": "table", "title": "汇总表", "required": True}],
            "facts": [{"code": "n", "title": "场次", "unit": "场"}],
            "settings": [{"code": "floor", "title": "退回线", "value": 80, "clause": "另定"}],
        }
    ],
}


def copy() -> dict[str, Any]:
    fresh: dict[str, Any] = yaml.safe_load(yaml.safe_dump(SMALL, allow_unicode=True))
    return fresh


def write(folder: Path, data: Any) -> Path:
    path = folder / "small.yaml"
    text = data if isinstance(data, str) else yaml.safe_dump(data, allow_unicode=True, width=1000)
    path.write_text(text, encoding="utf-8")
    return path


def load(folder: Path, data: Any, actor: User | None = None) -> Plan:
    return services.load_profile(profile=profile_files.read(write(folder, data)), actor=actor)


def test_a_profile_becomes_a_draft_plan(db: None, tmp_path: Path) -> None:
    plan = load(tmp_path, SMALL)

    task = plan.tasks.get()
    window = task.windows.get()
    assert plan.state == Plan.State.DRAFT
    assert plan.jurisdiction.parent == Jurisdiction.objects.get(code="652800")
    assert clock.last_day(window.closes_at).isoformat() == "2024-04-01"
    assert task.steps.get().sheet == ScoreSheet.objects.get(code="first")
    assert task.section == people.find_section(plan.jurisdiction, "评价股")
    assert SectionRoute.objects.get(fund_tag="bond").section.code == "zw"
    assert RuleSetting.objects.get(code="share").is_filled is False
    assert task.slots.get().is_required
    assert task.requirements == "Y-84"
    assert Entry.objects.filter(action="workplans.load_profile").count() == 1


def test_loading_again_changes_nothing(db: None, tmp_path: Path) -> None:
    plan = load(tmp_path, SMALL)
    task = plan.tasks.get()

    again = load(tmp_path, SMALL)

    assert again == plan
    assert again.tasks.get().public_id == task.public_id
    assert Entry.objects.filter(action="workplans.load_profile").count() == 1


def test_a_draft_follows_its_file(db: None, tmp_path: Path) -> None:
    plan = load(tmp_path, SMALL)
    task_id = plan.tasks.get().public_id
    data = copy()
    data["tasks"][0]["windows"][0]["closes"] = "2024-04-02"
    data["tasks"][0]["title"] = "季度绩效材料"
    data["tasks"].append(copy()["tasks"][0] | {"code": "second"})

    load(tmp_path, data)

    task = plan.tasks.get(code="quarter")
    assert task.public_id == task_id
    assert task.title == "季度绩效材料"
    assert clock.last_day(task.windows.get().closes_at).day == 2
    assert plan.tasks.count() == 2

    load(tmp_path, SMALL)

    assert plan.tasks.count() == 1


@pytest.mark.parametrize("part", ["task", "window", "setting", "new_task", "no_task", "section"])
def test_a_published_plan_is_not_changed_by_a_file(db: None, tmp_path: Path, part: str) -> None:
    plan = load(tmp_path, SMALL)
    Plan.objects.update(state=Plan.State.PUBLISHED)
    data = copy()
    task = data["tasks"][0]
    match part:
        case "task":
            task["title"] = "改名"
        case "window":
            task["windows"][0]["closes"] = "2024-04-02"
        case "setting":
            data["settings"][1]["value"] = 91
        case "new_task":
            data["tasks"].append(copy()["tasks"][0] | {"code": "second"})
        case "no_task":
            task["code"] = "other"
        case "section":
            data["sections"][0]["name"] = "绩效评价中心"
    before = list(PlanTask.objects.values("title", "code", "windows__closes_at"))

    with pytest.raises(RuleError, match="已发布，不能用文件改"):
        load(tmp_path, data)

    assert list(PlanTask.objects.values("title", "code", "windows__closes_at")) == before
    assert RuleSetting.objects.get(code="floor", task=None).value == "90"
    assert Section.objects.get(code="jx").name == "评价科"
    assert load(tmp_path, SMALL) == plan


def test_only_the_plan_administrator_of_the_county_loads(
    world: World, tmp_path: Path, plan_admin: User, leader: User, foreign_reviewer: User
) -> None:
    for person in (leader, foreign_reviewer):
        with pytest.raises(PermissionDenied):
            load(tmp_path, SMALL, person)
    assert not Plan.objects.exists()

    assert load(tmp_path, SMALL, plan_admin).tasks.count() == 1


BAD = [  # path in the data, value (None: take it away), what the message says
    (("plan", "year"), "二〇二四", "plan.year（年度）：填“二〇二四”，应为整数"),
    (("plan", "titel"), "x", "plan.titel：不认识这一项"),
    (("plan", "title"), None, "plan.title（名称）：缺少这一项"),
    (("jurisdiction", "code"), "6528", "jurisdiction.code：填“6528”，应为6位数字"),
    (
        ("tasks", 0, "stage"),
        "later",
        "tasks[0].stage（阶段）：填“later”，应为pre_assessment（事前评估）、",
    ),
    (("tasks", 0, "title"), "长" * 101, "tasks[0].title（任务）：101字，最多100字"),
    (("tasks", 0, "requirements"), ["Y84"], "填“Y84”，应为大写字母、横线"),
    (("tasks",), [], "tasks（任务）：至少要有一项"),
    (("tasks", 0, "windows", 0, "closes"), "2024-02-30", "填“2024-02-30”，应为日期"),
    (("tasks", 0, "windows", 0, "closes"), "2024-03-01", "早于开放日2024-03-18"),
    (("tasks", 0, "windows", 0), {"key": "a"}, "没有日期，也没有写待确认（note）"),
    (
        ("tasks", 0, "section"),
        "nobody",
        "tasks[0].section（牵头科室）：填“nobody”，科室（sections）里没有",
    ),
    (("tasks", 0, "flow"), "two", "tasks[0].flow（审核流程）：填“two”，审核流程（flows）里没有"),
    (("tasks", 0, "scopes", 0, "value"), "village", "可用的值里没有"),
    (("tasks", 0, "scopes", 0), {"field": "origin", "value": "added"}, "只用于项目任务"),
    (("tasks", 0, "subject"), "section", "科室任务没有范围"),
    (
        ("flows", "one", 0, "sheet"),
        "second",
        "flows.one[0].sheet（审核表）：填“second”，审核表（sheets）里没有",
    ),
    (("sheets", 0, "items", 0, "points"), 90, "sheets[0].items（审核要点）：分值合计90，应为100"),
    (("sheets", 0, "bands", 0, "floor"), 60, "最低一档的下限应为0"),
    (("weights", 0, "output"), 60, "weights[0]（权重）：各级分值合计110，应为100"),
    (("settings", 0, "note"), "", "没有值（value），也没有说明（note）"),
    (("settings", 1, "code"), "share", "settings[1].code（标识）：“share”出现两次"),
    (("sections", 1, "aliases"), ["评价科"], "已是另一个科室的名称"),
    (("sections", 0, "fund_tags"), ["bond"], "“bond”已归另一个科室"),
    (("sections", 1, "fund_tags"), ["cash"], "填“cash”，资金标签（fund_tags）里没有"),
]


@pytest.mark.parametrize(("path", "value", "says"), BAD)
def test_an_error_names_file_line_and_key(
    db: None, tmp_path: Path, path: tuple[str | int, ...], value: Any, says: str
) -> None:
    data = copy()
    place: Any = data
    for part in path[:-1]:
        place = place[part]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value

    with pytest.raises(profile_files.ProfileError) as caught:
        load(tmp_path, data)

    message = str(caught.value)
    assert says in message
    assert message.startswith("small.yaml第")
    assert caught.value.data["line"] >= 1
    assert not Plan.objects.exists()


def test_the_line_is_the_one_where_the_key_stands(tmp_path: Path) -> None:
    text = yaml.safe_dump(SMALL, allow_unicode=True, sort_keys=False)
    lines = text.replace("year: 2024\n", "year: 1\n").splitlines()

    with pytest.raises(profile_files.ProfileError) as caught:
        profile_files.read(write(tmp_path, "\n".join(lines)))

    assert "year: 1" in lines[int(str(caught.value.data["line"])) - 1]
    assert caught.value.data["key"] == "plan.year"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "是空的"),
        ("- 1", "应为“键: 值”的组"),
        ("plan: [", "small.yaml第1行：不是合格的YAML"),
        ("plan: &a {x: 1}\ntasks: *a", "第2行：不用YAML的引用"),
        ("profile: 1\nprofile: 1\n", "small.yaml第2行 profile：这一项写了两次"),
        ("profile: 1\n" + "#" * 300 * 1024, "超过300 KB"),
        ("a: 1\nb: " + "[" * 5000, "第2行：层次超过20层"),
        ("- " * 5000 + "1", "第1行：层次超过20层"),
        ("profile: " + "9" * 5000, "有一个值读不出来"),
        ("profile: 1\ntasks: [" + "1," * 40000 + "]", "第2行：项数太多"),
        ("profile: 0b_", "有一个值读不出来"),
        ("profile: 0x" + "f" * 5000, "profile：填的数太长，应为18位以内的整数"),
        ("profile: 1\nday: !!timestamp '2024-13-45'", "第2行：不用YAML的标记（!）"),
        ("profile: !!int abc", "不用YAML的标记（!）"),
        ("profile: !!bool abc", "不用YAML的标记（!）"),
    ],
)
def test_a_file_that_is_no_profile_is_refused(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(profile_files.ProfileError) as caught:
        profile_files.read(write(tmp_path, text))

    assert says in str(caught.value)


WRONG_VALUES: list[Any] = [
    None, True, 40, -1, 1.5, 10**5, 10**30, 1 << 20000, float("nan"), float("inf"), "",
    0, "x", "长" * 3000, "2024-02-30", "2024-04-10T10:00:00", Decimal("1.234"), Decimal("1e40"),
    [], ["x"], {}, {"x": 1}, [None], date(2024, 4, 10), datetime(2024, 4, 10, 10, tzinfo=UTC),
]  # fmt: skip


def rows_of(kind: type[Row]) -> Iterator[type[Row]]:
    for each in kind.__subclasses__():
        yield each
        yield from rows_of(each)


@pytest.mark.parametrize("kind", [*rows_of(Row)], ids=lambda kind: kind.__name__)
def test_what_is_wrong_is_said_in_chinese(kind: type[Row]) -> None:
    for value in WRONG_VALUES:
        for key in kind.model_fields:
            try:
                kind.model_validate({key: value, "more": 1})
            except ValidationError as error:
                said = [profile_files.said(detail) for detail in error.errors()]
            for sentence in said:
                assert not re.search(r"[Ii]nput|should|valid|\^\[| or |None|[{}]", sentence)


def test_limits_patterns_and_choices_are_said(db: None) -> None:
    def said(kind: type[Row], key: str, value: object) -> str:
        with pytest.raises(ValidationError) as caught:
            kind.model_validate({key: value})
        return next(profile_files.said(d) for d in caught.value.errors() if d["loc"][0] == key)

    assert said(WindowRow, "day", 40) == "填“40”，应不大于31"
    assert said(WindowRow, "days_after", 1.5) == "填“1.5”，应为整数"
    assert said(ItemRow, "points", Decimal("1.234")) == "填“1.234”，小数最多2位"
    assert said(SlotRow, "code", "大写").startswith(
        "填“大写”，应为小写字母、数字、点、横线、下划线"
    )
    assert said(SheetRow, "mode", "x") == (
        f"填“x”，应为{'、'.join(f'{m.value}（{m.label}）' for m in ScoreSheet.Mode)}之一"
    )


def test_a_file_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "gbk.yaml"
    path.write_bytes("plan: 尉犁县".encode("gb18030"))

    with pytest.raises(profile_files.ProfileError, match="不是UTF-8"):
        profile_files.read(path)


def test_the_command_ends_with_2_and_one_line(db: None, tmp_path: Path) -> None:
    good, out = write(tmp_path, SMALL), StringIO()
    call_command("load_profile", good, stdout=out)
    assert out.getvalue() == "尉犁县2024年度计划：草稿，1项任务。\n"

    for path in (tmp_path / "none.yaml", write(tmp_path, "plan: [")):
        with pytest.raises(CommandError) as caught:
            call_command("load_profile", path, stdout=out)
        assert caught.value.returncode == 2
        assert "\n" not in str(caught.value)


def test_the_holidays_command_says_which_years_are_known(db: None) -> None:
    out = StringIO()

    call_command("load_holidays", stdout=out)

    assert "其余年份未公布" in out.getvalue()
