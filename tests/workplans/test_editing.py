"""Writes on a draft: rights, states, values that cannot be, audit; a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.core import clock
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans.models import BasisDocument, Holiday, HolidayYear, Plan, PlanTask, RuleSetting
from apps.workplans.services import editing, exporting
from tests.personas import World
from tests.workplans.conftest import make_plan, make_task, make_window

TASK = {
    "title": "季度材料",
    "stage": "materials",
    "kind": "materials",
    "subject": "unit",
    "level": "unit",
    "clause": "每季度结束次月1日前",
}
STEP = {"title": "审核", "place": "performance", "role": "performance_reviewer"}
ITEM = {"group": "初审", "name": "合理性", "prompt": "说明", "points": 100}
SHEET = {"title": "审核表", "clause": "原文", "items": [ITEM]}
SETTING = {"title": "抽取比例", "clause": "按一定比例", "note": "要定比例"}


@pytest.fixture
def draft(world: World) -> Plan:
    return make_plan(world, Plan.State.DRAFT)


@pytest.fixture
def task(draft: Plan) -> PlanTask:
    return make_task(draft, "one", "unit")


def snapshot(plan: Plan) -> tuple[Any, ...]:
    """Everything the plan says, with the number of audit lines of changes."""
    fresh = Plan.objects.get(pk=plan.pk)
    n_lines = Entry.objects.filter(is_refusal=False).count()
    return exporting.profile_of(fresh), fresh.state, n_lines


def actions() -> list[str]:
    return list(Entry.objects.order_by("pk").values_list("action", flat=True))


# --- rights and states ------------------------------------------------------------------------
ACTS: dict[str, Callable[[PlanTask, User], object]] = {
    "edit_plan": lambda t, a: editing.edit_plan(plan=t.plan, values={"title": "新"}, actor=a),
    "drop_plan": lambda t, a: editing.drop_plan(plan=t.plan, actor=a),
    "add_task": lambda t, a: editing.add_task(plan=t.plan, values=TASK, actor=a),
    "edit_task": lambda t, a: editing.edit_task(task=t, values={"title": "新"}, actor=a),
    "move_task": lambda t, a: editing.move_task(task=t, position=2, actor=a),
    "remove_task": lambda t, a: editing.remove_task(task=t, actor=a),
    "add_window": lambda t, a: editing.add_window(task=t, values={"note": "未定"}, actor=a),
    "edit_window": lambda t, a: editing.edit_window(
        window=t.windows.first(), values={"label": "新"}, actor=a
    ),
    "remove_window": lambda t, a: editing.remove_window(window=t.windows.first(), actor=a),
    "add_series": lambda t, a: editing.add_series(
        task=t, series="quarterly", values={"day": 1}, actor=a
    ),
    "set_scopes": lambda t, a: editing.set_scopes(
        task=t, rows=[{"field": "unit_kind", "value": "department"}], actor=a
    ),
    "set_steps": lambda t, a: editing.set_steps(task=t, rows=[STEP], actor=a),
    "set_slots": lambda t, a: editing.set_slots(task=t, rows=[{"title": "汇总表"}], actor=a),
    "set_facts": lambda t, a: editing.set_facts(
        task=t, rows=[{"title": "场次", "unit": "场"}], actor=a
    ),
    "set_weights": lambda t, a: editing.set_weights(
        plan=t.plan,
        rows=[{"title": "常用", "execution": 10, "output": 50, "benefit": 40, "clause": "文"}],
        actor=a,
    ),
    "set_reminders": lambda t, a: editing.set_reminders(plan=t.plan, rows=[{"days": -3}], actor=a),
    "add_sheet": lambda t, a: editing.add_sheet(plan=t.plan, values=SHEET, actor=a),
    "add_setting": lambda t, a: editing.add_setting(plan=t.plan, values=SETTING, actor=a),
    "set_basis": lambda t, a: editing.set_basis(task=t, codes=["law"], actor=a),
    "add_event": lambda t, a: editing.add_event(plan=t.plan, values={"title": "批复"}, actor=a),
}


@pytest.fixture
def ready(world: World, task: PlanTask) -> PlanTask:
    make_window(task, "2024", closes=date(2024, 4, 1))
    make_task(task.plan, "two", "unit")
    BasisDocument.objects.create(jurisdiction=world.county, code="law", title="预算法")
    return task


@pytest.mark.parametrize("name", list(ACTS))
def test_the_plan_administrator_may_and_it_is_recorded(
    ready: PlanTask, plan_admin: User, name: str
) -> None:
    ACTS[name](ready, plan_admin)

    assert actions() == [f"workplans.{name}"]
    assert Entry.objects.get().actor_id == plan_admin.pk


@pytest.mark.parametrize("name", list(ACTS))
@pytest.mark.trust("A04")
def test_nobody_else_may(ready: PlanTask, leader: User, foreign_reviewer: User, name: str) -> None:
    before = snapshot(ready.plan)

    for person in (leader, foreign_reviewer):
        with pytest.raises(PermissionDenied):
            ACTS[name](ready, person)

    assert snapshot(ready.plan) == before


@pytest.mark.parametrize("name", list(ACTS))
@pytest.mark.parametrize(
    ("state", "says"), [(Plan.State.PUBLISHED, "先开始修订"), (Plan.State.CLOSED, "已办结")]
)
@pytest.mark.req("U-53")
def test_a_published_plan_is_not_edited(
    ready: PlanTask, plan_admin: User, name: str, state: str, says: str
) -> None:
    Plan.objects.update(state=state)
    before = snapshot(ready.plan)

    with pytest.raises(RuleError, match=says):
        ACTS[name](ready, plan_admin)

    assert snapshot(ready.plan) == before


@pytest.mark.parametrize("name", list(ACTS))
def test_a_fault_in_the_middle_leaves_nothing(
    ready: PlanTask, plan_admin: User, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The trail is the last thing written: when it fails, nothing else stands."""
    before = snapshot(ready.plan)

    def fail(**_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("apps.audit.services.record", fail)
    with pytest.raises(RuntimeError):
        ACTS[name](ready, plan_admin)

    assert snapshot(ready.plan) == before


# --- plan and tasks ---------------------------------------------------------------------------
def test_a_new_plan_is_a_draft_with_the_usual_reminders(world: World, plan_admin: User) -> None:
    plan = editing.create_plan(
        jurisdiction=world.county, values={"year": 2025, "title": "计划"}, actor=plan_admin
    )

    assert (plan.state, plan.fiscal_year, plan.version) == (Plan.State.DRAFT, 2025, 1)
    assert plan.reminders.count() == 8


@pytest.mark.parametrize(
    ("values", "says", "field"),
    [
        ({"year": 2024, "title": "计划"}, "一年只有一份", "year"),
        ({"year": 1999, "title": "计划"}, "年度：", "year"),
        ({"year": 2025, "title": ""}, "名称：不能为空", "title"),
        ({"year": 2025, "title": "长" * 121}, "名称：121字，最多120字", "title"),
    ],
)
def test_a_plan_that_cannot_be_is_not_made(
    draft: Plan, plan_admin: User, values: dict[str, Any], says: str, field: str
) -> None:
    with pytest.raises(RuleError, match=says) as caught:
        editing.create_plan(jurisdiction=draft.jurisdiction, values=values, actor=plan_admin)

    assert caught.value.data["field"] == field
    assert Plan.objects.count() == 1
    assert actions() == []


def test_a_strangers_plan_is_not_made(world: World, plan_admin: User) -> None:
    with pytest.raises(PermissionDenied):
        editing.create_plan(
            jurisdiction=world.sibling, values={"year": 2024, "title": "计划"}, actor=plan_admin
        )

    assert not Plan.objects.exists()


def test_what_stays_the_same_leaves_no_line(ready: PlanTask, plan_admin: User) -> None:
    window = ready.windows.get()

    editing.edit_plan(plan=ready.plan, values={"title": ready.plan.title}, actor=plan_admin)
    editing.edit_task(task=ready, values={"title": ready.title}, actor=plan_admin)
    editing.edit_window(window=window, values={"label": ""}, actor=plan_admin)
    editing.set_scopes(task=ready, rows=[], actor=plan_admin)
    editing.set_basis(task=ready, codes=[], actor=plan_admin)

    assert actions() == []


def test_a_task_gets_the_next_place_and_a_code(draft: Plan, plan_admin: User) -> None:
    first = editing.add_task(plan=draft, values=TASK, actor=plan_admin)
    second = editing.add_task(plan=draft, values=TASK | {"code": None}, actor=plan_admin)

    assert (first.code, first.position, first.evaluated_year) == ("materials-1", 1, 2024)
    assert (second.code, second.position) == ("materials-2", 2)


def test_editing_a_task_keeps_what_is_not_named(
    world: World, task: PlanTask, plan_admin: User
) -> None:
    task.read_from = {"title": {"span": [0, 4], "certainty": "certain", "note": ""}}
    task.check_state = PlanTask.Check.WAITING
    task.save()

    values = {"title": "改名", "section": "jxk", "roll": "next", "accepts_late": True}
    edited = editing.edit_task(task=task, values=values, actor=plan_admin)

    edited.refresh_from_db()
    assert (edited.title, edited.clause, edited.roll) == ("改名", "原文一句。", "next")
    assert edited.section == world.sections["performance"]
    assert edited.read_from["title"]["span"] == [0, 4]
    assert edited.check_state == PlanTask.Check.WAITING
    assert Entry.objects.get().data["任务"] == ["任务one", "改名"]
    assert editing.edit_task(task=task, values={"section": ""}, actor=plan_admin).section is None


@pytest.mark.parametrize(
    ("values", "says", "field"),
    [
        ({"title": " "}, "任务：不能为空", "title"),
        ({"stage": "later"}, "阶段：填“later”，应为", "stage"),
        ({"kind": "Ä"}, "填报类型：填“Ä”", "kind"),
        ({"section": "nobody"}, "牵头科室：尉犁县没有“nobody”科室", "section"),
        ({"code": "two"}, "标识：“two”已是另一项任务的", "code"),
        ({"evaluated_year": 24}, "所属年度：", "evaluated_year"),
        ({"nonsense": 1}, "不认识这一项", "nonsense"),
        ({"requirements": ["一"]}, "需求编号：", "requirements"),
    ],
)
def test_a_value_that_cannot_be_is_refused_at_its_field(
    ready: PlanTask, plan_admin: User, values: dict[str, Any], says: str, field: str
) -> None:
    before = snapshot(ready.plan)

    with pytest.raises(RuleError, match=says) as caught:
        editing.edit_task(task=ready, values=values, actor=plan_admin)

    assert caught.value.data["field"] == field
    assert snapshot(ready.plan) == before


def test_the_subject_is_not_changed_under_its_scopes(task: PlanTask, plan_admin: User) -> None:
    task.scopes.create(field="unit_kind", value="town")

    with pytest.raises(RuleError, match="先清空范围"):
        editing.edit_task(task=task, values={"subject": "section"}, actor=plan_admin)

    task.refresh_from_db()
    assert task.subject_kind == "unit"


def test_tasks_close_up_when_one_moves_or_goes(draft: Plan, plan_admin: User) -> None:
    tasks = [make_task(draft, code, "unit") for code in ("a", "b", "c", "d")]

    editing.move_task(task=tasks[3], position=1, actor=plan_admin)
    assert list(draft.tasks.values_list("code", "position")) == [
        ("d", 1), ("a", 2), ("b", 3), ("c", 4),
    ]  # fmt: skip
    editing.move_task(task=tasks[0], position=99, actor=plan_admin)
    assert [task.code for task in draft.tasks.all()] == ["d", "b", "c", "a"]
    editing.remove_task(task=tasks[1], actor=plan_admin)
    assert list(draft.tasks.values_list("code", "position")) == [("d", 1), ("c", 2), ("a", 3)]


# --- windows ----------------------------------------------------------------------------------
@pytest.mark.req("Y-49")
def test_a_node_reckons_its_end(task: PlanTask, plan_admin: User) -> None:
    values = {
        "kind": "node",
        "data_until": date(2024, 5, 31),
        "months_after": 1,
        "day": 10,
        "closes": date(2024, 12, 31),
    }
    window = editing.add_window(task=task, values=values, actor=plan_admin)

    assert window.key == "2024-05"
    assert clock.last_day(window.closes_at) == date(2024, 6, 10)
    window = editing.edit_window(window=window, values={"day": 31}, actor=plan_admin)
    assert clock.last_day(window.closes_at) == date(2024, 6, 30)


@pytest.mark.req("Q-16")
def test_what_follows_an_event_is_dated_with_it(task: PlanTask, plan_admin: User) -> None:
    event = editing.add_event(plan=task.plan, values={"title": "预算批复"}, actor=plan_admin)
    values = {"kind": "event", "event": event.code, "days_after": 20, "closes": date(2024, 1, 9)}
    window = editing.add_window(task=task, values=values, actor=plan_admin)
    assert (window.opens_at, window.closes_at) == (None, None)

    editing.edit_event(event=event, values={"happened_on": date(2024, 1, 20)}, actor=plan_admin)

    window.refresh_from_db()
    assert clock.last_day(window.closes_at) == date(2024, 2, 9)
    editing.edit_event(event=event, values={"happened_on": None}, actor=plan_admin)
    window.refresh_from_db()
    assert window.closes_at is None


def test_working_days_need_an_announced_year(task: PlanTask, plan_admin: User) -> None:
    event = editing.add_event(plan=task.plan, values={"title": "预算批复"}, actor=plan_admin)
    values = {"kind": "event", "event": event.code, "days_after": 3, "in_working_days": True}
    window = editing.add_window(task=task, values=values, actor=plan_admin)
    happened = {"happened_on": date(2024, 1, 19)}

    with pytest.raises(RuleError, match="尚未公布"):
        editing.edit_event(event=event, values=happened, actor=plan_admin)
    event.refresh_from_db()
    assert event.happened_on is None

    for year in (2023, 2024, 2025):
        HolidayYear.objects.create(year=year, source="国办")
    Holiday.objects.create(on=date(2024, 1, 22), is_workday=False, name="假", source="国办")
    from apps.workplans import calendar

    calendar.forget()
    editing.edit_event(event=event, values=happened, actor=plan_admin)

    window.refresh_from_db()
    assert clock.last_day(window.closes_at) == date(2024, 1, 25)


@pytest.mark.req("Y-84")
@pytest.mark.parametrize(
    ("series", "n", "first", "last"),
    [
        ("monthly", 12, ("2024-01", date(2024, 2, 10)), ("2024-12", date(2025, 1, 10))),
        ("quarterly", 4, ("2024Q1", date(2024, 4, 10)), ("2024Q4", date(2025, 1, 10))),
        ("half", 2, ("2024H1", date(2024, 7, 10)), ("2024H2", date(2025, 1, 10))),
        ("yearly", 1, ("2024", date(2025, 1, 10)), ("2024", date(2025, 1, 10))),
    ],
)
def test_a_series_is_one_window_for_each_period(
    task: PlanTask,
    plan_admin: User,
    series: str,
    n: int,
    first: tuple[str, date],
    last: tuple[str, date],
) -> None:
    values = {"day": 10, "lead_days": 9, "phrase": "每季度结束次月10日前"}

    editing.add_series(task=task, series=series, values=values, actor=plan_admin)

    windows = list(task.windows.all())
    ends = [(w.key, clock.last_day(w.closes_at)) for w in windows]
    assert (len(ends), ends[0], ends[-1]) == (n, first, last)
    assert windows[0].opens_at == clock.start_of(first[1].replace(day=1))
    editing.add_series(task=task, series=series, values={"day": 15}, actor=plan_admin)
    assert task.windows.count() == n
    assert {clock.last_day(w.closes_at).day for w in task.windows.all()} == {15}


@pytest.mark.parametrize(
    ("values", "says", "field"),
    [
        ({"opens": date(2024, 4, 2), "closes": date(2024, 4, 1)}, "早于开放日", "closes"),
        (
            {"closes": date(2024, 4, 9), "focus_opens": date(2024, 4, 2),
             "focus_closes": date(2024, 4, 1)},
            "早于2024-04-02",
            "focus_closes",
        ),
        ({"kind": "event", "note": "等"}, "要写明事件", "event"),
        ({"kind": "event", "event": "none"}, "计划里没有“none”", "event"),
        ({}, "没有日期，也没有写待确认", ""),
        ({"key": "2024", "note": "重"}, "“2024”这项任务已有", "key"),
        ({"closes": "2024-02-30"}, "截止：填“2024-02-30”，应为日期", "closes"),
        ({"day": 32, "note": "x"}, "该月几日：", "day"),
    ],
)  # fmt: skip
def test_a_window_that_cannot_be_is_refused(
    ready: PlanTask, plan_admin: User, values: dict[str, Any], says: str, field: str
) -> None:
    before = snapshot(ready.plan)

    with pytest.raises(RuleError, match=says) as caught:
        editing.add_window(task=ready, values=values, actor=plan_admin)

    assert caught.value.data["field"] == field
    assert snapshot(ready.plan) == before


@pytest.mark.parametrize(
    ("series", "values", "says"),
    [
        ("weekly", {"day": 1}, "应为按月"),
        ("monthly", {}, "该月几日：未填"),
        ("monthly", {"day": 1, "lead_days": -1}, "应为0到366"),
    ],
)
def test_a_series_that_cannot_be_is_refused(
    ready: PlanTask, plan_admin: User, series: str, values: dict[str, Any], says: str
) -> None:
    before = snapshot(ready.plan)

    with pytest.raises(RuleError, match=says):
        editing.add_series(task=ready, series=series, values=values, actor=plan_admin)

    assert snapshot(ready.plan) == before


def test_a_window_is_renamed_but_not_onto_another(ready: PlanTask, plan_admin: User) -> None:
    other = editing.add_window(task=ready, values={"key": "b", "note": "未定"}, actor=plan_admin)

    with pytest.raises(RuleError, match="这项任务已有"):
        editing.edit_window(window=other, values={"key": "2024"}, actor=plan_admin)

    other.refresh_from_db()
    assert other.key == "b"


# --- lists ------------------------------------------------------------------------------------
def test_lists_are_written_whole_and_in_order(ready: PlanTask, plan_admin: User) -> None:
    slots = [{"title": "汇总表", "required": True}, {"title": "明细", "code": "details"}]
    editing.set_slots(task=ready, rows=slots, actor=plan_admin)
    editing.set_facts(task=ready, rows=[{"title": "场次", "unit": "场"}], actor=plan_admin)
    sheet = editing.add_sheet(plan=ready.plan, values=SHEET, actor=plan_admin)
    steps = [STEP | {"title": "初审"}, STEP | {"title": "终审", "sheet": sheet.code}]
    editing.set_steps(task=ready, rows=steps, actor=plan_admin)
    kept = ready.steps.get(title="终审").pk

    editing.set_steps(task=ready, rows=[steps[1], steps[0]], actor=plan_admin)

    found = list(ready.slots.values_list("code", "title", "is_required"))
    assert found == [("file-1", "汇总表", True), ("details", "明细", False)]
    assert list(ready.steps.values_list("title", "position")) == [("终审", 1), ("初审", 2)]
    assert ready.steps.get(title="终审").pk == kept
    editing.set_slots(task=ready, rows=[], actor=plan_admin)
    assert not ready.slots.exists()


@pytest.mark.parametrize(
    ("act", "rows", "says", "row"),
    [
        ("set_scopes", [{"field": "unit_kind", "value": "village"}], "可用的值里没有", 0),
        ("set_scopes", [{"field": "origin", "value": "added"}], "只用于项目任务", 0),
        ("set_scopes", [{"field": "unit", "value": "1"}] * 2, "写了两次", 1),
        ("set_steps", [STEP, STEP | {"sheet": "none"}], "计划里没有“none”", 1),
        ("set_steps", [STEP | {"place": "section"}], "没有写牵头科室", 0),
        ("set_steps", [STEP | {"working_days": 0}], "办理时限", 0),
        ("set_slots", [{"title": ""}], "材料：不能为空", 0),
        ("set_slots", [{"title": "a", "code": "x"}, {"title": "b", "code": "x"}], "出现两次", 1),
        ("set_facts", [{"title": "a", "code": "x", "unit": "场"}] * 2, "出现两次", 1),
    ],
)
def test_a_row_that_cannot_be_is_named_by_its_number(
    ready: PlanTask, plan_admin: User, act: str, rows: list[Any], says: str, row: int
) -> None:
    before = snapshot(ready.plan)

    with pytest.raises(RuleError, match=says) as caught:
        getattr(editing, act)(task=ready, rows=rows, actor=plan_admin)

    assert caught.value.data["row"] == row
    assert str(caught.value).startswith(f"第{row + 1}行 ")
    assert snapshot(ready.plan) == before


@pytest.mark.parametrize("of_task", [False, True])
def test_weights_and_reminders_are_the_plans_or_a_tasks(
    ready: PlanTask, plan_admin: User, of_task: bool
) -> None:
    task, plan = (ready if of_task else None), ready.plan
    weight = {"title": "常用", "execution": 10, "output": 50, "benefit": 40, "clause": "文"}

    editing.set_weights(plan=plan, task=task, rows=[weight], actor=plan_admin)
    editing.set_reminders(plan=plan, task=task, rows=[{"days": -3}], actor=plan_admin)

    assert plan.weight_templates.get().task == task
    assert plan.reminders.get().task == task
    with pytest.raises(RuleError, match="合计90，应为100"):
        editing.set_weights(plan=plan, task=task, rows=[weight | {"output": 40}], actor=plan_admin)
    with pytest.raises(RuleError, match="写了两次"):
        editing.set_reminders(plan=plan, task=task, rows=[{"days": 1}] * 2, actor=plan_admin)
    assert plan.weight_templates.get().output == 50
    assert plan.reminders.get().days == -3


# --- sheets -----------------------------------------------------------------------------------
def test_a_pass_mark_makes_two_bands(draft: Plan, plan_admin: User) -> None:
    sheet = editing.add_sheet(plan=draft, values=SHEET | {"pass_mark": "90"}, actor=plan_admin)

    bands = list(sheet.bands.values_list("grade", "floor", "consequence"))
    assert bands == [("合格", 90, "pass"), ("不合格", 0, "redo")]
    editing.edit_sheet(sheet=sheet, values={"pass_mark": 80}, actor=plan_admin)
    assert [band.floor for band in sheet.bands.all()] == [80, 0]


def test_a_criterion_that_stays_is_the_same_row(draft: Plan, plan_admin: User) -> None:
    two = [ITEM | {"points": 60}, ITEM | {"name": "规范性", "points": 40}]
    sheet = editing.add_sheet(plan=draft, values=SHEET | {"items": two}, actor=plan_admin)
    kept = sheet.items.get(name="规范性").pk

    swapped = [two[1] | {"points": 100}]
    editing.edit_sheet(sheet=sheet, values={"items": swapped}, actor=plan_admin)

    item = sheet.items.get()
    assert (item.pk, item.position, item.points) == (kept, 1, 100)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"items": [ITEM | {"points": 90}]}, "分值合计90，应为100"),
        ({"items": []}, "至少要有一项"),
        ({"pass_mark": "abc"}, "应为数字"),
        (
            {"bands": [{"grade": "差", "floor": 60, "consequence": "redo", "text": "x"}]},
            "下限应为0",
        ),
    ],
)
def test_a_sheet_that_cannot_be_is_refused(
    draft: Plan, plan_admin: User, values: dict[str, Any], says: str
) -> None:
    sheet = editing.add_sheet(plan=draft, values=SHEET, actor=plan_admin)
    before = snapshot(draft)

    with pytest.raises(RuleError, match=says):
        editing.edit_sheet(sheet=sheet, values=values, actor=plan_admin)
    with pytest.raises(RuleError, match="已是另一张审核表的"):
        editing.add_sheet(plan=draft, values=SHEET | {"code": sheet.code}, actor=plan_admin)

    assert snapshot(draft) == before


