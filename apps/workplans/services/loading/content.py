"""A plan's own rows as a profile says them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.organizations.models import Section
from apps.workplans.models import (
    AttachmentSlot,
    BasisDocument,
    CheckSetting,
    FactDefinition,
    GradeBand,
    Plan,
    PlanEvent,
    PlanTask,
    ReminderRule,
    ReviewStep,
    RuleSetting,
    ScoreItem,
    ScoreSheet,
    TaskScope,
    TaskWindow,
    WeightTemplate,
)
from apps.workplans.profiles import Profile, TaskRow
from apps.workplans.services.loading import values
from apps.workplans.services.loading.writing import Writer, name


@dataclass(frozen=True)
class Made:
    """What tasks refer to."""

    plan: Plan
    sections: Mapping[str, Section]
    sheets: dict[str, ScoreSheet]
    documents: dict[str, BasisDocument]
    events: dict[str, PlanEvent]
    profile: Profile


def write_content(
    plan: Plan, profile: Profile, sections: Mapping[str, Section], writer: Writer
) -> None:
    """Everything below the plan's own line is as the profile says; the caller holds its lock."""
    sheets = _sheets(plan, profile, writer)
    documents = _documents(plan, profile, writer)
    events = _events(plan, profile, writer)
    _tasks(Made(plan, sections, sheets, documents, events, profile), writer)
    own = [
        ("weight_templates", values.weight_values(profile.weights)),
        ("settings", values.setting_values(profile.settings)),
        ("reminders", [row.model_dump() for row in profile.reminders]),
    ]
    for part, rows in own:
        model = getattr(plan, part).model
        writer.merge(model.objects.filter(task=None), "plan", {plan: rows})
    checks = values.check_values(profile.checks)
    writer.merge(CheckSetting.objects.all(), "plan", {plan: checks})
    writer.drop(plan.tasks.exclude(code__in=[row.code for row in profile.tasks]))
    writer.drop(plan.sheets.exclude(code__in=list(sheets)))
    writer.drop(plan.events.exclude(code__in=list(events)))


def _sheets(plan: Plan, profile: Profile, writer: Writer) -> dict[str, ScoreSheet]:
    kept = {
        row.code: writer.keep(
            ScoreSheet, {"plan": plan, "code": row.code}, values.sheet_values(row)
        )
        for row in profile.sheets
    }
    items = {kept[row.code]: values.item_values(row) for row in profile.sheets}
    bands = {kept[row.code]: [b.model_dump() for b in row.bands] for row in profile.sheets}
    writer.merge(ScoreItem.objects.all(), "sheet", items)
    writer.merge(GradeBand.objects.all(), "sheet", bands)
    return kept


def _documents(plan: Plan, profile: Profile, writer: Writer) -> dict[str, BasisDocument]:
    """The documents of the profile; others of the jurisdiction's library stay."""
    place = plan.jurisdiction
    return {
        row.code: writer.keep(
            BasisDocument, {"jurisdiction": place, "code": row.code}, values.document_values(row)
        )
        for row in profile.documents
    }


def _events(plan: Plan, profile: Profile, writer: Writer) -> dict[str, PlanEvent]:
    """The events; a date that was entered since stays when the profile gives none."""
    kept: dict[str, PlanEvent] = {}
    for row in profile.events:
        columns = row.model_dump(exclude={"code"})
        if row.happened_on is None:
            del columns["happened_on"]
        kept[row.code] = writer.keep(PlanEvent, {"plan": plan, "code": row.code}, columns)
    return kept


def _tasks(made: Made, writer: Writer) -> None:
    """The tasks, and with them everything that belongs to a task."""
    known = {task.code: task for task in made.plan.tasks.all()}
    rows = {
        _one_task(made, position, row, known, writer): row
        for position, row in enumerate(made.profile.tasks, start=1)
    }
    for model, part in _parts(made):
        wanted = {task: part(row) for task, row in rows.items()}
        writer.merge(model.objects.all(), "task", wanted)
    weights = {task: values.weight_values(row.weights) for task, row in rows.items()}
    settings = {task: values.setting_values(row.settings) for task, row in rows.items()}
    reminders = {task: [r.model_dump() for r in row.reminders] for task, row in rows.items()}
    writer.merge(WeightTemplate.objects.all(), "task", weights, plan=made.plan)
    writer.merge(RuleSetting.objects.all(), "task", settings, plan=made.plan)
    writer.merge(ReminderRule.objects.all(), "task", reminders, plan=made.plan)
    _basis(made, rows, writer)


def _parts(made: Made) -> list[tuple[type[Any], Callable[[TaskRow], list[dict[str, Any]]]]]:
    flows = made.profile.flows
    return [
        (TaskWindow, lambda row: [values.window_values(w, made.events) for w in row.windows]),
        (TaskScope, lambda row: [values.scope_values(scope) for scope in row.scopes]),
        (
            ReviewStep,
            lambda row: values.step_values(flows[row.flow] if row.flow else [], made.sheets),
        ),
        (AttachmentSlot, lambda row: values.numbered(row.slots)),
        (FactDefinition, lambda row: values.numbered(row.facts)),
    ]


def _one_task(
    made: Made, position: int, row: TaskRow, known: Mapping[str, PlanTask], writer: Writer
) -> PlanTask:
    section = made.sections[row.section] if row.section else None
    columns = values.task_values(row) | {"position": position, "section": section}
    task = known.get(row.code)
    if task is None:
        writer.changes.append(f"增加“{row.title}”")
        return PlanTask.objects.create(plan=made.plan, code=row.code, **columns)
    writer.update(task, columns)
    return task


def _basis(made: Made, rows: Mapping[PlanTask, TaskRow], writer: Writer) -> None:
    """The documents that the tasks stand on."""
    links = PlanTask.basis.through.objects.filter(plantask__plan=made.plan)
    found = set(links.values_list("plantask_id", "basisdocument__code"))
    for task, row in rows.items():
        if {code for pk, code in found if pk == task.pk} != set(row.basis):
            writer.changes.append(f"{name(task)}的依据")
            if writer.is_open:
                task.basis.set([made.documents[code] for code in row.basis])
