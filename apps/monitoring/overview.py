"""All projects of a person's units at one node in one grid, for units with many projects."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from apps.core import clock
from apps.filings.models import OPEN_STATES, Filing, Revision, State
from apps.monitoring import content, nodes
from apps.monitoring.inputs import inputs_of
from apps.monitoring.screen import Cell, rate_of, told
from apps.organizations import selectors as people
from apps.organizations.models import Role, User
from apps.rules.form_words import show_target
from apps.rules.monitoring import FUNDS, MoneyLine, Node, NodeForm, ProgressLine
from apps.workplans.models import Assignment

MOST = 80  # projects in one grid
ENTRY = re.compile(r"f(\d{1,3})-id")
MONEY_CELLS = ("executed", "forecast")
LINE_CELLS = ("actual", "forecast", "likelihood")


@dataclass(frozen=True)
class NodeChoice:
    """A node at which something is owed."""

    key: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class FundRow:
    """A fund of one project; its cells are in 万元."""

    label: str
    initial: Decimal | None  # yuan
    cells: dict[str, Cell]
    last: MoneyLine | None
    rate: str


@dataclass(frozen=True)
class GridLine:
    """An indicator of one project."""

    row: ProgressLine
    target: str
    last: str
    cells: dict[str, Cell]


@dataclass(frozen=True)
class Entry:
    """A project with its filing, as far as there is one; `prefix` leads the names of its inputs."""

    assignment: Assignment
    filing: Filing | None
    revision: Revision | None
    prefix: str
    funds: list[FundRow]
    lines: list[GridLine]
    may_edit: bool
    error: str


@dataclass(frozen=True)
class GridScreen:
    """The page for one person and node."""

    year: int
    node: Node | None  # None: nothing is owed at any node
    key: str
    choices: list[NodeChoice]
    entries: list[Entry]
    is_cut: bool
    n_unopened: int

    @property
    def may_save(self) -> bool:
        """Whether any of the filings can be written."""
        return any(entry.may_edit for entry in self.entries)


@dataclass(frozen=True)
class Posted:
    """What was typed of one filing; `inputs` without the prefix."""

    filing: str  # public id
    version: int
    inputs: dict[str, str]


@dataclass(frozen=True)
class _Around:
    """What the entries are made of: rows by key, and what a save could not store, by public id."""

    filings: Mapping[int, Filing]  # by assignment
    revisions: Mapping[int, Revision]  # by filing
    forms: Mapping[int, NodeForm]  # by revision
    earlier: Mapping[int | None, NodeForm]  # by project
    typed: Mapping[str, Posted]
    errors: Mapping[str, str]

    def entry(self, prefix: str, assignment: Assignment) -> Entry:
        """One project of the grid."""
        filing = self.filings.get(assignment.pk)
        revision = self.revisions.get(filing.pk) if filing else None
        form = self.forms[revision.pk] if revision else NodeForm()
        public_id = str(filing.public_id) if filing else ""
        typed = self.typed.get(public_id)
        inputs = inputs_of(form) | (typed.inputs if typed else {})
        last = self.earlier.get(assignment.project_id)
        return Entry(
            assignment=assignment,
            filing=filing,
            revision=revision,
            prefix=prefix,
            funds=[_fund(prefix, row, inputs, last) for row in form.money],
            lines=[_line(prefix, n, row, inputs, last) for n, row in enumerate(form.lines)],
            may_edit=filing is not None and filing.state in OPEN_STATES,
            error=self.errors.get(public_id, ""),
        )


def owed(user: User, year: int) -> QuerySet[Assignment]:
    """What the person files of nodes for projects in a year, by unit and project."""
    units = people.units_of(user, Role.FILER)
    rows = Assignment.objects.owed().filter(
        unit__in=units, fiscal_year=year, task__kind__in=content.OF_PROJECTS
    )
    rows = rows.filter(window__data_until__isnull=False, unit__is_classified=False)
    around = ("task__plan", "window", "unit", "project", "jurisdiction")
    return rows.select_related(*around).order_by("unit__code", "project__code", "pk")


def grid_screen(
    user: User,
    year: int,
    key: str = "",
    typed: Mapping[str, Posted] | None = None,
    errors: Mapping[str, str] | None = None,
) -> GridScreen:
    """The grid of one node; a number of queries that does not grow with the projects.

    `typed` and `errors` are, by public id, what a save could not store and why.
    """
    rows = owed(user, year)
    key, choices = _choices(rows, key)
    found = list(rows.filter(window__key=key)[: MOST + 1]) if key else []
    shown = found[:MOST]
    node = nodes.node_at(shown[0]) if shown else None  # all stand in windows of one key
    filings = _filings(shown)
    revisions = _newest(filings.values())
    forms = content.forms_of(revisions.values())
    earlier = _earlier(shown, node)
    around = _Around(filings, revisions, forms, earlier, typed or {}, errors or {})
    entries = [around.entry(f"f{n}-", assignment) for n, assignment in enumerate(shown)]
    return GridScreen(
        year=year,
        node=node,
        key=key,
        choices=choices,
        entries=entries,
        is_cut=len(found) > MOST,
        n_unopened=sum(1 for entry in entries if entry.filing is None),
    )


def _choices(rows: QuerySet[Assignment], wanted: str) -> tuple[str, list[NodeChoice]]:
    """The nodes by their days; chosen the one asked for, else the last that has opened."""
    columns = ("window__key", "window__label", "window__data_until", "opens_at")
    labels: dict[str, str] = {}
    opened: list[str] = []
    in_order = rows.order_by("window__data_until", "window__key")
    for key, label, _, opens_at in in_order.values_list(*columns).distinct():
        labels[key] = label or key
        if opens_at is not None and opens_at <= clock.now():
            opened.append(key)
    usual = opened[-1] if opened else next(iter(labels), "")
    chosen = wanted if wanted in labels else usual
    return chosen, [NodeChoice(key, label, key == chosen) for key, label in labels.items()]


def _filings(assignments: Iterable[Assignment]) -> dict[int, Filing]:
    """The living filings by assignment."""
    rows = Filing.objects.filter(assignment__in=[row.pk for row in assignments])
    return {row.assignment_id: row for row in rows.exclude(state=State.CANCELLED)}


def _newest(filings: Iterable[Filing]) -> dict[int, Revision]:
    """What each filing shows, by filing: in force once it is approved, else the newest."""
    by_key = {filing.pk: filing for filing in filings}
    found: dict[int, Revision] = {}
    for row in Revision.objects.filter(filing__in=by_key).order_by("filing", "number"):
        in_force = by_key[row.filing_id].approved_revision_id
        is_closed = by_key[row.filing_id].state == State.APPROVED
        if not is_closed or row.pk == in_force:
            found[row.filing_id] = row
    return found


def _earlier(assignments: list[Assignment], node: Node | None) -> dict[int | None, NodeForm]:
    """What each project filed at the node before, by project."""
    if node is None or node.after is None:
        return {}
    rows = Filing.objects.filter(
        assignment__task__in={row.task_id for row in assignments},
        assignment__window__data_until=node.after,
        assignment__project__in=[row.project_id for row in assignments],
    )
    filed = list(rows.exclude(state=State.CANCELLED).select_related("assignment"))
    revisions = nodes.counted(filed)
    forms = content.forms_of(revisions.values())
    return {
        row.assignment.project_id: forms[revisions[row.pk].pk]
        for row in filed
        if row.pk in revisions
    }


def _fund(prefix: str, row: MoneyLine, inputs: Mapping[str, str], last: NodeForm | None) -> FundRow:
    def cell(name: str) -> Cell:
        key = f"money-{row.key}-{name}"
        return Cell(f"{prefix}{key}", f"money.{row.key}.{name}", inputs.get(key, ""))

    cells = {name: cell(name) for name in MONEY_CELLS}
    before = last.fund(row.key) if last else None
    return FundRow(FUNDS[row.key], row.initial, cells, before, rate_of(row))


def _line(
    prefix: str, number: int, row: ProgressLine, inputs: Mapping[str, str], last: NodeForm | None
) -> GridLine:
    cells = {
        name: Cell(
            f"{prefix}line-{number}-{name}",
            f"indicator:{row.key}.{name}",
            inputs.get(f"line-{number}-{name}", ""),
        )
        for name in LINE_CELLS
    }
    before = last.line(row.key) if last else None
    return GridLine(row, show_target(row.target), told(before, "actual"), cells)


def posted(data: Mapping[str, str]) -> Iterator[Posted]:
    """The filings of a posted grid, each with its own inputs."""
    for name in data:
        if match := ENTRY.fullmatch(name):
            prefix = f"f{match[1]}-"
            version = data.get(f"{prefix}version", "")
            yield Posted(
                filing=data[name],
                version=int(version) if version.isascii() and version.isdigit() else 0,
                inputs={
                    key.removeprefix(prefix): text
                    for key, text in data.items()
                    if key.startswith((f"{prefix}money-", f"{prefix}line-"))
                },
            )
