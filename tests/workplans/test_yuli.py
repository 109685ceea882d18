"""The county's year 2024 as a profile: nothing of its notice is missing."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.conf import settings

from apps.core import clock
from apps.organizations import selectors as people
from apps.rules.errors import RuleError
from apps.rules.target_form import TargetForm, TargetLine
from apps.workplans import contents, profile_files, selectors, services
from apps.workplans.models import GradeBand, Plan, PlanTask, ScoreSheet, TaskWindow
from apps.workplans.profiles import Profile

FILE = settings.BASE_DIR / "fixtures" / "profiles" / "yuli-2024.yaml"
NUMBERS = [f"Y-{n}" for n in range(31, 116)]
FILED = {
    "pre_assessment.project",
    "targets.project",
    "targets.transfer",
    "targets.unit",
    "targets.adjustment",
    "monitoring.project",
    "monitoring.unit",
    "self_evaluation.project",
    "self_evaluation.unit",
    "self_evaluation.policy",
    "evaluation.department",
    "evaluation.key",
    "materials",
}


@pytest.fixture(scope="module")
def profile() -> Profile:
    return profile_files.read(FILE)


@pytest.fixture(scope="module")
def loaded(module_rows: None, profile: Profile) -> int:
    """The plan's key; it is loaded once for the module."""
    return services.load_profile(profile=profile, actor=None).pk


@pytest.fixture
def plan(db: None, loaded: int) -> Plan:
    return Plan.objects.get(pk=loaded)


@pytest.mark.req(*NUMBERS)
def test_every_numbered_rule_of_the_plan_stands_in_the_profile(profile: Profile) -> None:
    carried = profile.numbers()

    assert [number for number in NUMBERS if number not in carried] == []


def test_every_kind_is_one_that_a_stage_will_know(profile: Profile) -> None:
    assert {task.kind for task in profile.tasks} == FILED
    assert {"materials", "targets.project"} <= contents.kinds()


CALENDAR = [  # REQUIREMENTS, the county's calendar: task, window, last day
    ("quarter.unit", "2024Q1", date(2024, 4, 1)),
    ("quarter.unit", "2024Q2", date(2024, 7, 1)),
    ("quarter.report-up", "2024Q3", date(2024, 10, 1)),
    ("quarter.report-up", "2024Q4", date(2025, 1, 1)),
    ("self-evaluation.project", "2024", date(2024, 3, 20)),
    ("training.symposium", "2024", date(2024, 4, 10)),
    ("evaluation.department", "2024", date(2024, 4, 20)),
    ("self-evaluation.unit", "2024", date(2024, 4, 20)),
    ("monitoring.project", "2024-05", date(2024, 6, 10)),
    ("monitoring.project", "2024-08", date(2024, 9, 10)),
    ("self-evaluation.authenticity", "2024", date(2024, 6, 20)),
    ("evaluation.key", "2024", date(2024, 7, 20)),
    ("disclosure.inspection", "2024", date(2024, 7, 20)),
    ("four-budgets.social", "2024", date(2024, 11, 20)),
    ("four-budgets.capital", "2024", date(2024, 11, 20)),
    ("summary.county", "2024", date(2024, 11, 20)),
    ("other-budgets.debt", "2024", date(2024, 11, 30)),
    ("other-budgets.rural", "2024", date(2024, 11, 30)),
]


@pytest.mark.req("Y-49", "Y-54", "Y-55", "Y-57", "Y-65", "Y-80", "Y-82", "Y-83", "Y-84", "Y-95")
@pytest.mark.parametrize(("code", "key", "last_day"), CALENDAR)
def test_the_calendar_of_the_notice(plan: Plan, code: str, key: str, last_day: date) -> None:
    window = TaskWindow.objects.get(task__plan=plan, task__code=code, key=key)

    assert window.closes_at is not None
    assert clock.last_day(window.closes_at) == last_day


@pytest.mark.req("Y-49", "Y-80")
def test_nodes_have_the_date_to_which_their_data_run(plan: Plan) -> None:
    nodes = TaskWindow.objects.filter(task__plan=plan, task__kind__startswith="monitoring.")

    assert set(nodes.values_list("task__code", "data_until")) == {
        ("monitoring.project", date(2024, 5, 31)),
        ("monitoring.project", date(2024, 8, 31)),
        ("monitoring.unit", date(2024, 6, 30)),
    }


def test_what_the_notice_does_not_date_says_so(profile: Profile) -> None:
    silent = [
        (task.code, window.key)
        for task in profile.tasks
        for window in task.windows
        if window.closes is None and not window.note and window.days_after is None
    ]
    assumed = {
        task.code for task in profile.tasks for window in task.windows if "演示推定" in window.note
    }

    assert silent == []
    assert assumed == {
        "targets.initial",
        "targets.added",
        "targets.handing-down",
        "quarter.unit",
        "summary.unit",
    }


def test_on_the_demo_date_something_is_open_and_something_is_late(plan: Plan) -> None:
    now = clock.start_of(date(2024, 4, 10))
    windows = TaskWindow.objects.filter(task__plan=plan, task__kind__in=contents.kinds())
    windows = windows.exclude(task__subject_kind=PlanTask.SubjectKind.SECTION)

    running = windows.filter(opens_at__lte=now, closes_at__gt=now)
    late = windows.filter(closes_at__lte=now)

    codes = set(running.values_list("task__code", flat=True))
    assert codes == {
        "targets.initial",
        "targets.added",
        "targets.handing-down",
        "publicity.unit",
    }
    assert set(late.values_list("task__code", "key")) == {("quarter.unit", "2024Q1")}


