"""Loading a profile: the file's rows become the plan's rows; what is equal is left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    FactDefinition,
    GradeBand,
    Plan,
    PlanTask,
    ReviewStep,
    RuleSetting,
    ScoreItem,
    ScoreSheet,
    TaskScope,
    TaskWindow,
    WeightTemplate,
)
from apps.workplans.profiles import (
    Profile,
    SettingRow,
    SheetRow,
    StepRow,
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
}


@dataclass(frozen=True)
class Made:
    """What tasks refer to."""

    plan: Plan
    sections: dict[str, Section]
    sheets: dict[str, ScoreSheet]
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
    sheets = {row.code: _sheet(plan, row, changes) for row in profile.sheets}
    _replace(
        plan.weight_templates.filter(task=None), {"plan": plan}, _weights(profile.weights), changes
    )
    _replace(plan.settings.filter(task=None), {"plan": plan}, _settings(profile.settings), changes)
    for position, row in enumerate(profile.tasks, start=1):
        _task(Made(plan, sections, sheets, profile), position, row, changes)
    _drop(plan.tasks.exclude(code__in=[row.code for row in profile.tasks]), changes)
    _drop(plan.sheets.exclude(code__in=list(sheets)), changes)
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
    wrong = [name for name, value in values.items() if getattr(row, name) != value]
    for name in wrong:
        changes.append(f"{_name(row)}的{model._meta.get_field(name).verbose_name}")  # type: ignore[union-attr]
        setattr(row, name, values[name])
    if wrong:
        row.save(update_fields=wrong)
    return row


def _replace(
    rows: QuerySet[Any], owner: Values, wanted: Sequence[Values], changes: Changes
) -> None:
    """The owner's rows are the wanted ones; nothing refers to them while the plan is a draft."""
    names = list(wanted[0]) if wanted else []
    found = list(rows.values(*names)) if names else [{}] * rows.count()
    if len(found) == len(wanted) and all(dict(row) in found for row in wanted):
        return
    changes.append(f"{_name(next(iter(owner.values())))}的{PARTS[rows.model]}")
    if _is_draft(owner):
        rows.delete()
        rows.model._default_manager.bulk_create(rows.model(**owner, **row) for row in wanted)


def _is_draft(owner: Values) -> bool:
    """Whether the owner's plan is a draft; a published one is compared, never touched."""
    first = next(iter(owner.values()))
    plan = first if isinstance(first, Plan) else first.plan
    return bool(plan.state == Plan.State.DRAFT)


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


def _sheet(plan: Plan, row: SheetRow, changes: Changes) -> ScoreSheet:
    values = {
        "title": row.title,
        "clause": row.clause,
        "mode": row.mode,
        "requirements": " ".join(row.requirements),
    }
    sheet = _keep(ScoreSheet, {"plan": plan, "code": row.code}, values, changes)
    items = [{"position": i, **item.model_dump()} for i, item in enumerate(row.items, start=1)]
    _replace(ScoreItem.objects.filter(sheet=sheet), {"sheet": sheet}, items, changes)
    bands = [band.model_dump() for band in row.bands]
    _replace(GradeBand.objects.filter(sheet=sheet), {"sheet": sheet}, bands, changes)
    return sheet


def _task(made: Made, position: int, row: TaskRow, changes: Changes) -> None:
    key = {"plan": made.plan, "code": row.code}
    task = _keep(PlanTask, key, _task_values(made, position, row), changes)
    flow = made.profile.flows[row.flow] if row.flow else []
    owned: list[tuple[type[Any], list[dict[str, Any]]]] = [
        (TaskWindow, [_window(window) for window in row.windows]),
        (TaskScope, [_scope(scope.model_dump()) for scope in row.scopes]),
        (ReviewStep, [_step(i, step, made) for i, step in enumerate(flow, start=1)]),
        (AttachmentSlot, _numbered([slot.model_dump() for slot in row.slots])),
        (FactDefinition, _numbered([fact.model_dump() for fact in row.facts])),
    ]
    for model, wanted in owned:
        _replace(model.objects.filter(task=task), {"task": task}, wanted, changes)
    both = {"task": task, "plan": made.plan}
    _replace(task.weight_templates.all(), both, _weights(row.weights), changes)
    _replace(task.settings.all(), both, _settings(row.settings), changes)


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
    }


def _window(row: WindowRow) -> dict[str, Any]:
    """Days become the half-open moments that are stored: "X日前" includes X."""
    values = row.model_dump(exclude={"opens", "closes"})
    values["opens_at"] = clock.start_of(row.opens) if row.opens else None
    values["closes_at"] = clock.end_of(row.closes) if row.closes else None
    return values


def _scope(values: dict[str, Any]) -> dict[str, Any]:
    return {"is_exclude": values.pop("exclude"), **values}


def _numbered(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Slots or facts in the order of the file."""
    return [
        {"position": i, "is_required": row.pop("required"), **row}
        for i, row in enumerate(rows, start=1)
    ]


def _step(position: int, row: StepRow, made: Made) -> dict[str, Any]:
    values = row.model_dump(exclude={"sheet"})
    sheet = made.sheets[row.sheet].pk if row.sheet else None
    return {"position": position, "sheet_id": sheet, **values}


def _weights(rows: list[WeightRow]) -> list[dict[str, Any]]:
    return [row.model_dump() | {"required_levels": ",".join(row.required_levels)} for row in rows]


def _settings(rows: list[SettingRow]) -> list[dict[str, Any]]:
    return [
        row.model_dump()
        | {
            "value": row.value or "",
            "is_filled": row.value is not None,
            "requirements": " ".join(row.requirements),
        }
        for row in rows
    ]
