"""Reads over projects and their money; other rooms read here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet, Subquery, Sum

from apps.core.money import MoneyField
from apps.organizations import selectors as people
from apps.organizations.models import Jurisdiction, Role, Unit
from apps.organizations.selectors import Person
from apps.projects import paid
from apps.projects.models import (
    Execution,
    FundLine,
    Project,
    ProjectQuerySet,
    ProjectYear,
    Transfer,
    TransferFund,
)
from apps.projects.paid import Executed
from apps.projects.permissions import MONEY_ROLES

NOTHING = Decimal("0.00")
RESERVE = "reserve"
COUNT_CAP = 10_000  # a list says "more than 10,000" rather than count a province
SUM_CAP = 2_000


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


@dataclass(frozen=True)
class Summary:
    """The foot of a list: rows (perhaps more than counted) and, when few, their yuan."""

    n_rows: int
    is_capped: bool
    initial: Decimal | None
    adjusted: Decimal | None
    arrived: Decimal | None


@dataclass(frozen=True)
class Paid:
    """A recorded execution and its share of the adjusted budget; None without a budget."""

    row: Execution | Executed
    rate: Decimal | None


@dataclass(frozen=True)
class Standing:
    """How far a project's year is paid: its place, its adjusted budget in yuan, the last row."""

    place: ProjectYear | None
    budget: Decimal
    last: Paid | None


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


@dataclass
class YearMoney:
    """A project in a year's budget: how it came there (empty: not), yuan in force by source."""

    origin: str = ""
    money: dict[str, Decimal] = field(default_factory=dict)


def money_by_year(project: Project, years: Iterable[int]) -> dict[int, YearMoney]:
    """Some years of one project, in one query."""
    found = {year: YearMoney() for year in years}
    rows = ProjectYear.objects.filter(project=project, fiscal_year__in=list(found))
    columns = rows.values_list("fiscal_year", "origin", "funds__source")
    for year, origin, source, total in columns.annotate(total=Sum("funds__adjusted")):
        found[year].origin = origin
        if source:
            found[year].money[source] = total
    return found


def funds_of(project: Project, year: int) -> QuerySet[FundLine]:
    """The year's money lines, by source and level."""
    return FundLine.objects.filter(year__project=project, year__fiscal_year=year).order_by(
        "source", "level"
    )


def execution_of(project: Project, year: int) -> Executed | None:
    """What had been paid of the year's money up to the latest date that is known."""
    return paid.executed_to([project.pk], year, date.max).get(project.pk)


def execution_on(project: Project, year: int, as_of: date) -> Execution | None:
    """The row of all sources in force for one date, or None when the date has none."""
    rows = Execution.objects.filter(project=project, fiscal_year=year, as_of=as_of, fund="")
    return rows.order_by("-id").first()


def executions_of(project: Project, year: int) -> QuerySet[Execution]:
    """Every recorded execution of the year, newest first, with its writer.

    is_superseded says that a later row is in force for the same date and source.
    """
    later = Execution.objects.filter(
        project=OuterRef("project"),
        fiscal_year=OuterRef("fiscal_year"),
        as_of=OuterRef("as_of"),
        fund=OuterRef("fund"),
        pk__gt=OuterRef("pk"),
    )
    rows = Execution.objects.filter(project=project, fiscal_year=year)
    return (
        rows.annotate(is_superseded=Exists(later))
        .select_related("recorded_by", "file")
        .order_by("-as_of", "-id")
    )


def standing_of(project: Project, year: int) -> Standing:
    """How far the project's year is paid; the budget of all sources, 0 when not yet known."""
    budget = sum(money_of(project, year).values(), NOTHING)
    last = execution_of(project, year)
    rate = rated([last], budget)[0] if last else None
    return Standing(year_of(project, year), budget, rate)


def rated(rows: Iterable[Execution | Executed], budget: Decimal) -> list[Paid]:
    """Each row with its execution rate against the adjusted budget in yuan.

    Source: 财预〔2020〕10号, annex 1.
    """
    return [Paid(row, Decimal(row.amount) / budget if budget else None) for row in rows]


def listed(projects: ProjectQuerySet, year: int, chosen: Filter) -> QuerySet[Project]:
    """These projects as they stand in the year and fit the filter, with origin and money in yuan.

    The origin 储备 shows those that are in no budget yet. Classified ones have no name: they come
    last in the order of names.
    """
    rows = of_year(projects, year)
    if chosen.origin == RESERVE:
        rows = rows.filter(Q(("place__isnull", True)), state=Project.State.RESERVE)
    elif chosen.origin:
        rows = rows.filter(Q(("place__origin", chosen.origin)))
    else:
        rows = rows.filter(Q(("place__isnull", False)))
    if chosen.unit:
        rows = rows.filter(unit__public_id=chosen.unit)
    if chosen.budget_type:
        rows = rows.filter(budget_type=chosen.budget_type)
    if chosen.tag:
        rows = rows.filter(fund_tags__code=chosen.tag)
    if chosen.text:
        wanted = chosen.text[:60]
        rows = rows.filter(Q(name__icontains=wanted) | Q(code__startswith=wanted))
    return rows


def of_year(projects: ProjectQuerySet, year: int) -> QuerySet[Project]:
    """These projects with their origin, attribute and yuan of the year, None where not in it."""
    place = FilteredRelation("years", condition=Q(years__fiscal_year=year))
    return (
        projects.annotate(place=place)
        .annotate(
            origin=F("place__origin"),
            attribute=F("place__attribute"),
            joined_on=F("place__joined_on"),
            initial=_sum("initial"),
            adjusted=_sum("adjusted"),
            arrived=_sum("arrived"),
        )
        .select_related("unit")
    )


