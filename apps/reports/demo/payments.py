"""What the past year's projects had paid by its two nodes, to the source's figures (Y-16, Y-18)."""

from datetime import date
from decimal import Decimal

from apps.core import clock
from apps.core.money import WAN
from apps.projects import selectors, services
from apps.projects.models import Execution, Project
from apps.reports.demo import figures
from apps.reports.demo import year as years
from apps.reports.demo.county import County

YEAR = 2023
SOURCE = "国库集中支付"


def load(county: County, tell: years.Told) -> None:
    """Each node's executions stand, once; the day after a node the money section records them."""
    if Execution.objects.filter(jurisdiction=county.region, fiscal_year=YEAR).exists():
        return
    for node in county.data["years"][YEAR]["executed"]:
        tell(f"{node['by']:%Y年%m月%d日}的执行数")
        _record(county, node["by"], node["recorded_on"], Decimal(node["wan"]) * WAN)


def _record(county: County, on: date, recorded_on: date, total: Decimal) -> None:
    """The total over the year's projects of that day, each by its budget and somewhat apart."""
    rows = Project.objects.filter(
        jurisdiction=county.region, years__fiscal_year=YEAR, years__joined_on__lte=on
    )
    projects = list(rows.order_by("code"))
    budgets = selectors.money_of_many([project.pk for project in projects], YEAR)
    weights = [
        sum(budgets[project.pk].values(), Decimal(0))
        * (85 + figures.number(on, project.code, below=31))
        for project in projects
    ]
    with clock.at(years.at(recorded_on, 10)):
        for project, amount in zip(projects, figures.parts(total, weights), strict=True):
            services.record_execution(
                project=project,
                actor=county.admin,
                year=YEAR,
                as_of=on,
                amount=amount,
                source=SOURCE,
            )
