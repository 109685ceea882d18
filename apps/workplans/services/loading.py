"""Loading a profile: the file's rows become the plan's rows; what is equal is left alone."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, QuerySet

from apps.audit import services as audit
from apps.core import clock
from apps.organizations.models import Jurisdiction, Section, SectionAlias, SectionRoute, User
from apps.projects.models import FundTag
from apps.rules.errors import RuleError
from apps.workplans import permissions
from apps.workplans.models import (
    AttachmentSlot,
    BasisDocument,
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
from apps.workplans.profiles import (
    FactRow,
    Profile,
    ScopeRow,
    SettingRow,
    SheetRow,
    SlotRow,
    TaskRow,
    WeightRow,
    WindowRow,
)

Values = Mapping[str, Any]
Changes = list[str]  # what was written, in the user's words
M = TypeVar("M", bound=Model)
PARTS: dict[type[Model], str] = {
    TaskWindow: "填报期",
    TaskScope: "范围",
    ReviewStep: "审核步骤",
    AttachmentSlot: "附件",
    FactDefinition: "填报数",
    ScoreItem: "审核要点",
    GradeBand: "等级",
    WeightTemplate: "权重",
    RuleSetting: "参数",
    ReminderRule: "提醒",
}


@dataclass(frozen=True)
class Made:
    """What tasks refer to."""

    plan: Plan
    sections: dict[str, Section]
    sheets: dict[str, ScoreSheet]
    documents: dict[str, BasisDocument]
    events: dict[str, PlanEvent]
    profile: Profile


@transaction.atomic
def load_profile(*, profile: Profile, actor: User | None) -> Plan:
    """The jurisdiction, its sections and the year's draft plan are as the profile says.

    Loading again changes nothing. A published plan that differs from the profile is left as it is.
    No actor means the command line. Raises PermissionDenied or RuleError.
    """
    _check_right(profile, actor)
    changes: Changes = []
    jurisdiction = _jurisdiction(profile, changes)
    sections = _sections(profile, jurisdiction, changes)
    plan = _plan(profile, jurisdiction, changes)
    sheets = _sheets(plan, profile, changes)
    documents = _documents(profile, jurisdiction, changes)
    events = _events(profile, plan, changes)
    _tasks(Made(plan, sections, sheets, documents, events, profile), changes)
    own = [
        ("weight_templates", _weights(profile.weights)),
        ("settings", _settings(profile.settings)),
        ("reminders", [row.model_dump() for row in profile.reminders]),
    ]
    for name, rows in own:
        model = getattr(plan, name).model
        _replace(model.objects.filter(task=None), "plan", {plan: rows}, changes)
    _drop(plan.tasks.exclude(code__in=[row.code for row in profile.tasks]), changes)
    _drop(plan.sheets.exclude(code__in=list(sheets)), changes)
    _drop(plan.events.exclude(code__in=list(events)), changes)
    if not changes:
        return plan
    if plan.state != Plan.State.DRAFT:
        raise RuleError(
            f"{plan}：{plan.get_state_display()}，不能用文件改。与文件不同{len(changes)}处，"
            f"第一处：{changes[0]}。",
            code="workplans.published",
        )
    audit.record(
        actor=actor,
        action="workplans.load_profile",
        subject=plan,
        chain=f"region:{jurisdiction.code}",
        data={"count": len(changes), "changes": changes[:20]},
    )
    return plan


def _check_right(profile: Profile, actor: User | None) -> None:
    if actor is None:
        return
    place = Jurisdiction.objects.filter(code=profile.jurisdiction.code).first()
    if place is None or not permissions.may_load(actor, place.pk):
        raise PermissionDenied("只有本级计划管理员可以载入年度方案。")


def _keep(model: type[M], key: Values, values: Values, changes: Changes) -> M:
    """The row with this key has these values."""
    row, is_new = model._default_manager.get_or_create(**key, defaults=values)
    if is_new:
        changes.append(f"增加{_name(row)}")
        return row
    _update(row, values, changes)
    return row


def _update(row: Model, values: Values, changes: Changes) -> None:
    """What differs is written and remembered."""
    wrong = [name for name, value in values.items() if getattr(row, name) != value]
    for name in wrong:
        label = getattr(row._meta.get_field(name), "verbose_name", name)
        changes.append(f"{_name(row)}的{label}")
        setattr(row, name, values[name])
    if wrong:
        row.save(update_fields=wrong)


def _replace(
    kept: QuerySet[Any],
    owner_name: str,
    wanted: Mapping[M, Sequence[Values]],
    changes: Changes,
    **more: Model,
) -> None:
    """Each owner's rows are the wanted ones, read and written at once for all owners.

    Nothing refers to them while the plan is a draft; a published plan is compared, never touched.
    """
    names = next((list(row) for rows in wanted.values() for row in rows), [])
    kept = kept.filter(**{f"{owner_name}__in": list(wanted)})
    found: dict[int, list[Values]] = defaultdict(list)
    for row in kept.values(f"{owner_name}_id", *names):
        found[row.pop(f"{owner_name}_id")].append(row)
    changed = [owner for owner, rows in wanted.items() if not _same(found[owner.pk], rows)]
    changes += [f"{_name(owner)}的{PARTS[kept.model]}" for owner in changed]
    if changed and all(_is_draft(owner) for owner in changed):
        kept.filter(**{f"{owner_name}__in": changed}).delete()
        kept.model._default_manager.bulk_create(
            kept.model(**{owner_name: owner}, **more, **row)
            for owner in changed
            for row in wanted[owner]
        )


def _same(found: Sequence[Values], wanted: Sequence[Values]) -> bool:
    return len(found) == len(wanted) and all(row in found for row in wanted)


def _is_draft(owner: Model) -> bool:
    plan = owner if isinstance(owner, Plan) else getattr(owner, "plan", None)
    return isinstance(plan, Plan) and plan.state == Plan.State.DRAFT


def _drop(rows: QuerySet[Any], changes: Changes) -> None:
    """Rows that the file no longer has."""
    for row in rows:
        changes.append(f"删去{_name(row)}")
        if row.plan.state == Plan.State.DRAFT:
            row.delete()


def _name(row: Model) -> str:
    return f"“{row}”"


def _jurisdiction(profile: Profile, changes: Changes) -> Jurisdiction:
    above: Jurisdiction | None = None
    for row in [*reversed(profile.jurisdiction.parents), profile.jurisdiction]:
        values = {"name": row.name, "level": row.level, "parent": above}
        above = _keep(Jurisdiction, {"code": row.code}, values, changes)
    assert above is not None  # noqa: S101 (the list ends with the jurisdiction itself)
    return above


def _sections(profile: Profile, place: Jurisdiction, changes: Changes) -> dict[str, Section]:
    """Sections with their aliases and the money they are responsible for (Y-75, Y-112)."""
    for tag in profile.fund_tags:
        _keep(FundTag, {"code": tag.code}, {"name": tag.name}, changes)
    kept: dict[str, Section] = {}
    for row in profile.sections:
        key = {"jurisdiction": place, "code": row.code}
        section = _keep(Section, key, {"name": row.name, "kind": row.kind}, changes)
        kept[row.code] = section
        owner = {"section": section}
        for name in row.aliases:
            _keep(SectionAlias, {"jurisdiction": place, "name": name}, owner, changes)
        for tag_code in row.fund_tags:
            _keep(SectionRoute, {"jurisdiction": place, "fund_tag": tag_code}, owner, changes)
        for budget_type in row.budget_types:
            key = {"jurisdiction": place, "budget_type": budget_type.value}
            _keep(SectionRoute, key, owner, changes)
    return kept


def _plan(profile: Profile, place: Jurisdiction, changes: Changes) -> Plan:
    row = profile.plan
    values = {
        "title": row.title,
        "document_number": row.document_number,
        "source_note": row.source_note,
    }
    plan = _keep(Plan, {"jurisdiction": place, "fiscal_year": row.year}, values, changes)
    return Plan.objects.select_for_update(of=("self",)).get(pk=plan.pk)


def _sheets(plan: Plan, profile: Profile, changes: Changes) -> dict[str, ScoreSheet]:
    kept: dict[str, ScoreSheet] = {}
    for row in profile.sheets:
        values = {
            "title": row.title,
            "clause": row.clause,
            "mode": row.mode,
            "requirements": " ".join(row.requirements),
        }
        kept[row.code] = _keep(ScoreSheet, {"plan": plan, "code": row.code}, values, changes)
    items = {kept[row.code]: _items(row) for row in profile.sheets}
    bands = {kept[row.code]: [b.model_dump() for b in row.bands] for row in profile.sheets}
    _replace(ScoreItem.objects.all(), "sheet", items, changes)
    _replace(GradeBand.objects.all(), "sheet", bands, changes)
    return kept


def _items(row: SheetRow) -> list[dict[str, Any]]:
    return [{"position": i, **item.model_dump()} for i, item in enumerate(row.items, start=1)]


def _tasks(made: Made, changes: Changes) -> None:
    """The tasks, and with them everything that belongs to a task."""
    known = {task.code: task for task in made.plan.tasks.all()}
    rows = {
        _one_task(made, position, row, known, changes): row
        for position, row in enumerate(made.profile.tasks, start=1)
    }
    parts: list[tuple[type[Any], Callable[[TaskRow], list[dict[str, Any]]]]] = [
        (TaskWindow, lambda row: [_window(window, made.events) for window in row.windows]),
        (TaskScope, lambda row: [_scope(scope) for scope in row.scopes]),
        (ReviewStep, lambda row: _steps(row, made)),
        (AttachmentSlot, lambda row: _numbered(row.slots)),
        (FactDefinition, lambda row: _numbered(row.facts)),
    ]
    for model, part in parts:
        wanted = {task: part(row) for task, row in rows.items()}
        _replace(model.objects.all(), "task", wanted, changes)
    weights = {task: _weights(row.weights) for task, row in rows.items()}
    settings = {task: _settings(row.settings) for task, row in rows.items()}
    reminders = {task: [r.model_dump() for r in row.reminders] for task, row in rows.items()}
    _replace(WeightTemplate.objects.all(), "task", weights, changes, plan=made.plan)
    _replace(RuleSetting.objects.all(), "task", settings, changes, plan=made.plan)
    _replace(ReminderRule.objects.all(), "task", reminders, changes, plan=made.plan)
    for task, row in rows.items():
        _set_basis(task, {made.documents[code] for code in row.basis}, changes)


def _one_task(
    made: Made, position: int, row: TaskRow, known: Mapping[str, PlanTask], changes: Changes
) -> PlanTask:
    values = _task_values(made, position, row)
    task = known.get(row.code)
    if task is None:
        changes.append(f"增加“{row.title}”")
        return PlanTask.objects.create(plan=made.plan, code=row.code, **values)
    _update(task, values, changes)
    return task


def _task_values(made: Made, position: int, row: TaskRow) -> dict[str, Any]:
    return {
        "position": position,
        "title": row.title,
        "stage": row.stage,
        "kind": row.kind,
        "subject_kind": row.subject,
        "level": row.level,
        "is_main": row.main,
        "evaluated_year": row.evaluated_year,
        "responsible": row.responsible,
        "section": made.sections[row.section] if row.section else None,
        "clause": row.clause,
        "requirements": " ".join(row.requirements),
        "trigger": row.trigger,
        "doubt": row.doubt,
        "roll": row.roll,
        "accepts_late": row.accepts_late,
    }


def _set_basis(task: PlanTask, wanted: set[BasisDocument], changes: Changes) -> None:
    """The documents that the task stands on."""
    if set(task.basis.all()) != wanted:
        changes.append(f"{_name(task)}的依据")
        if _is_draft(task):
            task.basis.set(wanted)


def _documents(profile: Profile, place: Jurisdiction, changes: Changes) -> dict[str, BasisDocument]:
    """The documents of the file; others of the jurisdiction's library stay."""
    return {
        row.code: _keep(
            BasisDocument,
            {"jurisdiction": place, "code": row.code},
            row.model_dump(exclude={"code", "number"}) | {"document_number": row.number},
            changes,
        )
        for row in profile.documents
    }


