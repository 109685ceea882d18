"""What stands against publishing a plan as it stands in the database."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from apps.audit.models import Entry
from apps.core import clock
from apps.organizations.models import User
from apps.rules.errors import RuleError
from apps.workplans import services
from apps.workplans.models import Assignment, HolidayYear, Plan, PlanTask, RuleSetting
from apps.workplans.services import editing, publishing
from tests.personas import World
from tests.workplans.conftest import make_plan, make_project, make_task, make_window

KINDS = {"materials", "monitoring.project"}
NODE = date(2024, 5, 31)


@pytest.fixture
def draft(april: datetime, world: World) -> Plan:
    return make_plan(world, Plan.State.DRAFT)


@pytest.fixture
def monitoring(draft: Plan, world: World) -> PlanTask:
    task = make_task(draft, "monitoring", "project", "monitoring.project", stage="monitoring")
    make_window(task, "2024-05", date(2024, 6, 1), date(2024, 6, 10), NODE)
    task.steps.create(position=1, title="审核", place="performance", role="performance_reviewer",
                      working_days=5)  # fmt: skip
    make_project(world, 1)
    return task


def codes(plan: Plan) -> list[str]:
    found = publishing.publish_findings(plan, KINDS)
    return [finding.code.removeprefix("plan.") for finding in found]


def refused(plan: Plan, actor: User, says: str) -> None:
    """Publishing is refused with the sentence; nothing is published by half."""
    with pytest.raises(RuleError, match=says) as caught:
        services.publish(plan=plan, actor=actor, kinds=KINDS)
    assert caught.value.data["findings"]
    plan.refresh_from_db()
    assert (plan.state, plan.published_at) == (Plan.State.DRAFT, None)
    assert not Assignment.objects.exists()
    assert not Entry.objects.filter(is_refusal=False).exists()


def test_a_plan_in_order_is_published(draft: Plan, monitoring: PlanTask, plan_admin: User) -> None:
    assert codes(draft) == []

    services.publish(plan=draft, actor=plan_admin, kinds=KINDS)

    assert Plan.objects.get().state == Plan.State.PUBLISHED


@pytest.mark.req("U-58")
def test_a_task_waits_for_its_own_parameter_the_plan_for_none(
    draft: Plan, monitoring: PlanTask, plan_admin: User
) -> None:
    make = RuleSetting.objects.create
    make(plan=draft, code="share", title="抽取比例", clause="按一定比例")
    mine = make(plan=draft, task=monitoring, code="towns", title="苏木镇是否纳入", clause="原文")
    assert codes(draft) == ["open_setting", "open_settings"]
    refused(draft, plan_admin, "参数“苏木镇是否纳入”未设定")

    editing.set_setting(setting=mine, value="否", actor=plan_admin)

    assert codes(draft) == ["open_settings"]


def test_what_waits_to_be_checked_is_not_published(
    draft: Plan, monitoring: PlanTask, plan_admin: User
) -> None:
    PlanTask.objects.update(check_state=PlanTask.Check.WAITING)

    refused(draft, plan_admin, "任务monitoring：待核对")


@pytest.mark.parametrize(
    ("subject", "field", "value", "code"),
    [
        ("unit", "unit", "999", "reaches_nobody"),
        ("jurisdiction", "region", "652826", "reaches_nobody"),
    ],
)
def test_a_scope_that_reaches_nobody_is_named(
    draft: Plan, plan_admin: User, subject: str, field: str, value: str, code: str
) -> None:
    task = make_task(draft, "one", subject)
    make_window(task, "2024", closes=date(2024, 11, 20))
    task.scopes.create(field=field, value=value)

    assert code in codes(draft)
    refused(draft, plan_admin, "范围里没有一个")


def test_a_project_task_may_reach_nobody_yet(draft: Plan, monitoring: PlanTask) -> None:
    monitoring.scopes.create(field="origin", value="added")

    assert codes(draft) == ["reaches_nobody"]


def test_a_report_due_before_the_review_is_through_is_worth_a_look(
    draft: Plan, monitoring: PlanTask
) -> None:
    up = make_task(draft, "up", "section", stage="monitoring", title="上报监控结果")
    make_window(up, "2024-05", closes=date(2024, 6, 12), data_until=NODE)
    assert codes(draft) == []  # nobody knows the working days

    for year in (2023, 2024, 2025):
        HolidayYear.objects.create(year=year, source="国办")
    from apps.workplans import calendar

    calendar.forget()

    assert codes(draft) == ["reviewed_too_late"]


@pytest.mark.req("U-58")
def test_a_window_long_closed_is_worth_a_look(draft: Plan, monitoring: PlanTask) -> None:
    task = make_task(draft, "late", "unit", roll="next")
    window = make_window(task, "2024", closes=date(2024, 4, 9))
    task.steps.create(position=1, title="审", place="performance", role="performance_reviewer")

    (finding,) = publishing.publish_findings(draft, KINDS)

    assert finding.message == "任务late：2024截止2024年4月9日已过，发布即逾期。"
    assert (finding.severity, finding.clause) == ("提示", "原文一句。")
    window.closes_at = clock.end_of(date(2024, 4, 10))
    window.save()
    assert codes(draft) == []


def test_an_amendments_windows_may_be_of_the_past(draft: Plan) -> None:
    copy = Plan.objects.create(
        jurisdiction=draft.jurisdiction, fiscal_year=2024, title="修订稿", amends=draft
    )
    task = make_task(copy, "late", "unit")
    make_window(task, "2024", closes=date(2024, 4, 9))

    assert "late_at_once" not in codes(copy)


def test_the_same_duty_twice_is_not_published(
    draft: Plan, monitoring: PlanTask, plan_admin: User
) -> None:
    again = make_task(draft, "again", "project", "monitoring.project", stage="monitoring")
    make_window(again, "2024", date(2024, 6, 5), date(2024, 6, 20))
    again.steps.create(position=1, title="审", place="performance", role="performance_reviewer")

    refused(draft, plan_admin, "与“任务monitoring”的对象、范围和填报期相同")


def test_all_reasons_are_in_the_refusal(
    draft: Plan, monitoring: PlanTask, plan_admin: User
) -> None:
    PlanTask.objects.update(check_state=PlanTask.Check.WAITING)
    task = make_task(draft, "towns", "unit", check_state=PlanTask.Check.WAITING)
    make_window(task, "2024", closes=date(2024, 11, 20))

    with pytest.raises(RuleError, match="（共2处）") as caught:
        services.publish(plan=draft, actor=plan_admin, kinds=KINDS)

    told = caught.value.data["findings"]
    assert [finding["path"] for finding in told] == ["monitoring", "towns"]
    assert {finding["clause"] for finding in told} == {"原文一句。"}


def test_a_working_copy_is_not_published_by_itself(
    draft: Plan, monitoring: PlanTask, plan_admin: User
) -> None:
    copy = Plan.objects.create(
        jurisdiction=draft.jurisdiction, fiscal_year=2024, title="修订稿", amends=draft
    )

    with pytest.raises(RuleError, match="不单独发布"):
        services.publish(plan=copy, actor=plan_admin, kinds=KINDS)

    copy.refresh_from_db()
    assert copy.state == Plan.State.DRAFT


def test_looking_costs_a_few_questions_a_task(
    draft: Plan, monitoring: PlanTask, django_assert_max_num_queries
) -> None:
    for n in range(10):
        make_window(make_task(draft, f"t{n}", "unit", title=f"第{n}项"), "2024")

    with django_assert_max_num_queries(25):
        assert len(publishing.publish_findings(draft, KINDS)) == 20
