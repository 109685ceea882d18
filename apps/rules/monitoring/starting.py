"""How a node's filing begins: the promise in force, the budget, what is on record as paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from apps.rules.monitoring.node_form import TOTAL, MoneyLine, NodeForm, ProgressLine
from apps.rules.target_form import TargetLine

# The official table knows two funds; what was carried over stands with the other money.
FUND_OF = {"fiscal": "fiscal", "carryover": "other", "other": "other"}


def budget_of(money: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """Yuan by fund of the table, the total too, from yuan by source; empty when not known."""
    found: dict[str, Decimal] = {}
    for source, amount in money.items():
        fund = FUND_OF[source]
        found[fund] = found.get(fund, Decimal(0)) + amount
    return {TOTAL: sum(found.values(), Decimal(0)), **found} if found else {}


def begin(
    promised: Iterable[TargetLine],
    initial: Mapping[str, Decimal],
    current: Mapping[str, Decimal],
    recorded: Decimal | None = None,
) -> NodeForm:
    """The form to fill in: a row for each promised indicator, the money as far as it is known.

    `initial` and `current` are yuan by source at the year's start and in force, `recorded` the yuan
    paid up to the node; of a project with a single fund that is the fund's too.
    """
    budget, in_force = budget_of(initial), budget_of(current)
    funds = [key for key in ("fiscal", "other") if budget.get(key) or in_force.get(key)]
    known = {TOTAL, *funds} if len(funds) == 1 else {TOTAL}
    money = [
        MoneyLine(key, budget.get(key), recorded if key in known else None)
        for key in (TOTAL, *funds)
    ]
    return NodeForm(money=tuple(money), lines=tuple(ProgressLine(line) for line in promised))


def fitted(form: NodeForm, promised: Iterable[TargetLine]) -> NodeForm:
    """The form on the promise in force, with what it says of rows that are still promised.

    A row whose unit or kind changed starts anew: its numbers are of another measure.
    """
    rows = [(line, form.line(line.key)) for line in promised]
    kept = {line.key for line, row in rows if row is not None and _is_same(row, line)}
    lines = tuple(
        replace(row, target=line) if row is not None and line.key in kept else ProgressLine(line)
        for line, row in rows
    )
    unread = {path: text for path, text in form.unread.items() if _belongs(path, kept)}
    return replace(form, lines=lines, unread=unread)


def _is_same(row: ProgressLine, line: TargetLine) -> bool:
    return row.target.unit == line.unit and row.is_qualitative == (line.operator == "定性")


def _belongs(path: str, keys: set[str]) -> bool:
    lead, _, rest = path.partition(":")
    return lead != "indicator" or rest.partition(".")[0] in keys
