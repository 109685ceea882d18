"""What the form page shows beside the filing: the promise, the node before, findings, lights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from apps.core import clock
from apps.filings import permissions as filing_permissions
from apps.filings import selectors as filings
from apps.filings import services as filing_services
from apps.filings.models import Comment, Filing, ReturnItem, Revision
from apps.filings.selectors import Lock
from apps.filings.stages import hooks_for
from apps.monitoring import content, deciding, nodes, permissions, starts
from apps.monitoring.inputs import inputs_of
from apps.monitoring.models import NodeLights
from apps.monitoring.starts import Known
from apps.organizations.models import User
from apps.projects.paid import Executed
from apps.rules import monitoring as rules
from apps.rules.findings import Finding, ranked
from apps.rules.form_diff import SAME, Row
from apps.rules.form_words import show_target
from apps.rules.monitoring import CAUSES, MoneyLine, Node, NodeFacts, NodeForm, ProgressLine
from apps.rules.monitoring.words import percent
from apps.rules.numbers import show_value
from apps.workplans import calendar

CELLS = ("actual", "forecast", "likelihood", "reason", "measure", "remark", "causes")


@dataclass(frozen=True)
class Cell:
    """An input: its name, path, text as typed or stored, and its worst finding."""

    name: str
    path: str
    text: str
    finding: Finding | None = None


@dataclass(frozen=True)
class MoneyShown:
    """A row of the fund table in 万元 with its rate, and what stood there at the node before."""

    label: str
    is_total: bool
    cells: dict[str, Cell]
    rate: str
    last: MoneyLine | None
    last_rate: str


@dataclass(frozen=True)
class LineShown:
    """An indicator with its cells; `is_off`: its cause, reason and measure are demanded."""

    index: int
    number: int
    row: ProgressLine
    target: str
    due: str  # what should be reached by the node; empty where nothing is prorated
    cells: dict[str, Cell]
    causes: list[tuple[str, str, bool]]  # input, word, chosen
    last: str
    last_forecast: str
    is_off: bool
    light: Mapping[str, object] | None
    comments: list[Comment]


@dataclass(frozen=True)
class SheetScreen:
    """Everything the page of one revision needs."""

    filing: Filing
    revision: Revision
    form: NodeForm
    title: str
    node: Node
    before: str  # the months of the node before, empty at the first
    last: NodeForm | None  # what it said
    may_edit: bool
    lock: Lock | None
    remaining: int | None
    as_of: Cell
    goal: str
    has_promise: bool
    recorded: Executed | None
    budget: Decimal | None
    money: list[MoneyShown]
    lines: list[LineShown]
    n_off: int
    lights: NodeLights | None
    lacking: str  # why nothing is lit
    verdict: str  # where the person may know it
    findings: list[Finding]
    stored: list[Row]  # what differs between what is stored and what was typed
    comments: dict[str, list[Comment]]
    may_talk: bool
    items: list[ReturnItem]


@dataclass(frozen=True)
class _Shown:
    """What the rows of the page are made of."""

    form: NodeForm
    facts: NodeFacts
    inputs: Mapping[str, str]
    marks: Mapping[str, Finding]
    comments: Mapping[str, list[Comment]]
    lights: NodeLights | None

    def cell(self, name: str, path: str) -> Cell:
        """One input with its finding."""
        return Cell(name, path, self.inputs.get(name, ""), self.marks.get(path))


def _lights(filing: Filing, revision: Revision, user: User) -> NodeLights | None:
    """With what finance changed, for whom its verdict is no secret (Y-15)."""
    may_see = permissions.may_see(user, filing)
    return content.lights_of(revision) if may_see else content.computed_lights_of(revision)


def sheet_screen(filing: Filing, user: User, typed: NodeForm | None = None) -> SheetScreen:
    """The form page of a filing's newest revision for one person; a bounded number of queries.

    `typed` is what a refused save brought, shown in place of what is stored, with the differences.
    """
    revision = filings.newest(filing, user)
    node = nodes.node_of(filing)
    known = starts.known_of(filing, node)
    stored = content.form_of(revision)
    form = _form(filing, revision, stored, typed, known)
    facts = content.facts_of(filing, node, known)
    findings = _findings(revision, form, facts)
    lights = _lights(filing, revision, user)
    comments = filings.threads_by_path(filing)
    marks = {finding.path: finding for finding in reversed(findings)}
    shown = _Shown(form, facts, inputs_of(form), marks, comments, lights)
    lines = [_line(shown, n, row) for n, row in enumerate(form.lines)]
    lock, due_at = filings.lock_of(filing, clock.now()), filing.assignment.due_at
    return SheetScreen(
        filing=filing,
        revision=revision,
        form=form,
        title=hooks_for(filing.kind).title,
        node=node,
        before=Node(node.after.year, node.after).label if facts.last and node.after else "",
        last=facts.last,
        may_edit=lock is None and filing_permissions.may_edit_now(user, filing),
        lock=lock,
        remaining=calendar.working_days_left(clock.now(), due_at) if due_at else None,
        as_of=shown.cell("as_of", "as_of"),
        goal=known.goal if revision.is_open else content.goal_of(revision),
        has_promise=known.promise is not None or not revision.is_open,
        recorded=known.recorded,
        budget=known.budget.get(rules.TOTAL),
        money=[_money(shown, row) for row in form.money],
        lines=lines,
        n_off=sum(1 for line in lines if line.is_off),
        lights=lights,
        lacking=_lacking(revision, lights),
        verdict=deciding.verdict_of(filing) if permissions.may_see(user, filing) else "",
        findings=findings,
        stored=_differences(stored, form, node) if typed is not None else [],
        comments=comments,
        may_talk=filing_permissions.may_talk_now(user, filing),
        items=list(filing.return_items.all()),
    )


def _form(
    filing: Filing, revision: Revision, stored: NodeForm, typed: NodeForm | None, known: Known
) -> NodeForm:
    """What was typed or is stored; of an open revision on the promise and the funds in force."""
    if typed is not None:
        return content.fitted(typed, stored, known)
    if not revision.is_open:
        return stored
    return rules.fitted(starts.funded(stored, known), known.promised)


def _findings(revision: Revision, form: NodeForm, facts: NodeFacts) -> list[Finding]:
    """What the checks say of an open revision, worst first; a submitted one has its own record."""
    if not revision.is_open:
        return []
    return ranked(filing_services.findings_of(revision=revision, own=rules.check(form, facts)))


def _lacking(revision: Revision, lights: NodeLights | None) -> str:
    """Why a submitted revision has no lights."""
    if revision.is_open or lights is not None:
        return ""
    return content.lacking(revision) or "报送时监控规则还没有定，没有亮灯。"


def _differences(stored: NodeForm, typed: NodeForm, node: Node) -> list[Row]:
    """Every place that would change if what was typed were stored."""
    sections = rules.diff(stored, typed, node).sections
    return [row for section in sections for row in section.rows if row.kind != SAME]


def _money(shown: _Shown, row: MoneyLine) -> MoneyShown:
    last = shown.facts.last.fund(row.key) if shown.facts.last else None
    cells = {
        cell: shown.cell(f"money-{row.key}-{cell}", f"money.{row.key}.{cell}")
        for cell in ("initial", "executed", "forecast")
    }
    is_total = row.key == rules.TOTAL
    return MoneyShown(rules.FUNDS[row.key], is_total, cells, rate_of(row), last, rate_of(last))


def rate_of(row: MoneyLine | None) -> str:
    """Paid of the initial budget, as the official table has it."""
    rate: Fraction | None = rules.execution_rate(row.executed, row.initial) if row else None
    return percent(rate) if rate is not None else ""


def _line(shown: _Shown, index: int, row: ProgressLine) -> LineShown:
    base, path, facts = f"line-{index}", f"indicator:{row.key}", shown.facts
    last = facts.last.line(row.key) if facts.last else None
    lit = shown.lights.rows.get(row.key) if shown.lights else None
    return LineShown(
        index=index,
        number=index + 1,
        row=row,
        target=show_target(row.target),
        due=_due(facts, row),
        cells={name: shown.cell(f"{base}-{name}", f"{path}.{name}") for name in CELLS},
        causes=[(f"{base}-cause_{n}", word, word in row.causes) for n, word in enumerate(CAUSES)],
        last=told(last, "actual"),
        last_forecast=told(last, "forecast"),
        is_off=rules.is_off(row, facts.node.elapsed, facts.promise, facts.tolerance),
        light=lit,
        comments=[c for at, found in shown.comments.items() if at.startswith(path) for c in found],
    )


def _due(facts: NodeFacts, row: ProgressLine) -> str:
    found = rules.due(row.target, facts.node.elapsed, facts.promise)
    return f"{found.words}{row.target.unit}" if found and found.is_prorated else ""


def told(row: ProgressLine | None, cell: str) -> str:
    """What stood in a cell at the node before, with its unit."""
    if row is None:
        return ""
    if cell == "actual" and row.is_not_due:
        return "未到考核时点"
    band = row.band if cell == "actual" else row.forecast_band
    value = getattr(row, cell)
    return band or ("" if value is None else f"{show_value(value)}{row.target.unit}")
