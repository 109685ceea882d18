"""Reads over projects and their money; other rooms read here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import OuterRef, Q, QuerySet, Subquery, Sum

from apps.organizations.models import Jurisdiction
from apps.projects.models import Execution, FundLine, Project, ProjectYear

NOTHING = Decimal("0.00")
PAGE = 50
COUNT_CAP = 10_000  # a list says "10000+" rather than count a province


@dataclass(frozen=True)
class Filter:
    """What a project list shows; empty means all."""

    unit: str = ""  # public id
    budget_type: str = ""
    tag: str = ""
    origin: str = ""
    text: str = ""


@dataclass(frozen=True)
class Totals:
    """A year's budget in one jurisdiction, in yuan; classified projects are only counted."""

    n_projects: int
    n_initial: int
    n_added: int
    n_classified: int
    initial: Decimal
    adjusted: Decimal
    arrived: Decimal


def year_of(project: Project, year: int) -> ProjectYear | None:
    """The project's place in the year's budget, or None when it has none."""
    return ProjectYear.objects.filter(project=project, fiscal_year=year).first()


def money_of(project: Project, year: int) -> dict[str, Decimal]:
    """Yuan in force for the year by source (fiscal, carryover, other); empty when not yet known."""
    return money_of_many([project.pk], year).get(project.pk, {})


def money_of_many(projects: Iterable[int], year: int) -> dict[int, dict[str, Decimal]]:
    """Yuan in force for the year by project id and source, in one query."""
    rows = (
        FundLine.objects.filter(year__project__in=list(projects), year__fiscal_year=year)
        .values_list("year__project", "source")
        .annotate(total=Sum("adjusted"))
    )
    money: dict[int, dict[str, Decimal]] = {}
    for project, source, total in rows:
        money.setdefault(project, {})[source] = total
    return money


def funds_of(project: Project, year: int) -> QuerySet[FundLine]:
    """The year's money lines, by source and level."""
    return FundLine.objects.filter(year__project=project, year__fiscal_year=year).order_by(
        "source", "level"
    )


def execution_of(project: Project, year: int) -> Execution | None:
    """What had been paid of the year's money: the latest date, the row recorded last for it."""
    rows = Execution.objects.filter(project=project, fiscal_year=year)
    return rows.order_by("-as_of", "-id").first()


def executions_of(project: Project, year: int) -> QuerySet[Execution]:
    """Every recorded execution of the year, newest first, superseded rows included."""
    rows = Execution.objects.filter(project=project, fiscal_year=year)
    return rows.order_by("-as_of", "-id")


def listed(projects: QuerySet[Project], year: int, chosen: Filter) -> QuerySet[ProjectYear]:
    """The year's rows of these projects that fit the filter, by name, with their money in yuan.

    Classified projects come without a name and therefore last.
    """
    rows = ProjectYear.objects.filter(fiscal_year=year, project__in=projects)
    if chosen.unit:
        rows = rows.filter(project__unit__public_id=chosen.unit)
    if chosen.budget_type:
        rows = rows.filter(project__budget_type=chosen.budget_type)
    if chosen.tag:
        rows = rows.filter(project__fund_tags__code=chosen.tag)
    if chosen.origin:
        rows = rows.filter(origin=chosen.origin)
    if chosen.text:
        wanted = chosen.text[:60]
        rows = rows.filter(Q(project__name__icontains=wanted) | Q(project__code__startswith=wanted))
    return rows.annotate(
        initial=_sum("initial"), adjusted=_sum("adjusted"), arrived=_sum("arrived")
    ).select_related("project__unit")


def _sum(column: str) -> Subquery:
    """One money column of the year's lines, added up."""
    lines = FundLine.objects.filter(year=OuterRef("pk")).order_by().values("year")
    return Subquery(lines.annotate(total=Sum(column)).values("total"))


def totals(jurisdiction: Jurisdiction, year: int) -> Totals:
    """The year's counts and money in one jurisdiction; classified money is in no sum (U-35)."""
    years = ProjectYear.objects.filter(jurisdiction=jurisdiction, fiscal_year=year)
    named = years.filter(project__is_classified=False)
    money = FundLine.objects.filter(year__in=named).aggregate(
        initial=Sum("initial"), adjusted=Sum("adjusted"), arrived=Sum("arrived")
    )
    n_initial = named.filter(origin=ProjectYear.Origin.INITIAL).count()
    n_added = named.filter(origin=ProjectYear.Origin.ADDED).count()
    return Totals(
        n_projects=n_initial + n_added,
        n_initial=n_initial,
        n_added=n_added,
        n_classified=years.filter(project__is_classified=True).count(),
        initial=money["initial"] or NOTHING,
        adjusted=money["adjusted"] or NOTHING,
        arrived=money["arrived"] or NOTHING,
    )