def test_a_sheet_in_use_is_not_removed(ready: PlanTask, plan_admin: User) -> None:
    sheet = editing.add_sheet(plan=ready.plan, values=SHEET, actor=plan_admin)
    editing.set_steps(task=ready, rows=[STEP | {"sheet": sheet.code}], actor=plan_admin)

    with pytest.raises(RuleError, match="步骤“审核”在用"):
        editing.remove_sheet(sheet=sheet, actor=plan_admin)
    editing.set_steps(task=ready, rows=[STEP], actor=plan_admin)
    editing.remove_sheet(sheet=sheet, actor=plan_admin)

    assert not ready.plan.sheets.exists()


# --- parameters -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("text", "甲、乙", "甲、乙"),
        ("number", "-3.50", "-3.5"),
        ("percent", "20%", "20"),
        ("percent", "0", "0"),
        ("percent", "100", "100"),
        ("money", "500000.00", "500000"),
        ("day", "2024-02-29", "2024-02-29"),
        ("choice", "是", "是"),
    ],
)
def test_a_parameter_is_decided_in_its_type(
    draft: Plan, plan_admin: User, kind: str, value: str, kept: str
) -> None:
    more = {"choices": ["是", "否"]} if kind == "choice" else {}
    setting = editing.add_setting(
        plan=draft, values=SETTING | {"value_type": kind} | more, actor=plan_admin
    )
    assert (setting.is_filled, setting.value) == (False, "")

    editing.set_setting(setting=setting, value=value, actor=plan_admin)

    setting.refresh_from_db()
    assert (setting.is_filled, setting.value) == (True, kept)
    editing.set_setting(setting=setting, value="", actor=plan_admin)
    setting.refresh_from_db()
    assert (setting.is_filled, setting.value) == (False, "")


