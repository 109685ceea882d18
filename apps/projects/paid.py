"""How far projects are paid and planned to be, for one or for many; upper rooms read here."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from apps.organizations.models import Jurisdiction
from apps.projects.models import Execution, PaymentFile, Project, SpendingPlan

Projects = Iterable[int] | QuerySet[Project]


@dataclass(frozen=True)
class Executed:
    """What a project had paid of a year's money, in yuan: in all, and by source where known.

    `as_of` is the latest day of which anything is known. Without sources `by_source` is empty.
    """

    as_of: date
    amount: Decimal
    by_source: dict[str, Decimal] = field(default_factory=dict)
    source: str = ""  # where the latest number was taken from


def executed_to(projects: Projects, year: int, on: date) -> dict[int, Executed]:
    """By project key, what was paid of the year's money up to `on`; one query for all.

    Of each source its latest day counts, and of a day the row recorded last. A row of all sources
    together counts where none by source is later. Projects of which nothing is known are not there.
    """
    rows: defaultdict[int, list[Execution]] = defaultdict(list)
    for row in _latest(projects, year, on):
        rows[row.project_id].append(row)
    return {project: _executed(found) for project, found in rows.items()}


def _latest(projects: Projects, year: int, on: date) -> QuerySet[Execution]:
    """The row in force of each project and source."""
    place = Window(
        RowNumber(),
        partition_by=[F("project"), F("fund")],
        order_by=[F("as_of").desc(), F("id").desc()],
    )
    rows = Execution.objects.filter(project__in=projects, fiscal_year=year, as_of__lte=on)
    return rows.annotate(place=place).filter(place=1)


@dataclass(frozen=True, slots=True)
class Told:
    """A row in force of one source, in yuan; of two rows the later written has the larger place."""

    fund: str
    as_of: date
    place: int
    amount: Decimal


def together(rows: list[Told]) -> tuple[Decimal, dict[str, Decimal]]:
    """The rows in force of one project as one amount, and by source where that counts."""
    newest = max(rows, key=lambda row: (row.as_of, row.place))
    parts = {} if not newest.fund else {row.fund: row.amount for row in rows if row.fund}
    return (sum(parts.values(), Decimal(0)) if parts else newest.amount), parts


def _executed(rows: list[Execution]) -> Executed:
    """The rows in force of one project put together."""
    newest = max(rows, key=lambda row: (row.as_of, row.pk))
    amount, parts = together([Told(row.fund, row.as_of, row.pk, row.amount) for row in rows])
    return Executed(newest.as_of, amount, parts, newest.source)


# --- 用款计划 -------------------------------------------------------------------------------
def planned_pace(project: Project, year: int) -> dict[int, Decimal]:
    """Month to the yuan planned to be paid by its end, since January; empty without a plan."""
    return planned_paces([project.pk], year).get(project.pk, {})


def planned_paces(projects: Projects, year: int) -> dict[int, dict[int, Decimal]]:
    """The same of many projects by their keys; one query."""
    rows = SpendingPlan.objects.filter(place__project__in=projects, place__fiscal_year=year)
    found: defaultdict[int, dict[int, Decimal]] = defaultdict(dict)
    columns = rows.order_by("month").values_list("place__project", "month", "amount")
    for project, month, amount in columns:
        found[project][month] = amount
    return dict(found)


@dataclass(frozen=True)
class Pace:
    """A month: planned and, where a day of it is on record, paid by then, in yuan."""

    month: int
    planned: Decimal
    paid: Decimal | None = None
    as_of: date | None = None


def pace_of(project: Project, year: int) -> list[Pace]:
    """The plan by month beside what was paid; empty without a plan."""
    planned = planned_pace(project, year)
    if not planned:
        return []
    rows = Execution.objects.filter(project=project, fiscal_year=year).order_by("as_of", "id")
    known = list(rows)
    return [_pace(month, amount, known) for month, amount in planned.items()]


def _pace(month: int, planned: Decimal, rows: list[Execution]) -> Pace:
    """The month's line, from all rows in the order of their days."""
    in_force = {row.fund: row for row in rows if row.as_of.month <= month}
    if not any(row.as_of.month == month for row in in_force.values()):
        return Pace(month, planned)
    told = _executed(list(in_force.values()))
    return Pace(month, planned, told.amount, told.as_of)


# --- files of the payment system ------------------------------------------------------------
def files_of(region: Jurisdiction, year: int) -> QuerySet[PaymentFile]:
    """The year's files, latest first."""
    rows = PaymentFile.objects.filter(jurisdiction=region, fiscal_year=year)
    return rows.select_related("uploaded_by", "imported_by", "job", "file")


def last_confirmed(region: Jurisdiction, before: PaymentFile) -> PaymentFile | None:
    """The file whose columns the jurisdiction confirmed last, other than this one."""
    rows = PaymentFile.objects.filter(jurisdiction=region).exclude(kind="").exclude(pk=before.pk)
    return rows.order_by("-pk").first()


def last_imported(region: Jurisdiction) -> PaymentFile | None:
    """The file that was imported last; its unit is what the jurisdiction is used to."""
    rows = PaymentFile.objects.filter(jurisdiction=region, imported_at__isnull=False)
    return rows.order_by("-imported_at", "-pk").first()


def imported_before(file: PaymentFile) -> PaymentFile | None:
    """A file of the same bytes that was imported into the same year."""
    same = PaymentFile.objects.filter(
        jurisdiction=file.jurisdiction, fiscal_year=file.fiscal_year, sha256=file.sha256
    )
    rows = same.filter(imported_at__isnull=False).exclude(pk=file.pk)
    return rows.select_related("imported_by").order_by("pk").first()
