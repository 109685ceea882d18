"""The rows of a project's money in one year: what may stand there, and writing them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from apps.projects.models import FundLine, ProjectYear
from apps.rules.errors import RuleError

Key = tuple[str, str]  # source and level


@dataclass(frozen=True)
class MoneyLine:
    """One source and level of a year's money, in yuan."""

    source: str
    level: str = FundLine.Level.COUNTY
    initial: Decimal = Decimal(0)
    adjusted: Decimal = Decimal(0)
    arrived: Decimal = Decimal(0)


def check(lines: Sequence[MoneyLine]) -> None:
    """Refuse a source twice, or money below zero. Raises RuleError."""
    if len({(line.source, line.level) for line in lines}) != len(lines):
        raise RuleError("同一来源、同一级次的资金只能有一行。", code="project.money_twice")
    if any(min(line.initial, line.adjusted, line.arrived) < 0 for line in lines):
        raise RuleError("资金不能为负。", code="project.money_negative")


def adjusted_lines(
    rows: Mapping[Key, FundLine], adjusted: Mapping[Key, Decimal]
) -> list[MoneyLine]:
    """The rows with other amounts in force, and a row for money that had none."""
    lines = [
        MoneyLine(*key, row.initial, adjusted.get(key, row.adjusted), row.arrived)
        for key, row in rows.items()
    ]
    new = {key: amount for key, amount in adjusted.items() if key not in rows and amount}
    return [*lines, *(MoneyLine(*key, adjusted=amount) for key, amount in new.items())]


def replace_lines(
    place: ProjectYear, old: Mapping[Key, FundLine], lines: Sequence[MoneyLine]
) -> None:
    """Stored lines that are not given go; given ones are added or overwritten."""
    given = {(line.source, line.level) for line in lines}
    place.funds.filter(pk__in=[row.pk for key, row in old.items() if key not in given]).delete()
    for line in lines:
        amounts = {
            "initial": line.initial,
            "adjusted": line.adjusted,
            "arrived": line.arrived,
        }
        FundLine.objects.update_or_create(
            year=place, source=line.source, level=line.level, defaults=amounts
        )


def as_text(line: MoneyLine | FundLine) -> list[str]:
    """The three amounts as the trail keeps them."""
    return [f"{amount:.2f}" for amount in (line.initial, line.adjusted, line.arrived)]


def by_key(place: ProjectYear) -> dict[Key, FundLine]:
    """The stored rows of a project's year."""
    return {(row.source, row.level): row for row in place.funds.all()}
