"""How a node's filing starts: the promise and the budget in force, what is on record as paid."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal

from apps.filings.models import Filing, Revision
from apps.projects import paid
from apps.projects import selectors as projects
from apps.projects.models import Project
from apps.projects.paid import Executed
from apps.projects.unit_budgets import unit_money
from apps.rules import monitoring as rules
from apps.rules.monitoring import Node, NodeForm, Planned
from apps.rules.target_form import TargetForm, TargetLine
from apps.targets import selectors as targets

Money = Mapping[str, Decimal]  # source → yuan


@dataclass(frozen=True)
class Known:
    """What the system knows of a project at a node before anybody fills in anything, in yuan."""

    promise: Revision | None = None  # the targets in force
    goal: str = ""
    promised: tuple[TargetLine, ...] = ()
    initial: Money = field(default_factory=dict)
    current: Money = field(default_factory=dict)
    recorded: Executed | None = None  # up to the node, perhaps of an earlier day
    plan: tuple[Planned, ...] = ()  # of payments

    @property
    def budget(self) -> dict[str, Decimal]:
        """Yuan in force by fund of the official table, the total too."""
        return rules.budget_of(self.current)

    def recorded_on(self, day: date) -> Decimal | None:
        """What finance has on record for this very day; an earlier number says less."""
        found = self.recorded
        return found.amount if found and found.as_of == day else None


def known_of(filing: Filing, node: Node) -> Known:
    """The targets in force, the year's money and what finance has on record up to the node.

    Of a unit as a whole nothing is on record as paid: what its projects paid is only a part of it.
    """
    project, year = filing.assignment.project, node.fiscal_year
    recorded: Executed | None = None
    plan: tuple[Planned, ...] = ()
    if project is None:
        promise = targets.unit_revision_in_force(filing.unit, year)
        initial = current = unit_money(filing.unit, year)
    else:
        promise = targets.revision_in_force(project, year)
        initial, current = _money(project, year)
        recorded = paid.executed_to([project.pk], year, node.ends).get(project.pk)
        plan = _plan(project, year)
    form = targets.form_at(promise) if promise else TargetForm()
    return Known(promise, form.year_goal, form.lines, initial, current, recorded, plan)


def _plan(project: Project, year: int) -> tuple[Planned, ...]:
    """The plan of payments by the last days of its months."""
    planned = paid.planned_pace(project, year)
    return tuple(
        Planned(date(year, month, monthrange(year, month)[1]), amount)
        for month, amount in planned.items()
    )


def _money(project: Project, year: int) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Yuan by source at the year's start, and in force."""
    initial: dict[str, Decimal] = {}
    current: dict[str, Decimal] = {}
    for line in projects.funds_of(project, year):
        initial[line.source] = initial.get(line.source, Decimal(0)) + line.initial
        current[line.source] = current.get(line.source, Decimal(0)) + line.adjusted
    return initial, current


def first_form(known: Known, node: Node) -> NodeForm:
    """The form to fill in; its figures run to the node's day unless somebody says otherwise.

    What is on record is taken over, of each fund where it is known by source.
    """
    told = known.recorded
    form = rules.begin(known.promised, known.initial, known.current, told.amount if told else None)
    by_fund = rules.budget_of(told.by_source) if told else {}
    money = tuple(replace(row, executed=by_fund.get(row.key, row.executed)) for row in form.money)
    return replace(form, as_of=node.ends, money=money)


def funded(form: NodeForm, known: Known) -> NodeForm:
    """The form with a row for every fund that the budget knows by now, and its initial budget.

    No row is taken away, and nothing that was typed is changed.
    """
    rows = {row.key: row for row in rules.begin((), known.initial, known.current).money}
    for row in form.money:
        fresh = rows.get(row.key)
        if fresh is not None and row.initial is None:
            rows[row.key] = replace(row, initial=fresh.initial)
        else:
            rows[row.key] = row
    return replace(form, money=tuple(rows[key] for key in rules.FUNDS if key in rows))
