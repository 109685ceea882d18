"""Stored rows ↔ AssessmentForm, and what the engine must ask about an assessment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from uuid import UUID

from apps.filings.models import Filing, Revision
from apps.filings.stages import Hooks
from apps.pre_assessment import deciding, earlier
from apps.pre_assessment.models import (
    AssessmentBasis,
    AssessmentDimension,
    AssessmentPoint,
    AssessmentSheet,
)
from apps.rules import assessment_checks, assessment_words
from apps.rules.assessment_form import (
    AMOUNTS,
    BASIS,
    QUESTIONS,
    AssessmentFacts,
    AssessmentForm,
    Basis,
    Dimension,
    Point,
)
from apps.rules.findings import Finding
from apps.rules.form_diff import FormDiff
from apps.rules.numbers import show_points, show_wan
from apps.workplans.models import PlanTask, ScoreItem, ScoreSheet

PROJECT_KIND, POLICY_KIND = "pre_assessment.project", "pre_assessment.policy"
KINDS = (PROJECT_KIND, POLICY_KIND)
HEAD = ("budget_year", "is_professional", "professional_why", "organised", "helper")


def form_of(revision: Revision) -> AssessmentForm:
    """The revision's content as plain data; four queries."""
    return forms_of([revision])[revision.pk]


def forms_of(revisions: Iterable[Revision]) -> dict[int, AssessmentForm]:
    """Several revisions' contents by revision id, in the same queries."""
    sheets = AssessmentSheet.objects.filter(revision__in=list(revisions))
    rows = sheets.prefetch_related("bases", "dimensions__points")
    return {sheet.revision_id: _form(sheet) for sheet in rows}


def _form(sheet: AssessmentSheet) -> AssessmentForm:
    amounts = {code: getattr(sheet, code) for code in AMOUNTS}
    return AssessmentForm(
        **{name: getattr(sheet, name) for name in HEAD},
        methods=tuple(sheet.methods.split("、")) if sheet.methods else (),
        texts={code: getattr(sheet, code) for code in QUESTIONS},
        amounts={code: amount for code, amount in amounts.items() if amount is not None},
        bases=tuple(
            Basis(str(row.key), **{name: getattr(row, name) for name in BASIS})
            for row in sheet.bases.all()
        ),
        dimensions=tuple(_dimension(row) for row in sheet.dimensions.all()),
        unread=dict(sheet.unread),
    )


def _dimension(row: AssessmentDimension) -> Dimension:
    points = tuple(Point(p.name, p.full, "", p.points) for p in row.points.all())
    return Dimension(row.name, row.statement, row.evidence, points)


def store(revision: Revision, form: AssessmentForm) -> None:
    """Write the report as the revision's rows, replacing what was there."""
    sheet, _ = AssessmentSheet.objects.update_or_create(
        revision=revision,
        defaults={
            **{name: getattr(form, name) for name in HEAD},
            "methods": "、".join(form.methods),
            **{code: form.texts.get(code, "") for code in QUESTIONS},
            **{code: form.amounts.get(code) for code in AMOUNTS},
            "unread": form.unread,
        },
    )
    sheet.bases.all().delete()
    AssessmentBasis.objects.bulk_create(
        AssessmentBasis(
            sheet=sheet,
            key=UUID(row.key),
            position=position,
            **{name: getattr(row, name) for name in BASIS},
        )
        for position, row in enumerate(form.bases, 1)
    )
    sheet.dimensions.all().delete()
    for position, row in enumerate(form.dimensions, 1):
        _store_dimension(sheet, position, row)


def _store_dimension(sheet: AssessmentSheet, position: int, row: Dimension) -> None:
    stored = AssessmentDimension.objects.create(
        sheet=sheet,
        position=position,
        name=row.name,
        statement=row.statement,
        evidence=row.evidence,
    )
    AssessmentPoint.objects.bulk_create(
        AssessmentPoint(
            dimension=stored, position=n, name=point.name, full=point.full, points=point.points
        )
        for n, point in enumerate(row.points, 1)
    )


# --- the sheet in force ---------------------------------------------------------------------
def score_sheet(task: PlanTask) -> ScoreSheet | None:
    """The sheet by which the task's reports are judged: of the last step that has one."""
    last = task.steps.filter(sheet__isnull=False).order_by("-position").first()
    return last.sheet if last else None


