"""Next year's draft: dates moved by their rules, what is not sure marked."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from apps.audit.models import Entry
from apps.core import clock
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import profile_files, services
from apps.workplans.models import Plan, PlanTask, TaskWindow
from apps.workplans.services import cloning, comparing, editing, exporting
from tests.personas import World
from tests.workplans.conftest import make_plan, make_task
from tests.workplans.test_exporting import FILES


@pytest.fixture
def source(world: World, plan_admin: User) -> Plan:
    return make_plan(world, Plan.State.DRAFT)


def with_window(plan: Plan, actor: User, **values: object) -> PlanTask:
    task = make_task(plan, "one", "unit", title="2024年度自评", evaluated_year=2023)
    editing.add_window(task=task, values=values, actor=actor)
    return task


def cloned(plan: Plan, actor: User, year: int = 2025) -> Plan:
    return cloning.clone(plan=plan, year=year, actor=actor)


WINDOWS = [  # what the window was, what it becomes: opens, closes, data date, key; sure
    (
        {"opens": date(2024, 4, 1), "closes": date(2024, 4, 15)},
        (date(2025, 4, 1), date(2025, 4, 15), None, "2025"),
        True,
    ),
    (
        {"kind": "node", "data_until": date(2024, 2, 29), "months_after": 1, "day": 10,
         "opens": date(2024, 3, 1)},
        (date(2025, 3, 1), date(2025, 3, 10), date(2025, 2, 28), "2025-02"),
        True,
    ),
    (
        {"kind": "node", "data_until": date(2024, 1, 31), "months_after": 1, "day": 31},
        (None, date(2025, 2, 28), date(2025, 1, 31), "2025-01"),
        True,
    ),
    (
        {"closes": date(2024, 2, 29), "phrase": "2月底前"},
        (None, date(2025, 2, 28), None, "2025"),
        True,
    ),
    ({"closes": date(2024, 2, 29)}, (None, date(2025, 2, 28), None, "2025"), False),
    (
        {"closes": date(2024, 4, 20), "note": "演示推定"},
        (None, date(2025, 4, 20), None, "2025"),
        False,
    ),
    ({"note": "原文没有日期"}, (None, None, None, "2025"), True),
]  # fmt: skip


@pytest.mark.req("U-53")
@pytest.mark.parametrize(("values", "expected", "is_sure"), WINDOWS)
def test_days_move_with_the_year(
    source: Plan,
    plan_admin: User,
    values: dict[str, object],
    expected: tuple[date | None, ...],
    is_sure: bool,
) -> None:
    with_window(source, plan_admin, **values)

    new = cloned(source, plan_admin)

    window = TaskWindow.objects.get(task__plan=new)
    row = exporting.window_row(window)
    assert (row.opens, row.closes, row.data_until, row.key) == expected
    state = PlanTask.Check.NONE if is_sure else PlanTask.Check.WAITING
    assert window.task.check_state == state


def test_what_becomes_of_the_leap_day_is_said(source: Plan, plan_admin: User) -> None:
    with_window(source, plan_admin, closes=date(2024, 2, 29))

    new = cloned(source, plan_admin)

    note = TaskWindow.objects.get(task__plan=new).note
    assert note == "由2024年2月29日移1年，是否月末待确认。"


def test_titles_and_years_move_and_quotes_stay(source: Plan, plan_admin: User) -> None:
    source.document_number, source.title = "新财〔2024〕1号", "尉犁县2024年度计划"
    source.save()
    with_window(source, plan_admin, closes=date(2024, 4, 15), phrase="2024年4月15日前")

    new = cloned(source, plan_admin)

    task = new.tasks.get()
    assert (new.title, new.fiscal_year, new.document_number) == ("尉犁县2025年度计划", 2025, "")
    assert (new.state, new.version) == (Plan.State.DRAFT, 1)
    assert (task.title, task.evaluated_year) == ("2025年度自评", 2024)
    assert task.windows.get().phrase == "2024年4月15日前"


def test_events_have_no_date_and_what_was_open_stays_open(source: Plan, plan_admin: User) -> None:
    event = editing.add_event(
        plan=source, values={"title": "批复", "happened_on": date(2024, 1, 20)}, actor=plan_admin
    )
    with_window(source, plan_admin, kind="event", event=event.code, days_after=20)
    values = {"title": "比例", "clause": "按一定比例", "note": "要定"}
    editing.add_setting(plan=source, values=values, actor=plan_admin)
    decided = values | {"value": "90"}
    editing.add_setting(plan=source, values=decided, actor=plan_admin)

    new = cloned(source, plan_admin)

    window = TaskWindow.objects.get(task__plan=new)
    assert new.events.get().happened_on is None
    assert (window.closes_at, window.days_after) == (None, 20)
    assert [s.is_filled for s in new.settings.order_by("pk")] == [False, True]


SETTINGS = [  # the day, its clause, what becomes of it
    ("2024-03-20", "3月20日前", "2025-03-20"),
    ("2024-02-29", "2月底前", "2025-02-28"),
    ("2024-02-29", "2月29日前", None),
]


@pytest.mark.req("U-53")
@pytest.mark.parametrize("has_task", [False, True])
@pytest.mark.parametrize(("day", "clause", "expected"), SETTINGS)
def test_a_parameter_that_is_a_day_moves_with_the_year(
    source: Plan, plan_admin: User, has_task: bool, day: str, clause: str, expected: str | None
) -> None:
    task = with_window(source, plan_admin, closes=date(2024, 4, 15))
    values = {"title": "报送日", "value_type": "day", "value": day, "clause": clause}
    editing.add_setting(
        plan=source, task=task if has_task else None, values=values, actor=plan_admin
    )

    new = cloned(source, plan_admin)

    setting = new.settings.get()
    assert (setting.value or None, setting.is_filled) == (expected, expected is not None)
    assert setting.note == ("" if expected else "原为2024年2月29日，是否月末待确认。")
    found = comparing.compare(exporting.profile_of(source), exporting.profile_of(new))
    assert found == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_the_copy_says_the_same_a_year_later(db: None, path, plan_admin: User) -> None:
    plan = services.load_profile(profile=profile_files.read(path), actor=None)
    plan_admin.memberships.update(jurisdiction=plan.jurisdiction)

    new = cloned(plan, User.objects.get(pk=plan_admin.pk), plan.fiscal_year + 1)

    found = comparing.compare(exporting.profile_of(plan), exporting.profile_of(new))
    assert {c.where for c in found} <= {"文号", "说明"}  # which the copy leaves empty
    n_windows = TaskWindow.objects.filter(task__plan=plan).count()
    assert TaskWindow.objects.filter(task__plan=new).count() == n_windows


@pytest.mark.parametrize(
    ("year", "says"), [(2024, "以外的"), (1999, "2000到2100"), (2101, "2000到2100")]
)
def test_a_year_that_cannot_be_is_refused(
    source: Plan, plan_admin: User, year: int, says: str
) -> None:
    with pytest.raises(RuleError, match=says):
        cloned(source, plan_admin, year)

    assert Plan.objects.count() == 1


def test_one_plan_a_year_and_only_by_its_administrator(
    source: Plan, plan_admin: User, leader: User
) -> None:
    with pytest.raises(PermissionDenied):
        cloned(source, leader)
    cloned(source, plan_admin)
    with pytest.raises(RuleError, match="一年只有一份"):
        cloned(source, plan_admin)

    assert Plan.objects.count() == 2
    assert Entry.objects.filter(action="workplans.clone").count() == 1


def test_a_published_plan_is_copied_as_well(source: Plan, plan_admin: User) -> None:
    with_window(source, plan_admin, closes=date(2024, 4, 15))
    Plan.objects.update(state=Plan.State.PUBLISHED)

    new = cloned(source, plan_admin)

    assert clock.last_day(new.tasks.get().windows.get().closes_at) == date(2025, 4, 15)


def test_a_fault_leaves_no_half_copy(
    source: Plan, plan_admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_window(source, plan_admin, closes=date(2024, 4, 15))

    def fail(**_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("apps.audit.services.record", fail)
    with pytest.raises(RuntimeError):
        cloned(source, plan_admin)

    assert Plan.objects.get() == source
