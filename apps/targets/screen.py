"""What the form page shows beside the form: findings by cell, last year's values, open talk."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import uuid4

from apps.core import clock
from apps.filings import permissions as filing_permissions
from apps.filings import selectors as filings
from apps.filings import services as filing_services
from apps.filings.models import Comment, Filing, ReturnItem, Revision
from apps.filings.selectors import Lock
from apps.indicators import selectors as library
from apps.indicators.models import Indicator
from apps.organizations.models import User
from apps.projects import selectors as projects
from apps.projects.models import ProjectYear
from apps.projects.selectors import YearMoney
from apps.rules import weights
from apps.rules.adjustment import AdjustmentHead
from apps.rules.findings import Finding, ranked
from apps.rules.form_words import label, show_target
from apps.rules.numbers import plain, show_wan
from apps.rules.target_form import SOURCES, SPANS, TargetFacts, TargetForm, TargetLine
from apps.targets import content, selectors
from apps.targets.adjust_screen import HeadScreen, head_screen
from apps.targets.documents import LONG, subject_of, title_of
from apps.targets.screen_cells import Cell
from apps.targets.screen_tables import UnitTables, tables_of
from apps.workplans import calendar

SPARE_ROWS = 2  # so that rows can be added without JavaScript
VALUE_PATHS = ("value", "value_high", "value_text")


@dataclass(frozen=True)
class GridRow:
    """A row of the indicator grid; `number` counts from 1, `index` names its inputs."""

    index: int | str
    number: int | str
    key: str
    cells: dict[str, Cell]
    line: TargetLine
    last_year: str
    comments: list[Comment]


@dataclass(frozen=True)
class FundRow:
    """A line of the fund table in 万元, as text; `change` is this year's against last year's."""

    source: str
    label: str
    mid: Cell
    year: Cell
    last_budget: Decimal | None
    last_spent: Decimal | None
    change: Decimal | None


@dataclass(frozen=True)
class Field:
    """A field of the head or a goal with the form's word for it."""

    name: str
    label: str
    cell: Cell


@dataclass(frozen=True)
class SheetScreen:
    """Everything the page of one revision needs."""

    filing: Filing
    revision: Revision
    form: TargetForm
    title: str
    subject: str
    origin: str  # 年中追加 where the project joined the budget within the year
    year: int
    may_edit: bool
    lock: Lock | None
    remaining: int | None
    heads: dict[str, Cell]
    texts: list[Field]  # the long texts of the head
    goals: list[Field]
    unit: UnitTables | None
    funds: list[FundRow]
    totals: dict[str, Decimal | None]  # None while no amount is filled in
    last_total: Decimal | None  # last year's budget, and the growth against it
    change: Decimal | None
    fund_finding: Finding | None
    rows: list[GridRow]
    spare: list[GridRow]
    blank: GridRow  # the pattern of a new row, for grid.js
    findings: list[Finding]
    points: Decimal
    points_due: Decimal
    weights_title: str
    last_goal: str
    comments: dict[str, list[Comment]]
    may_talk: bool
    items: list[ReturnItem]
    n_last_year: int
    adjust: HeadScreen | None  # of a filing that adjusts what is in force

    @property
    def has_free_level2(self) -> bool:
        """Whether the second level is typed in words of one's own."""
        return not any(self.form.shape.levels.values())