@pytest.mark.parametrize(
    ("kind", "value", "says"),
    [
        ("number", "很多", "填“很多”，应为数字"),
        ("percent", "100.01", "应在0到100之间"),
        ("percent", "-1", "应在0到100之间"),
        ("money", "-1", "应为0以上的金额"),
        ("money", "0.001", "最多两位小数"),
        ("day", "2023-02-29", "应为日期"),
        ("choice", "也许", "应为是、否之一"),
        ("text", "长" * 201, "201字，最多200字"),
    ],
)
def test_a_value_of_another_type_is_refused(
    draft: Plan, plan_admin: User, kind: str, value: str, says: str
) -> None:
    more = {"choices": ["是", "否"]} if kind == "choice" else {}
    setting = editing.add_setting(
        plan=draft, values=SETTING | {"value_type": kind} | more, actor=plan_admin
    )
    before = snapshot(draft)

    with pytest.raises(RuleError, match=says) as caught:
        editing.set_setting(setting=setting, value=value, actor=plan_admin)

    assert caught.value.data["field"] == "value"
    assert snapshot(draft) == before


def test_what_a_published_plan_left_open_is_decided_there_once(
    draft: Plan, plan_admin: User, leader: User
) -> None:
    setting = editing.add_setting(plan=draft, values=SETTING, actor=plan_admin)
    Plan.objects.update(state=Plan.State.PUBLISHED)

    with pytest.raises(PermissionDenied):
        editing.set_setting(setting=setting, value="10", actor=leader)
    editing.set_setting(setting=setting, value="10", actor=plan_admin)

    assert RuleSetting.objects.get().value == "10"
    assert actions()[-1] == "workplans.set_setting"
    for value in ("20", ""):
        with pytest.raises(RuleError, match="先开始修订"):
            editing.set_setting(setting=setting, value=value, actor=plan_admin)
    assert RuleSetting.objects.get().value == "10"


