"""The five bureaus' years: each loads, is published in its region, and reaches whom it should."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from apps.core import clock
from apps.organizations.models import Jurisdiction, User
from apps.rules.errors import RuleError
from apps.workplans import population, services
from apps.workplans.models import Assignment, Plan, PlanTask, RuleSetting, TaskWindow
from apps.workplans.services.events import date_event
from tests.workplans.five import NAMES, profile
from tests.workplans.regions import add_below, settle

BANNERS = {
    "150802": "临河区",
    "150821": "五原县",
    "150822": "磴口县",
    "150823": "乌拉特前旗",
    "150824": "乌拉特中旗",
    "150825": "乌拉特后旗",
    "150826": "杭锦后旗",
}
DISTRICTS = {
    "650102": "天山区",
    "650103": "沙依巴克区",
    "650104": "新市区",
    "650105": "水磨沟区",
    "650106": "头屯河区",
    "650107": "达坂城区",
    "650109": "米东区",
    "650121": "乌鲁木齐县",
}
REGIONS: dict[str, tuple[dict[str, str], str]] = {  # the regions below, and which has no bureau
    "bayannaoer-2022": (BANNERS, "150826"),
    "wulumuqi-2022": (DISTRICTS, ""),
}

# task: (whom it reaches in the test region, windows that are dated by the end of the year)
Reach = dict[str, tuple[int, int]]
ALL_UNITS, DEPARTMENTS, OWN_UNITS = 8, 2, 4  # own: departments and their subordinate units
ALL_PROJECTS, OWN_PROJECTS, POLICIES = 8, 6, 2

BANNER: Reach = {
    "targets.summary": (OWN_UNITS, 1),
    "targets.project": (OWN_PROJECTS, 1),
    "monitoring.project": (OWN_PROJECTS, 1),
    "self-evaluation.project": (OWN_PROJECTS, 1),
    "self-evaluation.unit": (OWN_UNITS, 1),
    "disclosure.self-evaluation": (OWN_UNITS, 1),
    "evaluation.department": (DEPARTMENTS, 1),
    "disclosure.department-evaluation": (DEPARTMENTS, 1),  # when final accounts are published
    "transfers.self-evaluation": (2, 1),  # of the one fund manager
    "pre-assessment.materials": (ALL_PROJECTS, 0),  # named when the notice goes out
    "evaluation.key-materials": (ALL_UNITS, 0),
    "evaluation.key-rectification": (ALL_UNITS, 0),
    "result.mechanism": (OWN_UNITS, 0),
    "duties.unit": (OWN_UNITS, 0),
}
QITAI: Reach = {
    "pre-assessment.project": (2, 0),
    "pre-assessment.policy": (1, 0),
    "pre-assessment.infrastructure": (1, 0),
    "standards.unit": (ALL_UNITS, 0),
    "targets.initial": (4, 0),  # policies have a form of their own
    "targets.added": (2, 1),  # each from the day it joined the budget
    "targets.policy": (POLICIES, 0),
    "targets.unit": (ALL_UNITS, 1),  # when the budgets are approved
    "monitoring.policy": (POLICIES, 0),  # every month, once the reporting day is decided
    "monitoring.project": (6, 0),
    "monitoring.unit": (ALL_UNITS, 1),  # 30 June
    "self-evaluation.unit": (ALL_UNITS, 1),  # when next year's budget is drawn up
    "self-evaluation.policy": (POLICIES, 1),
    "self-evaluation.project": (6, 1),
    "institutions.unit": (ALL_UNITS, 0),
    "disclosure.targets": (ALL_UNITS, 1),
    "disclosure.evaluation": (ALL_UNITS, 1),
}
LOWER = 6  # seven banners and counties, one without a bureau
CITY: Reach = {
    "system.regions": (LOWER, 0),
    "pre-assessment.project": (2, 0),
    "pre-assessment.policy": (1, 0),
    "pre-assessment.regions": (LOWER, 0),
    "targets.project": (ALL_PROJECTS, 0),
    "disclosure.targets": (ALL_UNITS, 1),
    "targets.regions": (LOWER, 0),
    "monitoring.project": (6, 0),
    "monitoring.policy": (POLICIES, 0),
    "self-evaluation.project": (ALL_PROJECTS, 1),  # with the final accounts
    "self-evaluation.unit": (ALL_UNITS, 1),
    "self-evaluation.regions": (LOWER, 0),
    "evaluation.regions": (LOWER, 0),
    "result.poor": (ALL_PROJECTS, 0),
    "result.to-congress": (DEPARTMENTS, 0),
    "institutions.unit": (DEPARTMENTS, 0),
    "institutions.regions": (LOWER, 0),
    "disclosure.to-congress-regions": (LOWER, 0),
    "disclosure.results": (ALL_UNITS, 0),
    "experts.unit": (DEPARTMENTS, 0),
    "workgroup.regions": (LOWER, 0),
    "leaders.unit": (ALL_UNITS, 0),
    "leaders.regions": (LOWER, 0),
    "liaison.unit": (ALL_UNITS, 0),
    "liaison.regions": (LOWER, 0),
    "information.unit": (ALL_UNITS, 0),
    "information.regions": (LOWER, 0),
    "training.unit": (DEPARTMENTS, 0),
    "training.regions": (LOWER, 0),
    "publicity.unit": (ALL_UNITS, 0),
}
CAPITAL: Reach = {
    "roadmap.regions": (8, 0),
    "pre-assessment.project": (3, 0),
    "targets.project": (ALL_PROJECTS, 0),
    "disclosure.targets": (ALL_UNITS, 1),
    "monitoring.project": (ALL_PROJECTS, 0),
    "self-evaluation.project": (ALL_PROJECTS, 0),
    "evaluation.department": (DEPARTMENTS, 0),
    "evaluation.key-regions": (8, 0),
    "targets.unit": (ALL_UNITS, 1),  # when the budgets are approved
    "self-evaluation.unit": (ALL_UNITS, 0),
}
YULI: Reach = {
    "pre-assessment.new": (3, 0),
    "targets.initial": (6, 1),
    "targets.added": (2, 1),
    "targets.adjustment": (ALL_PROJECTS, 0),  # whoever needs it asks
    "disclosure.adjusted-targets": (ALL_PROJECTS, 0),  # when one was approved
    "targets.handing-down": (3, 1),  # every transfer of the year
    "monitoring.project": (ALL_PROJECTS, 2),  # May and August
    "self-evaluation.project": (ALL_PROJECTS, 1),
    "self-evaluation.policy": (POLICIES, 0),
    "evaluation.department": (ALL_UNITS, 1),
    "result.unit-rectification": (ALL_UNITS, 0),
    "transfers.self-evaluation": (1, 0),
    "targets.unit": (ALL_UNITS, 1),
    "self-evaluation.unit": (ALL_UNITS, 1),
    "monitoring.unit": (ALL_UNITS, 1),
    "quarter.unit": (ALL_UNITS, 4),
    "disclosure.targets": (ALL_UNITS, 1),
    "disclosure.evaluation": (ALL_UNITS, 1),
    "disclosure.unit-targets": (ALL_UNITS, 0),
    "publicity.unit": (ALL_UNITS, 1),
    "summary.unit": (ALL_UNITS, 1),
}
REACHES = {
    "wulatezhongqi-2024": BANNER,
    "qitai-2018": QITAI,
    "bayannaoer-2022": CITY,
    "wulumuqi-2022": CAPITAL,
    "yuli-2024": YULI,
}
CASES = [(name, code) for name in NAMES for code in REACHES[name]]


@dataclass(frozen=True)
class Year:
    """A bureau's year at its end."""

    plan: Plan
    admin: User
    n_assigned: Counter[str]