def sheet_screen(
    filing: Filing,
    user: User,
    picked: Sequence[str] = (),
    typed: TargetForm | None = None,
    typed_head: AdjustmentHead | None = None,
) -> SheetScreen:
    """The form page of a filing's newest revision for one person; a bounded number of queries.

    `picked` are ids from the indicator library: they stand as new rows until the form is saved.
    `typed` and `typed_head` are what a refused save brought, shown in place of what is stored.
    """
    revision, stored, earlier = _contents(filing, user)
    form = stored if typed is None else typed.of(stored.shape)
    year = filing.assignment.task.evaluated_year
    project = filing.assignment.project
    years = projects.money_by_year(project, (year, year - 1)) if project else {}
    money = {each: place.money for each, place in years.items()}
    facts = content.facts_of(revision, form, money.get(year))
    findings = _findings(revision, form, facts, earlier)
    marks = _worst(findings)
    comments = filings.threads_by_path(filing)
    lock = filings.lock_of(filing, clock.now())
    rows = [
        _row(n, line, form, marks, _lines(earlier), comments) for n, line in enumerate(form.lines)
    ]
    due_at = filing.assignment.due_at
    adjust = head_screen(filing, revision, form, marks, typed_head)
    last_total = sum(money[year - 1].values(), Decimal(0)) if money.get(year - 1) else None
    return SheetScreen(
        filing=filing,
        revision=revision,
        form=form,
        title=title_of(filing, form.shape),
        subject=subject_of(filing),
        origin=_origin(years.get(year)),
        year=year,
        may_edit=lock is None and filing_permissions.may_edit_now(user, filing),
        lock=lock,
        remaining=calendar.working_days_left(clock.now(), due_at) if due_at else None,
        heads={name: _head(name, form, marks) for name in (*form.shape.head, *form.shape.goals)},
        texts=_fields((name for name in form.shape.head if name in LONG), form, marks),
        goals=_fields(form.shape.goals, form, marks),
        unit=tables_of(form, _budget(facts, adjust), marks, comments),
        funds=_fund_rows(money.get(year - 1, {}), form, marks),
        fund_finding=marks.get("funds.year") or marks.get("funds"),
        totals={span: _total(form, span) for span in SPANS},
        last_total=last_total,
        change=_change(last_total, _total(form, "year")),
        rows=rows,
        spare=_spare(len(rows), library.picked(user=user, year=filing.fiscal_year, ids=picked)),
        blank=_row("__i__", TargetLine(key=""), TargetForm(shape=form.shape), {}, {}, {}),
        findings=findings,
        points=weights.total_points(form.lines),
        points_due=weights.due_points(facts.weights),
        weights_title=facts.weights.title,
        last_goal=earlier.year_goal if earlier else "",
        comments=comments,
        may_talk=filing_permissions.may_talk_now(user, filing),
        items=list(filing.return_items.all()),
        n_last_year=len(earlier.lines) if earlier else 0,
        adjust=adjust,
    )


def _budget(facts: TargetFacts, adjust: HeadScreen | None) -> dict[str, Decimal]:
    """The year's money by source; of an adjustment as it will be, empty while nobody knows it."""
    if adjust is None:
        return facts.budget
    return {source: amount for source, amount in adjust.head.totals.items() if amount}


def _origin(place: YearMoney | None) -> str:
    is_added = place is not None and place.origin == ProjectYear.Origin.ADDED
    return ProjectYear.Origin.ADDED.label if is_added else ""


def _contents(filing: Filing, user: User) -> tuple[Revision, TargetForm, TargetForm | None]:
    """The revision that the person is shown, its form, the one in force a year before."""
    revision = filings.newest(filing, user)
    before = selectors.last_year_revision(filing)
    forms = content.forms_of([revision, before] if before else [revision])
    return revision, forms[revision.pk], forms[before.pk] if before else None


def _findings(
    revision: Revision, form: TargetForm, facts: TargetFacts, earlier: TargetForm | None
) -> list[Finding]:
    """What the checks say of an open revision, worst first; a submitted one has its own record."""
    if not revision.is_open:
        return []
    own = content.check_form(revision, form, facts, earlier)
    return ranked(filing_services.findings_of(revision=revision, own=own))


def _worst(findings: list[Finding]) -> dict[str, Finding]:
    """The first (worst) finding of each cell; the three value fields are one cell."""
    worst: dict[str, Finding] = {}
    for finding in findings:
        base, _, name = finding.path.rpartition(".")
        path = f"{base}.value" if name in VALUE_PATHS else finding.path
        worst.setdefault(path, finding)
    return worst


def _lines(earlier: TargetForm | None) -> dict[tuple[str, str], TargetLine]:
    return {(line.level2, line.name): line for line in earlier.lines} if earlier else {}


def _fields(names: Iterable[str], form: TargetForm, marks: dict[str, Finding]) -> list[Field]:
    return [Field(name, label(name, form.shape), _head(name, form, marks)) for name in names]


