"""Stored rows ↔ TargetForm, and what the engine must ask about targets of any shape."""

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal
from functools import partial
from uuid import UUID

from django.db.models import prefetch_related_objects

from apps.filings.models import Filing, Revision
from apps.filings.stages import Hooks
from apps.organizations.models import User
from apps.projects import selectors as projects
from apps.projects.unit_budgets import unit_money
from apps.rules import form_diff, target_checks, weights
from apps.rules.findings import Finding
from apps.rules.form_diff import FormDiff
from apps.rules.numbers import show_points, show_wan
from apps.rules.target_form import (
    ASSET_CELLS,
    SOURCES,
    SPANS,
    TargetFacts,
    TargetForm,
    TargetLine,
    TaskLine,
)
from apps.rules.target_shapes import SHAPES, Shape
from apps.targets import kinds, texts
from apps.targets.evidence import evidence_of
from apps.targets.in_force import (
    demand_unadjusted,
    last_year_revision,
    successor,
)
from apps.targets.kinds import TargetKind
from apps.targets.models import Target, TargetAsset, TargetFund, TargetSheet, TargetTask
from apps.workplans import selectors as plans

COPIES = frozenset({"targets.copied_goal", "targets.copied_rows"})  # another text stands beside
HEAD = (
    "attribute",
    "first_year",
    "last_year",
    "leader",
    "leader_phone",
    "mid_goal",
    "year_goal",
    "duties",
    "grounds",
    "activities",
    "beneficiaries",
    "standards",
)
TASK = ("name", "content", "fiscal", "other")
LINE = (
    "level1",
    "level2",
    "name",
    "operator",
    "value",
    "value_high",
    "value_text",
    "unit",
    "direction",
    "weight",
    "basis",
    "evidence",
    "mid_value",
    "library_id",
)


def form_of(revision: Revision) -> TargetForm:
    """The revision's content as plain data; three queries."""
    return forms_of([revision])[revision.pk]


def forms_of(revisions: Iterable[Revision]) -> dict[int, TargetForm]:
    """Several revisions' contents by revision id: the sheets, then a query for each table."""
    sheets = list(TargetSheet.objects.filter(revision__in=list(revisions)))
    tables = {name for sheet in sheets for name in _tables(SHAPES[sheet.shape])}
    prefetch_related_objects(sheets, *sorted(tables))
    return {sheet.revision_id: _form(sheet) for sheet in sheets}


def _tables(shape: Shape) -> tuple[str, ...]:
    """The tables that a form of the shape has rows in."""
    has = {"funds": shape.has_funds, "tasks": shape.has_tasks, "assets": shape.has_assets}
    return ("targets", *(name for name, is_held in has.items() if is_held))


def shape_of(revision: Revision) -> Shape:
    """The shape of a revision's form."""
    return SHAPES[TargetSheet.objects.values_list("shape", flat=True).get(revision=revision)]


def _form(sheet: TargetSheet) -> TargetForm:
    shape = SHAPES[sheet.shape]
    return TargetForm(
        shape=shape,
        **{name: getattr(sheet, name) for name in HEAD},
        funds=_funds(sheet.funds.all()) if shape.has_funds else {},
        tasks=tuple(_task(task) for task in sheet.tasks.all()) if shape.has_tasks else (),
        assets=_assets(sheet.assets.all()) if shape.has_assets else {},
        lines=tuple(_line(target) for target in sheet.targets.all()),
        unread=dict(sheet.unread),
    )


def _task(row: TargetTask) -> TaskLine:
    return TaskLine(key=str(row.key), **{name: getattr(row, name) for name in TASK})


def _assets(rows: Iterable[TargetAsset]) -> dict[str, dict[str, Decimal]]:
    return {
        row.kind: {
            name: number for name in ASSET_CELLS if (number := getattr(row, name)) is not None
        }
        for row in rows
    }


def _funds(rows: Iterable[TargetFund]) -> dict[str, dict[str, Decimal]]:
    funds: dict[str, dict[str, Decimal]] = {}
    for row in rows:
        funds.setdefault(row.span, {})[row.source] = row.amount
    return funds


def _line(target: Target) -> TargetLine:
    return TargetLine(key=str(target.key), **{name: getattr(target, name) for name in LINE})


def store(revision: Revision, form: TargetForm) -> None:
    """Write the form as the revision's rows, replacing what was there; parts it lacks stay out."""
    shape = form.shape
    sheet, _ = TargetSheet.objects.update_or_create(
        revision=revision,
        defaults={
            **{name: getattr(form, name) for name in HEAD},
            "shape": shape.code,
            "unread": form.unread,
        },
    )
    if shape.has_funds:
        _store_funds(sheet, form)
    if shape.has_tasks:
        _store_tasks(sheet, form)
    if shape.has_assets:
        _store_assets(sheet, form)
    sheet.targets.all().delete()
    Target.objects.bulk_create(
        Target(
            sheet=sheet,
            key=UUID(line.key),
            position=position,
            **{name: getattr(line, name) for name in LINE},
        )
        for position, line in enumerate(form.lines, 1)
    )


def _store_funds(sheet: TargetSheet, form: TargetForm) -> None:
    sheet.funds.all().delete()
    TargetFund.objects.bulk_create(
        TargetFund(sheet=sheet, span=span, source=source, amount=amount)
        for span, by_source in form.funds.items()
        for source, amount in by_source.items()
    )