@pytest.fixture(scope="module")
def years(django_db_setup: None, django_db_blocker: Any) -> Any:
    """Each year, published and run to its end, once for this module."""
    from django.db import transaction

    with django_db_blocker.unblock(), transaction.atomic():
        yield {name: run(name) for name in NAMES}
        transaction.set_rollback(True)


def run(name: str) -> Year:
    """Load, settle, decide what must be decided, publish, date the events."""
    told = profile(name)
    plan = services.load_profile(profile=told, actor=None)
    year = plan.fiscal_year
    admin = settle(plan.jurisdiction, year)
    if name in REGIONS:
        add_below(plan.jurisdiction, *REGIONS[name])
    decide(plan)
    kinds = {task.kind for task in told.tasks}
    with clock.at(clock.start_of(date(year, 12, 31))):
        plan = services.publish(plan=plan, actor=admin, kinds=kinds)
        for event in plan.events.all():
            date_event(event=event, happened_on=date(year, 12, 30), actor=admin, kinds=kinds)
    codes = Assignment.objects.filter(plan=plan).values_list("task__code", flat=True)
    return Year(plan, admin, Counter(codes))


def decide(plan: Plan) -> None:
    """What a task cannot be published without (U-58)."""
    for row in RuleSetting.objects.filter(plan=plan, is_filled=False).exclude(task=None):
        row.value, row.is_filled = row.choices.split("；")[0], True
        row.save(update_fields=["value", "is_filled"])


def n_reached(task: PlanTask, on: date) -> int:
    if task.subject_kind == PlanTask.SubjectKind.UNIT:
        return population.units(task).count()
    if task.subject_kind == PlanTask.SubjectKind.JURISDICTION:
        return population.regions(task).count()
    if task.subject_kind == PlanTask.SubjectKind.TRANSFER:
        return population.transfers(task).count()
    return population.projects(task, on).count()


