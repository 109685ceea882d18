"""What all writes of the library share: the editable edition, a checked line, one audit line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from pydantic import ValidationError

from apps.audit import services as audit
from apps.indicators import permissions
from apps.indicators.library_file import Line, sentence
from apps.indicators.models import Category, Indicator, Library
from apps.indicators.pieces import packed
from apps.organizations.models import User
from apps.rules.errors import RuleError

FIELDS = [name for name in Line.model_fields if name != "code"]
LABELS = {field.name: str(field.verbose_name) for field in Indicator._meta.local_concrete_fields}
NO_RIGHT = "指标库由本级绩效科、计划管理员编制，部门库由主管部门审核员编制。"


def locked(library: Library, actor: User) -> Library:
    """The draft edition, locked, for one who may write it; the actor counts as its editor.

    Raises PermissionDenied, and RuleError once the edition is no draft.
    """
    if not permissions.may_edit(actor, library):
        raise PermissionDenied(NO_RIGHT)
    held = Library.objects.select_for_update(of=("self",)).get(pk=library.pk)
    if not held.is_draft:
        raise RuleError(
            f"{held}{held.edition}：{held.get_state_display()}，不能改。请在编制中的版次里改。",
            code="state",
        )
    held.editors.add(actor)
    return held


def line_of(values: Mapping[str, Any]) -> Line:
    """The checked line of a form's or a sheet's values. Raises RuleError that names the field."""
    try:
        return Line.model_validate(values)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = str(first["loc"][0])
        raise RuleError(
            f"{LABELS.get(field, field)}：{sentence(dict(first))}。", code="line", field=field
        ) from error


def searchable(line: Line) -> str:
    """The pieces by which the line is found."""
    return packed((line.name, line.keywords, line.explanation, line.code))


def values_of(line: Line) -> dict[str, object]:
    """What a row keeps of a line beside its code."""
    return {**line.model_dump(include=set(FIELDS)), "pieces": searchable(line)}


def change(row: Library | Category | Indicator, wanted: Mapping[str, object]) -> bool:
    """Save what differs; whether anything did."""
    changed = [name for name, value in wanted.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, wanted[name])
    if changed:
        row.save(update_fields=changed)
    return bool(changed)


def chain_of(library: Library) -> str:
    """The audit chain of whose library it is."""
    if library.jurisdiction is None:
        return audit.SYSTEM
    if library.unit:
        return f"unit:{library.jurisdiction.code}/{library.unit.code}"
    return f"region:{library.jurisdiction.code}"


def note(library: Library, actor: User, verb: str, **data: Any) -> None:
    """One audit line about the edition."""
    audit.record(
        actor=actor,
        action=f"indicators.{verb}",
        subject=library,
        chain=chain_of(library),
        data={"fiscal_year": library.fiscal_year, "number": library.number, **data},
    )
