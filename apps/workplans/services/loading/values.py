"""Rows of a profile as the columns of the tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from apps.core import clock
from apps.rules.numbers import plain
from apps.workplans.models import PlanEvent, ScoreSheet
from apps.workplans.profiles import (
    CheckRow,
    DocumentRow,
    FactRow,
    ScopeRow,
    SettingRow,
    SheetRow,
    SlotRow,
    StepRow,
    TaskRow,
    WeightRow,
    WindowRow,
)


def task_values(row: TaskRow) -> dict[str, Any]:
    """What a task holds of itself; its section and its place are the caller's."""
    return {
        "title": row.title,
        "stage": row.stage,
        "kind": row.kind,
        "subject_kind": row.subject,
        "level": row.level,
        "is_main": row.main,
        "evaluated_year": row.evaluated_year,
        "responsible": row.responsible,
        "clause": row.clause,
        "requirements": " ".join(row.requirements),
        "trigger": row.trigger,
        "doubt": row.doubt,
        "roll": row.roll,
        "accepts_late": row.accepts_late,
    }


def window_values(row: WindowRow, events: Mapping[str, PlanEvent]) -> dict[str, Any]:
    """Days become the half-open moments that are stored: "X日前" includes X."""
    values = row.model_dump(exclude={"opens", "closes", "event"})
    values["event_id"] = events[row.event].pk if row.event else None
    values["opens_at"] = clock.start_of(row.opens) if row.opens else None
    values["closes_at"] = clock.end_of(row.closes) if row.closes else None
    return values


def scope_values(row: ScopeRow) -> dict[str, Any]:
    """A condition."""
    return {"is_exclude": row.exclude, **row.model_dump(exclude={"exclude"})}


def numbered(rows: Sequence[SlotRow | FactRow]) -> list[dict[str, Any]]:
    """Slots or facts in their order."""
    return [
        {"position": i, "is_required": row.required, **row.model_dump(exclude={"required"})}
        for i, row in enumerate(rows, start=1)
    ]


def step_values(rows: Sequence[StepRow], sheets: Mapping[str, ScoreSheet]) -> list[dict[str, Any]]:
    """The steps of a flow in their order."""
    return [
        {
            "position": i,
            "sheet_id": sheets[step.sheet].pk if step.sheet else None,
            **step.model_dump(exclude={"sheet"}),
        }
        for i, step in enumerate(rows, start=1)
    ]


def sheet_values(row: SheetRow) -> dict[str, Any]:
    """A score sheet without its criteria and bands."""
    return {
        "title": row.title,
        "clause": row.clause,
        "mode": row.mode,
        "requirements": " ".join(row.requirements),
    }


def item_values(row: SheetRow) -> list[dict[str, Any]]:
    """The criteria of a sheet in their order."""
    return [{"position": i, **item.model_dump()} for i, item in enumerate(row.items, start=1)]


def weight_values(rows: Sequence[WeightRow]) -> list[dict[str, Any]]:
    """Weight templates."""
    return [row.model_dump() | {"required_levels": ",".join(row.required_levels)} for row in rows]


def setting_values(rows: Sequence[SettingRow]) -> list[dict[str, Any]]:
    """Parameters; one without a value waits to be filled."""
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


def check_values(rows: Sequence[CheckRow]) -> list[dict[str, Any]]:
    """What the plan makes of checks."""
    return [
        {
            "code": row.code,
            "is_on": row.on,
            "severity": row.severity.value if row.severity else "",
            "must_answer": row.must_answer,
            "numbers": {name: plain(value) for name, value in sorted(row.numbers.items())},
            "reason": row.reason,
        }
        for row in rows
    ]


def document_values(row: DocumentRow) -> dict[str, Any]:
    """A document of the library without its code."""
    return row.model_dump(exclude={"code", "number"}) | {"document_number": row.number}
