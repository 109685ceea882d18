"""The notice as plain JSON values; a span is [from, to] in characters of the given text."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Any

from apps.rules.notices.model import DraftTask, Notice, Said, Span

_SAID = ("title", "document_number", "issued_on", "issuer", "fiscal_year", "addressees")
_TOLD = (
    "title",
    "stage",
    "subject",
    "category",
    "responsible",
    "section",
    "scope",
    "evaluated_year",
)
_LISTS = ("basis", "sections", "leftovers", "findings", "notes")


def to_json(notice: Notice) -> dict[str, object]:
    """Values under their names, and under `fields` where each was read and how surely."""
    told = {name: _value(getattr(notice, name)) for name in _SAID}
    told["tasks"] = [_task(task) for task in notice.tasks]
    told |= {name: _plain(getattr(notice, name)) for name in _LISTS}
    told["fields"] = _places(notice, _SAID)
    return told


def _task(task: DraftTask) -> dict[str, object]:
    told = {name: _value(getattr(task, name)) for name in _TOLD}
    rest = [each.name for each in fields(task) if each.name not in _TOLD]
    told |= {name: _plain(getattr(task, name)) for name in rest}
    told["fields"] = _places(task, _TOLD)
    return told


def _places(holder: object, names: tuple[str, ...]) -> dict[str, object]:
    """Span, certainty and note of each field that was said."""
    said = {name: getattr(holder, name) for name in names}
    return {
        name: {
            "span": _plain(each.span),
            "certainty": each.certainty.value,
            "note": each.note,
        }
        for name, each in said.items()
        if each is not None
    }


def _value(said: Said[Any] | None) -> object:
    return None if said is None else _plain(said.value)


def _plain(value: Any) -> Any:
    if isinstance(value, Span):
        return [value.start, value.end]
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if is_dataclass(value):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    return value
