"""A plan as a profile: the shape in which it is exported, compared, copied and amended."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db.models import QuerySet

from apps.core import clock
from apps.organizations.models import Jurisdiction, Section
from apps.projects.models import FundTag
from apps.workplans.models import (
    BasisDocument,
    CheckSetting,
    GradeBand,
    Plan,
    PlanEvent,
    PlanTask,
    ReminderRule,
    ReviewStep,
    RuleSetting,
    ScoreSheet,
    TaskScope,
    TaskWindow,
    WeightTemplate,
)
from apps.workplans.profile_books import to_workbook
from apps.workplans.profile_yaml import to_yaml
from apps.workplans.profiles import (
    CheckRow,
    DocumentRow,
    EventRow,
    FactRow,
    FundTagRow,
    JurisdictionRow,
    PlanRow,
    Profile,
    ReminderRow,
    Row,
    ScopeRow,
    SectionRow,
    SettingRow,
    SheetRow,
    SlotRow,
    StepRow,
    TaskRow,
    WeightRow,
    WindowRow,
)

__all__ = ["profile_of", "task_row", "to_workbook", "to_yaml"]

R = TypeVar("R", bound=Row)
PARTS = (
    "windows__event",
    "scopes",
    "steps__sheet",
    "slots",
    "facts",
    "settings",
    "weight_templates",
    "reminders",
    "basis",
)


def profile_of(plan: Plan) -> Profile:
    """The whole plan; loading it again would make no difference."""
    place = plan.jurisdiction
    tasks = list(plan.tasks.select_related("section").prefetch_related(*PARTS))
    flows = _Flows()
    rows = [_task(task, flows) for task in tasks]
    sections = _sections(place)
    return Profile(
        profile=1,
        jurisdiction=_jurisdiction(place),
        fund_tags=_fund_tags(sections, rows),
        sections=sections,
        plan=_head(plan),
        sheets=[sheet_row(sheet) for sheet in _sheets(plan)],
        flows=flows.named,
        weights=[weight_row(row) for row in plan.weight_templates.filter(task=None).order_by("pk")],
        settings=[setting_row(row) for row in plan.settings.filter(task=None).order_by("pk")],
        checks=[check_row(row) for row in plan.checks.order_by("code")],
        documents=_documents(place),
        events=[event_row(event) for event in plan.events.order_by("code")],
        reminders=[reminder_row(row) for row in plan.reminders.filter(task=None)],
        tasks=rows,
    )


def _head(plan: Plan) -> PlanRow:
    return PlanRow(
        year=plan.fiscal_year,
        title=plan.title,
        document_number=plan.document_number,
        source_note=plan.source_note,
    )


def task_row(task: PlanTask) -> TaskRow:
    """One task as its row: what an editing form starts from. Its flow has no name here."""
    return _task(task, _Flows())


class _Flows:
    """Flows by their steps: tasks that are reviewed alike share one."""

    def __init__(self) -> None:
        self.named: dict[str, list[StepRow]] = {}

    def name(self, steps: list[StepRow]) -> str | None:
        if not steps:
            return None
        known = (name for name, flow in self.named.items() if flow == steps)
        name = next(known, f"flow-{len(self.named) + 1}")
        self.named.setdefault(name, steps)
        return name


def _task(task: PlanTask, flows: _Flows) -> TaskRow:
    steps = [step_row(step) for step in task.steps.all()]
    return task_head(task).model_copy(update={"flow": flows.name(steps), **_parts(task)})


def task_head(task: PlanTask) -> TaskRow:
    """The task's own values, without what belongs to it."""
    return _made(
        TaskRow,
        code=task.code,
        title=task.title,
        stage=task.stage,
        kind=task.kind,
        subject=task.subject_kind,
        level=task.level,
        main=task.is_main,
        evaluated_year=task.evaluated_year,
        responsible=task.responsible,
        section=task.section.code if task.section else None,
        clause=task.clause,
        requirements=task.requirements.split(),
        trigger=task.trigger,
        doubt=task.doubt,
        roll=task.roll,
        accepts_late=task.accepts_late,
    )


def _parts(task: PlanTask) -> dict[str, Any]:
    """What belongs to the task, in the order in which it is kept."""
    return {
        "basis": sorted(document.code for document in task.basis.all()),
        "windows": [window_row(w) for w in task.windows.all()],
        "scopes": [scope_row(scope) for scope in _by_key(task.scopes.all())],
        "slots": [
            SlotRow(code=s.code, title=s.title, required=s.is_required) for s in task.slots.all()
        ],
        "facts": [
            FactRow(code=f.code, title=f.title, unit=f.unit, required=f.is_required)
            for f in task.facts.all()
        ],
        "settings": [setting_row(row) for row in _by_key(task.settings.all())],
        "weights": [weight_row(row) for row in _by_key(task.weight_templates.all())],
        "reminders": [reminder_row(row) for row in task.reminders.all()],
    }


def _by_key(rows: Iterable[Any]) -> list[Any]:
    return sorted(rows, key=lambda row: int(row.pk))


def _made(kind: type[R], /, **values: object) -> R:
    """The row of columns, whose choices the tables keep as text."""
    return kind.model_validate(values)


# --- rows -------------------------------------------------------------------------------------
def window_row(window: TaskWindow) -> WindowRow:
    """A window in days, both included."""
    return _made(
        WindowRow,
        key=window.key,
        label=window.label,
        opens=window.opens_at.astimezone(clock.ZONE).date() if window.opens_at else None,
        closes=clock.last_day(window.closes_at) if window.closes_at else None,
        data_until=window.data_until,
        kind=window.kind,
        event=window.event.code if window.event else None,
        days_after=window.days_after,
        in_working_days=window.in_working_days,
        months_after=window.months_after,
        day=window.day,
        series=window.series,
        focus_opens=window.focus_opens,
        focus_closes=window.focus_closes,
        phrase=window.phrase,
        note=window.note,
    )


