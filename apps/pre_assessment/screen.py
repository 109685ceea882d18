"""What the form page shows beside the report: findings by cell, what a colleague stored, talk."""

from dataclasses import dataclass, replace
from decimal import Decimal

from apps.core import clock
from apps.filings import permissions as filing_permissions
from apps.filings import selectors as filings
from apps.filings import services as filing_services
from apps.filings.models import Comment, Filing, ReturnItem, Revision
from apps.filings.selectors import Lock
from apps.filings.stages import hooks_for
from apps.organizations.models import User
from apps.pre_assessment import content
from apps.pre_assessment.inputs import inputs_of
from apps.rules import assessment_checks, assessment_words
from apps.rules.assessment_form import (
    AMOUNTS,
    BASIS,
    CHAPTERS,
    METHODS,
    VERDICT,
    AssessmentForm,
    Basis,
    Chapter,
    Dimension,
    Point,
    Question,
)
from apps.rules.findings import Finding, ranked
from apps.rules.form_diff import SAME, Row
from apps.workplans import calendar
from apps.workplans.models import PlanTask

SPARE_ROWS = 2  # so that rows can be added without JavaScript


@dataclass(frozen=True)
class Cell:
    """An input: its name, path, text as typed or stored, and its worst finding."""

    name: str
    path: str
    text: str
    finding: Finding | None = None
    label: str = ""


@dataclass(frozen=True)
class TextShown:
    """A text of the report with its heading and what helps."""

    question: Question
    cell: Cell


@dataclass(frozen=True)
class ChapterShown:
    """A chapter with its texts; the dimensions stand before the conclusion of theirs."""

    chapter: Chapter
    texts: list[TextShown]
    has_dimensions: bool


@dataclass(frozen=True)
class PointShown:
    """A criterion with the points that the unit gives itself."""

    point: Point
    input: str  # of the hidden name
    cell: Cell


@dataclass(frozen=True)
class DimensionShown:
    """A dimension with what was found, by which evidence, and its criteria."""

    name: str
    input: str
    statement: Cell
    evidence: Cell
    points: list[PointShown]


@dataclass(frozen=True)
class BasisShown:
    """A row of the policy bases; `index` names its inputs."""

    index: int | str
    number: int | str
    key: str
    cells: dict[str, Cell]


@dataclass(frozen=True)
class SheetScreen:
    """Everything the page of one revision needs."""

    filing: Filing
    revision: Revision
    form: AssessmentForm
    title: str
    may_edit: bool
    lock: Lock | None
    remaining: int | None
    years: list[tuple[str, str]]  # that may be asked for, and what stands there (U-41)
    heads: dict[str, Cell]
    amounts: dict[str, Cell]
    methods: list[tuple[str, str, bool]]  # input, word, chosen
    chapters: list[ChapterShown]
    bases: list[BasisShown]
    spare: list[BasisShown]
    blank: BasisShown  # the pattern of a new row, for grid.js
    methods_finding: Finding | None
    dimensions: list[DimensionShown]
    points: Decimal
    full: Decimal
    findings: list[Finding]
    stored: list[Row]  # what differs between what is stored and what was typed
    comments: dict[str, list[Comment]]
    may_talk: bool
    items: list[ReturnItem]


def sheet_screen(filing: Filing, user: User, typed: AssessmentForm | None = None) -> SheetScreen:
    """The form page of a filing's newest revision for one person; a bounded number of queries.

    `typed` is what a refused save brought, shown in place of what is stored, with the differences.
    """
    revision = filings.newest(filing, user)
    stored = content.form_of(revision)
    form = stored if typed is None else typed
    task = filing.assignment.task
    form = content.fitted(task, form) if revision.is_open else _explained(task, form)
    findings = _findings(revision, form)
    marks = {finding.path: finding for finding in reversed(findings)}
    inputs = inputs_of(form)
    lock = filings.lock_of(filing, clock.now())
    due_at = filing.assignment.due_at
    dimensions = [_dimension(n, row, inputs, marks) for n, row in enumerate(form.dimensions)]
    heads = ("budget_year", "professional_why", "organised", "helper")
    n_bases = len(form.bases)
    return SheetScreen(
        filing=filing,
        revision=revision,
        form=form,
        title=hooks_for(filing.kind).title,
        may_edit=lock is None and filing_permissions.may_edit_now(user, filing),
        lock=lock,
        remaining=calendar.working_days_left(clock.now(), due_at) if due_at else None,
        years=_years(filing.fiscal_year, inputs["budget_year"]),
        heads={name: Cell(name, name, inputs[name], marks.get(name)) for name in heads},
        amounts={code: Cell(code, code, inputs[code], marks.get(code)) for code in AMOUNTS},
        methods=[(f"method-{n}", word, word in form.methods) for n, word in enumerate(METHODS)],
        chapters=[_chapter(chapter, inputs, marks) for chapter in CHAPTERS],
        bases=[_basis(n, row, marks) for n, row in enumerate(form.bases)],
        spare=[_basis(n_bases + n, Basis(""), {}) for n in range(SPARE_ROWS)],
        blank=_basis("__i__", Basis(""), {}),
        methods_finding=marks.get("methods"),
        dimensions=dimensions,
        points=form.points,
        full=sum((p.full for d in form.dimensions for p in d.points), Decimal(0)),
        findings=findings,
        stored=_differences(stored, form) if typed is not None else [],
        comments=filings.threads_by_path(filing),
        may_talk=filing_permissions.may_talk_now(user, filing),
        items=list(filing.return_items.all()),
    )