def _store_tasks(sheet: TargetSheet, form: TargetForm) -> None:
    sheet.tasks.all().delete()
    TargetTask.objects.bulk_create(
        TargetTask(
            sheet=sheet,
            key=UUID(task.key),
            position=position,
            **{name: getattr(task, name) for name in TASK},
        )
        for position, task in enumerate(form.tasks, 1)
    )


def _store_assets(sheet: TargetSheet, form: TargetForm) -> None:
    sheet.assets.all().delete()
    TargetAsset.objects.bulk_create(
        TargetAsset(sheet=sheet, kind=kind, **cells) for kind, cells in form.assets.items() if cells
    )


def begin(revision: Revision, previous: Revision | None) -> None:
    """A copy of the previous revision, or the form as the filing's kind starts it."""
    start = kinds.kind_of(revision.filing.kind).start
    store(revision, form_of(previous) if previous else start(revision))


def facts_of(
    revision: Revision, form: TargetForm, budget: dict[str, Decimal] | None = None
) -> TargetFacts:
    """What the checks compare the form with: the project or unit, its money, the task's weights.

    `budget` is the year's money by source in yuan where the caller has it already.
    """
    assignment = revision.filing.assignment
    project, year = assignment.project, assignment.task.evaluated_year
    own_budget = kinds.kind_of(revision.filing.kind).budget
    if own_budget is not None:
        budget = own_budget(revision)
    elif budget is None:
        unit = revision.filing.unit
        budget = projects.money_of(project, year) if project else unit_money(unit, year)
    return TargetFacts(
        fiscal_year=year,
        project_first_year=project.first_year if project else None,
        project_last_year=project.last_year if project else None,
        budget=budget,
        weights=weights.fitted(plans.weights_for(assignment.task, form), form.shape),
        total_investment=project.total_investment if project else None,
        project_name=(project.name or "") if project else "",
        tuning=plans.tuning_of(assignment.task.plan_id),
        is_adjustment=own_budget is not None,
    )


def check(revision: Revision) -> list[Finding]:
    """All checks of apps.rules on the stored form."""
    before = last_year_revision(revision.filing)
    forms = forms_of([revision, before] if before else [revision])
    form = forms[revision.pk]
    facts = facts_of(revision, form)
    return check_form(revision, form, facts, forms[before.pk] if before else None)


def check_form(
    revision: Revision, form: TargetForm, facts: TargetFacts, last_year: TargetForm | None
) -> list[Finding]:
    """All checks on a form that is at hand, with what it may be compared with."""
    evidence = evidence_of(form, revision.filing, last_year)
    more = kinds.kind_of(revision.filing.kind).more(revision, form)
    return [*target_checks.check(form, replace(facts, evidence=evidence)), *more]


def canonical(revision: Revision) -> str:
    """The content as one deterministic text, for the receipt's hash."""
    return form_diff.canonical(form_of(revision))


def place(revision: Revision, path: str) -> str:
    """A path in the form's words; slots of the task count as places too. Raises RuleError."""
    if path.startswith("slot."):
        slots = {f"slot.{s.code}": s.title for s in revision.filing.assignment.task.slots.all()}
        if path in slots:
            return f"五、佐证材料 {slots[path]}"
    return form_diff.place(path, form_of(revision))


def diff(old: Revision | None, new: Revision) -> FormDiff:
    """What changed between two revisions, by section and row."""
    forms = forms_of([old, new] if old else [new])
    return form_diff.diff(forms[old.pk] if old else None, forms[new.pk])


def figures(revision: Revision) -> list[tuple[str, str]]:
    """What a signer must know: money, goals, indicators, points."""
    form = form_of(revision)
    return [
        *_money_figures(form),
        ("绩效指标", f"{len(form.lines)}条"),
        *_points_figures(form),
    ]


def _points_figures(form: TargetForm) -> list[tuple[str, str]]:
    if not form.shape.weighs:
        return []
    return [("权重合计", f"{show_points(weights.total_points(form.lines))}分")]


def _money_figures(form: TargetForm) -> list[tuple[str, str]]:
    if form.shape.has_tasks:
        total = sum((task.total for task in form.tasks), Decimal(0))
        return [("年度主要任务", f"{len(form.tasks)}项"), ("任务预算合计（万元）", show_wan(total))]
    if not form.shape.has_funds:
        return []
    year = form.funds.get("year", {})
    return [
        (f"{SPANS['year']}总额（万元）", show_wan(sum(year.values(), Decimal(0)))),
        *((f"其中：{SOURCES[s]}（万元）", show_wan(a)) for s, a in year.items() if s == "fiscal"),
    ]


def remember_submitted(filing: Filing, actor: User) -> None:
    """The words of what was submitted are found by the check-up of other forms."""
    revision = filing.revisions.order_by("-number")[0]
    texts.keep(filing, revision, form_of(revision))


def remember_approved(kind: TargetKind, filing: Filing, actor: User) -> None:
    """The words in force are found by the check-up of other forms; then what the kind wants."""
    if filing.approved_revision is not None:
        texts.keep(filing, filing.approved_revision, form_of(filing.approved_revision))
    kind.on_approved(filing, actor)


def hooks_of(kind: TargetKind) -> Hooks:
    """What the engine must know of a kind of target form; its shape needs no code of its own."""
    return Hooks(
        kind=kind.code,
        title=kind.title,
        page="targets:sheet",
        begin=begin,
        check=check,
        canonical=canonical,
        place=place,
        diff=diff,
        figures=figures,
        on_submitted=remember_submitted,
        on_approved=partial(remember_approved, kind),
        alike="targets:alike",
        alike_codes=COPIES,
        successor=successor,
        demand_reopenable=demand_unadjusted,
    )