def test_parameters_are_edited_and_removed(draft: Plan, plan_admin: User) -> None:
    setting = editing.add_setting(
        plan=draft, values=SETTING | {"value": "10", "value_type": "percent"}, actor=plan_admin
    )

    with pytest.raises(RuleError, match="没有值（value），也没有说明（note）"):
        editing.edit_setting(setting=setting, values={"value": None, "note": ""}, actor=plan_admin)
    with pytest.raises(RuleError, match="已是另一个参数的"):
        editing.add_setting(plan=draft, values=SETTING | {"code": setting.code}, actor=plan_admin)
    edited = editing.edit_setting(setting=setting, values={"title": "比例"}, actor=plan_admin)
    assert (edited.title, edited.value) == ("比例", "10")
    editing.edit_setting(setting=setting, values={"title": "比例"}, actor=plan_admin)
    editing.remove_setting(setting=setting, actor=plan_admin)

    assert actions() == [f"workplans.{verb}_setting" for verb in ("add", "edit", "remove")]
    assert not draft.settings.exists()


# --- library and events -----------------------------------------------------------------------
@pytest.mark.req("Q-33", "Y-115")
def test_the_library_is_open_while_the_plan_is_published(
    world: World, ready: PlanTask, plan_admin: User, leader: User
) -> None:
    Plan.objects.update(state=Plan.State.PUBLISHED)
    values = {"title": "实施意见", "number": "新党发〔2018〕1号", "url": "https://www.mof.gov.cn/"}

    document = editing.add_document(jurisdiction=world.county, values=values, actor=plan_admin)
    editing.edit_document(document=document, values={"issuer": "自治区"}, actor=plan_admin)

    document.refresh_from_db()
    assert (document.issuer, document.document_number) == ("自治区", "新党发〔2018〕1号")
    for place in (world.sibling, world.county):
        person = plan_admin if place == world.sibling else leader
        with pytest.raises(PermissionDenied):
            editing.add_document(jurisdiction=place, values=values, actor=person)
    editing.remove_document(document=document, actor=plan_admin)
    assert not BasisDocument.objects.filter(pk=document.pk).exists()