def scope_row(scope: TaskScope) -> ScopeRow:
    """A condition of whom the task reaches."""
    return _made(
        ScopeRow,
        exclude=scope.is_exclude,
        field=scope.field,
        value=scope.value,
        reason=scope.reason,
    )


def step_row(step: ReviewStep) -> StepRow:
    """A review step."""
    return _made(
        StepRow,
        title=step.title,
        place=step.place,
        role=step.role,
        sheet=step.sheet.code if step.sheet else None,
        working_days=step.working_days,
        clause=step.clause,
    )


def setting_row(row: RuleSetting) -> SettingRow:
    """A parameter; without a value while it is undecided."""
    return _made(
        SettingRow,
        code=row.code,
        title=row.title,
        value=row.value if row.is_filled else None,
        unit=row.unit,
        value_type=row.value_type,
        choices=row.choices.split("；") if row.choices else [],
        clause=row.clause,
        requirements=row.requirements.split(),
        note=row.note,
    )


def check_row(row: CheckSetting) -> CheckRow:
    """What the plan makes of a check."""
    return _made(
        CheckRow,
        code=row.code,
        on=row.is_on,
        severity=row.severity or None,
        must_answer=row.must_answer,
        numbers=row.numbers,
        reason=row.reason,
    )


def weight_row(row: WeightTemplate) -> WeightRow:
    """A weight template."""
    return _made(
        WeightRow,
        title=row.title,
        has_cost=row.has_cost,
        has_satisfaction=row.has_satisfaction,
        execution=row.execution,
        cost=row.cost,
        output=row.output,
        benefit=row.benefit,
        satisfaction=row.satisfaction,
        required_levels=[level for level in row.required_levels.split(",") if level],
        on_departure=row.on_departure,
        clause=row.clause,
    )


def reminder_row(row: ReminderRule) -> ReminderRow:
    """A reminder."""
    return _made(
        ReminderRow,
        about=row.about,
        days=row.days,
        in_working_days=row.in_working_days,
        audience=row.audience,
    )


def event_row(event: PlanEvent) -> EventRow:
    """An event, dated or not yet."""
    return EventRow(
        code=event.code, title=event.title, happened_on=event.happened_on, clause=event.clause
    )


def sheet_row(sheet: ScoreSheet) -> SheetRow:
    """A score sheet with its criteria and bands."""
    items = [
        {"group": i.group, "name": i.name, "prompt": i.prompt, "points": i.points}
        for i in sheet.items.all()
    ]
    return _made(
        SheetRow,
        code=sheet.code,
        title=sheet.title,
        clause=sheet.clause,
        requirements=sheet.requirements.split(),
        mode=sheet.mode,
        items=items,
        bands=[_band(band) for band in sheet.bands.all()],
    )


def _band(band: GradeBand) -> dict[str, object]:
    return {
        "grade": band.grade,
        "floor": band.floor,
        "consequence": band.consequence,
        "text": band.text,
        "clause": band.clause,
    }


def _sheets(plan: Plan) -> QuerySet[ScoreSheet]:
    return plan.sheets.prefetch_related("items", "bands").order_by("pk")


# --- the jurisdiction's own -------------------------------------------------------------------
def _jurisdiction(place: Jurisdiction) -> JurisdictionRow:
    parents, above = [], place.parent
    while above is not None:
        parents.append({"code": above.code, "name": above.name, "level": above.level})
        above = above.parent
    return JurisdictionRow.model_validate(
        {"code": place.code, "name": place.name, "level": place.level, "parents": parents}
    )


def _sections(place: Jurisdiction) -> list[SectionRow]:
    """Sections with other names and money; which unit goes to which is not the profile's matter."""
    rows = place.sections.prefetch_related("aliases", "routes").order_by("pk")
    tags = set(FundTag.objects.values_list("code", flat=True))
    return [_section(section, tags) for section in rows]


def _section(section: Section, tags: set[str]) -> SectionRow:
    routes = sorted(section.routes.all(), key=lambda route: route.pk)
    return _made(
        SectionRow,
        code=section.code,
        name=section.name,
        kind=section.kind,
        aliases=[alias.name for alias in _by_key(section.aliases.all())],
        fund_tags=[route.fund_tag for route in routes if route.fund_tag in tags],
        budget_types=[route.budget_type for route in routes if route.budget_type],
    )


def _fund_tags(sections: list[SectionRow], tasks: list[TaskRow]) -> list[FundTagRow]:
    """The kinds of money that sections and scopes name."""
    codes = {code for section in sections for code in section.fund_tags}
    field = TaskScope.Field.FUND_TAG
    codes |= {s.value for task in tasks for s in task.scopes if s.field == field}
    names: Mapping[str, str] = dict(
        FundTag.objects.filter(code__in=codes).values_list("code", "name")
    )
    return [FundTagRow(code=code, name=names.get(code, code)) for code in sorted(codes)]


def _documents(place: Jurisdiction) -> list[DocumentRow]:
    return [document_row(document) for document in place.basis_documents.order_by("code")]


def document_row(document: BasisDocument) -> DocumentRow:
    """A document of the library."""
    return DocumentRow(
        code=document.code,
        title=document.title,
        number=document.document_number,
        issuer=document.issuer,
        issued_on=document.issued_on,
        url=document.url,
        note=document.note,
    )
