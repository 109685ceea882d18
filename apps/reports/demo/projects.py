"""A demo year's projects, wave by wave; 2023's sums are the source's (Y-11, Y-12, Y-16)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from apps.core.money import WAN
from apps.projects import services
from apps.projects.funds import MoneyLine
from apps.projects.models import FundLine, Project, ProjectYear
from apps.reports.demo.county import County
from apps.reports.demo.figures import pick, shares

SPREAD = ("（一期）", "（二期）", "", "（续建）", "（提升）")


@dataclass(frozen=True)
class Wave:
    """Projects that joined a year's budget on one day."""

    n: int
    total: Decimal  # yuan
    joined_on: date
    origin: str
    n_continuing: int


def waves_of(data: dict[str, Any], year: int) -> list[Wave]:
    """The year's waves as the file tells them."""
    return [
        Wave(
            row["n"],
            Decimal(row["wan"]) * WAN,
            row["joined_on"],
            row["origin"],
            row.get("continuing", 0),
        )
        for row in data["years"][year]["waves"]
    ]


def make_wave(county: County, year: int, wave: Wave, first: int) -> list[Project]:
    """The wave's projects with place and money; `first` numbers them within the year."""
    amounts = shares(wave.total, wave.n, f"{year}/{first}")
    earlier = _continuing(county, wave.n_continuing)
    codes = [row["code"] for row in county.data["units"] if "sector" in row]
    made = []
    for index, amount in enumerate(amounts):
        number = first + index
        if index < len(earlier):
            project = earlier[index]
        else:
            project = _new(county, year, number, codes[number % len(codes)])
        _confirm(county, project, year, wave, amount)
        made.append(project)
    return made


def _continuing(county: County, n: int) -> list[Project]:
    """Projects that go on from earlier years: those of the demo's own making, by code."""
    going_on = Project.objects.filter(
        jurisdiction=county.region, is_classified=False, first_year__lt=2024, last_year__gte=2024
    )
    return list(going_on.select_related("unit").order_by("code")[:n])


def _new(county: County, year: int, number: int, unit_code: str) -> Project:
    unit = county.units[unit_code]
    sector = next(r["sector"] for r in county.data["units"] if r["code"] == unit_code)
    theme = pick(county.data["sectors"][sector]["themes"], unit_code, number)
    place = pick(county.data["places"], number, theme)
    return services.create_project(
        actor=county.admin,
        unit=unit,
        code=f"{county.region.code}{year % 100:02d}T{number + 1:012d}",
        name=f"{place}{theme}{pick(SPREAD, number, place)}·{number + 1:03d}",
        first_year=year,
        last_year=year + 1 + number % 2,
        leader=county.filers[unit_code].name,
        is_livelihood=number % 4 == 0,
        is_key=number % 9 == 0,
    )


def _confirm(county: County, project: Project, year: int, wave: Wave, amount: Decimal) -> None:
    is_new = project.first_year == year
    services.confirm(
        project=project,
        actor=county.admin,
        year=year,
        origin=wave.origin,
        attribute=ProjectYear.Attribute.NEW if is_new else ProjectYear.Attribute.CONTINUING,
        joined_on=wave.joined_on,
    )
    initial = amount if wave.origin == ProjectYear.Origin.INITIAL else Decimal(0)
    services.set_money(
        project=project,
        actor=county.admin,
        year=year,
        lines=[
            MoneyLine(FundLine.Source.FISCAL, FundLine.Level.COUNTY, initial, amount, Decimal(0))
        ],
    )
