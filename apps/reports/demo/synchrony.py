"""The year's budget took its steps on days of its own; one unit's targets are approved with it."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from apps.core import clock
from apps.projects.models import Project, ProjectYear, StepDate
from apps.projects.steps import services as steps
from apps.reports.demo.county import County
from apps.reports.demo.year import Told, at
from apps.targets.approvals import reading
from apps.targets.approvals import services as approvals
from apps.targets.models import Approval

YEAR = 2024
ENTERED = date(2024, 3, 18)
STEPS = (
    (StepDate.Step.COMPILED, date(2023, 11, 10), "一体化系统二上"),
    (StepDate.Step.REVIEWED, date(2023, 12, 20), "一体化系统二下"),
    (StepDate.Step.APPROVED, date(2024, 2, 26), "尉财预〔2024〕6号"),
    (StepDate.Step.PUBLISHED, date(2024, 3, 15), "县政府网站财政专栏"),
)
ISSUED = date(2024, 4, 8)


def load(county: County, tell: Told) -> None:
    """The days of the first list's projects, unit by unit, and one document; once."""
    if StepDate.objects.filter(place__jurisdiction=county.region).exists():
        return
    for unit in county.units.values():
        listed = Project.objects.filter(unit=unit, is_classified=False)
        places = {"years__fiscal_year": YEAR, "years__origin": ProjectYear.Origin.INITIAL}
        projects = list(listed.filter(**places))
        with clock.at(at(ENTERED)), transaction.atomic():
            for step, on, source in STEPS if projects else ():
                steps.record_many(
                    unit=unit,
                    projects=projects,
                    actor=county.admin,
                    year=YEAR,
                    side=StepDate.Side.BUDGET,
                    step=step,
                    on=on,
                    source=source,
                )
    tell("四同步：登记2024年度预算申报、审核、批复、公开日期")
    _approve(county, tell)


def _approve(county: County, tell: Told) -> None:
    """The first unit that waits has its targets approved."""
    with clock.at(at(ISSUED, 16)):
        for line in reading.waiting(county.region, YEAR)[:1]:
            order = approvals.Order("尉财预〔2024〕21号", ISSUED)
            made: Approval = approvals.issue(
                actor=county.admin, unit=line.unit, year=YEAR, order=order
            )
            tell(f"目标批复：{made.number} {made.unit}")