def _events(profile: Profile, plan: Plan, changes: Changes) -> dict[str, PlanEvent]:
    """The events; a date that was entered since stays when the file gives none."""
    kept: dict[str, PlanEvent] = {}
    for row in profile.events:
        values = row.model_dump(exclude={"code"})
        if row.happened_on is None:
            del values["happened_on"]
        kept[row.code] = _keep(PlanEvent, {"plan": plan, "code": row.code}, values, changes)
    return kept


def _window(row: WindowRow, events: Mapping[str, PlanEvent]) -> dict[str, Any]:
    """Days become the half-open moments that are stored: "X日前" includes X."""
    values = row.model_dump(exclude={"opens", "closes", "event"})
    values["event_id"] = events[row.event].pk if row.event else None
    values["opens_at"] = clock.start_of(row.opens) if row.opens else None
    values["closes_at"] = clock.end_of(row.closes) if row.closes else None
    return values


def _scope(row: ScopeRow) -> dict[str, Any]:
    return {"is_exclude": row.exclude, **row.model_dump(exclude={"exclude"})}


def _numbered(rows: Sequence[SlotRow | FactRow]) -> list[dict[str, Any]]:
    """Slots or facts in the order of the file."""
    return [
        {"position": i, "is_required": row.required, **row.model_dump(exclude={"required"})}
        for i, row in enumerate(rows, start=1)
    ]


def _steps(row: TaskRow, made: Made) -> list[dict[str, Any]]:
    """The steps of the task's flow."""
    flow = made.profile.flows[row.flow] if row.flow else []
    return [
        {
            "position": i,
            "sheet_id": made.sheets[step.sheet].pk if step.sheet else None,
            **step.model_dump(exclude={"sheet"}),
        }
        for i, step in enumerate(flow, start=1)
    ]


def _weights(rows: list[WeightRow]) -> list[dict[str, Any]]:
    return [row.model_dump() | {"required_levels": ",".join(row.required_levels)} for row in rows]


def _settings(rows: list[SettingRow]) -> list[dict[str, Any]]:
    return [
        row.model_dump()
        | {
            "choices": "；".join(row.choices),
            "value": row.value or "",
            "is_filled": row.value is not None,
            "requirements": " ".join(row.requirements),
        }
        for row in rows
    ]