def _head(name: str, form: TargetForm, marks: dict[str, Finding]) -> Cell:
    value = getattr(form, name)
    text = form.unread.get(name) or ("" if value is None else str(value))
    return Cell(
        name, name, text, marks.get(name) or (marks.get("period") if "year" in name else None)
    )


def _row(
    index: int | str,
    line: TargetLine,
    form: TargetForm,
    marks: dict[str, Finding],
    earlier: dict[tuple[str, str], TargetLine],
    comments: dict[str, list[Comment]],
) -> GridRow:
    base = f"indicator:{line.key}"
    texts = {
        "value": _value_text(line, form),
        "weight": form.unread.get(f"{base}.weight") or _number(line.weight),
    }
    cells = {
        name: Cell(
            f"line-{index}-{name}",
            f"{base}.{name}",
            texts.get(name) or (getattr(line, name) if name not in texts else ""),
            marks.get(f"{base}.{name}") or (marks.get(base) if name == "name" else None),
        )
        for name in (*_texts(), "value", "weight")
    }
    last = earlier.get((line.level2, line.name))
    talk = [c for path, found in comments.items() if path.startswith(base) for c in found]
    number = index + 1 if isinstance(index, int) else "__n__"
    return GridRow(index, number, line.key, cells, line, show_target(last) if last else "", talk)


def _texts() -> tuple[str, ...]:
    return (
        "level1",
        "level2",
        "name",
        "operator",
        "unit",
        "direction",
        "basis",
        "evidence",
        "mid_value",
    )


def _value_text(line: TargetLine, form: TargetForm) -> str:
    """The value as one editable text: as typed, a range as 60–80, words, or a number."""
    base = f"indicator:{line.key}"
    low = form.unread.get(f"{base}.value") or _number(line.value)
    if line.operator == "定性":
        return line.value_text
    if line.operator == "区间":
        high = form.unread.get(f"{base}.value_high") or _number(line.value_high)
        return f"{low}–{high}" if high else low
    return low


def _number(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def _spare(first: int, picked: list[Indicator]) -> list[GridRow]:
    """New rows below the stored ones: what was picked, then empty ones."""
    empty = TargetForm()
    lines = [*map(_from_library, picked), *(TargetLine(key="") for _ in range(SPARE_ROWS))]
    return [_row(n, line, empty, {}, {}, {}) for n, line in enumerate(lines, first)]


def _from_library(row: Indicator) -> TargetLine:
    """An indicator of the library as a row to complete; the value is the unit's to decide."""
    return TargetLine(
        key=str(uuid4()),
        level1=row.level1,
        level2=row.level2,
        name=row.name,
        operator=row.operator,
        unit=row.unit,
        direction=row.direction,
        evidence=row.evidence[:200],
        library_id=row.pk,
    )


def _total(form: TargetForm, span: str) -> Decimal | None:
    """The span's amounts together; None where there is none."""
    amounts = form.funds.get(span)
    return sum(amounts.values(), Decimal(0)) if amounts else None


def _fund_rows(
    last: dict[str, Decimal], form: TargetForm, marks: dict[str, Finding]
) -> list[FundRow]:
    return [
        FundRow(
            source=source,
            label=label,
            mid=_fund_cell("mid", source, form, marks),
            year=_fund_cell("year", source, form, marks),
            last_budget=last.get(source),
            last_spent=None,
            change=_change(last.get(source), form.funds.get("year", {}).get(source)),
        )
        for source, label in SOURCES.items()
    ]


def _fund_cell(span: str, source: str, form: TargetForm, marks: dict[str, Finding]) -> Cell:
    path = f"funds.{span}.{source}"
    amount = form.funds.get(span, {}).get(source)
    text = form.unread.get(path) or ("" if amount is None else show_wan(amount, exact=True))
    return Cell(f"funds-{span}-{source}", path, text, marks.get(path))


def _change(before: Decimal | None, now: Decimal | None) -> Decimal | None:
    """The growth as a ratio; None where there is nothing to compare with."""
    return (now - before) / before if before and now is not None else None