def dimensions(task: PlanTask) -> tuple[Dimension, ...]:
    """The dimensions that the plan asks for, empty: five, three (U-37), with sustainability …

    A sheet without points has a dimension a row, and nothing for the unit to score.
    """
    sheet = score_sheet(task)
    if sheet is not None and sheet.mode != ScoreSheet.Mode.POINTS:
        return tuple(Dimension(item.name) for item in sheet.items.all())
    groups: dict[str, list[ScoreItem]] = {}
    for item in sheet.items.all() if sheet else ():
        groups.setdefault(item.group, []).append(item)
    return tuple(
        Dimension(name, points=tuple(Point(i.name, i.points, i.prompt) for i in items))
        for name, items in groups.items()
    )


def fitted(task: PlanTask, form: AssessmentForm) -> AssessmentForm:
    """The form on the dimensions in force, with what it says of them (an amendment moves them)."""
    held = {row.name: row for row in form.dimensions}
    rows = []
    for wanted in dimensions(task):
        own = held.get(wanted.name, wanted)
        given = {point.name: point.points for point in own.points}
        points = tuple(replace(p, points=given.get(p.name)) for p in wanted.points)
        rows.append(replace(wanted, statement=own.statement, evidence=own.evidence, points=points))
    places = {f"point:{row.name}/{point.name}" for row in rows for point in row.points}
    unread = {
        path: text
        for path, text in form.unread.items()
        if not path.startswith("point:") or path in places
    }
    return replace(form, dimensions=tuple(rows), unread=unread)


# --- what the engine asks -------------------------------------------------------------------
def begin(revision: Revision, previous: Revision | None) -> None:
    """A copy of the previous revision, or the report with what the system knows of the project."""
    task = revision.filing.assignment.task
    deciding.hold_project(revision.filing)  # reopened, its conclusion no longer stands
    form = form_of(previous) if previous else _prefilled(revision)
    store(revision, fitted(task, form))


def _prefilled(revision: Revision) -> AssessmentForm:
    project = revision.filing.assignment.project
    if project is None:
        return AssessmentForm()
    total = project.total_investment
    return AssessmentForm(
        texts={"content": project.summary},
        amounts={} if total is None else {"total": total},
    )


def facts_of(revision: Revision) -> AssessmentFacts:
    """What the checks compare the report with."""
    assignment = revision.filing.assignment
    project = assignment.project
    year = assignment.fiscal_year
    if project is None:
        return AssessmentFacts(year, year, None, None)
    filing = revision.filing
    return AssessmentFacts(
        year,
        project.first_year,
        project.last_year,
        project.total_investment,
        earlier.n_to_take_up(filing),
        earlier.uptake_clause(filing),
    )


def check(revision: Revision) -> list[Finding]:
    """All checks of apps.rules on the stored report."""
    return assessment_checks.check(form_of(revision), facts_of(revision))


def canonical(revision: Revision) -> str:
    """The content as one deterministic text, for the receipt's hash."""
    return assessment_words.canonical(form_of(revision))


def place(revision: Revision, path: str) -> str:
    """A path in the report's words; slots of the task count as places too. Raises RuleError."""
    slots = {f"slot.{s.code}": s.title for s in revision.filing.assignment.task.slots.all()}
    if path in slots:
        return f"附件 {slots[path]}"
    return assessment_words.place(path, form_of(revision))


def diff(old: Revision | None, new: Revision) -> FormDiff:
    """What changed between two revisions."""
    forms = forms_of([old, new] if old else [new])
    return assessment_words.diff(forms[old.pk] if old else None, forms[new.pk])


def figures(revision: Revision) -> list[tuple[str, str]]:
    """What a signer must know: the year, the money, the points."""
    form = form_of(revision)
    return [
        ("申请预算年度", str(form.budget_year or "")),
        *(
            (f"{label}（万元）", show_wan(form.amounts.get(code)))
            for code, label in AMOUNTS.items()
        ),
        ("自评分", f"{show_points(form.points)}分"),
    ]


def verdict(filing: Filing) -> str:
    """What the newest conclusion says, for pages and notices; empty while there is none."""
    found = filing.conclusions.order_by("-revision__number").first()
    if found is None:
        return ""
    return f"{found.verdict}，支持金额{show_wan(found.supported)}万元。{found.reason}"


PROJECT = Hooks(
    kind=PROJECT_KIND,
    title="项目支出事前绩效评估报告",
    page="pre_assessment:sheet",
    begin=begin,
    check=check,
    canonical=canonical,
    place=place,
    diff=diff,
    figures=figures,
    decision="pre_assessment:decision",
    verdict=verdict,
    demand_decidable=deciding.demand_decidable,
)
POLICY = replace(PROJECT, kind=POLICY_KIND, title="政策事前绩效评估报告")
