"""What a whole unit may spend in a year: as it was approved, else as all its projects add up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet, Sum

from apps.audit import services as audit
from apps.core import clock
from apps.organizations import selectors as people
from apps.organizations.models import Unit, User
from apps.projects import permissions
from apps.projects.models import FundLine, Project, UnitBudget
from apps.projects.permissions import MONEY_ROLES
from apps.rules.errors import RuleError

NOTHING = Decimal("0.00")
BASIS_LENGTH = 100  # of UnitBudget.basis
STANDING = (Project.Category.PERSONNEL, Project.Category.OPERATION)  # beside the special projects


@dataclass(frozen=True)
class Line:
    """A unit's budget of the year in yuan; `amounts` is empty while none is on record."""

    unit: Unit
    amounts: dict[str, Decimal]
    basis: str

    @property
    def total(self) -> Decimal | None:
        """All sources together; None while none is on record."""
        return sum(self.amounts.values(), NOTHING) if self.amounts else None


# --- reads ------------------------------------------------------------------------------------
def unit_money(unit: Unit, year: int) -> dict[str, Decimal]:
    """The unit's yuan of the year by source; empty while it is not known, never a part of it.

    What was recorded goes first; the projects' money in force is the whole only where the list
    holds the unit's staff and running costs too and no project is classified.
    """
    recorded = UnitBudget.objects.filter(unit=unit, fiscal_year=year)
    if found := dict(recorded.values_list("source", "amount")):
        return found
    projects = Project.objects.filter(unit=unit, years__fiscal_year=year)
    kinds = set(projects.values_list("category", "is_classified"))
    has_all = set(STANDING) <= {category for category, _ in kinds}
    if not has_all or any(is_classified for _, is_classified in kinds):
        return {}
    lines = FundLine.objects.filter(year__project__unit=unit, year__fiscal_year=year)
    return dict(lines.values_list("source").annotate(total=Sum("adjusted")))


def units_to_budget(user: User) -> QuerySet[Unit]:
    """Units whose budget the user writes."""
    regions = people.jurisdictions_of(user, *MONEY_ROLES)
    return Unit.objects.filter(jurisdiction__in=regions, is_active=True, is_classified=False)


def lines_of(units: Sequence[Unit], year: int) -> list[Line]:
    """These units with what is on record for the year; one query."""
    amounts: dict[int, dict[str, Decimal]] = {}
    basis: dict[int, str] = {}
    for row in UnitBudget.objects.filter(unit__in=units, fiscal_year=year):
        amounts.setdefault(row.unit_id, {})[row.source] = row.amount
        basis[row.unit_id] = row.basis
    return [Line(unit, amounts.get(unit.pk, {}), basis.get(unit.pk, "")) for unit in units]


# --- writing ----------------------------------------------------------------------------------
@transaction.atomic
def set_unit_budget(
    *, unit: Unit, actor: User, year: int, amounts: Mapping[str, Decimal], basis: str
) -> None:
    """The unit's budget of the year is exactly these amounts in yuan by source, as approved.

    Saying again what stands changes nothing. Raises PermissionDenied or RuleError.
    """
    if not permissions.may_set_unit_budget(actor, unit):
        raise PermissionDenied("只有预算股和计划管理员可以登记部门预算。")
    _write(unit, actor, year, amounts, basis)


@transaction.atomic
def adjust_unit_budget(
    *, unit: Unit, actor: User, year: int, amounts: Mapping[str, Decimal], basis: str
) -> None:
    """The unit's budget of the year is as an approved adjustment says, in yuan by source.

    What its projects added up to until now is on record from here on. The right was checked where
    the adjustment was approved. Raises RuleError (Y-45).
    """
    _write(unit, actor, year, amounts, basis[:BASIS_LENGTH])


def _write(unit: Unit, actor: User, year: int, amounts: Mapping[str, Decimal], basis: str) -> None:
    unit = (
        Unit.objects.select_for_update(of=("self",)).select_related("jurisdiction").get(pk=unit.pk)
    )
    _check(unit, amounts, basis)
    old = UnitBudget.objects.filter(unit=unit, fiscal_year=year)
    before = {row.source: (row.amount, row.basis) for row in old}
    after = {source: (amount, basis) for source, amount in amounts.items()}
    if before == after:
        return
    old.delete()
    UnitBudget.objects.bulk_create(
        UnitBudget(
            jurisdiction=unit.jurisdiction,
            unit=unit,
            fiscal_year=year,
            source=source,
            amount=amount,
            basis=basis,
            recorded_at=clock.now(),
            recorded_by=actor,
        )
        for source, amount in amounts.items()
    )
    audit.record(
        actor=actor,
        action="projects.set_unit_budget",
        subject=unit,
        chain=f"unit:{unit.jurisdiction.code}/{unit.code}",
        data={
            "year": year,
            "basis": basis,
            "before": {source: str(amount) for source, (amount, _) in before.items()},
            "after": {source: str(amount) for source, amount in amounts.items()},
        },
    )


def _check(unit: Unit, amounts: Mapping[str, Decimal], basis: str) -> None:
    if unit.is_classified:
        raise RuleError("涉密单位的预算不在线上登记。", code="project.classified")
    if not sum(amounts.values(), NOTHING):
        raise RuleError("批复数未填。请按资金来源填写，单位万元。", code="project.unit_budget")
    if not basis.strip():
        raise RuleError("批复文号未填。请填预算批复的文号。", code="project.unit_budget_basis")
