"""A notice read into a draft: tasks with their sentences, waiting to be checked."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.core import clock
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.rules.findings import Severity
from apps.workplans.models import Notice, Plan, PlanTask
from apps.workplans.services import exporting, loading, publishing, reading
from tests.personas import World
from tests.workplans.conftest import make_plan

FOLDER = Path(settings.BASE_DIR) / "tests" / "data" / "notices"
BANNER = (FOLDER / "wulatezhongqi-2024.txt").read_text(encoding="utf-8")
COUNTY = (FOLDER / "yuli-2023-2024.txt").read_text(encoding="utf-8")


@pytest.fixture
def draft(world: World) -> Plan:
    return make_plan(world, Plan.State.DRAFT)


def add(plan: Plan, actor: User, text: str = BANNER) -> Notice:
    return reading.add_notice(plan=plan, name="通知", text=text, actor=actor)


@pytest.mark.req("U-05", "U-06")
def test_every_duty_becomes_a_task_with_its_sentence(draft: Plan, plan_admin: User) -> None:
    notice = add(draft, plan_admin)

    tasks = list(draft.tasks.all())
    assert len(tasks) == 12
    assert {task.check_state for task in tasks} == {PlanTask.Check.WAITING}
    assert {task.notice for task in tasks} == {notice}
    for task in tasks:
        start, end = task.read_from["task"]["span"]
        assert BANNER[start:end].strip()
        assert task.clause
    assert [task.is_main for task in tasks].count(False) == 2
    assert Entry.objects.filter(action="workplans.add_notice").count() == 1


@pytest.mark.req("U-06", "U-40")
def test_windows_files_and_places_are_kept(draft: Plan, plan_admin: User) -> None:
    add(draft, plan_admin)

    first = draft.tasks.get(position=1)
    window = first.windows.get()
    assert clock.last_day(window.closes_at) == date(2024, 4, 15)
    assert window.phrase == "4月1—15日"
    span = first.read_from[f"window:{window.key}"]["span"]
    assert BANNER[span[0] : span[1]] == "4月1—15日"
    assert "年度绩效目标汇总表" in first.slots.values_list("title", flat=True)
    helped = draft.tasks.get(title="配合完成事前绩效评估").windows.get()
    assert (helped.focus_opens, helped.focus_closes) == (date(2024, 3, 1), date(2024, 8, 31))


@pytest.mark.req("Y-49", "Y-84")
def test_nodes_and_quarters_carry_their_rule(draft: Plan, plan_admin: User) -> None:
    add(draft, plan_admin, COUNTY)

    nodes = draft.tasks.get(title__startswith="对本部门单位预算安排的所有项目").windows.all()
    assert [(w.key, w.kind, w.months_after, w.day) for w in nodes] == [
        ("2024-05", "node", 1, 10),
        ("2024-08", "node", 1, 10),
    ]
    quarters = draft.tasks.get(title__startswith="收集汇总本县").windows.all()
    assert [(w.key, w.label, w.data_until) for w in quarters] == [
        ("2024Q1", "一季度", date(2024, 3, 31)),
        ("2024Q2", "二季度", date(2024, 6, 30)),
        ("2024Q3", "三季度", date(2024, 9, 30)),
        ("2024Q4", "四季度", date(2024, 12, 31)),
    ]


@pytest.mark.req("Y-37", "Y-55")
def test_thresholds_become_parameters_with_their_words(draft: Plan, plan_admin: User) -> None:
    add(draft, plan_admin, COUNTY)

    amount = draft.settings.get(value="500000")
    assert (amount.value_type, amount.unit, amount.note) == ("money", "元", "以上")
    share = draft.settings.get(task__title="组织实施部门评价", value="20")
    assert (share.value_type, share.note) == ("percent", "不低于")
    assert "20%" in share.clause


def test_what_waits_for_an_event_has_no_date_yet(draft: Plan, plan_admin: User) -> None:
    add(draft, plan_admin, COUNTY)

    event = draft.events.get(title="2024年度部门预算批复")
    window = event.windows.get()
    assert (window.kind, window.opens_at, window.closes_at) == ("event", None, None)


def test_a_section_is_found_by_its_names_and_an_unknown_one_is_a_doubt(
    draft: Plan, plan_admin: User, world: World
) -> None:
    add(draft, plan_admin, COUNTY)

    own = draft.tasks.filter(responsible="县财政局预算绩效评价科").first()
    assert own is not None
    assert own.section == world.sections["performance"]
    unknown = draft.tasks.filter(doubt__contains="本地没有，要定牵头科室").first()
    assert unknown is not None
    assert unknown.section is None


def test_reading_the_same_notice_twice_adds_nothing(draft: Plan, plan_admin: User) -> None:
    first = add(draft, plan_admin)

    again = add(draft, plan_admin)

    assert again == first
    assert draft.tasks.count() == 12
    assert Entry.objects.filter(action="workplans.add_notice").count() == 1


def test_a_second_notice_is_added_behind_the_first(draft: Plan, plan_admin: User) -> None:
    add(draft, plan_admin)
    add(draft, plan_admin, COUNTY)

    codes = list(draft.tasks.values_list("code", flat=True))
    positions = list(draft.tasks.values_list("position", flat=True))
    assert len(codes) == len(set(codes)) > 60
    assert positions == list(range(1, len(codes) + 1))


def test_what_was_read_can_be_exported_and_loaded_again(draft: Plan, plan_admin: User) -> None:
    add(draft, plan_admin, COUNTY)
    profile = exporting.profile_of(draft)
    before = Entry.objects.count()

    loading.load_profile(profile=profile, actor=plan_admin)

    assert Entry.objects.count() == before
    assert exporting.profile_of(draft) == profile


@pytest.mark.parametrize("text", ["", "   \n", "床前明月光，疑是地上霜。举头望明月，低头思故乡。"])
def test_a_text_that_is_no_notice_leaves_nothing(draft: Plan, plan_admin: User, text: str) -> None:
    with pytest.raises(RuleError):
        add(draft, plan_admin, text)

    assert not Notice.objects.exists()
    assert not draft.tasks.exists()


def test_strangers_and_published_plans_are_refused(
    draft: Plan, plan_admin: User, leader: User
) -> None:
    with pytest.raises(PermissionDenied):
        add(draft, leader)
    Plan.objects.update(state=Plan.State.PUBLISHED)
    with pytest.raises(RuleError, match="先开始修订"):
        add(draft, plan_admin)

    assert not Notice.objects.exists()
    assert not PlanTask.objects.exists()


def test_a_fault_while_the_tasks_are_written_leaves_nothing(
    draft: Plan, plan_admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    from apps.workplans.models import RuleSetting

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("out of paper")

    monkeypatch.setattr(RuleSetting.objects, "bulk_create", fail)
    with pytest.raises(RuntimeError):
        add(draft, plan_admin, COUNTY)

    assert not Notice.objects.exists()
    assert not draft.tasks.exists()
    assert not draft.events.exists()


def test_a_plan_is_not_published_before_every_task_was_checked(
    draft: Plan, plan_admin: User
) -> None:
    add(draft, plan_admin)
    with pytest.raises(RuleError, match="待核对"):
        publishing.publish(plan=draft, actor=plan_admin)
    draft.refresh_from_db()
    assert draft.state == Plan.State.DRAFT

    for task in draft.tasks.all():
        reading.confirm_task(task=task, actor=plan_admin)

    findings = publishing.publish_findings(draft)
    assert [f.message for f in findings if f.severity == Severity.BLOCK] == []
    assert Entry.objects.filter(action="workplans.confirm_task").count() == 12


def test_a_dismissed_task_is_a_leftover_and_can_be_taken_back(
    draft: Plan, plan_admin: User
) -> None:
    notice = add(draft, plan_admin)
    task = draft.tasks.get(position=3)
    start, end = task.read_from["task"]["span"]

    reading.dismiss_task(task=task, actor=plan_admin)

    notice.refresh_from_db()
    assert {"start": start, "end": end, "note": "人工判定不作任务"} in notice.leftovers
    assert list(draft.tasks.values_list("position", flat=True)) == list(range(1, 12))

    made = reading.task_from_leftover(notice=notice, start=start, actor=plan_admin)

    notice.refresh_from_db()
    assert not any(one["start"] == start for one in notice.leftovers)
    assert made.check_state == PlanTask.Check.WAITING
    assert made.read_from["task"]["span"] == [start, end]
    assert made.windows.count() == 1
    with pytest.raises(RuleError, match="可能已作任务"):
        reading.task_from_leftover(notice=notice, start=start, actor=plan_admin)
    assert draft.tasks.count() == 12


def test_checking_twice_is_once(draft: Plan, plan_admin: User) -> None:
    add(draft, plan_admin)
    task = reading.confirm_task(task=draft.tasks.get(position=1), actor=plan_admin)

    assert reading.confirm_task(task=task, actor=plan_admin) == task
    assert Entry.objects.filter(action="workplans.confirm_task").count() == 1


def test_a_sentence_that_another_task_came_from_is_not_left_over(
    draft: Plan, plan_admin: User
) -> None:
    notice = add(draft, plan_admin)
    first, second = draft.tasks.get(position=1), draft.tasks.get(position=2)
    second.read_from["task"]["span"] = first.read_from["task"]["span"]
    second.save()
    before = list(notice.leftovers)

    reading.dismiss_task(task=first, actor=plan_admin)
    notice.refresh_from_db()
    assert notice.leftovers == before
    reading.dismiss_task(task=second, actor=plan_admin)
    notice.refresh_from_db()
    assert len(notice.leftovers) == len(before) + 1


@pytest.mark.parametrize(
    ("sentence", "opens", "closes"),
    [
        ("各单位于5月1日至6月30日开展自查。", date(2024, 5, 1), date(2024, 6, 30)),
        ("2024年6月30日前报送总结。", None, date(2024, 6, 30)),
        ("适时报送总结。", None, None),
    ],
)
def test_a_leftover_brings_the_days_it_names(
    draft: Plan, plan_admin: User, sentence: str, opens: date | None, closes: date | None
) -> None:
    notice = Notice.objects.create(
        plan=draft, name="n", text=f"一、{sentence}", sha256="0", added_at=clock.now(),
        leftovers=[{"start": 2, "end": 2 + len(sentence), "note": "没有责任单位"}],
    )  # fmt: skip

    task = reading.task_from_leftover(notice=notice, start=2, actor=plan_admin)

    row = exporting.window_row(task.windows.get())
    assert (row.opens, row.closes) == (opens, closes)
    assert bool(row.note) is (closes is None)
    assert task.clause == sentence
    assert task.doubt == "没有责任单位"


def test_a_report_of_a_year_gone_by_has_nothing_to_read(draft: Plan, plan_admin: User) -> None:
    text = "关于2023年度预算绩效管理工作情况的总结\n一、工作开展情况\n完成了2023年度自评。\n"

    with pytest.raises(RuleError):
        add(draft, plan_admin, text)

    assert not Notice.objects.exists()


def test_a_typed_task_is_dismissed_without_a_notice(draft: Plan, plan_admin: User) -> None:
    from apps.workplans.services import editing

    task = editing.add_task(
        plan=draft,
        values={"title": "培训", "stage": "materials", "kind": "materials", "subject": "unit",
                "level": "unit", "clause": "开展培训"},
        actor=plan_admin,
    )  # fmt: skip

    assert reading.dismiss_task(task=task, actor=plan_admin) is None
    assert not draft.tasks.exists()