def summary(rows: QuerySet[Project]) -> Summary:
    """How many rows a list has, and their money while they are few enough to add up at once."""
    n_rows = rows.order_by()[: COUNT_CAP + 1].count()
    if n_rows > SUM_CAP:
        return Summary(min(n_rows, COUNT_CAP), n_rows > COUNT_CAP, None, None, None)
    sums = rows.order_by().aggregate(
        i=Sum("initial", output_field=MoneyField()),
        a=Sum("adjusted", output_field=MoneyField()),
        r=Sum("arrived", output_field=MoneyField()),
    )
    return Summary(n_rows, False, sums["i"] or NOTHING, sums["a"] or NOTHING, sums["r"] or NOTHING)


def units_listed(user: Person) -> QuerySet[Unit]:
    """Units whose projects the user may see, for the list's filter."""
    open_ones = Q(is_classified=False) | Q(pk__in=people.units_of(user))
    return units_known(user).filter(open_ones, is_active=True).order_by("code")


def added_in(year: str, project: str = "project") -> Exists:
    """Whether the project of a row joined the budget of the year within it: 年中追加.

    Both are named by their columns, as `OuterRef` takes them.
    """
    places = ProjectYear.objects.filter(project=OuterRef(project), fiscal_year=OuterRef(year))
    return Exists(places.filter(origin=ProjectYear.Origin.ADDED))


def units_known(user: Person) -> QuerySet[Unit]:
    """Units whose work the person reads: dossiers, stages, lists.

    The own ones and those under them, the whole jurisdiction's for its bureau, congress and
    auditors; for a business section the units in its charge, of its money, once on its desk.
    Administrators of accounts and rights read no unit's work. Source: GB/T 22239-2019, 8.1.5.
    """
    whole = people.whole_region_jurisdictions(user)
    known = Q(pk__in=people.units_of(user)) | Q(jurisdiction__in=whole)
    for share in people.shares_of(user):
        known |= Q(pk__in=share.units)
        if share.fund_tags or share.budget_types:
            known |= Q(pk__in=Project.objects.listed_to(user).order_by().values("unit"))
        rows = Unit.objects.order_by()
        lies = rows.filter(filings__desk_section__in=share.sections)
        judged = rows.filter(filings__revisions__reviews__section__in=share.sections)
        known |= Q(pk__in=lies.values("pk")) | Q(pk__in=judged.values("pk"))
    return Unit.objects.filter(known)


def managed_region(user: Person) -> Jurisdiction | None:
    """The jurisdiction whose project list the user keeps, or None."""
    return _region(user, Role.PLAN_ADMIN)


def paying_region(user: Person) -> Jurisdiction | None:
    """The jurisdiction whose executions the user records, or None."""
    return _region(user, *MONEY_ROLES)


def _region(user: Person, *roles: Role) -> Jurisdiction | None:
    """The first jurisdiction in which the user has one of the roles."""
    codes = people.jurisdictions_of(user, *roles)
    return Jurisdiction.objects.filter(pk__in=codes).order_by("code").first()


def units_to_create_in(user: Person) -> QuerySet[Unit]:
    """Units for which the user may put a project into reserve."""
    regions = people.jurisdictions_of(user, Role.PLAN_ADMIN)
    own = people.units_of(user, Role.FILER)
    units = Unit.objects.filter(Q(pk__in=own) | Q(jurisdiction__in=regions))
    return units.filter(is_active=True, is_classified=False).order_by("code")


def _sum(column: str) -> Subquery:
    """One money column of the year's lines, added up."""
    lines = FundLine.objects.filter(year=OuterRef("place__pk")).order_by().values("year")
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


def money_inputs(project: Project, year: int) -> dict[str, Decimal]:
    """The year's amounts under the names of the money form's inputs, in yuan."""
    amounts = ("initial", "adjusted", "arrived")
    return {
        f"{line.source}-{line.level}-{amount}": getattr(line, amount)
        for line in funds_of(project, year)
        for amount in amounts
    }


def transfers(user: Person, year: int) -> QuerySet[Transfer]:
    """The year's transfers that the person sees, the latest document first, with `amount`."""
    rows = Transfer.objects.visible_to(user).filter(fiscal_year=year)
    return with_amount(rows).select_related("unit", "jurisdiction").order_by("-issued_on", "-pk")


def with_amount(rows: QuerySet[Transfer]) -> QuerySet[Transfer]:
    """The transfers with their money of all levels together, in yuan, as `amount`."""
    lines = TransferFund.objects.filter(transfer=OuterRef("pk")).order_by().values("transfer")
    return rows.annotate(amount=Subquery(lines.annotate(total=Sum("amount")).values("total")))


def amount_of(transfer: Transfer) -> Decimal:
    """All its money in yuan."""
    return transfer.funds.aggregate(total=Sum("amount"))["total"] or NOTHING


def amounts_of(transfer: Transfer) -> dict[str, Decimal]:
    """Its yuan by level of government."""
    return dict(transfer.funds.values_list("level", "amount"))


def units_to_transfer_to(user: Person) -> QuerySet[Unit]:
    """Units for which the person may register a transfer."""
    known = Q(jurisdiction__in=people.jurisdictions_of(user, *MONEY_ROLES))
    for share in people.shares_of(user):
        known |= Q(pk__in=share.units)
    return Unit.objects.filter(known, is_active=True, is_classified=False).order_by("code")