@pytest.mark.req("Y-46", "Y-47")
def test_targets_pass_the_section_and_then_the_performance_section(plan: Plan) -> None:
    task = plan.tasks.get(code="targets.initial")

    steps = [(s.place, s.sheet.code if s.sheet else "") for s in selectors.steps_of(task)]

    assert steps == [
        ("routed", "target_first_review"),
        ("performance", "target_four_qualities"),
    ]
    checks = ScoreSheet.objects.get(code="target_first_review")
    assert checks.mode == ScoreSheet.Mode.CHECKS
    assert list(checks.items.values_list("name", flat=True)) == ["合理性", "规范性"]


@pytest.mark.req("Y-46")
def test_the_four_quality_sheet_has_its_points_bands_and_consequences(plan: Plan) -> None:
    sheet = plan.sheets.get(code="target_four_qualities")
    groups: dict[str, Decimal] = {}
    for item in sheet.items.all():
        groups[item.group] = groups.get(item.group, Decimal(0)) + item.points

    assert sheet.items.count() == 8
    assert groups == {"完整性": 20, "相关性": 30, "适当性": 30, "可行性": 20}
    assert list(sheet.bands.values_list("grade", "floor", "consequence")) == [
        ("优", 90, GradeBand.Consequence.PASS),
        ("良", 80, GradeBand.Consequence.AGREE),
        ("中", 60, GradeBand.Consequence.REDO),
        ("差", 0, GradeBand.Consequence.REFUSE),
    ]


@pytest.mark.req("W-04")
def test_the_five_point_sheet_stands_beside_it_as_data(plan: Plan) -> None:
    names = plan.sheets.get(code="target_five_points").items.values_list("name", flat=True)

    assert list(names) == ["内容相关性", "指标科学性", "规范完整性", "绩效合理性", "预算匹配性"]


@pytest.mark.req("Y-75", "Y-112")
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("绩效科", "performance"),
        ("绩效评价科", "performance"),
        ("社会保障科", "social"),
        ("债务科", "debt"),
        ("农财科", "rural"),
    ],
)
def test_a_section_is_found_by_each_of_its_names(plan: Plan, name: str, code: str) -> None:
    found = people.find_section(plan.jurisdiction, name)

    assert found is not None
    assert found.code == code


@pytest.mark.req("Y-75")
def test_money_goes_to_the_section_that_is_responsible_for_it(plan: Plan) -> None:
    routes = plan.jurisdiction.routes.values_list("fund_tag", "budget_type", "section__code")

    assert set(routes) == {
        ("special_bond", "", "debt"),
        ("rural_revitalization", "", "rural"),
        ("", "social", "social"),
        ("", "capital", "enterprise"),
    }


@pytest.mark.req("Y-70", "Y-65", "Y-84", "Y-67", "Y-52", "Y-111", "Y-50", "Y-59", "Y-80")
@pytest.mark.parametrize(
    "code",
    [
        "result.cut_medium",
        "result.cut_poor",
        "result.cut_base",
        "result.cut_level",
        "self_evaluation.sample_share",
        "quarter.holiday_rule",
        "monitoring.flag_rule",
        "monitoring.first_review_counts",
        "monitoring.unit_due",
        "cap.across_years",
        "evaluation.whole_unit_in_key",
    ],
)
def test_what_the_notice_leaves_open_is_not_guessed(plan: Plan, code: str) -> None:
    with pytest.raises(RuleError, match="未设定"):
        selectors.setting(plan, code)


@pytest.mark.req("Y-37", "Y-55", "Y-57", "Y-77", "Y-85", "Y-94")
@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("pre_assessment.reassess_floor", "500000"),
        ("evaluation.department_share", "20"),
        ("evaluation.key_count", "5"),
        ("transfers.report_floor", "90"),
        ("quarter.sample_share", "10"),
        ("publicity.bureau_min", "4"),
        ("publicity.unit_min", "2"),
    ],
)
def test_what_the_notice_gives_is_set(plan: Plan, code: str, value: str) -> None:
    assert selectors.setting(plan, code).value == value


@pytest.mark.parametrize(
    ("has_cost", "has_satisfaction", "points"),
    [
        (False, True, (10, None, 50, 30, 10)),
        (False, False, (10, None, 50, 40, None)),
        (True, True, (10, 20, 40, 20, 10)),
        (True, False, (10, 20, 40, 30, None)),
    ],
)
def test_the_weights_follow_what_a_form_has(
    plan: Plan, has_cost: bool, has_satisfaction: bool, points: tuple[int | None, ...]
) -> None:
    task = plan.tasks.get(code="targets.initial")

    levels = ["产出", "效益", *["成本"] * has_cost, *["满意度"] * has_satisfaction]
    form = TargetForm(lines=tuple(TargetLine(key=level, level1=level) for level in levels))
    weights = selectors.weights_for(task, form)

    found = (weights.levels[level] for level in ("成本", "产出", "效益", "满意度"))
    assert (weights.execution, *found) == points
    assert weights.required == ("产出", "效益")
    assert not weights.departure_blocks


def test_loading_it_again_changes_nothing(plan: Plan, profile: Profile) -> None:
    before = list(plan.tasks.values_list("pk", "public_id"))

    services.load_profile(profile=profile, actor=None)

    assert list(plan.tasks.values_list("pk", "public_id")) == before