def test_a_document_that_a_task_stands_on_stays(ready: PlanTask, plan_admin: User) -> None:
    document = BasisDocument.objects.get()
    editing.set_basis(task=ready, codes=["law"], actor=plan_admin)

    with pytest.raises(RuleError, match="以它为依据"):
        editing.remove_document(document=document, actor=plan_admin)
    with pytest.raises(RuleError, match="依据库里没有“x”"):
        editing.set_basis(task=ready, codes=["law", "x"], actor=plan_admin)

    assert list(ready.basis.all()) == [document]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"title": ""}, "名称：不能为空"),
        ({"title": "a", "url": "javascript:alert(1)"}, "应为网址"),
        ({"title": "a", "code": "law"}, "已是另一份文件的"),
    ],
)
def test_a_document_that_cannot_be_is_refused(
    world: World, ready: PlanTask, plan_admin: User, values: dict[str, Any], says: str
) -> None:
    with pytest.raises(RuleError, match=says):
        editing.add_document(jurisdiction=world.county, values=values, actor=plan_admin)

    assert BasisDocument.objects.count() == 1


def test_an_event_that_a_window_waits_for_stays(ready: PlanTask, plan_admin: User) -> None:
    event = editing.add_event(plan=ready.plan, values={"title": "批复"}, actor=plan_admin)
    window = editing.add_window(
        task=ready, values={"key": "e", "kind": "event", "event": event.code}, actor=plan_admin
    )

    with pytest.raises(RuleError, match="以它起算"):
        editing.remove_event(event=event, actor=plan_admin)
    with pytest.raises(RuleError, match="已是另一个事件的"):
        editing.add_event(
            plan=ready.plan, values={"title": "x", "code": event.code}, actor=plan_admin
        )
    assert ready.plan.events.count() == 1
    editing.remove_window(window=window, actor=plan_admin)
    editing.remove_event(event=event, actor=plan_admin)
    assert not ready.plan.events.exists()


def test_a_working_copy_is_not_thrown_away_as_a_plan(draft: Plan, plan_admin: User) -> None:
    copy = Plan.objects.create(
        jurisdiction=draft.jurisdiction, fiscal_year=2024, title="修订稿", amends=draft
    )

    with pytest.raises(RuleError, match="放弃修订"):
        editing.drop_plan(plan=copy, actor=plan_admin)

    assert Plan.objects.filter(pk=copy.pk).exists()