def _years(year: int, text: str) -> list[tuple[str, str]]:
    """The two years of a plan, in words, and any other that was typed or stored before."""
    known = {
        "": "请选择",
        str(year): f"{year}年度（年中追加）",
        str(year + 1): f"{year + 1}年度（下年预算）",
    }
    return list({**known, text: known.get(text, text)}.items())


def _explained(task: PlanTask, form: AssessmentForm) -> AssessmentForm:
    """A report that is closed, its criteria as they were, with what the plan says of them."""
    prompts = {(d.name, p.name): p.prompt for d in content.dimensions(task) for p in d.points}

    def told(row: Dimension) -> Dimension:
        points = (replace(p, prompt=prompts.get((row.name, p.name), "")) for p in row.points)
        return replace(row, points=tuple(points))

    return replace(form, dimensions=tuple(told(row) for row in form.dimensions))


def _findings(revision: Revision, form: AssessmentForm) -> list[Finding]:
    """What the checks say of an open revision, worst first; a submitted one has its own record."""
    if not revision.is_open:
        return []
    own = assessment_checks.check(form, content.facts_of(revision))
    return ranked(filing_services.findings_of(revision=revision, own=own))


def _differences(stored: AssessmentForm, typed: AssessmentForm) -> list[Row]:
    """Every place that would change if what was typed were stored."""
    sections = assessment_words.diff(stored, typed).sections
    return [row for section in sections for row in section.rows if row.kind != SAME]


def _chapter(chapter: Chapter, inputs: dict[str, str], marks: dict[str, Finding]) -> ChapterShown:
    texts = [
        TextShown(one, Cell(one.code, one.code, inputs[one.code], marks.get(one.code)))
        for one in chapter.questions
    ]
    return ChapterShown(chapter, texts, chapter is VERDICT)


def _basis(index: int | str, row: Basis, marks: dict[str, Finding]) -> BasisShown:
    base = f"basis:{row.key}"
    cells = {
        name: Cell(
            f"basis-{index}-{name}",
            f"{base}.{name}",
            getattr(row, name),
            marks.get(f"{base}.{name}"),
            label,
        )
        for name, label in BASIS.items()
    }
    number = index + 1 if isinstance(index, int) else "__n__"
    return BasisShown(index, number, row.key, cells)


def _dimension(
    number: int, row: Dimension, inputs: dict[str, str], marks: dict[str, Finding]
) -> DimensionShown:
    name, base = f"dimension-{number}", f"dimension:{row.name}"

    def cell(part: str) -> Cell:
        path = f"{base}.{part}"
        return Cell(f"{name}-{part}", path, inputs[f"{name}-{part}"], marks.get(path))

    points = [
        _point(f"point-{number}-{n}", point, row.name, inputs, marks)
        for n, point in enumerate(row.points)
    ]
    return DimensionShown(row.name, f"{name}-name", cell("statement"), cell("evidence"), points)


def _point(
    name: str, point: Point, dimension: str, inputs: dict[str, str], marks: dict[str, Finding]
) -> PointShown:
    path = f"point:{dimension}/{point.name}"
    cell = Cell(f"{name}-points", path, inputs[f"{name}-points"], marks.get(path))
    return PointShown(point, f"{name}-name", cell)