@pytest.mark.parametrize("name", NAMES)
def test_the_table_names_every_task_that_somebody_owes(years: dict[str, Year], name: str) -> None:
    tasks = years[name].plan.tasks.exclude(subject_kind=PlanTask.SubjectKind.SECTION)

    assert set(tasks.values_list("code", flat=True)) == set(REACHES[name])


@pytest.mark.req(
    "U-10", "U-15", "U-16", "U-18", "U-21", "U-25", "U-27", "U-30", "U-34", "U-36", "U-58",
    "Q-03", "Q-13", "Q-16", "Q-17", "Q-18", "Q-21", "Q-31",
    "B-06", "B-09", "B-17", "B-24", "B-26", "B-30", "B-33", "B-37", "B-42",
    "W-02", "W-07", "W-10", "W-11", "W-12",
    "Y-36", "Y-45", "Y-49", "Y-54", "Y-55", "Y-80", "Y-84", "Y-94",
)  # fmt: skip
@pytest.mark.parametrize(("name", "code"), CASES)
def test_a_task_reaches_whom_its_clause_names(years: dict[str, Year], name: str, code: str) -> None:
    year, (expected, n_windows) = years[name], REACHES[name][code]
    task = year.plan.tasks.get(code=code)

    assert n_reached(task, date(year.plan.fiscal_year, 12, 31)) == expected
    assert year.n_assigned[code] == expected * n_windows


@pytest.mark.req("U-35", "Y-21")
@pytest.mark.parametrize("name", NAMES)
def test_nobody_classified_or_closed_and_no_section_is_assigned(
    years: dict[str, Year], name: str
) -> None:
    plan = years[name].plan
    wrong = Assignment.objects.filter(plan=plan, unit__code__in=["103", "104"])
    own = Assignment.objects.filter(plan=plan, task__subject_kind="section")
    secret = Assignment.objects.filter(plan=plan, project__is_classified=True)

    assert not wrong.exists()
    assert not own.exists()
    assert not secret.exists()


@pytest.mark.req("U-58")
def test_the_banner_decides_who_takes_part_before_it_publishes(db: None) -> None:
    plan = services.load_profile(profile=profile("wulatezhongqi-2024"), actor=None)
    admin = settle(plan.jurisdiction, 2024)

    with pytest.raises(RuleError, match="苏木镇、事业单位和企业是否纳入”未设定"):
        services.publish(plan=plan, actor=admin)

    plan.refresh_from_db()
    assert plan.state == Plan.State.DRAFT
    assert not Assignment.objects.filter(plan=plan).exists()


@pytest.mark.req("Q-17")
def test_months_are_owed_once_their_reporting_day_is_decided(years: dict[str, Year]) -> None:
    year = years["qitai-2018"]
    task = year.plan.tasks.get(code="monitoring.project")
    march = task.windows.get(key="2018-03")
    assert (march.data_until, march.has_date()) == (date(2018, 3, 31), False)

    TaskWindow.objects.filter(pk=march.pk).update(closes_at=clock.end_of(date(2018, 4, 10)))
    n_new = services.assign(
        task=PlanTask.objects.get(pk=task.pk),
        on=date(2018, 12, 31),
        actor=year.admin,
        kinds={"monitoring.project"},
    )

    assert n_new == 6


@pytest.mark.req("B-42", "W-02")
def test_a_region_below_answers_through_its_bureau(years: dict[str, Year]) -> None:
    year = years["bayannaoer-2022"]
    task = year.plan.tasks.get(code="pre-assessment.regions")
    window = task.windows.get()
    TaskWindow.objects.filter(pk=window.pk).update(closes_at=clock.end_of(date(2022, 12, 20)))

    services.assign(task=PlanTask.objects.get(pk=task.pk), on=date(2022, 12, 31), actor=year.admin)

    rows = Assignment.objects.filter(task=task)
    told = rows.values_list("subject_jurisdiction__code", "unit__jurisdiction__code", "unit__code")
    assert set(told) == {(code, code, "101") for code in BANNERS if code != "150826"}


@pytest.mark.parametrize("name", NAMES)
def test_each_year_stands_under_the_regions_above_it(years: dict[str, Year], name: str) -> None:
    place: Jurisdiction | None = years[name].plan.jurisdiction
    codes = []
    while place is not None:
        codes.append(place.code)
        place = place.parent

    assert codes == TREES[name]


TREES = {
    "wulatezhongqi-2024": ["150824", "150800", "150000"],
    "qitai-2018": ["652325", "652300", "650000"],
    "bayannaoer-2022": ["150800", "150000"],
    "wulumuqi-2022": ["650100", "650000"],
    "yuli-2024": ["652823", "652800", "650000"],
}
